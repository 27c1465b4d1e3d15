// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <span>
#include <utility>
#include <vector>

#include "wcs/wcs.h"

namespace wyvern::sources {

// Points that are looked up by place: a list sorted by x.
class NeighbourList {
 public:
  explicit NeighbourList(std::span<const Point> points);

  struct Neighbour {
    double distance = 0.0;  // px
    int index = 0;          // in the points given
  };
  // Up to `count` points nearer to p than `radius` (strictly), nearest first. `found` is emptied
  // first; it is the caller's so that a loop allocates once.
  void nearest(Point p, double radius, std::size_t count, std::vector<Neighbour>& found) const;

 private:
  std::vector<std::pair<Point, int>> sorted_;
};

}  // namespace wyvern::sources
