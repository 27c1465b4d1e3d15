// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>

#include <fmt/format.h>

#include "astrodata/deferred_planes.h"
#include "base/errors.h"
#include "primitives/common.h"
#include "primitives/families.h"
#include "sources/alignment.h"
#include "sources/centroids.h"
#include "sources/image_correlation.h"
#include "sources/selection.h"

// adjustWCSToReference: puts all frames into the coordinate system of the first.
// Reference: geminidr/core/primitives_register.py, gempy/library/matching.py.

namespace wyvern {
namespace {

// Detector pixel about which the instrument rotates (x, y), 0-based.
constexpr Point kRotationCentre{629.0, 519.0};

struct SourceList {
  std::vector<Point> at;      // 0-based pixels
  std::vector<double> error;  // 1 sigma, px
};

// The catalogue's sources: `as_catalogued` where the reference has them, else measured anew with
// less noise.
SourceList sources_of(const AstroData& frame, bool as_catalogued) {
  SourceList list;
  const fits::Table* catalogue = frame.extensions[0].table("OBJCAT");
  if (catalogue == nullptr) return list;
  if (!as_catalogued && frame.extensions[0].data.type() == PixelType::f32) {
    for (const sources::Centroid& c :
         sources::windowed_centroids(loaded_planes(frame.extensions[0]), *catalogue)) {
      list.at.push_back(c.at);
      list.error.push_back(c.error);
    }
    return list;
  }
  for (std::size_t i = 0; i < catalogue->rows(); ++i) {
    // Single precision, as the catalogue holds them.
    const auto x = static_cast<float>(catalogue->number("X_IMAGE", i));
    const auto y = static_cast<float>(catalogue->number("Y_IMAGE", i));
    list.at.push_back({x - 1.0F, y - 1.0F});
    list.error.push_back(std::sqrt(
        0.5 * (catalogue->number("ERRX2_IMAGE", i) + catalogue->number("ERRY2_IMAGE", i))));
  }
  return list;
}

// The point sources of a frame that serve image quality.
SourceList culled(const AstroData& frame, bool as_catalogued) {
  SourceList all = sources_of(frame, as_catalogued), kept;
  const fits::Table* catalogue = frame.extensions[0].table("OBJCAT");
  if (catalogue == nullptr) return kept;
  for (const std::size_t i :
       sources::point_sources(*catalogue, describe(frame, "is_ao") == Value(true))) {
    kept.at.push_back(all.at[i]);
    kept.error.push_back(all.error[i]);
  }
  return kept;
}

struct Offsets {
  double x, y, position_angle;
};

std::optional<Offsets> header_offsets(const AstroData& frame) {
  try {
    const Value x = describe(frame, "detector_x_offset"), y = describe(frame, "detector_y_offset");
    const std::optional<double> angle = frame.phu.number("PA");
    if (!x.is_number() || !y.is_number() || !angle) return std::nullopt;
    return Offsets{x.as_double(), y.as_double(), *angle};
  } catch (const InputError&) {
    return std::nullopt;  // an unknown camera has no offsets in pixels
  }
}

// Frame pixels -> reference pixels by the telescope's offsets and position angles.
std::optional<Affine> map_by_offsets(const AstroData& frame, const AstroData& reference) {
  const std::optional<Offsets> own = header_offsets(frame), other = header_offsets(reference);
  if (!own || !other) return std::nullopt;
  const Affine to_centre = Affine::shift(-kRotationCentre.x - own->x, -kRotationCentre.y - own->y);
  const Affine turn = Affine::rotation(other->position_angle - own->position_angle);
  const Affine back = Affine::shift(kRotationCentre.x + other->x, kRotationCentre.y + other->y);
  return compose(back, compose(turn, to_centre));
}

void align_by_offsets(AstroData& frame, const AstroData& reference, Journal& log) {
  const std::optional<Affine> map = map_by_offsets(frame, reference);
  if (!map) {
    log.warning("Cannot obtain necessary offsets from headers so no change will be made");
    return;
  }
  log.stdinfo(fmt::format("Updating WCS of {} from {}", frame.filename(), reference.filename()));
  frame.extensions[0].wcs = reference.extensions[0].wcs->after(*map);
}

// How far images and catalogues are searched when a frame is not where its WCS puts it, arcsec.
constexpr double kWideSearch = 40.0;
// Sources that must agree to be believed so far away.
constexpr std::size_t kLeastAgreeing = 3;

// Notes in the header how a frame's WCS was found.
void note_method(AstroData& frame, const Context& context, const char* method) {
  if (context.compat) return;
  frame.phu.set("ALGNMETH", method, "How the WCS was aligned with the reference");
}

sources::MaskedImage masked_image(const Extension& planes) {
  const std::vector<std::int64_t>& shape = planes.data.shape();
  sources::MaskedImage image{planes.data.pixels<float>(), {}, shape[0], shape[1]};
  if (planes.mask.type() == PixelType::u16 && planes.mask.shape() == shape) {
    image.mask = planes.mask.pixels<std::uint16_t>();
  }
  return image;
}

// The shift between the images of two frames of one orientation, near that of the offsets.
std::optional<sources::ImageShift> shift_of_images(const AstroData& frame,
                                                   const AstroData& reference,
                                                   const Affine& by_offsets) {
  const Extension &own = frame.extensions[0], &theirs = reference.extensions[0];
  if (own.data.type() != PixelType::f32 || theirs.data.type() != PixelType::f32 ||
      own.data.shape() != theirs.data.shape() || own.data.shape().size() != 2) {
    return std::nullopt;
  }
  if (std::abs(by_offsets.matrix[0][1]) > 0.002) return std::nullopt;  // turned by 0.1 degrees
  const Extension mine = loaded_planes(own), other = loaded_planes(theirs);
  sources::CorrelationOptions options;
  options.expected = by_offsets.offset;
  options.search_px = kWideSearch / pixel_scale(reference).value_or(0.15);
  return sources::correlate_images(masked_image(mine), masked_image(other), options);
}

void refresh_world_positions(AstroData& frame) {
  Extension& extension = frame.extensions[0];
  fits::Table* catalogue = extension.table("OBJCAT");
  if (catalogue == nullptr || !extension.wcs) return;
  std::vector<double> ra, dec;
  for (std::size_t i = 0; i < catalogue->rows(); ++i) {
    const Point sky = extension.wcs->to_sky(
        {catalogue->number("X_IMAGE", i) - 1.0, catalogue->number("Y_IMAGE", i) - 1.0});
    ra.push_back(sky.x);
    dec.push_back(sky.y);
  }
  for (auto [name, values] : {std::pair{"X_WORLD", &ra}, std::pair{"Y_WORLD", &dec}}) {
    fits::Column* column = catalogue->find(name);
    if (column == nullptr) continue;
    column->cells = std::move(*values);
    column->unit.clear();
  }
}

class Aligner {
 public:
  Aligner(const AstroData& reference, const Parameters& p, const Context& context)
      : reference_(reference), p_(p), context_(context) {
    fallback_text_ = p.text("fallback") == "offsets" ? "Using header offsets for alignment"
                                                     : "No WCS correction being performed";
    reference_sources_ = sources_of(reference, context.compat);
    if (p.flag("cull_sources")) reference_culled_ = culled(reference, context.compat);
  }

