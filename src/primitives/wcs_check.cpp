// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "primitives/wcs_check.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numbers>

#include <fmt/format.h>

#include "base/errors.h"
#include "instruments/tags.h"

namespace wyvern {
namespace {

constexpr double kDegree = std::numbers::pi / 180.0;
// Orientation and scale of the WCS are the same for all frames of an observation.
constexpr double kLargestTurn = 1.0;      // degrees
constexpr double kLargestStretch = 0.05;  // of the scale
// The scale of cameras differs by a few per cent from the nominal one.
constexpr double kLargestScaleFactor = 1.5;
// Frames that are this far apart cannot have the same WCS.
constexpr double kSamePlace = 1.0;         // arcsec
constexpr double kLargestOffset = 3600.0;  // arcsec; beyond: "no value" (-9999)
constexpr std::array<const char*, 8> kNeeded = {"CRPIX1", "CRPIX2", "CRVAL1", "CRVAL2",
                                                "CD1_1",  "CD1_2",  "CD2_1",  "CD2_2"};

double half_circle(double degrees) {
  return degrees - 360.0 * std::round(degrees / 360.0);
}

// Where the header says that the telescope pointed.
struct Pointing {
  Point target;             // RA, Dec in degrees
  double p = 0.0, q = 0.0;  // offsets along the slit and across it, arcsec
  double pa = 0.0;          // position angle, degrees

  // Arcsec in (p, q) to arcsec to the east and north, and back.
  Point to_east_north(Point pq) const {
    const double c = std::cos(pa * kDegree), s = std::sin(pa * kDegree);
    return {pq.x * c + pq.y * s, pq.y * c - pq.x * s};
  }
  Point to_pq(Point en) const {
    const double c = std::cos(pa * kDegree), s = std::sin(pa * kDegree);
    return {en.x * c - en.y * s, en.x * s + en.y * c};
  }
  // The sky position `pq` arcsec from where the offsets lead.
  Point sky(Point pq) const {
    const Point en = to_east_north({p + pq.x, q + pq.y});
    return tangent_to_sky({en.x / 3600.0, en.y / 3600.0}, target);
  }
  // A sky position as (p, q) from where the offsets lead, arcsec.
  Point residual(Point sky_position) const {
    const Point plane = sky_to_tangent(sky_position, target);
    const Point pq = to_pq({plane.x * 3600.0, plane.y * 3600.0});
    return {pq.x - p, pq.y - q};
  }
};

double target_coordinate(const AstroData& frame, std::string_view descriptor,
                         std::string_view keyword, std::string& missing) {
  DescriptorOptions at_epoch;
  at_epoch.pm = false;
  const Value value = describe(frame, descriptor, at_epoch);
  if (!value.is_number() && missing.empty()) missing = keyword;
  return value.is_number() ? value.as_double() : 0.0;
}

double pointing_number(const AstroData& frame, std::string_view keyword, double largest,
                       std::string& missing) {
  const std::optional<double> value = frame.phu.number(keyword);
  const bool known = value && std::abs(*value) <= largest;
  if (!known && missing.empty()) missing = keyword;
  return known ? *value : 0.0;
}

// Target and position angle. `missing`: the first keyword that is missing or holds no such value.
Pointing target_of(const AstroData& frame, std::string& missing) {
  Pointing pointing;
  try {
    pointing.target.x = target_coordinate(frame, "target_ra", "RA", missing);
    pointing.target.y = target_coordinate(frame, "target_dec", "DEC", missing);
  } catch (const Error&) {
    missing = "RA";
  }
  pointing.pa = pointing_number(frame, "PA", 360.0, missing);
  return pointing;
}

std::optional<Pointing> pointing_of(const AstroData& frame, std::string& missing) {
  Pointing pointing = target_of(frame, missing);
  pointing.p = pointing_number(frame, "POFFSET", kLargestOffset, missing);
  pointing.q = pointing_number(frame, "QOFFSET", kLargestOffset, missing);
  if (!missing.empty()) return std::nullopt;
  return pointing;
}

// With offsets of 0; nothing when the header has offsets, or lacks more.
std::optional<Pointing> pointing_without_offsets(const AstroData& frame) {
  std::string missing, offset_missing;
  const Pointing target = target_of(frame, missing);
  pointing_number(frame, "POFFSET", kLargestOffset, offset_missing);
  pointing_number(frame, "QOFFSET", kLargestOffset, offset_missing);
  if (!missing.empty() || offset_missing.empty()) return std::nullopt;
  return target;
}

// --- one frame ----------------------------------------------------------------------------------

struct Member {
  std::size_t index = 0;  // in the list
  const AstroData* frame = nullptr;
  Pointing pointing;
  Point residual;      // arcsec, (p, q)
  double turn = 0.0;   // of the first pixel axis against the position angle, degrees
  double scale = 0.0;  // arcsec per pixel; negative when the sky is not mirrored
  Point crpix;         // 0-based

