// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>
#include <numbers>

#include "base/errors.h"
#include "base/text.h"
#include "instruments/gemini/rules.h"
#include "wcs/frames.h"

// Descriptors of where the telescope and the target were. Angles in degrees.
namespace wyvern::instruments::gemini::rule {
namespace {

double radians(double degrees) {
  return degrees * (std::numbers::pi / 180.0);
}

// "-12:07:58.1", "8 30 12.5", "8h30m12.5s": up to three fields of base 60.
std::optional<double> parse_sexagesimal(std::string_view text) {
  std::string plain(trim(text));
  for (char& c : plain) {
    if (std::string_view(":hdms'\"").find(c) != std::string_view::npos) c = ' ';
  }
  const std::vector<std::string> fields = split_blank(plain);
  if (fields.empty() || fields.size() > 3) return std::nullopt;
  const bool negative = fields.front().starts_with('-');
  double value = 0.0, unit = 1.0;
  for (const std::string& field : fields) {
    const std::optional<double> number = parse_float(field);
    if (!number || !std::isfinite(*number)) return std::nullopt;
    value += std::abs(*number) / unit;
    unit *= 60.0;
  }
  return negative ? -value : value;
}

// The angle that a text of a header means, in degrees. `in_hours`: unless the text says otherwise.
std::optional<double> parse_angle(std::string_view text, bool in_hours) {
  if (const std::optional<double> number = parse_float(text)) return number;
  text = trim(text);
  for (const auto& [word, hours] : {std::pair{"hours", true}, std::pair{"degrees", false}}) {
    if (in_hours && text.ends_with(word)) {
      text.remove_suffix(std::string_view(word).size());
      in_hours = hours;
      break;
    }
  }
  const std::optional<double> angle = parse_sexagesimal(text);
  if (!angle) return std::nullopt;
  return in_hours ? *angle * 15.0 : *angle;
}

Value raw_coordinate(const Question& q, std::string_view keyword, bool in_hours) {
  Value value = card_value(q.phu(), keyword);
  if (value.is_number()) return value;
  if (!value.is_string()) return {};
  const std::optional<double> angle = parse_angle(value.as_string(), in_hours);
  return angle ? Value(*angle) : Value();
}

double offset_keyword(const Question& q, std::string_view keyword) {
  return as_number(card_value(q.phu(), keyword)).value_or(0.0);
}

std::optional<DateTime> observed_at(const Question& q) {
  const Value value = q.subject.ask("ut_datetime");
  const DateTime* when = value.get_if<DateTime>();
  return when == nullptr ? std::nullopt : std::optional(*when);
}

double decimal_year(const DateTime& when) {
  const DateTime start{{when.date.year, 1, 1}, {}};
  const DateTime end{{when.date.year + 1, 1, 1}, {}};
  return when.date.year + seconds_between(start, when) / seconds_between(start, end);
}

// A number, or the refusal to go on without it.
double required(const Question& q, const Value& value, std::string_view keyword) {
  if (!value.is_number()) {
    q.subject.refuse("keyword " + std::string(keyword) +
                     " is missing or no coordinate: the position of the target is not known");
  }
  return value.as_double();
}

// Years of proper motion since the epoch of the coordinates.
double years_of_motion(const Question& q) {
  const std::optional<DateTime> when = observed_at(q);
  if (!when) q.subject.refuse("no date of observation to apply the proper motion to");
  return decimal_year(*when) - as_number(card_value(q.phu(), "EPOCH")).value_or(2000.0);
}

// `value` moved by the proper motion in `keyword`, whose unit is `arcsec` arcseconds per year.
Value moved(const Question& q, Value value, std::string_view coordinate, std::string_view keyword,
            double arcsec) {
  const double motion = offset_keyword(q, keyword);
  if (!q.options.pm || motion == 0.0) return value;
  return required(q, value, coordinate) + motion * years_of_motion(q) * arcsec / 3600.0;
}

Value target_dec_of_header(const Question& q) {
  Value dec = raw_dec(q);
  if (q.options.offset) {
    dec = required(q, dec, "DEC") +
          (offset_keyword(q, "DECOFFSE") + offset_keyword(q, "DECTRGOF")) / 3600.0;
  }
  return moved(q, std::move(dec), "DEC", "PMDEC", 1.0);
}

Value target_ra_of_header(const Question& q) {
  Value ra = raw_ra(q);
  if (q.options.offset) {
    const double arcsec = offset_keyword(q, "RAOFFSET") + offset_keyword(q, "RATRGOFF");
    const DescriptorOptions with_offset{.offset = true};
    const Value dec = target_dec_of_header({q.subject, q.keyword, with_offset});
    ra = required(q, ra, "RA") + arcsec / 3600.0 / std::cos(radians(required(q, dec, "DEC")));
  }
  return moved(q, std::move(ra), "RA", "PMRA", 15.0);
}

Point to_icrs_or_refuse(const Question& q, std::string_view frame, Point sky) {
  try {
    return to_icrs(frame, sky, observed_at(q));
  } catch (const DataError& error) {
    q.subject.refuse(error.what());
  }
}

Point target_in_icrs(const Question& q) {
  const Point sky{required(q, target_ra_of_header(q), "RA"),
                  required(q, target_dec_of_header(q), "DEC")};
  return to_icrs_or_refuse(q, card_text_or(q.phu(), "FRAME", "FK5"), sky);
}

// Where the projection of the first extension is centred; for moving targets taken from apparent
// coordinates to ICRS.
std::optional<Point> wcs_centre(const Question& q) {
  const std::span<const Extension> extensions = q.subject.extensions();
  if (extensions.empty() || !extensions.front().wcs) return std::nullopt;
  const Point centre = extensions.front().wcs->projection_centre();
  return q.subject.has_tag("NON_SIDEREAL") ? to_icrs_or_refuse(q, "APPT", centre) : centre;
}

}  // namespace

Value raw_ra(const Question& q) {
  return raw_coordinate(q, "RA", true);
}
Value raw_dec(const Question& q) {
  return raw_coordinate(q, "DEC", false);
}

Value target_ra(const Question& q) {
  return q.options.icrs ? Value(target_in_icrs(q).x) : target_ra_of_header(q);
}

Value target_dec(const Question& q) {
  return q.options.icrs ? Value(target_in_icrs(q).y) : target_dec_of_header(q);
}

Value wcs_ra(const Question& q) {
  const std::optional<Point> centre = wcs_centre(q);
  return centre ? Value(centre->x) : Value();
}

Value wcs_dec(const Question& q) {
  const std::optional<Point> centre = wcs_centre(q);
  return centre ? Value(centre->y) : Value();
}

Value ra(const Question& q) {
  Value wcs = q.subject.ask("wcs_ra");
  return wcs.is_none() ? raw_ra(q) : wcs;
}

Value dec(const Question& q) {
  Value wcs = q.subject.ask("wcs_dec");
  return wcs.is_none() ? raw_dec(q) : wcs;
}

}  // namespace wyvern::instruments::gemini::rule