  const std::string& fallback_text() const { return fallback_text_; }
  const SourceList& reference_sources() const { return reference_sources_; }

  // Aligns one frame by its sources, or by offsets. False when the reference would lose the frame.
  bool align(AstroData& frame, const std::string& method, Journal& log) const {
    const auto minimum = static_cast<std::size_t>(p_.integer("min_sources"));
    SourceList own = sources_of(frame, context_.compat);
    std::string reason;
    if (method == "sources") {
      if (own.at.empty())
        reason = frame.filename() + " image has no OBJCAT. ";
      else if (own.at.size() < minimum)
        reason = frame.filename() + " has too few sources. ";
    }
    if (method != "sources" || !reason.empty()) {
      log.message(reason.empty() ? LogLevel::stdinfo : LogLevel::warning, reason + fallback_text_);
      align_without_sources(frame, p_.text("method") == "sources", log);
      refresh_world_positions(frame);
      return !context_.compat;
    }
    align_by_sources(frame, std::move(own), minimum, log);
    return true;
  }

 private:
  // By the images, when `images` and they show a shift clearly; else by the offsets.
  void align_without_sources(AstroData& frame, bool images, Journal& log) const {
    if (images && !context_.compat && align_by_images(frame, log)) return;
    align_by_offsets(frame, reference_, log);
    note_method(frame, context_, "offsets");
  }

  bool align_by_images(AstroData& frame, Journal& log) const {
    const std::optional<Affine> expected = map_by_offsets(frame, reference_);
    if (!expected) return false;
    const std::optional<sources::ImageShift> found = shift_of_images(frame, reference_, *expected);
    if (!found) {
      log.stdinfo("The images show no clear shift");
      return false;
    }
    log.stdinfo(
        fmt::format("Aligned by cross-correlation of the images: shift ({:.2f}, {:.2f}) "
                    "pixels, {:.1f} sigma",
                    found->shift.x, found->shift.y, found->significance));
    frame.extensions[0].wcs =
        reference_.extensions[0].wcs->after(Affine::shift(found->shift.x, found->shift.y));
    note_method(frame, context_, "correlation");
    return true;
  }

