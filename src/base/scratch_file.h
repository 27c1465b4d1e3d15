// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "base/plane.h"

namespace wyvern {

// A file for planes that memory has no room for. It has no name from its first moment on, so that
// nothing of it is left whatever ends the process. Safe to use from several threads.
class ScratchFile : public std::enable_shared_from_this<ScratchFile> {
 public:
  // In `folder`. OutputError when it cannot be made.
  static std::shared_ptr<ScratchFile> make(const std::string& folder);
  ~ScratchFile();
  ScratchFile(const ScratchFile&) = delete;
  ScratchFile& operator=(const ScratchFile&) = delete;

  // Space that no one else uses, until it is given back.
  std::int64_t take(std::size_t bytes);
  void give(std::int64_t offset, std::size_t bytes);
  // OutputError when the disk is full or fails.
  void write(std::int64_t offset, const std::byte* from, std::size_t bytes);
  void read(std::int64_t offset, std::byte* to, std::size_t bytes) const;

 private:
  ScratchFile(int descriptor, std::string folder);

  int descriptor_;
  std::string folder_;
  std::mutex mutex_;
  std::int64_t end_ = 0;
  std::map<std::int64_t, std::int64_t> free_;  // sizes by offset; no two of them touch
};

// The pixels of a plane in a scratch file, as they are. Unlike other sources it can be written, by
// who holds the only plane of it.
class ScratchPixels : public PlaneSource {
 public:
  // Pixels not initialised.
  ScratchPixels(std::shared_ptr<ScratchFile> file, PixelType type, std::size_t pixels);
  ScratchPixels(std::shared_ptr<ScratchFile> file, const Plane& loaded);
  ~ScratchPixels() override;
  void read(std::size_t first, std::size_t count, std::byte* to) const override;
  void write(std::size_t first, std::size_t count, const std::byte* from) const;

 private:
  std::shared_ptr<ScratchFile> file_;
  std::size_t pixel_bytes_, bytes_;
  std::int64_t offset_;
};

// Parts of planes in the scratch file that begin with a multiple of this are read with least waste.
inline constexpr std::size_t kScratchRun = 2048;

// Puts the pixels of a loaded plane into the file, float32 ones packed (word_packing.h), and defers
// the plane to them; nothing for others.
void spill(Plane& plane, const std::shared_ptr<ScratchFile>& file);

}  // namespace wyvern
