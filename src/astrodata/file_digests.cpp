// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "astrodata/file_digests.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <mutex>

#include <fmt/format.h>

#include "base/descriptor.h"
#include "base/files.h"
#include "kernels/vector_functions.h"

namespace wyvern {

namespace {

using kernels::DigestState;
using kernels::kDigestBlock;
using kernels::kDigestLanes;

constexpr std::size_t kPiece = std::size_t{64} << 10;

// The blocks of one file, piece by piece, with the end that MD5 puts to it: a bit, zeros, and the
// length in bits.
class BlockReader {
 public:
  explicit BlockReader(const std::string& path)
      : file_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)), piece_(kPiece + 2 * kDigestBlock) {
    failed_ = file_.get() < 0;
    if (!failed_) refill();
  }

  bool failed() const { return failed_; }
  // How many blocks can be taken now; none: the file has ended, or reading it has failed.
  std::size_t blocks() const { return failed_ ? 0 : (filled_ - at_) / kDigestBlock; }
  const std::byte* here() const { return piece_.data() + at_; }
  void skip(std::size_t blocks) {
    at_ += blocks * kDigestBlock;
    if (at_ == filled_ && !ended_) refill();
  }

 private:
  void refill() {
    at_ = filled_ = 0;
    while (filled_ < kPiece && !ended_) {
      const ssize_t got = ::read(file_.get(), piece_.data() + filled_, kPiece - filled_);
      if (got < 0 && errno == EINTR) continue;
      failed_ = got < 0;
      ended_ = got <= 0;
      if (got > 0) filled_ += static_cast<std::size_t>(got);
    }
    bytes_ += filled_;
    if (ended_) add_end();
  }

  void add_end() {
    piece_[filled_++] = std::byte{0x80};
    while (filled_ % kDigestBlock != kDigestBlock - 8) piece_[filled_++] = std::byte{0};
    for (unsigned shift = 0; shift < 64; shift += 8) {
      piece_[filled_++] = static_cast<std::byte>((bytes_ * 8) >> shift);
    }
  }

  Descriptor file_;
  std::vector<std::byte> piece_;
  std::size_t at_ = 0, filled_ = 0;
  std::uint64_t bytes_ = 0;
  bool ended_ = false, failed_ = false;
};

std::string hex_of(const DigestState& state, std::size_t lane) {
  std::string text;
  for (const auto& word : state.word) {
    for (unsigned shift = 0; shift < 32; shift += 8) {
      text += fmt::format("{:02x}", (word[lane] >> shift) & 0xFFU);
    }
  }
  return text;
}

DigestState start() {
  constexpr std::array<std::uint32_t, 4> words = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476};
  DigestState state{};
  for (std::size_t i = 0; i < words.size(); ++i) std::ranges::fill(state.word[i], words[i]);
  return state;
}

// Ends early, without all digests, once `stop` is set.
std::vector<std::optional<std::string>> digests_of(std::span<const std::string> paths,
                                                   const std::atomic<bool>& stop) {
  std::vector<BlockReader> readers(paths.begin(), paths.end());
  std::vector<std::optional<std::string>> digests(paths.size());
  DigestState state = start();
  while (!stop.load(std::memory_order_relaxed)) {
    // Lanes whose file has ended, or that have none, go along with another one's bytes.
    std::size_t step = 0;
    std::array<const std::byte*, kDigestLanes> from{};
    for (const BlockReader& reader : readers) {
      if (reader.blocks() == 0) continue;
      if (step == 0) from.fill(reader.here());
      step = step == 0 ? reader.blocks() : std::min(step, reader.blocks());
    }
    if (step == 0) break;
    for (std::size_t k = 0; k < readers.size(); ++k) {
      if (readers[k].blocks() > 0) from[k] = readers[k].here();
    }
    kernels::vector_functions().digest->md5_blocks(state, from.data(), step);
    for (std::size_t k = 0; k < readers.size(); ++k) {
      if (readers[k].blocks() == 0) continue;
      readers[k].skip(step);
      if (readers[k].blocks() == 0 && !readers[k].failed()) digests[k] = hex_of(state, k);
    }
  }
  return digests;
}

}  // namespace

std::vector<std::optional<std::string>> md5_of_files(std::span<const std::string> paths) {
  return digests_of(paths, std::atomic<bool>(false));
}

struct FileDigests::Group {
  std::vector<std::string> paths;
  std::mutex mutex;
  bool done = false;
  std::vector<std::optional<std::string>> digests;

  // Waits for whoever is at it.
  void work_out(const std::atomic<bool>& stop) { work_out(std::unique_lock(mutex), stop); }
  // Whether there was something to do, and nobody at it.
  bool work_out_if_free(const std::atomic<bool>& stop) {
    return work_out(std::unique_lock(mutex, std::try_to_lock), stop);
  }
  bool is_busy() {
    const std::unique_lock lock(mutex, std::try_to_lock);
    return !lock;
  }

 private:
  bool work_out(const std::unique_lock<std::mutex>& lock, const std::atomic<bool>& stop) {
    if (!lock || done) return false;
    digests = digests_of(paths, stop);
    done = true;
    return true;
  }
};

FileDigests::FileDigests(std::span<const std::string> paths, int threads) {
  const std::size_t fewest = (paths.size() + kDigestLanes - 1) / kDigestLanes;
  const std::size_t wanted = std::min(paths.size() / 2, static_cast<std::size_t>(threads));
  for (std::size_t k = 0; k < std::max(fewest, wanted); ++k) {
    groups_.push_back(std::make_unique<Group>());
  }
  // Threads that begin with the first files find themselves in different groups.
  for (std::size_t i = 0; i < paths.size(); ++i) {
    Group& group = *groups_[i % groups_.size()];
    places_.try_emplace(paths[i], &group, group.paths.size());
    group.paths.push_back(paths[i]);
  }
}

FileDigests::~FileDigests() {
  stop_ = true;
  ahead_.wait();
}

void FileDigests::work_ahead() {
  ahead_.begin([this] {
    for (const auto& group : groups_) group->work_out(stop_);
  });
}

std::string FileDigests::md5(const std::string& path) {
  const auto place = places_.find(path);
  if (place == places_.end()) return md5_of_file(path);
  const auto& [group, index] = place->second;
  // While another thread is at this group there is time for one that nobody has begun.
  if (group->is_busy()) {
    std::ranges::any_of(groups_, [&](const auto& other) { return other->work_out_if_free(stop_); });
  }
  group->work_out(stop_);
  // One that could not be read is tried again, for the error.
  const std::optional<std::string>& digest = group->digests[index];
  return digest ? *digest : md5_of_file(path);
}

}  // namespace wyvern
