// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <fitsio.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "base/errors.h"
#include "fits/file.h"
#include "support/paths.h"

namespace wyvern::fits {

// A file made with CFITSIO alone; the names of its functions are those of its manual.
inline void make_file(const std::string& path, const std::function<void(fitsfile*, int&)>& fill) {
  int status = 0;
  fitsfile* file = nullptr;
  fits_create_diskfile(&file, path.c_str(), &status);
  fill(file, status);
  fits_close_file(file, &status);
  ASSERT_EQ(status, 0);
}

inline std::string bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline void put_bytes(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

// What an InputError says, or that there was none.
inline std::string message_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const InputError& error) {
    return error.what();
  }
  return "no InputError";
}

inline std::vector<std::filesystem::path> golden_headers(const std::string& folder = "") {
  std::vector<std::filesystem::path> files;
  const auto top = *testing::reference_data() / "golden" / "headers" / folder;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(top)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  return files;
}

inline const Plane& plane_of(const Hdu& hdu) {
  return std::get<Plane>(hdu.data);
}
inline const Table& table_of(const Hdu& hdu) {
  return std::get<Table>(hdu.data);
}

// A file of one float image of 5 x 4 pixels, 0, 1, 2, …, in an extension SCI,1.
inline void write_small_file(const std::string& path, const WriteOptions& options = {}) {
  Header primary;
  primary.set("OBJECT", "star");
  Header science;
  science.set("EXTNAME", "SCI");
  science.set("EXTVER", 1);
  Plane plane(PixelType::f32, {4, 5});
  float value = 0;
  for (float& pixel : plane.pixels<float>()) pixel = value++;
  write_file(path, {&primary, {OutputImage{&science, &plane}}}, options);
}

}  // namespace wyvern::fits
