// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <optional>
#include <set>
#include <string_view>

#include "base/errors.h"
#include "base/text.h"
#include "base/value.h"
#include "commands/at_files.h"
#include "commands/commands.h"

namespace wyvern::commands {
namespace {

using Tokens = std::vector<std::string>;

// "-5", "-.5", "-1.5": values, not options.
bool is_negative_number(std::string_view token) {
  token.remove_prefix(1);
  const auto digits = [](std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isdigit(c); });
  };
  const std::size_t point = token.find('.');
  if (point == std::string_view::npos) return !token.empty() && digits(token);
  const std::string_view fraction = token.substr(point + 1);
  return digits(token.substr(0, point)) && !fraction.empty() && digits(fraction);
}

// "-p/--param" or the positional's name: how messages name an argument.
std::string shown_name(const Argument& argument) {
  if (!argument.positional()) return join(argument.names, "/");
  return argument.metavar.empty() ? argument.names.front() : argument.metavar;
}

// A token that looks like an option; `argument` is nothing when the program has no such option.
struct OptionToken {
  const Argument* argument = nullptr;
  std::string name;
  std::optional<std::string> value;  // the one attached to it: --name=value, -nvalue
};

// How many of the plain tokens in front of which there are `available` an option takes; nothing
// when there are too few.
std::optional<std::size_t> taken_by_option(Arity arity, std::size_t available) {
  switch (arity) {
    case Arity::none:
      return 0;
    case Arity::one:
      return available >= 1 ? std::optional<std::size_t>(1) : std::nullopt;
    case Arity::optional:
      return std::min<std::size_t>(available, 1);
    case Arity::any:
      return available;
    case Arity::at_least_one:
    case Arity::command:
      return available >= 1 ? std::optional(available) : std::nullopt;
  }
  return std::nullopt;
}

std::string_view expectation(Arity arity) {
  if (arity == Arity::one) return "expected one argument";
  if (arity == Arity::optional) return "expected at most one argument";
  return "expected at least one argument";
}

// Whether a positional takes exactly the tokens of these kinds: A plain, O option, - the "--".
bool takes_kinds(Arity arity, std::string_view kinds) {
  const auto plain = std::count(kinds.begin(), kinds.end(), 'A');
  const bool options = contains(kinds, "O");
  switch (arity) {
    case Arity::none:
      return kinds.empty();
    case Arity::one:
      return plain == 1 && !options;
    case Arity::optional:
      return plain <= 1 && !options;
    case Arity::any:
      return !options;
    case Arity::at_least_one:
      return plain >= 1 && !options;
    case Arity::command: {
      const std::size_t first = kinds.find_first_not_of('-');
      return first != std::string_view::npos && kinds[first] == 'A';
    }
  }
  return false;
}

// One reading of a command line. The order of decisions is argparse's: every token is first told
// to be an option or plain; options then take plain tokens behind them, and positionals take as
// many runs of plain tokens as match, before each option and at the end.
class Reading {
 public:
  Reading(const ArgumentParser& parser, Tokens tokens)
      : parser_(parser), tokens_(std::move(tokens)) {
    for (const Argument& argument : parser.arguments()) {
      if (argument.positional()) positionals_.push_back(&argument);
    }
    classify();
  }

  ArgumentParser::Parsed result();

 private:
  void classify();
  std::optional<OptionToken> option_in(const std::string& token) const;
  std::vector<OptionToken> abbreviated(const std::string& token) const;
  const Argument* option_named(std::string_view name) const;

  void consume_option();
  void consume_positionals();
  bool match_positionals(std::size_t count, std::size_t index, std::size_t at,
                         std::vector<std::size_t>& lengths) const;
  std::size_t plain_tokens_from(std::size_t at) const;
  void store(const Argument& argument, Tokens values);
  void check_choices(const Argument& argument, const Tokens& values) const;
  void place_extras();
  void check_required() const;
  [[noreturn]] void fail(const Argument& argument, const std::string& problem) const {
    parser_.fail(fmt::format("argument {}: {}", shown_name(argument), problem));
  }

