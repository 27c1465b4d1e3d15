// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "calibrations/disk_file.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <cmath>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <optional>
#include <regex>
#include <span>

#include "base/errors.h"
#include "base/files.h"
#include "base/text.h"
#include "calibrations/rows.h"
#include "fits/compression.h"

namespace wyvern::calibrations {
namespace {

std::int64_t nanoseconds(const timespec& time) {
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

// As Python's datetime.fromtimestamp(st_mtime) has it: a double, rounded to the microsecond. The
// reference compares the text that comes of it.
std::string local_time_text(const timespec& time) {
  const double stamp = static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
  double seconds = 0.0;
  long microsecond = std::lrint(std::modf(stamp, &seconds) * 1e6);
  auto whole = static_cast<std::time_t>(seconds);
  if (microsecond >= 1'000'000) {
    microsecond -= 1'000'000;
    ++whole;
  }
  std::tm parts{};
  localtime_r(&whole, &parts);
  const DateTime when{{parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday},
                      {parts.tm_hour, parts.tm_min, parts.tm_sec, static_cast<int>(microsecond)}};
  return database_time(when);
}

// The night that a file's name tells.
std::optional<std::string> date_in_name(const std::string& name) {
  static const std::regex patterns[] = {
      std::regex("^[NS](\\d{4})(\\d{2})(\\d{2})[A-Z].*"),
      std::regex("^[A-Z]{4}_(\\d{4})(\\d{2})(\\d{2})_.*"),
      std::regex("^img_(\\d{4})(\\d{2})(\\d{2})_\\d{2}h\\d{2}m\\d{2}s\\.fits.*"),
      std::regex("^.*?(20\\d{2})(\\d{2})(\\d{2}).*"),
  };
  for (const std::regex& pattern : patterns) {
    std::smatch parts;
    if (!std::regex_match(name, parts, pattern)) continue;
    const Date date{std::stoi(parts[1]), std::stoi(parts[2]), std::stoi(parts[3])};
    if (is_valid(date)) return database_time(DateTime{date, {}});
  }
  return std::nullopt;
}

}  // namespace

DiskFile DiskFile::look(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) {
    if (errno == ENOENT || errno == ENOTDIR) {
      throw InputError(fmt::format("File {} does not exist.", path));
    }
    throw InputError(fmt::format("File {} cannot be read: {}", path, std::strerror(errno)));
  }
  if (!S_ISREG(status.st_mode)) throw InputError(fmt::format("{} is not a file", path));
  const std::filesystem::path whole = std::filesystem::absolute(path).lexically_normal();
  return {whole.filename().string(), whole.parent_path().string(), status.st_size,
          nanoseconds(status.st_mtim), local_time_text(status.st_mtim)};
}

std::string known_name(const std::string& base_name) {
  constexpr std::string_view ending = ".bz2";
  return base_name.ends_with(ending) ? base_name.substr(0, base_name.size() - ending.size())
                                     : base_name;
}

Row diskfile_row(const DiskFile& file, const std::string& path, const std::string& md5) {
  Row row;
  const bool compressed = known_name(file.name) != file.name;
  row["filename"] = file.name;
  row["path"] = file.folder;
  row["present"] = true;
  row["canonical"] = true;
  row["file_md5"] = md5;
  row["file_size"] = file.size;
  row["lastmod"] = file.lastmod;
  row["entrytime"] = database_time(local_now());
  row["compressed"] = compressed;
  row["data_md5"] = md5;
  row["data_size"] = file.size;
  if (compressed) {
    const std::string data = fits::expand(read_text_file(path), fits::Compression::bzip2, path);
    row["data_md5"] = md5_hex(std::as_bytes(std::span(data)));
    row["data_size"] = static_cast<std::int64_t>(data.size());
  }
  for (const char* unused : {"isfits", "fvwarnings", "fverrors", "mdready"}) row[unused] = Value();
  row["datafile_timestamp"] = date_in_name(file.name).value_or(file.lastmod);
  return row;
}

const std::string& Digests::md5(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) {
    throw InputError(fmt::format("[Errno {}] {}: '{}'", errno, std::strerror(errno), path));
  }
  Entry& entry = known_[path];
  const std::int64_t time = nanoseconds(status.st_mtim);
  if (entry.md5.empty() || entry.size != status.st_size || entry.time_ns != time) {
    entry = {status.st_size, time, md5_of_file(path)};
  }
  return entry.md5;
}

}  // namespace wyvern::calibrations
