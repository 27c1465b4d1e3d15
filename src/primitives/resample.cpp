// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "base/frame_fault.h"
#include "primitives/common.h"
#include "primitives/families.h"
#include "primitives/resampling.h"

// resampleToCommonFrame. Reference: geminidr/core/primitives_image.py, primitives_resample.py.

namespace wyvern {
namespace {

void check_frames(const FrameList& frames) {
  for (const Frame& frame : frames) {
    if (frame->extensions.size() != 1 || !frame->extensions[0].wcs) {
      throw DataError(fmt::format("{}: resampleToCommonFrame needs one extension with a WCS",
                                  frame->filename()));
    }
  }
}

// Frame pixels -> reference pixels.
std::vector<Affine> maps_to(const AstroData& reference, const FrameList& frames) {
  std::vector<Affine> maps;
  for (const Frame& frame : frames) {
    const Plane& data = frame->extensions[0].data;
    maps.push_back(frame.get() == &reference
                       ? Affine{}
                       : affine_between(*frame->extensions[0].wcs, *reference.extensions[0].wcs,
                                        data.ny(), data.nx()));
  }
  return maps;
}

CommonGrid grid_of_reference(const AstroData& reference) {
  const Plane& data = reference.extensions[0].data;
  return {0, 0, data.nx(), data.ny()};
}

void log_region(const Frame& frame, const Affine& map, const CommonGrid& grid, Journal& log) {
  const CommonGrid own = grid_of_all({frame}, {map});
  log.stdinfo(fmt::format("Array maps to [{}:{},{}:{}]", own.x0 - grid.x0 + 1,
                          own.x0 - grid.x0 + own.nx, own.y0 - grid.y0 + 1,
                          own.y0 - grid.y0 + own.ny));
}

// Keywords of the output that tell where the input's corners went.
void write_area(fits::Header& header, std::int64_t nx, std::int64_t ny, const Affine& to_grid,
                double factor) {
  header.set("AREATYPE", "P2", "Region with 2 vertices");
  const auto x = static_cast<double>(nx - 1), y = static_cast<double>(ny - 1);
  const std::array<Point, 4> corners{Point{0, 0}, Point{0, y}, Point{x, 0}, Point{x, y}};
  for (int i = 0; i < 4; ++i) {
    const Point at = to_grid(corners[static_cast<std::size_t>(i)]);
    header.set(fmt::format("AREA{}_1", i + 1), at.x + 1.0,
               fmt::format("Vertex {}, dimension 1", i + 1));
    header.set(fmt::format("AREA{}_2", i + 1), at.y + 1.0,
               fmt::format("Vertex {}, dimension 2", i + 1));
  }
  header.set("JFACTOR", factor, "J-factor in resampling");
}

void write_sections(AstroData& frame, const CommonGrid& grid) {
  const Value detector = describe(frame, 0, "detector_section");
  const Value array = describe(frame, 0, "array_section");
  const Value name = describe(frame, 0, "array_name");
  fits::Header& header = frame.extensions[0].header;
  const auto text = [](const Value& v) {
    const auto* section = v.get_if<Section>();
    return section != nullptr ? iraf_section(*section) : str(v);
  };
  header.set("DATASEC", iraf_section({0, grid.nx, 0, grid.ny}));
  header.set("DETSEC", text(detector));
  header.set("ARRAYSEC", text(array));
  if (!name.is_none()) header.set("ARRAYID", str(name));
  for (const char* keyword : {"FRMNAME", "FRAMEID", "CCDSIZE", "BIASSEC", "DATATYP", "OVERSEC",
                              "TRIMSEC", "OVERSCAN", "OVERRMS"}) {
    header.remove(keyword);
  }
}

// Moves the catalogue to the output's pixels.
void move_catalogue(Extension& extension, const Affine& to_grid, const CommonGrid& grid,
                    bool trimmed) {
  fits::Table* table = extension.table("OBJCAT");
  if (table == nullptr) return;
  std::vector<double> x, y, ra, dec;
  std::vector<std::int64_t> number;
  std::vector<bool> inside;
  for (std::size_t i = 0; i < table->rows(); ++i) {
    const Point at =
        to_grid({table->number("X_IMAGE", i) - 1.0, table->number("Y_IMAGE", i) - 1.0});
    const bool kept =
        !trimmed || (at.x >= -0.5 && at.y >= -0.5 && at.x < static_cast<double>(grid.nx) - 0.5 &&
                     at.y < static_cast<double>(grid.ny) - 0.5);
    inside.push_back(kept);
    if (!kept) continue;
    const Point sky = extension.wcs->to_sky(at);
    x.push_back(at.x + 1.0);
    y.push_back(at.y + 1.0);
    ra.push_back(sky.x);
    dec.push_back(sky.y);
    number.push_back(static_cast<std::int64_t>(number.size()) + 1);
  }
  table->select_rows(inside);
  const auto replace = [&](std::string_view name, auto values) {
    if (fits::Column* column = table->find(name)) column->cells = std::move(values);
  };
  replace("X_IMAGE", std::move(x));
  replace("Y_IMAGE", std::move(y));
  replace("X_WORLD", std::move(ra));
  replace("Y_WORLD", std::move(dec));
  replace("NUMBER", std::move(number));
  if (table->rows() == 0) extension.detach("OBJCAT");
}

struct Plan {
  Wcs reference;
  CommonGrid grid;
  ResampleOptions options;
  bool affine, trimmed;
};

void drop_other_attachments(Extension& extension) {
  std::erase_if(extension.other, [](const auto& entry) {
    return entry.first != "OBJMASK" && entry.first != "OBJCAT";
  });
}

void resample_frame(const Frame& resampled, const Affine& map, const Plan& plan, ListCall& call,
                    Journal& log) {
  AstroData& frame = *resampled;
  log.stdinfo("Resampling " + frame.filename());
  Extension& extension = frame.extensions[0];
  const std::int64_t nx = extension.data.nx(), ny = extension.data.ny();
  log_region(resampled, map, plan.grid, log);
  write_sections(frame, plan.grid);
  drop_other_attachments(extension);
  const double factor =
      plan.affine || map.is_identity()
          ? resample_planes(extension, map, plan.grid, plan.options, frame.filename(), log)
          : resample_planes(extension, plan.reference, plan.grid, plan.options, frame.filename(),
                            log);
  const Affine to_grid = compose(
      Affine::shift(-static_cast<double>(plan.grid.x0), -static_cast<double>(plan.grid.y0)), map);
  extension.wcs = plan.reference.after(
      Affine::shift(static_cast<double>(plan.grid.x0), static_cast<double>(plan.grid.y0)));
  if (extension.table("OBJCAT") != nullptr) log.stdinfo("Processing OBJCATs");
  move_catalogue(extension, to_grid, plan.grid, plan.trimmed);
  write_area(extension.header, nx, ny, to_grid, factor);
  rename(frame, call.parameters);
  mark_history(frame, call.context, "ALIGN", "resampleToCommonFrame");
}

// How far the corners of a frame are from `from`, at most; infinite when that cannot be said.
double reach_of(const Plane& data, const Affine& map, Point from) {
  constexpr double farthest = 1e9;  // px
  double reach = 0.0;
  for (const double x : {0.0, static_cast<double>(data.nx())}) {
    for (const double y : {0.0, static_cast<double>(data.ny())}) {
      const Point at = map({x, y});
      const double distance = std::hypot(at.x - from.x, at.y - from.y);
      reach = distance <= farthest ? std::max(reach, distance) : INFINITY;
    }
  }
  return reach;
}

double middle_of(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

// The frame that is farthest from where most are, and how far (reach_of).
std::pair<std::size_t, double> farthest_of(const FrameList& frames,
                                           const std::vector<Affine>& maps) {
  std::vector<double> x, y;
  for (const Affine& map : maps) {
    const Point at = map({0.0, 0.0});
    x.push_back(std::isfinite(at.x) ? at.x : INFINITY);
    y.push_back(std::isfinite(at.y) ? at.y : INFINITY);
  }
  const Point most{middle_of(x), middle_of(y)};
  std::pair<std::size_t, double> worst{0, 0.0};
  for (std::size_t k = 0; k < frames.size(); ++k) {
    const double reach = reach_of(frames[k]->extensions[0].data, maps[k], most);
    if (reach > worst.second) worst = {k, reach};
  }
  return worst;
}

// A grid that would be nothing but memory.
bool is_beyond_reason(const CommonGrid& grid, const Plane& frame) {
  constexpr double harmless = 5e7;       // px
  constexpr double most_growth = 100.0;  // of a frame's area
  const double area = static_cast<double>(grid.nx) * static_cast<double>(grid.ny);
  return area > std::max(harmless, most_growth * static_cast<double>(frame.size()));
}

// FrameFault for the farthest frame when the image of all is beyond reason.
void check_extent(const FrameList& frames, const std::vector<Affine>& maps, bool trimmed) {
  const auto [worst, reach] = farthest_of(frames, maps);
  const auto blame = [&, k = worst](const std::string& what) {
    throw FrameFault(ExitStatus::bad_input, frames[k]->opened_path(),
                     fmt::format("{}: its WCS puts it {}", frames[k]->filename(), what));
  };
  if (!std::isfinite(reach)) blame("nowhere near the other frames");
  if (trimmed) return;
  const CommonGrid grid = grid_of_all(frames, maps);
  if (!is_beyond_reason(grid, frames.front()->extensions[0].data)) return;
  blame(fmt::format(
      "{:.0f} pixels from the other frames: {} x {} pixels would be needed for all of them "
      "(trim_data=True keeps to the field of the first one)",
      reach, grid.nx, grid.ny));
}

FrameList resample_to_common_frame(FrameList frames, ListCall& call) {
  const Parameters& p = call.parameters;
  const Value& named = p["reference"];
  if (frames.empty() || (frames.size() < 2 && named.is_none())) {
    call.log.warning(
        "No alignment will be performed, since at least two input AstroData objects are required "
        "for resampleToCommonFrame");
    return frames;
  }
  bool trimmed = p.flag("trim_data");
  std::optional<Calibration> given;
  if (!named.is_none()) {
    given = call.context.calibrations->open(str(named), call.log);
    if (!given)
      throw InputError(fmt::format("{}: the reference image cannot be opened", str(named)));
    if (!trimmed) {
      call.log.warning("Setting trim_data=True to trim to size of the reference image.");
    }
    trimmed = true;
  }
  const AstroData& reference = given ? *given->frame : *frames.front();
  check_frames(frames);
  if (given && !reference.extensions.at(0).wcs) {
    throw InputError(fmt::format("{}: the reference image has no WCS", reference.filename()));
  }
  const std::vector<Affine> maps = maps_to(reference, frames);
  if (!call.context.compat) check_extent(frames, maps, trimmed);
  if (p.flag("clean_data")) {
    frames = call.nested(
        "applyDQPlane", std::move(frames),
        {{"replace_flags", 65513}, {"replace_value", "median"}, {"inner", 3.0}, {"outer", 5.0}});
  }
  const Plan plan{
      *reference.extensions[0].wcs,
      trimmed ? grid_of_reference(reference) : grid_of_all(frames, maps),
      {static_cast<int>(p.integer("order")), p.flag("conserve"), p.number("dq_threshold")},
      p.flag("force_affine"),
      trimmed};
  call.log.stdinfo(
      fmt::format("Output image will have shape ({}, {})", plan.grid.nx, plan.grid.ny));
  call.for_each(frames.size(), [&](std::size_t k, Journal& log) {
    frames[k]->load_pixels();
    resample_frame(frames[k], maps[k], plan, call, log);
    call.context.put_aside(*frames[k]);
  });
  return frames;
}

}  // namespace

std::optional<CommonGrid> foreseen_grid(const FrameList& frames) {
  for (const Frame& frame : frames) {
    if (frame->extensions.size() != 1 || !frame->extensions[0].wcs) return std::nullopt;
  }
  if (frames.empty()) return std::nullopt;
  const CommonGrid grid = grid_of_all(frames, maps_to(*frames.front(), frames));
  if (is_beyond_reason(grid, frames.front()->extensions[0].data)) return std::nullopt;
  return grid;
}

std::vector<Primitive> resample_primitives() {
  return {deferring({"resampleToCommonFrame",
                     {text("suffix", "_align", "Filename suffix"),
                      integer("order", 1, "Order of interpolation", "[0,5]"),
                      boolean("trim_data", false, "Trim to field of view of reference image?"),
                      boolean("clean_data", false, "Clean bad pixels before interpolation?"),
                      boolean("conserve", true, "Conserve image flux?"),
                      boolean("force_affine", true, "Force affine transformation for speed?"),
                      Parameter{.name = "reference",
                                .type = ParameterType::frame,
                                .label = "Name of reference image (optional)",
                                .optional = true},
                      real("dq_threshold", 0.001,
                           "Fraction from DQ-flagged pixel to count as 'bad'", "[0.0,inf)")},
                     nullptr,
                     resample_to_common_frame,
                     nullptr,
                     {{"applyDQPlane", {"replace_flags", "replace_value", "inner", "outer"}}}})};
}

}  // namespace wyvern
