// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "base/value.h"

#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "base/errors.h"
#include "base/text.h"

namespace wyvern {
namespace {

template <class... F>
struct Overloaded : F... {
  using F::operator()...;
};

std::string quoted(std::string_view text) {
  const char quote = contains(text, "'") && !contains(text, "\"") ? '"' : '\'';
  std::string out(1, quote);
  for (const char c : text) {
    if (c == '\\' || c == quote) {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (c == '\r') {
      out += "\\r";
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    } else {
      out += c;
    }
  }
  return out + quote;
}

std::string text_of(const Section& s) {
  return fmt::format("Section(x1={}, x2={}, y1={}, y2={})", s.x1, s.x2, s.y1, s.y2);
}

std::string list_text(const ValueList& list, std::string (*item)(const Value&)) {
  std::string out = "[";
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (i > 0) out += ", ";
    out += item(list[i]);
  }
  return out + "]";
}

// The code point that starts at text[i]; i moves past it. Bytes that are not UTF-8 count alone.
char32_t next_code_point(std::string_view text, std::size_t& i) {
  const auto byte = [&](std::size_t k) { return static_cast<unsigned char>(text[k]); };
  const unsigned char lead = byte(i);
  const int extra = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : lead >= 0xc0 ? 1 : 0;
  if (lead < 0x80 || extra == 0 || i + extra >= text.size()) return byte(i++);
  char32_t point = lead & (0x3f >> extra);
  for (int k = 1; k <= extra; ++k) {
    if ((byte(i + k) & 0xc0) != 0x80) return byte(i++);
    point = (point << 6) | (byte(i + k) & 0x3f);
  }
  i += extra + 1;
  return point;
}

}  // namespace

std::string iraf_section(const Section& s) {
  return fmt::format("[{}:{},{}:{}]", s.x1 + 1, s.x2, s.y1 + 1, s.y2);
}

Section parse_section(std::string_view text) {
  std::string_view inner = trim(text);
  if (inner.starts_with('[')) inner.remove_prefix(1);
  if (inner.ends_with(']')) inner.remove_suffix(1);
  std::vector<std::int64_t> limits;
  bool sound = true;
  for (const std::string& range : split(inner, ',')) {
    const std::vector<std::string> ends = split(range, ':');
    sound = sound && ends.size() == 2;
    for (const std::string& end : ends) {
      const auto number = parse_int(end);
      sound = sound && number.has_value();
      limits.push_back(number.value_or(0));
    }
  }
  if (!sound || limits.size() != 4 || limits[0] > limits[1] || limits[2] > limits[3]) {
    throw InputError(fmt::format("'{}' is not a section: expected [x1:x2,y1:y2]", text));
  }
  return {limits[0] - 1, limits[1], limits[2] - 1, limits[3]};
}

double Value::as_double() const {
  if (const auto* i = get_if<std::int64_t>()) return static_cast<double>(*i);
  if (const auto* b = get_if<bool>()) return *b ? 1.0 : 0.0;
  return std::get<double>(held_);
}

std::int64_t Value::as_int() const {
  if (const auto* b = get_if<bool>()) return *b ? 1 : 0;
  if (const auto* d = get_if<double>(); d != nullptr && *d == std::floor(*d)) {
    return static_cast<std::int64_t>(*d);
  }
  return std::get<std::int64_t>(held_);
}

bool Value::operator==(const Value& other) const {
  const auto numeric = [](const Value& v) { return v.is_number() || v.is_bool(); };
  if (numeric(*this) && numeric(other)) {
    if (is_int() && other.is_int()) return as_int() == other.as_int();
    return as_double() == other.as_double();
  }
  if (held_.index() != other.held_.index()) return false;
  return std::visit(
      [&](const auto& mine) {
        using T = std::decay_t<decltype(mine)>;
        return mine == std::get<T>(other.held_);
      },
      held_);
}

std::string python_float(double v) {
  if (std::isnan(v)) return "nan";
  if (std::isinf(v)) return v > 0 ? "inf" : "-inf";
  const double magnitude = std::fabs(v);
  const bool scientific = magnitude != 0.0 && (magnitude < 1e-4 || magnitude >= 1e16);
  char buffer[64];
  const auto [end, error] =
      std::to_chars(buffer, buffer + sizeof buffer, v,
                    scientific ? std::chars_format::scientific : std::chars_format::fixed);
  std::string text(buffer, end);
  if (!scientific && !contains(text, ".")) text += ".0";
  return text;
}

std::string repr(const Value& v) {
  return std::visit(Overloaded{[](std::monostate) { return std::string("None"); },
                               [](bool b) { return std::string(b ? "True" : "False"); },
                               [](std::int64_t i) { return std::to_string(i); },
                               [](double d) { return python_float(d); },
                               [](const std::string& s) { return quoted(s); },
                               [](const Section& s) { return text_of(s); },
                               [](const Date& d) {
                                 return fmt::format("datetime.date({}, {}, {})", d.year, d.month,
                                                    d.day);
                               },
                               [](const TimeOfDay& t) { return to_string(t); },
                               [](const DateTime& t) { return to_string(t); },
                               [](const ValueList& list) { return list_text(list, repr); }},
                    v.variant());
}

std::string str(const Value& v) {
  if (v.is_string()) return v.as_string();
  if (const auto* d = v.get_if<Date>()) return to_string(*d);
  return repr(v);
}

std::string json_string(std::string_view text) {
  std::string out = "\"";
  for (std::size_t i = 0; i < text.size();) {
    const char32_t point = next_code_point(text, i);
    switch (point) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      case '\b':
        out += "\\b";
        break;
      case '\f':
        out += "\\f";
        break;
      default:
        if (point >= 0x10000) {
          out += fmt::format("\\u{:04x}\\u{:04x}", 0xd800 + ((point - 0x10000) >> 10),
                             0xdc00 + ((point - 0x10000) & 0x3ff));
        } else if (point < 0x20 || point >= 0x7f) {
          out += fmt::format("\\u{:04x}", static_cast<unsigned>(point));
        } else {
          out += static_cast<char>(point);
        }
    }
  }
  return out + "\"";
}

std::string json(const Value& v) {
  if (v.is_none()) return "null";
  if (v.is_bool()) return v.as_bool() ? "true" : "false";
  if (const auto* d = v.get_if<double>()) {
    if (std::isnan(*d)) return "NaN";
    if (std::isinf(*d)) return *d > 0 ? "Infinity" : "-Infinity";
    return python_float(*d);
  }
  if (v.is_int()) return repr(v);
  if (v.is_list()) return list_text(v.as_list(), json);
  return json_string(str(v));
}

}  // namespace wyvern
