// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/value.h"

namespace wyvern {

enum class ParameterType {
  text,
  integer,
  real,
  boolean,
  text_list,  // "list or single": comma-separated text becomes a list
  real_list,
  text_or_real,  // replace_value: text or float
  frame,         // a file name (or, from Python, a frame)
  frame_list     // file name(s)
};

// "str", "int", "float", "bool", "list of str" …
std::string_view type_name(ParameterType type);

// One parameter of a primitive, declared once: the command line, validation, showpars, HISTORY,
// Python and the documentation all read this. Texts are what showpars prints.
struct Parameter {
  std::string name;
  ParameterType type = ParameterType::text;
  Value default_value;
  std::string label;      // one line
  bool optional = false;  // may be None
  // Range of numbers; limits as texts because showpars prints them as declared ("0", "0.1").
  std::string minimum, maximum;  // "" none
  bool minimum_inclusive = true, maximum_inclusive = false;
  bool ranged = false;
  bool added = false;  // DRAGONS 3.2 does not have it: absent in compatibility mode
  std::vector<std::pair<std::string, std::string>> choices;  // value, meaning; empty: any
  // Further check; returns what is wrong or "".
  std::function<std::string(const Value&)> check;
  bool hidden() const { return name.starts_with("debug"); }

  // "[0,inf)" of one with a range.
  std::string range() const;
  // "Filename suffix\n\tValid Range = [0,inf)": the description that showpars prints.
  std::string description() const;
};

// Short forms for declarations. A range: "[0,inf)", "(0,inf)", "[0,1]", "" for none.
Parameter text(std::string name, Value default_value, std::string label);  // optional
Parameter required_text(std::string name, Value default_value, std::string label);
Parameter integer(std::string name, Value default_value, std::string label,
                  std::string_view range = "");
Parameter real(std::string name, Value default_value, std::string label,
               std::string_view range = "");
Parameter boolean(std::string name, bool default_value, std::string label);
Parameter choice(std::string name, Value default_value, std::string label,
                 std::vector<std::pair<std::string, std::string>> choices, bool optional = false);
Parameter or_none(Parameter parameter);  // the same, and None is allowed
Parameter added(Parameter parameter);    // the same, one that DRAGONS 3.2 does not have
// All optional: a list of texts or of floats (or a single one), text or a float, a file, files.
Parameter text_list(std::string name, Value default_value, std::string label);
Parameter real_list(std::string name, Value default_value, std::string label);
Parameter text_or_real(std::string name, Value default_value, std::string label);
Parameter frame(std::string name, Value default_value, std::string label);
Parameter frame_list(std::string name, Value default_value, std::string label);
// The same with a check of its own.
Parameter checked(Parameter parameter, std::function<std::string(const Value&)> check);

// Checks for Parameter::check. A section of pixels as text, "x1:x2,y1:y2" with x1 < x2, y1 < y2,
// brackets optional ("statsec").
std::string check_section(const Value& value);
// "mean", "median" or a number ("replace_value").
std::string check_replacement(const Value& value);

// The parameters of one primitive in declared order.
using ParameterSet = std::vector<Parameter>;
const Parameter* find_parameter(const ParameterSet& set, std::string_view name);
// A set with some defaults changed, parameters removed or added: for variants of a primitive.
ParameterSet with_defaults(ParameterSet set,
                           const std::vector<std::pair<std::string, Value>>& defaults);
ParameterSet without(ParameterSet set, const std::vector<std::string>& names);

// What the text of a -p option stands for: None, True and False are those, all else stays text.
Value value_of_word(std::string_view text);

// Converts a value given by a user (text from the command line, or a typed value) to the type of
// the parameter and checks it; RecipeError with the reference's text otherwise: "RangeField 'time'
// (Maximum …) failed validation: -1.0 is outside of valid range [0,inf)". The conversion is
// that of the reference (gempy.library.config): a number serves as float, an integral one as int;
// text is read as int, float or True/False, whichever the type has; text of a list is split at
// commas.
Value checked_value(const Parameter& parameter, const Value& given);

// The values with which a primitive is called: one for every declared parameter, in order.
class Parameters {
 public:
  explicit Parameters(const ParameterSet& set);

  // Typed values. A name that is not declared is a programming error (std::logic_error).
  const Value& operator[](std::string_view name) const;
  bool flag(std::string_view name) const;
  double number(std::string_view name) const;
  std::int64_t integer(std::string_view name) const;
  std::optional<double> optional_number(std::string_view name) const;
  std::optional<std::int64_t> optional_integer(std::string_view name) const;
  std::string text(std::string_view name) const;  // "" for None
  std::optional<std::string> optional_text(std::string_view name) const;
  bool has(std::string_view name) const;

  // Checks and stores; RecipeError for a bad value.
  void set(std::string_view name, const Value& value);
  const std::vector<std::pair<const Parameter*, Value>>& values() const { return values_; }
  // The arguments as HISTORY shows them: JSON without debug parameters.
  std::string history_json() const;

 private:
  std::vector<std::pair<const Parameter*, Value>> values_;
};

// The table that showpars prints for one primitive, without the line of
// tags; debug parameters only on request. `classic`: the layout of the tutorial.
std::string parameter_table(std::string_view primitive, const ParameterSet& set, bool with_debug,
                            bool classic = false);

}  // namespace wyvern
