// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "recipes/runner.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <numeric>

#include <fmt/format.h>

#include "astrodata/provenance.h"
#include "base/frame_fault.h"
#include "base/memory_meter.h"

namespace wyvern {
namespace {

// When a step ran: the same for all frames, so that a stack shows it once.
struct Period {
  DateTime start, stop;
};

bool asked_for(const Context& context, const RecipeStep& step, const std::string& what) {
  bool asked = false;
  for (const auto& [key, value] : context.user_parameters) {
    if (key == step.primitive + ":" + what) asked = value == Value(true);
  }
  return asked;
}

// Says so when the recipe gives a parameter another value than the user, whose value is lost then.
void warn_of_enforced(const Context& context, const Primitive& primitive,
                      const Arguments& arguments, Journal& log) {
  if (arguments.empty()) return;
  const Parameters wanted = resolve(primitive, context.user_parameters, {});
  const auto set_by_user = [&](const std::string& name) {
    return std::any_of(context.user_parameters.begin(), context.user_parameters.end(),
                       [&](const UserParameter& given) {
                         return given.first == name || given.first == primitive.name + ":" + name;
                       });
  };
  for (const auto& [name, value] : arguments) {
    if (!set_by_user(name) || wanted[name] == value) continue;
    log.warning(fmt::format(
        "Parameter {}={} was set but will be ignored because the recipe enforces a different "
        "value (={})",
        name, str(wanted[name]),
        context.compat ? "{v}" : str(value)));  // a slip in DRAGONS' formatting
  }
}

bool contains(const FrameList& frames, const Frame& frame) {
  return std::find(frames.begin(), frames.end(), frame) != frames.end();
}

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

class Runner {
 public:
  Runner(const Recipe& recipe, Context& context, LogSink& sink, const RunObserver& observer)
      : recipe_(recipe), context_(context), sink_(sink), observer_(observer) {
    if (observer.step_ends) memory_.emplace();
  }

  void run() {
    for (std::size_t i = 0; i < recipe_.steps.size();) {
      context_.check_stop();
      const std::size_t end = end_of_group(i);
      if (end > i) {
        run_group(i, end);
        i = end;
      } else {
        run_alone(recipe_.steps[i]);
        ++i;
        if (takes_frames_as_they_come(i)) put_aside(recipe_.steps[i].instream);
      }
      if (context_.calibrations != nullptr) context_.calibrations->let_go();
    }
  }

 private:
  const Primitive& primitive_of(const RecipeStep& step) const {
    return context_.primitives->at(step.primitive);
  }

  // Frame-wise steps on the same stream that need nothing in between run as one group.
  bool can_join_group(const RecipeStep& step) const {
    return primitive_of(step).on_frame != nullptr && step.instream == step.outstream &&
           !asked_for(context_, step, "skip_primitive") &&
           !asked_for(context_, step, "write_outputs");
  }

  // Whether step `i` works on frame after frame, or on parts of deferred planes.
  bool takes_frames_as_they_come(std::size_t i) const {
    if (i >= recipe_.steps.size()) return false;
    const Primitive& primitive = primitive_of(recipe_.steps[i]);
    return primitive.on_frame != nullptr || primitive.takes_deferred;
  }

  std::size_t end_of_group(std::size_t first) const {
    std::size_t end = first;
    // DRAGONS takes all frames through one step before the next: what a failure leaves behind, and
    // when a wrong parameter is found, follows from that.
    if (context_.compat && can_join_group(recipe_.steps[first])) return first + 1;
    while (end < recipe_.steps.size() && can_join_group(recipe_.steps[end]) &&
           recipe_.steps[end].instream == recipe_.steps[first].instream) {
      ++end;
    }
    return end;
  }

  // --- a group of frame-wise steps --------------------------------------------------------------

  struct Group {
    std::vector<const Primitive*> primitives;
    std::vector<const RecipeStep*> steps;
    std::vector<Parameters> parameters;
    std::vector<SharedResults> shared, surveyed;    // surveyed: before the leader's
    std::vector<std::vector<Period>> periods;       // by step, then frame
    std::vector<std::vector<double>> seconds;       // likewise
    std::vector<std::optional<SetAside>> failures;  // by frame
    std::optional<std::size_t> leader;
    std::size_t (*choose_leader)(const FrameList& frames) = nullptr;
    bool deferring = true;     // all of them take deferred planes
    bool frames_wait = false;  // the next step does not need all of them at once
  };

