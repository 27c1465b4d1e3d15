// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/instruction_set.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <stdexcept>

#include "base/errors.h"
#include "kernels/vector_functions.h"

namespace wyvern::kernels {

namespace baseline {
extern const VectorFunctions functions;
}
#if defined(WYVERN_X86_SETS)
namespace avx2 {
extern const VectorFunctions functions;
}
namespace avx512 {
extern const VectorFunctions functions;
}
#endif

namespace {

struct Entry {
  InstructionSet set;
  std::string_view name;
  const VectorFunctions* functions;  // nullptr: not in this build
};

#if defined(WYVERN_X86_SETS)
constexpr std::array kSets = {Entry{InstructionSet::baseline, "baseline", &baseline::functions},
                              Entry{InstructionSet::avx2, "avx2", &avx2::functions},
                              Entry{InstructionSet::avx512, "avx512", &avx512::functions}};

// Processors before Ice Lake and Zen 4, which do not have these instructions, lower their clock for
// the widest registers.
bool keeps_its_clock() {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx512vbmi2") != 0;
}

// The compiler's own test, which asks the system too whether it keeps the wide registers.
bool processor_has(InstructionSet set) {
  __builtin_cpu_init();
  switch (set) {
    case InstructionSet::avx2:
      return __builtin_cpu_supports("avx2") != 0;
    case InstructionSet::avx512:
      return __builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512bw") != 0 &&
             __builtin_cpu_supports("avx512dq") != 0 && __builtin_cpu_supports("avx512vl") != 0;
    default:
      return true;
  }
}
#else
bool keeps_its_clock() {
  return false;
}

constexpr std::array kSets = {Entry{InstructionSet::baseline, "baseline", &baseline::functions},
                              Entry{InstructionSet::avx2, "avx2", nullptr},
                              Entry{InstructionSet::avx512, "avx512", nullptr}};

bool processor_has(InstructionSet set) {
  return set == InstructionSet::baseline;
}
#endif

const Entry& entry_of(InstructionSet set) {
  return kSets[static_cast<std::size_t>(set)];
}

bool is_supported(InstructionSet set) {
  return entry_of(set).functions != nullptr && processor_has(set);
}

InstructionSet standard_set() {
  if (is_supported(InstructionSet::avx512) && keeps_its_clock()) return InstructionSet::avx512;
  return is_supported(InstructionSet::avx2) ? InstructionSet::avx2 : InstructionSet::baseline;
}

std::atomic<const Entry*> in_use{nullptr};

const Entry& current() {
  const Entry* entry = in_use.load(std::memory_order_acquire);
  if (entry != nullptr) return *entry;
  const Entry& standard = entry_of(standard_set());
  // Another thread may have chosen one meanwhile: that one holds.
  return in_use.compare_exchange_strong(entry, &standard) ? standard : *entry;
}

}  // namespace

std::string_view name_of(InstructionSet set) {
  return entry_of(set).name;
}

std::optional<InstructionSet> instruction_set_named(std::string_view name) {
  const auto* const found = std::ranges::find(kSets, name, &Entry::name);
  if (found == kSets.end()) return std::nullopt;
  return found->set;
}

std::vector<InstructionSet> supported_instruction_sets() {
  std::vector<InstructionSet> supported;
  for (const Entry& entry : kSets) {
    if (is_supported(entry.set)) supported.push_back(entry.set);
  }
  return supported;
}

InstructionSet instruction_set() {
  return current().set;
}

void use_instruction_set(InstructionSet set) {
  if (!is_supported(set)) {
    throw std::invalid_argument("instruction set " + std::string(name_of(set)) +
                                " is not supported here");
  }
  in_use.store(&entry_of(set), std::memory_order_release);
}

void use_instruction_set(std::string_view name, const std::string& setting) {
  const auto set = instruction_set_named(name);
  if (set && is_supported(*set)) return use_instruction_set(*set);
  std::string usable;
  for (const InstructionSet one : supported_instruction_sets()) {
    usable += (usable.empty() ? "" : ", ") + std::string(name_of(one));
  }
  throw UsageError(setting + " is '" + std::string(name) +
                   (set ? "', which this machine does not have" : "', which is not known") +
                   ": it can be " + usable);
}

const VectorFunctions& vector_functions() {
  return *current().functions;
}

namespace rows {
const Functions& best() {
  return *vector_functions().rows;
}
}  // namespace rows

}  // namespace wyvern::kernels
