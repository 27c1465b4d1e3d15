// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "sources/centroids.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

namespace wyvern::sources {
namespace {

constexpr int kRounds = 20;
constexpr double kSettled = 2e-4;  // px
constexpr double kRadiusInSigmas = 4.0;
constexpr double kSigmaPerHalfLightRadius = 0.7;  // of the core of a Moffat profile

// The planes of one image around its sources, with flagged pixels told apart.
class Image {
 public:
  explicit Image(const Extension& extension)
      : data_(extension.data.pixels<float>()), nx_(extension.data.nx()), ny_(extension.data.ny()) {
    if (!extension.mask.empty()) mask_ = extension.mask.pixels<std::uint16_t>();
    if (!extension.variance.empty() && extension.variance.type() == PixelType::f32) {
      variance_ = extension.variance.pixels<float>();
    }
  }

  bool good(std::int64_t x, std::int64_t y) const {
    if (x < 0 || y < 0 || x >= nx_ || y >= ny_) return false;
    return (mask_.empty() || mask_[index(x, y)] == 0) && std::isfinite(data_[index(x, y)]);
  }
  double value(std::int64_t x, std::int64_t y) const { return data_[index(x, y)]; }
  double variance(std::int64_t x, std::int64_t y) const {
    return variance_.empty() ? 1.0 : variance_[index(x, y)];
  }

 private:
  std::size_t index(std::int64_t x, std::int64_t y) const {
    return static_cast<std::size_t>(y * nx_ + x);
  }

