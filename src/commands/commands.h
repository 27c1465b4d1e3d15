// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace wyvern::commands {

// How many values an option or positional takes, as argparse's nargs.
enum class Arity { none, one, optional, any, at_least_one };

// One option ("-o", "--output") or positional (names = {"inputs"}), declared once; help, usage,
// abbreviations, completions and man pages are made from the declaration.
struct Argument {
  std::vector<std::string> names;
  Arity arity = Arity::none;
  std::string help;
  std::string metavar;                 // "" : from the name
  std::vector<std::string> choices;
  bool positional() const { return !names.front().starts_with('-'); }
};

// A command line as CPython's argparse reads it: unique prefixes of long options, --opt=value,
// -ovalue, "--", several values after one option, sub-commands; "-h/--help" always. `at_files`: a
// token @FILE anywhere is replaced by the tokens of the file (spec "commands" 2.3).
class ArgumentParser {
 public:
  ArgumentParser(std::string program, std::string description, std::vector<Argument> arguments,
                 bool at_files = false);

  struct Parsed {
    std::map<std::string, std::vector<std::string>> values;  // by destination (long name, - -> _)
    std::vector<std::string> order;  // destinations in the order given (with repetitions)
    bool has(const std::string& destination) const { return values.contains(destination); }
    std::string one(const std::string& destination, std::string fallback = "") const;
    std::vector<std::string> all(const std::string& destination) const;
  };

  // UsageError ("usage: …\nPROG: error: …") for a bad line. When -h is given, the result has "help".
  Parsed parse(const std::vector<std::string>& tokens) const;

  std::string usage() const;  // as argparse prints it at 80 columns
  std::string help() const;
  const std::vector<Argument>& arguments() const { return arguments_; }
  const std::string& program() const { return program_; }

 private:
  std::string program_, description_;
  std::vector<Argument> arguments_;
  bool at_files_;
};

// A command: gets the tokens after its name, returns the exit status. Errors may be thrown as
// wyvern::Error; the caller prints them once.
using Command = std::function<int(const std::string& program, const std::vector<std::string>& tokens)>;
int run_caldb(const std::string& program, const std::vector<std::string>& tokens);
int run_dataselect(const std::string& program, const std::vector<std::string>& tokens);
int run_reduce(const std::string& program, const std::vector<std::string>& tokens);
int run_showpars(const std::string& program, const std::vector<std::string>& tokens);
int run_simulate(const std::string& program, const std::vector<std::string>& tokens);

}  // namespace wyvern::commands
