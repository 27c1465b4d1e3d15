// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "base/journal.h"
#include "base/thread_team.h"
#include "primitives/common.h"
#include "primitives/primitive.h"

// Frames of GNIRS made in memory, and the surroundings that primitives need.
namespace wyvern::testing {

// --- planes -----------------------------------------------------------------------------------

template <class T>
Plane plane_of(std::int64_t ny, std::int64_t nx, const std::vector<T>& values) {
  Plane plane(pixel_type_of<T>, {ny, nx});
  std::copy_n(values.begin(), plane.size(), plane.pixels<T>().begin());
  return plane;
}
inline Plane floats(std::int64_t ny, std::int64_t nx, std::initializer_list<float> values) {
  return plane_of<float>(ny, nx, values);
}
inline Plane flags(std::int64_t ny, std::int64_t nx, std::initializer_list<std::uint16_t> values) {
  return plane_of<std::uint16_t>(ny, nx, values);
}

template <class T>
std::vector<T> pixels(const Plane& plane) {
  const std::span<const T> all = plane.pixels<T>();
  return {all.begin(), all.end()};
}
inline std::vector<float> data_of(const Frame& frame) {
  return pixels<float>(frame->extensions[0].data);
}
inline std::vector<float> variance_of(const Frame& frame) {
  return pixels<float>(frame->extensions[0].variance);
}
inline std::vector<std::uint16_t> mask_of(const Frame& frame) {
  return pixels<std::uint16_t>(frame->extensions[0].mask);
}

// --- frames -----------------------------------------------------------------------------------

// The primary header of an acquisition image in J: Bright Objects, Shallow (13.5 e/ADU, 30 e).
inline fits::Header gnirs_header() {
  const std::pair<const char*, Value> cards[] = {{"INSTRUME", "GNIRS"},
                                                 {"OBJECT", "Target"},
                                                 {"OBSTYPE", "OBJECT"},
                                                 {"OBSCLASS", "science"},
                                                 {"GEMPRGID", "GN-2012A-Q-1"},
                                                 {"OBSID", "GN-2012A-Q-1-10"},
                                                 {"OBSERVAT", "Gemini-North"},
                                                 {"TELESCOP", "Gemini-North"},
                                                 {"PWFS1_ST", "parked"},
                                                 {"PWFS2_ST", "guiding"},
                                                 {"OIWFS_ST", "parked"},
                                                 {"AOFOLD", "park-pos."},
                                                 {"TRKFRAME", "FK5"},
                                                 {"RA", 124.5},
                                                 {"DEC", 21.25},
                                                 {"FRAME", "FK5"},
                                                 {"DECTRACK", 0.0},
                                                 {"RATRACK", 0.0},
                                                 {"PA", 90.0},
                                                 {"AIRMASS", 1.2},
                                                 {"POFFSET", 0.0},
                                                 {"QOFFSET", 0.0},
                                                 {"XOFFSET", 0.0},
                                                 {"YOFFSET", 0.0},
                                                 {"INPORT", 3},
                                                 {"ARRAYID", "SN7638228.1"},
                                                 {"DETBIAS", -0.3},
                                                 {"LNRS", 1},
                                                 {"NDAVGS", 16},
                                                 {"COADDS", 1},
                                                 {"EXPTIME", 60.0},
                                                 {"FILTER1", "Open"},
                                                 {"FILTER2", "J_G0517"},
                                                 {"CAMERA", "ShortBlue_G5538"},
                                                 {"ACQMIR", "In"},
                                                 {"SLIT", "Acq_G5530"},
                                                 {"DECKER", "Acq_G5531"},
                                                 {"GRATING", "32/mmSB_G5533"},
                                                 {"PRISM", "MIR_G5537"},
                                                 {"DATE-OBS", "2012-01-17"},
                                                 {"UT", "05:00:00.0"},
                                                 {"CTYPE1", "RA---TAN"},
                                                 {"CTYPE2", "DEC--TAN"},
                                                 {"CRVAL1", 124.5},
                                                 {"CRVAL2", 21.25},
                                                 {"CRPIX1", 5.0},
                                                 {"CRPIX2", 4.0},
                                                 {"CD1_1", 0.0},
                                                 {"CD1_2", 4.2138888888888891e-5},
                                                 {"CD2_1", -4.2138888888888891e-5},
                                                 {"CD2_2", 0.0}};
  fits::Header header;
  for (const auto& [keyword, value] : cards) header.set(keyword, value);
  return header;
}

inline std::string two_digits(int number) {
  return (number < 10 ? "0" : "") + std::to_string(number);
}

// A raw frame in ADU: N20120117S00nn.fits, number nn of its observation, nn minutes past five.
inline Frame raw_frame(int number, Plane data) {
  auto frame = std::make_shared<AstroData>();
  frame->phu = gnirs_header();
  frame->set_path("N20120117S00" + two_digits(number) + ".fits");
  frame->phu.set("DATALAB", "GN-2012A-Q-1-10-0" + two_digits(number), "DHS data label");
  frame->phu.set("UT", "05:" + two_digits(number) + ":00.0");
  Extension& extension = frame->extensions.emplace_back();
  extension.data = std::move(data);
  extension.header.set("FRMNAME", "frm0");
  extension.wcs = Wcs::from_header(frame->phu, 0);
  return frame;
}

// A frame that has been prepared and converted to electrons.
inline Frame electrons(int number, Plane data, Plane variance = {}, Plane mask = {}) {
  Frame frame = raw_frame(number, std::move(data));
  frame->phu.set("PREPARE", "2026-01-01T00:00:00");
  frame->phu.set("ORIGNAME", frame->filename());
  Extension& extension = frame->extensions[0];
  extension.variance = std::move(variance);
  extension.mask = std::move(mask);
  const std::tuple<const char*, Value> cards[] = {{"BUNIT", "electron"},
                                                  {"GAIN", 1.0},
                                                  {"RDNOISE", 30.0},
                                                  {"SATLEVEL", 89991.0},
                                                  {"NONLINEA", 64273.5}};
  for (const auto& [keyword, value] : cards) extension.header.set(keyword, value);
  return frame;
}

inline void make_dark(const Frame& frame) {
  frame->phu.set("OBSTYPE", "DARK");
  frame->phu.set("OBJECT", "Dark");
}
inline void make_flat(const Frame& frame, bool lamp_on) {
  frame->phu.set("OBSTYPE", "FLAT");
  frame->phu.set("OBJECT", "GCALflat");
  frame->phu.set("GCALLAMP", "QH");
  frame->phu.set("GCALSHUT", lamp_on ? "OPEN" : "CLOSED");
}

inline std::vector<std::string> names_of(const FrameList& frames) {
  std::vector<std::string> names;
  for (const Frame& frame : frames) names.push_back(frame->filename());
  return names;
}

// --- surroundings -----------------------------------------------------------------------------

// Calibrations by type and files by name, all in memory; what is stored is noted.
class MemoryCalibrations : public CalibrationSource {
 public:
  std::optional<Calibration> find(const AstroData&, const std::string& type, Journal&) override {
    const auto found = by_type.find(type);
    return found == by_type.end() ? std::nullopt : std::optional(found->second);
  }
  std::optional<Calibration> open(const std::string& path, Journal& log) override {
    const auto found = files.find(path);
    if (found != files.end()) return found->second;
    log.warning("Cannot open file " + path);
    return std::nullopt;
  }
  void let_go() override {}
  void store(const std::string& path, const std::string& type, Journal&) override {
    stored.emplace_back(path, type);
  }

