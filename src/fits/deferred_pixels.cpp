// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>

#include "base/descriptor.h"
#include "base/frame_fault.h"
#include "base/system_fault.h"
#include "fits/file.h"
#include "fits/hdu_layout.h"
#include "fits/hdu_scan.h"
#include "fits/input_file.h"
#include "kernels/vector_functions.h"

// Pixels read from a file in parts, when they are needed. The file is opened for each part: a
// thousand frames must not need a thousand descriptors.

namespace wyvern::fits {
namespace {

// What tells a file from another one of the same name.
struct Identity {
  dev_t device;
  ino_t inode;
  off_t size;
  timespec changed;

  explicit Identity(const struct stat& about)
      : device(about.st_dev), inode(about.st_ino), size(about.st_size), changed(about.st_mtim) {}
  bool operator==(const Identity& other) const {
    return device == other.device && inode == other.inode && size == other.size &&
           changed.tv_sec == other.changed.tv_sec && changed.tv_nsec == other.changed.tv_nsec;
  }
};

void to_native(std::byte* pixels, std::size_t count, std::size_t size) {
  if constexpr (std::endian::native == std::endian::little) {
    const kernels::ByteOrderFunctions& functions = *kernels::vector_functions().byte_order;
    if (size == 2) functions.swap16(pixels, count);
    if (size == 4) functions.swap32(pixels, count);
    if (size == 8) functions.swap64(pixels, count);
  }
}

class FilePixels : public PlaneSource {
 public:
  FilePixels(std::string path, const struct stat& about, std::int64_t start, PixelType type)
      : path_(std::move(path)), identity_(about), start_(start), size_(size_of(type)) {}

  void read(std::size_t first, std::size_t count, std::byte* to) const override {
    const Descriptor file(::open(path_.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.get() < 0 && errno != ENOENT) fail(errno);
    struct stat about {};
    if (file.get() < 0 || ::fstat(file.get(), &about) != 0 || !(Identity(about) == identity_)) {
      throw FrameFault(
          ExitStatus::bad_input, path_,
          fmt::format("{}: the file has been changed or removed while it was in use; start again",
                      path_));
    }
    // In pieces that are still in the cache when their bytes are turned round.
    constexpr std::size_t piece = std::size_t{128} << 10;
    for (std::size_t done = 0; done < count;) {
      const std::size_t some = std::min(count - done, piece / size_);
      std::byte* const place = to + done * size_;
      read_bytes(file.get(), start_ + static_cast<std::int64_t>((first + done) * size_),
                 some * size_, place);
      to_native(place, some, size_);
      done += some;
    }
  }

 private:
  void read_bytes(int file, std::int64_t offset, std::size_t bytes, std::byte* to) const {
    for (std::size_t got = 0; got < bytes;) {
      const ssize_t more =
          ::pread(file, to + got, bytes - got, offset + static_cast<std::int64_t>(got));
      if (more < 0 && errno == EINTR) continue;
      if (more < 0) fail(errno);
      if (more == 0) blame("it ends too soon");
      got += static_cast<std::size_t>(more);
    }
  }

  [[noreturn]] void fail(int error) const {
    if (!is_shortage(error)) blame(system_reason(error));
    throw OutputError(unreadable(system_reason(error)));
  }
  [[noreturn]] void blame(const std::string& why) const {
    throw FrameFault(ExitStatus::bad_input, path_, unreadable(why));
  }
  std::string unreadable(const std::string& why) const {
    return fmt::format("{}: its pixels cannot be read: {}", path_, why);
  }

  std::string path_;
  Identity identity_;
  std::int64_t start_;
  std::size_t size_;
};

// The pixels lie in the file as they are used, but for the order of their bytes.
bool is_plain(const Unit& unit) {
  if (unit.kind != Unit::Kind::image || unit.tile_compressed()) return false;
  if (image_shape(unit.header).empty()) return false;
  const PixelReading reading = pixel_reading(unit.header);
  if (reading.scaled) return false;
  switch (unit.header.integer("BITPIX").value_or(0)) {
    case 16:
      return reading.type == PixelType::i16;
    case 32:
      return reading.type == PixelType::i32;
    case -32:
      return reading.type == PixelType::f32;
    case -64:
      return reading.type == PixelType::f64;
    default:
      return false;
  }
}

}  // namespace

std::shared_ptr<const PlaneSource> deferred_pixels(const std::string& path, int hdu) {
  const InputFile file(path);
  if (file.expanded()) return nullptr;
  struct stat about {};
  if (::stat(path.c_str(), &about) != 0) return nullptr;
  std::int64_t start = 0;
  for (int number = 1;; ++number) {
    const auto unit = scan_unit(file, number, start);
    if (!unit) return nullptr;
    start = unit->end;
    if (number != hdu + 1) continue;
    const PixelType type = pixel_reading(unit->header).type;
    const auto pixels = data_bytes(unit->header).value_or(0);
    if (!is_plain(*unit) || unit->data_start + pixels > about.st_size) return nullptr;
    return std::make_shared<FilePixels>(path, about, unit->data_start, type);
  }
}

}  // namespace wyvern::fits
