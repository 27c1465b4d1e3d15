// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "calibrations/sqlite.h"

namespace wyvern::calibrations {

// What the file system tells of a file.
struct DiskFile {
  std::string name;          // base name
  std::string folder;        // absolute; symbolic links stay as they are
  std::int64_t size = 0;     // bytes
  std::int64_t time_ns = 0;  // of the last change
  std::string lastmod;       // the same as database text, local time

  // InputError when it is missing ("File X does not exist.") or no regular file.
  static DiskFile look(const std::string& path);
};

// The name under which a file is known: without ".bz2".
std::string known_name(const std::string& base_name);

// Columns of table `diskfile`, without id and file_id. `md5` is that of the file's bytes.
Row diskfile_row(const DiskFile& file, const std::string& path, const std::string& md5);

// md5 sums of files, worked out anew only when size or time have changed.
class Digests {
 public:
  // InputError "[Errno 2] No such file or directory: 'X'" when the file is gone.
  const std::string& md5(const std::string& path);

 private:
  struct Entry {
    std::int64_t size = -1, time_ns = 0;
    std::string md5;
  };
  std::map<std::string, Entry> known_;
};

}  // namespace wyvern::calibrations