  bool agrees_with(const Member& other, double limit) const {
    return std::hypot(residual.x - other.residual.x, residual.y - other.residual.y) <= limit &&
           std::hypot(crpix.x - other.crpix.x, crpix.y - other.crpix.y) * std::abs(scale) <=
               limit &&
           std::abs(half_circle(turn - other.turn)) <= kLargestTurn &&
           std::abs(scale / other.scale - 1.0) <= kLargestStretch;
  }
};

std::optional<double> wcs_number(const AstroData& frame, std::string_view keyword) {
  const std::optional<double> value = frame.phu.number(keyword);
  return value || frame.extensions.empty() ? value : frame.extensions[0].header.number(keyword);
}

bool has_wcs_keyword(const AstroData& frame, std::string_view keyword) {
  return frame.phu.has(keyword) ||
         (!frame.extensions.empty() && frame.extensions[0].header.has(keyword));
}

// What the header alone shows to be wrong with its WCS; "" for nothing.
std::string header_fault(const AstroData& frame) {
  const bool by_cdelt = has_wcs_keyword(frame, "CDELT1");
  for (const char* keyword : kNeeded) {
    if (by_cdelt && std::string_view(keyword).starts_with("CD")) continue;
    if (!has_wcs_keyword(frame, keyword)) return fmt::format("keyword {} is missing", keyword);
    const std::optional<double> value = wcs_number(frame, keyword);
    if (!value || !std::isfinite(*value)) return fmt::format("keyword {} is no number", keyword);
  }
  if (!by_cdelt) {
    const double det = *wcs_number(frame, "CD1_1") * *wcs_number(frame, "CD2_2") -
                       *wcs_number(frame, "CD1_2") * *wcs_number(frame, "CD2_1");
    if (std::abs(det) < 1e-20) return "the matrix CD1_1, CD1_2, CD2_1, CD2_2 is singular";
  }
  if (!frame.extensions[0].wcs) return "keywords CTYPE1, CTYPE2 are not those of a sky projection";
  return "";
}

std::string scale_fault(const AstroData& frame) {
  const double found = frame.extensions[0].wcs->pixel_scale_arcsec();
  const std::optional<double> nominal = pixel_scale(frame);
  if (!nominal || *nominal <= 0.0) return "";
  const double factor = found / *nominal;
  if (factor < kLargestScaleFactor && factor > 1.0 / kLargestScaleFactor) return "";
  return fmt::format(
      "the matrix CD1_1, CD1_2, CD2_1, CD2_2 gives {:.4g} arcsec per pixel, not {:.4g}", found,
      *nominal);
}

Member measured(std::size_t index, const AstroData& frame, const Pointing& pointing) {
  const Wcs& wcs = *frame.extensions[0].wcs;
  const auto& cd = wcs.cd();
  const double det = cd[0][0] * cd[1][1] - cd[0][1] * cd[1][0];
  Member member{index, &frame, pointing,   pointing.residual(wcs.projection_centre()),
                0.0,   0.0,    wcs.crpix()};
  if (!std::isfinite(member.residual.x)) member.residual = {1e6, 1e6};  // on the other hemisphere
  member.turn = half_circle(std::atan2(cd[0][0], cd[1][0]) / kDegree - pointing.pa);
  member.scale = std::copysign(wcs.pixel_scale_arcsec(), det);
  return member;
}

// --- the frames of an observation ---------------------------------------------------------------

struct Observation {
  std::vector<Member> members;          // whose WCS can be measured
  std::vector<std::size_t> unreadable;  // whose WCS cannot be used at all
  std::vector<Member> without_offsets;  // measured as if the offsets were 0
};

// Members that agree with one of them: the most; of two equal numbers those nearer to the target.
struct Majority {
  std::vector<std::size_t> members;
  Point residual;
  bool clear = false;  // no other set is as large
};

Majority majority_of(const std::vector<Member>& all, double limit) {
  Majority best;
  double best_distance = 0.0;
  std::size_t rival = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    std::vector<std::size_t> near;
    for (std::size_t j = 0; j < all.size(); ++j) {
      if (all[j].agrees_with(all[i], limit)) near.push_back(j);
    }
    const double distance = std::hypot(all[i].residual.x, all[i].residual.y);
    if (near.size() > best.members.size() ||
        (near.size() == best.members.size() && distance < best_distance)) {
      best_distance = distance;
      best.members = std::move(near);
      best.residual = all[i].residual;
    }
  }
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (std::find(best.members.begin(), best.members.end(), i) != best.members.end()) continue;
    std::size_t near = 0;
    for (const Member& other : all) near += other.agrees_with(all[i], limit) ? 1 : 0;
    rival = std::max(rival, near);
  }
  best.clear = best.members.size() > rival;
  return best;
}

