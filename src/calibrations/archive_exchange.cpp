// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "calibrations/archive_exchange.h"

#include <expat.h>
#include <fmt/format.h>

#include <array>
#include <cctype>
#include <memory>
#include <optional>

#include "base/errors.h"
#include "base/text.h"
#include "calibrations/rows.h"

namespace wyvern::calibrations {
namespace {

// All that the reference sends, in its order, before "detector_binning".
constexpr auto kDescriptors = std::to_array<std::string_view>({"airmass",
                                                               "amp_read_area",
                                                               "ao_seeing",
                                                               "array_name",
                                                               "array_section",
                                                               "azimuth",
                                                               "binning",
                                                               "calibration_key",
                                                               "camera",
                                                               "cass_rotator_pa",
                                                               "central_wavelength",
                                                               "coadds",
                                                               "data_label",
                                                               "data_section",
                                                               "dec",
                                                               "decker",
                                                               "detector_name",
                                                               "detector_roi_setting",
                                                               "detector_rois_requested",
                                                               "detector_section",
                                                               "detector_x_bin",
                                                               "detector_x_offset",
                                                               "detector_y_bin",
                                                               "detector_y_offset",
                                                               "disperser",
                                                               "dispersion",
                                                               "dispersion_axis",
                                                               "effective_wavelength",
                                                               "elevation",
                                                               "exposure_time",
                                                               "filter_name",
                                                               "focal_plane_mask",
                                                               "gain_setting",
                                                               "gcal_lamp",
                                                               "group_id",
                                                               "instrument",
                                                               "is_ao",
                                                               "is_coadds_summed",
                                                               "is_in_adu",
                                                               "local_time",
                                                               "lyot_stop",
                                                               "mdf_row_id",
                                                               "nominal_atmospheric_extinction",
                                                               "nominal_photometric_zeropoint",
                                                               "object",
                                                               "observation_class",
                                                               "observation_epoch",
                                                               "observation_id",
                                                               "observation_type",
                                                               "overscan_section",
                                                               "pixel_scale",
                                                               "program_id",
                                                               "pupil_mask",
                                                               "qa_state",
                                                               "ra",
                                                               "raw_bg",
                                                               "raw_cc",
                                                               "raw_iq",
                                                               "raw_wv",
                                                               "read_mode",
                                                               "read_speed_setting",
                                                               "requested_bg",
                                                               "requested_cc",
                                                               "requested_iq",
                                                               "requested_wv",
                                                               "slit",
                                                               "target_dec",
                                                               "target_ra",
                                                               "telescope",
                                                               "telescope_x_offset",
                                                               "telescope_y_offset",
                                                               "ut_date",
                                                               "ut_datetime",
                                                               "ut_time",
                                                               "wavefront_sensor",
                                                               "wavelength_band",
                                                               "wcs_dec",
                                                               "wcs_ra",
                                                               "well_depth_setting"});

// Python leaves out what is zero at the end: the seconds of "17:10:00", too.
std::string time_arguments(const TimeOfDay& time) {
  std::string text = fmt::format("{}, {}", time.hour, time.minute);
  if (time.second != 0 || time.microsecond != 0) text += fmt::format(", {}", time.second);
  if (time.microsecond != 0) text += fmt::format(", {}", time.microsecond);
  return text;
}

std::string literal(const Value& value) {
  if (const auto* time = value.get_if<TimeOfDay>()) {
    return fmt::format("datetime.time({})", time_arguments(*time));
  }
  if (const auto* when = value.get_if<DateTime>()) {
    return fmt::format("datetime.datetime({}, {}, {}, {})", when->date.year, when->date.month,
                       when->date.day, time_arguments(when->time));
  }
  if (const auto* section = value.get_if<Section>()) {
    return fmt::format("[{}, {}, {}, {}]", section->x1, section->x2, section->y1, section->y2);
  }
  return repr(value);
}

std::string descriptors_literal(const AstroData& frame) {
  std::string text = "{";
  for (const std::string_view name : kDescriptors) {
    DescriptorOptions options;
    options.as_micrometers = name == "central_wavelength";
    text += fmt::format("'{}': {}, ", name, literal(single_value(frame, name, options)));
  }
  text += "'detector_binning': " + literal(binning_text(frame));
  const Tags tags = tags_of(frame);
  for (const auto& [key, tag] : {std::pair("nodandshuffle", "GMOS_NODANDSHUFFLE"),
                                 {"spectroscopy", "SPECT"},
                                 {"overscan_subtracted", "OVERSCAN_SUBTRACTED"},
                                 {"overscan_trimmed", "OVERSCAN_TRIMMED"},
                                 {"prepared", "PREPARED"}}) {
    text += fmt::format(", '{}': {}", key, tags.contains(tag) ? "True" : "False");
  }
  return text + "}";
}

std::string percent_encoded(const std::string& text, std::string_view also_safe, bool form) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || contains("-._~", std::string(1, c)) ||
        also_safe.find(c) != std::string_view::npos) {
      out += c;
    } else if (form && c == ' ') {
      out += '+';
    } else {
      out += fmt::format("%{:02X}", byte);
    }
  }
  return out;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const int letter = std::tolower(static_cast<unsigned char>(c));
  return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
}

