// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <filesystem>

#include <fmt/format.h>

#include "base/errors.h"
#include "base/text.h"
#include "primitives/common.h"
#include "primitives/families.h"

// Naming, marking and writing of products. Reference: geminidr/core/primitives_calibdb.py,
// primitives_bookkeeping.py.

namespace wyvern {
namespace {

namespace fs = std::filesystem;

// What tells the kinds of processed calibrations apart.
struct Kind {
  std::string_view primitive, stamp, type, tag, observation_type, object;
};
constexpr Kind kDark{"storeProcessedDark", "PROCDARK", "processed_dark", "DARK", "DARK",
                     "Dark Frame"};
constexpr Kind kFlat{"storeProcessedFlat", "PROCFLAT", "processed_flat", "FLAT", "FLAT",
                     "Flat Frame"};
constexpr Kind kBpm{"storeBPM", "PROCBPM", "processed_bpm", "BPM", "BPM", "BPM"};

// Length of the run of "-XYZ" (upper-case letters) groups at the end of `text`.
std::size_t letters_tail(std::string_view text) {
  std::size_t end = text.size();
  while (true) {
    std::size_t begin = end;
    while (begin > 0 && text[begin - 1] >= 'A' && text[begin - 1] <= 'Z') --begin;
    if (begin == end || begin == 0 || text[begin - 1] != '-') return text.size() - end;
    end = begin - 1;
  }
}

// "GN-CAL20120102-3-001-STACK" -> "GN-CAL20120102-3-001": a label that starts with the observation
// ID and a number loses its last words.
std::string label_without_words(const std::string& label, const std::string& observation) {
  if (!label.starts_with(observation + "-")) return label;
  const std::size_t tail = letters_tail(label);
  return label.size() - tail > observation.size() ? label.substr(0, label.size() - tail) : label;
}

void update_label(AstroData& frame, const std::string& mode, const std::string& suffix) {
  const auto label = frame.phu.text("DATALAB");
  if (!label) return;
  const std::string base = label_without_words(*label, frame.phu.text("OBSID").value_or(""));
  set_keyword(
      frame.phu, "DATALAB",
      fmt::format("{}-{}{}", base, to_upper(mode), to_upper(replace_all(suffix, "_", "-"))));
}

// Headers of a generic calibration, for frames that the user declares to be one.
void make_anonymous(AstroData& frame, const Kind& kind) {
  const std::optional<DateTime> when = ut_datetime(frame);
  const Date date = when ? when->date : Date{};
  const std::string day = fmt::format("{:04d}{:02d}{:02d}", date.year, date.month, date.day);
  const std::string site = has_tag(frame, "SOUTH") ? "GS" : "GN";
  const std::string program = fmt::format("{}-CAL{}", site, day);
  const std::string stem = fs::path(frame.original_filename()).stem().string();
  const std::size_t digits = stem.find_last_not_of("0123456789");
  const auto number = parse_int(stem.substr(digits == std::string::npos ? 0 : digits + 1));
  set_keyword(frame.phu, "OBSCLASS", "partnerCal");
  set_keyword(frame.phu, "OBSTYPE", std::string(kind.observation_type));
  set_keyword(frame.phu, "OBJECT", std::string(kind.object));
  set_keyword(frame.phu, "GEMPRGID", program);
  set_keyword(frame.phu, "OBSID", program + "-900");
  set_keyword(frame.phu, "DATALAB", fmt::format("{}-900-{:03d}", program, number.value_or(1)));
  set_keyword(frame.phu, "RELEASE", to_string(date));
  for (const char* keyword : {"RA", "DEC", "CRVAL1", "CRVAL2"}) {
    if (frame.phu.has(keyword)) frame.phu.set(keyword, 0.0);
  }
  if (&kind == &kBpm) frame.phu.set("BPMASK", true);
  for (Extension& extension : frame.extensions) {
    if (extension.header.has("OBJECT")) {
      extension.header.set("OBJECT", std::string(kind.object));
    }
    if (extension.wcs) extension.wcs = extension.wcs->centred_at({0.0, 0.0});
  }
}

// The mode stands in the name of anything but an ordinary science-quality calibration.
std::string product_suffix(const AstroData& frame, const std::string& suffix,
                           const std::string& mode, const Context& context) {
  if (mode == "sq" && !context.uploads_calibrations) return suffix;
  const std::string word = "_" + mode;
  return contains(frame.filename(), word) ? suffix : word + suffix;
}

void mark_calibration(AstroData& frame, ListCall& call, const Kind& kind) {
  if (call.parameters.has("force") && call.parameters.flag("force")) make_anonymous(frame, kind);
  if (frame.phu.get("PROCMODE").is_none()) frame.phu.set("PROCMODE", call.context.mode);
  const std::string mode = frame.phu.text("PROCMODE").value_or(call.context.mode);
  const std::optional<std::string> suffix = call.parameters.optional_text("suffix");
  if (&kind == &kBpm) {
    if (suffix) rename(frame, suffix);
    if (!frame.phu.has("PROCBPM")) {
      mark_history(frame, call.context, kind.stamp, kind.primitive);
    }
    return;
  }
  rename(frame, product_suffix(frame, suffix.value_or(""), mode, call.context));
  update_label(frame, mode, suffix.value_or(""));
  mark_history(frame, call.context, kind.stamp, kind.primitive);
}

FrameList store_processed(FrameList frames, ListCall& call, const Kind& kind) {
  for (const Frame& frame : frames) mark_calibration(*frame, call, kind);
  return call.nested("storeCalibration", std::move(frames), {{"caltype", std::string(kind.type)}});
}

FrameList store_processed_dark(FrameList frames, ListCall& call) {
  return store_processed(std::move(frames), call, kDark);
}
FrameList store_processed_flat(FrameList frames, ListCall& call) {
  return store_processed(std::move(frames), call, kFlat);
}
FrameList store_bpm(FrameList frames, ListCall& call) {
  return store_processed(std::move(frames), call, kBpm);
}

// Tags that a calibration of a type must have beside PROCESSED.
std::string_view tag_of_type(std::string_view type) {
  constexpr std::pair<std::string_view, std::string_view> tags[] = {
      {"processed_arc", "ARC"},           {"processed_bias", "BIAS"},
      {"processed_dark", "DARK"},         {"processed_flat", "FLAT"},
      {"processed_fringe", "FRINGE"},     {"processed_bpm", "BPM"},
      {"processed_standard", "STANDARD"}, {"processed_slitillum", "SLITILLUM"}};
  for (const auto& [name, tag] : tags) {
    if (name == type) return tag;
  }
  return "";
}

FrameList store_calibration(FrameList frames, ListCall& call) {
  const std::string type = call.parameters.text("caltype");
  for (const Frame& frame : frames) {
    if (!has_tag(*frame, "PROCESSED") || !has_tag(*frame, tag_of_type(type))) {
      call.log.warning(
          fmt::format("File {} is not recognized as a {}. Not storing as a calibration.",
                      frame->filename(), type));
      continue;
    }
    // The row of this step is in the stored file too, so that it is the file that the user gets.
    if (call.record_history) call.record_history(*frame);
    const std::string folder = call.context.output_path("calibrations/" + type);
    std::error_code error;
    fs::create_directories(folder, error);
    if (error) throw OutputError(fmt::format("{}: cannot be created: {}", folder, error.message()));
    const std::string shown = fmt::format("calibrations/{}/{}", type, frame->filename());
    call.context.write(*frame, shown, true);
    call.context.calibrations->store(call.context.output_path(shown), type, call.log);
  }
  return frames;
}

FrameList store_processed_science(FrameList frames, ListCall& call) {
  const std::optional<std::string> suffix = call.parameters.optional_text("suffix");
  for (const Frame& frame : frames) {
    mark_history(*frame, call.context, "PROCSCI", "storeProcessedScience");
    if (suffix) rename(*frame, suffix);
    if (frame->phu.get("PROCMODE").is_none()) frame->phu.set("PROCMODE", call.context.mode);
    update_label(*frame, frame->phu.text("PROCMODE").value_or(call.context.mode),
                 suffix.value_or(""));
    if (call.record_history) call.record_history(*frame);
    call.context.write(*frame, frame->filename(), true);
  }
  return frames;
}

std::string output_name(AstroData& frame, const Parameters& p, std::size_t frames) {
  const std::string prefix = p.text("prefix"), suffix = p.text("suffix");
  if (!prefix.empty() || !suffix.empty()) {
    frame.update_filename(prefix, suffix, p.flag("strip"));
    return frame.filename();
  }
  const std::optional<std::string> name = p.optional_text("outfilename");
  if (!name) return frame.filename();
  if (frames > 1) {
    throw DataError(
        fmt::format("More than one file was requested to be written to the same name {}", *name));
  }
  return *name;
}

FrameList write_outputs(FrameList frames, ListCall& call) {
  for (const Frame& frame : frames) {
    const std::string name = output_name(*frame, call.parameters, frames.size());
    call.log.stdinfo("Writing to file " + name);
    call.context.write(*frame, name, call.parameters.flag("overwrite"));
    call.context.put_aside(*frame);
  }
  return frames;
}

Parameter forced(const char* what) {
  return boolean("force", false, fmt::format("Force input to be identified as a {}?", what));
}

}  // namespace

std::vector<Primitive> store_primitives() {
  const auto suffix = [](Value value) {
    return text("suffix", std::move(value), "Filename suffix");
  };
  Parameter type = choice("caltype", {}, "Type of calibration",
                          {{"processed_arc", "processed ARC"},
                           {"processed_bias", "procsessed BIAS"},
                           {"processed_dark", "processed DARK"},
                           {"processed_flat", "processed FLAT"},
                           {"processed_fringe", "processed fringe"},
                           {"processed_bpm", "processed bad pixel mask"},
                           {"processed_standard", "processed standard"},
                           {"processed_slitillum", "processed slitillum"}});
  const std::vector<InnerCall> stored = {{"storeCalibration", {"caltype"}}};
  return {
      {"storeProcessedDark",
       {suffix("_dark"), forced("dark")},
       nullptr,
       store_processed_dark,
       nullptr,
       stored},
      {"storeProcessedFlat",
       {suffix("_flat"), forced("flat")},
       nullptr,
       store_processed_flat,
       nullptr,
       stored},
      {"storeBPM", {suffix({}), forced("bpm")}, nullptr, store_bpm, nullptr, stored},
      {"storeCalibration", {type}, nullptr, store_calibration},
      {"storeProcessedScience", {suffix({})}, nullptr, store_processed_science},
      deferring({"writeOutputs",
                 {boolean("overwrite", true, "Overwrite exsting files?"),
                  text("outfilename", {}, "Output filename"),
                  text("prefix", "", "Prefix for output files"),
                  text("suffix", "", "Suffix for output files"),
                  boolean("strip", false, "Strip prefix/suffix from filenames?")},
                 nullptr,
                 write_outputs}),
  };
}

}  // namespace wyvern