  std::map<std::string, Calibration> by_type, files;
  std::vector<std::pair<std::string, std::string>> stored;
};

// Runs primitives of GNIRS imaging on frames in memory, at a fixed time.
class Bench {
 public:
  explicit Bench(int threads = 2) : team(threads) {
    context.team = &team;
    context.calibrations = &calibrations;
    context.primitives = primitive_class_for({"GEMINI", "GNIRS", "IMAGE"});
    context.clock = [] { return DateTime{{2026, 1, 2}, {3, 4, 5, 0}}; };
  }

  FrameList run(std::string_view name, FrameList frames, const Arguments& arguments = {}) {
    const Primitive& primitive = context.primitives->at(name);
    frames =
        run_primitive(context, primitive, resolve(primitive, context.user_parameters, arguments),
                      std::move(frames), log);
    for (const Frame& frame : frames) frame->load_pixels();
    return frames;
  }

  std::vector<std::string> said() const { return log.messages(LogLevel::stdinfo); }
  std::vector<std::string> warnings() const { return log.messages(LogLevel::warning); }
  bool has_said(const std::string& line) const {
    const std::vector<std::string> all = said();
    return std::find(all.begin(), all.end(), line) != all.end();
  }

  ThreadTeam team;
  MemoryCalibrations calibrations;
  Context context;
  Journal log;
};

inline constexpr const char* kBenchTime = "2026-01-02T03:04:05";

}  // namespace wyvern::testing
