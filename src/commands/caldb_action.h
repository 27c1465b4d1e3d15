// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdio>
#include <string>
#include <vector>

#include "base/errors.h"
#include "calibrations/calibrations.h"
#include "commands/commands.h"

namespace wyvern::commands {

// One action of `caldb` with the options that all have.
class Action {
 public:
  Action(ArgumentParser parser, ArgumentParser::Parsed parsed)
      : parser_(std::move(parser)), parsed_(std::move(parsed)) {}

  bool has(const std::string& option) const { return parsed_.has(option); }
  std::string one(const std::string& option, std::string fallback = "") const {
    return parsed_.one(option, std::move(fallback));
  }
  std::vector<std::string> all(const std::string& option) const { return parsed_.all(option); }
  const ArgumentParser& parser() const { return parser_; }

  // What is being done, on the standard error; only for -v.
  void tell(const std::string& text) const;
  // The configuration of -c or the usual one.
  CalibrationConfig config() const;
  // The file given with -d, which may be a folder; "" when not given.
  std::string given_database() const;
  // The one database that is meant. InputError when that cannot be told.
  std::string database() const;

 private:
  ArgumentParser parser_;
  ArgumentParser::Parsed parsed_;
};

// Text for a terminal, in bold; for a file as it is, since escape sequences are for eyes. The
// reference writes them to files, too.
std::string bold(const std::string& text, std::FILE* stream);
// A line on the standard error, after all that was printed before.
void complain(const std::string& text);
// The same for what went wrong, with the program's name in front; DRAGONS leaves that out.
void complain_of(const std::string& program, const std::string& what);
// The exit status of a failure: the reference's when its ways are asked for.
int failed(ExitStatus status);

int caldb_add(const Action& action);
int caldb_check(const Action& action);
int caldb_config(const Action& action);
int caldb_list(const Action& action);
int caldb_rules(const Action& action);
int caldb_why(const Action& action);

}  // namespace wyvern::commands
