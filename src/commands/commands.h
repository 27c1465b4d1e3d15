// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/errors.h"

namespace wyvern::commands {

// How many values an option or positional takes, as argparse's nargs. `command`: a positional that
// is the name of a sub-command and takes everything after it.
enum class Arity { none, one, optional, any, at_least_one, command };

// One option ("-o", "--output") or positional (names = {"inputs"}), declared once; help, usage,
// abbreviations, completions and man pages are made from the declaration.
struct Argument {
  std::vector<std::string> names;
  Arity arity = Arity::none;
  std::string help;
  std::string metavar;  // "" : from the name
  std::vector<std::string> choices;
  std::vector<std::pair<std::string, std::string>> commands;  // Arity::command: names and helps
  bool required = false;                                      // an option that must be given
  bool at_once = false;  // like -h: nothing after it is looked at, nothing else need be given
  bool in_usage = true;  // named in the usage line, not only in the list of options
  // A positional to which plain tokens that stand further on, between options, are added; argparse
  // calls those unrecognized.
  bool anywhere = false;
  bool positional() const { return !names.front().starts_with('-'); }
};

// A command line that the parser does not accept: the text is whole, usage and all.
struct LineError : UsageError {
  using UsageError::UsageError;
};

// A command line as argparse of CPython 3.11 reads it: unique prefixes of long options,
// --opt=value, -ovalue, flags in one word (-vx), "--", several values after one option,
// sub-commands; "-h/--help" always. `at_files`: a token @FILE anywhere is replaced by the tokens of
// the file (at_files.h). The description is filled to the width of the screen, unless it has line
// ends of its own.
class ArgumentParser {
 public:
  ArgumentParser(std::string program, std::string description, std::vector<Argument> arguments,
                 bool at_files = false);

  struct Parsed {
    std::map<std::string, std::vector<std::string>> values;  // by destination (long name, - -> _)
    std::vector<std::string> order;  // destinations in the order given (with repetitions)
    std::vector<std::vector<std::string>> order_values;  // what each of `order` was given
    bool has(const std::string& destination) const { return values.contains(destination); }
    // The last value given.
    std::string one(const std::string& destination, std::string fallback = "") const;
    // All values, of an option that was repeated one after the other.
    std::vector<std::string> all(const std::string& destination) const;
    // The values of the last time that the option was given: what argparse keeps.
    std::vector<std::string> last(const std::string& destination) const;
  };

  // LineError ("usage: …\nPROG: error: …") for a bad line. When -h is given, the result has
  // "help".
  Parsed parse(const std::vector<std::string>& tokens) const;
  // Throws the LineError of a line that the caller finds wrong.
  [[noreturn]] void fail(const std::string& message) const;

  std::string usage() const;  // as argparse prints it at 80 columns; both end with a line end
  std::string help() const;
  const std::vector<Argument>& arguments() const { return arguments_; }  // -h, --help first
  const std::string& program() const { return program_; }
  const std::string& description() const { return description_; }
  void add(Argument argument) { arguments_.push_back(std::move(argument)); }
  // Prints this help, and the usage in its first paragraph, in place of one made from the
  // declarations.
  void show_instead(std::string help) { fixed_help_ = std::move(help); }

 private:
  std::string program_, description_, fixed_help_;
  std::vector<Argument> arguments_;
  bool at_files_;
};

// Prints the help if the line asked for it, and tells whether it did.
bool help_printed(const ArgumentParser& arguments, const ArgumentParser::Parsed& parsed);

// The key of an argument in Parsed: its long name without dashes, "-" as "_".
std::string destination_of(const Argument& argument);

// A command: gets the tokens after its name, returns the exit status. Errors may be thrown as
// wyvern::Error; the caller prints them once.
using Command =
    std::function<int(const std::string& program, const std::vector<std::string>& tokens)>;
int run_caldb(const std::string& program, const std::vector<std::string>& tokens);
int run_completion(const std::string& program, const std::vector<std::string>& tokens);
int run_dataselect(const std::string& program, const std::vector<std::string>& tokens);
int run_manual(const std::string& program, const std::vector<std::string>& tokens);
int run_provenance(const std::string& program, const std::vector<std::string>& tokens);
int run_reduce(const std::string& program, const std::vector<std::string>& tokens);
int run_showd(const std::string& program, const std::vector<std::string>& tokens);
int run_showpars(const std::string& program, const std::vector<std::string>& tokens);
int run_showprims(const std::string& program, const std::vector<std::string>& tokens);
int run_showrecipes(const std::string& program, const std::vector<std::string>& tokens);
int run_simulate(const std::string& program, const std::vector<std::string>& tokens);
int run_superclean(const std::string& program, const std::vector<std::string>& tokens);
int run_typewalk(const std::string& program, const std::vector<std::string>& tokens);

// The command lines. In compatibility mode their helps are those of DRAGONS, else they end with
// the options that all commands have.
ArgumentParser completion_parser(const std::string& program);
ArgumentParser dataselect_parser(const std::string& program);
ArgumentParser manual_parser(const std::string& program);
ArgumentParser provenance_parser(const std::string& program);
ArgumentParser reduce_parser(const std::string& program);
ArgumentParser showd_parser(const std::string& program);
ArgumentParser showpars_parser(const std::string& program);
ArgumentParser showprims_parser(const std::string& program);
ArgumentParser showrecipes_parser(const std::string& program);
ArgumentParser simulate_parser(const std::string& program);
ArgumentParser superclean_parser(const std::string& program);
ArgumentParser typewalk_parser(const std::string& program);
// Makes a parser such a one.
ArgumentParser finished(ArgumentParser parser);

}  // namespace wyvern::commands
