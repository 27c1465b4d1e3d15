// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "primitives/resampling.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "kernels/resample.h"

namespace wyvern {
namespace {

// Corner pixels of an nx x ny image in the order in which the AREA keywords list them.
std::array<Point, 4> corners(std::int64_t nx, std::int64_t ny) {
  const auto x = static_cast<double>(nx - 1), y = static_cast<double>(ny - 1);
  return {Point{0, 0}, Point{0, y}, Point{x, 0}, Point{x, y}};
}

kernels::SamplingMap sampling_map(const Affine& input_to_output) {
  const Affine back = input_to_output.inverse();
  kernels::SamplingMap map;
  map.m00 = back.matrix[1][1];
  map.m01 = back.matrix[1][0];
  map.m10 = back.matrix[0][1];
  map.m11 = back.matrix[0][0];
  map.o0 = back.offset.y;
  map.o1 = back.offset.x;
  return map;
}

bool is_whole(double v) {
  return v == std::floor(v);
}

// Copies a plane to where whole-pixel offsets put it; `outside` fills the rest.
template <class T>
Plane moved(const Plane& plane, std::int64_t dx, std::int64_t dy, const CommonGrid& grid,
            T outside) {
  Plane out = Plane::filled<T>(grid.ny, grid.nx, outside);
  const std::span<const T> from = plane.pixels<T>();
  const std::span<T> to = out.pixels<T>();
  const std::int64_t x0 = std::max<std::int64_t>(0, -dx);
  const std::int64_t x1 = std::min(plane.nx(), grid.nx - dx);
  for (std::int64_t y = std::max<std::int64_t>(0, -dy); y < std::min(plane.ny(), grid.ny - dy);
       ++y) {
    if (x1 <= x0) break;
    std::memcpy(&to[static_cast<std::size_t>((y + dy) * grid.nx + x0 + dx)],
                &from[static_cast<std::size_t>(y * plane.nx() + x0)],
                static_cast<std::size_t>(x1 - x0) * sizeof(T));
  }
  return out;
}

void move_planes(Extension& extension, const Affine& to_grid, const CommonGrid& grid) {
  const auto dx = static_cast<std::int64_t>(to_grid.offset.x);
  const auto dy = static_cast<std::int64_t>(to_grid.offset.y);
  extension.data = moved<float>(extension.data, dx, dy, grid, 0.0F);
  if (!extension.variance.empty()) {
    extension.variance = moved<float>(extension.variance, dx, dy, grid, 0.0F);
  }
  if (!extension.mask.empty()) {
    extension.mask = moved<std::uint16_t>(extension.mask, dx, dy, grid, dq::no_data);
  }
  if (Plane* objects = extension.plane("OBJMASK")) {
    *objects = moved<std::uint8_t>(*objects, dx, dy, grid, 0);
  }
}

// Fills holes so that they do not spread over their neighbours.
void replace_non_finite(Plane& plane, std::string_view what, const std::string& name,
                        Journal& log) {
  const std::size_t count = kernels::replace_non_finite(plane.pixels<float>());
  if (count > 0) {
    log.warning(
        fmt::format("{}: {} pixels of {} are not finite and are taken as 0", name, count, what));
  }
}

Plane sampled(const Plane& plane, const kernels::SamplingMap& map, int order, double factor,
              const CommonGrid& grid) {
  Plane out(PixelType::f32, {grid.ny, grid.nx});
  float* pixels = out.pixels<float>().data();
  if (order <= 1) {
    kernels::resample_rows<float>(plane.pixels<float>(), plane.ny(), plane.nx(), map, order, 0.0,
                                  factor, 0, grid.ny, grid.nx, pixels);
  } else {
    const std::vector<double> coefficients =
        kernels::spline_coefficients<float>(plane.pixels<float>(), plane.ny(), plane.nx(), order);
    kernels::resample_rows<double>(coefficients, plane.ny(), plane.nx(), map, order, 0.0, factor, 0,
                                   grid.ny, grid.nx, pixels);
  }
  return out;
}

// Data and variance.
void sample_both(Extension& extension, const kernels::SamplingMap& map, int order, double factor,
                 const CommonGrid& grid) {
  if (order != 1 || extension.variance.empty()) {
    extension.data = sampled(extension.data, map, order, factor, grid);
    if (extension.variance.empty()) return;
    extension.variance = sampled(extension.variance, map, order, factor, grid);
    return;
  }
  Plane data(PixelType::f32, {grid.ny, grid.nx}), variance(PixelType::f32, {grid.ny, grid.nx});
  kernels::resample_pair_rows(std::as_const(extension.data).pixels<float>(),
                              std::as_const(extension.variance).pixels<float>(),
                              extension.data.ny(), extension.data.nx(), map, factor, 0, grid.ny,
                              grid.nx, data.pixels<float>().data(),
                              variance.pixels<float>().data());
  extension.data = std::move(data);
  extension.variance = std::move(variance);
}

template <class M>
Plane sampled_mask(const Plane& plane, const kernels::SamplingMap& map,
                   const ResampleOptions& options, bool no_data_outside, const CommonGrid& grid) {
  Plane out(pixel_type_of<M>, {grid.ny, grid.nx});
  kernels::resample_mask_rows<M>(plane.pixels<M>(), plane.ny(), plane.nx(), map, options.order,
                                 options.dq_threshold, no_data_outside, 0, grid.ny, grid.nx,
                                 out.pixels<M>().data());
  return out;
}

void to_float(Plane& plane) {
  if (!plane.empty() && plane.type() != PixelType::f32) plane = plane.converted_to(PixelType::f32);
}

// Input position of every output pixel and the factor that conserves flux there.
struct PixelMap {
  std::vector<Point> at;
  std::vector<float> factor;
  double mean_factor = 1.0;
};

// Positions are worked out on a grid with a margin of one pixel for the central differences.
PixelMap pixel_map(const Wcs& from, const Wcs& reference, const CommonGrid& grid, bool conserve) {
  const std::int64_t width = grid.nx + 2;
  std::vector<Point> padded(static_cast<std::size_t>(width * (grid.ny + 2)));
  for (std::int64_t j = 0; j < grid.ny + 2; ++j) {
    for (std::int64_t i = 0; i < width; ++i) {
      const Point out{static_cast<double>(i - 1 + grid.x0), static_cast<double>(j - 1 + grid.y0)};
      padded[static_cast<std::size_t>(j * width + i)] = from.to_pixel(reference.to_sky(out));
    }
  }
  PixelMap map;
  double sum = 0.0;
  for (std::int64_t j = 1; j <= grid.ny; ++j) {
    for (std::int64_t i = 1; i <= grid.nx; ++i) {
      const auto at = [&](std::int64_t dj, std::int64_t di) -> const Point& {
        return padded[static_cast<std::size_t>((j + dj) * width + i + di)];
      };
      const double a = 0.5 * (at(0, 1).x - at(0, -1).x), b = 0.5 * (at(1, 0).x - at(-1, 0).x);
      const double c = 0.5 * (at(0, 1).y - at(0, -1).y), d = 0.5 * (at(1, 0).y - at(-1, 0).y);
      const double factor = conserve ? std::abs(a * d - b * c) : 1.0;
      map.at.push_back(at(0, 0));
      map.factor.push_back(static_cast<float>(factor));
      sum += factor;
    }
  }
  map.mean_factor = sum / static_cast<double>(map.at.size());
  return map;
}

// One output pixel at a time with the affine sampler: the map is a shift to its own position.
kernels::SamplingMap single_position(const Point& at) {
  kernels::SamplingMap map;
  map.o0 = at.y;
  map.o1 = at.x;
  return map;
}

Plane sampled_at(const Plane& plane, const PixelMap& pixels, int order, const CommonGrid& grid) {
  Plane out(PixelType::f32, {grid.ny, grid.nx});
  const std::span<float> values = out.pixels<float>();
  std::vector<double> coefficients;
  if (order > 1) {
    coefficients =
        kernels::spline_coefficients<float>(plane.pixels<float>(), plane.ny(), plane.nx(), order);
  }
  for (std::size_t k = 0; k < values.size(); ++k) {
    const kernels::SamplingMap map = single_position(pixels.at[k]);
    const double factor = pixels.factor[k];
    if (order > 1) {
      kernels::resample_rows<double>(coefficients, plane.ny(), plane.nx(), map, order, 0.0, factor,
                                     0, 1, 1, &values[k]);
    } else {
      kernels::resample_rows<float>(plane.pixels<float>(), plane.ny(), plane.nx(), map, order, 0.0,
                                    factor, 0, 1, 1, &values[k]);
    }
  }
  return out;
}

template <class M>
Plane sampled_mask_at(const Plane& plane, const PixelMap& pixels, const ResampleOptions& options,
                      bool no_data_outside, const CommonGrid& grid) {
  Plane out(pixel_type_of<M>, {grid.ny, grid.nx});
  const std::span<M> values = out.pixels<M>();
  const auto sample = [&](const auto& mask) {
    for (std::size_t k = 0; k < values.size(); ++k) {
      kernels::resample_mask_rows<M>(mask, plane.ny(), plane.nx(), single_position(pixels.at[k]),
                                     options.order, options.dq_threshold, no_data_outside, 0, 1, 1,
                                     &values[k]);
    }
  };
  if (options.order > 1) {
    sample(kernels::mask_coefficients<M>(plane.pixels<M>(), plane.ny(), plane.nx(), options.order));
  } else {
    sample(plane.pixels<M>());
  }
  return out;
}

void prepare_planes(Extension& extension, const std::string& name, Journal& log) {
  to_float(extension.data);
  to_float(extension.variance);
  replace_non_finite(extension.data, "SCI", name, log);
  if (!extension.variance.empty()) replace_non_finite(extension.variance, "VAR", name, log);
}

// A coordinate that no WCS in earnest exceeds takes the place of those that do: sums and areas of
// them must not overflow.
std::int64_t whole(double pixels) {
  constexpr double farthest = 1e9;
  return static_cast<std::int64_t>(std::clamp(pixels, -farthest, farthest));
}

}  // namespace

CommonGrid grid_of_all(const FrameList& frames, const std::vector<Affine>& maps) {
  constexpr std::int64_t huge = std::numeric_limits<std::int64_t>::max();
  std::int64_t x0 = huge, y0 = huge, x1 = -huge, y1 = -huge;
  for (std::size_t k = 0; k < frames.size(); ++k) {
    const Plane& data = frames[k]->extensions[0].data;
    double low_x = INFINITY, low_y = INFINITY, high_x = -INFINITY, high_y = -INFINITY;
    for (const Point& corner : corners(data.nx(), data.ny())) {
      const Point p = maps[k](corner);
      low_x = std::min(low_x, p.x);
      low_y = std::min(low_y, p.y);
      high_x = std::max(high_x, p.x);
      high_y = std::max(high_y, p.y);
    }
    x0 = std::min(x0, whole(std::ceil(low_x)));
    y0 = std::min(y0, whole(std::ceil(low_y)));
    x1 = std::max(x1, whole(std::floor(high_x)));
    y1 = std::max(y1, whole(std::floor(high_y)));
  }
  return {x0, y0, x1 - x0 + 1, y1 - y0 + 1};
}

double resample_planes(Extension& extension, const Affine& map, const CommonGrid& grid,
                       const ResampleOptions& options, const std::string& name, Journal& log) {
  prepare_planes(extension, name, log);
  const Affine to_grid =
      compose(Affine::shift(-static_cast<double>(grid.x0), -static_cast<double>(grid.y0)), map);
  const Affine linear{to_grid.matrix, {0.0, 0.0}};
  if (linear.is_identity() && is_whole(to_grid.offset.x) && is_whole(to_grid.offset.y)) {
    move_planes(extension, to_grid, grid);
    return 1.0;
  }
  const kernels::SamplingMap sampling = sampling_map(to_grid);
  const double factor = options.conserve ? std::abs(to_grid.inverse().determinant()) : 1.0;
  sample_both(extension, sampling, options.order, factor, grid);
  if (!extension.mask.empty()) {
    extension.mask = sampled_mask<std::uint16_t>(extension.mask, sampling, options, true, grid);
  }
  if (Plane* objects = extension.plane("OBJMASK")) {
    *objects = sampled_mask<std::uint8_t>(*objects, sampling, options, false, grid);
  }
  return factor;
}

double resample_planes(Extension& extension, const Wcs& reference, const CommonGrid& grid,
                       const ResampleOptions& options, const std::string& name, Journal& log) {
  prepare_planes(extension, name, log);
  const PixelMap pixels = pixel_map(*extension.wcs, reference, grid, options.conserve);
  extension.data = sampled_at(extension.data, pixels, options.order, grid);
  if (!extension.variance.empty()) {
    extension.variance = sampled_at(extension.variance, pixels, options.order, grid);
  }
  if (!extension.mask.empty()) {
    extension.mask = sampled_mask_at<std::uint16_t>(extension.mask, pixels, options, true, grid);
  }
  if (Plane* objects = extension.plane("OBJMASK")) {
    *objects = sampled_mask_at<std::uint8_t>(*objects, pixels, options, false, grid);
  }
  return pixels.mean_factor;
}

}  // namespace wyvern
