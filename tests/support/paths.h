// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>

namespace wyvern::testing {

// The folder with the reference's data: $WYVERN_SHARED, else `shared` beside the checkout.
// Nothing when it is not there; a test then ends with
// GTEST_SKIP() << "skipped: no reference data".
inline std::optional<std::filesystem::path> reference_data() {
  const char* named = std::getenv("WYVERN_SHARED");
  const std::filesystem::path folder =
      named != nullptr ? std::filesystem::path(named)
                       : std::filesystem::path(WYVERN_SOURCE_DIR).parent_path() / "shared";
  if (!std::filesystem::exists(folder / "golden")) return std::nullopt;
  return folder;
}

// A folder that lives as long as the object and starts empty.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "wyvern-test-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::string file(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

}  // namespace wyvern::testing
