// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "fits/input_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <new>

#include "base/errors.h"
#include "base/files.h"
#include "base/system_fault.h"
#include "fits/hdu_layout.h"

namespace wyvern::fits {
namespace {

constexpr std::int64_t record_length = 2880;
constexpr std::size_t longest_cfitsio_name = 1000;

[[noreturn]] void throw_system_error(const std::string& path) {
  const int error = errno;
  throw_unreadable(error, fmt::format("[Errno {}] {}: '{}'", error, std::strerror(error), path));
}

// CFITSIO passes over leading blanks of a name and takes "~" for a home directory; a path that
// begins with a folder is only a name.
std::string literal_name(const std::string& path) {
  return path.starts_with('/') ? path : "./" + path;
}

}  // namespace

InputFile::InputFile(const std::string& path, Extent extent) : path_(path) {
  prepare_cfitsio();
  open_descriptor();
  try {
    const std::string start = bytes(0, std::min<std::int64_t>(size_, 16));
    const Compression compression = compression_of(start);
    if (compression != Compression::none) {
      open_compressed(compression, extent);
    } else if (!start.starts_with("SIMPLE  =")) {
      refuse("it does not begin with SIMPLE");
    } else if (size_ % record_length != 0 || path_.size() > longest_cfitsio_name) {
      memory_ = bytes(0, size_);
      open_from_memory();
    } else {
      open_from_disk();
    }
  } catch (...) {
    ::close(descriptor_);
    throw;
  }
}

InputFile::~InputFile() {
  ::close(descriptor_);
}

void InputFile::open_descriptor() {
  struct stat about {};
  if (::stat(path_.c_str(), &about) != 0) throw_system_error(path_);
  if (S_ISDIR(about.st_mode)) refuse("it is a folder");
  if (!S_ISREG(about.st_mode)) refuse("it is not a regular file");
  if (about.st_size == 0) refuse("the file is empty");
  descriptor_ = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor_ < 0) throw_system_error(path_);
  size_ = about.st_size;
}

void InputFile::open_from_disk() {
  int status = 0;
  fitsfile* file = nullptr;
  errno = 0;  // CFITSIO does not say why
  ffdkopn(&file, literal_name(path_).c_str(), READONLY, &status);
  if (status == FILE_NOT_OPENED && errno != 0) throw_system_error(path_);
  if (status == MEMORY_ALLOCATION) throw std::bad_alloc();
  if (status != 0) refuse(status_text(status));
  handle_.reset(file);
}

void InputFile::open_compressed(Compression compression, Extent extent) {
  const auto has_header = [](std::string_view text) {
    return find_end_card(text) != std::string_view::npos;
  };
  const bool whole = extent == Extent::whole;
  memory_ = whole ? expand(bytes(0, size_), compression, path_)
                  : expand_start(bytes(0, size_), compression, path_, has_header);
  size_ = static_cast<std::int64_t>(memory_.size());
  expanded_ = true;
  if (!memory_.starts_with("SIMPLE  =")) refuse("it does not begin with SIMPLE");
  if (whole) open_from_memory();
}

// The last record is filled up with zeros: CFITSIO reads whole records, and files that end with
// their last pixel are common enough.
void InputFile::open_from_memory() {
  const std::int64_t records = (size_ + record_length - 1) / record_length;
  memory_.resize(static_cast<std::size_t>(records * record_length));
  memory_begin_ = memory_.data();
  memory_size_ = memory_.size();
  int status = 0;
  fitsfile* file = nullptr;
  ffomem(&file, "memory", READONLY, &memory_begin_, &memory_size_, 0, nullptr, &status);
  if (status == MEMORY_ALLOCATION) throw std::bad_alloc();
  if (status != 0) refuse(status_text(status));
  handle_.reset(file);
}

std::string InputFile::bytes(std::int64_t offset, std::int64_t length) const {
  if (!memory_.empty()) {
    return memory_.substr(static_cast<std::size_t>(offset), static_cast<std::size_t>(length));
  }
  std::string text(static_cast<std::size_t>(length), '\0');
  std::size_t got = 0;
  while (got < text.size()) {
    const ssize_t more = ::pread(descriptor_, text.data() + got, text.size() - got,
                                 offset + static_cast<std::int64_t>(got));
    if (more < 0 && errno == EINTR) continue;
    if (more < 0) throw_system_error(path_);
    if (more == 0) refuse("the file has become shorter while it was read");
    got += static_cast<std::size_t>(more);
  }
  return text;
}

void InputFile::refuse(const std::string& why) const {
  throw InputError(fmt::format("No access, or not supported format for: {} ({})", path_, why));
}

}  // namespace wyvern::fits
