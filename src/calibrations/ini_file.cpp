// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "calibrations/ini_file.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/errors.h"
#include "base/text.h"

namespace wyvern::calibrations {
namespace {

class IniReader {
 public:
  explicit IniReader(const std::string& file) : file_(file) {}

  void read(int number, std::string_view line) {
    number_ = number;
    const std::string_view text = trim(line);
    if (text.starts_with('#') || text.starts_with(';')) return;
    if (text.empty()) {
      if (entry_ != nullptr) entry_->lines.push_back({number, ""});
      return;
    }
    const std::size_t indent = line.find(text.front());
    if (entry_ != nullptr && indent > indent_) {
      entry_->lines.push_back({number, std::string(text)});
      return;
    }
    indent_ = indent;
    const std::size_t bracket = text.rfind(']');
    if (text.front() == '[' && bracket != std::string_view::npos && bracket > 1) {
      begin_section(std::string(text.substr(1, bracket - 1)));
    } else {
      begin_entry(text);
    }
  }

  std::vector<IniSection> take() { return std::move(sections_); }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw InputError(fmt::format("{}, line {}: {}", file_, number_, what));
  }

  void begin_section(const std::string& name) {
    entry_ = nullptr;
    for (const IniSection& section : sections_) {
      if (section.name != name) continue;
      fail(fmt::format("section [{}] stands already in line {}", name, section.line));
    }
    sections_.push_back({name, number_, {}});
  }

  void begin_entry(std::string_view text) {
    if (sections_.empty()) fail("a [section] is needed before the first key");
    const std::size_t delimiter = text.find_first_of("=:");
    if (delimiter == std::string_view::npos || delimiter == 0) {
      fail(fmt::format("'{}' is neither a [section] nor 'key = value'", text));
    }
    const std::string key = to_lower(trim(text.substr(0, delimiter)));
    IniSection& section = sections_.back();
    if (const IniEntry* first = section.find(key)) {
      fail(fmt::format("key '{}' stands already in line {}", key, first->line));
    }
    section.entries.push_back(
        {key, number_, {{number_, std::string(trim(text.substr(delimiter + 1)))}}});
    entry_ = &section.entries.back();
  }

  const std::string& file_;
  int number_ = 0;
  std::vector<IniSection> sections_;
  IniEntry* entry_ = nullptr;  // that a deeper line goes on with
  std::size_t indent_ = 0;
};

// One word at a time out of a line.
class ShellReader {
 public:
  explicit ShellReader(std::string_view line) : line_(line) {}

  bool next(std::string& word) {
    while (!at_end() && is_blank(line_[at_])) ++at_;
    if (at_end()) return false;
    word.clear();
    while (!at_end() && !is_blank(line_[at_])) take_piece(word);
    return true;
  }

 private:
  static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
  bool at_end() const { return at_ == line_.size(); }

  char escaped() {
    if (at_end()) throw InputError("a backslash at the end of the line");
    return line_[at_++];
  }

  void take_piece(std::string& word) {
    const char c = line_[at_++];
    if (c == '\\') {
      word += escaped();
    } else if (c == '\'' || c == '"') {
      take_quoted(word, c);
    } else {
      word += c;
    }
  }

  void take_quoted(std::string& word, char quote) {
    while (!at_end()) {
      const char c = line_[at_++];
      if (c == quote) return;
      const bool escapes =
          quote == '"' && c == '\\' && !at_end() && (line_[at_] == '"' || line_[at_] == '\\');
      word += escapes ? escaped() : c;
    }
    throw InputError(fmt::format("a {} that is not closed", quote));
  }

  std::string_view line_;
  std::size_t at_ = 0;
};

}  // namespace

std::string IniEntry::value() const {
  std::vector<std::string> texts;
  for (const IniLine& piece : lines) texts.push_back(piece.text);
  return std::string(trim_right(join(texts, "\n")));
}

const IniEntry* IniSection::find(std::string_view key) const {
  const auto found = std::find_if(entries.begin(), entries.end(),
                                  [&](const IniEntry& entry) { return entry.key == key; });
  return found == entries.end() ? nullptr : &*found;
}

std::vector<IniSection> parse_ini(std::string_view text, const std::string& file) {
  constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  IniReader reader(file);
  int number = 0;
  for (const std::string& line : split(text, '\n')) reader.read(++number, line);
  return reader.take();
}

std::vector<std::string> shell_words(std::string_view line) {
  ShellReader reader(line);
  std::vector<std::string> words;
  for (std::string word; reader.next(word);) words.push_back(word);
  return words;
}

}  // namespace wyvern::calibrations
