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

// The text of a file of one or more gzip streams.
class GzipText {
 public:
  GzipText(std::string_view bytes, std::size_t expected, const std::string& path)
      : bytes_(bytes), most_(most_output(bytes.size())), path_(path), output_(expected, '\0') {}

  // Expands the stream that begins what is left. True when `enough` of it is.
  bool expand_stream(const Enough& enough) {
    GzipReader reader(bytes_);
    std::size_t input_left = bytes_.size();
    while (true) {
      std::size_t room = std::min(make_room(), enough ? smallest_output : output_.size());
      const std::size_t input_before = input_left, room_before = room;
      const Progress progress = reader.advance(input_left, output_.data() + used_, room);
      used_ += room_before - room;
      if (enough && enough({output_.data(), used_})) return true;
      if (progress == Progress::end) break;
      const bool stuck = input_left == input_before && room == room_before;
      if (progress == Progress::damaged || stuck) damaged(path_, "gzip");
    }
    bytes_.remove_prefix(bytes_.size() - input_left);
    return false;
  }

  bool at_stream() const { return compression_of(bytes_) == Compression::gzip; }
  std::string text() && {
    output_.resize(used_);
    return std::move(output_);
  }

 private:
  // Characters that are free behind the text, at least one.
  std::size_t make_room() {
    if (used_ == output_.size()) {
      if (used_ >= most_) too_long(path_, "gzip", most_);
      output_.resize(std::min(most_, std::max(smallest_output, output_.size() * 2)));
    }
    return output_.size() - used_;
  }

  std::string_view bytes_;  // what has not been expanded
  std::size_t most_;
  const std::string& path_;
  std::string output_;  // of which `used_` characters are filled
  std::size_t used_ = 0;
};

std::string expand_gzip(std::string_view bytes, const std::string& path, const Enough& enough) {
  GzipText text(bytes, enough ? 0 : std::max(smallest_output, bytes.size() * 4), path);
  while (text.at_stream() && !text.expand_stream(enough)) {
  }
  return std::move(text).text();
}

std::string expand_bzip2(std::string_view bytes, const std::string& path, const Enough& enough) {
  bzip2::Decoder decoder(bytes);
  bzip2::Output output;
  if (!enough) output.bytes.resize(bytes.size() * usual_ratio);
  output.most = most_output(bytes.size());
  auto state = bzip2::Decoder::State::more;
  while (state == bzip2::Decoder::State::more) {
    state = decoder.advance(output);
    if (state == bzip2::Decoder::State::damaged) damaged(path, "bzip2");
    if (state == bzip2::Decoder::State::too_long) too_long(path, "bzip2", output.most);
    if (enough && enough({output.bytes.data(), output.used})) break;
  }
  output.bytes.resize(output.used);
  return std::move(output.bytes);
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
  return expand_start(bytes, compression, path, nullptr);
}

std::string expand_start(std::string_view bytes, Compression compression, const std::string& path,
                         const Enough& enough) {
  if (compression == Compression::gzip) return expand_gzip(bytes, path, enough);
  return compression == Compression::bzip2 ? expand_bzip2(bytes, path, enough) : std::string();
}

std::string compress(std::string_view bytes, Compression compression) {
  return compression == Compression::gzip ? to_gzip(bytes) : to_bzip2(bytes);
}

}  // namespace wyvern::fits
