// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>

#include "base/text.h"
#include "instruments/gemini/rules.h"

// Descriptors of the detector and what it sees.
namespace wyvern::instruments::gemini {

Value offset_in_pixels(const Question& q, std::string_view keyword, bool negate) {
  const std::optional<double> offset = as_number(card_value(q.phu(), keyword));
  const Value scale = q.subject.ask("pixel_scale");
  if (!offset || !scale.is_number()) return {};
  const double pixels = *offset / scale.as_double();
  return negate ? -pixels : pixels;
}

bool is_on_port_one(const Question& q) {
  return card_value(q.phu(), "INPORT") == Value(1);
}

namespace rule {
namespace {

std::string unit_of(const Extension& extension) {
  return to_upper(card_text_or(extension.header, "BUNIT", "ADU"));
}

}  // namespace

Value binning(const Question& q) {
  return str(q.subject.ask("detector_x_bin")) + "x" + str(q.subject.ask("detector_y_bin"));
}

Value detector_bin(const Question& q) {
  return q.phu().get(q.keyword, 1);
}

Value detector_roi_setting(const Question&) {
  return "Fixed";
}

Value detector_x_offset(const Question& q) {
  return offset_in_pixels(q, "POFFSET", is_on_port_one(q));
}

Value detector_y_offset(const Question& q) {
  return offset_in_pixels(q, "QOFFSET", false);
}

Value dispersion_axis(const Question& q) {
  if (!q.subject.has_tag("PREPARED")) return {};
  return q.subject.per_extension([&q](const Extension& extension) -> Value {
    const std::optional<double> axis = as_number(card_value(extension.header, q.keyword));
    return axis ? Value(static_cast<std::int64_t>(*axis)) : Value();
  });
}

Value is_coadds_summed(const Question&) {
  return true;
}

Value is_in_adu(const Question& q) {
  const std::span<const Extension> extensions = q.subject.extensions();
  if (extensions.empty()) return {};
  const std::string unit = unit_of(extensions.front());
  if (!std::ranges::all_of(extensions, [&](const Extension& e) { return unit_of(e) == unit; })) {
    q.subject.refuse("keyword BUNIT: Not all extensions appear to have the same units");
  }
  return unit == "ADU";
}

Value mdf_row_id(const Question& q) {
  if (q.subject.has_tag("IMAGE") || !q.subject.has_tag("PREPARED")) return {};
  return from_extensions(q);
}

Value pixel_scale(const Question& q) {
  double sum = 0.0;
  for (const Extension& extension : q.subject.extensions()) {
    if (!extension.wcs) return {};
    sum += extension.wcs->pixel_scale_arcsec();
  }
  const std::size_t count = q.subject.extensions().size();
  return count == 0 ? Value() : Value(sum / static_cast<double>(count));
}

}  // namespace rule
}  // namespace wyvern::instruments::gemini