// Programs that rewrite a header round its reals.
bool same_but_for_rounding(const Point& a, const Point& b) {
  constexpr double rounding_deg = 1e-10;
  return std::abs(a.x - b.x) <= rounding_deg && std::abs(a.y - b.y) <= rounding_deg;
}

// An earlier frame that has the very same CRVAL1 and CRVAL2 although the telescope had moved.
const Member* source_of_copy(const std::vector<Member>& all, std::size_t k) {
  for (std::size_t j = k; j-- > 0;) {
    if (!same_but_for_rounding(all[k].frame->extensions[0].wcs->projection_centre(),
                               all[j].frame->extensions[0].wcs->projection_centre())) {
      continue;
    }
    const Point move = all[k].pointing.residual(all[j].pointing.sky({0.0, 0.0}));
    if (!(std::hypot(move.x, move.y) <= kSamePlace)) return &all[j];
  }
  return nullptr;
}

std::string fault_of(const Member& member, const Member* copied, const Majority& majority,
                     const std::vector<Member>& all) {
  const Point off{member.residual.x - majority.residual.x, member.residual.y - majority.residual.y};
  if (copied != nullptr) {
    return fmt::format(
        "its WCS is that of {}, although the telescope's offsets (POFFSET, QOFFSET) differ",
        copied->frame->filename());
  }
  const Member& good = all[majority.members.front()];
  const double turn = half_circle(member.turn - good.turn);
  if (std::abs(turn) > kLargestTurn) {
    return fmt::format(
        "the matrix CD1_1, CD1_2, CD2_1, CD2_2 is turned by {:.1f} degrees against the position "
        "angle (PA)",
        turn);
  }
  if (std::abs(member.scale / good.scale - 1.0) > kLargestStretch) {
    return fmt::format("the matrix CD1_1, CD1_2, CD2_1, CD2_2 is not that of {}",
                       good.frame->filename());
  }
  const double pixels_off =
      std::hypot(member.crpix.x - good.crpix.x, member.crpix.y - good.crpix.y);
  if (pixels_off * std::abs(good.scale) > std::hypot(off.x, off.y)) {
    return fmt::format("CRPIX1, CRPIX2 are not those of {}", good.frame->filename());
  }
  return fmt::format(
      "CRVAL1, CRVAL2 lie {:.1f} arcsec from where the telescope's offsets (POFFSET, QOFFSET) and "
      "the other frames put them",
      std::hypot(off.x, off.y));
}

// The good frame that is nearest in the list.
std::optional<std::size_t> base_for(std::size_t index, const std::vector<std::size_t>& good) {
  std::optional<std::size_t> best;
  const auto distance = [&](std::size_t i) { return i > index ? i - index : index - i; };
  for (const std::size_t i : good) {
    if (!best || distance(i) < distance(*best)) best = i;
  }
  return best;
}

void judge_alone(const Member& member, const WcsLimits& limits, WcsFinding& finding) {
  const double distance = std::hypot(member.residual.x, member.residual.y);
  finding.bad = !(distance <= limits.observation_arcsec);
  if (!finding.bad) return;
  finding.fault = fmt::format(
      "CRVAL1, CRVAL2 lie {:.1f} arcsec from the target (RA, DEC) with the telescope's offsets "
      "(POFFSET, QOFFSET)",
      distance);
}

void judge(const Observation& observation, const WcsLimits& limits,
           std::vector<WcsFinding>& findings) {
  const std::vector<Member>& all = observation.members;
  const Majority majority = majority_of(all, limits.frame_arcsec);
  std::vector<std::size_t> good;
  for (std::size_t k = 0; k < all.size(); ++k) {
    WcsFinding& finding = findings[all[k].index];
    const Member* copied = source_of_copy(all, k);
    const bool agrees =
        std::find(majority.members.begin(), majority.members.end(), k) != majority.members.end();
    finding.measured = true;
    finding.discrepancy_arcsec = std::hypot(all[k].residual.x - majority.residual.x,
                                            all[k].residual.y - majority.residual.y);
    if (copied != nullptr || (majority.clear && !agrees)) {
      finding.bad = true;
      finding.fault = fault_of(all[k], copied, majority, all);
    } else if (!majority.clear || all.size() == 1) {
      judge_alone(all[k], limits, finding);
      if (!finding.bad && all.size() > 1) {
        finding.fault =
            "the frames of its observation disagree about the WCS (CRVAL1, CRVAL2), and "
            "no majority tells which is right";
      }
    }
    if (!finding.bad) good.push_back(all[k].index);
  }
  for (const Member& member : all) {
    if (findings[member.index].bad) findings[member.index].base = base_for(member.index, good);
  }
  for (const std::size_t index : observation.unreadable) {
    findings[index].base = base_for(index, good);
  }
  for (const Member& member : observation.without_offsets) {
    const Point offsets{member.residual.x - majority.residual.x,
                        member.residual.y - majority.residual.y};
    if (std::hypot(offsets.x, offsets.y) > kLargestOffset) continue;
    findings[member.index].offsets = offsets;
  }
}

