// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/copyable_variant.h"
#include "base/datetime.h"

namespace wyvern {

// A rectangle of pixels, 0-based, the ends exclusive; named x1, x2, y1, y2 as in Gemini's code.
struct Section {
  std::int64_t x1 = 0, x2 = 0, y1 = 0, y2 = 0;
  auto operator<=>(const Section&) const = default;
};
// "[1:1024,1:1022]": 1-based, inclusive, x first.
std::string iraf_section(const Section& section);
// Parses "[a:b,c:d]" (brackets optional). InputError when it is not a section.
Section parse_section(std::string_view text);

class Value;
using ValueList = std::vector<Value>;

// A value of a header card, a descriptor or a parameter: Python's None, bool, int, float, str,
// list, or one of the types that descriptors return.
class Value {
 public:
  using Variant = CopyableVariant<std::monostate, bool, std::int64_t, double, std::string, Section,
                                  Date, TimeOfDay, DateTime, ValueList>;

  Value() = default;
  Value(bool v) : held_(v) {}
  Value(int v) : held_(std::int64_t{v}) {}
  Value(std::int64_t v) : held_(v) {}
  Value(std::uint64_t v) : held_(static_cast<std::int64_t>(v)) {}
  Value(double v) : held_(v) {}
  Value(const char* v) : held_(std::string(v)) {}
  Value(std::string v) : held_(std::move(v)) {}
  Value(std::string_view v) : held_(std::string(v)) {}
  Value(Section v) : held_(v) {}
  Value(Date v) : held_(v) {}
  Value(TimeOfDay v) : held_(v) {}
  Value(DateTime v) : held_(v) {}
  Value(ValueList v) : held_(std::move(v)) {}

  bool is_none() const { return std::holds_alternative<std::monostate>(held_); }
  bool is_bool() const { return std::holds_alternative<bool>(held_); }
  bool is_int() const { return std::holds_alternative<std::int64_t>(held_); }
  bool is_float() const { return std::holds_alternative<double>(held_); }
  bool is_number() const { return is_int() || is_float(); }
  bool is_string() const { return std::holds_alternative<std::string>(held_); }
  bool is_list() const { return std::holds_alternative<ValueList>(held_); }
  template <class T>
  const T* get_if() const {
    return std::get_if<T>(&held_);
  }

  // Bool, int or float as double; std::bad_variant_access otherwise.
  double as_double() const;
  // Int, bool, or a float with an integral value; std::bad_variant_access otherwise.
  std::int64_t as_int() const;
  bool as_bool() const { return std::get<bool>(held_); }
  const std::string& as_string() const { return std::get<std::string>(held_); }
  const ValueList& as_list() const { return std::get<ValueList>(held_); }

  const Variant& variant() const { return held_; }

  // Equality of Python: 60 == 60.0, True == 1; different kinds are unequal.
  bool operator==(const Value& other) const;

 private:
  Variant held_;
};

// Python's repr() of a float: the shortest text that reads back, "60.0", "1e-05", "inf", "nan".
std::string python_float(double v);
// Python's repr() and str() of a value: 'text' quoted or not, True, None, [13.5],
// Section(x1=0, x2=1024, y1=0, y2=1022).
std::string repr(const Value& v);
std::string str(const Value& v);
// json.dumps() of Python with its separators ", " and ": ": null, true, "text" with \uXXXX
// escapes beyond ASCII. Dates and sections become strings.
std::string json(const Value& v);
std::string json_string(std::string_view text);

}  // namespace wyvern
