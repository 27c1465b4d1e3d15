// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "instruments/gemini/siblings.h"

#include "base/text.h"
#include "instruments/gemini/rules.h"
#include "instruments/tag_rules.h"

namespace wyvern::instruments::gemini {
namespace {

bool always(const Facts&) {
  return true;
}

constexpr TagRule bhros_tags[] = {
    {.name = "_type_spect", .applies = always, .add = {"SPECT"}},
};
constexpr TagRule nici_tags[] = {
    {.name = "_type_image", .applies = always, .add = {"IMAGE"}},
};
constexpr TagRule all_sky_tags[] = {
    {.name = "_type_site", .applies = always, .add = {"SOUTH"}},
};
// OBSMODE of T-ReCS ("chop-nod", …) says how it observed, not what.
constexpr TagRule trecs_tags[] = {
    {.name = "_type_mode",
     .applies = [](const Facts& f) { return contains(to_upper(f.text("GRATING")), "MIRROR"); },
     .add = {"IMAGE"}},
    {.name = "_type_mode", .applies = always, .add = {"SPECT"}},
};

constexpr Instrument with_tag(std::string_view tag, std::span<const TagRule> rules = {}) {
  return {.tag = tag, .class_name = "AstroDataGemini", .base = &instrument, .tag_rules = rules};
}

struct Sibling {
  std::string_view name;  // of INSTRUME
  bool exact;             // false: in any case
  Instrument instrument;
};

constexpr Sibling siblings[] = {
    {"BHROS", false, with_tag("BHROS", bhros_tags)},
    {"CIRPASS", true, with_tag("CIRPASS")},
    {"F2", false, with_tag("F2")},
    {"FLAM", false, with_tag("F2")},
    {"FLAMINGOS", false, with_tag("FLAMINGOS")},
    {"GHOST", false, with_tag("GHOST")},
    {"GMOS-N", false, with_tag("GMOS")},
    {"GMOS-S", false, with_tag("GMOS")},
    {"GPI", false, with_tag("GPI")},
    {"GRACES", false, with_tag("GRACES")},
    {"GSAOI", false, with_tag("GSAOI")},
    {"Hokupaa+QUIRC", true, with_tag("HOKUPAAQUIRC")},
    {"hrwfs", true, with_tag("HRWFS")},
    {"IGRINS", false, with_tag("IGRINS")},
    {"MICHELLE", false, with_tag("MICHELLE")},
    {"NICI", false, with_tag("NICI", nici_tags)},
    {"NIFS", false, with_tag("NIFS")},
    {"NIRI", false, with_tag("NIRI")},
    {"OSCIR", false, with_tag("OSCIR")},
    {"PHOENIX", false, with_tag("PHOENIX")},
    {"TEXES", true, with_tag("TEXES")},
    {"TRECS", false, with_tag("TRECS", trecs_tags)},
};

constexpr Instrument all_sky_alone{
    .tag = "GS_ALLSKYCAMERA", .class_name = "AstroData", .tag_rules = all_sky_tags};
constexpr Instrument all_sky_at_gemini = with_tag("GS_ALLSKYCAMERA", all_sky_tags);

}  // namespace

const Instrument* sibling(std::string_view name) {
  const std::string upper = to_upper(name);
  for (const Sibling& row : siblings) {
    if (row.name == (row.exact ? name : std::string_view(upper))) return &row.instrument;
  }
  return nullptr;
}

const Instrument& all_sky_camera(bool at_gemini) {
  return at_gemini ? all_sky_at_gemini : all_sky_alone;
}

}  // namespace wyvern::instruments::gemini