  Group make_group(std::size_t first, std::size_t end, const FrameList& frames) const {
    Group group;
    for (std::size_t i = first; i < end; ++i) {
      const RecipeStep& step = recipe_.steps[i];
      const Primitive& primitive = primitive_of(step);
      group.primitives.push_back(&primitive);
      group.deferring = group.deferring && primitive.takes_deferred;
      group.steps.push_back(&step);
      group.parameters.push_back(resolve(primitive, context_.user_parameters, step.arguments));
      if (primitive.leader != nullptr && !frames.empty() && !group.leader) {
        group.choose_leader = primitive.leader;
        group.leader = primitive.leader(frames);
      }
    }
    group.frames_wait = takes_frames_as_they_come(end);
    group.shared.resize(end - first);
    for (std::size_t s = 0; s < group.primitives.size(); ++s) {
      const Primitive& primitive = *group.primitives[s];
      if (primitive.overview == nullptr) continue;
      primitive.overview(frames, group.parameters[s], context_, group.shared[s]);
    }
    group.surveyed = group.shared;
    group.periods.assign(end - first, std::vector<Period>(frames.size()));
    group.seconds.assign(end - first, std::vector<double>(frames.size(), 0.0));
    group.failures.resize(frames.size());
    return group;
  }

  // Whether the reduction can go on without the frame that this error came with.
  bool can_be_set_aside(ExitStatus status) const {
    return context_.quarantine != nullptr && Quarantine::takes(status);
  }

  // Runs work on a frame for a primitive. When it fails, that is noted in the journal, which must
  // have the primitive's block open, and false is returned; an error that is not the frame's goes
  // on.
  template <class Work>
  bool survives(Group& group, const AstroData& frame, std::size_t k, const Primitive& primitive,
                Journal& journal, const Work& work) {
    try {
      work();
      return true;
    } catch (const Error& error) {
      if (!can_be_set_aside(error.status())) throw;
      group.failures[k] = context_.quarantine->entry_for(frame, primitive.name, error);
      journal.warning(text_of(*group.failures[k]));
      return false;
    }
  }

  void run_frame(Group& group, const FrameList& frames, std::size_t k, Journal& journal) {
    AstroData& frame = *frames[k];
    if (!ready_frame(group, frame, k, journal)) return;
    for (std::size_t s = 0; s < group.primitives.size(); ++s) {
      context_.check_stop();
      const auto started = std::chrono::steady_clock::now();
      group.periods[s][k].start = context_.clock();
      const JournalBlock block(journal, group.primitives[s]->name);
      if (k == 0) {
        warn_of_enforced(context_, *group.primitives[s], group.steps[s]->arguments, journal);
      }
      FrameCall call(context_, *group.primitives[s], group.parameters[s], journal, k, frames.size(),
                     group.leader == k, group.shared[s]);
      const bool done = survives(group, frame, k, *group.primitives[s], journal,
                                 [&] { group.primitives[s]->on_frame(frame, call); });
      if (!done) return;
      group.periods[s][k].stop = context_.clock();
      group.seconds[s][k] = seconds_since(started);
    }
    if (group.frames_wait) context_.put_aside(frame);
  }

  bool ready_frame(Group& group, AstroData& frame, std::size_t k, Journal& journal) {
    Journal own;
    const bool ready = [&] {
      const JournalBlock block(own, group.primitives.front()->name);
      return survives(group, frame, k, *group.primitives.front(), own, [&] {
        if (group.deferring) {
          frame.defer_pixels();
        } else {
          frame.load_pixels();
        }
      });
    }();
    if (!ready) journal.append(std::move(own));
    return ready;
  }

  // The frame that goes first; another one when it has failed.
  void run_leader(Group& group, const FrameList& frames, std::vector<Journal>& journals) {
    while (group.leader) {
      run_frame(group, frames, *group.leader, journals[*group.leader]);
      if (!group.failures[*group.leader]) return;
      group.shared = group.surveyed;  // without what the leader has left
      std::vector<std::size_t> left;
      FrameList candidates;
      for (std::size_t k = 0; k < frames.size(); ++k) {
        if (group.failures[k]) continue;
        left.push_back(k);
        candidates.push_back(frames[k]);
      }
      group.leader.reset();
      if (!left.empty()) group.leader = left[group.choose_leader(candidates)];
    }
  }

