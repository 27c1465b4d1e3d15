// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace wyvern {

// Lists of names by a name, in their order.
using NamedLists = std::vector<std::pair<std::string, std::vector<std::string>>>;

// What a Python pickle (protocol 2 to 4) of a dictionary of lists of texts holds, as DRAGONS keeps
// its frame lists. Only dictionaries, lists, tuples and texts are read: nothing that a pickle may
// ask to be called or imported is looked at. Nothing for anything else.
std::optional<NamedLists> read_pickled_lists(std::string_view bytes);

}  // namespace wyvern