  const ArgumentParser& parser_;
  Tokens tokens_;
  std::string kinds_;                           // one character per token
  std::map<std::size_t, OptionToken> options_;  // by index of the token
  std::vector<const Argument*> positionals_;    // that have not been given yet
  std::set<const Argument*> seen_;
  std::size_t at_ = 0;
  std::vector<std::size_t> extras_;  // indices of tokens that nobody took
  bool stopped_ = false;             // by -h and the like
  ArgumentParser::Parsed parsed_;
};

const Argument* Reading::option_named(std::string_view name) const {
  for (const Argument& argument : parser_.arguments()) {
    if (argument.positional()) continue;
    if (std::find(argument.names.begin(), argument.names.end(), name) != argument.names.end()) {
      return &argument;
    }
  }
  return nullptr;
}

// Options of which `token` may be a short form: "--pre", "--pre=value", "-nvalue".
std::vector<OptionToken> Reading::abbreviated(const std::string& token) const {
  std::vector<OptionToken> found;
  const bool is_long = token.starts_with("--");
  const std::size_t equals = is_long ? token.find('=') : std::string::npos;
  const std::string prefix = token.substr(0, equals);
  std::optional<std::string> value;
  if (equals != std::string::npos) value = token.substr(equals + 1);
  for (const Argument& argument : parser_.arguments()) {
    if (argument.positional()) continue;
    for (const std::string& name : argument.names) {
      if (!is_long && name == token.substr(0, 2)) {
        found.push_back({&argument, name, token.substr(2)});
      } else if (name.starts_with(prefix)) {
        found.push_back({&argument, name, value});
      }
    }
  }
  return found;
}

// Nothing when the token is plain.
std::optional<OptionToken> Reading::option_in(const std::string& token) const {
  if (!token.starts_with('-')) return std::nullopt;
  if (const Argument* argument = option_named(token)) return OptionToken{argument, token, {}};
  if (token.size() == 1) return std::nullopt;
  if (const std::size_t equals = token.find('='); equals != std::string::npos) {
    const std::string name = token.substr(0, equals);
    if (const Argument* argument = option_named(name)) {
      return OptionToken{argument, name, token.substr(equals + 1)};
    }
  }
  const std::vector<OptionToken> candidates = abbreviated(token);
  if (candidates.size() == 1) return candidates.front();
  if (candidates.size() > 1) {
    Tokens names;
    for (const OptionToken& candidate : candidates) names.push_back(candidate.name);
    parser_.fail(fmt::format("ambiguous option: {} could match {}", token, join(names, ", ")));
  }
  if (is_negative_number(token) || contains(token, " ")) return std::nullopt;
  return OptionToken{nullptr, token, {}};
}

void Reading::classify() {
  for (std::size_t i = 0; i < tokens_.size(); ++i) {
    if (tokens_[i] == "--") {
      kinds_ += '-';
      kinds_.resize(tokens_.size(), 'A');
      return;
    }
    const std::optional<OptionToken> option = option_in(tokens_[i]);
    kinds_ += option ? 'O' : 'A';
    if (option) options_.emplace(i, *option);
  }
}

std::size_t Reading::plain_tokens_from(std::size_t at) const {
  return std::min(kinds_.find_first_not_of('A', at), kinds_.size()) - at;
}

void Reading::check_choices(const Argument& argument, const Tokens& values) const {
  Tokens allowed = argument.choices;
  for (const auto& [name, help] : argument.commands) allowed.push_back(name);
  if (allowed.empty()) return;
  const std::size_t checked = argument.arity == Arity::command ? 1 : values.size();
  for (std::size_t i = 0; i < checked; ++i) {
    if (std::find(allowed.begin(), allowed.end(), values[i]) != allowed.end()) continue;
    Tokens shown;
    for (const std::string& choice : allowed) shown.push_back(repr(choice));
    fail(argument,
         fmt::format("invalid choice: {} (choose from {})", repr(values[i]), join(shown, ", ")));
  }
}

