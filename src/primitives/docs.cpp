// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "primitives/docs.h"

#include <map>

namespace wyvern {
namespace {

using Texts = std::map<std::string_view, std::string_view>;

const Texts& standardize_docs() {
  static const Texts known = {
      {"prepare",
       "Makes a raw frame one that the other primitives know.\n"
       "Checks that the frame is one of the instrument and that its world coordinate system agrees "
       "with the pointing of the telescope, sets the keywords that all Gemini data and "
       "all GNIRS data have after preparation, and notes the file in the provenance."},
      {"validateData",
       "Checks that frames are fit to be reduced.\n"
       "A frame without exactly one science extension, or without a world coordinate system when "
       "one is required, ends the reduction."},
      {"standardizeStructure", "Gives frames the structure that reduction expects."},
      {"standardizeHeaders",
       "Sets the keywords of prepared frames: those of the observatory and of the instrument."},
      {"standardizeObservatoryHeaders", "Sets the keywords that all prepared Gemini data have."},
      {"standardizeInstrumentHeaders",
       "Sets the keywords of GNIRS: gain, read noise, saturation and non-linearity levels, units."},
      {"standardizeWCS",
       "Repairs a world coordinate system that disagrees with the telescope's pointing.\n"
       "Frames of an observation are held against each other by target, offsets and position "
       "angle; "
       "one whose WCS is off, inherited from another frame, singular or incomplete gets it anew "
       "from "
       "the nearest good frame."},
      {"checkWCS",
       "Lists frames whose world coordinate system disagrees with the telescope's pointing.\n"
       "Nothing is changed. Frames must not have been prepared."},
  };
  return known;
}

const Texts& mask_docs() {
  static const Texts known = {
      {"addDQ",
       "Adds the data-quality mask.\n"
       "Flags bad pixels from a bad-pixel mask, non-linear and saturated pixels from the levels of "
       "the detector, and, unless told otherwise, pixels that the keyhole does not illuminate."},
      {"addIllumMaskToDQ",
       "Flags pixels that the keyhole does not illuminate.\n"
       "The mask's position is measured on the frame, on the lamp-on flat of the list if there is "
       "one, unless xshift and yshift are given."},
      {"addObjectMaskToDQ", "Flags pixels of detected sources in the data-quality mask."},
      {"dilateObjectMask", "Grows the masks of detected sources."},
      {"applyDQPlane",
       "Replaces flagged pixels.\n"
       "By one number, by the mean or median of the good pixels, or by those of the good pixels in "
       "a ring around each."},
      {"detectSources",
       "Finds sources and measures them.\n"
       "Writes a catalogue (OBJCAT) and the mask of the sources' pixels (OBJMASK)."},
      {"makeBPM",
       "Makes a mask of bad pixels from a dark and a flat.\n"
       "Pixels beyond thresholds in either are bad."},
  };
  return known;
}

const Texts& detector_docs() {
  static const Texts known = {
      {"ADUToElectrons", "Converts data and variance from ADU to electrons with the gain."},
      {"addVAR",
       "Adds or extends the variance plane.\n"
       "read_noise adds the square of the read noise, poisson_noise the noise of the counts."},
      {"nonlinearityCorrect",
       "Corrects the detector's response, where coefficients are known.\n"
       "There are none for GNIRS: a warning, and data are left alone."},
      {"darkCorrect",
       "Subtracts the dark.\n"
       "It is the one given by the parameter or by --user_cal, else the best one of the "
       "databases."},
      {"flatCorrect",
       "Divides by the flat.\n"
       "It is the one given by the parameter or by --user_cal, else the best one of the "
       "databases."},
  };
  return known;
}

const Texts& stack_docs() {
  static const Texts known = {
      {"stackFrames",
       "Combines frames, pixel by pixel, with rejection of outliers.\n"
       "Frames may be scaled to the level of the first, or offset to it. Masked pixels are left "
       "out; the variance of the result follows from those of the frames."},
      {"stackDarks", "Combines darks, which must all be darks and of one exposure time."},
      {"stackFlats", "Combines flats; by default the highest and lowest value of a pixel go."},
      {"stackSkyFrames",
       "Combines the frames that show the sky for another one.\n"
       "Sources may be masked; frames are scaled or offset to a common level first."},
      {"makeLampFlat",
       "Combines lamp-on and lamp-off flats and takes the difference.\n"
       "Without lamp-off flats the stack of the lamp-on flats is the flat."},
      {"normalizeFlat", "Divides a flat by its mean or median."},
      {"thresholdFlatfield", "Flags pixels of a flat that are beyond limits, and sets them to 1."},
  };
  return known;
}

const Texts& sky_docs() {
  static const Texts known = {
      {"separateSky",
       "Tells which frames show the target and which show the sky.\n"
       "From the telescope's offsets, guiding and names given: frames close to each other are a "
       "group; a single group is both."},
      {"associateSky",
       "Chooses for each science frame the sky frames to subtract.\n"
       "Those taken within a time, and pointing elsewhere by at least a distance; at least "
       "min_skies and at most max_skies. Their names go into a table of the frame."},
      {"skyCorrect",
       "Subtracts from each frame the stack of its sky frames.\n"
       "The sky may be scaled or offset to the frame first."},
      {"subtractSky", "Subtracts a sky frame, scaled or offset to the frame if asked for."},
  };
  return known;
}

const Texts& registration_docs() {
  static const Texts known = {
      {"adjustWCSToReference",
       "Aligns frames with the first one by their sources.\n"
       "Corrects the world coordinate systems for shift and rotation; the offsets of the header "
       "are used where sources do not suffice."},
      {"resampleToCommonFrame",
       "Resamples frames on one pixel grid by their world coordinate systems."},
      {"scaleCountsToReference",
       "Scales frames to the first one by the fluxes of the sources in common.\n"
       "When they scatter too much, by exposure time."},
  };
  return known;
}

const Texts& measurement_docs() {
  static const Texts known = {
      {"measureIQ", "Measures the width and shape of the sources: the image quality."},
      {"measureBG", "Measures the sky background, in magnitudes per square arcsecond."},
      {"measureCC", "Measures the zero point against a reference catalogue: the cloud cover."},
      {"addReferenceCatalog", "Attaches the part of a reference catalogue that covers the frame."},
      {"determineAstrometricSolution",
       "Corrects the world coordinate system by the sources of the reference catalogue."},
  };
  return known;
}

const Texts& list_docs() {
  static const Texts known = {
      {"selectFromInputs", "Keeps the frames that have one of some tags."},
      {"showInputs", "Prints the names of the frames."},
      {"addToList",
       "Writes frames and adds them to a list that outlives the run.\n"
       "Lists are told apart by purpose and by the kind of observation."},
      {"getList", "Takes up all frames of a list that addToList has made."},
      {"showList", "Prints the frames of lists that addToList has made."},
      {"storeProcessedDark", "Writes the master dark, here and under calibrations/."},
      {"storeProcessedFlat", "Writes the master flat, here and under calibrations/."},
      {"storeBPM", "Writes the mask of bad pixels, here and under calibrations/."},
      {"storeProcessedScience", "Writes the reduced image."},
      {"storeCalibration", "Tells the databases about a processed calibration."},
      {"writeOutputs", "Writes the frames as they are now."},
  };
  return known;
}

}  // namespace

std::string_view primitive_doc(std::string_view primitive) {
  for (const Texts* texts :
       {&standardize_docs(), &mask_docs(), &detector_docs(), &stack_docs(), &sky_docs(),
        &registration_docs(), &measurement_docs(), &list_docs()}) {
    if (const auto at = texts->find(primitive); at != texts->end()) return at->second;
  }
  return "";
}

std::string_view primitive_summary(std::string_view primitive) {
  const std::string_view doc = primitive_doc(primitive);
  return doc.substr(0, doc.find('\n'));
}

}  // namespace wyvern
