// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "instruments/descriptors.h"
#include "instruments/instrument.h"

namespace wyvern::instruments {

// What a descriptor is asked of: a whole object, or one of its extensions (a slice, which shares
// the primary header). Tags are worked out once, when a rule first asks.
class Subject {
 public:
  explicit Subject(const AstroData& ad) : ad_(ad), instrument_(instrument_of(ad)) {}
  // InputError "Index out of range" when there is no such extension.
  Subject(const AstroData& ad, std::size_t extension);

  const AstroData& object() const { return ad_; }
  const Instrument& instrument() const { return instrument_; }
  bool whole() const { return !only_; }
  const fits::Header& phu() const { return ad_.phu; }
  std::span<const Extension> extensions() const;
  bool has_tag(std::string_view tag) const;

  // The value of another descriptor of the same subject.
  Value ask(std::string_view name, const DescriptorOptions& options = {}) const;

  // f(extension) of each extension: a list for a whole object, the bare value for a slice.
  template <class F>
  Value per_extension(F&& f) const {
    if (!whole()) return f(extensions().front());
    ValueList values;
    values.reserve(extensions().size());
    for (const Extension& extension : extensions()) values.push_back(f(extension));
    return values;
  }

  // InputError that names the file.
  [[noreturn]] void refuse(const std::string& why) const;

 private:
  const AstroData& ad_;
  const Instrument& instrument_;
  std::optional<std::size_t> only_;
  mutable std::optional<Tags> tags_;
};

// A descriptor being asked for.
struct Question {
  const Subject& subject;
  std::string_view keyword;  // the one behind the descriptor, for this instrument
  const DescriptorOptions& options;

  const fits::Header& phu() const { return subject.phu(); }
  // Whether component IDs ("_G5540") are to be taken off.
  bool strips() const { return options.pretty || options.strip_id; }
};

struct DescriptorRule {
  std::string_view name;
  Value (*value)(const Question&);
  std::string_view keyword = {};  // where the instrument's map of keywords has none
  bool pretty = false;            // has an option `pretty`
};

// The value of a card, text without trailing blanks; None when absent or empty.
Value card_value(const fits::Header& header, std::string_view keyword);
std::string card_text_or(const fits::Header& header, std::string_view keyword,
                         std::string_view fallback);
// A number, or text that is one.
std::optional<double> as_number(const Value& value);
// The text before the first "_G"; values that are not text pass through.
Value without_component_id(Value value);

// Rules that do for many descriptors.
Value from_phu(const Question& q);
Value from_phu_component(const Question& q);  // with the component ID taken off on demand
Value from_extensions(const Question& q);
Value section_from_extensions(const Question& q);
Value nothing(const Question& q);

// The values of a keyword that prepare has put into every extension; nothing for raw data or when
// it is missing somewhere.
std::optional<Value> prepared_value(const Question& q);

}  // namespace wyvern::instruments
