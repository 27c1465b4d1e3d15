// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "primitives/families.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "primitives/common.h"

namespace wyvern {
namespace {

using Family = std::vector<Primitive> (*)();
constexpr Family kFamilies[] = {
    standardize_primitives,  wcs_primitives,           dq_primitives,
    unit_primitives,         correct_primitives,       apply_dq_primitives,
    stack_primitives,        flat_primitives,          bpm_primitives,
    separate_sky_primitives, associate_sky_primitives, sky_correct_primitives,
    detect_primitives,       register_primitives,      resample_primitives,
    scale_counts_primitives, measurement_primitives,   store_primitives,
    list_primitives,         frame_list_primitives};

std::vector<Primitive> all_primitives() {
  std::vector<Primitive> all;
  for (const Family family : kFamilies) {
    std::vector<Primitive> members = family();
    std::move(members.begin(), members.end(), std::back_inserter(all));
  }
  return all;
}

Primitive& named(std::vector<Primitive>& primitives, std::string_view name) {
  return *std::find_if(primitives.begin(), primitives.end(),
                       [&](const Primitive& p) { return p.name == name; });
}

// GNIRS frames that are not images, darks above all: no keyhole, no sources.
std::vector<Primitive> without_imaging(std::vector<Primitive> primitives) {
  constexpr std::string_view imaging_only[] = {"detectSources", "adjustWCSToReference",
                                               "resampleToCommonFrame", "addReferenceCatalog",
                                               "determineAstrometricSolution"};
  std::erase_if(primitives, [&](const Primitive& p) {
    return std::find(std::begin(imaging_only), std::end(imaging_only), p.name) !=
           std::end(imaging_only);
  });
  Primitive& add_dq = named(primitives, "addDQ");
  add_dq.parameters =
      with_defaults(without(add_dq.parameters, {"xshift", "yshift"}), {{"add_illum_mask", false}});
  Primitive& mask = named(primitives, "addIllumMaskToDQ");
  mask.parameters = without(mask.parameters, {"xshift", "yshift"});
  Primitive& make_bpm = named(primitives, "makeBPM");
  make_bpm.parameters = with_defaults(make_bpm.parameters, {{"dark_lo_thresh", {}},
                                                            {"dark_hi_thresh", {}},
                                                            {"flat_lo_thresh", {}},
                                                            {"flat_hi_thresh", {}}});
  return primitives;
}

std::vector<Primitive> without_additions(std::vector<Primitive> primitives) {
  for (Primitive& primitive : primitives) {
    std::erase_if(primitive.parameters, [](const Parameter& p) { return p.added; });
  }
  return primitives;
}

using Classes = std::array<PrimitiveClass, 2>;

const Classes& classes_with(bool additions) {
  const auto make = [](bool all) -> Classes {
    std::vector<Primitive> primitives = all_primitives();
    if (!all) primitives = without_additions(std::move(primitives));
    return {PrimitiveClass{"GNIRSImage", {"GEMINI", "GNIRS", "IMAGE"}, primitives},
            PrimitiveClass{"GNIRS", {"GEMINI", "GNIRS"}, without_imaging(primitives)}};
  };
  static const Classes complete = make(true), as_in_dragons = make(false);
  return additions ? complete : as_in_dragons;
}

}  // namespace

const PrimitiveClass* primitive_class_for(const Tags& tags, bool compat) {
  const PrimitiveClass* best = nullptr;
  for (const PrimitiveClass& candidate : classes_with(!compat)) {
    const bool fits =
        std::includes(tags.begin(), tags.end(), candidate.tags().begin(), candidate.tags().end());
    if (fits && (best == nullptr || candidate.tags().size() > best->tags().size())) {
      best = &candidate;
    }
  }
  return best;
}

}  // namespace wyvern
