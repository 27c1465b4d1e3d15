// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include "primitives/primitive.h"

namespace wyvern {

// The primitives of each family with their parameters as imaging frames of GNIRS have them;
// primitives_of_gnirs() puts them together. One function per source file.
std::vector<Primitive> standardize_primitives();  // prepare and its parts
std::vector<Primitive> wcs_primitives();          // standardizeWCS, checkWCS
std::vector<Primitive> dq_primitives();           // addDQ, addIllumMaskToDQ, object masks
std::vector<Primitive> unit_primitives();         // ADUToElectrons, addVAR
std::vector<Primitive> correct_primitives();      // darkCorrect, flatCorrect
std::vector<Primitive> apply_dq_primitives();     // applyDQPlane
std::vector<Primitive> stack_primitives();        // stackFrames, stackDarks
std::vector<Primitive> flat_primitives();         // makeLampFlat, normalizeFlat, thresholdFlatfield
std::vector<Primitive> bpm_primitives();          // makeBPM
std::vector<Primitive> separate_sky_primitives();
std::vector<Primitive> associate_sky_primitives();
std::vector<Primitive> sky_correct_primitives();   // skyCorrect, stackSkyFrames, subtractSky
std::vector<Primitive> detect_primitives();        // detectSources
std::vector<Primitive> register_primitives();      // adjustWCSToReference
std::vector<Primitive> resample_primitives();      // resampleToCommonFrame
std::vector<Primitive> scale_counts_primitives();  // scaleCountsToReference
std::vector<Primitive> measurement_primitives();   // measureIQ … of mode qa: parameters only
std::vector<Primitive> store_primitives();  // storeProcessed…, storeCalibration, writeOutputs
std::vector<Primitive> list_primitives();   // selectFromInputs, showInputs …
std::vector<Primitive> frame_list_primitives();  // addToList, getList, showList

// Parameters that all stacking primitives share, in the order in which they are shown.
ParameterSet stacking_parameters();

}  // namespace wyvern
