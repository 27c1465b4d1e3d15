// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "instruments/descriptor_rules.h"

#include <utility>

#include "base/errors.h"
#include "base/text.h"
#include "instruments/tag_rules.h"

namespace wyvern::instruments {

Subject::Subject(const AstroData& ad, std::size_t extension) : Subject(ad) {
  if (extension >= ad.extensions.size()) {
    refuse("extension " + std::to_string(extension) + ": Index out of range, the file has " +
           std::to_string(ad.extensions.size()) + " extension(s)");
  }
  only_ = extension;
}

std::span<const Extension> Subject::extensions() const {
  const std::span<const Extension> all(ad_.extensions);
  return whole() ? all : all.subspan(*only_, 1);
}

bool Subject::has_tag(std::string_view tag) const {
  if (!tags_) tags_ = evaluate_tags(ad_, instrument_);
  return tags_->contains(std::string(tag));
}

Value Subject::ask(std::string_view name, const DescriptorOptions& options) const {
  const DescriptorRule* rule = rule_of(instrument_, name);
  if (rule == nullptr) {
    refuse("'" + std::string(instrument_.class_name) + "' object has no attribute '" +
           std::string(name) + "'");
  }
  const std::string_view keyword =
      rule->keyword.empty() ? keyword_of(instrument_, name) : rule->keyword;
  return rule->value(Question{*this, keyword, options});
}

void Subject::refuse(const std::string& why) const {
  const std::string file = ad_.filename();
  throw InputError(file.empty() ? why : file + ": " + why);
}

Value card_value(const fits::Header& header, std::string_view keyword) {
  const Value* value = header.find(keyword);
  if (value == nullptr) return {};
  if (const std::string* text = value->get_if<std::string>()) return trim_right(*text);
  return *value;
}

std::string card_text_or(const fits::Header& header, std::string_view keyword,
                         std::string_view fallback) {
  return header.text(keyword).value_or(std::string(fallback));
}

std::optional<double> as_number(const Value& value) {
  if (value.is_number()) return value.as_double();
  if (value.is_string()) return parse_float(value.as_string());
  return std::nullopt;
}

Value without_component_id(Value value) {
  if (!value.is_string()) return value;
  const std::string& text = value.as_string();
  const std::size_t at = text.find("_G");
  if (at == std::string::npos) return value;
  return text.substr(0, at);
}

Value from_phu(const Question& q) {
  return card_value(q.phu(), q.keyword);
}

Value from_phu_component(const Question& q) {
  Value value = from_phu(q);
  return q.strips() ? without_component_id(std::move(value)) : value;
}

Value from_extensions(const Question& q) {
  return q.subject.per_extension(
      [&q](const Extension& extension) { return card_value(extension.header, q.keyword); });
}

Value section_from_extensions(const Question& q) {
  return q.subject.per_extension([&q](const Extension& extension) -> Value {
    Value value = card_value(extension.header, q.keyword);
    if (!value.is_string() || q.options.pretty) return value;
    return parse_section(value.as_string());
  });
}

Value nothing(const Question&) {
  return {};
}

std::optional<Value> prepared_value(const Question& q) {
  const std::span<const Extension> extensions = q.subject.extensions();
  if (extensions.empty() || !q.subject.has_tag("PREPARED")) return std::nullopt;
  for (const Extension& extension : extensions) {
    if (!extension.header.has(q.keyword)) return std::nullopt;
  }
  return from_extensions(q);
}

}  // namespace wyvern::instruments
