// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "simulation/night.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "simulation/pointing.h"

namespace wyvern::simulation {
namespace {

constexpr double two_pi = 2.0 * std::numbers::pi;
constexpr double short_camera_scale = 0.1517;
constexpr double scattered_share = 0.001;  // of the light, all over the array

double brightness(double zero_point, double magnitude) {
  return std::pow(10.0, 0.4 * (zero_point - magnitude));
}

Truth pair(double a, double b) {
  return Truth::array({a, b});
}
Truth pair(Point p) {
  return pair(p.x, p.y);
}
double rounded4(double v) {
  return std::round(v * 1e4) / 1e4;
}

Image keyhole_light(Image throughput, const Gradient& shape, double level, double flat_level,
                    const Gradient& scatter_shape, double scattered) {
  for (int y = 0; y < frame_ny; ++y) {
    float* row = throughput.data() + static_cast<std::size_t>(y) * frame_nx;
    for (int x = 0; x < frame_nx; ++x) {
      const double through = row[x] > 0.0F ? row[x] * (level * shape.at(x, y) + flat_level) : 0.0;
      row[x] = static_cast<float>(through + scattered * scatter_shape.at(x, y));
    }
  }
  return throughput;
}

float median_of(const Plane& plane) {
  const auto pixels = plane.pixels<float>();
  std::vector<float> values(pixels.begin(), pixels.end());
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

double seconds_since(const DateTime& start, const DateTime& when) {
  return seconds_between(start, when);
}

}  // namespace

Night::Night(Preset preset, std::uint64_t seed)
    : preset_(std::move(preset)),
      seed_(seed),
      shots_(observing_sequence(preset_)),
      detector_(make_detector(seed, preset_.well.electrons)),
      solid_angle_(std::pow(preset_.camera.scale / short_camera_scale, 2)) {
  Random random(seed_, "conditions");
  conditions_.mask_shift = {random.normal(0.0, 1.2), random.normal(0.0, 1.2)};
  conditions_.sky_phase = random.uniform(0.0, two_pi);
  conditions_.seeing_phase = random.uniform(0.0, two_pi);
  conditions_.sky_slope = {random.uniform(-0.02, 0.02), random.uniform(-0.02, 0.02)};
  Random of_sources(seed_, "sources");
  sources_ = sources_of(preset_.field, of_sources);
  const Camera& camera = preset_.camera;
  const Wcs ideal = pointed_at(camera, preset_.position_angle_deg, preset_.target_deg).wcs();
  for (const Source& source : sources_) {
    positions_.push_back(ideal.to_sky({camera.origin.x + source.x, camera.origin.y + source.y}));
  }
}

double Night::rate(const Source& source) const {
  return brightness(preset_.band.zero_point, source.mag);
}

HeaderWcs Night::pointing(const Shot& shot, Point error_arcsec) const {
  const Point offset = sky_offset(preset_.position_angle_deg, shot.p, shot.q);
  const Point aim = moved_on_sky(preset_.target_deg, offset);
  return pointed_at(preset_.camera, preset_.position_angle_deg, moved_on_sky(aim, error_arcsec));
}

void Night::add_sources(Image& light, const Wcs& seen, double throughput, const Psf& psf,
                        Truth& truth) const {
  Truth places = Truth::array();
  for (std::size_t i = 0; i < sources_.size(); ++i) {
    const Point at = seen.to_pixel(positions_[i]);
    render(light, sources_[i], at, throughput * rate(sources_[i]), psf, preset_.camera.scale);
    places.push_back(pair(rounded4(at.x), rounded4(at.y)));
  }
  truth["source_xy"] = std::move(places);
}

Image Night::sky_light(const Shot& shot, const HeaderWcs& seen, Random& random,
                       Truth& truth) const {
  const Band& band = preset_.band;
  const double scale = preset_.camera.scale;
  const double seconds = seconds_since(preset_.start, shot.start);
  const double airmass = horizon(shot.start, preset_.target_deg).airmass();
  const Point shift{conditions_.mask_shift.x + random.normal(0.0, 0.08),
                    conditions_.mask_shift.y + random.normal(0.0, 0.08)};
  // Airglow: waves of 25 minutes, and the decline after dusk (which ends some day).
  const double drift =
      std::max(0.3, 1.0 + 0.03 * std::sin(two_pi * seconds / 1500.0 + conditions_.sky_phase) +
                        0.01 * random.normal() - 0.04 * seconds / 3600.0);
  const double sky =
      drift * std::pow(airmass, 0.7) * scale * scale * brightness(band.zero_point, band.sky_mag);
  const Gradient slope{conditions_.sky_slope.gx + random.normal(0.0, 0.003),
                       conditions_.sky_slope.gy + random.normal(0.0, 0.003)};
  const double wave = 0.5 + 0.5 * std::sin(two_pi * seconds / 2300.0 + conditions_.seeing_phase);
  const double at_zenith =
      preset_.seeing_low + (preset_.seeing_high - preset_.seeing_low) *
                               std::clamp(0.8 * wave + 0.2 * random.uniform(), 0.0, 1.0);
  const double fwhm = at_zenith * std::pow(airmass, 0.6);
  const double roundness = 1.0 - 0.08 * random.uniform();
  const Psf psf(fwhm / scale, roundness, random.uniform(0.0, 180.0));
  const double transparency =
      std::clamp(1.0 + preset_.transparency_rms * random.normal(), 0.5, 1.1);
  const double through = transparency * std::pow(10.0, -0.4 * band.extinction * (airmass - 1.0));

  Image stars(frame_size, 0.0F);
  truth["airmass"] = airmass;
  truth["sky_e_per_s"] = sky;
  truth["sky_gradient"] = pair(slope.gx, slope.gy);
  truth["seeing_fwhm_arcsec"] = fwhm;
  truth["psf_axis_ratio"] = psf.axis_ratio();
  truth["psf_theta_deg"] = psf.theta_deg();
  truth["transparency"] = transparency;
  truth["throughput"] = through;
  truth["mask_shift_px"] = pair(shift);
  add_sources(stars, seen.wcs(), through, psf, truth);

  const Image open = throughput(preset_.camera, band.whole_bar(), shift);
  Image light = keyhole_light(open, slope, sky, band.thermal_rate * solid_angle_, {0.15, -0.1},
                              scattered_share * sky);
  for (std::size_t i = 0; i < frame_size; ++i) light[i] += stars[i] * open[i];
  return light;
}

Image Night::lamp_light(const Shot& shot, Random& random, Truth& truth) const {
  const Band& band = preset_.band;
  const Point shift{conditions_.mask_shift.x + 0.4 + random.normal(0.0, 0.03),
                    conditions_.mask_shift.y + 0.4 + random.normal(0.0, 0.03)};
  double lamp = 0.0;
  if (shot.kind == Kind::lamp_on) {
    const double warm_up = 1.0 - 0.01 * std::exp(-shot.index / 1.5);
    lamp = band.lamp_rate * solid_angle_ * warm_up * (1.0 + 0.003 * random.normal());
  }
  truth["lamp_e_per_s"] = lamp;
  truth["mask_shift_px"] = pair(shift);
  // The lamp does not light the field as the sky does.
  return keyhole_light(throughput(preset_.camera, band.whole_bar(), shift), {0.03, -0.02}, lamp,
                       band.thermal_rate * solid_angle_ + 2.0, {}, scattered_share * lamp);
}

RawFrame Night::expose(const Shot& shot) const {
  Random random(seed_, name_of(shot.kind), static_cast<std::uint64_t>(shot.index));
  RawFrame frame;
  frame.truth = {{"name", shot.name()},
                 {"kind", name_of(shot.kind)},
                 {"start", iso_format(shot.start)},
                 {"exptime", shot.setup.exposure_s},
                 {"coadds", shot.setup.coadds},
                 {"read_mode", shot.setup.mode_name},
                 {"p", shot.p},
                 {"q", shot.q}};
  std::optional<HeaderWcs> wcs;
  Image light;
  if (shot.kind == Kind::science) {
    wcs = pointing(shot, {});
    const double rms = preset_.pointing_rms_arcsec;
    const Point error{random.normal(0.0, rms), random.normal(0.0, rms)};
    const HeaderWcs seen = pointing(shot, error);
    frame.truth["pointing_error_arcsec"] = pair(error);  // east, north
    frame.truth["rotation_error_deg"] = 0.0;
    frame.truth["header_crval"] = pair(wcs->crval);
    frame.truth["true_crval"] = pair(seen.crval);
    frame.truth["true_cd"] = seen.cd;
    frame.truth["crpix"] = pair(seen.crpix);
    light = sky_light(shot, seen, random, frame.truth);
  } else if (shot.kind == Kind::dark) {
    light.assign(frame_size, 0.0F);
  } else {
    wcs = pointed_at(preset_.camera, preset_.position_angle_deg, preset_.target_deg);
    light = lamp_light(shot, random, frame.truth);
  }
  Image events(frame_size, 0.0F);
  frame.truth["n_events"] =
      add_events(events, preset_.camera.event_rate, shot.exposure_s(), random);
  frame.pixels = simulation::expose(detector_, light, events, shot.setup, random);
  const auto full =
      static_cast<float>(std::floor(detector_.well_e * shot.setup.coadds / gain_e_per_adu));
  const auto pixels = frame.pixels.pixels<float>();
  frame.truth["n_saturated"] =
      std::count_if(pixels.begin(), pixels.end(), [full](float v) { return v > full; });
  frame.truth["median_adu"] = median_of(frame.pixels);
  frame.primary = primary_header(preset_, shot, wcs);
  frame.image = image_header(shot);
  return frame;
}

Truth Night::truth(std::vector<Truth> frames) const {
  Truth rows = Truth::array();
  for (std::size_t i = 0; i < sources_.size(); ++i) {
    const Source& s = sources_[i];
    const double seconds = preset_.science.exposure_s * preset_.science.coadds;
    rows.push_back({{"name", s.name},
                    {"x", s.x},
                    {"y", s.y},
                    {"mag", s.mag},
                    {"radius", s.radius_arcsec},
                    {"sersic", s.sersic},
                    {"axis_ratio", s.axis_ratio},
                    {"theta_deg", s.theta_deg},
                    {"ra_deg", positions_[i].x},
                    {"dec_deg", positions_[i].y},
                    {"rate_e_per_s", rate(s)},
                    {"electrons_per_frame", rate(s) * seconds}});
  }
  const Image open = throughput(preset_.camera, preset_.band.whole_bar(), conditions_.mask_shift);
  std::vector<double> lit;
  double sum = 0.0;
  for (std::size_t i = 0; i < frame_size; ++i) {
    if (open[i] <= 0.5F) continue;
    lit.push_back(static_cast<double>(open[i]) * detector_.response[i]);
    sum += lit.back();
  }
  const auto middle = lit.begin() + static_cast<std::ptrdiff_t>(lit.size() / 2);
  std::nth_element(lit.begin(), middle, lit.end());
  return {{"seed", seed_},
          {"preset", preset_.name},
          {"camera", preset_.camera.name},
          {"filter", preset_.filter},
          {"pixel_scale", preset_.camera.scale},
          {"gain", gain_e_per_adu},
          {"well_e", detector_.well_e},
          {"nonlinearity", Detector::nonlinearity},
          {"zero_point", preset_.band.zero_point},
          {"target", preset_.target},
          {"ra_deg", preset_.target_deg.x},
          {"dec_deg", preset_.target_deg.y},
          {"pa_deg", preset_.position_angle_deg},
          {"mean_response_in_keyhole", sum / static_cast<double>(lit.size())},
          {"median_response_in_keyhole", *middle},
          {"bad_bits",
           {{"hot", bad_hot},
            {"dead", bad_dead},
            {"cluster", bad_cluster},
            {"column", bad_column},
            {"noisy", bad_noisy}}},
          {"sources", std::move(rows)},
          {"frames", std::move(frames)}};
}

}  // namespace wyvern::simulation
