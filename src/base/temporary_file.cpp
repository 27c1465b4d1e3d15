// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "base/temporary_file.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <memory>
#include <mutex>
#include <set>
#include <system_error>
#include <thread>

#include "base/descriptor.h"
#include "base/errors.h"
#include "base/system_fault.h"

namespace wyvern {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPrefix = ".wyvern-part-";
constexpr std::size_t kPiece = std::size_t{1} << 20;
constexpr std::size_t kNameLength = kPrefix.size() + 6;

std::string folder_of(const std::string& path) {
  const fs::path folder = fs::path(path).parent_path();
  return folder.empty() ? "." : folder.string();
}

// A locked file of a new name; negative when there can be none.
int make_locked(std::string& name) {
  const std::string pattern = name;
  while (true) {
    name = pattern;
    const int descriptor = ::mkostemp(name.data(), O_CLOEXEC);
    if (descriptor < 0) return descriptor;
    // Where there are no locks, files that were left stay: nobody can lock them either.
    ::flock(descriptor, LOCK_EX);
    // Another program may have found it between the two calls and taken it for abandoned.
    struct stat about {};
    if (::fstat(descriptor, &about) != 0 || about.st_nlink > 0) return descriptor;
    ::close(descriptor);
  }
}

// Makes the new name itself last through a power cut. Not all file systems can; then the file is
// as safe as they make it.
void sync_folder(const std::string& folder) {
  const Descriptor descriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (descriptor.get() >= 0) ::fsync(descriptor.get());
}

// A regular file that is there, kept open: negative when there is none.
int keep_open(const std::string& path) {
  struct stat about {};
  if (::lstat(path.c_str(), &about) != 0 || !S_ISREG(about.st_mode)) return -1;
  return ::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
}

// Closes the last handle on a file that has lost its name. Where the disk is told of each block
// that gets free (discard), this takes as long as writing a file: nobody waits for it.
void close_beside(int descriptor) {
  if (descriptor < 0) return;
  try {
    std::thread([descriptor] { ::close(descriptor); }).detach();
  } catch (const std::system_error&) {
    ::close(descriptor);
  }
}

bool is_abandoned(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  return file.get() >= 0 && ::flock(file.get(), LOCK_EX | LOCK_NB) == 0 &&
         ::unlink(path.c_str()) == 0;
}

// Files of a database go by the name of the database.
bool is_without_its_file(const fs::path& path) {
  std::error_code ignored;
  const std::string owner = path.filename().string().substr(0, kNameLength);
  return !fs::exists(path.parent_path() / owner, ignored) && fs::remove(path, ignored);
}

void tidy_once(const std::string& folder) {
  static std::mutex mutex;
  static std::set<std::string> tidied;
  std::error_code ignored;
  const std::string canonical = fs::weakly_canonical(folder, ignored).string();
  const std::lock_guard lock(mutex);
  if (tidied.insert(canonical).second) remove_abandoned_files(folder);
}

}  // namespace

TemporaryFile::TemporaryFile(std::string target) : target_(std::move(target)) {
  const std::string folder = folder_of(target_);
  tidy_once(folder);
  name_ = (fs::path(folder) / fmt::format("{}XXXXXX", kPrefix)).string();
  descriptor_ = make_locked(name_);
  if (descriptor_ < 0) fail("cannot be created");
}

TemporaryFile::~TemporaryFile() {
  if (!name_.empty()) ::unlink(name_.c_str());
  if (descriptor_ >= 0) ::close(descriptor_);
}

void TemporaryFile::fail(const char* what) const {
  const int error = errno;
  throw OutputError(fmt::format("{}: {}: {}", target_, what, system_reason(error)));
}

void TemporaryFile::write(std::string_view content) {
  while (!content.empty()) {
    const ssize_t put = ::write(descriptor_, content.data(), std::min(content.size(), kPiece));
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) fail("cannot be written");
    content.remove_prefix(static_cast<std::size_t>(put));
#ifdef SYNC_FILE_RANGE_WRITE
    // The disk begins at once with what put_in_place() will wait for. Only a hint.
    (void)::sync_file_range(descriptor_, written_, put, SYNC_FILE_RANGE_WRITE);
#endif
    written_ += put;
  }
}

void TemporaryFile::put_in_place() {
  if (::fchmod(descriptor_, 0644) != 0) fail("cannot be written");
  if (::fsync(descriptor_) != 0) fail("cannot be written");
  const int old = keep_open(target_);
  const bool placed = ::rename(name_.c_str(), target_.c_str()) == 0;
  const int error = errno;
  close_beside(old);
  errno = error;
  if (!placed) fail("cannot be put in place");
  name_.clear();
  sync_folder(folder_of(target_));
}

// The iterator of std::filesystem ends the program when memory runs out.
int remove_abandoned_files(const std::string& folder) {
  int removed = 0;
  const std::unique_ptr<DIR, int (*)(DIR*)> entries(::opendir(folder.c_str()), ::closedir);
  while (const dirent* entry = entries ? ::readdir(entries.get()) : nullptr) {
    const std::string_view name = entry->d_name;
    if (!name.starts_with(kPrefix) || name.size() < kNameLength) continue;
    const fs::path path = fs::path(folder) / name;
    const bool gone =
        name.size() == kNameLength ? is_abandoned(path.string()) : is_without_its_file(path);
    if (gone) ++removed;
  }
  return removed;
}

}  // namespace wyvern
