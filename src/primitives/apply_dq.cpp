// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include "base/errors.h"
#include "base/text.h"
#include "kernels/flagged.h"
#include "kernels/morphology.h"
#include "kernels/statistics.h"
#include "primitives/common.h"
#include "primitives/families.h"

// applyDQPlane: replaces flagged pixels. Reference: geminidr/core/primitives_preprocess.py,
// gempy/library/filtering.py.

namespace wyvern {
namespace {

std::string flag_list(std::int64_t flags) {
  std::vector<std::string> bits;
  for (std::int64_t bit = 1; bit > 0 && bit <= flags; bit <<= 1) {
    if ((flags & bit) != 0) bits.push_back(std::to_string(bit));
  }
  return "[" + join(bits, ", ") + "]";
}

template <class T>
T statistic_of_good(std::span<const T> data, std::span<const std::uint16_t> mask,
                    std::uint16_t flags, bool median) {
  std::vector<T> good;
  good.reserve(data.size());
  kernels::for_flag_groups(mask, flags,
                           [&](std::size_t first, std::size_t size, kernels::Flagged which) {
                             if (which == kernels::Flagged::all) return;
                             for (std::size_t k = first; k < first + size; ++k) {
                               if ((mask[k] & flags) == 0) good.push_back(data[k]);
                             }
                           });
  return median ? kernels::median_in_place(std::span<T>(good))
                : kernels::numpy_mean(std::span<const T>(good));
}

template <class T>
void apply_rings(Extension& extension, std::uint16_t flags, const Parameters& p, bool median) {
  const std::span<const std::uint16_t> mask = extension.mask.pixels<std::uint16_t>();
  std::vector<std::uint8_t> bad(mask.size());
  for (std::size_t k = 0; k < mask.size(); ++k) bad[k] = (mask[k] & flags) != 0;
  kernels::ring_filter<T>(extension.data.pixels<T>(), extension.data.ny(), extension.data.nx(),
                          std::move(bad), p.number("inner"), p.number("outer"),
                          static_cast<int>(p.integer("max_iters")),
                          median ? kernels::RingStatistic::median : kernels::RingStatistic::mean);
}

template <class T>
void apply_to(Extension& extension, const Parameters& p) {
  const auto flags = static_cast<std::uint16_t>(p.integer("replace_flags"));
  const Value& wanted = p["replace_value"];
  const std::optional<double> number =
      wanted.is_string() ? parse_float(wanted.as_string()) : std::optional(wanted.as_double());
  const bool median = !number && wanted.as_string() == "median";
  if (!number && !p["inner"].is_none() && !p["outer"].is_none()) {
    apply_rings<T>(extension, flags, p, median);
    return;
  }
  const std::span<T> data = extension.data.pixels<T>();
  const std::span<const std::uint16_t> mask = extension.mask.pixels<std::uint16_t>();
  const T value =
      number ? static_cast<T>(*number) : statistic_of_good<T>(data, mask, flags, median);
  kernels::for_flag_groups(mask, flags,
                           [&](std::size_t first, std::size_t size, kernels::Flagged which) {
                             if (which == kernels::Flagged::none) return;
                             for (std::size_t k = first; k < first + size; ++k) {
                               data[k] = (mask[k] & flags) != 0 ? value : data[k];
                             }
                           });
}

void check_radii(const Parameters& p) {
  const auto inner = p.optional_number("inner"), outer = p.optional_number("outer");
  if (inner && outer && *outer < *inner) {
    throw RecipeError(fmt::format(
        "applyDQPlane: Outer radius must be larger than inner radius (inner={}, outer={})",
        python_float(*inner), python_float(*outer)));
  }
}

void apply_dq_plane(AstroData& frame, FrameCall& call) {
  check_radii(call.parameters);
  if (call.index == 0) {
    call.log.stdinfo(fmt::format("The flags {} will be applied",
                                 flag_list(call.parameters.integer("replace_flags"))));
  }
  for (std::size_t i = 0; i < frame.extensions.size(); ++i) {
    Extension& extension = frame.extensions[i];
    if (extension.mask.empty()) {
      call.log.warning(
          fmt::format("No DQ plane exists for {} extension {}, so the correction cannot be applied",
                      frame.filename(), i + 1));
      continue;
    }
    if (extension.data.type() == PixelType::f32) {
      apply_to<float>(extension, call.parameters);
    } else {
      extension.data = extension.data.converted_to(PixelType::f64);
      apply_to<double>(extension, call.parameters);
    }
  }
  mark_history(frame, call.context, "APLDQPLN", "applyDQPlane");
  rename(frame, call.parameters);
}

std::string replacement_error(const Value& value) {
  if (!value.is_string() || value.as_string() == "mean" || value.as_string() == "median") return "";
  return parse_float(value.as_string()) ? "" : "must be 'mean', 'median' or a number";
}

}  // namespace

std::vector<Primitive> apply_dq_primitives() {
  Parameter value{.name = "replace_value",
                  .type = ParameterType::text_or_real,
                  .default_value = "median",
                  .label = "Replacement value [mean|median|<value>]",
                  .check = replacement_error};
  return {
      {"applyDQPlane",
       {text("suffix", "_dqPlaneApplied", "Filename suffix"),
        integer("replace_flags", 65529, "DQ bitmask (uint16) for pixels to replace.", "[0,inf)"),
        value, or_none(real("inner", {}, "Inner filter radius (pixels)", "[1,inf)")),
        or_none(real("outer", {}, "Outer filter radius (pixels)", "[1,inf)")),
        integer("max_iters", 1, "Maximum number of iterations", "[1,inf)")},
       apply_dq_plane}};
}

}  // namespace wyvern
