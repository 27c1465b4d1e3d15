// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "simulation/simulation.h"

#include <fmt/format.h>

#include <filesystem>
#include <mutex>

#include "base/errors.h"
#include "base/files.h"
#include "base/text.h"
#include "base/thread_team.h"
#include "fits/file.h"
#include "simulation/bad_inputs.h"
#include "simulation/night.h"

namespace wyvern::simulation {
namespace {

constexpr std::string_view kBad = "bad", kBasisOfBad = "small";

Preset preset_for(const Options& options) {
  auto preset = find_preset(options.preset == kBad ? kBasisOfBad : options.preset);
  if (!preset) {
    throw UsageError(fmt::format("no preset '{}'; choose one of {}", options.preset,
                                 join(preset_names(), ", ")));
  }
  const auto count = [](const std::optional<int>& asked, int usual, std::string_view what) {
    if (asked && *asked < 0) {
      throw UsageError(fmt::format("the number of {} is {}: it cannot be negative", what, *asked));
    }
    return asked.value_or(usual);
  };
  Counts& counts = preset->counts;
  counts = {count(options.science, counts.science, "science frames"),
            count(options.flats, counts.lamp_on, "flats"),
            count(options.flats, counts.lamp_off, "flats"),
            count(options.darks, counts.dark, "darks")};
  if (options.preset == kBad && (options.bz2 || counts.science == 0)) {
    throw UsageError(
        "the preset 'bad' is made from a science frame that is not compressed: ask for one");
  }
  return std::move(*preset);
}

std::filesystem::path make_folder(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) {
    throw OutputError(
        fmt::format("cannot make the folder {}: {}", folder.string(), error.message()));
  }
  return folder;
}

void write_frame(const RawFrame& frame, const std::string& path) {
  const fits::OutputFile file{&frame.primary, {fits::OutputImage{&frame.image, &frame.pixels}}};
  // Raw files of the observatory have no checksums.
  fits::write_file(path, file, {.overwrite = true, .checksums = false});
}

}  // namespace

std::vector<std::string> preset_names() {
  std::vector<std::string> names = night_presets();
  names.emplace_back(kBad);
  return names;
}

Result simulate_night(const std::string& folder, const Options& options,
                      const std::function<void(std::size_t, std::size_t)>& progress) {
  const Night night(preset_for(options), options.seed);
  const auto play = make_folder(std::filesystem::path(folder) / "playdata");
  const auto truth_folder = make_folder(std::filesystem::path(folder) / "truth");
  const std::vector<Shot>& shots = night.shots();
  Result result;
  for (const Shot& shot : shots) {
    result.frames.push_back(
        (play / (shot.name() + (options.bz2 ? ".fits.bz2" : ".fits"))).string());
  }
  std::vector<Truth> truths(shots.size());
  std::mutex told;
  std::size_t done = 0;
  ThreadTeam(options.threads).run(shots.size(), [&](std::size_t i) {
    RawFrame frame = night.expose(shots[i]);
    write_frame(frame, result.frames[i]);
    truths[i] = std::move(frame.truth);
    if (!progress) return;
    const std::lock_guard lock(told);
    progress(++done, shots.size());
  });
  if (options.preset == kBad) {
    result.spoiled =
        write_bad_inputs(night.expose(shots.front()), result.frames.front(), play, truth_folder);
  }
  result.truth = (truth_folder / "truth.json").string();
  write_file_atomically(result.truth, night.truth(std::move(truths)).dump(1) + "\n");
  return result;
}

}  // namespace wyvern::simulation
