// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "base/journal.h"

#include <map>
#include <variant>

#include "base/text.h"

namespace wyvern {

std::string_view name_of(LogLevel level) {
  switch (level) {
    case LogLevel::critical:
      return "CRITICAL";
    case LogLevel::error:
      return "ERROR";
    case LogLevel::warning:
      return "WARNING";
    case LogLevel::status:
      return "STATUS";
    case LogLevel::stdinfo:
      return "STDINFO";
    case LogLevel::info:
      return "INFO";
    case LogLevel::fullinfo:
      return "FULLINFO";
    case LogLevel::debug:
      break;
  }
  return "DEBUG";
}

struct Journal::Block {
  struct Message {
    LogLevel level;
    std::string text;
  };
  using Entry = std::variant<Message, std::unique_ptr<Block>>;

  std::string name;
  std::vector<Entry> entries;

  // The n-th block called `wanted`, n counted from 0; nullptr when there are fewer.
  Block* find(std::string_view wanted, std::size_t n) {
    for (Entry& entry : entries) {
      auto* block = std::get_if<std::unique_ptr<Block>>(&entry);
      if (block != nullptr && (*block)->name == wanted && n-- == 0) return block->get();
    }
    return nullptr;
  }

  void merge(Block&& other) {
    std::map<std::string, std::size_t> seen;
    for (Entry& entry : other.entries) {
      auto* block = std::get_if<std::unique_ptr<Block>>(&entry);
      Block* mine = block != nullptr ? find((*block)->name, seen[(*block)->name]++) : nullptr;
      if (mine != nullptr) {
        mine->merge(std::move(**block));
      } else {
        entries.push_back(std::move(entry));
      }
    }
  }

  void replay(LogSink& sink, int depth) const {
    for (const Entry& entry : entries) {
      if (const auto* message = std::get_if<Message>(&entry)) {
        sink.line(message->level, depth, message->text);
        continue;
      }
      const Block& block = *std::get<std::unique_ptr<Block>>(entry);
      const std::string title = "PRIMITIVE: " + block.name;
      sink.line(LogLevel::status, depth + 1, title);
      sink.line(LogLevel::status, depth + 1, std::string(title.size(), '-'));
      block.replay(sink, depth + 1);
      sink.line(LogLevel::status, depth + 1, ".");
    }
  }

  void collect(LogLevel level, std::vector<std::string>& found) const {
    for (const Entry& entry : entries) {
      if (const auto* message = std::get_if<Message>(&entry)) {
        if (message->level >= level) found.push_back(message->text);
      } else {
        std::get<std::unique_ptr<Block>>(entry)->collect(level, found);
      }
    }
  }
};

Journal::Journal() : root_(std::make_unique<Block>()), open_{root_.get()} {}
Journal::~Journal() = default;
Journal::Journal(Journal&&) noexcept = default;
Journal& Journal::operator=(Journal&&) noexcept = default;

void Journal::message(LogLevel level, std::string_view text) {
  for (std::string& line : split(text, '\n')) {
    open_.back()->entries.emplace_back(Block::Message{level, std::move(line)});
  }
}

void Journal::open(std::string_view name) {
  auto block = std::make_unique<Block>();
  block->name = name;
  Block* opened = block.get();
  open_.back()->entries.emplace_back(std::move(block));
  open_.push_back(opened);
}

void Journal::close() {
  if (open_.size() > 1) open_.pop_back();
}

void Journal::merge(Journal&& other) {
  open_.back()->merge(std::move(*other.root_));
}

void Journal::replay(LogSink& sink, int depth) const {
  root_->replay(sink, depth);
}

bool Journal::empty() const {
  return root_->entries.empty();
}

std::vector<std::string> Journal::messages(LogLevel level) const {
  std::vector<std::string> found;
  root_->collect(level, found);
  return found;
}

}  // namespace wyvern