  void align_by_sources(AstroData& frame, SourceList own, std::size_t minimum, Journal& log) const {
    log.stdinfo(fmt::format("Cross-correlating sources in {}, {}", reference_.filename(),
                            frame.filename()));
    SourceList theirs = reference_sources_;
    if (p_.flag("cull_sources")) use_culled(frame, own, theirs, minimum, log);
    const Wcs& wcs = *frame.extensions[0].wcs;
    if (!p_.flag("debug_ignore_wcs")) {
      for (Point& at : theirs.at) at = wcs.to_pixel(reference_.extensions[0].wcs->to_sky(at));
    }
    sources::Alignment found = search(own, theirs, log);
    const bool widened = !context_.compat && widen(frame, own, theirs, found, log);
    log.stdinfo(fmt::format("Number of correlated sources: {}\n", found.matches.size()));
    if (found.matches.size() < minimum) {
      log.warning("Too few correlated sources found. " + fallback_text_);
      note_method(frame, context_, "none");
      if (p_.text("fallback") == "offsets") align_without_sources(frame, true, log);
    } else {
      const Wcs& base = p_.flag("debug_ignore_wcs") ? *reference_.extensions[0].wcs : wcs;
      if (!context_.compat && !widened) warn_of_disagreement(frame, found, log);
      frame.extensions[0].wcs = base.after(found.map);
      note_method(frame, context_, "sources");
    }
    refresh_world_positions(frame);
  }

  void use_culled(const AstroData& frame, SourceList& own, SourceList& theirs, std::size_t minimum,
                  Journal& log) const {
    SourceList fewer = culled(frame, context_.compat);
    if (fewer.at.size() < minimum || reference_culled_.at.size() < minimum) {
      log.warning("Too few sources in culled list, using full set of sources");
      return;
    }
    own = std::move(fewer);
    theirs = reference_culled_;
  }

  sources::AlignmentOptions options(const AstroData& frame) const {
    const double scale = pixel_scale(frame).value_or(1.0);
    sources::AlignmentOptions options;
    options.search_px = p_.number("first_pass") / scale;
    options.match_px = p_.number("match_radius") / scale;
    options.rotate = p_.flag("rotate");
    options.scale = p_.flag("scale");
    options.compat = context_.compat;
    return options;
  }

  sources::Alignment search(const SourceList& own, const SourceList& theirs, Journal& log) const {
    sources::AlignmentOptions wanted = options(reference_);
    sources::Alignment found =
        sources::find_alignment(own.at, theirs.at, wanted, own.error, theirs.error);
    log_model(found, log);
    const int needed = static_cast<int>(p_.integer("min_sources")) + (wanted.rotate ? 1 : 0) +
                       (wanted.scale ? 1 : 0);
    const bool free = wanted.rotate || wanted.scale;
    if (free && context_.compat && static_cast<int>(found.matches.size()) < needed) {
      log.warning(fmt::format("Too few correlated objects ({}). Setting rotate=False, scale=False",
                              found.matches.size()));
      wanted.rotate = wanted.scale = false;
      found = sources::find_alignment(own.at, theirs.at, wanted, own.error, theirs.error);
      log_model(found, log);
    }
    return found;
  }

  // Whether the sources found together leave it open that the frame lies elsewhere.
  bool doubtful(const sources::Alignment& found, std::size_t fewer) const {
    const double limit = 0.9 * p_.number("first_pass") / pixel_scale(reference_).value_or(1.0);
    return found.matches.size() < static_cast<std::size_t>(p_.integer("min_sources")) ||
           2 * found.matches.size() < fewer ||
           std::max(std::abs(found.dx), std::abs(found.dy)) > limit;
  }

  // A frame whose sources are not where its WCS puts them is searched for farther away. What is
  // found there is believed when it brings many more sources together.
  bool widen(const AstroData& frame, const SourceList& own, const SourceList& theirs,
             sources::Alignment& found, Journal& log) const {
    const std::size_t fewer = std::min(own.at.size(), theirs.at.size());
    if (fewer < kLeastAgreeing || !doubtful(found, fewer)) return false;
    sources::AlignmentOptions wide = options(reference_);
    wide.search_px = std::max(wide.search_px, kWideSearch / pixel_scale(reference_).value_or(1.0));
    sources::Alignment other =
        sources::find_alignment(own.at, theirs.at, wide, own.error, theirs.error);
    if (other.matches.size() < kLeastAgreeing || 2 * other.matches.size() < fewer ||
        other.matches.size() < 2 * found.matches.size()) {
      return false;
    }
    log.warning(fmt::format(
        "{}: its sources lie ({:.1f}, {:.1f}) pixels from where the header's WCS puts them; it is "
        "aligned with them",
        frame.filename(), other.dx, other.dy));
    found = std::move(other);
    return true;
  }

