// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>

#include "base/text.h"
#include "instruments/gnirs/rules.h"

// Descriptors that put the names of optical components together.
namespace wyvern::instruments::gnirs::rule {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_capital(char c) {
  return c >= 'A' && c <= 'Z';
}

template <class F>
std::size_t count_while(std::string_view text, std::size_t from, F&& accepts) {
  std::size_t n = 0;
  while (from + n < text.size() && accepts(text[from + n])) ++n;
  return n;
}

// Length of "_G" and digits at `from`; 0 when they do not stand there.
std::size_t component_id_length(std::string_view text, std::size_t from) {
  if (!text.substr(from).starts_with("_G")) return 0;
  const std::size_t digits = count_while(text, from + 2, is_digit);
  return digits == 0 ? 0 : 2 + digits;
}

// "32/mmSB_G5533" -> "32/mm_G5533": the grating without the camera it goes with.
std::string grating_name(const std::string& text) {
  const std::size_t lines =
      count_while(text, 0, [](char c) { return is_digit(c) || c == '/' || c == 'm'; });
  const std::size_t id_at = lines + count_while(text, lines, is_capital);
  const std::size_t id = component_id_length(text, id_at);
  if (lines == 0 || id == 0) return text;
  return text.substr(0, lines) + text.substr(id_at, id);
}

// "SB+SXD_G5536" -> "SXD_G5536". Nothing for engineering names.
std::optional<std::string> prism_name(std::string_view text) {
  const std::size_t camera =
      count_while(text, 0, [](char c) { return is_digit(c) || is_capital(c); });
  if (camera < text.size() && text[camera] == '+') text.remove_prefix(camera + 1);
  const std::size_t letters = count_while(text, 0, is_capital);
  const std::size_t id = component_id_length(text, letters);
  if (letters == 0 || id == 0) return std::nullopt;
  return std::string(text.substr(0, letters + id));
}

Value stripped_on_demand(const Question& q, Value name) {
  return q.strips() ? without_component_id(std::move(name)) : name;
}

Value integer_or_none(const Value& value) {
  constexpr double most = 1e18;  // beyond, no integer holds it
  if (value.is_number() && !(std::abs(value.as_double()) <= most)) return {};
  if (value.is_number()) return static_cast<std::int64_t>(value.as_double());
  if (!value.is_string()) return {};
  const auto number = parse_int(value.as_string());
  return number ? Value(std::int64_t{*number}) : Value();
}

}  // namespace

Value slit(const Question& q) {
  const Value slit = from_phu(q);
  if (!slit.is_string()) return {};
  return stripped_on_demand(q, replace_all(slit.as_string(), " ", ""));
}

Value grating(const Question& q) {
  const Value grating = from_phu(q);
  if (!grating.is_string()) return {};
  return stripped_on_demand(q, grating_name(grating.as_string()));
}

Value prism(const Question& q) {
  const std::optional<std::string> name = prism_name(card_text_or(q.phu(), q.keyword, ""));
  return name ? stripped_on_demand(q, *name) : Value();
}

Value grating_order(const Question& q) {
  return q.subject.has_tag("SPECT") ? integer_or_none(from_phu(q)) : Value();
}

Value prism_motor_steps(const Question& q) {
  return integer_or_none(from_phu(q));
}

Value disperser(const Question& q) {
  if (card_text_or(q.phu(), "ACQMIR", "") == "In") return "MIRROR";
  const Value grating = q.subject.ask("_grating", q.options);
  const Value prism = q.subject.ask("_prism", q.options);
  if (!grating.is_string() || !prism.is_string()) return {};
  if (prism.as_string().starts_with("MIR")) return grating;
  return grating.as_string() + "&" + prism.as_string();
}

Value focal_plane_mask(const Question& q) {
  const Value slit_value = q.subject.ask("slit", q.options);
  const Value decker_value = q.subject.ask("decker", q.options);
  if (!slit_value.is_string() || !decker_value.is_string()) return {};
  const std::string slit = replace_all(slit_value.as_string(), "Acquisition", "Acq");
  const std::string decker = replace_all(decker_value.as_string(), "Acquisition", "Acq");
  if (q.options.pretty) {
    if (contains(decker, "Long")) return slit;
    if (contains(decker, "XD")) return slit + "XD";
    for (const char* both : {"HR-IFU", "LR-IFU", "IFU", "Acq"}) {
      if (contains(slit, both) && contains(decker, both)) return both;
    }
  }
  return slit + "&" + decker;
}

Value group_id(const Question& q) {
  const Subject& of = q.subject;
  const DescriptorOptions pretty{.pretty = true};
  std::vector<std::string> items;
  const auto add = [&](std::string_view name, const DescriptorOptions& options = {}) {
    items.push_back(str(of.ask(name, options)));
  };
  if (of.has_tag("DARK")) {
    for (const char* name : {"read_mode", "exposure_time", "coadds"}) add(name);
  } else {
    add("observation_id");
    add("filter_name", pretty);
    add("camera");
    add("read_mode");
  }
  add("well_depth_setting");
  for (const char* name : {"detector_section", "disperser", "focal_plane_mask"}) add(name, pretty);
  if (of.has_tag("IMAGE") && of.has_tag("FLAT")) items.emplace_back("GNIRS_IMAGE_FLAT");
  return join(items, "_");
}

}  // namespace wyvern::instruments::gnirs::rule
