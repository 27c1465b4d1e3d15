// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <filesystem>
#include <fstream>

#include "base/errors.h"
#include "base/files.h"
#include "base/text.h"
#include "calibrations/calibrations.h"
#include "calibrations/ini_file.h"

namespace wyvern {
namespace {

namespace fs = std::filesystem;
using calibrations::IniEntry;
using calibrations::IniLine;
using calibrations::IniSection;

constexpr const char* kDatabaseName = "cal_manager.db";
constexpr double kLongestTimeout = 86400.0;  // s

std::string expand_home(const std::string& path, const std::string& home) {
  const bool of_home = path == "~" || path.starts_with("~/");
  return of_home && !home.empty() ? home + path.substr(1) : path;
}

// Only names that cannot mean anything else are taken for servers: a file that does not exist yet
// is still a file.
bool is_local(const std::string& path) {
  std::error_code ignored;
  if (fs::exists(path, ignored)) return true;
  if (contains(path, "/") && !contains(path, "//")) return true;
  const fs::path parent = fs::path(path).parent_path();
  return path.ends_with(".db") || (!parent.empty() && fs::is_directory(parent, ignored));
}

void set_place(DatabaseLine& database, const std::string& home) {
  const std::string path = expand_home(database.location, home);
  if (path.starts_with("http://") || path.starts_with("https://") || !is_local(path)) {
    database.remote = true;
    return;
  }
  std::error_code ignored;
  database.path =
      fs::is_directory(path, ignored) ? (fs::path(path) / kDatabaseName).string() : path;
}

// "LOCATION [get] [store]"; a flag that is given takes the place of the "get" that is meant
// otherwise.
DatabaseLine parse_database_line(const std::string& line, const std::string& home) {
  const std::vector<std::string> words = calibrations::shell_words(line);
  DatabaseLine database;
  database.location = words.at(0);
  if (database.location.empty()) throw InputError("a database without a name");
  if (words.size() > 1) database.get = false;
  for (std::size_t i = 1; i < words.size(); ++i) {
    if (words[i] == "get") {
      database.get = true;
    } else if (words[i] == "store") {
      database.store = true;
    } else {
      throw InputError(fmt::format("{}: Unknown flag '{}'; the flags are get and store",
                                   database.location, words[i]));
    }
  }
  set_place(database, home);
  return database;
}

// "%%" is how the reference wants a "%" to be written.
std::string unescaped(const std::string& text) {
  return replace_all(text, "%%", "%");
}

RemoteSettings remote_defaults(const Environment& environment) {
  RemoteSettings remote;
  std::string cache = environment.cache_home;
  if (cache.empty() && !environment.home.empty()) cache = environment.home + "/.cache";
  if (!cache.empty()) remote.cache_folder = (fs::path(cache) / "wyvern/calibrations").string();
  remote.offline = environment.offline;
  return remote;
}

// The whole file, unless it is so large that it must be another one: a device may have no end.
std::string text_of(const std::string& file) {
  constexpr std::size_t most = std::size_t{1} << 20;
  std::string text(most + 1, '\0');
  std::ifstream stream(file, std::ios::binary);
  stream.read(text.data(), std::ssize(text));
  if (!stream.is_open() || stream.bad()) return read_text_file(file);  // tells what is wrong
  text.resize(static_cast<std::size_t>(stream.gcount()));
  if (text.size() > most) {
    throw InputError(file + ": is larger than a configuration file can be (1 MB); name another");
  }
  return text;
}

class ConfigReader {
 public:
  ConfigReader(CalibrationConfig& config, const Environment& environment)
      : config_(config), environment_(environment) {}

  void read(const std::string& file) {
    config_.files.push_back(file);
    const std::vector<IniSection> sections = calibrations::parse_ini(text_of(file), file);
    const IniSection* calibs = nullptr;
    for (const IniSection& section : sections) {
      // What stands in [DEFAULT] goes for every section that does not say otherwise.
      if (section.name == "DEFAULT") take(section, file);
      if (section.name == "calibs") calibs = &section;
    }
    if (calibs == nullptr) {
      config_ = {};
      config_.remote = remote_defaults(environment_);
      config_.files.push_back(file);
      return;
    }
    take(*calibs, file);
    finish(file);
  }

