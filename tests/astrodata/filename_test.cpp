// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "astrodata/astrodata.h"
#include "base/errors.h"
#include "base/text.h"
#include "support/paths.h"

namespace wyvern {
namespace {

using nlohmann::json;
using wyvern::testing::reference_data;

std::optional<std::string> text_of(const json& call, const char* key) {
  if (!call.contains(key) || call[key].is_null()) return std::nullopt;
  return call[key].get<std::string>();
}

// The reference splits X.fits.bz2 at its last dot; we take .fits.bz2 as one and write .fits.
std::string as_plain_name(const std::string& reference_result) {
  for (const std::string compressed : {".bz2", ".gz"}) {
    if (!reference_result.ends_with(compressed)) continue;
    std::string name = replace_all(reference_result, ".fits", "");
    return name.substr(0, name.size() - compressed.size()) + ".fits";
  }
  return reference_result;
}

TEST(Filename, RenamesAsTheReferenceDoes) {
  const auto data = reference_data();
  if (!data) GTEST_SKIP() << "skipped: no reference data";
  std::ifstream stream(*data / "golden/astrodata_io_expected.json");
  const json sequences = json::parse(stream)["update_filename"];
  int total = 0, same = 0, plain = 0;
  for (const json& sequence : sequences) {
    AstroData ad;
    ad.set_filename(sequence["filename"].get<std::string>());
    if (!sequence["orig_keyword"].is_null()) {
      ad.phu.set("ORIGNAME", sequence["orig_keyword"].get<std::string>());
    }
    for (std::size_t i = 0; i < sequence["calls"].size(); ++i) {
      const json& call = sequence["calls"][i];
      ad.update_filename(text_of(call, "prefix"), text_of(call, "suffix"),
                         call["strip"].get<bool>());
      const std::string reference = sequence["results"][i];
      EXPECT_EQ(ad.filename(), as_plain_name(reference)) << sequence["filename"] << " " << call;
      ++total;
      same += ad.filename() == reference ? 1 : 0;
      plain += ad.filename() != reference && ad.filename() == as_plain_name(reference) ? 1 : 0;
    }
    EXPECT_EQ(ad.phu.text("ORIGNAME"), sequence["orig_keyword_after"].get<std::string>());
  }
  std::cout << "renamings: " << same + plain << " of " << total << " (" << plain
            << " compressed names written as .fits on purpose)\n";
  EXPECT_EQ(sequences.size(), 16U);
  EXPECT_EQ(same + plain, total);
  EXPECT_EQ(plain, 3);
}

TEST(Filename, CompressedNamesHaveOneExtension) {
  EXPECT_EQ(updated_filename("N1.fits.bz2", "N1.fits.bz2", std::nullopt, "_dark", true),
            "N1_dark.fits");
  EXPECT_EQ(updated_filename("N1.fits.gz", "N1.fits.gz", std::nullopt, "_dark", false),
            "N1_dark.fits");
  EXPECT_EQ(updated_filename("N1_x.fits.fz", "N1.fits", std::nullopt, "_dark", true),
            "N1_dark.fits");
}

TEST(Filename, FolderStaysAndTheFirstNameIsRemembered) {
  AstroData ad;
  ad.set_path("raw/N1.fits");
  ad.update_filename(std::nullopt, "_dark", true);
  EXPECT_EQ(ad.path(), "raw/N1_dark.fits");
  EXPECT_EQ(ad.original_filename(), "N1.fits");
  EXPECT_EQ(ad.phu.text("ORIGNAME"), "N1.fits");
}

TEST(Filename, NameWithoutAPathIsInTheWorkingDirectory) {
  AstroData ad;
  EXPECT_EQ(ad.filename(), "");
  ad.set_filename("x.fits");
  EXPECT_EQ(ad.path(), (std::filesystem::current_path() / "x.fits").string());
}

TEST(Filename, ErrorsOfTheReference) {
  AstroData ad;
  EXPECT_THROW(ad.set_filename("/tmp/x.fits"), InputError);
  EXPECT_THROW(ad.update_filename(std::nullopt, "_x", true), InputError);
  ad.phu.set("ORIGNAME", "N7.fits");
  ad.update_filename(std::nullopt, "_x", true);
  EXPECT_EQ(ad.filename(), "N7_x.fits");
}

}  // namespace
}  // namespace wyvern
