// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include "astrodata/provenance.h"
#include "base/errors.h"
#include "base/files.h"
#include "base/text.h"
#include "primitives/common.h"
#include "primitives/families.h"
#include "primitives/wcs_check.h"

// prepare and its parts: what makes a raw frame one that the other primitives know.
// Reference: geminidr/core/primitives_standardize.py, geminidr/gemini/primitives_gemini.py,
// geminidr/gnirs/primitives_gnirs.py.

namespace wyvern {
namespace {

void validate_data(AstroData& frame, FrameCall& call) {
  if (already_done(frame, "VALDATA", "validateData", call.log)) return;
  const std::string name = frame.filename();
  const std::string instrument = text_descriptor(frame, "instrument");
  if (instrument != "GNIRS") {
    throw InputError(fmt::format("Input file {} is {} data and not suitable for {} class", name,
                                 instrument.empty() ? "unknown" : instrument,
                                 call.context.primitives->name()));
  }
  if (frame.extensions.size() != 1) {
    throw InputError(fmt::format("{}: found {} science extensions, GNIRS frames have exactly one",
                                 name, frame.extensions.size()));
  }
  if (describe(frame, "detector_x_bin") != describe(frame, "detector_y_bin")) {
    call.log.warning(fmt::format("{} is {}-binned data", name, str(describe(frame, "binning"))));
  }
  if (call.parameters.flag("require_wcs") && !frame.extensions[0].wcs) {
    throw InputError(fmt::format(
        "{}: extension 1 has no celestial WCS (CTYPE, CRPIX, CRVAL and CD are needed); use "
        "prepare:require_wcs=False to go on without",
        name));
  }
  call.log.fullinfo(fmt::format("The input file has been validated: {} contains {} extension(s)",
                                name, frame.extensions.size()));
  mark_history(frame, call.context, "VALDATA", "validateData");
  rename(frame, call.parameters);
}

void standardize_structure(AstroData& frame, FrameCall& call) {
  if (already_done(frame, "SDZSTRUC", "standardizeStructure", call.log)) return;
  mark_history(frame, call.context, "SDZSTRUC", "standardizeStructure");
  rename(frame, call.parameters);
}

// RADECSYS is the old name of RADESYS; the card moves with its value and comment.
void rename_radecsys(fits::Header& header) {
  if (!header.has("RADECSYS")) return;
  header.set("RADESYS", header.get("RADECSYS"), header.comment("RADECSYS"));
  header.remove("RADECSYS");
}

void standardize_observatory_headers(AstroData& frame, FrameCall& call) {
  if (already_done(frame, "SDZHDRSG", "standardizeObservatoryHeaders", call.log)) return;
  call.log.stdinfo("Updating keywords that are common to all Gemini data");
  for (Extension& extension : frame.extensions) {
    set_keyword(extension.header, "BUNIT", "adu");
    rename_radecsys(extension.header);
  }
  mark_history(frame, call.context, "SDZHDRSG", "standardizeObservatoryHeaders");
  rename(frame, call.parameters);
}

// Moves detector properties into the extension, where the descriptors look once a frame is
// prepared. An unknown detector configuration has none: the frame cannot be calibrated.
void write_detector_properties(AstroData& frame, std::size_t i) {
  fits::Header& header = frame.extensions[i].header;
  constexpr std::pair<std::string_view, std::string_view> properties[] = {
      {"read_noise", "RDNOISE"},
      {"gain", "GAIN"},
      {"non_linear_level", "NONLINEA"},
      {"saturation_level", "SATLEVEL"}};
  for (const auto& [descriptor, keyword] : properties) {
    const Value value = describe(frame, i, descriptor);
    if (value.is_none()) {
      throw InputError(fmt::format(
          "{}: no {} is known for this detector configuration (ARRAYID {}, read mode {}, well "
          "depth {}): check ARRAYID, LNRS, NDAVGS, READMODE and DETBIAS",
          frame.filename(), descriptor, str(describe(frame, i, "array_name")),
          str(describe(frame, "read_mode")), str(describe(frame, "well_depth_setting"))));
    }
    set_keyword(header, keyword, value);
    frame.phu.remove(keyword);
  }
}

void copy_wcs_keywords(const fits::Header& phu, fits::Header& header) {
  for (const std::string_view keyword : {"CRPIX1", "CRPIX2", "CRVAL1", "CRVAL2", "CD1_1", "CD2_1",
                                         "CD1_2", "CD2_2", "MJD-OBS", "CTYPE1", "CTYPE2"}) {
    if (phu.has(keyword) && !header.has(keyword)) {
      header.set(keyword, phu.get(keyword), phu.comment(keyword));
    }
  }
}

void standardize_instrument_headers(AstroData& frame, FrameCall& call) {
  if (already_done(frame, "SDZHDRSI", "standardizeInstrumentHeaders", call.log)) return;
  call.log.stdinfo("Updating keywords that are specific to GNIRS");
  DescriptorOptions pretty;
  pretty.pretty = pretty.strip_id = true;
  set_keyword(frame.phu, "FILTER", describe(frame, "filter_name", pretty));
  const Value scale = describe(frame, "pixel_scale");
  set_keyword(frame.phu, "PIXSCALE", scale);
  // All values are worked out before the first card changes: EXPTIME becomes that of all coadds.
  const Value exposure = describe(frame, "exposure_time");
  if (exposure.is_none()) {
    throw InputError(
        fmt::format("{}: EXPTIME is missing, not a number or negative", frame.filename()));
  }
  for (std::size_t i = 0; i < frame.extensions.size(); ++i) {
    set_keyword(frame.extensions[i].header, "PIXSCALE", scale);
    write_detector_properties(frame, i);
  }
  set_keyword(frame.phu, "EXPTIME", exposure);
  for (Extension& extension : frame.extensions) copy_wcs_keywords(frame.phu, extension.header);
  mark_history(frame, call.context, "SDZHDRSI", "standardizeInstrumentHeaders");
  rename(frame, call.parameters);
}

void standardize_headers(AstroData& frame, FrameCall& call) {
  call.nested("standardizeObservatoryHeaders", frame);
  call.nested("standardizeInstrumentHeaders", frame, {{"suffix", call.parameters["suffix"]}});
}

void prepare(AstroData& frame, FrameCall& call) {
  const std::string original_path = frame.opened_path();
  // First, because validateData asks for a WCS.
  if (has_wcs_finding(call)) call.nested("standardizeWCS", frame);
  call.nested("validateData", frame);
  call.nested("standardizeStructure", frame);
  call.nested("standardizeHeaders", frame);
  // The comment names the keyword, as the reference's does.
  mark_history(frame, call.context, "PREPARE", "PREPARE");
  rename(frame, call.parameters);
  if (!original_path.empty()) {
    FileDigests* const digests = call.context.digests;
    const std::string digest =
        digests != nullptr ? digests->md5(original_path) : md5_of_file(original_path);
    add_provenance(frame, frame.original_filename(), digest, "prepare",
                   iso_format(call.context.clock()));
  }
}

ParameterSet joined(ParameterSet first, const ParameterSet& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

Primitive preparing(Primitive primitive) {
  primitive.overview = survey_wcs;
  primitive.calls = {
      {"standardizeWCS"}, {"validateData"}, {"standardizeStructure"}, {"standardizeHeaders"}};
  return deferring(std::move(primitive));
}

}  // namespace

std::vector<Primitive> standardize_primitives() {
  const auto suffix = [](const char* value) { return text("suffix", value, "Filename suffix"); };
  const Parameter wcs = boolean("require_wcs", true, "Must all extensions have a WCS?");
  const Parameter mdf = text("mdf", {}, "Name of MDF");
  const Parameter attach = boolean("attach_mdf", true, "Attach MDF to spectroscopic data?");
  return {
      preparing({"prepare", joined({suffix("_prepared"), wcs, mdf, attach}, wcs_check_parameters()),
                 prepare}),
      deferring({"validateData", {suffix("_dataValidated"), wcs}, validate_data}),
      deferring({"standardizeStructure",
                 {suffix("_structureStandardized"), mdf, attach},
                 standardize_structure}),
      deferring(
          {"standardizeHeaders",
           {suffix("_headersStandardized")},
           standardize_headers,
           nullptr,
           nullptr,
           {{"standardizeObservatoryHeaders"}, {"standardizeInstrumentHeaders", {"suffix"}}}}),
      deferring({"standardizeObservatoryHeaders",
                 {suffix("_observatoryHeadersStandardized")},
                 standardize_observatory_headers}),
      deferring({"standardizeInstrumentHeaders",
                 {suffix("_instrumentHeadersStandardized")},
                 standardize_instrument_headers}),
  };
}

}  // namespace wyvern
