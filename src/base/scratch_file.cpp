// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "base/scratch_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <new>
#include <span>
#include <vector>

#include "base/buffer_pool.h"
#include "base/errors.h"
#include "base/word_packing.h"

namespace wyvern {
namespace {

constexpr std::size_t kUnit = 4096;

std::size_t rounded(std::size_t bytes) {
  return (bytes + kUnit - 1) / kUnit * kUnit;
}

[[noreturn]] void fail(const std::string& folder, const char* what) {
  throw OutputError(
      folder + ": the scratch file for planes beyond the memory budget " + what + ": " +
      std::strerror(errno) +
      "; name another folder with --work-dir, or allow more memory with --max-memory");
}

// O_TMPFILE where the file system has it, else a file that loses its name at once.
int open_nameless(const std::string& folder) {
#ifdef O_TMPFILE
  if (const int file = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600); file >= 0) {
    return file;
  }
#endif
  std::string name = (std::filesystem::path(folder) / ".wyvern-scratch-XXXXXX").string();
  const int file = ::mkostemp(name.data(), O_CLOEXEC);
  if (file >= 0) ::unlink(name.c_str());
  return file;
}

}  // namespace

std::shared_ptr<ScratchFile> ScratchFile::make(const std::string& folder) {
  const std::string where = folder.empty() ? "." : folder;
  const int descriptor = open_nameless(where);
  if (descriptor < 0) fail(where, "cannot be made");
  return std::shared_ptr<ScratchFile>(new ScratchFile(descriptor, where));
}

ScratchFile::ScratchFile(int descriptor, std::string folder)
    : descriptor_(descriptor), folder_(std::move(folder)) {}

ScratchFile::~ScratchFile() {
  ::close(descriptor_);
}

std::int64_t ScratchFile::take(std::size_t bytes) {
  const std::lock_guard lock(mutex_);
  const auto size = static_cast<std::int64_t>(rounded(bytes));
  for (auto range = free_.begin(); range != free_.end(); ++range) {
    const auto [offset, length] = *range;
    if (length < size) continue;
    free_.erase(range);
    if (length > size) free_.emplace(offset + size, length - size);
    return offset;
  }
  const std::int64_t offset = end_;
  end_ += size;
  return offset;
}

void ScratchFile::give(std::int64_t offset, std::size_t bytes) {
  // No hole is punched: file systems that tell the disk of each (discard) wait for it, and the next
  // plane takes the space before most of this one has reached the disk.
  const std::lock_guard lock(mutex_);
  auto size = static_cast<std::int64_t>(rounded(bytes));
  if (const auto next = free_.find(offset + size); next != free_.end()) {
    size += next->second;
    free_.erase(next);
  }
  if (auto before = free_.lower_bound(offset); before != free_.begin()) {
    --before;
    if (before->first + before->second == offset) {
      before->second += size;
      return;
    }
  }
  try {
    free_.emplace(offset, size);
  } catch (const std::bad_alloc&) {
    // No one will use this range again; the file has grown a little too large.
  }
}

void ScratchFile::write(std::int64_t offset, const std::byte* from, std::size_t bytes) {
  for (std::size_t done = 0; done < bytes;) {
    const ssize_t more =
        ::pwrite(descriptor_, from + done, bytes - done, offset + static_cast<std::int64_t>(done));
    if (more < 0 && errno == EINTR) continue;
    if (more < 0) fail(folder_, "cannot be written");
    done += static_cast<std::size_t>(more);
  }
}

void ScratchFile::read(std::int64_t offset, std::byte* to, std::size_t bytes) const {
  for (std::size_t done = 0; done < bytes;) {
    const ssize_t more =
        ::pread(descriptor_, to + done, bytes - done, offset + static_cast<std::int64_t>(done));
    if (more < 0 && errno == EINTR) continue;
    if (more == 0) errno = EIO;
    if (more <= 0) fail(folder_, "cannot be read");
    done += static_cast<std::size_t>(more);
  }
}

ScratchPixels::ScratchPixels(std::shared_ptr<ScratchFile> file, PixelType type, std::size_t pixels)
    : file_(std::move(file)),
      pixel_bytes_(size_of(type)),
      bytes_(pixels * pixel_bytes_),
      offset_(file_->take(bytes_)) {}

