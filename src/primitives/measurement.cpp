// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "primitives/families.h"

// The primitives of mode qa that measure image quality, sky background and zero points. Their
// parameters can be looked at; reductions that need them are refused before any work. Reference:
// geminidr/core/primitives_qa.py, geminidr/core/primitives_register.py.

namespace wyvern {
namespace {

Primitive declared(std::string name, ParameterSet parameters) {
  Primitive primitive;
  primitive.name = std::move(name);
  primitive.parameters = std::move(parameters);
  primitive.missing = "it measures quality against catalogues, which is not part of this program";
  return primitive;
}

}  // namespace

std::vector<Primitive> measurement_primitives() {
  const Parameter each = boolean("separate_ext", false, "Supply measurement for each extension?");
  return {
      declared("measureIQ",
               {text("suffix", "_iqMeasured", "Filename suffix"),
                boolean("display", false, "Display image with sources marked?"), each}),
      declared("measureBG", {text("suffix", "_bgMeasured", "Filename suffix"), each}),
      declared("measureCC", {text("suffix", "_ccMeasured", "Filename suffix"), each}),
      declared("addReferenceCatalog",
               {text("suffix", "_refcatAdded", "Filename suffix"),
                real("radius", 0.033, "Search radius (degrees)", "[0.0,inf)"),
                text("source", "2mass", "Name of catalog to search"),
                text("format", {}, "Format of catalog (if user-supplied)")}),
      declared(
          "determineAstrometricSolution",
          {text("suffix", "_astrometryCorrected", "Filename suffix"),
           real("initial", 15.0, "Search radius for cross-correlation (arcseconds)", "[1,inf)"),
           real("final", 1.0, "Search radius for object matching (arcseconds)", "[0,inf)"),
           boolean("rotate", false, "Allow rotation for alignment?"),
           boolean("scale", false, "Allow magnification for alignment?")}),
  };
}

}  // namespace wyvern
