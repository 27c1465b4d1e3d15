// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
// Runs the three recipes of the tutorial step by step on the reference's small night and compares
// every plane after every primitive with what the reference made: digests of whole planes
// (golden/small/steps.json) and cut-out planes of two frames (golden/small/steps/).
//
//   parity [--markdown] [SHARED]
//
// Prints a row per primitive: how many planes are identical, the worst deviation of the others, and
// whether it is within the tolerance stated for the step. Exit status 1 when one is not.

#include <cmath>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/files.h"
#include "base/text.h"
#include "primitives/common.h"
#include "recipes/runner.h"
#include "support/paths.h"

namespace wyvern {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

// Calibrations given by type; no databases.
class GivenCalibrations : public CalibrationSource {
 public:
  void give(const std::string& type, const std::string& path) {
    files_[type] = {std::make_shared<const AstroData>(AstroData::open(path)), path, "given", ""};
  }
  std::optional<Calibration> find(const AstroData&, const std::string& type, Journal&) override {
    const auto found = files_.find(type);
    if (found == files_.end()) return std::nullopt;
    return found->second;
  }
  std::optional<Calibration> open(const std::string&, Journal&) override { return std::nullopt; }
  void let_go() override {}
  void store(const std::string&, const std::string&, Journal&) override {}

