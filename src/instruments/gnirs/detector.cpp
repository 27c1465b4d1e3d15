// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>

#include "base/errors.h"
#include "instruments/gemini/rules.h"
#include "instruments/gnirs/rules.h"
#include "instruments/gnirs/tables.h"

// Descriptors of the detector.
namespace wyvern::instruments::gnirs::rule {
namespace {

Value name_of_array(const Question& q) {
  Value id = card_value(q.phu(), "ARRAYID");
  if (!q.phu().has("CONID")) return id;
  return str(id) + "+" + str(card_value(q.phu(), "CONID"));
}

// The array's row of the table; nullptr for one that is not in it.
const Array* array_of(const Subject& subject) {
  Value name = subject.ask("array_name");
  if (name.is_list()) {
    if (name.as_list().empty()) return nullptr;
    name = Value(name.as_list().front());
  }
  if (!name.is_string()) return nullptr;
  const auto row = std::ranges::find(arrays, name.as_string(), &Array::name);
  return row == std::end(arrays) ? nullptr : &*row;
}

// How the array was read.
struct Mode {
  double read_noise_e, well_e;
};

std::optional<Mode> mode_of(const Subject& subject) {
  const Array* array = array_of(subject);
  const Value read_mode = subject.ask("read_mode");
  const Value depth = subject.ask("well_depth_setting");
  if (array == nullptr || !read_mode.is_string() || !depth.is_string()) return std::nullopt;
  const auto mode = std::ranges::find(read_modes, read_mode.as_string());
  const auto well = std::ranges::find(well_depths, depth.as_string(), &WellDepth::setting);
  if (mode == read_modes.end() || well == std::end(well_depths)) return std::nullopt;
  const auto column = static_cast<std::size_t>(mode - read_modes.begin());
  return Mode{array->read_noise_e[column], well->electrons};
}

// `value` of each extension.
Value everywhere(const Subject& subject, const Value& value) {
  return subject.per_extension([&value](const Extension&) { return value; });
}

// f(x) of each of `values`, a list or one value.
template <class F>
Value mapped(const Value& values, F&& f) {
  if (!values.is_list()) return f(values);
  ValueList list;
  for (const Value& value : values.as_list()) list.push_back(f(value));
  return list;
}

Value truncated(double value) {
  constexpr double most = 1e18;  // beyond, no integer holds it
  if (!(std::abs(value) <= most)) return {};
  return static_cast<std::int64_t>(value);
}

}  // namespace

Value array_name(const Question& q) {
  return everywhere(q.subject, name_of_array(q));
}

Value full_frame(const Question& q) {
  return q.subject.per_extension([&q](const Extension& extension) -> Value {
    const Section section{0, extension.data.nx(), 0, extension.data.ny()};
    return q.options.pretty ? Value(iraf_section(section)) : Value(section);
  });
}

Value detector_x_offset(const Question& q) {
  const bool mirrored = gemini::is_on_port_one(q) && q.subject.ask("is_ao") == Value(false);
  return gemini::offset_in_pixels(q, "QOFFSET", mirrored);
}

Value detector_y_offset(const Question& q) {
  return gemini::offset_in_pixels(q, "POFFSET", true);
}

Value gain(const Question& q) {
  if (auto value = prepared_value(q)) return *value;
  return everywhere(q.subject, mode_of(q.subject) ? Value(gain_e_per_adu) : Value());
}

Value read_noise(const Question& q) {
  if (auto value = prepared_value(q)) return *value;
  const std::optional<Mode> mode = mode_of(q.subject);
  if (!mode) return everywhere(q.subject, {});
  const double coadds = q.subject.ask("coadds").as_double();
  return everywhere(q.subject, mode->read_noise_e * std::sqrt(coadds));
}

Value saturation_level(const Question& q) {
  if (auto value = prepared_value(q)) return *value;
  if (array_of(q.subject) == nullptr) return {};
  const std::optional<Mode> mode = mode_of(q.subject);
  const double coadds = q.subject.ask("coadds").as_double();
  return mapped(q.subject.ask("gain"), [&](const Value& gain) -> Value {
    if (!mode || !gain.is_number() || gain.as_double() == 0.0) return {};
    return truncated(mode->well_e * coadds / gain.as_double());
  });
}

Value non_linear_level(const Question& q) {
  if (auto value = prepared_value(q)) return *value;
  if (array_of(q.subject) == nullptr) return {};
  const bool known = mode_of(q.subject).has_value();
  return mapped(q.subject.ask("saturation_level"), [known](const Value& level) -> Value {
    if (!known || !level.is_number() || level.as_double() == 0.0) return {};
    return truncated(linear_limit * level.as_double());
  });
}

// There are no zero points of GNIRS yet; data in mixed units are refused all the same.
Value nominal_photometric_zeropoint(const Question& q) {
  static_cast<void>(q.subject.ask("is_in_adu"));
  return everywhere(q.subject, {});
}

Value pixel_scale(const Question& q) {
  const Value camera = q.subject.ask("camera", {.pretty = true});
  // Bad pixel masks name no camera.
  if (camera.is_none()) return {};
  const std::optional<double> scale =
      camera.is_string() ? camera_scale(camera.as_string()) : std::nullopt;
  if (!scale) q.subject.refuse("keyword CAMERA: Unrecognized GNIRS camera, " + str(camera));
  return *scale;
}

Value read_mode(const Question& q) {
  if (Value mode = from_phu(q); !mode.is_none()) return mode;
  const Value low_noise_reads = card_value(q.phu(), "LNRS");
  const Value averages = card_value(q.phu(), "NDAVGS");
  for (const Reads& row : reads) {
    if (low_noise_reads == Value(row.low_noise_reads) && averages == Value(row.averages)) {
      return row.mode;
    }
  }
  return "Unknown";
}

Value well_depth_setting(const Question& q) {
  const std::optional<double> detector_bias = as_number(card_value(q.phu(), "DETBIAS"));
  if (!detector_bias) return {};
  const double bias = std::abs(*detector_bias);
  if (std::abs(0.3 - bias) < 0.1) return "Shallow";
  if (std::abs(0.6 - bias) < 0.1) return "Deep";
  return "Unknown";
}

}  // namespace wyvern::instruments::gnirs::rule