  std::span<const float> data_;
  std::span<const std::uint16_t> mask_;
  std::span<const float> variance_;
  std::int64_t nx_, ny_;
};

// What a pixel of the window that is missing, or stands in for its mirror image, may pull the
// centre: half the width of the window for all of them.
constexpr double kPullOfMissing = 0.5;
constexpr double kPullOfNeighbours = 0.06;  // of a blended source, which changes with the seeing
constexpr int kBlended = 3;                 // FLAGS: neighbours, deblended
constexpr double kSharpest = 0.85;          // of the usual half-light radius
constexpr double kWidest = 1.1;
constexpr double kFlagged = 0.02;  // of a source's pixels: it counts as clean below

// Sums under the window; `missing`: the window's weight on pixels that are flagged.
struct Moments {
  double flux = 0.0, x = 0.0, y = 0.0, noise = 0.0, weight = 0.0, missing = 0.0;
};

Moments moments(const Image& image, const Point& centre, double sigma, double background) {
  const double radius = kRadiusInSigmas * sigma;
  Moments sum;
  for (auto y = static_cast<std::int64_t>(std::ceil(centre.y - radius));
       static_cast<double>(y) <= centre.y + radius; ++y) {
    for (auto x = static_cast<std::int64_t>(std::ceil(centre.x - radius));
         static_cast<double>(x) <= centre.x + radius; ++x) {
      const double dx = static_cast<double>(x) - centre.x, dy = static_cast<double>(y) - centre.y;
      const double r2 = dx * dx + dy * dy;
      if (r2 > radius * radius) continue;
      const double weight = std::exp(-0.5 * r2 / (sigma * sigma));
      sum.weight += weight;
      std::int64_t px = x, py = y;
      if (!image.good(px, py)) {
        sum.missing += weight;
        px = std::llround(2.0 * centre.x) - x;
        py = std::llround(2.0 * centre.y) - y;
        if (!image.good(px, py)) continue;
      }
      const double light = weight * (image.value(px, py) - background);
      sum.flux += light;
      sum.x += light * dx;
      sum.y += light * dy;
      sum.noise += weight * weight * image.variance(px, py) * 0.5 * r2;
    }
  }
  return sum;
}

Centroid measure(const Image& image, const Point& start, double sigma, double background) {
  Centroid centroid{start, 0.0, false};
  Point at = start;
  for (int round = 0; round < kRounds; ++round) {
    const Moments sum = moments(image, at, sigma, background);
    if (!(sum.flux > 0.0)) return centroid;
    const double dx = 2.0 * sum.x / sum.flux, dy = 2.0 * sum.y / sum.flux;
    at = {at.x + dx, at.y + dy};
    if (std::hypot(at.x - start.x, at.y - start.y) > 2.0 * sigma) return centroid;
    if (std::hypot(dx, dy) < kSettled) {
      const double noise = 2.0 * std::sqrt(sum.noise) / sum.flux;
      const double pull = kPullOfMissing * sigma * sum.missing / sum.weight;
      return {at, std::hypot(noise, pull), true};
    }
  }
  return centroid;
}

// How little the catalogued width of a source says about the seeing: 0 alone and clean, 1 alone, 2
// blended.
int suspicion(const fits::Table& catalogue, std::size_t i) {
  const auto flags = [&](const char* column) {
    return static_cast<int>(catalogue.number(column, i));
  };
  if ((flags("FLAGS") & kBlended) != 0) return 2;
  if (catalogue.find("IMAFLAGS_ISO") == nullptr) return 0;  // a catalogue made without a mask
  const bool saturated = (flags("IMAFLAGS_ISO") & dq::saturated) != 0;
  const double flagged = catalogue.number("NIMAFLAGS_ISO", i);
  return saturated || flagged > kFlagged * catalogue.number("ISOAREA_IMAGE", i) ? 1 : 0;
}

// The half-light radius of the least suspicious sources, px, as the median weighted with flux: a
// blend is as wide as its parts are apart, a saturated star has lost its core, and what a hole in
// the sky takes from a source makes it sharp and faint at once.
double usual_radius(const fits::Table& catalogue) {
  struct Entry {
    double radius, flux;
  };
  std::array<std::vector<Entry>, 3> by_suspicion;
  for (std::size_t i = 0; i < catalogue.rows(); ++i) {
    const Entry entry{catalogue.number("FLUX_RADIUS", i), catalogue.number("FLUX_AUTO", i)};
    if (!(entry.flux > 0.0) || !(entry.radius > 0.0)) continue;
    by_suspicion[static_cast<std::size_t>(suspicion(catalogue, i))].push_back(entry);
  }
  const auto entries = std::ranges::find_if_not(by_suspicion, &std::vector<Entry>::empty);
  if (entries == by_suspicion.end()) return 0.0;
  std::ranges::sort(*entries, {}, &Entry::radius);
  double left = 0.0;
  for (const Entry& entry : *entries) left += 0.5 * entry.flux;
  const auto middle = std::ranges::find_if(*entries, [&](const Entry& entry) {
    left -= entry.flux;
    return left <= 0.0;
  });
  return middle == entries->end() ? entries->back().radius : middle->radius;
}

}  // namespace

std::vector<Centroid> windowed_centroids(const Extension& extension, const fits::Table& catalogue) {
  const Image image(extension);
  std::vector<Centroid> centroids;
  // A source that an edge or a radiation hit makes look small is still as wide as the others.
  const double usual_half_light = usual_radius(catalogue);
  for (std::size_t i = 0; i < catalogue.rows(); ++i) {
    const Point start{catalogue.number("X_IMAGE", i) - 1.0, catalogue.number("Y_IMAGE", i) - 1.0};
    const double own_half_light = catalogue.number("FLUX_RADIUS", i);
    const double half_light = std::max(own_half_light, usual_half_light);
    const double sigma = std::clamp(kSigmaPerHalfLightRadius * half_light, 1.0, 20.0);
    Centroid centroid = measure(image, start, sigma, catalogue.number("BACKGROUND", i));
    const double isophotal =
        std::sqrt(0.5 * (catalogue.number("ERRX2_IMAGE", i) + catalogue.number("ERRY2_IMAGE", i)));
    // Sharper than the seeing allows: part of it was subtracted with a sky that held another
    // source.
    const double lacking = std::max(0.0, kSharpest - own_half_light / half_light);
    centroid.error = std::hypot(centroid.error, kPullOfMissing * sigma * lacking);
    // Wider: a galaxy, a blend that was not told apart, or the light of another source's hole.
    const double surplus =
        usual_half_light > 0.0 ? std::max(0.0, own_half_light / usual_half_light - kWidest) : 0.0;
    centroid.error = std::hypot(centroid.error, kPullOfMissing * sigma * surplus);
    if ((static_cast<int>(catalogue.number("FLAGS", i)) & kBlended) != 0) {
      centroid.error = std::hypot(centroid.error, kPullOfNeighbours * sigma);
    }
    // A barycentre's formal error says nothing of what its outline took in.
    if (!centroid.measured) centroid.error = std::max(3.0 * isophotal, 0.1 * sigma);
    centroids.push_back(centroid);
  }
  return centroids;
}

}  // namespace wyvern::sources
