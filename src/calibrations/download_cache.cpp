// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "calibrations/download_cache.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <span>

#include "base/errors.h"
#include "base/files.h"
#include "base/text.h"
#include "fits/compression.h"

namespace wyvern::calibrations {
namespace {

namespace fs = std::filesystem;

void make_folder(const std::string& path) {
  std::error_code failed;
  fs::create_directories(path, failed);
  if (failed) {
    throw OutputError(fmt::format("{}: cannot be made: {}", path, failed.message()));
  }
}

// Held while one process fetches a file; others wait for it and then find the file.
class Lock {
 public:
  explicit Lock(const std::string& path)
      : descriptor_(::open(path.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0666)) {
    if (descriptor_ < 0) {
      throw OutputError(fmt::format("{}: cannot be written: {}", path, std::strerror(errno)));
    }
    while (::flock(descriptor_, LOCK_EX) != 0 && errno == EINTR) {
    }
  }
  ~Lock() { ::close(descriptor_); }
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;

 private:
  int descriptor_;
};

std::string key_name(const std::string& key) {
  return md5_hex(std::as_bytes(std::span(key)));
}

}  // namespace

std::string unpacked_name(const std::string& name) {
  for (const std::string_view ending : {".bz2", ".gz"}) {
    if (name.ends_with(ending)) return name.substr(0, name.size() - ending.size());
  }
  return name;
}

std::string DownloadCache::place(const std::string& md5) const {
  return (fs::path(folder_) / md5.substr(0, 2) / md5).string();
}

std::optional<std::string> DownloadCache::find(const std::string& md5, const std::string& name) {
  const std::string file = (fs::path(place(md5)) / unpacked_name(name)).string();
  try {
    const std::string sum = read_text_file(place(md5) + "/md5sum");
    if (sum.substr(0, sum.find(' ')) == digests_.md5(file)) return file;
  } catch (const InputError&) {
    // Not there, or not whole: it is fetched.
  }
  return std::nullopt;
}

DownloadCache::Result DownloadCache::get(const std::string& md5, const std::string& name,
                                         const Fetch& fetch) {
  if (const auto there = find(md5, name)) return {*there, ""};
  make_folder((fs::path(folder_) / "partial").string());
  const Lock lock((fs::path(folder_) / "partial" / (md5 + ".lock")).string());
  if (const auto there = find(md5, name)) return {*there, ""};
  return fetched(md5, name, fetch);
}

DownloadCache::Result DownloadCache::fetched(const std::string& md5, const std::string& name,
                                             const Fetch& fetch) {
  const std::string partial = (fs::path(folder_) / "partial" / md5).string();
  std::error_code ignored;
  const bool resumed = fs::file_size(partial, ignored) > 0 && !ignored;
  for (int attempt = resumed ? 0 : 1;; ++attempt) {
    const std::string problem = fetch(partial);
    if (!problem.empty()) {
      if (fs::file_size(partial, ignored) == 0) fs::remove(partial, ignored);
      return {"", problem};
    }
    const std::string came = md5_of_file(partial);
    if (came == md5) return {settle(partial, md5, name), ""};
    fs::remove(partial, ignored);
    // What was there from another time may have been the wrong part.
    if (attempt > 0) {
      return {"", fmt::format("MD5 hash of downloaded file does not match: it is {}, announced was "
                              "{}; the file is thrown away",
                              came, md5)};
    }
  }
}

// Puts a whole download in its place.
std::string DownloadCache::settle(const std::string& partial, const std::string& md5,
                                  const std::string& name) {
  make_folder(place(md5));
  const std::string file = (fs::path(place(md5)) / unpacked_name(name)).string();
  std::string sum = md5;
  if (unpacked_name(name) != name) {
    const std::string packed = read_text_file(partial);
    const fits::Compression kind = fits::compression_of(packed);
    const std::string content =
        kind == fits::Compression::none ? packed : fits::expand(packed, kind, name);
    write_file_atomically(file, content);
    sum = md5_hex(std::as_bytes(std::span(content)));
    fs::remove(partial);
  } else {
    std::error_code failed;
    fs::rename(partial, file, failed);
    if (failed) {
      throw OutputError(fmt::format("{}: cannot be written: {}", file, failed.message()));
    }
  }
  write_file_atomically(place(md5) + "/md5sum", fmt::format("{}  {}\n", sum, unpacked_name(name)));
  return file;
}

void DownloadCache::keep_answer(const std::string& key, const std::string& answer) const {
  const fs::path answers = fs::path(folder_) / "answers";
  make_folder(answers.string());
  write_file_atomically((answers / key_name(key)).string(), answer);
}

std::optional<std::string> DownloadCache::recall_answer(const std::string& key) const {
  try {
    return read_text_file((fs::path(folder_) / "answers" / key_name(key)).string());
  } catch (const InputError&) {
    return std::nullopt;
  }
}

}  // namespace wyvern::calibrations
