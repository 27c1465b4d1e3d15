// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
//
// A library for LD_PRELOAD that counts a program's calls by kind, from the begin of main to its
// end, and lets one of them fail (or that one and all later ones). faults.py walks through them.
//
//   WYVERN_FAULT         KIND:NUMBER:HOW[:on]  KIND: a name in kKinds; NUMBER: from 1; HOW: an
//   error
//                        number, or "short" (reads and writes do half of what was asked);
//                        "on": later calls of the kind fail, too
//   WYVERN_FAULT_REPORT  a file for the counts, in the order of kKinds
//   WYVERN_FAULT_BYTES   smaller allocations are neither counted nor failed (default 0)
//
// The standard streams are left alone: what the program says must come through.
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>

namespace {

enum Kind { kOpen, kRead, kWrite, kSync, kRename, kTruncate, kMap, kAllocate, kThread, kKindCount };
constexpr std::array<std::string_view, kKindCount> kKinds = {
    "open", "read", "write", "sync", "rename", "truncate", "map", "allocate", "thread"};

std::atomic<bool> counting{false};
std::array<std::atomic<long>, kKindCount> counts{};

// The fault that is wanted; set before main and constant from then on.
int wanted_kind = -1;
long wanted_number = 0;
int wanted_error = 0;
bool wanted_short = false, wanted_on = false;
std::size_t least_bytes = 0;
const char* report = nullptr;

void read_wish() {
  if (const char* bytes = std::getenv("WYVERN_FAULT_BYTES")) {
    least_bytes = std::strtoul(bytes, nullptr, 10);
  }
  report = std::getenv("WYVERN_FAULT_REPORT");
  const char* wish = std::getenv("WYVERN_FAULT");
  if (wish == nullptr) return;
  char kind[16] = "", how[16] = "", on[4] = "";
  const int parts =
      std::sscanf(wish, "%15[a-z]:%ld:%15[a-z0-9]:%3s", kind, &wanted_number, how, on);
  const auto found = std::find(kKinds.begin(), kKinds.end(), kind);
  if (parts < 3 || found == kKinds.end()) {
    std::fprintf(stderr, "WYVERN_FAULT is not KIND:NUMBER:HOW[:on]: %s\n", wish);
    std::abort();
  }
  wanted_kind = static_cast<int>(found - kKinds.begin());
  wanted_short = std::string_view(how) == "short";
  wanted_error = std::atoi(how);
  wanted_on = std::string_view(on) == "on";
}

// Counts a call; whether it is to fail.
bool is_hit(Kind kind) {
  if (!counting) return false;
  const long number = ++counts[kind];
  if (kind != wanted_kind) return false;
  return wanted_on ? number >= wanted_number : number == wanted_number;
}

bool fails(Kind kind) {
  if (!is_hit(kind)) return false;
  errno = wanted_error;
  return true;
}

// As fails(), for a transfer of `size` bytes, which may become a short one.
template <class Size>
bool transfer_fails(Kind kind, int descriptor, Size& size) {
  if (descriptor <= STDERR_FILENO || !is_hit(kind)) return false;
  if (wanted_short) {
    size = (size + 1) / 2;
    return false;
  }
  errno = wanted_error;
  return true;
}

template <class Function>
Function* next(const char* name, Function*) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

// As transfer_fails() for a stream. The C library goes on by itself after a short transfer, and a
// regular file's is not interrupted.
bool stream_fails(Kind kind, FILE* stream) {
  const int descriptor = ::fileno(stream);
  if (descriptor <= STDERR_FILENO || !is_hit(kind) || wanted_short || wanted_error == EINTR) {
    return false;
  }
  errno = wanted_error;
  return true;
}

void write_report() {
  if (report == nullptr) return;
  char text[256];
  int size = 0;
  for (const auto& count : counts) {
    size += std::snprintf(text + size, sizeof text - static_cast<std::size_t>(size), "%ld\n",
                          count.load());
  }
  const long file = ::syscall(SYS_openat, AT_FDCWD, report, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  (void)!::syscall(SYS_write, file, text, size);
  ::syscall(SYS_close, file);
}

using Main = int (*)(int, char**, char**);
Main real_main = nullptr;

int counted_main(int argc, char** argv, char** environment) {
  counting = true;
  const int status = real_main(argc, argv, environment);
  counting = false;
  write_report();
  return status;
}

}  // namespace

#define NEXT(name) static auto* const real = next(#name, &name)

extern "C" {

int __libc_start_main(Main main, int argc, char** argv, void (*init)(), void (*fini)(),
                      void (*rtld_fini)(), void* stack_end) {
  NEXT(__libc_start_main);
  real_main = main;
  read_wish();
  return real(counted_main, argc, argv, init, fini, rtld_fini, stack_end);
}

// Opening. The mode is passed on whether or not there is one: it is ignored if there is none.
#define OPEN_FUNCTION(name)                             \
  int name(const char* path, int flags, ...) {          \
    NEXT(name);                                         \
    std::va_list rest;                                  \
    va_start(rest, flags);                              \
    const mode_t mode = va_arg(rest, mode_t);           \
    va_end(rest);                                       \
    return fails(kOpen) ? -1 : real(path, flags, mode); \
  }
#define OPENAT_FUNCTION(name)                                   \
  int name(int folder, const char* path, int flags, ...) {      \
    NEXT(name);                                                 \
    std::va_list rest;                                          \
    va_start(rest, flags);                                      \
    const mode_t mode = va_arg(rest, mode_t);                   \
    va_end(rest);                                               \
    return fails(kOpen) ? -1 : real(folder, path, flags, mode); \
  }
OPEN_FUNCTION(open)
OPEN_FUNCTION(open64)
OPENAT_FUNCTION(openat)
OPENAT_FUNCTION(openat64)

int __open_2(const char* path, int flags);
int __open64_2(const char* path, int flags);
#define OPEN_2_FUNCTION(name)                     \
  int name(const char* path, int flags) {         \
    NEXT(name);                                   \
    return fails(kOpen) ? -1 : real(path, flags); \
  }
OPEN_2_FUNCTION(__open_2)
OPEN_2_FUNCTION(__open64_2)

#define FOPEN_FUNCTION(name)                          \
  FILE* name(const char* path, const char* mode) {    \
    NEXT(name);                                       \
    return fails(kOpen) ? nullptr : real(path, mode); \
  }
FOPEN_FUNCTION(fopen)
FOPEN_FUNCTION(fopen64)

DIR* opendir(const char* path) {
  NEXT(opendir);
  return fails(kOpen) ? nullptr : real(path);
}

#define MKOSTEMP_FUNCTION(name)                      \
  int name(char* pattern, int flags) {               \
    NEXT(name);                                      \
    return fails(kOpen) ? -1 : real(pattern, flags); \
  }
MKOSTEMP_FUNCTION(mkostemp)
MKOSTEMP_FUNCTION(mkostemp64)

// Reading.
ssize_t read(int file, void* to, std::size_t size) {
  NEXT(read);
  return transfer_fails(kRead, file, size) ? -1 : real(file, to, size);
}
#define PREAD_FUNCTION(name, offset_type)                                         \
  ssize_t name(int file, void* to, std::size_t size, offset_type offset) {        \
    NEXT(name);                                                                   \
    return transfer_fails(kRead, file, size) ? -1 : real(file, to, size, offset); \
  }
PREAD_FUNCTION(pread, off_t)
PREAD_FUNCTION(pread64, off64_t)

ssize_t readv(int file, const iovec* pieces, int count) {
  NEXT(readv);
  return transfer_fails(kRead, file, count) ? -1 : real(file, pieces, count);
}

ssize_t __read_chk(int file, void* to, std::size_t size, std::size_t) {
  return ::read(file, to, size);
}
ssize_t __pread_chk(int file, void* to, std::size_t size, off_t offset, std::size_t) {
  return ::pread(file, to, size, offset);
}
ssize_t __pread64_chk(int file, void* to, std::size_t size, off64_t offset, std::size_t) {
  return ::pread64(file, to, size, offset);
}

std::size_t fread(void* to, std::size_t size, std::size_t count, FILE* stream) {
  NEXT(fread);
  return stream_fails(kRead, stream) ? 0 : real(to, size, count, stream);
}
std::size_t __fread_chk(void* to, std::size_t, std::size_t size, std::size_t count, FILE* stream) {
  return ::fread(to, size, count, stream);
}

// Writing.
ssize_t write(int file, const void* from, std::size_t size) {
  NEXT(write);
  return transfer_fails(kWrite, file, size) ? -1 : real(file, from, size);
}
#define PWRITE_FUNCTION(name, offset_type)                                           \
  ssize_t name(int file, const void* from, std::size_t size, offset_type offset) {   \
    NEXT(name);                                                                      \
    return transfer_fails(kWrite, file, size) ? -1 : real(file, from, size, offset); \
  }
PWRITE_FUNCTION(pwrite, off_t)
PWRITE_FUNCTION(pwrite64, off64_t)

ssize_t writev(int file, const iovec* pieces, int count) {
  NEXT(writev);
  return transfer_fails(kWrite, file, count) ? -1 : real(file, pieces, count);
}

std::size_t fwrite(const void* from, std::size_t size, std::size_t count, FILE* stream) {
  NEXT(fwrite);
  return stream_fails(kWrite, stream) ? 0 : real(from, size, count, stream);
}

// What makes it last.
#define SYNC_FUNCTION(name)                \
  int name(int file) {                     \
    NEXT(name);                            \
    return fails(kSync) ? -1 : real(file); \
  }
SYNC_FUNCTION(fsync)
SYNC_FUNCTION(fdatasync)
SYNC_FUNCTION(syncfs)

int rename(const char* from, const char* to) {
  NEXT(rename);
  return fails(kRename) ? -1 : real(from, to);
}
int renameat(int from_folder, const char* from, int to_folder, const char* to) {
  NEXT(renameat);
  return fails(kRename) ? -1 : real(from_folder, from, to_folder, to);
}

#define FTRUNCATE_FUNCTION(name, offset_type)        \
  int name(int file, offset_type size) {             \
    NEXT(name);                                      \
    return fails(kTruncate) ? -1 : real(file, size); \
  }
FTRUNCATE_FUNCTION(ftruncate, off_t)
FTRUNCATE_FUNCTION(ftruncate64, off64_t)

#define FALLOCATE_FUNCTION(name, offset_type)                         \
  int name(int file, int mode, offset_type begin, offset_type size) { \
    NEXT(name);                                                       \
    return fails(kTruncate) ? -1 : real(file, mode, begin, size);     \
  }
FALLOCATE_FUNCTION(fallocate, off_t)
FALLOCATE_FUNCTION(fallocate64, off64_t)

// This one returns the error number.
#define POSIX_FALLOCATE_FUNCTION(name, offset_type)                   \
  int name(int file, offset_type begin, offset_type size) {           \
    NEXT(name);                                                       \
    return fails(kTruncate) ? wanted_error : real(file, begin, size); \
  }
POSIX_FALLOCATE_FUNCTION(posix_fallocate, off_t)
POSIX_FALLOCATE_FUNCTION(posix_fallocate64, off64_t)

// Memory. glibc's own names for the allocator are used: dlsym() itself allocates.
#define MMAP_FUNCTION(name, offset_type)                                                           \
  void* name(void* at, std::size_t size, int protection, int flags, int file, offset_type begin) { \
    NEXT(name);                                                                                    \
    return fails(kMap) ? MAP_FAILED : real(at, size, protection, flags, file, begin);              \
  }
MMAP_FUNCTION(mmap, off_t)
MMAP_FUNCTION(mmap64, off64_t)

void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* block, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);

void* malloc(std::size_t size) {
  return size >= least_bytes && fails(kAllocate) ? nullptr : __libc_malloc(size);
}
void* calloc(std::size_t count, std::size_t size) {
  return count * size >= least_bytes && fails(kAllocate) ? nullptr : __libc_calloc(count, size);
}
void* realloc(void* block, std::size_t size) {
  return size >= least_bytes && fails(kAllocate) ? nullptr : __libc_realloc(block, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) {
  return size >= least_bytes && fails(kAllocate) ? nullptr : __libc_memalign(alignment, size);
}
int posix_memalign(void** block, std::size_t alignment, std::size_t size) {
  if (size >= least_bytes && fails(kAllocate)) return ENOMEM;
  *block = __libc_memalign(alignment, size);
  return *block == nullptr ? ENOMEM : 0;
}

// This one, too, returns the error number.
int pthread_create(pthread_t* thread, const pthread_attr_t* attributes, void* (*routine)(void*),
                   void* argument) {
  NEXT(pthread_create);
  return fails(kThread) ? wanted_error : real(thread, attributes, routine, argument);
}

}  // extern "C"
