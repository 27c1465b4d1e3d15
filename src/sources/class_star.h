// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <string>
#include <vector>

namespace wyvern::sources {

// What a star and a galaxy are told apart by.
struct StarInputs {
  std::array<double, 8> areas{};  // pixels above level * (peak/level)^(i/8)
  double peak_over_level = 1.0;
  double pixel_scale_arcsec = 1.0;
};

// Star/galaxy classifier: the neural network of Source Extractor (Bertin & Arnouts 1996, section 6)
// when its weights are at hand, else a rule of our own.
class StarClassifier {
 public:
  StarClassifier() = default;  // the built-in rule
  // Reads a weights file (*.nnw): ten inputs, ten hidden units, one output. InputError when it
  // cannot be read or is of another kind.
  static StarClassifier from_file(const std::string& path);

  // 1: star, 0: galaxy.
  double operator()(const StarInputs& inputs, double seeing_arcsec) const;

 private:
  struct Network {
    std::array<double, 10> input_bias{}, input_scale{};
    std::array<std::array<double, 10>, 10> hidden_weight{};
    std::array<double, 10> hidden_bias{}, output_weight{};
    double output_unit_bias = 0.0, output_bias = 0.0, output_scale = 1.0;
  };
  double by_network(const std::array<double, 10>& inputs) const;

  bool trained_ = false;
  Network network_;
};

// The first of `candidates` that is a file, or "".
std::string first_existing(const std::vector<std::string>& candidates);

}  // namespace wyvern::sources