  // Takes the frames that failed out of the group and of the stream.
  void leave_out_failed(Group& group, FrameList& frames, const std::string& stream) {
    std::vector<std::size_t> left;
    for (std::size_t k = 0; k < frames.size(); ++k) {
      if (group.failures[k]) {
        context_.quarantine->add(*group.failures[k]);
        for (auto& [name, others] : context_.streams) std::erase(others, frames[k]);
      } else {
        left.push_back(k);
      }
    }
    if (left.size() == frames.size()) return;
    const auto keep = [&](auto& list) {
      for (std::size_t i = 0; i < left.size(); ++i) {
        if (left[i] != i) list[i] = std::move(list[left[i]]);
      }
      list.resize(left.size());
    };
    keep(frames);
    for (std::vector<Period>& periods : group.periods) keep(periods);
    context_.streams[stream] = frames;
    if (frames.empty()) throw_none_left(context_.quarantine->frames());
  }

  void run_group(std::size_t first, std::size_t end) {
    FrameList frames = context_.streams[recipe_.steps[first].instream];
    for (std::size_t i = first; i < end; ++i) announce(recipe_.steps[i]);
    const auto started = begin();
    Group group = make_group(first, end, frames);
    std::vector<Journal> journals(frames.size());
    const auto write_log = [&] {
      Journal whole;
      for (std::size_t i = 0; frames.empty() && i < group.primitives.size(); ++i) {
        const JournalBlock block(whole, group.primitives[i]->name);
      }
      for (Journal& journal : journals) whole.merge(std::move(journal));
      whole.replay(sink_, 0);
    };
    forget_written(frames);
    try {
      std::atomic<std::size_t> done{0};
      const auto report = [&] {
        if (observer_.frames_done) observer_.frames_done(++done, frames.size());
      };
      run_leader(group, frames, journals);
      if (group.leader) report();
      context_.team->run(frames.size(), [&](std::size_t k) {
        if (group.leader == k || group.failures[k]) return;
        run_frame(group, frames, k, journals[k]);
        report();
      });
    } catch (...) {
      write_log();
      throw;
    }
    write_log();
    leave_out_failed(group, frames, recipe_.steps[first].instream);
    add_histories(group, frames);
    if (observer_.step_ends) report_costs(group, seconds_since(started));
  }

  // The wall time is shared out by what the threads spent on each step.
  void report_costs(const Group& group, double wall) const {
    std::vector<double> spent;
    for (const std::vector<double>& frames : group.seconds) {
      spent.push_back(std::accumulate(frames.begin(), frames.end(), 0.0));
    }
    const double all = std::accumulate(spent.begin(), spent.end(), 0.0);
    for (std::size_t s = 0; s < spent.size(); ++s) {
      const double share = all > 0.0 ? spent[s] / all : 1.0 / static_cast<double>(spent.size());
      observer_.step_ends(*group.steps[s], {wall * share, memory_->peak()});
    }
  }

  static void add_histories(const Group& group, const FrameList& frames) {
    if (frames.empty()) return;
    for (std::size_t s = 0; s < group.primitives.size(); ++s) {
      const std::vector<Period>& periods = group.periods[s];
      const auto by_start = [](const Period& a, const Period& b) { return a.start < b.start; };
      const auto by_stop = [](const Period& a, const Period& b) { return a.stop < b.stop; };
      const std::string start =
          iso_format(std::min_element(periods.begin(), periods.end(), by_start)->start);
      const std::string stop =
          iso_format(std::max_element(periods.begin(), periods.end(), by_stop)->stop);
      const std::string arguments = group.parameters[s].history_json();
      for (const Frame& frame : frames) {
        add_history(*frame, start, stop, group.primitives[s]->name, arguments);
      }
    }
  }

  void put_aside(const std::string& stream) {
    const FrameList& frames = context_.streams[stream];
    context_.team->run(frames.size(), [&](std::size_t k) { context_.put_aside(*frames[k]); });
  }

  // --- one step
  // -----------------------------------------------------------------------------------

  FrameList input_of(const RecipeStep& step) {
    FrameList frames = context_.streams[step.instream];
    if (step.instream == step.outstream) return frames;
    for (Frame& frame : frames) frame = std::make_shared<AstroData>(frame->clone());
    return frames;
  }

  void run_alone(const RecipeStep& step) {
    announce(step);
    const auto started = begin();
    if (asked_for(context_, step, "skip_primitive")) {
      skip(step);
    } else {
      run_step(step);
    }
    if (asked_for(context_, step, "write_outputs")) write_outputs(step);
    if (observer_.step_ends) observer_.step_ends(step, {seconds_since(started), memory_->peak()});
  }

  void skip(const RecipeStep& step) {
    Journal journal;
    {
      const JournalBlock block(journal, step.primitive);
      journal.stdinfo("Parameter skip_primitive has been set so " + step.primitive +
                      " will not be run");
      if (step.instream != step.outstream) {
        journal.warning(
            "The input and output streams differ so skipping this primitive may have "
            "unintended consequences");
      }
    }
    journal.replay(sink_, 0);
    context_.streams[step.outstream] = context_.streams[step.instream];
  }