std::string percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escaped = text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 &&
                         hex_digit(text[i + 2]) >= 0;
    if (escaped) {
      out += static_cast<char>(16 * hex_digit(text[i + 1]) + hex_digit(text[i + 2]));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

// Collects what stands in <calibration> elements while expat reads.
class AnswerReader {
 public:
  AnswerReader() : parser_(XML_ParserCreate(nullptr)) {
    XML_SetUserData(parser_.get(), this);
    XML_SetElementHandler(parser_.get(), &AnswerReader::begin, &AnswerReader::end);
    XML_SetCharacterDataHandler(parser_.get(), &AnswerReader::text);
    XML_SetStartDoctypeDeclHandler(parser_.get(), &AnswerReader::doctype);
  }

  std::vector<OfferedCalibration> read(const std::string& xml) {
    const auto size = static_cast<int>(xml.size());
    if (XML_Parse(parser_.get(), xml.data(), size, 1) == XML_STATUS_OK) return std::move(found_);
    if (has_doctype_) throw InputError("it has a document type, as no answer of the archive has");
    throw InputError(fmt::format("it is not well-formed XML (line {}: {})",
                                 XML_GetCurrentLineNumber(parser_.get()),
                                 XML_ErrorString(XML_GetErrorCode(parser_.get()))));
  }

 private:
  struct Free {
    void operator()(XML_Parser parser) const noexcept { XML_ParserFree(parser); }
  };

  static std::string local_name(const char* name) {
    const std::string text = name;
    return text.substr(text.rfind(':') + 1);
  }

  static void begin(void* self, const char* name, const char**) {
    auto& reader = *static_cast<AnswerReader*>(self);
    reader.text_.clear();
    if (local_name(name) == "calibration") reader.current_.emplace();
  }

  static void end(void* self, const char* name) {
    auto& reader = *static_cast<AnswerReader*>(self);
    if (!reader.current_) return;
    const std::string element = local_name(name), value(trim(reader.text_));
    if (element == "caltype") reader.current_->type = value;
    if (element == "filename") reader.current_->file_name = value;
    if (element == "md5") reader.current_->md5 = to_lower(value);
    if (element == "url") reader.current_->url = value;
    if (element != "calibration") return;
    reader.found_.push_back(std::move(*reader.current_));
    reader.current_.reset();
  }

  static void text(void* self, const char* characters, int length) {
    static_cast<AnswerReader*>(self)->text_.append(characters, static_cast<std::size_t>(length));
  }

  static void doctype(void* self, const char*, const char*, const char*, int) {
    auto& reader = *static_cast<AnswerReader*>(self);
    reader.has_doctype_ = true;
    XML_StopParser(reader.parser_.get(), XML_FALSE);
  }

  std::unique_ptr<XML_ParserStruct, Free> parser_;
  std::vector<OfferedCalibration> found_;
  std::optional<OfferedCalibration> current_;
  std::string text_;
  bool has_doctype_ = false;
};

}  // namespace

std::string form_encoded(const std::string& text) {
  return percent_encoded(text, "", true);
}

std::string request_body(const AstroData& frame) {
  const Tags tags = tags_of(frame);
  const std::string types =
      tags.empty() ? "set()" : "{'" + join({tags.begin(), tags.end()}, "', '") + "'}";
  return "descriptors=" + form_encoded(descriptors_literal(frame)) +
         "&types=" + form_encoded(types);
}

std::string request_url(const std::string& server, const std::string& type, const std::string& mode,
                        const std::string& file_name) {
  return fmt::format("{}/calmgr/{}/{}/{}", server, type, mode,
                     percent_encoded(file_name, "", false));
}

std::vector<OfferedCalibration> parse_answer(const std::string& xml) {
  const std::string beginning = to_lower(trim(xml).substr(0, 200));
  if (beginning.starts_with("<!doctype html") || contains(beginning, "<html")) {
    throw InputError(
        "it is a page for people: the server wants a login, or is not Gemini's archive");
  }
  return AnswerReader().read(xml);
}

std::string file_name_of_url(const std::string& url) {
  const std::string path = url.substr(0, url.find_first_of("?#"));
  const std::string name = percent_decoded(path.substr(path.rfind('/') + 1));
  constexpr std::size_t longest = 200;
  const bool sound = !name.empty() && name.size() <= longest && !name.starts_with('.') &&
                     name.find('/') == std::string::npos && name.find('\0') == std::string::npos;
  return sound ? name : "";
}

}  // namespace wyvern::calibrations
