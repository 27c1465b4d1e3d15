// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <string>

#include "fits/cfitsio.h"
#include "fits/compression.h"

namespace wyvern::fits {

// How much of a file that was compressed as a whole is expanded.
enum class Extent { whole, primary_header };

// A FITS file that is open for reading: from disk, or from memory when it was compressed as a
// whole. One thread at a time.
class InputFile {
 public:
  // InputError when the file is missing, unreadable, empty or no FITS file.
  explicit InputFile(const std::string& path, Extent extent = Extent::whole);
  ~InputFile();
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;

  // nullptr when the file has been expanded in part.
  fitsfile* handle() const { return handle_.get(); }
  const std::string& path() const { return path_; }
  // Bytes of the FITS file, expanded, without blocks added to fill up the last record.
  std::int64_t size() const { return size_; }
  // Whether the file was compressed as a whole and is in memory now, and whether only as much of it
  // as its primary header needs: it then seems to end there.
  bool expanded() const { return expanded_; }
  bool expanded_in_part() const { return expanded_ && handle_ == nullptr; }
  // Bytes as they are in the file; InputError when it ends before.
  std::string bytes(std::int64_t offset, std::int64_t length) const;

 private:
  void open_descriptor();
  void open_from_disk();
  void open_from_memory();
  void open_compressed(Compression compression, Extent extent);
  [[noreturn]] void refuse(const std::string& why) const;

  std::string path_;
  int descriptor_ = -1;
  std::int64_t size_ = 0;
  bool expanded_ = false;
  std::string memory_;  // the file when it is not read from disk
  void* memory_begin_ = nullptr;
  std::size_t memory_size_ = 0;
  Handle handle_;  // last: closed before the memory that it reads goes
};

}  // namespace wyvern::fits
