// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace wyvern::simulation {

struct Options {
  std::string preset = "small";  // see preset_names()
  std::uint64_t seed = 20120117;
  std::optional<int> science, darks, flats;  // other counts than the preset's
  bool bz2 = false;
  int threads = 0;
};

struct Result {
  std::vector<std::string> frames;   // paths of the raw files, in order of exposure
  std::vector<std::string> spoiled;  // paths of the files with defects, of the preset "bad"
  std::string truth;                 // path of truth.json
};

std::vector<std::string> preset_names();

// Writes a raw GNIRS night: FOLDER/playdata/*.fits and FOLDER/truth/truth.json; the preset "bad"
// is the small one with spoiled files beside the frames (bad_inputs.h). The same options give the
// same bytes, for any number of threads. `progress` is told the frames done and in all. UsageError
// for impossible options, OutputError when the disk does not take the files.
Result simulate_night(const std::string& folder, const Options& options,
                      const std::function<void(std::size_t, std::size_t)>& progress = {});

}  // namespace wyvern::simulation