// Delegation: from here on the destructor gives the space back, whatever fails.
ScratchPixels::ScratchPixels(std::shared_ptr<ScratchFile> file, const Plane& loaded)
    : ScratchPixels(std::move(file), loaded.type(), static_cast<std::size_t>(loaded.size())) {
  file_->write(offset_, loaded.raw(), bytes_);
}

ScratchPixels::~ScratchPixels() {
  file_->give(offset_, bytes_);
}

void ScratchPixels::read(std::size_t first, std::size_t count, std::byte* to) const {
  file_->read(offset_ + static_cast<std::int64_t>(first * pixel_bytes_), to, count * pixel_bytes_);
}

void ScratchPixels::write(std::size_t first, std::size_t count, const std::byte* from) const {
  file_->write(offset_ + static_cast<std::int64_t>(first * pixel_bytes_), from,
               count * pixel_bytes_);
}

namespace {

// A float32 plane, packed in runs of kScratchRun pixels that can be read each by itself.
class PackedPixels : public PlaneSource {
 public:
  PackedPixels(std::shared_ptr<ScratchFile> file, const Plane& loaded) : file_(std::move(file)) {
    const std::span pixels(reinterpret_cast<const std::uint32_t*>(loaded.raw()),
                           static_cast<std::size_t>(loaded.size()));
    const std::size_t runs = (pixels.size() + kScratchRun - 1) / kScratchRun;
    const auto packed = pooled_block(runs * most_packed_bytes(kScratchRun));
    starts_.reserve(runs + 1);
    for (std::size_t first = 0; first < pixels.size(); first += kScratchRun) {
      starts_.push_back(static_cast<std::uint32_t>(bytes_));
      const std::size_t size = std::min(kScratchRun, pixels.size() - first);
      bytes_ += pack_words(pixels.subspan(first, size), packed.get() + bytes_);
    }
    starts_.push_back(static_cast<std::uint32_t>(bytes_));
    pixels_ = pixels.size();
    offset_ = file_->take(bytes_);
    try {
      file_->write(offset_, packed.get(), bytes_);
    } catch (...) {
      file_->give(offset_, bytes_);
      throw;
    }
  }
  ~PackedPixels() override { file_->give(offset_, bytes_); }

  void read(std::size_t first, std::size_t count, std::byte* to) const override {
    if (count == 0) return;
    const std::size_t last = first + count, begin = first / kScratchRun;
    const std::size_t end = (last + kScratchRun - 1) / kScratchRun;
    const auto packed = pooled_block(starts_[end] - starts_[begin]);
    file_->read(offset_ + static_cast<std::int64_t>(starts_[begin]), packed.get(),
                starts_[end] - starts_[begin]);
    std::array<std::uint32_t, kScratchRun> some;
    for (std::size_t run = begin; run < end; ++run) {
      const std::size_t run_first = run * kScratchRun;
      const std::size_t run_last = std::min(run_first + kScratchRun, pixels_);
      const std::byte* from = packed.get() + (starts_[run] - starts_[begin]);
      const std::size_t a = std::max(first, run_first), b = std::min(last, run_last);
      auto* out = reinterpret_cast<std::uint32_t*>(to) + (a - first);
      if (a == run_first && b == run_last) {
        unpack_words(from, {out, b - a});
      } else {
        unpack_words(from, {some.data(), run_last - run_first});
        std::copy_n(some.begin() + static_cast<std::ptrdiff_t>(a - run_first), b - a, out);
      }
    }
  }

 private:
  std::shared_ptr<ScratchFile> file_;
  std::vector<std::uint32_t> starts_;  // of the runs, bytes; then the end of the last
  std::size_t pixels_ = 0, bytes_ = 0;
  std::int64_t offset_ = 0;
};

std::shared_ptr<const PlaneSource> scratch_copy(const Plane& plane,
                                                const std::shared_ptr<ScratchFile>& file) {
  if (plane.type() == PixelType::f32) return std::make_shared<PackedPixels>(file, plane);
  return std::make_shared<ScratchPixels>(file, plane);
}

}  // namespace

void spill(Plane& plane, const std::shared_ptr<ScratchFile>& file) {
  if (!plane.loaded()) return;
  plane = Plane::deferred_to(scratch_copy(plane, file), plane.type(), plane.shape());
}

}  // namespace wyvern
