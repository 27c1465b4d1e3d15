// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include <cmath>

#include "base/errors.h"
#include "base/frame_fault.h"
#include "primitives/catalogue.h"
#include "primitives/frames.h"
#include "primitives/resampling.h"

namespace wyvern {
namespace {

using namespace wyvern::testing;
using Words = std::vector<std::string>;
using Floats = std::vector<float>;
using Flags = std::vector<std::uint16_t>;

void expect_near(const Floats& found, const Floats& expected, float tolerance) {
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t k = 0; k < found.size(); ++k) EXPECT_NEAR(found[k], expected[k], tolerance) << k;
}

Floats row(const Plane& plane, std::int64_t y) {
  const Floats all = pixels<float>(plane);
  return {all.begin() + y * plane.nx(), all.begin() + (y + 1) * plane.nx()};
}

// --- planes -----------------------------------------------------------------------------------

// The reference's worked example: a turn by 0.1 rad and a shift, on a grid that holds all of it.
Extension example() {
  Extension extension;
  extension.data = Plane(PixelType::f32, {6, 6});
  for (int k = 0; k < 36; ++k) {
    extension.data.pixels<float>()[static_cast<std::size_t>(k)] =
        static_cast<float>(std::pow(k, 1.5));
  }
  extension.variance = extension.data.clone();
  extension.mask = Plane::filled<std::uint16_t>(6, 6, 0);
  extension.mask.pixels<std::uint16_t>()[2 * 6 + 3] = 1;
  extension.mask.pixels<std::uint16_t>()[4 * 6 + 1] = 64;
  extension.mask.pixels<std::uint16_t>()[0 * 6 + 5] = 16;
  return extension;
}

const Affine& example_map() {
  static const Affine map =
      compose(Affine::shift(0.3, -0.2), Affine::rotation(0.1 * 180 / std::acos(-1.0)));
  return map;
}
constexpr CommonGrid kExampleGrid{-1, -1, 8, 7};

TEST(ResamplePlanes, GivesTheReferencesValues) {
  Extension extension = example();
  Journal log;
  resample_planes(extension, example_map(), kExampleGrid, {}, "frame", log);
  expect_near(row(extension.data, 1), {0, 0, 2.875282F, 2.861418F, 0, 0, 0, 0}, 1e-6F);
  expect_near(row(extension.data, 3),
              {0, 0, 50.69817F, 52.606552F, 55.064407F, 57.599102F, 60.078182F, 0}, 5e-6F);
  EXPECT_EQ(pixels<std::uint16_t>(extension.mask), (Flags{16, 16, 16, 16, 16, 16, 16, 16,  //
                                                          16, 16, 0,  0,  16, 16, 16, 16,  //
                                                          16, 16, 0,  0,  0,  0,  16, 16,  //
                                                          16, 16, 0,  0,  1,  1,  0,  16,  //
                                                          16, 64, 64, 0,  1,  0,  0,  16,  //
                                                          16, 64, 64, 0,  0,  0,  16, 16,  //
                                                          16, 16, 16, 16, 0,  0,  16, 16}));
}

TEST(ResamplePlanes, VarianceIsTreatedAsData) {
  Extension extension = example();
  Journal log;
  resample_planes(extension, example_map(), kExampleGrid, {}, "frame", log);
  EXPECT_EQ(pixels<float>(extension.variance), pixels<float>(extension.data));
}

TEST(ResamplePlanes, ObjectsAreZeroOutside) {
  Extension extension = example();
  Plane objects = Plane::filled<std::uint8_t>(6, 6, 0);
  objects.pixels<std::uint8_t>()[2 * 6 + 3] = 1;
  extension.attach("OBJMASK", std::move(objects));
  Journal log;
  resample_planes(extension, example_map(), kExampleGrid, {}, "frame", log);
  const Plane& out = *extension.plane("OBJMASK");
  const Flags mask = pixels<std::uint16_t>(extension.mask);
  for (std::size_t k = 0; k < mask.size(); ++k) {
    EXPECT_EQ(out.pixels<std::uint8_t>()[k], mask[k] & 1) << k;
  }
}

// Samples at y + 0.25, x + 0.5 of a small image.
Plane quarter_shifted(int order) {
  Extension extension;
  extension.data = floats(4, 4, {0, 0, 0, 0, 0, 10, 4, 0, 0, 2, 8, 0, 0, 0, 0, 0});
  Journal log;
  resample_planes(extension, Affine::shift(-0.5, -0.25), {0, 0, 4, 4}, {.order = order}, "frame",
                  log);
  return std::move(extension.data);
}

TEST(ResamplePlanes, InterpolatesLinearlyAndCubically) {
  const Plane linear = quarter_shifted(1);
  expect_near(pixels<float>(linear),
              {1.25F, 1.75F, 0.5F, 0, 4, 6.5F, 2.5F, 0, 0.75F, 3.75F, 3, 0, 0, 0, 0, 0}, 1e-6F);
  const Plane cubic = quarter_shifted(3);
  expect_near(row(cubic, 0), {0.63328123F, 1.05078125F, -0.0028125F, 0}, 1e-6F);
  expect_near(row(cubic, 1), {3.9975F, 9.6953125F, 1.8196875F, 0}, 1e-6F);
  expect_near(row(cubic, 2), {-0.36703125F, 4.11328125F, 2.835F, 0}, 1e-6F);
  expect_near(row(cubic, 3), {0, 0, 0, 0}, 0);
}

TEST(ResamplePlanes, FluxIsConservedUnlessToldOtherwise) {
  Affine twice;
  twice.matrix = {{{2, 0}, {0, 2}}};
  const auto resampled = [&](bool conserve, double* factor) {
    Extension extension;
    extension.data = Plane::filled<float>(6, 6, 8.0F);
    extension.variance = Plane::filled<float>(6, 6, 4.0F);
    Journal log;
    *factor = resample_planes(extension, twice, {0, 0, 11, 11}, {.conserve = conserve}, "f", log);
    return std::pair{extension.data.pixels<float>()[60], extension.variance.pixels<float>()[60]};
  };
  double factor = 0;
  EXPECT_EQ(resampled(true, &factor), (std::pair{2.0F, 1.0F}));
  EXPECT_EQ(factor, 0.25);
  EXPECT_EQ(resampled(false, &factor), (std::pair{8.0F, 4.0F}));
  EXPECT_EQ(factor, 1.0);
}

TEST(ResamplePlanes, HolesAreFilledWithZero) {
  Extension extension;
  extension.data = floats(1, 3, {1, std::nanf(""), INFINITY});
  Journal log;
  resample_planes(extension, Affine::shift(1, 0), {0, 0, 4, 1}, {}, "frame", log);
  EXPECT_EQ(pixels<float>(extension.data), (Floats{0, 1, 0, 0}));
  EXPECT_EQ(log.messages(LogLevel::warning).size(), 1U);
}

// --- the primitive ----------------------------------------------------------------------------

Plane ramp(std::int64_t ny, std::int64_t nx) {
  Plane plane(PixelType::f32, {ny, nx});
  for (float value = 1.0F; float& pixel : plane.pixels<float>()) pixel = value++;
  return plane;
}

// Two frames; the pixels of the second lie at map(pixel) of the first's.
FrameList pair_with(const Affine& map, std::int64_t ny = 4, std::int64_t nx = 5) {
  FrameList frames;
  for (int number : {14, 15}) {
    frames.push_back(
        electrons(number, ramp(ny, nx), ramp(ny, nx), Plane::filled<std::uint16_t>(ny, nx, 0)));
  }
  frames[1]->extensions[0].wcs = frames[0]->extensions[0].wcs->after(map);
  return frames;
}

// A linear ramp survives linear interpolation: values can be worked out by hand.
const Affine kShift = Affine::shift(2.25, -1.5);

TEST(ResampleToCommonFrame, TheOutputHoldsAllFrames) {
  Bench bench;
  const FrameList frames = pair_with(kShift);
  EXPECT_EQ(bench.run("resampleToCommonFrame", frames), frames);
  // Columns 0 to 6, rows -1 to 3 of the reference, which is copied.
  for (const Frame& frame : frames) {
    EXPECT_EQ(frame->extensions[0].data.shape(), (std::vector<std::int64_t>{5, 7}));
  }
  EXPECT_EQ(row(frames[0]->extensions[0].data, 0), (Floats{0, 0, 0, 0, 0, 0, 0}));
  EXPECT_EQ(row(frames[0]->extensions[0].data, 1), (Floats{1, 2, 3, 4, 5, 0, 0}));
  expect_near(row(frames[1]->extensions[0].data, 0), {0, 0, 0, 4.25F, 5.25F, 6.25F, 7.25F}, 1e-4F);
  expect_near(row(frames[1]->extensions[0].data, 4), {0, 0, 0, 0, 0, 0, 0}, 0);
  EXPECT_EQ(mask_of(frames[0])[0], 16);
  EXPECT_EQ(mask_of(frames[0])[7], 0);
  EXPECT_EQ(mask_of(frames[1])[2], 16);
  EXPECT_EQ(mask_of(frames[1])[3], 0);
  EXPECT_EQ(bench.said(), (Words{"Output image will have shape (7, 5)",
                                 "Resampling N20120117S0014.fits", "Array maps to [1:5,2:5]",
                                 "Resampling N20120117S0015.fits", "Array maps to [4:7,1:3]"}));
}

// The image of all must not take memory for what lies between.
TEST(ResampleToCommonFrame, TheFrameThatIsFarFromTheOthersIsToBlame) {
  for (const std::size_t far : {0U, 1U, 2U}) {
    for (const double distance : {1e5, 1e300, double(NAN)}) {
      Bench bench;
      FrameList frames = pair_with(kShift);
      frames.push_back(electrons(16, ramp(4, 5), ramp(4, 5)));
      frames[2]->extensions[0].wcs = frames[0]->extensions[0].wcs;
      const Wcs& wcs = *frames[far]->extensions[0].wcs;
      frames[far]->extensions[0].wcs = wcs.after(Affine::shift(distance, 0.1 * distance));
      const CommonGrid grid = foreseen_grid(frames).value_or(CommonGrid{});
      EXPECT_LT(grid.nx * grid.ny, 100) << distance;
      try {
        bench.run("resampleToCommonFrame", frames);
        FAIL() << "nothing was thrown";
      } catch (const FrameFault& fault) {
        const bool nowhere = !(distance < 1e9);
        if (far > 0 || !nowhere) {
          EXPECT_EQ(std::string(fault.what()).find(frames[far]->filename()), 0U) << fault.what();
        }
      }
      if (!(distance <= 1e6) || far == 0) continue;
      const FrameList trimmed = bench.run("resampleToCommonFrame", frames, {{"trim_data", true}});
      EXPECT_EQ(trimmed[0]->extensions[0].data.shape(), (std::vector<std::int64_t>{4, 5}));
    }
  }
}

TEST(ResampleToCommonFrame, HeadersAndCoordinates) {
  Bench bench;
  const FrameList frames = pair_with(kShift);
  for (const Frame& frame : frames) {
    frame->extensions[0].header.set("TRIMSEC", "[1:2,1:2]");
    frame->extensions[0].attach("OTHER", Plane::filled<float>(4, 5, 0));
  }
  const Point sky = frames[0]->extensions[0].wcs->to_sky({1, 1});
  bench.run("resampleToCommonFrame", frames);
  const Extension& extension = frames[1]->extensions[0];
  EXPECT_EQ(extension.header.text("DATASEC"), "[1:7,1:5]");
  EXPECT_EQ(extension.header.text("DETSEC"), "[1:5,1:4]");
  EXPECT_EQ(extension.header.text("ARRAYSEC"), "[1:5,1:4]");
  EXPECT_EQ(extension.header.text("ARRAYID"), "SN7638228.1");
  EXPECT_FALSE(extension.header.has("FRMNAME"));
  EXPECT_FALSE(extension.header.has("TRIMSEC"));
  EXPECT_EQ(extension.header.text("AREATYPE"), "P2");
  EXPECT_EQ(extension.header.comment("AREA1_1"), "Vertex 1, dimension 1");
  const std::pair<const char*, double> area[] = {
      {"AREA1_1", 3.25}, {"AREA1_2", 0.5}, {"AREA2_1", 3.25}, {"AREA2_2", 3.5},
      {"AREA3_1", 7.25}, {"AREA3_2", 0.5}, {"AREA4_1", 7.25}, {"AREA4_2", 3.5}};
  for (const auto& [keyword, value] : area) {
    EXPECT_NEAR(extension.header.number(keyword).value_or(0), value, 1e-6) << keyword;
  }
  EXPECT_NEAR(extension.header.number("JFACTOR").value_or(0), 1.0, 1e-6);
  EXPECT_EQ(extension.plane("OTHER"), nullptr);
  EXPECT_EQ(frames[0]->extensions[0].wcs, extension.wcs);
  EXPECT_NEAR(extension.wcs->to_pixel(sky).x, 1.0, 1e-6);
  EXPECT_NEAR(extension.wcs->to_pixel(sky).y, 2.0, 1e-6);
  EXPECT_EQ(frames[1]->phu.text("ALIGN"), kBenchTime);
  EXPECT_EQ(frames[1]->filename(), "N20120117S0015_align.fits");
}

TEST(ResampleToCommonFrame, TrimsToTheReference) {
  Bench bench;
  const FrameList frames = pair_with(kShift);
  const Floats before = data_of(frames[0]);
  bench.run("resampleToCommonFrame", frames, {{"trim_data", true}});
  EXPECT_EQ(data_of(frames[0]), before);
  EXPECT_EQ(frames[1]->extensions[0].data.shape(), (std::vector<std::int64_t>{4, 5}));
  expect_near(row(frames[1]->extensions[0].data, 0), {0, 0, 0, 9.25F, 10.25F}, 1e-4F);
  EXPECT_EQ(mask_of(frames[1])[2], 16);
  EXPECT_EQ(mask_of(frames[1])[3], 0);
  EXPECT_EQ(mask_of(frames[1])[15], 16);
}

TEST(ResampleToCommonFrame, ANamedReferenceTrims) {
  Bench bench;
  const FrameList frames = pair_with(kShift);
  bench.calibrations.files["ref.fits"] = {std::make_shared<AstroData>(frames[0]->clone()),
                                          "ref.fits", "", ""};
  bench.run("resampleToCommonFrame", {frames[1]}, {{"reference", "ref.fits"}});
  EXPECT_EQ(frames[1]->extensions[0].data.shape(), (std::vector<std::int64_t>{4, 5}));
  EXPECT_EQ(bench.warnings(),
            Words{"Setting trim_data=True to trim to size of the reference image."});
  EXPECT_THROW(bench.run("resampleToCommonFrame", {frames[1]}, {{"reference", "no.fits"}}),
               InputError);
}

TEST(ResampleToCommonFrame, TheFullCoordinatesAgreeWithTheirAffineMap) {
  const Affine map = compose(Affine::shift(1.3, -0.6), Affine::rotation(2.0));
  const auto resampled = [&](bool affine, int order) {
    Bench bench;
    const FrameList frames = pair_with(map, 12, 15);
    frames[1]->extensions[0].mask.pixels<std::uint16_t>()[6 * 15 + 7] = 1;
    bench.run("resampleToCommonFrame", frames, {{"force_affine", affine}, {"order", order}});
    return frames[1];
  };
  for (const int order : {1, 3}) {
    const Frame affine = resampled(true, order), full = resampled(false, order);
    expect_near(data_of(full), data_of(affine), 2e-3F);
    expect_near(variance_of(full), variance_of(affine), 2e-3F);
    EXPECT_EQ(mask_of(full), mask_of(affine));
    EXPECT_NEAR(full->extensions[0].header.number("JFACTOR").value_or(0), 1.0, 1e-4);
  }
}

TEST(ResampleToCommonFrame, MovesTheCatalogue) {
  Bench bench;
  const FrameList frames = pair_with(kShift);
  add_catalogue(*frames[1], {{{0, 0}}, {{1, 3}}, {{4, 1}}});
  const fits::Table before = *frames[1]->extensions[0].table("OBJCAT");
  bench.run("resampleToCommonFrame", frames);
  const fits::Table& table = *frames[1]->extensions[0].table("OBJCAT");
  ASSERT_EQ(table.rows(), 3U);
  EXPECT_NEAR(table.cells<double>("X_IMAGE")[1], 4.25, 1e-6);
  EXPECT_NEAR(table.cells<double>("Y_IMAGE")[1], 3.5, 1e-6);
  EXPECT_EQ(table.cells<std::int64_t>("NUMBER"), (std::vector<std::int64_t>{1, 2, 3}));
  EXPECT_NEAR(table.number("X_WORLD", 1), before.number("X_WORLD", 1), 1e-9);
  EXPECT_TRUE(bench.has_said("Processing OBJCATs"));
}

TEST(ResampleToCommonFrame, CleansFlaggedPixelsFirst) {
  const auto central = [](bool clean) {
    Bench bench;
    FrameList frames = pair_with(Affine::shift(0.5, 0.5), 15, 15);
    frames[1]->extensions[0].data = Plane::filled<float>(15, 15, 10.0F);
    frames[1]->extensions[0].data.pixels<float>()[7 * 15 + 7] = 5000.0F;
    frames[1]->extensions[0].mask.pixels<std::uint16_t>()[7 * 15 + 7] = 1;
    bench.run("resampleToCommonFrame", frames, {{"clean_data", clean}, {"trim_data", true}});
    EXPECT_EQ(mask_of(frames[1])[7 * 15 + 7], 1);
    return data_of(frames[1])[7 * 15 + 7];
  };
  EXPECT_NEAR(central(true), 10.0F, 1e-3F);
  EXPECT_GT(central(false), 1000.0F);
}

TEST(ResampleToCommonFrame, OneFrameStaysAsItIs) {
  Bench bench;
  const FrameList one = {electrons(14, ramp(2, 2))};
  EXPECT_EQ(bench.run("resampleToCommonFrame", one), one);
  EXPECT_EQ(one[0]->filename(), "N20120117S0014.fits");
  EXPECT_FALSE(one[0]->phu.has("ALIGN"));
  EXPECT_EQ(bench.warnings(),
            Words{"No alignment will be performed, since at least two input AstroData objects are "
                  "required for resampleToCommonFrame"});
}

TEST(ResampleToCommonFrame, ThreadsGiveTheSameBytes) {
  const auto resampled = [](int threads) {
    Bench bench(threads);
    FrameList frames = pair_with(compose(Affine::shift(3.3, 7.1), Affine::rotation(1)), 60, 70);
    bench.run("resampleToCommonFrame", frames, {{"order", 3}});
    return std::pair{data_of(frames[1]), mask_of(frames[1])};
  };
  EXPECT_EQ(resampled(1), resampled(3));
}

}  // namespace
}  // namespace wyvern