 private:
  void take(const IniSection& section, const std::string& file) {
    for (const IniEntry& entry : section.entries) {
      if (entry.key == "databases") {
        config_.databases.clear();
        for (const IniLine& line : entry.lines) take_database(line, file);
        has_databases_ = true;
      } else {
        config_.entries[entry.key] = unescaped(entry.value());
      }
    }
  }

  void take_database(const IniLine& line, const std::string& file) {
    if (line.text.empty()) return;
    try {
      config_.databases.push_back(parse_database_line(unescaped(line.text), environment_.home));
    } catch (const InputError& error) {
      throw InputError(fmt::format("{}, line {}: {}", file, line.number, error.what()));
    }
  }

  void finish(const std::string& file) {
    const auto folder = config_.entries.find("database_dir");
    if (!has_databases_ && folder != config_.entries.end() && !folder->second.empty()) {
      take_folder(folder->second);
      config_.warnings.push_back(
          fmt::format("{}: Use 'databases' instead of 'database_dir' in config file.", file));
    }
    take_remote(file);
  }

  std::string entry(const char* key) const {
    const auto found = config_.entries.find(key);
    return found == config_.entries.end() ? "" : found->second;
  }

  void take_remote(const std::string& file) {
    RemoteSettings& remote = config_.remote;
    for (const char* key : {"system_calcache_dir", "cache_dir"}) {
      if (!entry(key).empty()) remote.cache_folder = expand_home(entry(key), environment_.home);
    }
    remote.session_cookie = entry("session_cookie");
    if (config_.entries.contains("upload_cookie")) remote.upload_cookie = entry("upload_cookie");
    remote.offline = truth("offline", file) || remote.offline;
    if (entry("remote_timeout").empty()) return;
    const std::optional<double> seconds = parse_float(entry("remote_timeout"));
    if (!seconds || !(*seconds > 0.0 && *seconds <= kLongestTimeout)) {
      throw InputError(fmt::format("{}: remote_timeout = {}: seconds, up to {:g}, are needed", file,
                                   entry("remote_timeout"), kLongestTimeout));
    }
    remote.timeout_s = *seconds;
  }

  bool truth(const char* key, const std::string& file) const {
    const std::string word = to_lower(entry(key));
    if (word.empty() || word == "no" || word == "false" || word == "off" || word == "0") {
      return false;
    }
    if (word == "yes" || word == "true" || word == "on" || word == "1") return true;
    throw InputError(fmt::format("{}: {} = {}: yes or no is needed", file, key, word));
  }

  void take_folder(const std::string& location) {
    DatabaseLine database;
    database.location = location;
    const fs::path path = expand_home(location, environment_.home);
    std::error_code ignored;
    database.path =
        fs::is_regular_file(path, ignored) ? path.string() : (path / kDatabaseName).string();
    config_.databases.push_back(std::move(database));
  }

  CalibrationConfig& config_;
  const Environment& environment_;
  bool has_databases_ = false;
};

bool is_there(const std::string& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

// The file to be read when none is given, or "".
std::string default_file(const Environment& environment, std::vector<std::string>& warnings) {
  const auto at_home = [&](const char* name) {
    return environment.home.empty() ? "" : (fs::path(environment.home) / name).string();
  };
  const std::string wanted = environment.dragonsrc
                                 ? expand_home(*environment.dragonsrc, environment.home)
                                 : at_home(".dragons/dragonsrc");
  if (!wanted.empty() && is_there(wanted)) return wanted;
  if (environment.dragonsrc) {
    warnings.push_back(
        fmt::format("DRAGONSRC names the configuration file {}, which does not exist", wanted));
  }
  const std::string old = at_home(".geminidr/rsys.cfg");
  if (old.empty() || !is_there(old)) return "";
  warnings.emplace_back(
      "The ~/.geminidr/rsys.cfg file is deprecated. Please create a ~/.dragons/dragonsrc config "
      "file.");
  return old;
}

}  // namespace

CalibrationConfig read_calibration_config(const std::optional<std::string>& file,
                                          const Environment& environment) {
  std::vector<std::string> warnings;
  std::string path;
  if (file) {
    path = expand_home(*file, environment.home);
    if (!is_there(path))
      throw InputError(fmt::format("configuration file {} does not exist", path));
  } else {
    path = default_file(environment, warnings);
  }
  CalibrationConfig config;
  config.remote = remote_defaults(environment);
  if (!path.empty()) ConfigReader(config, environment).read(path);
  config.warnings.insert(config.warnings.begin(), warnings.begin(), warnings.end());
  return config;
}

}  // namespace wyvern
