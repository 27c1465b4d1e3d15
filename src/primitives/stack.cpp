// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "astrodata/arithmetic.h"
#include "astrodata/deferred_planes.h"
#include "base/errors.h"
#include "base/text.h"
#include "primitives/common.h"
#include "primitives/families.h"
#include "primitives/stacking.h"

// stackFrames and stackDarks. Reference: geminidr/core/primitives_stack.py,
// gempy/library/nddops.py.

namespace wyvern {
namespace {

void check_extensions(const FrameList& frames) {
  for (const Frame& frame : frames) {
    if (frame->extensions.size() != frames.front()->extensions.size()) {
      throw DataError(
          fmt::format("{} and {} have different numbers of extensions and cannot be "
                      "stacked",
                      frames.front()->filename(), frame->filename()));
    }
    for (std::size_t i = 0; i < frame->extensions.size(); ++i) {
      if (frame->extensions[i].data.shape() == frames.front()->extensions[i].data.shape()) continue;
      throw DataError(fmt::format("{} and {} have different image sizes and cannot be stacked",
                                  frames.front()->filename(), frame->filename()));
    }
  }
}

// Levels of all frames, in the order of the list.
std::vector<const std::vector<double>*> all_levels(const FrameList& frames, const Parameters& p,
                                                   const Context& context, const KnownLevels& known,
                                                   KnownLevels& measured) {
  std::vector<const std::vector<double>*> levels(frames.size());
  for (std::size_t k = 0; k < frames.size(); ++k) {
    const auto found = known.find(frames[k].get());
    if (found != known.end())
      levels[k] = &found->second;
    else
      measured[frames[k].get()];
  }
  const std::optional<Section> section = statistics_section(p);
  context.team->run(frames.size(), [&](std::size_t k) {
    if (levels[k] != nullptr) return;
    std::vector<double>& own = measured.at(frames[k].get());
    for (const Extension& extension : frames[k]->extensions) {
      own.push_back(stacking_level(extension, section));
    }
    levels[k] = &own;
  });
  return levels;
}

// Factors that bring all inputs of extension i to the level of the first, or offsets that do.
StackScaling scaling_of(const std::vector<const std::vector<double>*>& levels, std::size_t i,
                        bool scale, Journal& log) {
  StackScaling scaling;
  const double first = levels.empty() ? 0.0 : (*levels[0])[i];
  for (const std::vector<double>* level : levels) {
    const double own = (*level)[i];
    (scale ? scaling.scale : scaling.zero)
        .push_back(static_cast<float>(scale ? first / own : first - own));
  }
  const auto sound = [](float factor) { return std::isfinite(factor) && factor >= 0.0F; };
  if (scale && !std::all_of(scaling.scale.begin(), scaling.scale.end(), sound)) {
    log.warning("Some scale factors are negative, infinite or unknown. Not scaling.");
    scaling.scale.clear();
  }
  return scaling;
}

void log_scaling(const FrameList& frames, const StackScaling& scaling, std::size_t extension,
                 std::size_t extensions, Journal& log) {
  const std::vector<float>& values = scaling.scale.empty() ? scaling.zero : scaling.scale;
  std::string line =
      extensions == 1 ? "Combining images." : fmt::format("Combining extension {}.", extension + 1);
  if (!scaling.scale.empty()) line += " Applying scale factors.";
  if (!scaling.zero.empty()) line += " Applying offsets.";
  log.stdinfo(line);
  for (std::size_t k = 0; k < values.size(); ++k) {
    log.stdinfo(fmt::format("{:<40s}{:10.3f}", frames[k]->filename(), values[k]));
  }
}

std::set<double> distinct_gains(const FrameList& frames, std::size_t i) {
  std::set<double> gains;
  for (const Frame& frame : frames) {
    if (const auto own = gain(*frame, i)) gains.insert(*own);
  }
  return gains;
}

// Gain and read noise of the stack in its header, as the inputs' say.
void combine_detector_properties(const FrameList& frames, std::size_t i, fits::Header& header) {
  double inverse = 0.0, squares = 0.0;
  bool gains = true, noises = true;
  for (const Frame& frame : frames) {
    const auto g = gain(*frame, i), noise = read_noise(*frame, i);
    gains = gains && g.has_value();
    noises = noises && noise.has_value();
    if (g) inverse += 1.0 / *g;
    if (noise) squares += *noise * *noise;
  }
  const auto count = static_cast<double>(frames.size());
  if (gains && distinct_gains(frames, i).size() > 1) set_keyword(header, "GAIN", count / inverse);
  if (noises) set_keyword(header, "RDNOISE", std::sqrt(squares / count));
}

std::string label_suffix(const std::optional<std::string>& suffix) {
  if (!suffix || suffix->empty()) return "";
  std::string label = to_upper(*suffix);
  if (const std::size_t at = label.find('_'); at != std::string::npos) label[at] = '-';
  return label;
}

void write_stack_keywords(AstroData& stack, const FrameList& frames, const Parameters& p,
                          const Context& context) {
  double sum = 0.0;
  bool known = true;
  for (const Frame& frame : frames) {
    const auto mass = airmass(*frame);
    known = known && mass.has_value();
    sum += mass.value_or(0.0);
  }
  if (known) set_keyword(stack.phu, "AIRMASS", sum / static_cast<double>(frames.size()));
  const std::optional<std::string> suffix = p.optional_text("suffix");
  if (const auto label = stack.phu.text("DATALAB")) {
    set_keyword(stack.phu, "DATALAB", *label + label_suffix(suffix));
  }
  set_keyword(stack.phu, "NCOMBINE", static_cast<std::int64_t>(frames.size()));
  for (std::size_t k = 0; k < frames.size(); ++k) {
    stack.phu.set(fmt::format("IMCMB{:03d}", k + 1),
                  frames[k]->phu.text("ORIGNAME").value_or(frames[k]->filename()));
  }
  mark_history(stack, context, "STACKFRM", "stackFrames");
}

// An object with the headers of the first input and no planes yet.
Frame shell_of(const AstroData& first) {
  auto stack = std::make_shared<AstroData>();
  stack->phu = first.phu;
  stack->set_path(first.path());
  for (const Extension& extension : first.extensions) {
    Extension& made = stack->extensions.emplace_back();
    made.header = extension.header;
    made.wcs = extension.wcs;
    made.extver = extension.extver;
  }
  return stack;
}

struct Request {
  bool scale, zero;
  kernels::StackOptions options;
};

Request request_of(const FrameList& frames, const Parameters& p, const Context& context,
                   Journal& log) {
  Request request{p.flag("scale"), p.flag("zero"), stack_options(p)};
  const int count = static_cast<int>(frames.size());
  kernels::StackOptions& options = request.options;
  if (options.rejection == kernels::Rejection::minmax && options.nlow + options.nhigh >= count) {
    if (context.mode != "qa") {
      throw DataError(fmt::format("Only {} images but nlow={} and nhigh={}", count, options.nlow,
                                  options.nhigh));
    }
    log.warning("Trying to reject too many images. Setting nlow=nhigh=0.");
    options.nlow = options.nhigh = 0;
  }
  if (request.scale && request.zero) {
    log.warning("Both the scale and zero parameters are set. Setting scale=False.");
    request.scale = false;
  }
  if (options.rejection == kernels::Rejection::varclip) {
    for (const Frame& frame : frames) {
      for (const Extension& extension : frame->extensions) {
        if (!extension.variance.empty()) continue;
        log.warning(fmt::format(
            "Rejection method varclip has been chosen but {} has no variance. sigclip will be used "
            "instead.",
            frame->filename()));
        options.rejection = kernels::Rejection::sigclip;
        return request;
      }
    }
  }
  return request;
}

// Combines extension i into `stack` by tiles. The result has float32 data and variance (estimated
// when not all inputs have one), a mask when all inputs have one, REJMAP when asked for.
void combine_extension(const FrameList& frames, std::size_t i, const StackPlan& plan,
                       Extension& stack, ThreadTeam& team) {
  std::vector<const Extension*> extensions;
  for (const Frame& frame : frames) extensions.push_back(&frame->extensions[i]);
  const StackParts parts(extensions, plan.use_masks);
  const std::vector<std::int64_t>& shape = frames.front()->extensions[i].data.shape();
  stack.data = Plane(PixelType::f32, shape);
  stack.variance = Plane(PixelType::f32, shape);
  if (parts.have_masks()) stack.mask = Plane(PixelType::u16, shape);
  Plane map;
  if (plan.rejection_map) map = Plane(PixelType::i16, shape);
  const kernels::StackOutput target{
      stack.data.pixels<float>().data(), stack.variance.pixels<float>().data(),
      stack.mask.empty() ? nullptr : stack.mask.pixels<std::uint16_t>().data(),
      map.empty() ? nullptr : map.pixels<std::int16_t>().data()};
  team.run_tiles(static_cast<std::size_t>(stack.data.size()), parts.tile(),
                 [&](std::size_t first, std::size_t last) {
                   const StackParts::Part part(parts, first, last);
                   std::vector<kernels::StackInput> inputs = part.inputs();
                   plan.scaling[i].apply_to(inputs);
                   kernels::stack_pixels(inputs, first, last, plan.options, target);
                 });
  zero_negative_variance(stack.variance);
  if (!map.empty()) stack.attach("REJMAP", std::move(map));
}

FrameList stack_frames(FrameList frames, ListCall& call) {
  if (frames.size() < 2) {
    call.log.stdinfo(
        "No stacking will be performed, since at least two input AstroData objects are required "
        "for stackFrames");
    return frames;
  }
  return {stack_of(frames, call.parameters, call.context, call.log)};
}

FrameList stack_darks(FrameList frames, ListCall& call) {
  for (const Frame& frame : frames) {
    if (!has_tag(*frame, "DARK")) {
      throw InputError(fmt::format("Not all inputs have DARK tag: {} has not", frame->filename()));
    }
  }
  const auto time = [](const Frame& frame) { return exposure_time(*frame).value_or(-1.0); };
  for (const Frame& frame : frames) {
    if (std::abs(time(frame) - time(frames.front())) > 0.01) {
      throw InputError(fmt::format("Darks are not of equal exposure time: {} has {} s, {} has {} s",
                                   frames.front()->filename(), time(frames.front()),
                                   frame->filename(), time(frame)));
    }
  }
  return call.nested("stackFrames", std::move(frames), {{"zero", false}, {"scale", false}});
}

FrameList stack_flats(FrameList frames, ListCall& call) {
  return call.nested("stackFrames", std::move(frames), {{"zero", false}});
}

}  // namespace

std::optional<Section> statistics_section(const Parameters& p) {
  const std::optional<std::string> text = p.optional_text("statsec");
  if (!text || text->empty()) return std::nullopt;
  return parse_section(*text);
}

double stacking_level(const Extension& extension, const std::optional<Section>& section) {
  Extension planes;
  planes.data = extension.data.share();
  planes.mask = extension.mask.share();
  if (const Plane* objects = extension.plane("OBJMASK")) planes.attach("OBJMASK", objects->share());
  const auto level = level_of(loaded_planes(planes), 10, true, section);
  return level ? static_cast<float>(level->level) : std::nan("");
}

namespace {

std::string fate_text(kernels::PixelFate fate) {
  switch (fate) {
    case kernels::PixelFate::used:
      return "used";
    case kernels::PixelFate::rejected:
      return "rejected";
    case kernels::PixelFate::worse_mask:
      break;
  }
  return "left out for its DQ";
}

kernels::PixelTrace trace_of(const FrameList& frames, std::size_t i, const StackPlan& plan,
                             std::size_t pixel) {
  std::vector<const Extension*> extensions;
  for (const Frame& frame : frames) extensions.push_back(&frame->extensions[i]);
  const StackParts parts(extensions, plan.use_masks);
  const StackParts::Part part(parts, pixel, pixel + 1);
  std::vector<kernels::StackInput> inputs = part.inputs();
  plan.scaling[i].apply_to(inputs);
  return kernels::trace_pixel(inputs, pixel, plan.options);
}

// The history of the pixel that the parameter debug_pixel names.
void log_pixel(const FrameList& frames, const StackPlan& plan, std::size_t pixel, Journal& log) {
  for (std::size_t i = 0; i < plan.scaling.size(); ++i) {
    const Plane& first = frames.front()->extensions[i].data;
    if (pixel >= static_cast<std::size_t>(first.size())) {
      log.warning(fmt::format("debug_pixel={} is outside of the image, which has {} pixels", pixel,
                              first.size()));
      continue;
    }
    const auto nx = static_cast<std::size_t>(first.nx());
    const kernels::PixelTrace trace = trace_of(frames, i, plan, pixel);
    log.stdinfo(fmt::format("Debugging pixel {} of extension {}: x = {}, y = {} (from 0)", pixel,
                            i + 1, pixel % nx, pixel / nx));
    const auto row = [&](const std::string& name, float data, float variance, int mask,
                         const std::string& fate) {
      log.stdinfo(
          fmt::format("  {:<40s}{:14.6g}{:14.6g}{:7d}  {}", name, data, variance, mask, fate));
    };
    log.stdinfo(fmt::format("  {:<40s}{:>14}{:>14}{:>7}", "input", "data", "variance", "DQ"));
    for (std::size_t k = 0; k < frames.size(); ++k) {
      row(frames[k]->filename(), trace.data[k], trace.variance[k], trace.mask[k],
          fate_text(trace.fate[k]));
    }
    row("stack", trace.result, trace.result_variance, trace.result_mask, "");
  }
}

}  // namespace

StackPlan plan_stack(const FrameList& frames, const Parameters& p, const Context& context,
                     Journal& log, const KnownLevels& known) {
  check_extensions(frames);
  const Request request = request_of(frames, p, context, log);
  log.stdinfo(fmt::format("Combining {} inputs with {} and {} rejection", frames.size(),
                          p.text("operation"), p.text("reject_method")));
  KnownLevels measured;
  std::vector<const std::vector<double>*> levels;
  if (request.scale || request.zero) levels = all_levels(frames, p, context, known, measured);
  StackPlan plan{request.options, p.flag("apply_dq"), p.flag("save_rejection_map"), {}};
  const std::size_t extensions = frames.front()->extensions.size();
  for (std::size_t i = 0; i < extensions; ++i) {
    plan.scaling.push_back(scaling_of(levels, i, request.scale, log));
    log_scaling(frames, plan.scaling.back(), i, extensions, log);
    if (distinct_gains(frames, i).size() > 1) log.warning("Not all inputs have the same gain.");
  }
  if (const auto pixel = p.optional_integer("debug_pixel")) {
    log_pixel(frames, plan, static_cast<std::size_t>(*pixel), log);
  }
  log.stdinfo("");
  return plan;
}

Frame stack_of(const FrameList& frames, const Parameters& p, const Context& context, Journal& log,
               const KnownLevels& known) {
  const StackPlan plan = plan_stack(frames, p, context, log, known);
  Frame stack = shell_of(*frames.front());
  for (std::size_t i = 0; i < stack->extensions.size(); ++i) {
    Extension& extension = stack->extensions[i];
    combine_extension(frames, i, plan, extension, *context.team);
    combine_detector_properties(frames, i, extension.header);
  }
  write_stack_keywords(*stack, frames, p, context);
  stack->set_filename(frames.front()->phu.text("ORIGNAME").value_or(frames.front()->filename()));
  rename(*stack, p);
  return stack;
}

ParameterSet stacking_parameters() {
  Parameter section = text("statsec", {}, "Section for statistics");
  section.check = statsec_error;
  return {
      boolean("apply_dq", true, "Use DQ to mask bad pixels?"),
      section,
      choice("operation", "mean", "Averaging operation",
             {{"mean", "arithmetic mean"},
              {"wtmean", "variance-weighted mean"},
              {"median", "median"},
              {"lmedian", "low-median"}}),
      choice("reject_method", "sigclip", "Pixel rejection method",
             {{"none", "no rejection"},
              {"minmax", "reject highest and lowest pixels"},
              {"sigclip", "reject pixels based on scatter"},
              {"varclip", "reject pixels based on variance array"}}),
      real("hsigma", 3.0, "High rejection threshold (sigma)", "[0,inf)"),
      real("lsigma", 3.0, "Low rejection threshold (sigma)", "[0,inf)"),
      boolean("mclip", true, "Use median for sigma-clipping?"),
      or_none(integer("max_iters", {}, "Maximum number of clipping iterations", "[1,inf)")),
      integer("nlow", 0, "Number of low pixels to reject", "[0,inf)"),
      integer("nhigh", 0, "Number of high pixels to reject", "[0,inf)"),
      or_none(real("memory", 1.0, "Memory available for stacking (GB)", "[0.01,inf)")),
      or_none(integer("debug_pixel", {}, "Debugging pixel location", "[0,inf)")),
      boolean("save_rejection_map", false, "Save rejection map?"),
      boolean("separate_ext", true, "Handle extensions separately?"),
      boolean("scale", false, "Scale images to the same intensity?"),
      boolean("zero", false, "Apply additive offsets to images to match intensity?"),
  };
}

std::vector<Primitive> stack_primitives() {
  ParameterSet stacking = stacking_parameters();
  stacking.insert(stacking.begin(), text("suffix", "_stack", "Filename suffix"));
  return {
      deferring({"stackFrames", stacking, nullptr, stack_frames, nullptr, {}, {}, true}),
      deferring({"stackFlats",
                 with_defaults(stacking, {{"reject_method", "minmax"}, {"nlow", 1}, {"nhigh", 1}}),
                 nullptr,
                 stack_flats,
                 nullptr,
                 {{"stackFrames", {"zero"}}},
                 {},
                 true}),
      deferring({"stackDarks",
                 without(stacking, {"scale", "zero"}),
                 nullptr,
                 stack_darks,
                 nullptr,
                 {{"stackFrames", {"zero", "scale"}}},
                 {},
                 true}),
  };
}

}  // namespace wyvern
