// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "primitives/auxiliary.h"

#include <cstring>

#include <fmt/format.h>

#include "base/errors.h"
#include "instruments/descriptors.h"

namespace wyvern {
namespace {

Plane lower_left(const Plane& plane, const std::vector<std::int64_t>& shape) {
  if (plane.empty()) return {};
  Plane part(plane.type(), shape);
  const std::size_t pixel = size_of(plane.type());
  const std::size_t row = static_cast<std::size_t>(shape[1]) * pixel;
  for (std::int64_t y = 0; y < shape[0]; ++y) {
    std::memcpy(part.raw() + static_cast<std::size_t>(y) * row,
                plane.raw() + static_cast<std::size_t>(y * plane.nx()) * pixel, row);
  }
  return part;
}

}  // namespace

const AstroData& matched_to(const AstroData& auxiliary, const AstroData& frame,
                            AstroData& clipped) {
  if (auxiliary.extensions.size() != frame.extensions.size()) {
    throw DataError(fmt::format("{} and {} have different numbers of extensions ({} and {})",
                                auxiliary.filename(), frame.filename(), auxiliary.extensions.size(),
                                frame.extensions.size()));
  }
  bool same = true;
  for (std::size_t i = 0; i < frame.extensions.size(); ++i) {
    const Plane& data = auxiliary.extensions[i].data;
    const Plane& wanted = frame.extensions[i].data;
    if (data.shape() == wanted.shape()) continue;
    same = false;
    if (data.shape().size() != 2 || wanted.shape().size() != 2 || data.ny() < wanted.ny() ||
        data.nx() < wanted.nx()) {
      throw DataError(
          fmt::format("No auxiliary data in {} matches the detector section {} in {}[SCI,{}]",
                      auxiliary.filename(), str(describe(frame, i, "detector_section")),
                      frame.filename(), i + 1));
    }
  }
  if (same) return auxiliary;
  clipped = auxiliary.clone();
  for (std::size_t i = 0; i < frame.extensions.size(); ++i) {
    Extension& extension = clipped.extensions[i];
    const std::vector<std::int64_t>& shape = frame.extensions[i].data.shape();
    extension.data = lower_left(extension.data, shape);
    extension.variance = lower_left(extension.variance, shape);
    extension.mask = lower_left(extension.mask, shape);
  }
  return clipped;
}

}  // namespace wyvern
