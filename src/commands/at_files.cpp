// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "commands/at_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/errors.h"
#include "base/text.h"
#include "base/value.h"

namespace wyvern::commands {
namespace {

constexpr std::size_t kDeepest = 32;
// A few at-files that name each other twice would otherwise fill the memory.
constexpr std::size_t kMostTokens = 4'000'000;

constexpr std::string_view kBlank = " \t\v\f";
constexpr std::string_view kLineEnds = "\r\n";
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// Takes the next piece off `line`, which starts with a character that is not blank.
std::string take_piece(std::string_view& line) {
  std::string piece;
  while (!line.empty() && kBlank.find(line.front()) == std::string_view::npos) {
    const std::size_t closing = line.front() == '"' ? line.find('"', 1) : std::string_view::npos;
    if (closing == std::string_view::npos) {
      piece += line.front();
      line.remove_prefix(1);
    } else {
      piece += line.substr(1, closing - 1);
      line.remove_prefix(closing + 1);
    }
  }
  return piece;
}

void append_tokens_of_line(std::string_view line, std::vector<std::string>& tokens) {
  while (true) {
    const std::size_t first = line.find_first_not_of(kBlank);
    if (first == std::string_view::npos) return;
    line.remove_prefix(first);
    if (line.front() == '#') return;
    tokens.push_back(take_piece(line));
  }
}

std::string text_of_file(const std::string& name) {
  const auto failure = [&](int error) {
    return InputError(fmt::format("[Errno {}] {}: {}", error, std::strerror(error), repr(name)));
  };
  std::error_code ignored;
  if (std::filesystem::is_directory(name, ignored)) throw failure(EISDIR);
  errno = 0;
  std::ifstream file(name, std::ios::binary);
  if (!file) throw failure(errno != 0 ? errno : EIO);
  std::ostringstream text;
  text << file.rdbuf();
  if (file.bad()) throw failure(EIO);
  return text.str();
}

void append_expanded(const std::vector<std::string>& tokens, std::vector<std::string>& open_files,
                     std::vector<std::string>& expanded) {
  for (const std::string& token : tokens) {
    if (!token.starts_with('@')) {
      expanded.push_back(token);
      if (expanded.size() > kMostTokens) throw InputError("the at-files hold too many tokens");
      continue;
    }
    const std::string name = token.substr(1);
    if (std::find(open_files.begin(), open_files.end(), name) != open_files.end()) {
      throw InputError(fmt::format("the at-file {} contains itself: {}", repr(name),
                                   join(open_files, " -> ") + " -> " + name));
    }
    if (open_files.size() >= kDeepest) {
      throw InputError(
          fmt::format("at-files are nested deeper than {} at {}", kDeepest, repr(name)));
    }
    open_files.push_back(name);
    append_expanded(tokens_of_text(text_of_file(name)), open_files, expanded);
    open_files.pop_back();
  }
}

}  // namespace

std::vector<std::string> tokens_of_text(std::string_view text) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  std::vector<std::string> tokens;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of(kLineEnds), text.size());
    append_tokens_of_line(text.substr(0, end), tokens);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return tokens;
}

std::vector<std::string> expand_at_files(const std::vector<std::string>& tokens) {
  std::vector<std::string> expanded, open_files;
  append_expanded(tokens, open_files, expanded);
  return expanded;
}

}  // namespace wyvern::commands
