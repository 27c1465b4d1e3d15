// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "calibrations/schema.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/text.h"

namespace wyvern::calibrations {
namespace {

// Columns are separated by ";", references are "column table", indexed columns stand in a row.
struct TableShape {
  std::string_view name, columns, references, indexed;
};

constexpr std::array kTables = std::to_array<TableShape>({
    {"file", "id INTEGER NOT NULL;name TEXT NOT NULL", "", "name"},
    {"diskfile",
     "id INTEGER NOT NULL;file_id INTEGER NOT NULL;filename TEXT;path TEXT;"
     "present BOOLEAN;canonical BOOLEAN;file_md5 TEXT;file_size BIGINT;lastmod DATETIME;"
     "entrytime DATETIME;compressed BOOLEAN;data_md5 TEXT;data_size BIGINT;isfits BOOLEAN;"
     "fvwarnings INTEGER;fverrors INTEGER;mdready BOOLEAN;datafile_timestamp DATETIME",
     "file_id file", "canonical datafile_timestamp entrytime file_id filename lastmod present"},
    {"preview", "id INTEGER NOT NULL;diskfile_id INTEGER NOT NULL;filename TEXT",
     "diskfile_id diskfile", "diskfile_id"},
    {"provenance",
     "id INTEGER NOT NULL;timestamp DATETIME;filename VARCHAR(128);md5 TEXT;"
     "primitive VARCHAR(128);diskfile_id INTEGER",
     "diskfile_id diskfile", ""},
    {"provenance_history",
     "id INTEGER NOT NULL;timestamp_start DATETIME;timestamp_end DATETIME;"
     "primitive VARCHAR(128);args TEXT;diskfile_id INTEGER",
     "diskfile_id diskfile", ""},
    {"header",
     "id INTEGER NOT NULL;diskfile_id INTEGER NOT NULL;program_id TEXT;"
     "engineering BOOLEAN;science_verification BOOLEAN;calibration_program BOOLEAN;"
     "procmode VARCHAR(2);observation_id TEXT;data_label TEXT;telescope VARCHAR(12);"
     "instrument TEXT;ut_datetime DATETIME;ut_datetime_secs BIGINT;local_time TIME;"
     "observation_type VARCHAR(9);observation_class VARCHAR(10);object TEXT;"
     "ra NUMERIC(16, 12);dec NUMERIC(16, 12);azimuth NUMERIC(16, 12);"
     "elevation NUMERIC(16, 12);cass_rotator_pa NUMERIC(16, 12);airmass NUMERIC(8, 6);"
     "filter_name TEXT;exposure_time NUMERIC(8, 4);disperser TEXT;camera TEXT;"
     "central_wavelength NUMERIC(8, 6);wavelength_band TEXT;focal_plane_mask TEXT;"
     "pupil_mask TEXT;detector_binning TEXT;detector_roi_setting TEXT;"
     "detector_gain_setting VARCHAR(8);detector_readspeed_setting VARCHAR(4);"
     "detector_welldepth_setting VARCHAR(7);detector_readmode_setting TEXT;coadds INTEGER;"
     "spectroscopy BOOLEAN;mode VARCHAR(12);adaptive_optics BOOLEAN;"
     "laser_guide_star BOOLEAN;wavefront_sensor TEXT;gcal_lamp TEXT;raw_iq INTEGER;"
     "raw_cc INTEGER;raw_wv INTEGER;raw_bg INTEGER;requested_iq INTEGER;"
     "requested_cc INTEGER;requested_wv INTEGER;requested_bg INTEGER;qa_state VARCHAR(9);"
     "release DATE;reduction VARCHAR(19);site_monitoring BOOLEAN;types TEXT;"
     "phot_standard BOOLEAN;proprietary_coordinates BOOLEAN;pre_image BOOLEAN",
     "diskfile_id diskfile",
     "calibration_program camera central_wavelength data_label dec diskfile_id disperser "
     "engineering filter_name focal_plane_mask instrument mode object observation_class "
     "observation_id observation_type program_id pupil_mask qa_state ra reduction "
     "science_verification spectroscopy telescope ut_datetime ut_datetime_secs"},
    {"gmos",
     "id INTEGER NOT NULL;header_id INTEGER NOT NULL;disperser TEXT;filter_name TEXT;"
     "detector_x_bin INTEGER;detector_y_bin INTEGER;array_name TEXT;amp_read_area TEXT;"
     "read_speed_setting VARCHAR(4);gain_setting VARCHAR(4);focal_plane_mask TEXT;"
     "nodandshuffle BOOLEAN;nod_count INTEGER;nod_pixels INTEGER;prepared BOOLEAN;"
     "overscan_subtracted BOOLEAN;overscan_trimmed BOOLEAN;grating_order INTEGER",
     "header_id header",
     "amp_read_area array_name detector_x_bin detector_y_bin disperser filter_name "
     "focal_plane_mask gain_setting header_id nod_count nod_pixels nodandshuffle "
     "overscan_subtracted overscan_trimmed prepared read_speed_setting"},
    {"niri",
     "id INTEGER NOT NULL;header_id INTEGER NOT NULL;disperser VARCHAR(15);"
     "filter_name TEXT;read_mode VARCHAR(17);well_depth_setting VARCHAR(7);"
     "data_section VARCHAR(39);camera VARCHAR(8);focal_plane_mask TEXT",
     "header_id header",
     "camera data_section disperser filter_name header_id read_mode well_depth_setting"},
    {"gnirs",
     "id INTEGER NOT NULL;header_id INTEGER NOT NULL;disperser TEXT;filter_name TEXT;"
     "read_mode VARCHAR(19);well_depth_setting VARCHAR(7);camera TEXT;"
     "focal_plane_mask TEXT",
     "header_id header", "camera disperser filter_name header_id read_mode well_depth_setting"},
    {"nifs",
     "id INTEGER NOT NULL;header_id INTEGER NOT NULL;disperser TEXT;filter_name TEXT;"
     "read_mode VARCHAR(13);focal_plane_mask TEXT",
     "header_id header", "disperser filter_name header_id read_mode"},
    {"michelle",
     "id INTEGER NOT NULL;header_id INTEGER NOT NULL;disperser VARCHAR(8);"
     "filter_name VARCHAR(10);read_mode VARCHAR(8);focal_plane_mask VARCHAR(11)",
     "header_id header", "disperser filter_name focal_plane_mask header_id read_mode"},
    {"f2",
     "id INTEGER NOT NULL;header_id INTEGER NOT NULL;disperser TEXT;filter_name TEXT;"
     "lyot_stop TEXT;read_mode TEXT;focal_plane_mask TEXT",
     "header_id header", "disperser filter_name header_id lyot_stop read_mode"},
    {"gsaoi", "id INTEGER NOT NULL;header_id INTEGER NOT NULL;filter_name TEXT;read_mode TEXT",
     "header_id header", "filter_name header_id read_mode"},
    {"nici",
     "id INTEGER NOT NULL;header_id INTEGER NOT NULL;filter_name TEXT;"
     "focal_plane_mask VARCHAR(11);disperser VARCHAR(20)",
     "header_id header", "disperser filter_name focal_plane_mask header_id"},
    {"gpi",
     "id INTEGER NOT NULL;header_id INTEGER NOT NULL;filter_name TEXT;disperser TEXT;"
     "focal_plane_mask TEXT;pupil_mask TEXT;astrometric_standard BOOLEAN;"
     "wollaston BOOLEAN;prism BOOLEAN",
     "header_id header",
     "astrometric_standard disperser filter_name focal_plane_mask header_id prism "
     "pupil_mask wollaston"},
    {"ghost",
     "id INTEGER NOT NULL;header_id INTEGER NOT NULL;arm TEXT;want_before_arc BOOLEAN;"
     "disperser TEXT;filter_name TEXT;detector_name TEXT;detector_x_bin INTEGER;"
     "detector_y_bin INTEGER;amp_read_area TEXT;read_speed_setting VARCHAR(8);"
     "gain_setting VARCHAR(8);res_mode VARCHAR(4);focal_plane_mask TEXT;prepared BOOLEAN;"
     "overscan_subtracted BOOLEAN;overscan_trimmed BOOLEAN;detector_name_blue TEXT;"
     "detector_name_red TEXT;detector_name_slitv TEXT;detector_x_bin_blue INTEGER;"
     "detector_x_bin_red INTEGER;detector_x_bin_slitv INTEGER;detector_y_bin_blue INTEGER;"
     "detector_y_bin_red INTEGER;detector_y_bin_slitv INTEGER;"
     "exposure_time_blue NUMERIC(8, 4);exposure_time_red NUMERIC(8, 4);"
     "exposure_time_slitv NUMERIC(8, 4);gain_setting_blue VARCHAR(8);"
     "gain_setting_red VARCHAR(8);gain_setting_slitv VARCHAR(8);"
     "read_speed_setting_blue VARCHAR(8);read_speed_setting_red VARCHAR(8);"
     "read_speed_setting_slitv VARCHAR(8);amp_read_area_blue TEXT;amp_read_area_red TEXT;"
     "amp_read_area_slitv TEXT",
     "header_id header",
     "amp_read_area amp_read_area_blue amp_read_area_red amp_read_area_slitv arm "
     "detector_name detector_name_blue detector_name_red detector_name_slitv "
     "detector_x_bin detector_x_bin_blue detector_x_bin_red detector_x_bin_slitv "
     "detector_y_bin detector_y_bin_blue detector_y_bin_red detector_y_bin_slitv "
     "disperser filter_name focal_plane_mask gain_setting gain_setting_blue "
     "gain_setting_red gain_setting_slitv header_id overscan_subtracted overscan_trimmed "
     "prepared read_speed_setting read_speed_setting_blue read_speed_setting_red "
     "read_speed_setting_slitv res_mode"},
    {"calcache",
     "id BIGINT NOT NULL;obs_hid INTEGER NOT NULL;cal_hid INTEGER NOT NULL;"
     "rank SMALLINT NOT NULL;caltype VARCHAR(21)",
     "obs_hid header;cal_hid header", "cal_hid caltype obs_hid rank"},
});

std::string create_statement(const TableShape& table) {
  std::string sql = fmt::format("CREATE TABLE {} (", table.name);
  for (const std::string& column : split(table.columns, ';')) sql += "\n\t" + column + ", ";
  sql += "\n\tPRIMARY KEY (id)";
  if (!table.references.empty()) {
    for (const std::string& reference : split(table.references, ';')) {
      const std::vector<std::string> words = split(reference, ' ');
      sql += fmt::format(", \n\tFOREIGN KEY({}) REFERENCES {} (id)", words[0], words[1]);
    }
  }
  return sql + "\n)";
}

std::string create_index(const TableShape& table, const std::string& column) {
  return fmt::format("CREATE {}INDEX ix_{}_{} ON {} ({})", table.name == "file" ? "UNIQUE " : "",
                     table.name, column, table.name, column);
}

bool has_column(const Database& database, const std::string& table, const std::string& column) {
  Statement found(database, "SELECT 1 FROM pragma_table_info(?) WHERE name = ?", {table, column});
  return found.step();
}

}  // namespace

void create_tables(const Database& database) {
  for (const TableShape& table : kTables) {
    database.run(create_statement(table));
    for (const std::string& column : split_blank(table.indexed)) {
      database.run(create_index(table, column));
    }
  }
}

void check_tables(const Database& database) {
  Statement version(database, "PRAGMA user_version");
  if (version.step() && version.column(0) != Value(0)) {
    throw DatabaseError(fmt::format(
        "{} is a calibration database of a newer kind (version {}), which this program does not "
        "know: nothing was changed; use the program that made it, or another database",
        database.path(), str(version.column(0))));
  }
  std::set<std::string> present;
  Statement names(database, "SELECT name FROM sqlite_master WHERE type = 'table'");
  while (names.step()) present.insert(names.column(0).as_string());
  // Databases of DRAGONS 3.1 lack tables of instruments that came later.
  for (const char* table : {"file", "diskfile", "header", "gnirs"}) {
    if (present.contains(table)) continue;
    throw DatabaseError(
        fmt::format("{} is not a calibration database: it has no table '{}'. Make one with "
                    "'caldb init'",
                    database.path(), table));
  }
  if (has_column(database, "header", "procmode") && has_column(database, "gnirs", "read_mode")) {
    return;
  }
  const bool newer = has_column(database, "header", "processing");
  throw DatabaseError(fmt::format(
      "{} is a calibration database of {}, which cannot be used here: make one with 'caldb init' "
      "and add the calibrations to it",
      database.path(), newer ? "DRAGONS 4" : "another version of DRAGONS"));
}

std::vector<std::string> tables_pointing_to(const Database& database, const std::string& column) {
  std::vector<std::string> names;
  for (const TableShape& table : kTables) {
    const std::string name(table.name);
    if (has_column(database, name, column)) names.push_back(name);
  }
  return names;
}

std::int64_t insert_row(const Database& database, const std::string& table, const Row& row) {
  std::vector<std::string> columns;
  std::vector<Value> values;
  for (const auto& [column, value] : row) {
    columns.push_back(column);
    values.push_back(value);
  }
  const std::vector<std::string> marks(columns.size(), "?");
  Statement(
      database,
      fmt::format("INSERT INTO {} ({}) VALUES ({})", table, join(columns, ", "), join(marks, ", ")),
      values)
      .execute();
  return database.last_row_id();
}

}  // namespace wyvern::calibrations
