// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
//
// The robust search against catalogues made from fields whose true pointing is known.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>

#include "sources/alignment.h"

namespace wyvern::sources {
namespace {

// splitmix64 (Steele, Lea & Flood 2014): the same numbers on every machine.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  double uniform(double low, double high) { return low + (high - low) * next(); }
  double normal() {
    const double radius = std::sqrt(-2.0 * std::log(1.0 - next()));
    return radius * std::cos(2.0 * std::numbers::pi * next());
  }

 private:
  double next() {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15U;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return static_cast<double>((z ^ (z >> 31)) >> 11) * 0x1.0p-53;
  }
  std::uint64_t state_;
};

struct Field {
  std::string name;
  double scale;                // arcsec/px
  std::vector<Point> sources;  // px from the pointing origin
  std::vector<double> noise;   // centroid error, px; the last source of a field with a galaxy is it
};

const std::vector<Field>& fields() {
  static const std::vector<Field> all = [] {
    const std::vector<Point> grb{{0, 0},        {-210.3, 8.2}, {138.4, 11.6},  {-118.7, -6.1},
                                 {61.2, -37.5}, {226.9, 3.4},  {-52.1, -58.8}, {-38.5, 12.9}};
    const std::vector<double> grb_noise{0.1, 0.01, 0.02, 0.02, 0.04, 0.06, 0.1, 0.25};
    Field saturated{"saturated", 0.1517, grb, grb_noise};
    saturated.sources.push_back({-20.0, -25.0});
    saturated.noise.push_back(0.2);
    Field crowded{"crowded", 0.1517, {}, {}};
    Random random(7);
    for (int i = 0; i < 60; ++i) {
      crowded.sources.push_back({random.uniform(-380, 380), random.uniform(-60, 30)});
      crowded.noise.push_back(random.uniform(0.03, 0.2));
    }
    return std::vector<Field>{
        {"tutorial", 0.1517, grb, grb_noise},
        {"longblue",
         0.0507,
         {{0, 0}, {-301.4, 22.7}, {212.6, -61.3}, {81.5, -182.8}, {-140.2, -95.9}, {305.0, 41.0}},
         {0.1, 0.03, 0.03, 0.05, 0.08, 0.3}},
        {"phot", 0.1517, {{0, 0}, {-41.7, -33.6}, {55.3, -20.2}}, {0.02, 0.03, 0.04}},
        crowded,
        saturated};
  }();
  return all;
}

struct Catalogue {
  std::vector<Point> points;
  std::vector<double> errors;
};

// What a detection would find of a field: some sources missing, some that are not there.
Catalogue observe(const Field& field, Point origin, double missing, int spurious, Random& random) {
  Catalogue found;
  for (std::size_t i = 0; i < field.sources.size(); ++i) {
    const bool lost = random.uniform(0, 1) < missing;
    const Point p{origin.x + field.sources[i].x + field.noise[i] * random.normal(),
                  origin.y + field.sources[i].y + field.noise[i] * random.normal()};
    // Two sources stay: with fewer, precision is that of a single centroid.
    if (lost && i != 1 && i != 2) continue;
    found.points.push_back(p);
    found.errors.push_back(0.7 * field.noise[i] * random.uniform(0.8, 1.2));
  }
  for (int i = 0; i < spurious; ++i) {
    found.points.push_back(
        {origin.x + random.uniform(-300, 300), origin.y + random.uniform(-60, 30)});
    found.errors.push_back(random.uniform(0.1, 0.3));
  }
  return found;
}

AlignmentOptions robust_options(double scale) {
  AlignmentOptions options;
  options.search_px = 2.0 / scale;
  options.match_px = 0.5 / scale;
  return options;
}

// How far the map is from the shift `truth`, at the places of the sources, px.
double worst_error(const Alignment& found, const std::vector<Point>& in, Point truth) {
  double worst = 0.0;
  for (const Point& p : in) {
    const Point q = found.map(p);
    worst = std::max(worst, std::hypot(q.x - p.x - truth.x, q.y - p.y - truth.y));
  }
  return worst;
}

class RobustFields : public ::testing::TestWithParam<bool> {};

TEST_P(RobustFields, FramesLieOnTheReference) {
  const bool with_errors = GetParam();
  for (const Field& field : fields()) {
    std::vector<double> errors;
    int turned = 0;
    for (std::uint64_t seed = 0; seed < 10; ++seed) {
      Random random(1000 * seed + 17);
      const Catalogue ref = observe(field, {513.8, 465.3}, 0.1, 1, random);
      for (int frame = 0; frame < 20; ++frame) {
        const double rms_px = 0.42 / field.scale;  // 0.3 arcsec of either frame
        const double bound = 0.9 * 2.0 / field.scale;
        const Point shift{std::clamp(rms_px * random.normal(), -bound, bound),
                          std::clamp(rms_px * random.normal(), -bound, bound)};
        const Catalogue in =
            observe(field, {513.8 - shift.x, 465.3 - shift.y}, 0.2, frame % 4, random);
        const Alignment found =
            with_errors ? find_alignment(in.points, ref.points, robust_options(field.scale),
                                         in.errors, ref.errors)
                        : find_alignment(in.points, ref.points, robust_options(field.scale));
        errors.push_back(worst_error(found, in.points, shift));
        turned += found.rotated ? 1 : 0;
      }
    }
    std::sort(errors.begin(), errors.end());
    EXPECT_EQ(turned, 0) << field.name;
    EXPECT_LT(errors[errors.size() / 2], 0.05) << field.name;
    EXPECT_LT(errors[errors.size() * 98 / 100], with_errors ? 0.1 : 0.12) << field.name;
    EXPECT_LT(errors.back(), with_errors ? 0.12 : 0.2) << field.name;
  }
}

INSTANTIATE_TEST_SUITE_P(WithAndWithoutErrors, RobustFields, ::testing::Bool());

// A frame of a night on which the reference's landscape loses the outermost sources and takes a
// turn of one degree instead.
TEST(RobustAlignment, FrameWhoseSourcesReachTheEdgesOfTheField) {
  const std::vector<Point> in{{483.7312, 467.5078}, {273.4312, 475.7075}, {622.1311, 479.108},
                              {365.0312, 461.4076}, {544.9312, 430.0079}, {710.6312, 470.9081},
                              {431.6313, 408.7077}, {445.2311, 480.4077}};
  const std::vector<Point> ref{{486.754, 464.8401},  {276.454, 473.0401},  {625.154, 476.4401},
                               {368.054, 458.7401},  {547.9541, 427.3401}, {713.654, 468.2401},
                               {434.6541, 406.0401}, {448.254, 477.7401}};
  for (const bool scale : {false, true}) {
    AlignmentOptions options = robust_options(0.1517);
    options.scale = scale;
    const Alignment found = find_alignment(in, ref, options);
    EXPECT_FALSE(found.rotated || found.scaled);
    EXPECT_NEAR(found.dx, 3.0228, 1e-3);
    EXPECT_NEAR(found.dy, -2.6676, 1e-3);
    EXPECT_EQ(found.matches.size(), 8U);
  }
}

TEST(RobustAlignment, LoneSourceIsFollowed) {
  const std::vector<Point> in{{500.3, 450.7}}, ref{{503.2, 447.1}};
  const Alignment found = find_alignment(in, ref, robust_options(0.1517));
  EXPECT_NEAR(found.dx, 2.9, 1e-9);
  EXPECT_NEAR(found.dy, -3.6, 1e-9);
  EXPECT_EQ(found.matches.size(), 1U);
  EXPECT_FALSE(found.rotated);
}

TEST(RobustAlignment, LoneSourceChoosesTheLikelierOfTwo) {
  const std::vector<Point> in{{500.0, 450.0}}, ref{{509.0, 450.0}, {498.0, 451.0}};
  const Alignment nearer = find_alignment(in, ref, robust_options(0.1517));
  EXPECT_NEAR(nearer.dx, -2.0, 1e-9);
  // The other one is as bright as the source, the nearer one is ten times fainter.
  const std::vector<double> in_error{0.01}, ref_error{0.011, 0.1};
  const Alignment alike = find_alignment(in, ref, robust_options(0.1517), in_error, ref_error);
  EXPECT_NEAR(alike.dx, 9.0, 1e-9);
}

TEST(RobustAlignment, NothingWithinTheSearchIsNoMatch) {
  const std::vector<Point> in{{500.0, 450.0}}, ref{{530.0, 450.0}};
  EXPECT_TRUE(find_alignment(in, ref, robust_options(0.1517)).matches.empty());
  EXPECT_TRUE(find_alignment({}, ref, robust_options(0.1517)).matches.empty());
  EXPECT_TRUE(find_alignment(in, {}, robust_options(0.1517)).matches.empty());
}

class TurnedField : public ::testing::TestWithParam<std::pair<double, double>> {};

TEST_P(TurnedField, TurnAndStretchAreFoundWhenTheyAreThere) {
  const auto [angle, factor] = GetParam();
  const Field& field = fields().front();
  const double c = factor * std::cos(angle * std::numbers::pi / 180.0);
  const double s = factor * std::sin(angle * std::numbers::pi / 180.0);
  Random random(5);
  std::vector<Point> in, ref;
  for (std::size_t i = 0; i < field.sources.size(); ++i) {
    const Point p = field.sources[i];
    const auto jitter = [&] { return 0.03 * random.normal(); };
    in.push_back({513.8 + p.x + jitter(), 465.3 + p.y + jitter()});
    ref.push_back(
        {513.8 + 2.3 + c * p.x - s * p.y + jitter(), 465.3 - 4.1 + s * p.x + c * p.y + jitter()});
  }
  AlignmentOptions options = robust_options(0.1517);
  options.scale = factor != 1.0;
  const Alignment found = find_alignment(in, ref, options);
  EXPECT_EQ(found.rotated, angle != 0.0);
  EXPECT_EQ(found.scaled, factor != 1.0);
  EXPECT_NEAR(found.angle_deg, angle, 0.02);
  EXPECT_NEAR(found.factor, factor, 5e-4);
  EXPECT_EQ(found.matches.size(), 8U);
  for (std::size_t i = 0; i < in.size(); ++i) {
    const Point q = found.map(in[i]);
    EXPECT_LT(std::hypot(q.x - ref[i].x, q.y - ref[i].y), 0.2);
  }
}

INSTANTIATE_TEST_SUITE_P(Turns, TurnedField,
                         ::testing::Values(std::pair{0.0, 1.0}, std::pair{0.3, 1.0},
                                           std::pair{-1.7, 1.0}, std::pair{4.1, 1.0},
                                           std::pair{0.0, 1.02}, std::pair{-1.1, 0.985}));

TEST(RobustAlignment, OneWrongSourceDoesNotTurnTheFrame) {
  const std::vector<Point> in{{300, 470}, {500, 465}, {700, 472}, {560, 430}};
  std::vector<Point> ref;
  for (const Point& p : in) ref.push_back({p.x + 2.0, p.y - 1.0});
  ref[2].y += 3.0;
  const Alignment found = find_alignment(in, ref, robust_options(0.1517));
  EXPECT_FALSE(found.rotated);
  EXPECT_NEAR(found.dx, 2.0, 1e-6);
  EXPECT_NEAR(found.dy, -1.0, 1e-6);
}

}  // namespace
}  // namespace wyvern::sources
