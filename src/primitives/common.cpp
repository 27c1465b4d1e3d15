// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "primitives/common.h"

#include <fmt/format.h>

#include "base/text.h"

namespace wyvern {
namespace {

struct KeywordComment {
  std::string_view keyword, comment;
};

// Reference: geminidr/gemini/lookups/keyword_comments.py.
constexpr KeywordComment kComments[] = {
    {"AIRMASS", "Mean airmass for the exposure"},
    {"BPMNAME", "Name of BPM used to identify bad pixels"},
    {"BUNIT", "Physical units of the array values"},
    {"DARKIM", "Dark image used"},
    {"DATALAB", "DHS data label"},
    {"DATASEC", "Data section(s)"},
    {"DETSEC", "Detector section(s)"},
    {"EXPTIME", "Exposure time [seconds]"},
    {"FILTER", "Combined filter name"},
    {"FLATIM", "Flat image used"},
    {"GAIN", "Gain [electrons/data value]"},
    {"GEMPRGID", "Gemini program ID"},
    {"MEANELLP", "Mean point source ellipticity"},
    {"MEANFWHM", "Mean point source FWHM (arcsec)"},
    {"MEANZP", "Mean zero point"},
    {"NCOMBINE", "Number of input images"},
    {"NONLINEA", "Non-linear regime [ADU]"},
    {"OBJECT", "Object Name"},
    {"OBSCLASS", "Observe class"},
    {"OBSID", "Observation ID / Data label"},
    {"OBSTYPE", "Observation type"},
    {"ORIGNAME", "Original filename prior to processing"},
    {"ORIGTEXP", "Original exposure time"},
    {"PIXSCALE", "Pixel scale [arcsec/pixel]"},
    {"RDNOISE", "Estimated read noise [electrons]"},
    {"RELEASE", "End of proprietary period YYYY-MM-DD"},
    {"SATLEVEL", "Saturation level [ADU]"},
    {"SKYLEVEL", "Estimated sky level"},
    {"VARNOISE", "Types of noise included in VAR plane"},
};

}  // namespace

std::string_view keyword_comment(std::string_view keyword) {
  for (const KeywordComment& entry : kComments) {
    if (entry.keyword == keyword) return entry.comment;
  }
  return "";
}

void set_keyword(fits::Header& header, std::string_view keyword, Value value) {
  const std::string_view comment = keyword_comment(keyword);
  if (comment.empty()) {
    header.set(keyword, std::move(value));
  } else {
    header.set(keyword, std::move(value), comment);
  }
}

void mark_history(AstroData& ad, const Context& context, std::string_view keyword,
                  std::string_view primitive) {
  const std::string now = iso_format(context.clock());
  ad.phu.set("GEM-TLM", now, "UT last modification with GEMINI");
  ad.phu.set(keyword, now, fmt::format("UT time stamp for {}", primitive));
}

bool already_done(const AstroData& ad, std::string_view keyword, std::string_view primitive,
                  Journal& log) {
  if (ad.phu.get(keyword).is_none()) return false;
  log.warning(
      fmt::format("No changes will be made to {}, since it has already been processed by {}",
                  ad.filename(), primitive));
  return true;
}

void rename(AstroData& ad, const std::optional<std::string>& suffix) {
  ad.update_filename(std::nullopt, suffix, true);
}

void rename(AstroData& ad, const Parameters& parameters) {
  rename(ad, parameters.optional_text("suffix"));
}

std::string statsec_error(const Value& value) {
  if (value.is_none()) return "";
  std::string_view text = trim(value.as_string());
  if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
  const std::vector<std::string> ranges = split(text, ',');
  if (ranges.size() != 2) return "not of the form x1:x2,y1:y2";
  for (const std::string& range : ranges) {
    const std::vector<std::string> ends = split(range, ':');
    if (ends.size() != 2) return "not of the form x1:x2,y1:y2";
    const auto low = parse_int(ends[0]), high = parse_int(ends[1]);
    if (!low || !high || *low >= *high) return "limits must be whole numbers in increasing order";
  }
  return "";
}

}  // namespace wyvern