void Reading::store(const Argument& argument, Tokens values) {
  seen_.insert(&argument);
  if (argument.positional()) {
    if (argument.arity != Arity::command) {
      const auto dashes = std::find(values.begin(), values.end(), "--");
      if (dashes != values.end()) values.erase(dashes);
    }
    if (values.empty()) return;
  }
  check_choices(argument, values);
  const std::string destination = destination_of(argument);
  Tokens& all = parsed_.values[destination];
  all.insert(all.end(), values.begin(), values.end());
  parsed_.order.push_back(destination);
  parsed_.order_values.push_back(std::move(values));
  stopped_ = stopped_ || argument.at_once;
}

void Reading::consume_option() {
  OptionToken option = options_.at(at_);
  if (option.argument == nullptr) {
    extras_.push_back(at_++);
    return;
  }
  std::vector<const Argument*> flags;  // -vx: all but the last letter
  while (option.value && option.argument->arity == Arity::none) {
    const std::string letters = *option.value;
    const bool is_long = option.name.starts_with("--");
    const std::string next = letters.empty() ? std::string() : std::string{'-', letters.front()};
    const Argument* argument = is_long || letters.empty() ? nullptr : option_named(next);
    if (argument == nullptr) {
      fail(*option.argument, fmt::format("ignored explicit argument {}", repr(letters)));
    }
    flags.push_back(option.argument);
    option = {argument, next, {}};
    if (letters.size() > 1) option.value = letters.substr(1);
  }
  ++at_;
  Tokens values;
  if (option.value) {
    values.push_back(*option.value);
  } else {
    const auto count = taken_by_option(option.argument->arity, plain_tokens_from(at_));
    if (!count) fail(*option.argument, std::string(expectation(option.argument->arity)));
    const auto first = tokens_.begin() + static_cast<std::ptrdiff_t>(at_);
    values.assign(first, first + static_cast<std::ptrdiff_t>(*count));
    at_ += *count;
  }
  for (const Argument* flag : flags) store(*flag, {});
  store(*option.argument, std::move(values));
}

// Whether positionals index … count-1 can take tokens from `at` on; each the longest run possible.
bool Reading::match_positionals(std::size_t count, std::size_t index, std::size_t at,
                                std::vector<std::size_t>& lengths) const {
  if (index == count) return true;
  const Arity arity = positionals_[index]->arity;
  std::size_t longest = kinds_.size() - at;
  if (arity != Arity::command) longest = std::min(kinds_.find('O', at), kinds_.size()) - at;
  // One token, and the "--" before or behind it.
  if (arity == Arity::one || arity == Arity::optional) longest = std::min<std::size_t>(longest, 2);
  for (std::size_t length = longest + 1; length-- > 0;) {
    if (!takes_kinds(arity, std::string_view(kinds_).substr(at, length))) continue;
    lengths[index] = length;
    if (match_positionals(count, index + 1, at + length, lengths)) return true;
  }
  return false;
}

void Reading::consume_positionals() {
  for (std::size_t count = positionals_.size(); count > 0; --count) {
    std::vector<std::size_t> lengths(count);
    if (!match_positionals(count, 0, at_, lengths)) continue;
    for (std::size_t i = 0; i < count; ++i) {
      const auto first = tokens_.begin() + static_cast<std::ptrdiff_t>(at_);
      store(*positionals_[i], Tokens(first, first + static_cast<std::ptrdiff_t>(lengths[i])));
      at_ += lengths[i];
    }
    positionals_.erase(positionals_.begin(),
                       positionals_.begin() + static_cast<std::ptrdiff_t>(count));
    return;
  }
}

