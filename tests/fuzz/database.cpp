// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
//
// Rows of a calibration database that hold what nobody expects. Each line of the input changes a
// value in all rows: a character for the column, one for the type, the value.
#include <array>

#include "base/text.h"
#include "calibrations/calibrations.h"
#include "calibrations/made_calibrations.h"
#include "calibrations/sqlite.h"
#include "fuzz/target.h"
#include "support/paths.h"

namespace {

using wyvern::Value;
using wyvern::calibrations::Database;
using wyvern::calibrations::Statement;

struct Place {
  const char* table;
  const char* column;
};
constexpr auto kPlaces = std::to_array<Place>({{"diskfile", "filename"},
                                               {"diskfile", "file_md5"},
                                               {"diskfile", "present"},
                                               {"diskfile", "canonical"},
                                               {"diskfile", "file_size"},
                                               {"diskfile", "lastmod"},
                                               {"diskfile", "entrytime"},
                                               {"header", "instrument"},
                                               {"header", "ut_datetime"},
                                               {"header", "exposure_time"},
                                               {"header", "coadds"},
                                               {"header", "procmode"},
                                               {"header", "qa_state"},
                                               {"header", "engineering"},
                                               {"header", "reduction"},
                                               {"header", "gcal_lamp"},
                                               {"header", "central_wavelength"},
                                               {"header", "types"},
                                               {"header", "observation_id"},
                                               {"header", "detector_binning"},
                                               {"header", "ut_datetime_secs"},
                                               {"gnirs", "disperser"},
                                               {"gnirs", "filter_name"},
                                               {"gnirs", "read_mode"},
                                               {"gnirs", "well_depth_setting"},
                                               {"gnirs", "camera"},
                                               {"gnirs", "focal_plane_mask"}});

// A database with a dark and a flat.
struct Made {
  wyvern::testing::TemporaryFolder folder;
  std::string path = folder.file("cal_manager.db");
  wyvern::AstroData frame = wyvern::testing::prepared_frame("frame.fits");

  Made() {
    wyvern::CalibrationStore::create(path, false);
    wyvern::CalibrationStore store(path);
    store.add(wyvern::testing::write_made(folder.file("dark.fits"), wyvern::testing::kDark));
    store.add(wyvern::testing::write_made(folder.file("flat.fits"), wyvern::testing::kFlat));
  }
};

Value value_of(char type, std::string_view text) {
  if (type == 'i') return Value(static_cast<std::int64_t>(wyvern::parse_int(text).value_or(0)));
  if (type == 'f') return Value(wyvern::parse_float(text).value_or(0.0));
  if (type == 'n') return {};
  return Value(std::string(text));
}

// Names of files stay within the folder.
void change(const Database& database, std::string_view line) {
  if (line.size() < 2) return;
  const Place place = kPlaces[static_cast<unsigned char>(line[0]) % kPlaces.size()];
  std::string text(line.substr(2));
  for (char& character : text) character = character == '/' ? '_' : character;
  Statement(database, std::string("UPDATE ") + place.table + " SET " + place.column + " = ?",
            {value_of(line[1], text)})
      .execute();
}

void search(const Made& made) {
  wyvern::CalibrationStore store(made.path);
  store.list();
  store.entry("dark.fits");
  store.check(true);
  for (const char* type : {"processed_dark", "processed_flat"}) {
    for (const bool compat : {false, true}) {
      wyvern::CalibrationSettings settings{.compat = compat, .accept = wyvern::Grade::other};
      std::vector<std::string> notes;
      store.find(made.frame, type, settings, notes);
      wyvern::SearchReport report{.frame = "frame.fits", .type = type, .mode = "sq"};
      store.explain(made.frame, settings, report);
      wyvern::search_text(report);
      wyvern::search_json(report);
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Made made;
  const std::string input = wyvern::fuzz::text_of(data, size);
  const Database database(made.path, Database::Open::existing);
  database.run("PRAGMA synchronous = OFF; SAVEPOINT before");
  wyvern::fuzz::errors_are_answers([&] {
    for (const std::string& line : wyvern::split(input, '\n')) change(database, line);
  });
  database.run("RELEASE before");
  wyvern::fuzz::errors_are_answers([&] { search(made); });
  return 0;
}