bool to_be_checked(const AstroData& frame) {
  const Tags tags = tags_of(frame);
  const auto any_of = [&](std::initializer_list<const char*> names) {
    return std::any_of(names.begin(), names.end(),
                       [&](const char* name) { return tags.contains(name); });
  };
  return frame.extensions.size() == 1 && tags.contains("GNIRS") && tags.contains("IMAGE") &&
         !any_of({"ARC", "BIAS", "DARK", "FLAT", "PINHOLE", "NON_SIDEREAL"});
}

// Frames that are compared with each other.
std::string observation_key(const AstroData& frame) {
  return frame.phu.text("OBSID").value_or("") + '\n' + frame.phu.text("CAMERA").value_or("");
}

void sort_in(std::size_t index, const AstroData& frame, Observation& observation,
             WcsFinding& finding) {
  finding.fault = header_fault(frame);
  if (finding.fault.empty()) finding.fault = scale_fault(frame);
  std::string missing;
  const std::optional<Pointing> pointing = pointing_of(frame, missing);
  if (!finding.fault.empty()) {
    finding.bad = true;
    observation.unreadable.push_back(index);
  } else if (pointing) {
    observation.members.push_back(measured(index, frame, *pointing));
  } else {
    finding.fault =
        fmt::format("keyword {} is missing or holds no value: its WCS cannot be checked", missing);
    const std::optional<Pointing> target = pointing_without_offsets(frame);
    if (target) observation.without_offsets.push_back(measured(index, frame, *target));
  }
}

}  // namespace

std::vector<WcsFinding> find_bad_wcs(const FrameList& frames, const WcsLimits& limits) {
  std::vector<WcsFinding> findings(frames.size());
  std::map<std::string, Observation> observations;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    if (!to_be_checked(*frames[i])) continue;
    sort_in(i, *frames[i], observations[observation_key(*frames[i])], findings[i]);
  }
  for (const auto& [key, observation] : observations) judge(observation, limits, findings);
  return findings;
}

std::optional<Wcs> wcs_from_base(const AstroData& frame, const AstroData& base) {
  std::string missing;
  const std::optional<Pointing> own = pointing_of(frame, missing),
                                other = pointing_of(base, missing);
  if (!own || !other || !base.extensions[0].wcs) return std::nullopt;
  const Wcs& wcs = *base.extensions[0].wcs;
  const double turn = (own->pa - other->pa) * kDegree;
  const double c = std::cos(turn), s = std::sin(turn);
  // A position angle turns from north to east: (east, north) of a pixel's step.
  const auto& cd = wcs.cd();
  const std::array<std::array<double, 2>, 2> turned{
      {{c * cd[0][0] + s * cd[1][0], c * cd[0][1] + s * cd[1][1]},
       {c * cd[1][0] - s * cd[0][0], c * cd[1][1] - s * cd[0][1]}}};
  return Wcs::tangent(own->sky(other->residual(wcs.projection_centre())), wcs.crpix(),
                      turn == 0.0 ? cd : turned, wcs.frame());
}

std::optional<Wcs> wcs_from_header_pointing(const AstroData& frame) {
  std::string missing;
  const std::optional<Pointing> own = pointing_of(frame, missing);
  const std::optional<double> scale = pixel_scale(frame);
  if (!own || !scale || frame.extensions.empty()) return std::nullopt;
  // The long cameras turn the field by 180 degrees against the short ones (headers of 2010 to
  // 2018).
  const bool is_long = frame.phu.text("CAMERA").value_or("").starts_with("Long");
  const double x_axis = (own->pa + (is_long ? 0.0 : 180.0)) * kDegree;
  const double c = *scale / 3600.0 * std::cos(x_axis), s = *scale / 3600.0 * std::sin(x_axis);
  const std::vector<std::int64_t>& shape = frame.extensions[0].data.shape();
  if (shape.size() != 2) return std::nullopt;
  const Point middle{0.5 * static_cast<double>(shape[1] - 1),
                     0.5 * static_cast<double>(shape[0] - 1)};
  return Wcs::tangent(own->sky({0.0, 0.0}), middle, {{{s, -c}, {c, s}}}, "FK5");
}

}  // namespace wyvern
