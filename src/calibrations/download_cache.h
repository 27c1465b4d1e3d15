// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "calibrations/disk_file.h"

namespace wyvern::calibrations {

// Downloads that all reductions of a user share. A file lies in a folder named after the md5 of
// what the server delivers, FOLDER/ab/abcdef…/NAME; compressed ones are unpacked there. What the
// file's own md5 is stands beside it in `md5sum`, in the form that the program of that name checks.
// Safe for several processes at once.
class DownloadCache {
 public:
  explicit DownloadCache(std::string folder) : folder_(std::move(folder)) {}

  const std::string& folder() const { return folder_; }
  // The file when it is there and is what was downloaded.
  std::optional<std::string> find(const std::string& md5, const std::string& name);

  // Brings the bytes that are not there yet to the end of the file with the given path; says why
  // when that did not work.
  using Fetch = std::function<std::string(const std::string& path)>;
  struct Result {
    std::string path;     // "" when it did not work
    std::string problem;  // then why
  };
  // The file, fetched if it is not there. What came of a transfer that broke off is kept for the
  // next try; what has another digest than expected is thrown away. OutputError when the folder
  // cannot be written.
  Result get(const std::string& md5, const std::string& name, const Fetch& fetch);

  // Keeps and recalls answers of servers, for times without a network. `key`: any text.
  void keep_answer(const std::string& key, const std::string& answer) const;
  std::optional<std::string> recall_answer(const std::string& key) const;

 private:
  std::string place(const std::string& md5) const;
  Result fetched(const std::string& md5, const std::string& name, const Fetch& fetch);
  std::string settle(const std::string& partial, const std::string& md5, const std::string& name);

  std::string folder_;
  Digests digests_;
};

// The name of a file once it is unpacked: without ".bz2" and ".gz".
std::string unpacked_name(const std::string& name);

}  // namespace wyvern::calibrations
