// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "sources/class_star.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <iterator>
#include <numbers>

#include "base/errors.h"
#include "base/files.h"
#include "base/text.h"
#include "sources/detection.h"

namespace wyvern::sources {

namespace {

double logistic(double x) {
  return 1.0 / (1.0 + std::exp(-x));
}

// Areas in units of the squared seeing, the contrast, the seeing: what the network was trained on.
std::array<double, 10> network_inputs(const StarInputs& from, double seeing) {
  const double pixels = seeing / from.pixel_scale_arcsec;
  const auto relative = [&](double area) {
    const double ratio = area / (pixels * pixels);
    return std::log10(ratio > 0.0 ? ratio : 0.01);
  };
  std::array<double, 10> inputs{};
  inputs[0] = relative(from.areas[0]);
  inputs[1] = std::log10(from.peak_over_level > 0.0 ? from.peak_over_level : 0.1);
  for (std::size_t i = 1; i < from.areas.size(); ++i) inputs[i + 1] = relative(from.areas[i]);
  inputs[9] = std::log10(seeing);
  return inputs;
}

// The built-in rule. A star of profile (1 + r^2/w^2)^-3 (Moffat 1969) and the given seeing covers
// pi/4 ((p/l)^(1/3) - 1) / (2^(1/3) - 1) squared seeings above the level l. The logarithm of the
// measured over the expected area, summed over the eight levels, is 0 for a star and grows with an
// object's width; it becomes a class by a logistic curve that passes 0.5 at 1.35 times a star's
// area, where the network does. What is more compact than a star counts as one, as it does there:
// the seeing is a guess when the first classes are made.
double by_rule(const StarInputs& from, double seeing) {
  constexpr double middle = 0.3, softness = 0.08, power = 1.0 / 3.0;
  const double pixels = seeing / from.pixel_scale_arcsec;
  double measured = 0.0, expected = 0.0;
  for (std::size_t i = 0; i < from.areas.size(); ++i) {
    const double peak_over_here =
        std::pow(from.peak_over_level, 1.0 - static_cast<double>(i) / 8.0);
    measured += from.areas[i];
    expected += std::numbers::pi / 4.0 * pixels * pixels * (std::pow(peak_over_here, power) - 1.0) /
                (std::pow(2.0, power) - 1.0);
  }
  if (!(measured > 0.0) || !(expected > 0.0)) return 0.5;
  return logistic((middle - std::log(measured / expected)) / softness);
}

// The numbers of a weights file behind its title line; remarks begin with '#'.
std::vector<double> numbers_of(const std::string& path) {
  std::vector<double> numbers;
  const auto lines = split(read_text_file(path), '\n');
  if (lines.empty() || trim(lines.front()) != "NNW") {
    throw InputError(
        fmt::format("{}: not a star/galaxy network: the first line must be NNW.", path));
  }
  for (std::size_t i = 1; i < lines.size(); ++i) {
    for (const auto& word : split_blank(split(lines[i], '#').front())) {
      const auto number = parse_float(word);
      if (!number) {
        throw InputError(fmt::format("{}: line {}: '{}' is not a number.", path, i + 1, word));
      }
      numbers.push_back(*number);
    }
  }
  return numbers;
}

}  // namespace

StarClassifier StarClassifier::from_file(const std::string& path) {
  const std::vector<double> numbers = numbers_of(path);
  constexpr std::size_t expected = 4 + 10 + 10 + 10 * 11 + 11 + 2;
  if (numbers.size() != expected || numbers[0] != 3 || numbers[1] != 10 || numbers[2] != 10 ||
      numbers[3] != 1) {
    throw InputError(fmt::format(
        "{}: not a star/galaxy network of 10-10-1 units (expected {} numbers, found {}).", path,
        expected, numbers.size()));
  }
  auto next = numbers.begin() + 4;
  const auto take = [&next](std::array<double, 10>& to) {
    std::copy_n(next, to.size(), to.begin());
    next += 10;
  };
  StarClassifier made;
  Network& network = made.network_;
  take(network.input_bias);
  take(network.input_scale);
  for (std::size_t unit = 0; unit < 10; ++unit) {
    take(network.hidden_weight[unit]);
    network.hidden_bias[unit] = *next++;
  }
  take(network.output_weight);
  network.output_unit_bias = *next++;
  network.output_bias = *next++;
  network.output_scale = *next++;
  made.trained_ = true;
  return made;
}

double StarClassifier::by_network(const std::array<double, 10>& inputs) const {
  double sum = network_.output_unit_bias;
  for (std::size_t unit = 0; unit < 10; ++unit) {
    double activation = network_.hidden_bias[unit];
    for (std::size_t i = 0; i < 10; ++i) {
      activation += network_.hidden_weight[unit][i] *
                    (inputs[i] * network_.input_scale[i] + network_.input_bias[i]);
    }
    sum += network_.output_weight[unit] * logistic(activation);
  }
  return (logistic(sum) - network_.output_bias) / network_.output_scale;
}

double StarClassifier::operator()(const StarInputs& inputs, double seeing_arcsec) const {
  return trained_ ? by_network(network_inputs(inputs, seeing_arcsec))
                  : by_rule(inputs, seeing_arcsec);
}

std::string first_existing(const std::vector<std::string>& candidates) {
  std::error_code ignored;
  const auto found = std::find_if(candidates.begin(), candidates.end(), [&](const auto& path) {
    return std::filesystem::is_regular_file(path, ignored);
  });
  return found == candidates.end() ? std::string() : *found;
}

std::string class_star_network_file() {
  return first_existing(
      {"/usr/share/source-extractor/default.nnw", "/usr/share/sextractor/default.nnw"});
}

}  // namespace wyvern::sources
