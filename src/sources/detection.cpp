// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "sources/detection.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/errors.h"
#include "kernels/census.h"
#include "sources/background.h"
#include "sources/catalogue.h"
#include "sources/class_star.h"
#include "sources/cleaning.h"
#include "sources/extraction.h"
#include "sources/measurement.h"

namespace wyvern::sources {

namespace {

constexpr double assumed_seeing_arcsec = 1.2;

void check_shapes(const Plane& data, const Plane& mask) {
  if (data.shape().size() != 2 || data.nx() == 0 || data.ny() == 0) {
    throw DataError("Source detection needs an image with two axes that is not empty.");
  }
  if (!mask.empty() && mask.shape() != data.shape()) {
    throw DataError(fmt::format(
        "Source detection: the mask is {} x {} pixels, the image {} x {}; they must be alike.",
        mask.nx(), mask.ny(), data.nx(), data.ny()));
  }
}

// Pixels that are not finite say nothing: they get the median of the others, as flagged pixels do
// when the reference is asked to mask them.
Plane with_finite_pixels(const Plane& data) {
  Plane image = data.type() == PixelType::f32 ? data.share() : data.converted_to(PixelType::f32);
  if (kernels::count_not_finite(std::as_const(image).pixels<float>()) == 0) return image;
  if (data.type() == PixelType::f32) image = data.clone();
  const auto pixels = image.pixels<float>();
  const auto finite = [](float v) { return std::isfinite(v); };
  std::vector<float> known;
  std::copy_if(pixels.begin(), pixels.end(), std::back_inserter(known), finite);
  float median = 0.0F;
  if (!known.empty()) {
    const auto middle = known.begin() + static_cast<std::ptrdiff_t>(known.size() / 2);
    std::nth_element(known.begin(), middle, known.end());
    median = *middle;
  }
  std::replace_if(
      pixels.begin(), pixels.end(), [&](float v) { return !finite(v); }, median);
  return image;
}

FlatSky flatten(Plane image, const Background& background, const DetectionOptions& options) {
  FlatSky sky;
  sky.value = std::move(image);
  background.subtract_from(sky.value.pixels<float>());
  sky.filtered = Plane(PixelType::f32, sky.value.shape());
  smooth(sky.value.pixels<float>(), sky.value.nx(), sky.filtered.pixels<float>());
  sky.rms = background.rms();
  sky.threshold = static_cast<float>(options.detect_thresh * sky.rms);
  sky.analysis = static_cast<float>(options.analysis_thresh * sky.rms);
  return sky;
}

// Which pixel belongs to which object: its place in the list, counted from 1.
std::vector<std::int32_t> owners(const FlatSky& sky, const std::vector<Footprint>& objects) {
  std::vector<std::int32_t> owner(static_cast<std::size_t>(sky.value.size()), 0);
  for (std::size_t i = 0; i < objects.size(); ++i) {
    for (const auto at : objects[i].pixels) owner[at] = static_cast<std::int32_t>(i + 1);
    for (const auto at : objects[i].released) owner[at] = released_pixel;
  }
  return owner;
}

struct Kept {
  std::vector<Measurement> sources;
  Plane mask;  // uint8, 1 on the sources' pixels
};

// Measures the objects. Photometry, the costly part, is for those alone that are plausible.
Kept measure(const FlatSky& sky, const Background& background,
             const std::vector<Footprint>& objects, const Plane& mask,
             const DetectionOptions& options) {
  const MeasurementOptions settings{options.saturation, options.gain, options.phot_min_radius};
  Kept kept;
  kept.mask = Plane::filled<std::uint8_t>(sky.value.ny(), sky.value.nx(), 0);
  if (objects.empty()) return kept;
  const auto owner = owners(sky, objects);
  const auto lit = kept.mask.pixels<std::uint8_t>();
  for (std::size_t i = 0; i < objects.size(); ++i) {
    Measurement source = measure_footprint(sky, background, objects[i], mask, settings);
    if (!is_plausible(source)) continue;
    measure_apertures(sky, owner, static_cast<std::int32_t>(i + 1), objects[i], settings, source);
    for (const auto at : objects[i].pixels) lit[at] = 1;
    for (const auto at : objects[i].absorbed) lit[at] = 1;
    kept.sources.push_back(source);
  }
  return kept;
}

void classify(const StarClassifier& classifier, const FlatSky& sky, double pixel_scale_arcsec,
              double seeing_arcsec, std::vector<Measurement>& sources) {
  // The reference hands the seeing over with three decimals.
  const double seeing = std::max(std::round(seeing_arcsec * 1000.0) / 1000.0, 0.001);
  for (Measurement& source : sources) {
    const StarInputs inputs{source.areas, static_cast<double>(source.peak) / sky.analysis,
                            pixel_scale_arcsec};
    source.class_star = static_cast<float>(classifier(inputs, seeing));
  }
}

}  // namespace

Detection detect(const Plane& data, const Plane& mask, const std::optional<Wcs>& wcs,
                 const std::optional<double>& pixel_scale_arcsec,
                 const std::optional<double>& seeing_arcsec, const DetectionOptions& options,
                 const StarClassifier& classifier) {
  check_shapes(data, mask);
  const Plane image = with_finite_pixels(data);
  const Background background(image.pixels<float>(), image.ny(), image.nx(), options.back_size,
                              options.back_filtersize);
  const FlatSky sky = flatten(image.clone(), background, options);
  const auto least_area = static_cast<int>(options.detect_minarea);
  ExtractionOptions extraction;
  extraction.minimum_area = least_area;
  extraction.contrast = options.deblend_mincont;
  const auto objects = clean_and_order(sky, extract(sky, extraction), least_area);
  Kept kept = measure(sky, background, objects, mask, options);
  for (Measurement& source : kept.sources) measure_on_sky(wcs, pixel_scale_arcsec, source);

  // Only the classes depend on the seeing, and the seeing on the classes: two rounds at most.
  const double scale = wcs ? wcs->pixel_scale_arcsec() : pixel_scale_arcsec.value_or(1.0);
  std::optional<double> seeing = seeing_arcsec;
  if (!seeing) {
    classify(classifier, sky, scale, assumed_seeing_arcsec, kept.sources);
    seeing = estimate_seeing(kept.sources);
  }
  if (seeing) {
    classify(classifier, sky, scale, *seeing, kept.sources);
    if (const auto better = estimate_seeing(kept.sources)) seeing = better;
  }
  Detection found;
  found.catalogue = make_catalogue(kept.sources, !mask.empty());
  add_profiles(image, pixel_scale_arcsec, seeing, found.catalogue);
  found.object_mask = std::move(kept.mask);
  found.seeing_arcsec = seeing;
  return found;
}

Detection detect(const Plane& data, const Plane& mask, const std::optional<Wcs>& wcs,
                 const std::optional<double>& pixel_scale_arcsec,
                 const std::optional<double>& seeing_arcsec, const DetectionOptions& options) {
  const std::string network = class_star_network_file();
  return detect(data, mask, wcs, pixel_scale_arcsec, seeing_arcsec, options,
                network.empty() ? StarClassifier() : StarClassifier::from_file(network));
}

}  // namespace wyvern::sources
