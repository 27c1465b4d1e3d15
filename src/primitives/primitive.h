// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <any>
#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "astrodata/astrodata.h"
#include "astrodata/file_digests.h"
#include "astrodata/plane_budget.h"
#include "base/journal.h"
#include "base/thread_team.h"
#include "instruments/descriptors.h"
#include "parameters/parameters.h"
#include "primitives/quarantine.h"

namespace wyvern {

// A calibration that a primitive can use: the opened file, shared by all frames that need it.
struct Calibration {
  std::shared_ptr<const AstroData> frame;
  std::string path;    // "" for a frame made in memory
  std::string origin;  // "user_cals", a database; "" when named by a parameter
  std::string md5;     // of the file, "" without one
  // How well it fits when that is less than exactly ("wider", "other"), and what a dark is then to
  // be multiplied with (its variance with the square).
  std::string grade;
  double scale = 1.0;
};

// Where primitives get calibrations from and hand them to. Implemented by the reduction; safe to
// call from several threads.
class CalibrationSource {
 public:
  virtual ~CalibrationSource() = default;
  // The calibration of a type ("processed_dark") for a frame, or nothing; what is to be said about
  // the search goes to `log`.
  virtual std::optional<Calibration> find(const AstroData& frame, const std::string& type,
                                          Journal& log) = 0;
  // Why find() gives what it gives, in a few lines: the candidates and what they fail; "" when
  // there is nothing to tell.
  virtual std::string explain(const AstroData& /*frame*/, const std::string& /*type*/) {
    return "";
  }
  // A calibration named by a parameter; nothing, and a warning, when it cannot be opened.
  virtual std::optional<Calibration> open(const std::string& path, Journal& log) = 0;
  // No primitive is at work: files that are held open for the next frame may go.
  virtual void let_go() = 0;
  // Tells the databases about a new calibration file.
  virtual void store(const std::string& path, const std::string& type, Journal& log) = 0;
};

// A parameter as the user gave it: "operation" or "stackDarks:operation", and its value.
using UserParameter = std::pair<std::string, Value>;

class PrimitiveClass;

// The surroundings of one reduction. Nothing here is global: two reductions with different
// settings can run in one process.
struct Context {
  std::string mode = "sq";  // sq, ql or qa
  // Numbers of DRAGONS 3.2 also where it is known to be wrong (docs/parity.md lists them).
  bool compat = false;
  ThreadTeam* team = nullptr;
  CalibrationSource* calibrations = nullptr;
  const PrimitiveClass* primitives = nullptr;
  std::vector<UserParameter> user_parameters;  // in the order given: the later one wins
  std::function<DateTime()> clock = utc_now;
  std::string output_folder;  // "" for the working directory
  bool uploads_calibrations = false;
  PlaneBudget* planes = nullptr;             // nullptr: all planes stay in memory
  FileDigests* digests = nullptr;            // of the inputs; nullptr: each is worked out by itself
  std::map<std::string, FrameList> streams;  // "main" and those that primitives or recipes make

  // Files that must not be written over: the inputs, as canonical paths.
  std::set<std::string> protected_files;
  // Where a frame was last written, as long as it has not changed since.
  std::map<const AstroData*, std::string> written;
  // Told of every file that write() has written; may be empty.
  std::function<void(const std::string& path)> on_write;
  // Takes the frames that cannot be used, so that the others go on; nullptr: a frame's error ends
  // the reduction.
  Quarantine* quarantine = nullptr;
  // Set from outside (Ctrl-C): the reduction ends with Interrupted at the next frame or step.
  const std::atomic<bool>* stop = nullptr;

