// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <pybind11/pybind11.h>

#include <memory>
#include <string>
#include <vector>

#include "python/python_log.h"
#include "reduction/reduce.h"

namespace wyvern::python {

// RecipeError for an argument that a primitive does not have.
void check_arguments(const Primitive& primitive, const Arguments& arguments);

// Steps run one by one from Python: inside a reduction whose recipe is a Python function, or on
// frames in memory.
class Session {
 public:
  explicit Session(RecipeRun& run);
  // Of its own; `settings` as for a reduction, without files.
  Session(FrameList frames, const py::dict& settings, const py::list& user_primitives,
          const py::object& log);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // The reduction has ended: whoever still holds the session gets errors.
  void end() { run_ = nullptr; }
  void step(const std::string& primitive, const py::dict& arguments, const std::string& instream,
            const std::string& outstream);
  // Runs a primitive on given frames and gives what it made; streams stay as they are.
  FrameList run_on(const std::string& primitive, const py::dict& arguments, FrameList frames);
  FrameList stream(const std::string& name) const;
  void set_stream(const std::string& name, FrameList frames);
  std::vector<std::string> stream_names() const;
  std::vector<std::string> primitive_names() const;
  py::list parameters(const std::string& primitive) const;
  std::string mode() const { return live().context.mode; }
  void log(int level, const std::string& text);

 private:
  struct Own;
  RecipeRun& live() const;

  std::unique_ptr<Own> own_;
  RecipeRun* run_ = nullptr;
};

void bind_sessions(py::module_& module);

}  // namespace wyvern::python
