// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "primitives/primitive.h"
#include "reduction/plan.h"
#include "reduction/reduce.h"
#include "reduction/shared_calibrations.h"

// The checks before the work, one function each. They add to `problems`; nothing is thrown for what
// is wrong with the request.

namespace wyvern {

// Parameters given by the user, against the primitives of a class: names, and, unless `compat`,
// values. `primitive`: run alone, its own parameters then need no prefix. Texts are the
// reference's. Returned are the parameters as they apply.
std::vector<UserParameter> checked_parameters(const PrimitiveClass& primitives,
                                              const Recipe& recipe,
                                              std::vector<UserParameter> given,
                                              const std::optional<std::string>& primitive,
                                              bool compat, std::vector<Problem>& problems);

// One line for each parameter that will change nothing in the recipe, with the reason.
std::vector<std::string> idle_parameters(const PrimitiveClass& primitives, const Recipe& recipe,
                                         const std::vector<UserParameter>& given);

// Inputs must be of the first one's instrument and kind (dark, flat, image …) and, when raw, of its
// shape; other kinds may come in when the recipe selects them. Returned are the indices of those
// that are not.
std::set<std::size_t> check_together(const std::vector<PlannedInput>& inputs, const Recipe& recipe,
                                     std::vector<Problem>& problems);

// Whether the inputs have a majority that is alike, and which ones are not of it.
struct Majority {
  bool exists = false;
  std::map<std::size_t, std::string> unlike;  // by index: how it differs from the others
  std::vector<std::string> remarks;           // differences without a majority: for the log
};

// Inputs must be of one instrument and kind and, when raw, of one shape: those that differ from
// more than half of all are unlike; without such a majority nothing is. Then raw frames of a kind
// are compared in what must agree for it: darks in exposure time, co-adds and read mode, flats in
// camera and filter, and lamps on or off each in those of darks, images in all of these and, to one
// degree, in where they point. `frames` and `inputs` belong together.
Majority unlike_majority(const FrameList& frames, const std::vector<PlannedInput>& inputs,
                         const Recipe& recipe);

// The index of the first input of the instrument and kind of more than half of them, else 0.
std::size_t first_of_most(const std::vector<PlannedInput>& inputs);

// What keeps a raw frame of GNIRS from being prepared, naming the keyword; "" for nothing and for
// other frames. Headers only.
std::string header_fault(const AstroData& frame, const Tags& tags);

// What is odd in a raw frame's header but can be done without, naming the keyword.
std::vector<std::string> header_remarks(const AstroData& frame, const Tags& tags);

// Pairs (copy, original) of files that have the same bytes.
std::vector<std::pair<std::string, std::string>> copies_among(
    const FrameList& frames, const std::vector<std::string>& files);

// Whether a parameter names several calibrations, one for each input in order.
bool names_files_by_frame(const std::vector<UserParameter>& parameters);

// The kind of a frame in one word: what recipes are made for.
std::string kind_of(const Tags& tags);
bool is_raw(const Tags& tags);
// Kinds that the recipe picks from its inputs itself.
Tags selected_kinds(const Recipe& recipe);
// "columns x rows".
std::string shape_text(const std::vector<std::int64_t>& shape);

// Finds the calibrations for all inputs but the `odd` ones; all that are required and missing are
// one problem for each type.
std::vector<PlannedCalibration> planned_calibrations(
    const FrameList& frames, const PrimitiveClass& primitives,
    const std::vector<PlannedStep>& steps, const Context& context, const std::set<std::size_t>& odd,
    SharedCalibrations& calibrations, std::vector<Problem>& problems);

// The files that the recipe will write, and whether one of them is an input. A final product that
// would bear an input's name gets another one (free_name) and is no problem.
std::vector<std::string> planned_outputs(const FrameList& frames, const PrimitiveClass& primitives,
                                         const ReductionPlan& plan, const Context& context,
                                         const std::optional<std::string>& suffix,
                                         std::vector<Problem>& problems);

// The folder of the products can be written to, or made.
void check_output_folder(const std::string& folder, std::vector<Problem>& problems);

// "<name up to its first _><suffix>.fits".
std::string name_with_suffix(const std::string& name, const std::string& suffix);

// The name of a product that would otherwise bear that of an input: the recipe's name in place of
// its last suffix, with a number when that is an input too.
std::string free_name(const std::string& name, const std::string& original,
                      const std::string& recipe, const Context& context);

}  // namespace wyvern
