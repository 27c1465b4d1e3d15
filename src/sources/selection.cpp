// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "sources/selection.h"

#include <algorithm>
#include <cmath>
#include <string_view>

namespace wyvern::sources {
namespace {

class Row {
 public:
  Row(const fits::Table& catalogue, std::size_t row) : catalogue_(catalogue), row_(row) {}
  double operator()(std::string_view column) const { return catalogue_.number(column, row_); }

 private:
  const fits::Table& catalogue_;
  std::size_t row_;
};

bool all_unknown(const fits::Table& catalogue, std::string_view column) {
  for (std::size_t i = 0; i < catalogue.rows(); ++i) {
    if (catalogue.number(column, i) != -999.0) return false;
  }
  return true;
}

bool is_stellar(const Row& row, bool adaptive_optics) {
  if (!adaptive_optics) return row("CLASS_STAR") > 0.8;
  return std::abs(row("FWHM_IMAGE") / 1.08 - row("PROFILE_FWHM")) < 0.2 * row("FWHM_IMAGE");
}

bool is_good(const Row& row, bool adaptive_optics, bool know_area, bool know_flags) {
  const double signal_to_noise = adaptive_optics ? 25.0 : 50.0;
  if (!(row("PROFILE_FWHM") > 0.0) || !(row("ELLIPTICITY") > 0.0) || !(row("ELLIPTICITY") < 0.5) ||
      !(row("B_IMAGE") > 1.1) || !(row("FLUX_AUTO") > signal_to_noise * row("FLUXERR_AUTO")) ||
      !is_stellar(row, adaptive_optics) || !(row("PROFILE_EE50") > row("PROFILE_FWHM"))) {
    return false;
  }
  if (know_area && !(row("ISOAREA_IMAGE") > 20.0)) return false;
  if (!know_flags) return true;
  const bool saturated = (static_cast<int>(row("IMAFLAGS_ISO")) & 4) != 0;
  return row("NIMAFLAGS_ISO") <= (saturated ? 0.0 : 0.02 * row("ISOAREA_IMAGE"));
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t n = values.size();
  return n % 2 == 1 ? values[n / 2] : 0.5 * (values[n / 2 - 1] + values[n / 2]);
}

// One clip at two standard deviations about the median width.
void clip_widths(const fits::Table& catalogue, std::vector<std::size_t>& rows) {
  std::vector<double> widths;
  for (const std::size_t i : rows) widths.push_back(catalogue.number("PROFILE_FWHM", i));
  double mean = 0.0, squares = 0.0;
  for (const double w : widths) mean += w / static_cast<double>(widths.size());
  for (const double w : widths) squares += (w - mean) * (w - mean);
  const double limit = 2.0 * std::sqrt(squares / static_cast<double>(widths.size()));
  const double centre = median(widths);
  std::erase_if(rows, [&](std::size_t i) {
    return std::abs(catalogue.number("PROFILE_FWHM", i) - centre) > limit;
  });
}

}  // namespace

std::vector<std::size_t> point_sources(const fits::Table& catalogue, bool adaptive_optics) {
  const bool know_area = !all_unknown(catalogue, "ISOAREA_IMAGE");
  const bool know_flags = !all_unknown(catalogue, "NIMAFLAGS_ISO");
  std::vector<std::size_t> rows;
  for (std::size_t i = 0; i < catalogue.rows(); ++i) {
    if (is_good(Row(catalogue, i), adaptive_optics, know_area, know_flags)) rows.push_back(i);
  }
  if (rows.size() >= 3) clip_widths(catalogue, rows);
  return rows;
}

}  // namespace wyvern::sources
