// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "sources/nelder_mead.h"

#include <algorithm>
#include <cmath>

namespace wyvern::sources {
namespace {

struct Vertex {
  std::vector<double> x;
  double value = 0.0;
};

class Simplex {
 public:
  Simplex(const std::function<double(std::span<const double>)>& f, std::span<const double> lower,
          std::span<const double> upper)
      : f_(f), lower_(lower), upper_(upper), limit_(200 * static_cast<int>(lower.size())) {}

  SimplexResult minimise(std::vector<double> start, const SimplexOptions& options) {
    build(std::move(start));
    int iterations = 1;
    for (; !exhausted_ && evaluations_ < limit_ && iterations < limit_; sort()) {
      if (converged(options)) break;
      step();
      if (!exhausted_) ++iterations;
    }
    return {vertices_.front().x, vertices_.front().value, iterations, evaluations_};
  }

 private:
  void clip(std::vector<double>& x) const {
    for (std::size_t k = 0; k < x.size(); ++k) x[k] = std::clamp(x[k], lower_[k], upper_[k]);
  }

  // The limit may be met in the middle of a step; the step is then given up where it stands.
  bool evaluate(Vertex& vertex) {
    if (evaluations_ >= limit_) {
      exhausted_ = true;
      return false;
    }
    ++evaluations_;
    vertex.value = f_(vertex.x);
    return true;
  }

  void sort() {
    std::stable_sort(vertices_.begin(), vertices_.end(),
                     [](const Vertex& a, const Vertex& b) { return a.value < b.value; });
  }

  void build(std::vector<double> start) {
    clip(start);
    vertices_.assign(start.size() + 1, Vertex{start});
    for (std::size_t k = 0; k < start.size(); ++k) {
      double& x = vertices_[k + 1].x[k];
      x = x != 0.0 ? 1.05 * x : 0.00025;
    }
    for (Vertex& vertex : vertices_) {
      clip(vertex.x);
      evaluate(vertex);
    }
    sort();
  }

  bool converged(const SimplexOptions& options) const {
    const Vertex& best = vertices_.front();
    for (const Vertex& vertex : vertices_) {
      if (std::abs(vertex.value - best.value) > options.value_tolerance) return false;
      for (std::size_t k = 0; k < best.x.size(); ++k) {
        if (std::abs(vertex.x[k] - best.x[k]) > options.x_tolerance) return false;
      }
    }
    return true;
  }

  // (1 + t) * centre of all but the worst - t * worst.
  Vertex along(double t) const {
    const std::size_t n = lower_.size();
    Vertex trial{std::vector<double>(n, 0.0)};
    for (std::size_t k = 0; k < n; ++k) {
      double centre = 0.0;
      for (std::size_t v = 0; v < n; ++v) centre += vertices_[v].x[k];
      centre /= static_cast<double>(n);
      trial.x[k] = (1.0 + t) * centre - t * vertices_.back().x[k];
    }
    clip(trial.x);
    return trial;
  }

  void shrink() {
    const std::vector<double> best = vertices_.front().x;
    for (std::size_t v = 1; v < vertices_.size(); ++v) {
      std::vector<double>& x = vertices_[v].x;
      for (std::size_t k = 0; k < x.size(); ++k) x[k] = best[k] + 0.5 * (x[k] - best[k]);
      clip(x);
      if (!evaluate(vertices_[v])) return;
    }
  }

  void step() {
    Vertex& worst = vertices_.back();
    Vertex reflected = along(1.0);
    if (!evaluate(reflected)) return;
    if (reflected.value < vertices_.front().value) {
      Vertex expanded = along(2.0);
      if (!evaluate(expanded)) return;
      worst = expanded.value < reflected.value ? expanded : reflected;
    } else if (reflected.value < vertices_[vertices_.size() - 2].value) {
      worst = reflected;
    } else {
      contract(reflected);
    }
  }

  void contract(const Vertex& reflected) {
    Vertex& worst = vertices_.back();
    const bool outside = reflected.value < worst.value;
    Vertex contracted = along(outside ? 0.5 : -0.5);
    if (!evaluate(contracted)) return;
    if (outside ? contracted.value <= reflected.value : contracted.value < worst.value) {
      worst = contracted;
    } else {
      shrink();
    }
  }

  const std::function<double(std::span<const double>)>& f_;
  std::span<const double> lower_, upper_;
  int limit_, evaluations_ = 0;
  bool exhausted_ = false;
  std::vector<Vertex> vertices_;
};

}  // namespace

SimplexResult minimise_simplex(const std::function<double(std::span<const double>)>& f,
                               std::vector<double> start, std::span<const double> lower,
                               std::span<const double> upper, const SimplexOptions& options) {
  return Simplex(f, lower, upper).minimise(std::move(start), options);
}

}  // namespace wyvern::sources
