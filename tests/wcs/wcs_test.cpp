// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "wcs/wcs.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/errors.h"

namespace wyvern {
namespace {

// A keyhole frame of GNIRS; CRPIX as given.
fits::Header keyhole_header(double crpix1 = 487.5864, double crpix2 = 578.7471) {
  fits::Header header;
  header.set("CTYPE1", "RA---TAN");
  header.set("CTYPE2", "DEC--TAN");
  header.set("CRPIX1", crpix1);
  header.set("CRPIX2", crpix2);
  header.set("CRVAL1", 206.6666508555937);
  header.set("CRVAL2", 19.81900133193509);
  header.set("CD1_1", -4.1657801847253e-05);
  header.set("CD1_2", 5.97463770524059e-06);
  header.set("CD2_1", -6.3225810927444e-06);
  header.set("CD2_2", -4.4205128668249e-05);
  return header;
}

Wcs keyhole(double crpix1 = 487.5864, double crpix2 = 578.7471) {
  return Wcs::from_header(keyhole_header(crpix1, crpix2), 2).value();
}

void expect_near(Point a, Point b, double tolerance) {
  EXPECT_NEAR(a.x, b.x, tolerance);
  EXPECT_NEAR(a.y, b.y, tolerance);
}

std::vector<std::string> keywords(const fits::Header& header) {
  std::vector<std::string> names;
  for (const fits::Card& card : header.cards()) names.push_back(card.keyword);
  return names;
}

TEST(Affine, InverseUndoesTheMap) {
  const Affine map = compose(Affine::shift(3.5, -2.0), Affine::rotation(31.0));
  expect_near(map.inverse()(map({100.25, -7.5})), {100.25, -7.5}, 1e-12);
  EXPECT_FALSE(map.is_identity());
  EXPECT_TRUE(Affine{}.is_identity());
  EXPECT_NEAR(map.determinant(), 1.0, 1e-15);
}

TEST(Affine, RotationTurnsXTowardsY) {
  expect_near(Affine::rotation(90.0)({1.0, 0.0}), {0.0, 1.0}, 1e-15);
}

TEST(Affine, ComposeAppliesTheFirstMapFirst) {
  const Affine map = compose(Affine::rotation(90.0), Affine::shift(1.0, 0.0));
  expect_near(map({0.0, 0.0}), {0.0, 1.0}, 1e-15);
}

TEST(Affine, SingularMapHasNoInverse) {
  Affine map;
  map.matrix = {{{1.0, 2.0}, {2.0, 4.0}}};
  EXPECT_THROW(map.inverse(), DataError);
}

TEST(Wcs, ReferencePixelIsTheProjectionCentre) {
  const Wcs wcs = keyhole();
  expect_near(wcs.to_sky(wcs.crpix()), wcs.projection_centre(), 1e-13);
  EXPECT_EQ(wcs.frame(), "FK5");
  EXPECT_NEAR(wcs.pixel_scale_arcsec(), 0.156, 0.001);
}

TEST(Wcs, SkyAndPixelAreInverse) {
  const Wcs wcs = keyhole();
  for (const Point pixel : {Point{0, 0}, Point{1023, 1021}, Point{-50.25, 700.5}}) {
    expect_near(wcs.to_pixel(wcs.to_sky(pixel)), pixel, 1e-8);
  }
}

TEST(Wcs, RightAscensionWrapsAtZero) {
  fits::Header header = keyhole_header();
  header.set("CRVAL1", 0.0001);
  const Wcs wcs = Wcs::from_header(header, 2).value();
  const Point west = wcs.to_sky({1000.0, 578.0});
  EXPECT_GT(west.x, 359.0);
  EXPECT_LT(west.x, 360.0);
  expect_near(wcs.to_pixel(west), {1000.0, 578.0}, 1e-8);
}

TEST(Wcs, FarHemisphereHasNoPixel) {
  EXPECT_TRUE(std::isnan(keyhole().to_pixel({26.0, -19.0}).x));
}

// The worked number of the reference: a rotation and a shift found by the alignment of two frames.
TEST(Wcs, AlignmentMovesTheReferencePixelAsTheReferenceDoes) {
  Affine map = Affine::rotation(-0.0401224546);
  map.offset = {-1.8396289, 1.1664745};
  const Wcs moved = keyhole(481.330987809192, 596.02186353651).after(map);
  fits::Header header;
  moved.write_to(header);
  EXPECT_NEAR(*header.number("CRPIX1"), 482.7546400289543, 1e-7);
  EXPECT_NEAR(*header.number("CRPIX2"), 595.1928925400482, 1e-7);
  const Wcs base = keyhole(481.330987809192, 596.02186353651);
  expect_near(moved.to_sky({100.0, 900.0}), base.to_sky(map({100.0, 900.0})), 1e-12);
}

TEST(Wcs, AffineBetweenFindsTheMapOfAMovedFrame) {
  Affine map = Affine::rotation(0.3);
  map.offset = {12.5, -3.25};
  const Wcs base = keyhole();
  const Affine found = affine_between(base.after(map), base, 1022, 1024);
  for (std::size_t i = 0; i < 2; ++i) {
    for (std::size_t j = 0; j < 2; ++j) EXPECT_NEAR(found.matrix[i][j], map.matrix[i][j], 1e-10);
  }
  expect_near(found.offset, map.offset, 1e-7);
}

TEST(Wcs, UnchangedValuesPassThrough) {
  fits::Header header = keyhole_header();
  Wcs::from_header(header, 2)->after(Affine{}).write_to(header);
  const fits::Header before = keyhole_header();
  for (const char* key :
       {"CRPIX1", "CRPIX2", "CRVAL1", "CRVAL2", "CD1_1", "CD1_2", "CD2_1", "CD2_2"}) {
    EXPECT_EQ(header.number(key), before.number(key)) << key;
  }
}

TEST(Wcs, FirstWriteAppendsTheKeywordsInTheOrderOfTheReference) {
  fits::Header header;
  header.set("BUNIT", "adu");
  header.set("CDELT1", 1.0);
  header.set("PC1_1", 1.0);
  header.set("FITS-WCS", "APPROXIMATE");
  header.set("GAIN", 13.5);
  keyhole().write_to(header);
  EXPECT_EQ(keywords(header),
            (std::vector<std::string>{"BUNIT", "GAIN", "WCSAXES", "WCSDIM", "CD1_1", "CD2_1",
                                      "CD1_2", "CD2_2", "RADESYS", "CRVAL1", "CRVAL2", "CTYPE1",
                                      "CTYPE2", "CRPIX1", "CRPIX2", "CUNIT1", "CUNIT2"}));
}

TEST(Wcs, RewriteKeepsThePlaceOfWcsaxesWcsdimAndRadesys) {
  fits::Header header;
  keyhole().write_to(header);
  header.set("LAST", 1);
  keyhole().write_to(header);
  EXPECT_EQ(keywords(header),
            (std::vector<std::string>{"WCSAXES", "WCSDIM", "RADESYS", "LAST", "CD1_1", "CD2_1",
                                      "CD1_2", "CD2_2", "CRVAL1", "CRVAL2", "CTYPE1", "CTYPE2",
                                      "CRPIX1", "CRPIX2", "CUNIT1", "CUNIT2"}));
}

TEST(Wcs, HeadersWithoutAUsableSkySystemGiveNothing) {
  EXPECT_FALSE(Wcs::from_header(fits::Header{}, 2));
  fits::Header singular = keyhole_header();
  singular.set("CD2_1", -4.1657801847253e-05);
  singular.set("CD2_2", 5.97463770524059e-06);
  EXPECT_FALSE(Wcs::from_header(singular, 2));
  fits::Header linear = keyhole_header();
  linear.set("CTYPE1", "LINEAR");
  EXPECT_FALSE(Wcs::from_header(linear, 2));
  fits::Header unknown = keyhole_header();
  unknown.set("CTYPE1", "RA---QQQ");
  unknown.set("CTYPE2", "DEC--QQQ");
  EXPECT_FALSE(Wcs::from_header(unknown, 2));
}

TEST(Wcs, PrimaryHeaderCountsTheReferencePixels) {
  EXPECT_TRUE(Wcs::from_header(keyhole_header(), 0));
  fits::Header none = keyhole_header();
  none.remove("CRPIX1");
  none.remove("CRPIX2");
  EXPECT_FALSE(Wcs::from_header(none, 0));
}

TEST(Wcs, StepsAndAMatrixServeInsteadOfCd) {
  fits::Header header = keyhole_header();
  for (const char* key : {"CD1_1", "CD1_2", "CD2_1", "CD2_2"}) header.remove(key);
  header.set("CDELT1", -2.16e-05);
  header.set("CDELT2", 2.16e-05);
  header.set("PC1_2", 0.5);
  const Wcs wcs = Wcs::from_header(header, 2).value();
  EXPECT_EQ(wcs.cd()[0][0], -2.16e-05);
  EXPECT_EQ(wcs.cd()[0][1], -1.08e-05);
  EXPECT_EQ(wcs.cd()[1][0], 0.0);
  EXPECT_EQ(wcs.cd()[1][1], 2.16e-05);
}

TEST(Wcs, FrameNamesFollowTheReference) {
  fits::Header header = keyhole_header();
  header.set("RADECSYS", "FK4");
  EXPECT_EQ(Wcs::from_header(header, 2)->frame(), "FK4");
  header.set("RADESYS", "icrs");
  EXPECT_EQ(Wcs::from_header(header, 2)->frame(), "ICRS");
  header.set("RADESYS", "GAPPT");
  EXPECT_EQ(Wcs::from_header(header, 2)->frame(), "FK5");
}

TEST(Wcs, DeclinationMayBeTheFirstAxis) {
  fits::Header swapped = keyhole_header();
  swapped.set("CTYPE1", "DEC--TAN");
  swapped.set("CTYPE2", "RA---TAN");
  swapped.set("CRVAL1", 19.81900133193509);
  swapped.set("CRVAL2", 206.6666508555937);
  swapped.set("CD1_1", -6.3225810927444e-06);
  swapped.set("CD1_2", -4.4205128668249e-05);
  swapped.set("CD2_1", -4.1657801847253e-05);
  swapped.set("CD2_2", 5.97463770524059e-06);
  const Wcs wcs = Wcs::from_header(swapped, 2).value();
  expect_near(wcs.to_sky({3.0, 800.0}), keyhole().to_sky({3.0, 800.0}), 1e-13);
  expect_near(wcs.to_pixel(wcs.to_sky({3.0, 800.0})), {3.0, 800.0}, 1e-8);
  fits::Header written;
  wcs.write_to(written);
  EXPECT_EQ(written.text("CTYPE1"), "DEC--TAN");
  EXPECT_EQ(written.number("CRVAL1"), 19.81900133193509);
}

TEST(Wcs, AThirdAxisIsLeftAsideUnlessItIsMixedWithTheSky) {
  fits::Header cube = keyhole_header();
  cube.set("CD3_3", 1.0);
  EXPECT_TRUE(Wcs::from_header(cube, 3));
  cube.set("CD1_3", 1e-5);
  EXPECT_FALSE(Wcs::from_header(cube, 3));
}

// Orthographic projection: direction cosines, hence an independent formula.
TEST(Wcs, OtherProjectionsGoThroughWcslib) {
  fits::Header header = keyhole_header();
  header.set("CTYPE1", "RA---SIN");
  header.set("CTYPE2", "DEC--SIN");
  const Wcs wcs = Wcs::from_header(header, 2).value();
  const double degree = std::acos(-1.0) / 180.0;
  const Point sky{206.9, 19.5}, centre = wcs.projection_centre();
  const double turn = (sky.x - centre.x) * degree;
  const double x = std::cos(sky.y * degree) * std::sin(turn) / degree;
  const double y = (std::cos(centre.y * degree) * std::sin(sky.y * degree) -
                    std::sin(centre.y * degree) * std::cos(sky.y * degree) * std::cos(turn)) /
                   degree;
  const Point pixel = wcs.to_pixel(sky);
  const double u = pixel.x - wcs.crpix().x, v = pixel.y - wcs.crpix().y;
  EXPECT_NEAR(wcs.cd()[0][0] * u + wcs.cd()[0][1] * v, x, 1e-12);
  EXPECT_NEAR(wcs.cd()[1][0] * u + wcs.cd()[1][1] * v, y, 1e-12);
  expect_near(wcs.to_sky(pixel), sky, 1e-10);
  fits::Header written;
  wcs.write_to(written);
  EXPECT_EQ(written.text("CTYPE2"), "DEC--SIN");
}

}  // namespace
}  // namespace wyvern
