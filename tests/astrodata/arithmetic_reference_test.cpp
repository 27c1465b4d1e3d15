// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <iostream>

#include "astrodata/arithmetic.h"
#include "support/paths.h"

namespace wyvern {
namespace {

using wyvern::testing::reference_data;

// The part of a plane that the reference's step files keep.
template <class T>
Plane cut(const Plane& whole, std::int64_t x0, std::int64_t y0, std::int64_t ny, std::int64_t nx) {
  Plane part(pixel_type_of<T>, {ny, nx});
  for (std::int64_t y = 0; y < ny; ++y) {
    const auto row = whole.pixels<T>().subspan(static_cast<std::size_t>((y + y0) * whole.nx() + x0),
                                               static_cast<std::size_t>(nx));
    std::copy(row.begin(), row.end(), part.pixels<T>().begin() + y * nx);
  }
  return part;
}

AstroData calibration(const std::string& path, const AstroData& frame) {
  AstroData whole = AstroData::open(path);
  const std::int64_t x0 = frame.extensions[0].header.integer("CROPX0").value();
  const std::int64_t y0 = frame.extensions[0].header.integer("CROPY0").value();
  const std::int64_t ny = frame.extensions[0].data.ny(), nx = frame.extensions[0].data.nx();
  Extension& extension = whole.extensions[0];
  extension.data = cut<float>(extension.data, x0, y0, ny, nx);
  extension.variance = cut<float>(extension.variance, x0, y0, ny, nx);
  extension.mask = cut<std::uint16_t>(extension.mask, x0, y0, ny, nx);
  return whole;
}

template <class T>
std::size_t different_pixels(const Plane& a, const Plane& b) {
  const auto x = a.pixels<T>(), y = b.pixels<T>();
  std::size_t count = x.size() == y.size() ? 0 : x.size();
  for (std::size_t i = 0; i < std::min(x.size(), y.size()); ++i) count += x[i] != y[i] ? 1 : 0;
  return count;
}

double worst_relative(const Plane& a, const Plane& b) {
  const auto x = a.pixels<float>(), y = b.pixels<float>();
  double worst = 0.0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (x[i] == y[i]) continue;
    worst = std::max(worst, std::abs(static_cast<double>(x[i]) / y[i] - 1.0));
  }
  return worst;
}

TEST(ArithmeticReference, DarkAndFlatCorrectionOfRealFrames) {
  const auto data = reference_data();
  if (!data) GTEST_SKIP() << "skipped: no reference data";
  const std::string small = (*data / "golden/small").string();
  double worst_variance = 0.0;
  for (const std::string name : {"N20120117S0014", "N20120117S0015"}) {
    AstroData ad = AstroData::open(small + "/steps/sci/04_addVAR/" + name + "_varAdded.fits.gz");
    const Extension& found = ad.extensions[0];
    subtract(ad, calibration(small + "/products/N20120102S0538_dark.fits.gz", ad));
    const AstroData dark =
        AstroData::open(small + "/steps/sci/05_darkCorrect/" + name + "_darkCorrected.fits.gz");
    EXPECT_EQ(different_pixels<float>(found.data, dark.extensions[0].data), 0U);
    EXPECT_EQ(different_pixels<float>(found.variance, dark.extensions[0].variance), 0U);
    EXPECT_EQ(different_pixels<std::uint16_t>(found.mask, dark.extensions[0].mask), 0U);

    divide(ad, calibration(small + "/products/N20120117S0019_flat.fits.gz", ad));
    const AstroData flat =
        AstroData::open(small + "/steps/sci/06_flatCorrect/" + name + "_flatCorrected.fits.gz");
    EXPECT_EQ(different_pixels<float>(found.data, flat.extensions[0].data), 0U);
    EXPECT_EQ(different_pixels<std::uint16_t>(found.mask, flat.extensions[0].mask), 0U);
    worst_variance =
        std::max(worst_variance, worst_relative(found.variance, flat.extensions[0].variance));
  }
  std::cout << "dark and flat correction: data, mask identical; worst variance ratio - 1: "
            << worst_variance << "\n";
  EXPECT_LT(worst_variance, 2.4e-7);
}

}  // namespace
}  // namespace wyvern
