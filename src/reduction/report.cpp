// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "reduction/report.h"

#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "base/memory_meter.h"
#include "kernels/instruction_set.h"

namespace wyvern {
namespace {

using Json = nlohmann::ordered_json;

Json or_null(const std::string& text) {
  return text.empty() ? Json() : Json(text);
}

Json json_of(const Value& value) {
  return Json::parse(json(value), nullptr, false);
}

Json json_of(const PlannedInput& input) {
  return {{"file", input.file},
          {"instrument", input.instrument},
          {"tags", input.tags},
          {"shape", input.shape}};
}

Json json_of(const SetAside& frame) {
  return {{"file", frame.file}, {"primitive", or_null(frame.primitive)}, {"reason", frame.reason}};
}

Json json_of(const PlannedCalibration& planned) {
  return {{"input", planned.input},
          {"primitive", planned.primitive},
          {"type", planned.type},
          {"file", or_null(planned.file)},
          {"origin", or_null(planned.origin)},
          {"why", planned.why},
          {"days", planned.days ? Json(*planned.days) : Json()},
          {"candidates", planned.candidates},
          {"required", planned.required}};
}

// The steps of the plan with what those took that have been run.
Json steps_json(const ReductionPlan& plan, const ReductionRecord& record) {
  Json steps = Json::array();
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    const PlannedStep& planned = plan.steps[i];
    Json parameters = Json::object();
    for (const auto& [parameter, value] : planned.parameters.values()) {
      parameters[parameter->name] = json_of(value);
    }
    const bool done = i < record.steps.size();
    steps.push_back(
        {{"primitive", planned.step.primitive},
         {"call", call_text(planned.step)},
         {"skipped", planned.skipped},
         {"parameters", std::move(parameters)},
         {"seconds", done ? Json(record.steps[i].second.seconds) : Json()},
         {"peak_memory_bytes", done ? Json(record.steps[i].second.peak_memory) : Json()}});
  }
  return steps;
}

Json json_of(const ReductionOutput& output) {
  std::error_code error;
  const auto size = std::filesystem::file_size(output.file, error);
  const bool there = !error;
  return {{"file", output.file},
          {"final", output.final},
          {"bytes", there ? Json(size) : Json()},
          {"md5", there ? Json(md5_of_file(output.file)) : Json()}};
}

Json memory_json(const std::optional<MemoryPlan>& memory) {
  if (!memory) return {};
  return {{"peak_bytes", memory->peak},
          {"plane_limit_bytes", memory->limit},
          {"scratch_bytes", memory->scratch},
          {"scratch_folder", or_null(memory->scratch_folder)}};
}

template <class List>
Json list_json(const List& list) {
  Json out = Json::array();
  for (const auto& item : list) out.push_back(json_of(item));
  return out;
}

}  // namespace

std::string report_json(const Reduction* reduction, const ReportFrame& frame) {
  static const ReductionPlan no_plan;
  static const ReductionRecord no_record;
  static const std::vector<SetAside> none;
  const ReductionPlan& plan = reduction == nullptr ? no_plan : reduction->plan();
  const ReductionRecord& record = reduction == nullptr ? no_record : reduction->record();
  Json problems = Json::array();
  for (const Problem& problem : plan.problems) {
    problems.push_back({{"exit_status", static_cast<int>(problem.status)}, {"text", problem.text}});
  }
  const Json report = {
      {"schema", "wyvern.reduce-report"},
      {"version", 1},
      {"program", {{"name", frame.program}, {"version", frame.version}}},
      {"command_line", frame.command_line},
      {"started", iso_format(frame.started)},
      {"ended", iso_format(frame.ended)},
      {"seconds", frame.seconds},
      {"threads", record.threads},
      {"instruction_set", kernels::name_of(kernels::instruction_set())},
      {"peak_memory_bytes", peak_memory()},
      {"compat", frame.compat ? Json("3.2") : Json()},
      {"dry_run", frame.dry_run},
      {"exit_status", frame.exit_status},
      {"error", or_null(frame.error)},
      {"problems", problems},
      {"inputs", list_json(plan.inputs)},
      {"set_aside", list_json(reduction == nullptr ? none : reduction->set_aside())},
      {"recipe",
       {{"name", or_null(plan.recipe)},
        {"library", or_null(plan.library)},
        {"mode", or_null(plan.mode)},
        {"primitive_class", or_null(plan.primitive_class)},
        {"single_primitive", plan.single_primitive}}},
      {"steps", steps_json(plan, record)},
      {"calibrations", list_json(plan.calibrations)},
      {"expected_outputs", plan.outputs},
      {"memory", memory_json(plan.memory)},
      {"outputs", list_json(record.outputs)},
      {"crash_files", record.crash_files},
      {"warnings", record.warnings}};
  return report.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace wyvern