  // `name` in the folder of the products.
  std::string output_path(const std::string& name) const;
  // Writes a frame into the folder of the products, with what has been set aside in its HISTORY.
  // OutputError when that would replace an input.
  void write(AstroData& frame, const std::string& name, bool overwrite);
  // Lets a frame wait for its next step in as little memory as its masks and the budget allow; its
  // planes may be deferred then.
  void put_aside(AstroData& frame) const;
  // Interrupted when the user wants to stop.
  void check_stop() const;
};

using Arguments = std::vector<std::pair<std::string, Value>>;
// What the leader of a frame-wise call, or its overview, works out for all frames.
using SharedResults = std::map<std::string, std::any>;

class FrameCall;
class ListCall;
using FrameFunction = void (*)(AstroData& frame, FrameCall& call);
// A function object: the primitives that a program brings along carry data of their own.
using ListFunction = std::function<FrameList(FrameList frames, ListCall& call)>;

// A primitive that another one runs inside itself, and the parameters that it fixes for that. All
// others that both have are handed on, except the suffix.
struct InnerCall {
  std::string primitive;
  std::vector<std::string> fixed = {};
};

// The calibration that a primitive asks for: its type, the parameter that names a file instead and
// the keyword of frames that have been treated. The parameter do_cal, if there is one, says how
// much it is needed; without one the primitive does without.
struct CalibrationNeed {
  std::string type, parameter, stamp;
};

// A step that recipes are made of. It works either on one frame at a time (frames may then be run
// in parallel, several steps in a row) or on the whole list.
struct Primitive {
  std::string name;  // as users know it: "skyCorrect"
  ParameterSet parameters;
  FrameFunction on_frame = nullptr;
  ListFunction on_list = nullptr;
  // Frame-wise primitives that need something of one frame for all: which frame goes first, alone.
  std::size_t (*leader)(const FrameList& frames) = nullptr;
  // What is known without running it, for checks before the work.
  std::vector<InnerCall> calls = {};
  std::optional<CalibrationNeed> need = {};
  bool joins = false;  // makes one frame, named after the first, of several
  // A primitive that is known but cannot be run has neither function: why not.
  std::string missing = "";
  // It can work with planes that are deferred; for others the pixels are read before.
  bool takes_deferred = false;
  // Frame-wise primitives that compare frames: looks at the headers of all before the first one is
  // worked on and leaves what it finds in `shared`. Throws what ends the reduction.
  void (*overview)(const FrameList& frames, const Parameters& parameters, const Context& context,
                   SharedResults& shared) = nullptr;
};
// The same primitive, made known to take deferred planes.
Primitive deferring(Primitive primitive);

// The primitives of an instrument and kind of data; the most specific set whose tags fit is used.
class PrimitiveClass {
 public:
  PrimitiveClass(std::string name, Tags tags, std::vector<Primitive> primitives);
  const std::string& name() const { return name_; }
  const Tags& tags() const { return tags_; }
  const std::vector<Primitive>& primitives() const { return primitives_; }
  const Primitive* find(std::string_view name) const;  // nullptr when absent
  const Primitive& at(std::string_view name) const;    // RecipeError when absent
  // This class with further primitives; those of a name that it has take its place.
  PrimitiveClass with(std::vector<Primitive> more) const;

 private:
  std::string name_;
  Tags tags_;
  std::vector<Primitive> primitives_;
};

// The values a primitive is called with: its defaults, then the user's parameters in their order,
// then the arguments of the call.
Parameters resolve(const Primitive& primitive, const std::vector<UserParameter>& user,
                   const Arguments& arguments);

// One frame-wise primitive at work on one frame.
class FrameCall {
 public:
  FrameCall(const Context& context_, const Primitive& primitive_, Parameters parameters_,
            Journal& log_, std::size_t index_, std::size_t frames_, bool leading_,
            SharedResults& shared_)
      : context(context_),
        primitive(primitive_),
        parameters(std::move(parameters_)),
        log(log_),
        index(index_),
        frames(frames_),
        leading(leading_),
        shared(shared_) {}

  const Context& context;
  const Primitive& primitive;
  const Parameters parameters;
  Journal& log;
  const std::size_t index;   // of the frame in its list
  const std::size_t frames;  // in the list
  const bool leading;        // this is the frame that goes first
  SharedResults& shared;     // written by the overview and the leader only

  // Runs another frame-wise primitive on the frame, inside this one. It gets this call's
  // parameters that it also has, except the suffix, and `arguments`.
  void nested(std::string_view name, AstroData& frame, const Arguments& arguments = {});
};

// One list-wise primitive at work.
class ListCall {
 public:
  ListCall(Context& context_, const Primitive& primitive_, Parameters parameters_, Journal& log_)
      : context(context_), primitive(primitive_), parameters(std::move(parameters_)), log(log_) {}

  Context& context;
  const Primitive& primitive;
  const Parameters parameters;
  Journal& log;
  // Adds the HISTORY row of the recipe's step to a frame that is written before the step has
  // ended; empty when the primitive was not called by a recipe.
  std::function<void(AstroData&)> record_history;

  FrameList nested(std::string_view name, FrameList frames, const Arguments& arguments = {});
  // Calls work(i, journal) for each frame, in parallel; the journals are merged in frame order.
  void for_each(std::size_t count, const std::function<void(std::size_t, Journal&)>& work);
};

// Runs a primitive on a list with given parameters: frame-wise ones frame by frame, in parallel.
FrameList run_primitive(Context& context, const Primitive& primitive, const Parameters& parameters,
                        FrameList frames, Journal& log,
                        const std::function<void(AstroData&)>& record_history = {});

}  // namespace wyvern
