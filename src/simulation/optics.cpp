// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "simulation/optics.h"

#include <algorithm>
#include <cmath>

namespace wyvern::simulation {
namespace {

constexpr double edge_px = 1.2;  // half-width of the soft edge

// Shape of the keyhole in pixels of an unmoved frame.
class Keyhole {
 public:
  Keyhole(const Camera& camera, bool whole_bar)
      : radius_(14.7 / camera.scale),
        half_width_(0.5 * 9.6 / camera.scale),
        centroid_(whole_bar ? camera.keyhole : camera.short_keyhole) {
    const bool long_camera = camera.scale < 0.1;
    const double half_length = 0.5 * 97.8 / camera.scale;
    left_ = centroid_.x - half_length;
    right_ = centroid_.x + half_length;
    // The disc's centre relative to the centroid of what is lit, by the shares of bar and disc.
    x_ = centroid_.x + 2.0;
    y_ = centroid_.y + 3.2 / camera.scale;
    if (whole_bar) {
      y_ -= 15.0 * (std::min(right_, 1023.0) - std::max(left_, 0.0)) / 1023.0;
      if (left_ <= 0.0) x_ += 2.5 * (centroid_.x - 512.0);
    } else {
      if (long_camera) y_ -= 4.0;
      stop_ = radius_ * (long_camera ? 1.13 : 1.29);
    }
  }

  double transmission(double x, double y) const {
    const double r = std::hypot(x - x_, y - y_);
    const double axis = y_ + 0.01 * (x - centroid_.x);
    const double in_bar = std::min({x - left_, right_ - x, half_width_ - std::abs(y - axis)});
    const double in_disc = std::min(radius_ - r, y_ - y);
    const double inside = std::min(std::max(in_bar, in_disc), stop_ - r);
    const double t = std::clamp(0.5 + inside / (2.0 * edge_px), 0.0, 1.0);
    return t * t * (3.0 - 2.0 * t);
  }

  // Rows that can be lit: the disc below, the tilted bar above.
  double lowest() const { return y_ - std::max(radius_, half_width_ + 6.0) - 2.0 * edge_px; }
  double highest() const { return y_ + half_width_ + 6.0 + 2.0 * edge_px; }

 private:
  double radius_, half_width_;
  Point centroid_;
  double left_ = 0.0, right_ = 0.0, x_ = 0.0, y_ = 0.0, stop_ = 1e9;
};

double vignetting(int x, int y) {
  const double dx = (x - 512.0) / 512.0, dy = (y - 470.0) / 512.0;
  return 1.0 - 0.07 * (dx * dx + dy * dy);
}

}  // namespace

Image throughput(const Camera& camera, bool whole_bar, Point shift) {
  const Keyhole keyhole(camera, whole_bar);
  const int first = std::max(0, static_cast<int>(std::floor(keyhole.lowest() + shift.y)));
  const int last = std::min(frame_ny - 1, static_cast<int>(std::ceil(keyhole.highest() + shift.y)));
  Image image(frame_size, 0.0F);
  for (int y = first; y <= last; ++y) {
    float* row = image.data() + static_cast<std::size_t>(y) * frame_nx;
    for (int x = 0; x < frame_nx; ++x) {
      const double open = keyhole.transmission(x - shift.x, y - shift.y);
      if (open > 0.0) row[x] = static_cast<float>(open * vignetting(x, y));
    }
  }
  return image;
}

}  // namespace wyvern::simulation
