// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "base/journal.h"

#include <iterator>
#include <map>
#include <utility>

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

// A block's messages and the blocks inside it, in order: messages that come before a block are kept
// with it, so that merging keeps every message on its side of the block.
struct Journal::Block {
  struct Message {
    LogLevel level;
    std::string text;
  };
  struct Entry {
    std::vector<Message> before;
    std::unique_ptr<Block> block;
  };

  std::string name;
  std::vector<Entry> entries;
  std::vector<Message> last;  // after the last block
  bool broken = false;        // it did not come to its end

  // The n-th entry whose block is called `wanted`, n counted from 0; nullptr when there are fewer.
  Entry* find(std::string_view wanted, std::size_t n) {
    for (Entry& entry : entries) {
      if (entry.block->name == wanted && n-- == 0) return &entry;
    }
    return nullptr;
  }

  static void append(std::vector<Message>& to, std::vector<Message>&& from) {
    std::move(from.begin(), from.end(), std::back_inserter(to));
  }

  void merge(Block&& other) {
    std::map<std::string, std::size_t> seen;
    std::size_t next = 0;  // where a block that only `other` has belongs
    for (Entry& entry : other.entries) {
      Entry* mine = find(entry.block->name, seen[entry.block->name]++);
      if (mine != nullptr) {
        append(mine->before, std::move(entry.before));
        mine->block->merge(std::move(*entry.block));
        next = static_cast<std::size_t>(mine - entries.data()) + 1;
        continue;
      }
      if (next == entries.size()) {
        append(last, std::move(entry.before));
        entry.before = std::exchange(last, {});
      }
      entries.insert(entries.begin() + static_cast<std::ptrdiff_t>(next), std::move(entry));
      ++next;
    }
    append(last, std::move(other.last));
    broken = broken || other.broken;
  }

  void take(Block&& other) {
    for (Entry& entry : other.entries) {
      append(last, std::move(entry.before));
      entries.push_back({std::exchange(last, {}), std::move(entry.block)});
    }
    append(last, std::move(other.last));
  }

  void replay(LogSink& sink, int depth) const {
    const auto messages = [&](const std::vector<Message>& list) {
      for (const Message& message : list) sink.line(message.level, depth, message.text);
    };
    for (const Entry& entry : entries) {
      messages(entry.before);
      const std::string title = "PRIMITIVE: " + entry.block->name;
      sink.line(LogLevel::status, depth + 1, title);
      sink.line(LogLevel::status, depth + 1, std::string(title.size(), '-'));
      sink.line(LogLevel::debug, depth + 1, "Starting the primitive " + entry.block->name);
      entry.block->replay(sink, depth + 1);
      if (!entry.block->broken) sink.line(LogLevel::status, depth + 1, ".");
    }
    messages(last);
  }

  void collect(LogLevel level, std::vector<std::string>& found) const {
    const auto messages = [&](const std::vector<Message>& list) {
      for (const Message& message : list) {
        if (message.level >= level) found.push_back(message.text);
      }
    };
    for (const Entry& entry : entries) {
      messages(entry.before);
      entry.block->collect(level, found);
    }
    messages(last);
  }

  bool empty() const { return entries.empty() && last.empty(); }
};

Journal::Journal() : root_(std::make_unique<Block>()), open_{root_.get()} {}
Journal::~Journal() = default;
Journal::Journal(Journal&&) noexcept = default;
Journal& Journal::operator=(Journal&&) noexcept = default;

void Journal::message(LogLevel level, std::string_view text) {
  for (std::string& line : split(text, '\n')) {
    open_.back()->last.push_back({level, std::move(line)});
  }
}

void Journal::open(std::string_view name) {
  auto block = std::make_unique<Block>();
  block->name = name;
  Block* opened = block.get();
  Block& outer = *open_.back();
  outer.entries.push_back({std::exchange(outer.last, {}), std::move(block)});
  open_.push_back(opened);
}

void Journal::close() {
  if (open_.size() > 1) open_.pop_back();
}

void Journal::close_broken() {
  open_.back()->broken = open_.size() > 1;
  close();
}

void Journal::merge(Journal&& other) {
  open_.back()->merge(std::move(*other.root_));
}

void Journal::append(Journal&& other) {
  open_.back()->take(std::move(*other.root_));
}

void Journal::replay(LogSink& sink, int depth) const {
  root_->replay(sink, depth);
}

bool Journal::empty() const {
  return root_->empty();
}

std::vector<std::string> Journal::messages(LogLevel level) const {
  std::vector<std::string> found;
  root_->collect(level, found);
  return found;
}

}  // namespace wyvern
