// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "sources/cleaning.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numbers>
#include <unordered_set>
#include <utility>

namespace wyvern::sources {

namespace {

// What the comparison of two objects needs beside their moments.
struct Candidate {
  Footprint object;
  float flux = 0.0F;      // with that of absorbed objects
  double area = 0.0;      // pi a b
  double spread = 1.0;    // measured area over that of a Gaussian
  int floor = 0;          // first row that its photometry may need
  float faintest = 0.0F;  // how far the object's weakest counted pixel rises above the threshold
};

// Ratio of the area that an elliptical Gaussian would have between the detection level and half
// the way to the peak to the area it has: below 1 for objects that are more peaked.
double area_correction(const FlatSky& sky, const Footprint& object) {
  const auto value = sky.value.pixels<float>();
  float peak = value[object.pixels.front()];
  for (const auto at : object.pixels) peak = std::max(peak, value[at]);
  const float half_way = (sky.threshold + peak) / 2.0F;
  std::int64_t difference = 0;
  for (const auto at : object.pixels) {
    difference += (value[at] > half_way) - (value[at] > sky.threshold);
  }
  if (difference >= 0) difference = -1;
  double ratio = static_cast<double>(sky.threshold) / half_way;
  if (ratio >= 1.0) ratio = 0.99;
  const double area = 2.0 * std::numbers::pi * object.a * object.b;
  return std::min(1.0, static_cast<double>(difference) / (area * std::log(ratio)));
}

// How far the object's minimum_area-th brightest pixel rises above the threshold, as Source
// Extractor finds it: it keeps the brightest pixels in a heap, but never looks at the pixel that
// follows the first minimum_area ones, and goes on one place too far after each exchange, so that
// the root is often not the least. Which faint objects stay depends on it. A piece of a split
// object may be smaller than that: any wing swallows it.
float faintest_excess(const FlatSky& sky, const Footprint& object, int minimum_area) {
  const auto filtered = sky.filtered.pixels<float>();
  const auto size = static_cast<std::size_t>(minimum_area);
  const auto excess = [&](std::size_t i) { return filtered[object.pixels[i]] - sky.threshold; };
  if (object.pixels.size() < size) return 0.0F;
  if (object.pixels.size() == size) return excess(0);
  std::vector<float> heap(size);
  for (std::size_t i = 0; i < size; ++i) heap[i] = excess(i);
  std::sort(heap.begin(), heap.end());
  for (std::size_t i = size + 1; i < object.pixels.size(); ++i) {
    if (!(excess(i) > heap[0])) continue;
    heap[0] = excess(i);
    for (std::size_t parent = 0, child = 1; child < size; child = 2 * parent + 1) {
      if (child + 1 < size && heap[child] > heap[child + 1]) ++child;
      if (heap[parent] <= heap[child]) break;
      std::swap(heap[parent], heap[child]);
      parent = child + 1;
    }
  }
  return heap[0];
}

// First row that the object's photometry may need: 0 or less brings it to the front of the list.
int first_row_needed(const Footprint& object) {
  const double span =
      1.0 / std::sqrt(3.0 * (object.cyy - object.cxy * object.cxy / (4.0 * object.cxx)));
  const double height = object.ymax - object.ymin + 1.0;
  return object.ymin - static_cast<int>(2.0 * std::max(span, height) + 4.49999);
}

Candidate candidate(const FlatSky& sky, Footprint object, int minimum_area) {
  Candidate made;
  made.flux = object.filtered_flux;
  made.area = std::numbers::pi * object.a * object.b;
  made.spread = area_correction(sky, object);
  made.floor = first_row_needed(object);
  made.faintest = faintest_excess(sky, object, minimum_area);
  made.object = std::move(object);
  return made;
}

bool near(const Footprint& p, const Footprint& q) {
  const double reach = 10.0 * (p.a + q.a);
  const double dx = p.x - q.x, dy = p.y - q.y;
  return dx * dx + dy * dy < reach * reach;
}

bool outshines(const Candidate& bright, const Candidate& faint, float threshold) {
  const Footprint& shape = bright.object;
  const double dx = faint.object.x - shape.x, dy = faint.object.y - shape.y;
  const double amplitude = bright.flux / (2.0 * bright.area * bright.spread);
  const auto pixels = static_cast<double>(shape.pixels.size() + shape.absorbed.size());
  const double alpha = (amplitude / threshold - 1.0) * bright.area / pixels;
  const double fall =
      1.0 + alpha * (shape.cxx * dx * dx + shape.cyy * dy * dy + shape.cxy * dx * dy);
  return fall > 1.0 && amplitude / fall > faint.faintest;
}

// Last row of the 8-connected group of pixels above the threshold around a pixel.
int last_row_of_group(const FlatSky& sky, std::int32_t start) {
  const auto filtered = sky.filtered.pixels<float>();
  const auto nx = static_cast<std::int32_t>(sky.filtered.nx());
  const auto ny = static_cast<std::int32_t>(sky.filtered.ny());
  std::unordered_set<std::int32_t> seen{start};
  std::vector<std::int32_t> open{start};
  std::int32_t last = start / nx;
  while (!open.empty()) {
    const std::int32_t at = open.back(), x = at % nx, y = at / nx;
    open.pop_back();
    last = std::max(last, y);
    for (std::int32_t v = std::max(y - 1, 0); v <= std::min(y + 1, ny - 1); ++v) {
      for (std::int32_t u = std::max(x - 1, 0); u <= std::min(x + 1, nx - 1); ++u) {
        const std::int32_t next = v * nx + u;
        if (filtered[next] > sky.threshold && seen.insert(next).second) open.push_back(next);
      }
    }
  }
  return last;
}

// Only the flux and the pixels are taken over: never the centre or the shape. Photometry sees the
// pixels as sky, but for those in the row that the scan has just left, `row`: Source Extractor
// takes objects off its image when they leave the scan and puts back what is cleaned away, which
// comes too early for that row.
void absorb(Candidate& winner, const Candidate& loser, int row, std::int64_t nx) {
  winner.flux += loser.flux;
  Footprint& to = winner.object;
  const Footprint& from = loser.object;
  to.truncated |= from.truncated;
  to.absorbed.insert(to.absorbed.end(), from.pixels.begin(), from.pixels.end());
  to.absorbed.insert(to.absorbed.end(), from.absorbed.begin(), from.absorbed.end());
  std::copy_if(from.pixels.begin(), from.pixels.end(), std::back_inserter(to.released),
               [&](std::int32_t at) { return at / nx != row; });
  to.released.insert(to.released.end(), from.released.begin(), from.released.end());
}

// The last element takes the place of the one that leaves: that is what makes the order of rows.
void take_out(std::vector<Candidate>& list, std::size_t i) {
  if (i + 1 != list.size()) list[i] = std::move(list.back());
  list.pop_back();
}

void add(std::vector<Candidate>& list, Candidate added, const FlatSky& sky) {
  std::vector<std::size_t> victims;
  std::size_t winner = list.size();
  for (std::size_t i = 0; i < list.size() && winner == list.size(); ++i) {
    if (!near(list[i].object, added.object)) continue;
    if (added.flux < list[i].flux) {
      if (outshines(list[i], added, sky.threshold)) winner = i;
    } else if (outshines(added, list[i], sky.threshold)) {
      victims.push_back(i);
    }
  }
  const bool swallowed = winner != list.size();
  if (!swallowed && victims.empty()) {
    list.push_back(std::move(added));
    return;
  }
  const int row = last_row_of_group(sky, added.object.pixels.front());
  if (swallowed) {
    absorb(list[winner], added, row, sky.value.nx());
    return;
  }
  for (auto victim = victims.rbegin(); victim != victims.rend(); ++victim) {
    absorb(added, list[*victim], row, sky.value.nx());
    take_out(list, *victim);
  }
  list.push_back(std::move(added));
}

}  // namespace

std::vector<Footprint> clean_and_order(const FlatSky& sky, std::vector<Footprint> objects,
                                       int minimum_area) {
  const auto top = static_cast<int>(sky.value.ny()) - 1;
  // Groups that reach the last row are complete only after it: they come last in scan order.
  auto complete = objects.size();
  while (complete > 0 && last_row_of_group(sky, objects[complete - 1].pixels.front()) == top) {
    --complete;
  }
  std::vector<Candidate> list;
  const auto take = [&](std::size_t first, std::size_t end) {
    for (std::size_t i = first; i < end; ++i) {
      add(list, candidate(sky, std::move(objects[i]), minimum_area), sky);
    }
  };
  std::vector<Footprint> ordered;
  take(0, complete);
  for (std::size_t i = list.size(); i-- > 0;) {
    if (list[i].floor > 0) continue;
    ordered.push_back(std::move(list[i].object));
    take_out(list, i);
  }
  take(complete, objects.size());
  while (!list.empty()) {
    ordered.push_back(std::move(list.front().object));
    take_out(list, 0);
  }
  return ordered;
}

}  // namespace wyvern::sources
