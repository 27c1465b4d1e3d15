// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/datetime.h"
#include "reduction/reduce.h"

namespace wyvern {

// What a report says beside what the reduction itself knows.
struct ReportFrame {
  std::string program, version;
  std::vector<std::string> command_line;
  DateTime started, ended;  // UTC
  double seconds = 0.0;
  int exit_status = 0;
  std::string error;  // "" when it succeeded
  bool dry_run = false, compat = false;
};

// The report of a reduction as JSON: schema docs/schemas/reduce-report.schema.json, described in
// docs/file-formats.md. Sizes and digests of the outputs are taken from the files as they are now.
// `reduction`: nullptr when it did not come to one. Ends with a line end.
std::string report_json(const Reduction* reduction, const ReportFrame& frame);

}  // namespace wyvern
