// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "primitives/pickled_lists.h"

#include <map>
#include <memory>

// The operations are those of Python's pickletools.

namespace wyvern {
namespace {

// A value on the stack of the pickle machine. Containers are shared: the memo names them again.
struct Item {
  enum class Kind { mark, text, list, dictionary } kind = Kind::mark;
  std::string text;
  std::vector<std::shared_ptr<Item>> members;  // of a dictionary: keys and values in turn
};
using Pointer = std::shared_ptr<Item>;

class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  // The value, or nullptr when the pickle holds what is not read here.
  Pointer read() {
    while (good_ && !ended_) step();
    return good_ && stack_.size() == 1 ? stack_.back() : nullptr;
  }

 private:
  std::size_t number(std::size_t size) {
    if (bytes_.size() < size) return fail();
    std::size_t value = 0;
    for (std::size_t i = 0; i < size; ++i) {
      value |= static_cast<std::size_t>(static_cast<unsigned char>(bytes_[i])) << (8 * i);
    }
    bytes_.remove_prefix(size);
    return value;
  }

  std::size_t fail() {
    good_ = false;
    return 0;
  }

  void push(Item::Kind kind, std::string text = "") {
    stack_.push_back(std::make_shared<Item>(Item{kind, std::move(text), {}}));
  }

  void push_text(std::size_t size) {
    if (!good_ || bytes_.size() < size) {
      fail();
      return;
    }
    push(Item::Kind::text, std::string(bytes_.substr(0, size)));
    bytes_.remove_prefix(size);
  }

  void remember(std::size_t key) {
    if (stack_.empty()) {
      fail();
    } else {
      memo_[key] = stack_.back();
    }
  }

  void recall(std::size_t key) {
    const auto found = memo_.find(key);
    if (found == memo_.end()) {
      fail();
    } else {
      stack_.push_back(found->second);
    }
  }

  // Takes the topmost `count` items, or those above the last mark, off the stack.
  std::vector<Pointer> take(std::size_t count) {
    if (stack_.size() < count) {
      fail();
      return {};
    }
    const auto first = stack_.end() - static_cast<std::ptrdiff_t>(count);
    std::vector<Pointer> items(first, stack_.end());
    stack_.erase(first, stack_.end());
    return items;
  }
  std::vector<Pointer> take_to_mark() {
    std::size_t count = 0;
    while (count < stack_.size() && stack_[stack_.size() - 1 - count]->kind != Item::Kind::mark) {
      ++count;
    }
    std::vector<Pointer> items = take(count);
    take(1);
    return items;
  }

  void add(Item::Kind kind, const std::vector<Pointer>& items) {
    if (stack_.empty() || stack_.back()->kind != kind) {
      fail();
      return;
    }
    auto& members = stack_.back()->members;
    members.insert(members.end(), items.begin(), items.end());
  }

  void push_tuple(std::vector<Pointer> items) {
    push(Item::Kind::list);
    stack_.back()->members = std::move(items);
  }

  void step() {
    const auto operation = static_cast<char>(number(1));
    switch (operation) {
      case '\x80':  // PROTO
        number(1);
        break;
      case '\x95':  // FRAME
        number(8);
        break;
      case '}':
        push(Item::Kind::dictionary);
        break;
      case ']':
      case ')':
        push(Item::Kind::list);
        break;
      case '(':
        push(Item::Kind::mark);
        break;
      case 'X':  // BINUNICODE
        push_text(number(4));
        break;
      case '\x8c':  // SHORT_BINUNICODE
      case 'U':     // SHORT_BINSTRING, of Python 2
        push_text(number(1));
        break;
      case 'T':  // BINSTRING
        push_text(number(4));
        break;
      case 'q':
        remember(number(1));
        break;
      case 'r':
        remember(number(4));
        break;
      case '\x94':  // MEMOIZE
        remember(memo_.size());
        break;
      case 'h':
        recall(number(1));
        break;
      case 'j':
        recall(number(4));
        break;
      case 'a':
        add(Item::Kind::list, take(1));
        break;
      case 'e':
        add(Item::Kind::list, take_to_mark());
        break;
      case 's':
        add(Item::Kind::dictionary, take(2));
        break;
      case 'u':
        add(Item::Kind::dictionary, take_to_mark());
        break;
      case '\x85':
      case '\x86':
      case '\x87':  // TUPLE1 … TUPLE3
        push_tuple(take(static_cast<std::size_t>(operation - '\x84')));
        break;
      case 't':
        push_tuple(take_to_mark());
        break;
      case '.':
        ended_ = true;
        break;
      default:
        fail();
    }
  }

  std::string_view bytes_;
  std::vector<Pointer> stack_;
  std::map<std::size_t, Pointer> memo_;
  bool good_ = true, ended_ = false;
};

std::optional<std::vector<std::string>> texts_of(const Item& list) {
  if (list.kind != Item::Kind::list) return std::nullopt;
  std::vector<std::string> texts;
  for (const Pointer& member : list.members) {
    if (member->kind != Item::Kind::text) return std::nullopt;
    texts.push_back(member->text);
  }
  return texts;
}

}  // namespace

std::optional<NamedLists> read_pickled_lists(std::string_view bytes) {
  const Pointer value = Reader(bytes).read();
  if (!value || value->kind != Item::Kind::dictionary || value->members.size() % 2 != 0) {
    return std::nullopt;
  }
  NamedLists lists;
  for (std::size_t i = 0; i < value->members.size(); i += 2) {
    const Item& key = *value->members[i];
    const auto texts = texts_of(*value->members[i + 1]);
    if (key.kind != Item::Kind::text || !texts) return std::nullopt;
    lists.emplace_back(key.text, *texts);
  }
  return lists;
}

}  // namespace wyvern
