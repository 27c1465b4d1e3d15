// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "primitives/primitive.h"

// Whether the WCS of frames agrees with where their headers say the telescope pointed.
//
// A frame's residual is the position of its projection centre (CRVAL) less that of the target with
// the offsets POFFSET and QOFFSET, turned to position angle 0. The array's pointing origin makes it
// the same for all frames of an observation, so that frames are held against each other. RAOFFSET
// and DECOFFSE are not used: in headers of GNIRS until 2012 they have a wrong sign.
// A frame without offsets gets those that give it the residual of the others, good to the errors of
// its WCS.
// Reference of what is checked: standardizeWCS of DRAGONS 4 (spec "primitives-toolbox" 6.2).

namespace wyvern {

struct WcsLimits {
  double frame_arcsec = 10.0;        // a frame's residual against those of its observation
  double observation_arcsec = 30.0;  // residual of a frame without others to hold it against
};

// What is found about the WCS and the offsets of one frame.
struct WcsFinding {
  bool bad = false;
  // What is wrong, with keywords ("keyword CD1_1 is missing"); of a frame that is not bad: why it
  // could not be checked, "" when it was or need not be.
  std::string fault;
  std::optional<std::size_t> base;  // frame whose WCS serves for the repair
  double discrepancy_arcsec = 0.0;  // residual against that of the frame's observation
  bool measured = false;            // discrepancy_arcsec holds
  // (p, q) in arcsec by the WCS, for a frame whose header has none (POFFSET, QOFFSET).
  std::optional<Point> offsets;
};

// One finding for each frame, from headers only. Calibrations and frames of moving targets are not
// checked. Never throws for what is in a header.
std::vector<WcsFinding> find_bad_wcs(const FrameList& frames, const WcsLimits& limits);

// The WCS that `frame` has by its header and the good WCS of `base`; nothing when either header
// does not tell the pointing.
std::optional<Wcs> wcs_from_base(const AstroData& frame, const AstroData& base);
// A WCS from the target, offsets, position angle and camera of the header alone, good to the
// pointing origin (some arcsec); nothing when the header does not tell them.
std::optional<Wcs> wcs_from_header_pointing(const AstroData& frame);

// bad_wcs and the limits: parameters of prepare and standardizeWCS.
ParameterSet wcs_check_parameters();
// The overview of prepare and standardizeWCS. InputError when a WCS is bad and bad_wcs is "exit".
void survey_wcs(const FrameList& frames, const Parameters& parameters, const Context& context,
                SharedResults& shared);
// Whether survey_wcs() has something to say about the frame of a call.
bool has_wcs_finding(const FrameCall& call);

}  // namespace wyvern
