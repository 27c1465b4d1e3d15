// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>

#include "base/text.h"
#include "instruments/gemini/rules.h"

// Descriptors of how and under what conditions a file was observed.
namespace wyvern::instruments::gemini {

Value airmass_of(const Value* card) {
  if (card == nullptr) return {};
  Value airmass = *card;
  if (card->is_string()) {
    const std::optional<double> number = parse_float(card->as_string());
    if (!number) return {};
    airmass = *number;
  }
  if (!airmass.is_number() || !(airmass.as_double() >= 1.0)) return {};
  return airmass;
}

namespace rule {

Value airmass(const Question& q) {
  return airmass_of(q.phu().find(q.keyword));
}

Value ao_seeing(const Question& q) {
  if (Value value = card_value(q.phu(), q.keyword); !value.is_none()) return value;
  const std::optional<double> r_zero_cm = as_number(card_value(q.phu(), "RZEROVAL"));
  if (!r_zero_cm) return {};
  // Seeing of a turbulence-limited image at 0.5 um, arcsec.
  return (206265.0 * 0.98 * 0.5e-6) / (*r_zero_cm * 0.01);
}

Value calibration_key(const Question& q) {
  Value label = q.subject.ask("data_label");
  if (!label.is_string()) return label;
  return replace_all(label.as_string(), "_stack", "");
}

Value cass_rotator_pa(const Question& q) {
  Value angle = from_phu(q);
  const std::optional<double> degrees = as_number(angle);
  if (!degrees || std::abs(*degrees) > 360.0) return {};
  return angle;
}

Value coadds(const Question& q) {
  const Value value = from_phu(q);
  if (value.is_none()) return 1;
  constexpr double most = 1e18;  // beyond, no integer holds it
  if (value.is_number() && std::abs(value.as_double()) <= most) {
    return static_cast<std::int64_t>(value.as_double());
  }
  if (value.is_string()) {
    if (const auto number = parse_int(value.as_string())) return std::int64_t{*number};
  }
  q.subject.refuse("keyword COADDS is not a number: " + repr(value));
}

Value exposure_time(const Question& q) {
  const Value value = from_phu(q);
  if (value.is_none()) return {};
  if (!value.is_number()) {
    q.subject.refuse("keyword " + std::string(q.keyword) + " is not a number: " + repr(value));
  }
  if (value.as_double() < 0.0) return {};
  const bool per_coadd =
      !q.subject.has_tag("PREPARED") && q.subject.ask("is_coadds_summed") == Value(true);
  if (!per_coadd) return value;
  const std::int64_t coadds = q.subject.ask("coadds").as_int();
  if (value.is_int()) return value.as_int() * coadds;
  return value.as_double() * static_cast<double>(coadds);
}

Value gcal_lamp(const Question& q) {
  const std::optional<std::string> lamp = q.phu().text("GCALLAMP");
  const std::optional<std::string> shutter = q.phu().text("GCALSHUT");
  if (!lamp || !shutter) return {};
  const std::string name = to_upper(*lamp);
  const bool shut_off = to_upper(*shutter) == "CLOSED" && (name == "IRHIGH" || name == "IRLOW");
  return shut_off || name.empty() || name == "NO VALUE" ? Value("Off") : Value(*lamp);
}

Value group_id(const Question& q) {
  return q.subject.ask("observation_id");
}

Value is_ao(const Question& q) {
  return card_text_or(q.phu(), "AOFOLD", "") == "IN";
}

Value percentile(const Question& q) {
  const std::string text = card_text_or(q.phu(), q.keyword, "");
  if (text == "Any") return 100;
  const auto digit = [&text](std::size_t i) { return text[i] >= '0' && text[i] <= '9'; };
  if (text.size() != 13 || !digit(0) || !digit(1) || !text.ends_with("-percentile")) return {};
  return (text[0] - '0') * 10 + (text[1] - '0');
}

Value qa_state(const Question& q) {
  const std::string pi = to_upper(card_text_or(q.phu(), "RAWPIREQ", "UNKNOWN"));
  const std::string gemini = to_upper(card_text_or(q.phu(), "RAWGEMQA", "UNKNOWN"));
  if (pi == "UNKNOWN" || gemini == "UNKNOWN") return "Undefined";
  if (pi == "YES" && gemini == "USABLE") return "Pass";
  if (pi == "NO" && gemini == "USABLE") return "Usable";
  if (gemini == "BAD") return "Fail";
  if (pi == "CHECK" || gemini == "CHECK") return "CHECK";
  return pi + ":" + gemini;
}

Value wavefront_sensor(const Question& q) {
  const auto guides = [&q](std::string_view keyword) {
    return card_text_or(q.phu(), keyword, "") == "guiding";
  };
  std::vector<std::string> sensors;  // in alphabetical order
  if (guides("AOWFS_ST")) sensors.emplace_back("AOWFS");
  if (q.phu().has("GWFS1CFG")) sensors.emplace_back("GEMS");
  if (guides("OIWFS_ST")) sensors.emplace_back("OIWFS");
  if (guides("PWFS1_ST")) sensors.emplace_back("PWFS1");
  if (guides("PWFS2_ST")) sensors.emplace_back("PWFS2");
  return sensors.empty() ? Value() : Value(join(sensors, "&"));
}

}  // namespace rule
}  // namespace wyvern::instruments::gemini
