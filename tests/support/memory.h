// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <gtest/gtest.h>
#include <malloc.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstddef>
#include <cstdlib>
#include <fstream>
#include <new>

namespace wyvern::testing {

// Leaves no address space for anything of 64 kB or more. For a process that is about to end.
inline void leave_no_memory() {
  ::mallopt(M_MMAP_THRESHOLD, 65536);
  std::size_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  const rlim_t bytes = pages * static_cast<rlim_t>(::sysconf(_SC_PAGESIZE));
  const rlimit limit{bytes, bytes};
  ::setrlimit(RLIMIT_AS, &limit);
  // What earlier tests have given back.
  void* volatile last = nullptr;
  do last = std::malloc(65536);
  while (last != nullptr);
}

// Expects that `work`, in a process of its own without memory, throws std::bad_alloc and nothing
// else.
template <class Work>
void expect_bad_alloc(Work&& work) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "a sanitizer has the address space to itself";
#endif
  const auto child = [&] {
    leave_no_memory();
    try {
      work();
    } catch (const std::bad_alloc&) {
      ::_exit(0);
    }
    ::_exit(1);
  };
  EXPECT_EXIT(child(), ::testing::ExitedWithCode(0), "");
}

}  // namespace wyvern::testing