  static void log_model(const sources::Alignment& found, Journal& log) {
    const auto show = [&](const char* title, double seconds,
                          const std::vector<std::pair<std::string, double>>& values) {
      log.stdinfo(fmt::format("{} in {:.2f} seconds", title, seconds));
      for (const auto& [name, value] : values) {
        log.stdinfo(fmt::format("{}: {}", name, python_float(value)));
      }
      log.stdinfo("");
    };
    show("Coarse model", found.coarse_seconds, found.coarse);
    show("Final model", found.final_seconds, found.final);
  }

  // Says so when the sources move a frame by more than the search allows for a good pointing, or
  // turn it against the position angles of the headers.
  void warn_of_disagreement(const AstroData& frame, const sources::Alignment& found,
                            Journal& log) const {
    if (std::abs(found.angle_deg) > 0.5) {
      log.warning(fmt::format(
          "{}: its sources turn it by {:.3f} degrees against the header's position angle",
          frame.filename(), found.angle_deg));
    }
    const double limit = 0.9 * p_.number("first_pass") / pixel_scale(frame).value_or(1.0);
    if (std::max(std::abs(found.dx), std::abs(found.dy)) > limit) {
      log.warning(
          fmt::format("{}: its sources lie ({:.1f}, {:.1f}) pixels from where the header's "
                      "WCS puts them, at the edge of the search (first_pass)",
                      frame.filename(), found.dx, found.dy));
    }
  }

  const AstroData& reference_;
  const Parameters& p_;
  const Context& context_;
  std::string fallback_text_;
  SourceList reference_sources_, reference_culled_;
};

void check_frames(const FrameList& frames) {
  for (const Frame& frame : frames) {
    if (frame->extensions.size() != 1) {
      throw DataError(
          fmt::format("{}: all input images must have only one extension", frame->filename()));
    }
    if (!frame->extensions[0].wcs) {
      throw DataError(
          fmt::format("{}: no WCS in the header, cannot be aligned", frame->filename()));
    }
  }
}

// The method that the reference frame allows; empty: nothing is to be done.
std::string method_for(const AstroData& reference, const Aligner& aligner, const Parameters& p,
                       Journal& log) {
  std::string method = p.text("method");
  if (method != "sources") return method;
  if (reference.extensions[0].table("OBJCAT") == nullptr) {
    log.warning("Reference image has no OBJCAT. " + aligner.fallback_text());
    return p.text("fallback");
  }
  if (static_cast<std::int64_t>(aligner.reference_sources().at.size()) < p.integer("min_sources")) {
    log.warning("Too few objects found in reference image " + aligner.fallback_text());
    return p.text("fallback");
  }
  return method;
}

FrameList adjust_wcs_to_reference(FrameList frames, ListCall& call) {
  if (frames.size() < 2) {
    call.log.warning(
        "No correction will be performed, since at least two input images are required for "
        "adjustWCSToReference");
    return frames;
  }
  check_frames(frames);
  const AstroData& reference = *frames.front();
  call.log.stdinfo("Reference image: " + reference.filename());
  note_method(*frames.front(), call.context, "reference");
  const Aligner aligner(reference, call.parameters, call.context);
  const std::string method = method_for(reference, aligner, call.parameters, call.log);
  if (method.empty()) return frames;
  std::vector<char> kept(frames.size(), 1);
  call.for_each(frames.size(), [&](std::size_t k, Journal& log) {
    if (k > 0) kept[k] = aligner.align(*frames[k], method, log) ? 1 : 0;
  });
  FrameList aligned;
  for (std::size_t k = 0; k < frames.size(); ++k) {
    if (kept[k] == 0) continue;
    aligned.push_back(frames[k]);
    mark_history(*frames[k], call.context, "CORRWCS", "adjustWCSToReference");
    rename(*frames[k], call.parameters);
  }
  return aligned;
}

}  // namespace

std::vector<Primitive> register_primitives() {
  const char* inf = "(0,inf)";
  return {deferring(
      {"adjustWCSToReference",
       {text("suffix", "_wcsCorrected", "Filename suffix"),
        choice("method", "sources", "Alignment method",
               {{"offsets", "Use telescope offsets"}, {"sources", "Match sources in images"}},
               true),
        choice("fallback", "offsets", "Fallback method", {{"offsets", "Use telescope offsets"}},
               true),
        real("first_pass", 2.0, "Search radius for image alignment (arcseconds)", inf),
        real("match_radius", 0.5, "Search radius for source matching (arcseconds)", inf),
        integer("min_sources", 1, "Minimum number of sources required to use source matching",
                "[1,inf)"),
        boolean("cull_sources", false, "Use only point sources for alignment?"),
        boolean("rotate", true, "Allow adjustment to rotation?"),
        boolean("scale", false, "Allow adjustment to magnification?"),
        boolean("debug_ignore_wcs", false, "Ignore WCS information when aligning?")},
       nullptr,
       adjust_wcs_to_reference})};
}

}  // namespace wyvern
