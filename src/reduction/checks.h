// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

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
