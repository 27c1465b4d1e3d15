// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "primitives/quarantine.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "astrodata/provenance.h"
#include "base/value.h"

namespace wyvern {
namespace {

constexpr const char* kRow = "setAside";

// The message without the name that it begins with.
std::string without_name(const std::string& message, const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    if (!name.empty() && message.starts_with(name + ": ")) return message.substr(name.size() + 2);
  }
  return message;
}

std::string arguments_of(const SetAside& frame) {
  return fmt::format("{{\"file\": {}, \"primitive\": {}, \"reason\": {}}}",
                     json(Value(std::filesystem::path(frame.file).filename().string())),
                     json(Value(frame.primitive)), json(Value(frame.reason)));
}

// The arguments of the rows of that kind which the product has.
std::vector<std::string> recorded(const AstroData& product) {
  const auto table = product.tables.find("HISTORY");
  if (table == product.tables.end()) return {};
  const auto steps = table->second.cells<std::string>("primitive");
  const auto arguments = table->second.cells<std::string>("args");
  std::vector<std::string> found;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (steps[i] == kRow) found.push_back(arguments[i]);
  }
  return found;
}

}  // namespace

std::string text_of(const SetAside& frame) {
  return fmt::format("{} is set aside: {}", frame.file, frame.reason);
}

SetAside Quarantine::entry_for(const AstroData& frame, const std::string& primitive,
                               const Error& error) const {
  const auto known = names_.find(frame.opened_path());
  const std::string file = known == names_.end() ? frame.filename() : known->second;
  return {file, primitive,
          without_name(error.what(), {file, frame.filename(), frame.path(), frame.opened_path()}),
          error.status()};
}

void Quarantine::record_in(AstroData& product, const DateTime& now) const {
  if (frames_.empty()) return;
  std::vector<std::string> rows = recorded(product);
  const std::string time = iso_format(now);
  for (const SetAside& frame : frames_) {
    const std::string arguments = arguments_of(frame);
    if (std::find(rows.begin(), rows.end(), arguments) != rows.end()) continue;
    add_history(product, time, time, kRow, arguments);
    rows.push_back(arguments);
  }
  product.phu.set("SETASIDE", static_cast<std::int64_t>(rows.size()),
                  "Input frames set aside, see HISTORY");
}

void throw_none_left(const std::vector<SetAside>& frames) {
  constexpr std::size_t most = 20;  // lines; all have been named before
  const ExitStatus status = frames.front().status;
  std::string text;
  if (frames.size() == 1) {
    text = fmt::format("{}: {}", frames.front().file, frames.front().reason);
  } else {
    text = fmt::format("no frame is left, all {} were set aside:", frames.size());
    for (std::size_t i = 0; i < std::min(frames.size(), most); ++i) {
      text += fmt::format("\n  {}: {}", frames[i].file, frames[i].reason);
    }
    if (frames.size() > most) text += fmt::format("\n  and {} more", frames.size() - most);
  }
  if (status == ExitStatus::processing) throw DataError(text);
  throw InputError(text);
}

}  // namespace wyvern