 private:
  std::map<std::string, Calibration> files_;
};

class Silence : public LogSink {
  void line(LogLevel, int, std::string_view) override {}
};

// The planes that are compared, by the name they have in the reference's files.
std::map<std::string, const Plane*> planes_of(const AstroData& frame) {
  const Extension& extension = frame.extensions.at(0);
  std::map<std::string, const Plane*> planes{{"SCI,1", &extension.data}};
  if (!extension.variance.empty()) planes["VAR,1"] = &extension.variance;
  if (!extension.mask.empty()) planes["DQ,1"] = &extension.mask;
  if (const Plane* objects = extension.plane("OBJMASK")) planes["OBJMASK,1"] = objects;
  return planes;
}

std::string digest(const Plane& plane) {
  return sha256_hex({plane.raw(), plane.bytes()});
}

// What a step is allowed to deviate; zero means identical bits.
struct Tolerance {
  double sci = 0.0;    // of sqrt(VAR)
  double var = 0.0;    // relative
  double flags = 0.0;  // fraction of pixels whose DQ differs
};

// Everything is bit-exact but for the variance behind the division by the flat, which the reference
// itself does not reproduce to the last bit between machines, pixels of blended sources that are
// given to one of them at random (OBJMASK), and what interpolation makes of the fitted shifts.
Tolerance tolerance_of(const std::string& recipe, const std::string& primitive) {
  constexpr double few_units_in_the_last_place = 5e-7;
  if (recipe != "sci") return {};
  for (const char* exact : {"prepare", "addDQ", "ADUToElectrons", "addVAR", "darkCorrect"}) {
    if (primitive == exact) return {};
  }
  for (const char* sky :
       {"flatCorrect", "applyDQPlane", "separateSky", "associateSky", "skyCorrect"}) {
    if (primitive == sky) return {0.0, few_units_in_the_last_place, 0.0};
  }
  for (const char* unmoved : {"detectSources", "adjustWCSToReference"}) {
    if (primitive == unmoved) return {0.0, few_units_in_the_last_place, 2e-5};
  }
  return {1e-5, 1e-6, 2e-5};
}

struct Row {
  std::string recipe, step;
  int planes = 0, identical = 0;
  double sci = 0.0, var = 0.0, flags = 0.0;
  double catalogue_px = 0.0, wcs_px = 0.0;
  std::vector<std::string> complaints;
};

double as_number(const Plane& plane, std::int64_t y, std::int64_t x) {
  return with_pixel_type(plane.type(), [&](auto pixel) {
    return static_cast<double>(plane.pixels<decltype(pixel)>()[y * plane.nx() + x]);
  });
}

// Compares a plane with the reference's cut-out.
void compare_cut(const std::string& name, const Plane& ours, const Plane& theirs,
                 const Plane* variance, std::int64_t x0, std::int64_t y0, Row& row) {
  std::int64_t different = 0;
  for (std::int64_t y = 0; y < theirs.ny(); ++y) {
    for (std::int64_t x = 0; x < theirs.nx(); ++x) {
      const double a = as_number(ours, y + y0, x + x0), b = as_number(theirs, y, x);
      if (a == b || (std::isnan(a) && std::isnan(b))) continue;
      if (name == "VAR,1") {
        row.var = std::max(row.var, std::abs(a / b - 1.0));
      } else if (name == "SCI,1") {
        const double sigma = variance == nullptr ? 1.0 : std::sqrt(as_number(*variance, y, x));
        row.sci = std::max(row.sci, std::abs(a - b) / std::max(sigma, 1e-30));
      } else {
        ++different;
      }
    }
  }
  row.flags =
      std::max(row.flags, static_cast<double>(different) / static_cast<double>(theirs.size()));
}

void compare_catalogue(const AstroData& ours, const AstroData& theirs, Row& row) {
  const fits::Table* a = ours.extensions[0].table("OBJCAT");
  const fits::Table* b = theirs.extensions[0].table("OBJCAT");
  if (b == nullptr) return;
  if (a == nullptr || a->rows() != b->rows()) {
    row.complaints.push_back(ours.filename() + ": another number of sources");
    return;
  }
  for (std::size_t i = 0; i < b->rows(); ++i) {
    for (const char* column : {"X_IMAGE", "Y_IMAGE"}) {
      row.catalogue_px =
          std::max(row.catalogue_px, std::abs(a->number(column, i) - b->number(column, i)));
    }
  }
}

// Largest distance in pixels between the two coordinate systems over the frame.
void compare_wcs(const AstroData& frame, const Json& expected, Row& row) {
  fits::Header header;
  for (const auto& [key, value] : expected.items()) header.set(key, value.get<double>());
  header.set("CTYPE1", "RA---TAN");
  header.set("CTYPE2", "DEC--TAN");
  const std::optional<Wcs> theirs = Wcs::from_header(header, 2);
  const std::optional<Wcs>& ours = frame.extensions[0].wcs;
  if (!theirs || !ours) {
    row.complaints.push_back(frame.filename() + ": no WCS");
    return;
  }
  const Plane& data = frame.extensions[0].data;
  for (const double x : {0.0, static_cast<double>(data.nx() - 1)}) {
    for (const double y : {0.0, static_cast<double>(data.ny() - 1)}) {
      const Point p = theirs->to_pixel(ours->to_sky({x, y}));
      row.wcs_px = std::max({row.wcs_px, std::abs(p.x - x), std::abs(p.y - y)});
    }
  }
}

void compare_frame(const AstroData& frame, const Json& expected, const fs::path& cut_file,
                   Row& row) {
  std::optional<AstroData> cut;
  if (fs::exists(cut_file)) cut = AstroData::open(cut_file.string());
  const auto theirs = cut ? planes_of(*cut) : std::map<std::string, const Plane*>{};
  const auto ours = planes_of(frame);
  for (const auto& [name, plane] : expected.items()) {
    if (!plane.contains("sha256_little_endian")) continue;
    ++row.planes;
    const auto found = ours.find(name);
    if (found == ours.end()) {
      row.complaints.push_back(frame.filename() + ": plane " + name + " is missing");
      continue;
    }
    const std::vector<std::int64_t> shape = plane.at("shape").get<std::vector<std::int64_t>>();
    if (found->second->shape() != shape) {
      row.complaints.push_back(frame.filename() + ": plane " + name + " has another shape");
      continue;
    }
    if (digest(*found->second) == plane.at("sha256_little_endian").get<std::string>()) {
      ++row.identical;
    } else if (cut && theirs.contains(name)) {
      const fits::Header& header = cut->extensions[0].header;
      compare_cut(name, *found->second, *theirs.at(name),
                  theirs.contains("VAR,1") ? theirs.at("VAR,1") : nullptr,
                  header.integer("CROPX0").value_or(0), header.integer("CROPY0").value_or(0), row);
    }
  }
  for (const auto& [name, plane] : ours) {
    if (!expected.contains(name)) {
      row.complaints.push_back(frame.filename() + ": plane " + name + " is not the reference's");
    }
  }
  if (expected.contains("wcs")) compare_wcs(frame, expected.at("wcs"), row);
  if (cut) compare_catalogue(frame, *cut, row);
}

void judge(Row& row, const Tolerance& allowed) {
  const auto check = [&](double value, double limit, const char* what) {
    if (value > limit) {
      row.complaints.push_back(std::string(what) + " beyond " + python_float(limit));
    }
  };
  check(row.sci, allowed.sci, "SCI");
  check(row.var, allowed.var, "VAR");
  check(row.flags, allowed.flags, "DQ");
  check(row.catalogue_px, 1e-4, "catalogue positions");
  check(row.wcs_px, 1e-3, "WCS");
  if (allowed.sci == 0.0 && allowed.var == 0.0 && row.identical != row.planes) {
    row.complaints.push_back("not identical");
  }
}

struct Run {
  std::string name;                // "dark", as in steps.json
  std::vector<std::string> files;  // raw frames
  std::map<std::string, std::string> calibrations;
};

std::vector<Row> follow(const Run& run, const fs::path& small, const Json& steps) {
  FrameList frames;
  for (const std::string& file : run.files) {
    frames.push_back(std::make_shared<AstroData>(AstroData::open(file)));
  }
  GivenCalibrations calibrations;
  for (const auto& [type, path] : run.calibrations) calibrations.give(type, path);
  const testing::TemporaryFolder folder;
  ThreadTeam team;
  Silence silence;
  Context context;
  context.compat = true;
  context.team = &team;
  context.calibrations = &calibrations;
  const Tags tags = tags_of(*frames.front());
  context.primitives = primitive_class_for(tags);
  context.output_folder = folder.path().string();
  context.streams["main"] = frames;
  frames.clear();
  const Recipe& recipe = *recipe_library_for(tags, "sq")->find("_default");

  std::vector<Row> rows;
  int number = 0;
  for (const RecipeStep& step : recipe.steps) {
    ++number;
    run_recipe({step.primitive, {step}}, context, silence);
    Row row{run.name, step.primitive};
    const std::string key =
        (number < 10 ? "0" : "") + std::to_string(number) + "_" + step.primitive;
    const Json& expected = steps.at(run.name).at(key);
    std::size_t compared = 0;
    for (const Frame& frame : context.streams["main"]) {
      frame->load_pixels();
      const auto found = expected.find(frame->filename());
      if (found == expected.end()) {
        row.complaints.push_back(frame->filename() + " is not a file of the reference");
        continue;
      }
      ++compared;
      compare_frame(*frame, *found, small / "steps" / run.name / key / (frame->filename() + ".gz"),
                    row);
    }
    if (compared != expected.size()) row.complaints.push_back("another number of frames");
    judge(row, tolerance_of(run.name, step.primitive));
    rows.push_back(std::move(row));
  }
  return rows;
}

std::vector<std::string> raw_files(const fs::path& small, std::string_view first,
                                   std::string_view last) {
  std::vector<std::string> files;
  for (const auto& entry : fs::directory_iterator(small / "raw")) {
    const std::string name = entry.path().filename().string();
    const std::string_view stem = std::string_view(name).substr(0, 14);
    if (stem >= first && stem <= last) files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string deviation(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2g", value);
  return text;
}

void print(const std::vector<Row>& rows, bool markdown) {
  const char* format = markdown ? "| %s | %s | %d of %d | %s | %s | %s | %s | %s | %s |\n"
                                : "%-5s %-24s %4d of %-4d %10s %10s %10s %10s %10s  %s\n";
  if (markdown) {
    std::printf(
        "| recipe | primitive | identical planes | SCI / sigma | VAR, relative | DQ, fraction "
        "| catalogue, px | WCS, px | |\n|---|---|---|---|---|---|---|---|---|\n");
  } else {
    std::printf("%-5s %-24s %12s %10s %10s %10s %10s %10s\n", "", "primitive", "identical",
                "SCI/sigma", "VAR rel", "DQ frac", "cat px", "WCS px");
  }
  for (const Row& row : rows) {
    std::printf(format, row.recipe.c_str(), row.step.c_str(), row.identical, row.planes,
                deviation(row.sci).c_str(), deviation(row.var).c_str(),
                deviation(row.flags).c_str(), deviation(row.catalogue_px).c_str(),
                deviation(row.wcs_px).c_str(),
                row.complaints.empty() ? "ok" : join(row.complaints, "; ").c_str());
  }
}

int compare_all(const fs::path& shared, bool markdown) {
  const fs::path small = shared / "golden" / "small";
  const Json steps = Json::parse(read_text_file((small / "steps.json").string()));
  const std::string products = (small / "products").string();
  const Run runs[] = {
      {"dark", raw_files(small, "N20120102S0538", "N20120102S0541"), {}},
      {"flat", raw_files(small, "N20120117S0019", "N20120117S0024"), {}},
      {"sci",
       raw_files(small, "N20120117S0014", "N20120117S0018"),
       {{"processed_dark", products + "/N20120102S0538_dark.fits.gz"},
        {"processed_flat", products + "/N20120117S0019_flat.fits.gz"}}},
  };
  std::vector<Row> rows;
  for (const Run& run : runs) {
    for (Row& row : follow(run, small, steps)) rows.push_back(std::move(row));
  }
  print(rows, markdown);
  int failed = 0;
  for (const Row& row : rows) failed += row.complaints.empty() ? 0 : 1;
  std::printf("%s%zu primitives, %d beyond their tolerance\n", markdown ? "\n" : "", rows.size(),
              failed);
  return failed == 0 ? 0 : 1;
}

}  // namespace
}  // namespace wyvern

int main(int argc, char** argv) {
  bool markdown = false;
  std::optional<std::filesystem::path> shared = wyvern::testing::reference_data();
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--markdown") == 0) {
      markdown = true;
    } else {
      shared = argv[i];
    }
  }
  if (!shared) {
    std::puts("skipped: no reference data");
    return 77;
  }
  try {
    return wyvern::compare_all(*shared, markdown);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "parity: %s\n", error.what());
    return 2;
  }
}
