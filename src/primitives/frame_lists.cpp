// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/errors.h"
#include "base/files.h"
#include "base/text.h"
#include "primitives/common.h"
#include "primitives/families.h"
#include "primitives/pickled_lists.h"

// addToList, getList and showList: lists of frames on disk that grow from run to run, for
// reductions while a night goes on. Reference: geminidr/core/primitives_stack.py,
// recipe_system/cal_service; it keeps the lists in a Python pickle, which is read; what is written
// is JSON.

namespace wyvern {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

struct List {
  std::string id;
  std::vector<std::string> files;  // names in the folder of the products
};

// The lists of a folder, in order of creation. Runs that change them at once wait for each other.
class Lists {
 public:
  explicit Lists(const Context& context)
      : folder_(context.output_path(".reducecache")), file_(folder_ / "stkindex.json") {}
  ~Lists() {
    if (lock_ >= 0) ::close(lock_);
  }
  Lists(const Lists&) = delete;
  Lists& operator=(const Lists&) = delete;

  // Must come before read() when the lists are to be changed.
  void lock() {
    std::error_code error;
    fs::create_directories(folder_, error);
    const std::string name = (folder_ / "lock").string();
    if (!error) lock_ = ::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (lock_ < 0 || ::flock(lock_, LOCK_EX) != 0) {
      throw OutputError(fmt::format("{}: cannot be made: {}", name, std::strerror(errno)));
    }
  }

  void read() {
    std::ifstream stream(file_);
    if (!stream) return read_pickle();
    try {
      const json index = json::parse(stream);
      for (const json& entry : index.at("lists")) {
        lists.push_back({entry.at("id"), entry.at("files")});
      }
    } catch (const json::exception&) {
      throw InputError(
          fmt::format("{}: is no index of frame lists; remove it to begin anew", file_.string()));
    }
  }

  // Lists that DRAGONS has left in the folder, as long as there are none of ours.
  void read_pickle() {
    const fs::path file = folder_ / "stkindex.pkl";
    std::ifstream stream(file, std::ios::binary);
    if (!stream) return;
    std::ostringstream bytes;
    bytes << stream.rdbuf();
    const auto old = read_pickled_lists(bytes.str());
    if (!old) {
      throw InputError(
          fmt::format("{}: holds other things than lists of files; remove it to begin "
                      "anew",
                      file.string()));
    }
    for (const auto& [id, files] : *old) lists.push_back({id, files});
  }

  void write() const {
    json entries = json::array();
    for (const List& list : lists) entries.push_back({{"id", list.id}, {"files", list.files}});
    write_file_atomically(file_.string(), json{{"version", 1}, {"lists", entries}}.dump(1) + "\n");
  }

  List* find(const std::string& id) {
    const auto at =
        std::find_if(lists.begin(), lists.end(), [&](const List& list) { return list.id == id; });
    return at == lists.end() ? nullptr : &*at;
  }

  std::vector<List> lists;

 private:
  fs::path folder_, file_;
  int lock_ = -1;
};

// Frames that belong together for a purpose have the same.
std::string list_id(const AstroData& frame, const std::string& purpose) {
  return replace_all(purpose + text_descriptor(frame, "group_id"), " ", "_");
}

std::string purpose_of(const ListCall& call) {
  return call.parameters.optional_text("purpose").value_or("_list");
}

std::vector<std::string> ids_of(const FrameList& frames, const std::string& purpose) {
  std::vector<std::string> ids;
  for (const Frame& frame : frames) {
    std::string id = list_id(*frame, purpose);
    if (std::find(ids.begin(), ids.end(), id) == ids.end()) ids.push_back(std::move(id));
  }
  return ids;
}

FrameList add_to_list(FrameList frames, ListCall& call) {
  const std::string purpose = purpose_of(call);
  const std::string suffix = purpose.starts_with("_") ? purpose : "_" + purpose;
  for (const Frame& frame : frames) {
    rename(*frame, suffix);
    call.log.stdinfo(fmt::format("Writing {} to disk", frame->filename()));
    // The row of this step is in the file too, from which a later run takes the frame.
    if (call.record_history) call.record_history(*frame);
    call.context.write(*frame, frame->filename(), true);
  }
  Lists index(call.context);
  index.lock();
  index.read();
  for (const Frame& frame : frames) {
    const std::string id = list_id(*frame, purpose);
    if (index.find(id) == nullptr) index.lists.push_back({id, {}});
    std::vector<std::string>& files = index.find(id)->files;
    const std::string name = frame->filename();
    if (std::find(files.begin(), files.end(), name) == files.end()) files.push_back(name);
  }
  index.write();
  return frames;
}

// Opens the files of a list; those that are gone or cannot be read are named and left out.
FrameList opened(const std::vector<std::string>& files, ListCall& call) {
  FrameList frames(files.size());
  call.for_each(files.size(), [&](std::size_t k, Journal& log) {
    try {
      frames[k] = std::make_shared<AstroData>(AstroData::open(call.context.output_path(files[k])));
    } catch (const InputError&) {
      log.warning("   Cannot open " + files[k]);
    }
  });
  std::erase(frames, nullptr);
  return frames;
}

FrameList get_list(FrameList frames, ListCall& call) {
  const std::string purpose = purpose_of(call);
  const std::vector<std::string> ids = ids_of(frames, purpose);
  if (ids.size() > 1) {
    call.log.warning("The input frames belong to more than one list: their frames are joined.");
  }
  Lists index(call.context);
  index.read();
  std::vector<std::string> files;
  for (const std::string& id : ids) {
    const List* list = index.find(id);
    if (list == nullptr) {
      throw DataError(fmt::format(
          "getList: there is no list for the purpose {}; addToList with this purpose makes one",
          repr(purpose)));
    }
    files.insert(files.end(), list->files.begin(), list->files.end());
  }
  if (const auto most = call.parameters.optional_integer("max_frames")) {
    const std::size_t count = std::min(files.size(), static_cast<std::size_t>(*most));
    files.erase(files.begin(), files.end() - static_cast<std::ptrdiff_t>(count));
  }
  FrameList found = opened(files, call);
  call.log.stdinfo("Using the following files:");
  for (const Frame& frame : found) call.log.stdinfo("   " + frame->filename());
  return found;
}

FrameList show_list(FrameList frames, ListCall& call) {
  const std::string purpose = call.parameters.text("purpose");
  Lists index(call.context);
  index.read();
  std::vector<std::string> ids;
  if (purpose == "all") {
    for (const List& list : index.lists) ids.push_back(list.id);
  } else {
    ids = ids_of(frames, purpose);
  }
  for (const std::string& id : ids) {
    call.log.message(LogLevel::status, "List for stack id=" + id);
    const List* list = index.find(id);
    if (list == nullptr || list->files.empty()) {
      call.log.message(LogLevel::status, "No datasets in list");
      continue;
    }
    for (const std::string& file : list->files) call.log.message(LogLevel::status, "   " + file);
  }
  return frames;
}

}  // namespace

std::vector<Primitive> frame_list_primitives() {
  const Parameter purpose = text("purpose", {}, "Purpose of list");
  return {
      {"addToList", {purpose}, nullptr, add_to_list},
      {"getList",
       {purpose, or_none(integer("max_frames", {}, "Maximum number of frames", "[1,inf)"))},
       nullptr,
       get_list},
      {"showList",
       {required_text("purpose", "all", "Purpose of displaying list")},
       nullptr,
       show_list},
  };
}

}  // namespace wyvern
