// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
//
// A bzip2 file: the answer must be that of libbz2. Since nearly all changes of a file end at a
// check sum, what the first block gives is held beside libbz2 without it, too.
#include "fits/bzip2_block.h"
#include "fits/bzip2_rotations.h"
#include "fits/bzip2_runs.h"
#include "fits/compression.h"
#include "fuzz/target.h"
#include "support/bzip2_reference.h"

namespace {

using wyvern::fuzz::require;
using namespace wyvern::fits;

// libbz2 gives a block's text before it looks at the check sum, and nothing of a block that it
// cannot read.
void compare_first_block(const std::string& bytes, std::size_t most, const std::string& theirs) {
  if (bytes.size() < 10 || bytes[3] < '1' || bytes[3] > '9' ||
      bytes.compare(4, 6, "\x31\x41\x59\x26\x53\x59") != 0) {
    return;
  }
  bzip2::BitReader bits(std::string_view(bytes).substr(10));
  bzip2::Rotations rotations;
  bzip2::Block block;
  const auto largest = static_cast<std::uint32_t>(bytes[3] - '0') * bzip2::kBlockUnit;
  if (!bzip2::read_block(bits, largest, block, rotations.bytes())) {
    require(theirs.empty(), "libbz2 can read the block");
    return;
  }
  rotations.restore(block);
  bzip2::Output output;
  output.most = most;
  const bzip2::Runs runs = bzip2::expand_runs({rotations.bytes(), block.size}, output);
  if (runs == bzip2::Runs::whole) {
    require(theirs.starts_with(std::string_view(output.bytes).substr(0, output.used)),
            "not the block that libbz2 reads");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes = wyvern::fuzz::text_of(data, size);
  const std::size_t most = 16 * size + (std::size_t{64} << 20);
  std::optional<std::string> ours;
  wyvern::fuzz::errors_are_answers([&] { ours = expand(bytes, Compression::bzip2, "x.bz2"); });
  const auto theirs = wyvern::testing::answer_of_libbz2(bytes, most);
  require(ours.has_value() == theirs.good, "libbz2 takes it otherwise");
  require(!theirs.good || *ours == theirs.text, "not what libbz2 says");
  if (bytes.starts_with("BZh")) compare_first_block(bytes, most, theirs.text);
  return 0;
}
