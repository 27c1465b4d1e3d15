// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "fits/compression.h"

#include <bzlib.h>
#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <limits>
#include <new>
#include <utility>

#include "base/errors.h"
#include "fits/bzip2.h"

namespace wyvern::fits {
namespace {

constexpr std::size_t smallest_output = std::size_t{256} << 10;
constexpr std::size_t usual_ratio = 5;  // of frames, by bzip2
constexpr int gzip_window = 15 + 16;    // zlib's way to ask for gzip's header and trailer
constexpr int fast_gzip = 4;            // float pixels gain little from more effort

enum class Progress { more, end, damaged };

// zlib and libbz2 count what they are given in 32 bits.
unsigned int piece(std::size_t size) {
  return static_cast<unsigned int>(
      std::min<std::size_t>(size, std::numeric_limits<unsigned int>::max() / 2));
}

class GzipReader {
 public:
  explicit GzipReader(std::string_view input) {
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(input.data()));
    if (inflateInit2(&stream_, gzip_window) != Z_OK) throw std::bad_alloc();
  }
  ~GzipReader() { inflateEnd(&stream_); }
  GzipReader(const GzipReader&) = delete;
  GzipReader& operator=(const GzipReader&) = delete;

  Progress advance(std::size_t& input_left, char* output, std::size_t& output_left) {
    const unsigned int given = stream_.avail_in = piece(input_left);
    const unsigned int room = stream_.avail_out = piece(output_left);
    stream_.next_out = reinterpret_cast<Bytef*>(output);
    const int result = inflate(&stream_, Z_NO_FLUSH);
    input_left -= given - stream_.avail_in;
    output_left -= room - stream_.avail_out;
    if (result == Z_STREAM_END) return Progress::end;
    return result == Z_OK || result == Z_BUF_ERROR ? Progress::more : Progress::damaged;
  }

 private:
  z_stream stream_{};
};

// What a file may expand to: no frame compresses better, and memory is not taken for a promise.
std::size_t most_output(std::size_t input) {
  constexpr std::size_t ratio = 16, harmless = std::size_t{64} << 20;
  return input * ratio + harmless;
}

[[noreturn]] void damaged(const std::string& path, std::string_view kind) {
  throw InputError(
      fmt::format("No access, or not supported format for: {} (its {} stream is damaged or cut "
                  "short; fetch the file again)",
                  path, kind));
}

[[noreturn]] void too_long(const std::string& path, std::string_view kind, std::size_t most) {
  throw InputError(
      fmt::format("No access, or not supported format for: {} (its {} stream expands to more "
                  "than {} MB, which no frame does)",
                  path, kind, most >> 20));
}

// Expands the gzip stream that begins `bytes`, appends it to `output` (of which `used` characters
// are filled) and returns the number of bytes that the stream takes. InputError when it gets longer
// than `most`.
std::size_t expand_gzip_stream(std::string_view bytes, std::string& output, std::size_t& used,
                               std::size_t most, const std::string& path) {
  GzipReader reader(bytes);
  std::size_t input_left = bytes.size();
  while (true) {
    if (used == output.size()) {
      if (used >= most) too_long(path, "gzip", most);
      output.resize(std::min(most, std::max(smallest_output, output.size() * 2)));
    }
    std::size_t output_left = output.size() - used;
    const std::size_t input_before = input_left;
    const std::size_t output_before = output_left;
    const Progress progress = reader.advance(input_left, output.data() + used, output_left);
    used += output_before - output_left;
    if (progress == Progress::end) return bytes.size() - input_left;
    const bool stuck = input_left == input_before && output_left == output_before;
    if (progress == Progress::damaged || stuck) damaged(path, "gzip");
  }
}

std::string expand_gzip(std::string_view bytes, const std::string& path) {
  std::string output(std::max(smallest_output, bytes.size() * 4), '\0');
  std::size_t used = 0;
  const std::size_t most = most_output(bytes.size());
  while (compression_of(bytes) == Compression::gzip) {
    bytes.remove_prefix(expand_gzip_stream(bytes, output, used, most, path));
  }
  output.resize(used);
  return output;
}

std::string expand_bzip2(std::string_view bytes, const std::string& path) {
  bzip2::Decoder decoder(bytes);
  bzip2::Output output;
  output.bytes.resize(bytes.size() * usual_ratio);
  output.most = most_output(bytes.size());
  while (true) {
    switch (decoder.advance(output)) {
      case bzip2::Decoder::State::more:
        break;
      case bzip2::Decoder::State::damaged:
        damaged(path, "bzip2");
      case bzip2::Decoder::State::too_long:
        too_long(path, "bzip2", output.most);
      case bzip2::Decoder::State::end:
        output.bytes.resize(output.used);
        return std::move(output.bytes);
    }
  }
}

std::string to_gzip(std::string_view bytes) {
  z_stream stream{};
  if (deflateInit2(&stream, fast_gzip, Z_DEFLATED, gzip_window, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
    throw std::bad_alloc();
  }
  std::string output(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  std::size_t used = 0;
  std::size_t left = bytes.size();
  int result = Z_OK;
  while (result == Z_OK) {
    const unsigned int given = stream.avail_in = piece(left);
    const unsigned int room = stream.avail_out = piece(output.size() - used);
    stream.next_out = reinterpret_cast<Bytef*>(output.data() + used);
    result = deflate(&stream, given == left ? Z_FINISH : Z_NO_FLUSH);
    left -= given - stream.avail_in;
    used += room - stream.avail_out;
  }
  deflateEnd(&stream);
  output.resize(used);
  return output;
}

std::string to_bzip2(std::string_view bytes) {
  bz_stream stream{};
  if (BZ2_bzCompressInit(&stream, 9, 0, 0) != BZ_OK) throw std::bad_alloc();
  std::string output(bytes.size() / 2 + smallest_output, '\0');
  stream.next_in = const_cast<char*>(bytes.data());
  std::size_t used = 0;
  std::size_t left = bytes.size();
  int result = BZ_RUN_OK;
  while (result != BZ_STREAM_END) {
    if (used == output.size()) output.resize(output.size() * 2);
    const unsigned int given = stream.avail_in = piece(left);
    const unsigned int room = stream.avail_out = piece(output.size() - used);
    stream.next_out = output.data() + used;
    result = BZ2_bzCompress(&stream, given == left ? BZ_FINISH : BZ_RUN);
    left -= given - stream.avail_in;
    used += room - stream.avail_out;
  }
  BZ2_bzCompressEnd(&stream);
  output.resize(used);
  return output;
}

}  // namespace

Compression compression_of(std::string_view first_bytes) {
  if (first_bytes.starts_with("\x1f\x8b\x08")) return Compression::gzip;
  if (first_bytes.starts_with("BZh")) return Compression::bzip2;
  return Compression::none;
}

Compression compression_wanted(std::string_view path) {
  if (path.ends_with(".gz")) return Compression::gzip;
  if (path.ends_with(".bz2")) return Compression::bzip2;
  return Compression::none;
}

std::string expand(std::string_view bytes, Compression compression, const std::string& path) {
  if (compression == Compression::gzip) return expand_gzip(bytes, path);
  return compression == Compression::bzip2 ? expand_bzip2(bytes, path) : std::string();
}

std::string compress(std::string_view bytes, Compression compression) {
  return compression == Compression::gzip ? to_gzip(bytes) : to_bzip2(bytes);
}

}  // namespace wyvern::fits
