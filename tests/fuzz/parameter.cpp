// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
//
// The value of -p NAME=VALUE for parameters of every type; what is taken is also written to
// HISTORY.
#include "fuzz/target.h"
#include "parameters/parameters.h"

namespace {

const wyvern::ParameterSet& parameters() {
  using namespace wyvern;
  static const ParameterSet set = {
      text("text", {}, "Text"),
      integer("integer", 3, "Integer", "[0,10]"),
      real("real", 2.5, "Real", "(0,inf)"),
      boolean("boolean", false, "Boolean"),
      choice("choice", "a", "Choice", {{"a", "first"}, {"b", "second"}}),
      text_list("texts", {}, "Texts"),
      real_list("reals", {}, "Reals"),
      text_or_real("text_or_real", "median", "Text or real"),
      checked(text("section", {}, "Section"), check_section),
      checked(text_or_real("replacement", {}, "Replacement"), check_replacement),
      frame("frame", {}, "Frame"),
      frame_list("frames", {}, "Frames")};
  return set;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const wyvern::Value value = wyvern::value_of_word(wyvern::fuzz::text_of(data, size));
  wyvern::Parameters taken(parameters());
  for (const wyvern::Parameter& parameter : parameters()) {
    wyvern::fuzz::errors_are_answers([&] { taken.set(parameter.name, value); });
  }
  wyvern::fuzz::require(!taken.history_json().empty(), "no text for HISTORY");
  return 0;
}
