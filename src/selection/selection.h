// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "instruments/descriptors.h"

namespace wyvern {

// A descriptor expression as dataselect takes it, the part of Python's expressions that descriptors
// need: and, or, not, brackets, comparisons (chained, in, is), + - * /, numbers, quoted text,
// lists, None, True, False, names of descriptors (NAME, NAME(), ad.NAME()) and `tags`. Comparisons
// mean what gempy.adlibrary.dataselect makes of them, wherever the descriptor stands: text beside
// ut_date, ut_time, local_time and ut_datetime is a date or time, and unless `strict`,
// exposure_time == within 1 %, central_wavelength == within 1e-5, filter_name, detector_name and
// disperser without component IDs. A descriptor with one value per extension equals what one of
// them equals. No code is ever run.
class Expression {
 public:
  // UsageError with the position when the text is not an expression; an unknown name is named with
  // similar descriptors.
  static Expression parse(std::string_view text, bool strict = false);
  Expression(Expression&&) noexcept;
  ~Expression();

  // Whether `ad` fulfils it. UsageError when the result is not a truth value; comparisons of None
  // with < and the like are false and noted in `warnings`.
  bool matches(const AstroData& ad, std::vector<std::string>& warnings) const;

 private:
  struct Node;
  explicit Expression(std::unique_ptr<Node> root);
  std::unique_ptr<Node> root_;
};

struct Selection {
  std::vector<std::string> tags, xtags;  // all of tags, none of xtags
  const Expression* expression = nullptr;
  // Find all headers of each file, to tell whether it can be opened. If not, tags are judged by the
  // primary header of a compressed file, without expanding the rest: a fifth of the work.
  bool whole_files = false;
};

// The files that are selected, in the order given. A file that cannot be opened is passed over and
// named in `warnings`, or in `bad_files` when that is given. Only headers are read.
std::vector<std::string> select_files(const std::vector<std::string>& files,
                                      const Selection& selection,
                                      std::vector<std::string>& warnings,
                                      std::vector<std::string>* bad_files = nullptr);

}  // namespace wyvern
