// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "astrodata/astrodata.h"
#include "calibrations/search.h"

namespace wyvern {

// A calibration of a type that a request found: where it is and who named it.
struct FoundCalibration {
  std::string path;    // as it can be opened
  std::string origin;  // "user_cals", the database as written in dragonsrc, …
  Grade grade = Grade::exact;
  // A dark of grade `other` has another number of co-adds: its data are to be multiplied with this,
  // their variance with its square.
  double scale = 1.0;
  std::string md5;  // of the file, when it was compared with what the database has; else ""
};

// How the reference's log begins with what goes wrong in a search; the reason follows.
inline constexpr std::string_view kSearchTrouble = "Error getting calibrations, continuing: ";

// Types that may be asked for: "processed_dark", "processed_flat", "processed_bpm" …
const std::vector<std::string>& calibration_types();
// Tags that a file must have to be a calibration of that type; empty for an unknown type.
std::vector<std::string> required_tags(std::string_view calibration_type);

// One line of a dragonsrc: a database and what may be done with it.
struct DatabaseLine {
  std::string location;  // as written
  std::string path;  // of a local one: the file, "~" expanded, "<dir>/cal_manager.db" for a folder
  bool remote = false;
  bool get = true, store = false;
};

// How servers are dealt with; nothing goes out unless a line of the configuration names one.
struct RemoteSettings {
  std::string cache_folder;    // of downloads; "": there is none, and nothing can be downloaded
  bool offline = false;        // only what was downloaded before
  std::string session_cookie;  // of a login to the archive; goes to the configured server only
  std::string upload_cookie = "qap_upload_processed_cal_ok";
  double timeout_s = 30.0;  // without a byte coming or going
};

// The configuration (spec "commands" 16). `files`: what was read.
struct CalibrationConfig {
  std::vector<DatabaseLine> databases;
  std::vector<std::string> files;
  std::map<std::string, std::string> entries;  // other keys of [calibs]
  RemoteSettings remote;
  // What the user should know: a file of the old name or key, a file that is not there, databases
  // that are named but not used.
  std::vector<std::string> warnings;
};

// What of the surroundings decides which configuration is read.
struct Environment {
  std::string home;                      // $HOME, for "~"; "" when there is none
  std::optional<std::string> dragonsrc;  // $DRAGONSRC
  // $XDG_CACHE_HOME, for downloads; "": ~/.cache
  std::string cache_home;
  bool offline = false;  // $WYVERN_OFFLINE is set: no server is asked
};

// `file`: given with -c (must exist), else $DRAGONSRC, else ~/.dragons/dragonsrc; where that does
// not exist the old ~/.geminidr/rsys.cfg, else none. Python's configparser syntax, but "%" is an
// ordinary character ("%%" reads as "%", as files made for the reference have it). InputError for a
// file that cannot be read or understood, with its line number.
CalibrationConfig read_calibration_config(const std::optional<std::string>& file,
                                          const Environment& environment);

// A local calibration database: SQLite with the reference's schema (spec "calibrations" 2).
// An object must not be used by two threads at once.
class CalibrationStore {
 public:
  // Opens an existing database; DatabaseError when it is missing, locked, corrupt or foreign.
  explicit CalibrationStore(std::string path);
  ~CalibrationStore();
  CalibrationStore(CalibrationStore&&) noexcept;
  CalibrationStore(const CalibrationStore&) = delete;

  // Creates an empty one. DatabaseError when it exists and wipe is false, when the file to be wiped
  // is no database, or when it cannot be created.
  static void create(const std::string& path, bool wipe);

  const std::string& path() const;
  // What registering a file did: a new entry; a new version of an entry; the same content at
  // another place; nothing.
  enum class Added { entered, replaced, moved, unchanged };
  // Registers a processed calibration (spec 4, quirks K11-K14 fixed). InputError when the file is
  // missing, cannot be read or its tags are not those of a calibration; the database is then as
  // before.
  Added add(const std::string& file);
  // By base name; InputError when unknown.
  void remove(const std::string& name);

  struct Entry {
    std::string name, folder;
    std::string type;  // "processed_dark"
    // ut_datetime, exposure_time, coadds, read_mode, well_depth_setting, camera, filter_name,
    // disperser, focal_plane_mask, procmode, qa_state, observation_id, file_size, file_md5,
    // entrytime: as in the database.
    std::map<std::string, Value> values;
    std::string path() const;  // of the file
  };
  // The newest version of each file, by name.
  std::vector<Entry> list() const;
  // The entry of that name; nothing when unknown.
  std::optional<Entry> entry(const std::string& name) const;

  enum class FileState { intact, gone, changed, unreadable };
  struct Checked {
    Entry entry;
    FileState state = FileState::intact;
    std::string why;  // "" for an intact one
  };
  // Compares all entries with the files on disk: size, then md5. `sizes_only`: no file is read.
  std::vector<Checked> check(bool sizes_only) const;
  // What SQLite's integrity check finds wrong with the database itself; empty when all is well.
  std::vector<std::string> integrity_problems() const;

  // The file that answers a request, or nothing; reasons for a candidate's refusal (file gone, md5
  // differs) go to `notes`. Rules: spec "calibrations" 5, 6 and 13.1, docs/calibration-rules.md.
  // The md5 of a file is worked out once as long as its size and time do not change. InputError for
  // an unknown type. `origin` of the answer is the path of the database.
  std::optional<FoundCalibration> find(const AstroData& frame, const std::string& calibration_type,
                                       const CalibrationSettings& settings,
                                       std::vector<std::string>& notes) const;
  // Adds all candidates for a request, each with every criterion, to the report. None is chosen.
  void explain(const AstroData& frame, const CalibrationSettings& settings,
               SearchReport& report) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// User calibrations ("processed_dark:FILE", split at the first colon), checked as spec "commands"
// 5 step 1 to 6: map type -> path. InputError (exit 1) with one line.
std::map<std::string, std::string> parse_user_calibrations(const std::vector<std::string>& given);

// All that can answer requests of one reduction: user calibrations, then the databases in order.
// Safe to call from several threads. Servers are asked as databases are, each at most once for a
// request; what goes wrong with them is noted. Interrupted, when the user wants to stop meanwhile.
class CalibrationService {
 public:
  // Opens all databases. DatabaseError when one cannot be used; one that is only read from may be
  // missing, which each request that comes to it says in its notes.
  // InputError for settings in the configuration that cannot be understood.
  CalibrationService(std::map<std::string, std::string> user_calibrations,
                     const CalibrationConfig& config, CalibrationSettings settings);
  ~CalibrationService();

  const std::map<std::string, std::string>& user_calibrations() const;
  // First answer in order; `notes` collects warnings for the log. A database that fails is noted
  // and the next one asked. InputError for an unknown type.
  std::optional<FoundCalibration> find(const AstroData& frame, const std::string& calibration_type,
                                       std::vector<std::string>& notes) const;
  // What such a request meets and why: every candidate in every database that is read, every
  // criterion, and the one that find() gives. Servers are not asked. InputError for an unknown
  // type.
  SearchReport explain(const AstroData& frame, const std::string& calibration_type) const;
  // Tells every database with `store` about a new file. One line per database for the log:
  // "<db>: Storing <file> as <type>" or "<db>: NOT storing <file> as <type>". DatabaseError, once
  // all have been told, when one did not take it: the file itself is not touched.
  // Servers are told only with `upload_calibrations`.
  std::vector<std::string> store(const std::string& file, const std::string& calibration_type);
  // Sends a science product to every server with `store`; a line for each. DatabaseError as above.
  std::vector<std::string> upload_science(const std::string& file);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace wyvern