void Reading::place_extras() {
  const auto& arguments = parser_.arguments();
  const auto taker = std::find_if(arguments.begin(), arguments.end(),
                                  [](const Argument& a) { return a.positional() && a.anywhere; });
  Tokens plain, unrecognized;
  for (const std::size_t i : extras_) {
    if (taker != arguments.end() && kinds_[i] == '-') continue;
    Tokens& place = taker != arguments.end() && kinds_[i] == 'A' ? plain : unrecognized;
    place.push_back(tokens_[i]);
  }
  if (!plain.empty()) store(*taker, std::move(plain));
  check_required();
  if (!unrecognized.empty()) {
    parser_.fail("unrecognized arguments: " + join(unrecognized, " "));
  }
}

void Reading::check_required() const {
  Tokens missing;
  for (const Argument& argument : parser_.arguments()) {
    const bool needed = argument.positional()
                            ? argument.arity == Arity::one || argument.arity == Arity::at_least_one
                            : argument.required;
    if (needed && !seen_.contains(&argument)) missing.push_back(shown_name(argument));
  }
  if (!missing.empty()) {
    parser_.fail("the following arguments are required: " + join(missing, ", "));
  }
}

ArgumentParser::Parsed Reading::result() {
  const std::size_t end_of_options = options_.empty() ? 0 : options_.rbegin()->first + 1;
  while (at_ < end_of_options && !stopped_) {
    const std::size_t next_option = options_.lower_bound(at_)->first;
    if (at_ != next_option) {
      const std::size_t before = at_;
      consume_positionals();
      if (at_ > before) continue;
    }
    while (at_ < next_option) extras_.push_back(at_++);
    consume_option();
  }
  if (stopped_) return std::move(parsed_);
  consume_positionals();
  while (at_ < tokens_.size()) extras_.push_back(at_++);
  place_extras();
  return std::move(parsed_);
}

}  // namespace

std::string destination_of(const Argument& argument) {
  const auto at = std::find_if(argument.names.begin(), argument.names.end(),
                               [](const std::string& name) { return name.starts_with("--"); });
  std::string_view name = at == argument.names.end() ? argument.names.front() : *at;
  while (name.starts_with('-')) name.remove_prefix(1);
  return replace_all(std::string(name), "-", "_");
}

ArgumentParser::ArgumentParser(std::string program, std::string description,
                               std::vector<Argument> arguments, bool at_files)
    : program_(std::move(program)), description_(std::move(description)), at_files_(at_files) {
  arguments_.push_back({.names = {"-h", "--help"}, .help = "show this help message and exit"});
  arguments_.back().at_once = true;
  for (Argument& argument : arguments) arguments_.push_back(std::move(argument));
}

void ArgumentParser::fail(const std::string& message) const {
  throw LineError(fmt::format("{}{}: error: {}", usage(), program_, message));
}

ArgumentParser::Parsed ArgumentParser::parse(const std::vector<std::string>& tokens) const {
  std::vector<std::string> expanded = tokens;
  if (at_files_) {
    try {
      expanded = expand_at_files(tokens);
    } catch (const InputError& error) {
      fail(error.what());
    }
  }
  return Reading(*this, std::move(expanded)).result();
}

std::string ArgumentParser::Parsed::one(const std::string& destination,
                                        std::string fallback) const {
  const auto at = values.find(destination);
  return at == values.end() || at->second.empty() ? std::move(fallback) : at->second.back();
}

std::vector<std::string> ArgumentParser::Parsed::all(const std::string& destination) const {
  const auto at = values.find(destination);
  return at == values.end() ? std::vector<std::string>{} : at->second;
}

std::vector<std::string> ArgumentParser::Parsed::last(const std::string& destination) const {
  for (std::size_t i = order.size(); i-- > 0;) {
    if (order[i] == destination) return order_values[i];
  }
  return {};
}

}  // namespace wyvern::commands
