// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "sources/matching.h"

#include <algorithm>
#include <cmath>

#include "sources/alignment.h"

namespace wyvern::sources {

NeighbourList::NeighbourList(std::span<const Point> points) {
  sorted_.reserve(points.size());
  for (std::size_t i = 0; i < points.size(); ++i) {
    // A position that is not a number is nobody's neighbour and would spoil the order.
    if (std::isfinite(points[i].x) && std::isfinite(points[i].y)) {
      sorted_.emplace_back(points[i], static_cast<int>(i));
    }
  }
  std::stable_sort(sorted_.begin(), sorted_.end(),
                   [](const auto& a, const auto& b) { return a.first.x < b.first.x; });
}

void NeighbourList::nearest(Point p, double radius, std::size_t count,
                            std::vector<Neighbour>& found) const {
  found.clear();
  auto at = std::lower_bound(sorted_.begin(), sorted_.end(), p.x - radius,
                             [](const auto& entry, double x) { return entry.first.x < x; });
  for (; at != sorted_.end() && at->first.x <= p.x + radius; ++at) {
    const double dx = p.x - at->first.x, dy = p.y - at->first.y;
    const double distance = std::sqrt(dx * dx + dy * dy);
    if (distance < radius) found.push_back({distance, at->second});
  }
  std::sort(found.begin(), found.end(), [](const Neighbour& a, const Neighbour& b) {
    return a.distance != b.distance ? a.distance < b.distance : a.index < b.index;
  });
  if (found.size() > count) found.resize(count);
}

std::vector<int> match_sources(std::span<const Point> in, std::span<const Point> ref,
                               double radius) {
  struct Pair {
    double distance;
    int in, ref;
  };
  // The reference's tree search looks at five neighbours of a source and no more.
  constexpr std::size_t neighbours = 5;
  const NeighbourList list(ref);
  std::vector<NeighbourList::Neighbour> found;
  std::vector<Pair> pairs;
  for (std::size_t i = 0; i < in.size(); ++i) {
    list.nearest(in[i], radius, neighbours, found);
    for (const auto& [distance, index] : found) {
      pairs.push_back({distance, static_cast<int>(i), index});
    }
  }
  std::stable_sort(pairs.begin(), pairs.end(),
                   [](const Pair& a, const Pair& b) { return a.distance < b.distance; });
  std::vector<int> matched(in.size(), -1);
  std::vector<bool> taken(ref.size(), false);
  for (const Pair& pair : pairs) {
    if (matched[pair.in] >= 0 || taken[pair.ref]) continue;
    matched[pair.in] = pair.ref;
    taken[pair.ref] = true;
  }
  return matched;
}

}  // namespace wyvern::sources
