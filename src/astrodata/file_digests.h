// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/work_ahead.h"

namespace wyvern {

// MD5 digests (hex, lower case) of up to kernels::kDigestLanes files, read side by side: several
// times as fast as one after the other. Nothing for a file that cannot be read.
std::vector<std::optional<std::string>> md5_of_files(std::span<const std::string> paths);

// The digests of files that are known before they are asked for, one by one and perhaps in several
// threads: files go together in groups, and the first that is asked for brings its group.
class FileDigests {
 public:
  // Groups are such that `threads` of them can be worked on at the same time.
  FileDigests(std::span<const std::string> paths, int threads);
  // Ends the work ahead.
  ~FileDigests();

  // Begins with the first groups in a thread of its own, before anybody asks.
  void work_ahead();

  // Of a file that need not be one of those; InputError when it cannot be read.
  std::string md5(const std::string& path);

 private:
  struct Group;
  std::vector<std::unique_ptr<Group>> groups_;
  std::map<std::string, std::pair<Group*, std::size_t>> places_;
  std::atomic<bool> stop_ = false;
  WorkAhead ahead_;
};

}  // namespace wyvern