  // Runs a step on `inputs`. False when one of them was set aside: it is to be run again without.
  bool run_list(const RecipeStep& step, const Primitive& primitive, const Parameters& parameters,
                FrameList& inputs, FrameList& outputs,
                const std::function<void(AstroData&)>& record) {
    forget_written(inputs);
    Journal journal;
    bool done = true;
    try {
      const JournalBlock block(journal, primitive.name);
      warn_of_enforced(context_, primitive, step.arguments, journal);
      try {
        outputs = run_primitive(context_, primitive, parameters, inputs, journal, record);
      } catch (const FrameFault& fault) {
        if (!can_be_set_aside(fault.status())) throw;
        if (!drop(fault, primitive.name, inputs, journal)) throw;
        done = false;
      }
    } catch (...) {
      journal.replay(sink_, 0);
      throw;
    }
    journal.replay(sink_, 0);
    if (!done && inputs.empty()) throw_none_left(context_.quarantine->frames());
    return done;
  }

  // Takes the frame of a fault out of the inputs and of all streams. False when it is none of them.
  bool drop(const FrameFault& fault, const std::string& primitive, FrameList& inputs,
            Journal& journal) {
    if (fault.path().empty()) return false;
    const auto is_it = [&](const Frame& frame) { return frame->opened_path() == fault.path(); };
    Frame dropped;
    const auto take_from = [&](FrameList& frames) {
      const auto found = std::find_if(frames.begin(), frames.end(), is_it);
      if (found == frames.end()) return;
      dropped = *found;
      std::erase_if(frames, is_it);
    };
    for (auto& [name, frames] : context_.streams) take_from(frames);
    take_from(inputs);
    if (!dropped) return false;
    context_.quarantine->add(context_.quarantine->entry_for(*dropped, primitive, fault));
    journal.warning(text_of(context_.quarantine->frames().back()));
    return true;
  }

  void run_step(const RecipeStep& step) {
    const Primitive& primitive = primitive_of(step);
    const Parameters parameters = resolve(primitive, context_.user_parameters, step.arguments);
    FrameList inputs = input_of(step);
    Period period{context_.clock(), {}};
    FrameList outputs;
    const auto record = [&](AstroData& frame) {
      if (period.stop == DateTime{}) period.stop = context_.clock();
      add_history(frame, iso_format(period.start), iso_format(period.stop), primitive.name,
                  parameters.history_json());
    };
    while (!run_list(step, primitive, parameters, inputs, outputs, record)) {
    }
    for (const Frame& frame : outputs) {
      if (!contains(inputs, frame)) inherit_provenance(*frame, inputs);
      const std::size_t rows = history_rows(*frame);
      record(*frame);
      if (history_rows(*frame) != rows) context_.written.erase(frame.get());
    }
    context_.streams[step.outstream] = std::move(outputs);
  }

  static std::size_t history_rows(const AstroData& frame) {
    const auto table = frame.tables.find("HISTORY");
    return table == frame.tables.end() ? 0 : table->second.rows();
  }

  static void inherit_provenance(AstroData& made, const FrameList& inputs) {
    const bool fresh = !made.tables.contains("HISTORY");
    for (const Frame& input : inputs) {
      copy_provenance(made, *input);
      if (fresh) copy_history(made, *input);
    }
  }

  void write_outputs(const RecipeStep& step) {
    const Primitive& writer = context_.primitives->at("writeOutputs");
    Journal journal;
    {
      const JournalBlock block(journal, writer.name);
      run_primitive(context_, writer, resolve(writer, context_.user_parameters, {}),
                    context_.streams[step.outstream], journal);
    }
    journal.replay(sink_, 0);
  }

  // A period of time and memory begins.
  std::chrono::steady_clock::time_point begin() {
    if (memory_) memory_->restart();
    return std::chrono::steady_clock::now();
  }

  void announce(const RecipeStep& step) const {
    if (observer_.step_starts) observer_.step_starts(step);
  }

  void forget_written(const FrameList& frames) {
    for (const Frame& frame : frames) context_.written.erase(frame.get());
  }

  const Recipe& recipe_;
  Context& context_;
  LogSink& sink_;
  const RunObserver& observer_;
  std::optional<MemoryMeter> memory_;  // only when somebody wants to know
};

}  // namespace

void run_recipe(const Recipe& recipe, Context& context, LogSink& sink,
                const RunObserver& observer) {
  check_runnable(recipe, *context.primitives);
  Runner(recipe, context, sink, observer).run();
}

}  // namespace wyvern
