// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <memory>

namespace wyvern {

// The peak of this process's resident memory over a period. The system keeps the peak of the whole
// life only, so a thread of the meter looks every few milliseconds; where the period sets a new
// peak of the whole life, that is taken and exact. Zero where the system does not tell (/proc).
class MemoryMeter {
 public:
  MemoryMeter();
  ~MemoryMeter();
  MemoryMeter(const MemoryMeter&) = delete;
  MemoryMeter& operator=(const MemoryMeter&) = delete;

  void restart();            // a new period begins
  std::size_t peak() const;  // bytes, of the period so far

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// The peak of the whole life so far, bytes; of a program that was started by a larger one, that
// one's.
std::size_t peak_memory();
// What is resident now, bytes; 0 where the system does not tell.
std::size_t resident_memory();

}  // namespace wyvern
