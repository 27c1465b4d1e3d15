// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <bzlib.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace wyvern::testing {

// One stream by libbz2.
inline std::string packed_by_libbz2(std::string_view bytes, int level) {
  std::string packed(bytes.size() + bytes.size() / 50 + 700, '\0');
  auto size = static_cast<unsigned int>(packed.size());
  const int result = BZ2_bzBuffToBuffCompress(packed.data(), &size, const_cast<char*>(bytes.data()),
                                              static_cast<unsigned int>(bytes.size()), level, 0, 0);
  packed.resize(result == BZ_OK ? size : 0);
  return packed;
}

// What libbz2 says of all streams, one after the other.
struct Libbz2Answer {
  std::string text;   // up to the first error
  bool good = false;  // not damaged, not cut short, and not more than `most` bytes
};
inline Libbz2Answer answer_of_libbz2(std::string_view bytes, std::size_t most) {
  Libbz2Answer answer;
  std::string part(std::size_t{1} << 20, '\0');
  while (bytes.starts_with("BZh")) {
    bz_stream stream{};
    if (BZ2_bzDecompressInit(&stream, 0, 0) != BZ_OK) return answer;
    stream.next_in = const_cast<char*>(bytes.data());
    stream.avail_in = static_cast<unsigned int>(bytes.size());
    int result = BZ_OK;
    bool stuck = false;
    while (result == BZ_OK && !stuck && answer.text.size() <= most) {
      const unsigned int before = stream.avail_in;
      stream.next_out = part.data();
      stream.avail_out = static_cast<unsigned int>(part.size());
      result = BZ2_bzDecompress(&stream);
      answer.text.append(part, 0, part.size() - stream.avail_out);
      stuck = stream.avail_in == before && stream.avail_out == part.size();
    }
    bytes.remove_prefix(bytes.size() - stream.avail_in);
    BZ2_bzDecompressEnd(&stream);
    if (result != BZ_STREAM_END || answer.text.size() > most) return answer;
  }
  answer.good = true;
  return answer;
}

inline std::optional<std::string> expanded_by_libbz2(std::string_view bytes, std::size_t most) {
  Libbz2Answer answer = answer_of_libbz2(bytes, most);
  if (!answer.good) return std::nullopt;
  return std::move(answer.text);
}

}  // namespace wyvern::testing
