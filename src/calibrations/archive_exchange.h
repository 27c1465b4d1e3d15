// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "astrodata/astrodata.h"

namespace wyvern::calibrations {

// What is said to Gemini's archive and what it answers (spec "calibrations" 10; the form of
// DRAGONS 3.2).

// The body of a request: two form fields, the frame's descriptors and its tags as Python literals.
std::string request_body(const AstroData& frame);
// "SERVER/calmgr/TYPE/MODE/NAME", percent-encoded.
std::string request_url(const std::string& server, const std::string& type, const std::string& mode,
                        const std::string& file_name);

// One calibration of an answer; md5 and url may be "".
struct OfferedCalibration {
  std::string type, file_name, md5, url;
};

// The calibrations of an answer, best first. InputError that says what is wrong with it: no XML, a
// page for people in place of it, a document type (which could make it grow without bounds).
std::vector<OfferedCalibration> parse_answer(const std::string& xml);

// What form-encoding makes of a text: blanks become "+".
std::string form_encoded(const std::string& text);
// The last part of an URL's path, decoded; "" when that is no sound name for a file.
std::string file_name_of_url(const std::string& url);

}  // namespace wyvern::calibrations
