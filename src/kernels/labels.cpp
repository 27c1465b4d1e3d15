// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cstddef>

#include "kernels/label_runs.h"
#include "kernels/morphology.h"

namespace wyvern::kernels {
namespace {

// Disjoint sets of run numbers. The smallest number of a set is its root, so that roots come in the
// order of the regions' first pixels.
class RunSets {
 public:
  void add() { parent_.push_back(static_cast<std::int32_t>(parent_.size())); }
  std::int32_t root(std::int32_t run) {
    while (parent_[run] != run) {
      parent_[run] = parent_[parent_[run]];
      run = parent_[run];
    }
    return run;
  }
  void unite(std::int32_t a, std::int32_t b) {
    a = root(a);
    b = root(b);
    parent_[std::max(a, b)] = std::min(a, b);
  }

 private:
  std::vector<std::int32_t> parent_;
};

void append_runs(const std::uint8_t* pixels, std::int64_t row, std::int64_t nx,
                 std::vector<Run>& runs) {
  for (std::int64_t x = 0; x < nx;) {
    if (pixels[x] == 0) {
      ++x;
      continue;
    }
    const std::int64_t first = x;
    while (x < nx && pixels[x] != 0) ++x;
    runs.push_back({row, first, x, 0});
  }
}

// Joins the runs of one row, numbers [below_end, end), with those of the row before that overlap.
void join_rows(const std::vector<Run>& runs, std::size_t below, std::size_t below_end,
               RunSets& sets) {
  for (std::size_t run = below_end; run < runs.size(); ++run) {
    while (below < below_end && runs[below].end <= runs[run].first) ++below;
    for (std::size_t k = below; k < below_end && runs[k].first < runs[run].end; ++k) {
      sets.unite(static_cast<std::int32_t>(k), static_cast<std::int32_t>(run));
    }
  }
}

}  // namespace

RegionRuns region_runs(std::span<const std::uint8_t> image, std::int64_t ny, std::int64_t nx) {
  RegionRuns regions;
  std::vector<Run>& runs = regions.runs;
  RunSets sets;
  std::size_t below = 0;
  for (std::int64_t y = 0; y < ny; ++y) {
    const std::size_t below_end = runs.size();
    append_runs(image.data() + y * nx, y, nx, runs);
    for (std::size_t k = below_end; k < runs.size(); ++k) sets.add();
    join_rows(runs, below, below_end, sets);
    below = below_end;
  }
  for (std::size_t k = 0; k < runs.size(); ++k) {
    const auto root = static_cast<std::size_t>(sets.root(static_cast<std::int32_t>(k)));
    if (root == k) {
      runs[k].region = static_cast<std::int32_t>(regions.size.size());
      regions.size.push_back(0);
    } else {
      runs[k].region = runs[root].region;
    }
    regions.size[runs[k].region] += runs[k].pixels();
  }
  return regions;
}

Labels label_regions(std::span<const std::uint8_t> image, std::int64_t ny, std::int64_t nx) {
  RegionRuns regions = region_runs(image, ny, nx);
  Labels labels;
  labels.label.assign(static_cast<std::size_t>(ny * nx), 0);
  for (const Run& run : regions.runs) {
    std::fill_n(labels.label.begin() + run.row * nx + run.first, run.pixels(), run.region + 1);
  }
  labels.size = std::move(regions.size);
  return labels;
}

}  // namespace wyvern::kernels
