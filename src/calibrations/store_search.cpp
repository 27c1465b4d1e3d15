// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
//
// Searches in a local calibration database, by the rules in rules.h.
#include <fmt/format.h>

#include <filesystem>

#include "base/errors.h"
#include "calibrations/calibrations.h"
#include "calibrations/rows.h"
#include "calibrations/rules.h"
#include "calibrations/store_impl.h"
#include "calibrations/types.h"

namespace wyvern {
namespace {

namespace fs = std::filesystem;
using calibrations::at;
using calibrations::Criterion;
using calibrations::Database;
using calibrations::Judged;
using calibrations::Row;
using calibrations::Rule;
using calibrations::Statement;

// The newest version of every file with a state of reduction, in the order of entry.
std::vector<Row> candidates(const Database& database, const Rule& rule) {
  Statement statement(
      database,
      "SELECT diskfile.path, diskfile.filename, diskfile.present, diskfile.file_md5, "
      "header.procmode, header.qa_state, header.engineering, header.instrument, "
      "header.detector_binning, header.exposure_time, header.coadds, header.ut_datetime, "
      "header.ut_datetime_secs, header.observation_id, header.gcal_lamp, "
      "header.central_wavelength, gnirs.disperser, gnirs.filter_name, gnirs.read_mode, "
      "gnirs.well_depth_setting, gnirs.camera, gnirs.focal_plane_mask "
      "FROM gnirs JOIN header ON header.id = gnirs.header_id "
      "JOIN diskfile ON diskfile.id = header.diskfile_id "
      "WHERE diskfile.canonical = 1 AND header.reduction = ? ORDER BY header.id",
      {rule.reduction});
  std::vector<Row> rows;
  while (statement.step()) rows.push_back(statement.row());
  return rows;
}

std::string path_of(const Row& row) {
  return (fs::path(str(at(row, "path"))) / str(at(row, "filename"))).string();
}

// Values that the database does not hold; None when the file cannot be read.
void add_values_of_file(const Rule& rule, Row& row) {
  for (const Criterion& criterion : rule.criteria) {
    if (!criterion.from_file) continue;
    try {
      const AstroData file = AstroData::open(path_of(row), fits::Pixels::defer);
      row[criterion.column] = calibrations::single_value(file, criterion.column);
    } catch (const Error&) {
      row[criterion.column] = Value();
    }
  }
}

// What a search is made with.
struct Question {
  Row request;
  std::optional<Rule> rule;
};

Question question_of(const AstroData& frame, const std::string& type,
                     const CalibrationSettings& settings, std::vector<std::string>& notes) {
  calibrations::check_calibration_type(type);
  Question question{calibrations::request_row(frame, settings.mode), std::nullopt};
  question.rule =
      calibrations::rule_for(str(question.request.at("instrument")), type, settings.compat);
  if (!question.rule) return question;
  const auto window = settings.window_days.find(type);
  if (window != settings.window_days.end()) {
    calibrations::set_window(*question.rule, window->second);
  }
  if (question.request.at("ut_datetime").is_none()) {
    notes.push_back(
        fmt::format("{}: the time of observation is not known: no {} can be chosen for it",
                    frame.filename(), type));
    question.rule.reset();
  }
  return question;
}

// Judges candidates by all criteria. Headers of files are only read where they can make a
// difference: for `all`, or when the rest fits.
std::vector<Judged> judged_candidates(const Database& database, const Question& question,
                                      bool all) {
  std::vector<Judged> judged;
  for (Row& row : candidates(database, *question.rule)) {
    Judged first = calibrations::judge(*question.rule, std::move(row), question.request, false);
    if (first.grade != Grade::none || all) {
      add_values_of_file(*question.rule, first.row);
      first = calibrations::judge(*question.rule, std::move(first.row), question.request);
    }
    judged.push_back(std::move(first));
  }
  calibrations::rank(judged, question.request);
  return judged;
}

// The ratio of the co-adds, of a dark that is to be scaled.
double scale_of(const Judged& judged, const Row& request) {
  const Value has = at(judged.row, "coadds"), wants = at(request, "coadds");
  if (judged.grade != Grade::other || !has.is_number() || !wants.is_number()) return 1.0;
  return wants.as_double() / has.as_double();
}

// Why the file on disk is not the one that was registered; "" when it is.
std::string trouble_with(const std::string& path, const Row& row, calibrations::Digests& digests) {
  try {
    if (at(row, "file_md5") == Value(digests.md5(path))) return "";
    return fmt::format("md5 checksum of {} does not match. Not returning this calibration", path);
  } catch (const InputError& error) {
    return std::string(kSearchTrouble) + error.what();
  }
}

Candidate candidate_of(const Judged& judged, const Row& request) {
  Candidate candidate;
  candidate.path = path_of(judged.row);
  candidate.name = str(at(judged.row, "filename"));
  candidate.grade = judged.grade;
  candidate.days = calibrations::days_between(judged.row, request);
  candidate.scale = scale_of(judged, request);
  candidate.criteria = judged.verdicts;
  return candidate;
}

}  // namespace

std::optional<FoundCalibration> CalibrationStore::find(const AstroData& frame,
                                                       const std::string& calibration_type,
                                                       const CalibrationSettings& settings,
                                                       std::vector<std::string>& notes) const {
  const Question question = question_of(frame, calibration_type, settings, notes);
  if (!question.rule) return std::nullopt;
  const Grade accepted = settings.accept.value_or(Grade::exact);
  for (const Judged& judged : judged_candidates(impl_->database, question, false)) {
    if (judged.grade > accepted || judged.grade == Grade::none) break;
    if (at(judged.row, "present") != Value(1)) continue;
    const std::string path = path_of(judged.row);
    const std::string trouble = trouble_with(path, judged.row, impl_->digests);
    if (trouble.empty()) {
      return FoundCalibration{path, this->path(), judged.grade, scale_of(judged, question.request),
                              impl_->digests.md5(path)};
    }
    notes.push_back(trouble);
  }
  return std::nullopt;
}

void CalibrationStore::explain(const AstroData& frame, const CalibrationSettings& settings,
                               SearchReport& report) const {
  const Question question = question_of(frame, report.type, settings, report.notes);
  if (!question.rule) return;
  for (const Judged& judged : judged_candidates(impl_->database, question, true)) {
    Candidate candidate = candidate_of(judged, question.request);
    candidate.database = path();
    if (at(judged.row, "present") != Value(1)) {
      candidate.trouble = "marked as not present in the database";
    } else if (judged.grade != Grade::none) {
      candidate.trouble = trouble_with(candidate.path, judged.row, impl_->digests);
    }
    report.candidates.push_back(std::move(candidate));
  }
}

}  // namespace wyvern
