// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "commands/at_files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/descriptor.h"
#include "base/errors.h"
#include "base/text.h"
#include "base/value.h"

namespace wyvern::commands {
namespace {

// What the at-files of one command line may amount to: a slip (@ before a data file, files that
// name each other twice) must not fill the memory or take for ever.
constexpr std::size_t kDeepest = 32;
constexpr std::size_t kMostFiles = 10'000;
constexpr std::size_t kMostBytes = std::size_t{64} << 20;
constexpr std::size_t kMostTokens = 1'000'000;
constexpr std::size_t kLongestToken = 65'536;

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

void append_tokens_of_line(std::string_view line, std::size_t most,
                           std::vector<std::string>& tokens) {
  while (tokens.size() <= most) {
    const std::size_t first = line.find_first_not_of(kBlank);
    if (first == std::string_view::npos) return;
    line.remove_prefix(first);
    if (line.front() == '#') return;
    tokens.push_back(take_piece(line));
  }
}

// Replaces @FILE by what is in FILE.
class Expansion {
 public:
  void append(const std::vector<std::string>& tokens) {
    for (const std::string& token : tokens) append(token);
  }
  std::vector<std::string> take() { return std::move(expanded_); }

 private:
  [[noreturn]] static void refuse(const std::string& name, const std::string& why) {
    throw InputError(fmt::format("the at-file {} {}", repr(name), why));
  }

  void append(const std::string& token) {
    if (!token.starts_with('@')) {
      expanded_.push_back(token);
      return;
    }
    const std::string name = token.substr(1);
    check_nesting(name);
    open_files_.push_back(name);
    const std::vector<std::string> tokens = tokens_of_text(text_of(name), kMostTokens);
    check_tokens(name, tokens);
    append(tokens);
    open_files_.pop_back();
  }

  void check_nesting(const std::string& name) {
    if (std::find(open_files_.begin(), open_files_.end(), name) != open_files_.end()) {
      refuse(name, "contains itself: " + join(open_files_, " -> ") + " -> " + name);
    }
    if (open_files_.size() >= kDeepest) {
      throw InputError(
          fmt::format("at-files are nested deeper than {} at {}", kDeepest, repr(name)));
    }
    if (++files_ > kMostFiles) {
      refuse(name, fmt::format("comes after {} others: do they name each other several times?",
                               kMostFiles));
    }
  }

  void check_tokens(const std::string& name, const std::vector<std::string>& tokens) const {
    if (expanded_.size() + tokens.size() > kMostTokens) {
      refuse(name, fmt::format("makes more than {} names: give them in parts", kMostTokens));
    }
    for (const std::string& token : tokens) {
      if (token.size() <= kLongestToken) continue;
      refuse(name,
             fmt::format("is not a list of names: a piece of it has {} characters", token.size()));
    }
  }

  // Counts what it reads, so that a device without end is no trap.
  std::string text_of(const std::string& name) {
    const auto failure = [&](int error) {
      return InputError(fmt::format("[Errno {}] {}: {}", error, std::strerror(error), repr(name)));
    };
    const Descriptor file(::open(name.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.get() < 0) throw failure(errno);
    std::string text;
    std::vector<char> piece(std::size_t{64} << 10);
    while (true) {
      const ssize_t got = ::read(file.get(), piece.data(), piece.size());
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) throw failure(errno);
      if (got == 0) return text;
      text.append(piece.data(), static_cast<std::size_t>(got));
      check_text(name, text, static_cast<std::size_t>(got));
    }
  }

  void check_text(const std::string& name, const std::string& text, std::size_t fresh) {
    if (text.starts_with("SIMPLE  =")) {
      refuse(name, "is a FITS file, not a list of names: leave out the @");
    }
    if (text.find('\0', text.size() - fresh) != std::string::npos) {
      refuse(name, "is not a list of names: it holds bytes that no text has (NUL)");
    }
    bytes_ += fresh;
    if (bytes_ > kMostBytes) {
      refuse(name, fmt::format("is too large: at-files may have {} MB together", kMostBytes >> 20));
    }
  }

  std::vector<std::string> expanded_, open_files_;
  std::size_t files_ = 0, bytes_ = 0;
};

}  // namespace

std::vector<std::string> tokens_of_text(std::string_view text, std::size_t most) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  std::vector<std::string> tokens;
  while (!text.empty() && tokens.size() <= most) {
    const std::size_t end = std::min(text.find_first_of(kLineEnds), text.size());
    append_tokens_of_line(text.substr(0, end), most, tokens);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return tokens;
}

std::vector<std::string> expand_at_files(const std::vector<std::string>& tokens) {
  Expansion expansion;
  expansion.append(tokens);
  return expansion.take();
}

}  // namespace wyvern::commands
