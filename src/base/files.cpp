// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "base/files.h"

#include <fcntl.h>
#include <md5.h>
#include <sha2.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <vector>

#include <fmt/format.h>

#include "base/descriptor.h"
#include "base/errors.h"
#include "base/system_fault.h"
#include "base/temporary_file.h"

namespace wyvern {
namespace {

template <class Consume>
void read_in_pieces(const std::string& path, Consume consume) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) {
    const int error = errno;
    throw_unreadable(error, fmt::format("[Errno {}] {}: '{}'", error, std::strerror(error), path));
  }
  std::vector<char> buffer(std::size_t{256} << 10);
  while (true) {
    const ssize_t got = ::read(file.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0)
      throw InputError(fmt::format("{}: cannot be read: {}", path, std::strerror(errno)));
    if (got == 0) return;
    consume(buffer.data(), static_cast<std::size_t>(got));
  }
}

std::string hex(std::span<const std::uint8_t> digest) {
  std::string out;
  for (const std::uint8_t byte : digest) out += fmt::format("{:02x}", byte);
  return out;
}

}  // namespace

std::string md5_hex(std::span<const std::byte> bytes) {
  MD5_CTX context;
  MD5Init(&context);
  MD5Update(&context, reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  std::array<std::uint8_t, MD5_DIGEST_LENGTH> digest{};
  MD5Final(digest.data(), &context);
  return hex(digest);
}

std::string sha256_hex(std::span<const std::byte> bytes) {
  SHA2_CTX context;
  SHA256Init(&context);
  SHA256Update(&context, reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  std::array<std::uint8_t, SHA256_DIGEST_LENGTH> digest{};
  SHA256Final(digest.data(), &context);
  return hex(digest);
}

std::string md5_of_file(const std::string& path) {
  MD5_CTX context;
  MD5Init(&context);
  read_in_pieces(path, [&](const char* data, std::size_t size) {
    MD5Update(&context, reinterpret_cast<const std::uint8_t*>(data), size);
  });
  std::array<std::uint8_t, MD5_DIGEST_LENGTH> digest{};
  MD5Final(digest.data(), &context);
  return hex(digest);
}

std::string read_text_file(const std::string& path) {
  std::string text;
  read_in_pieces(path, [&](const char* data, std::size_t size) { text.append(data, size); });
  return text;
}

void write_file_atomically(const std::string& path, std::string_view content) {
  TemporaryFile file(path);
  file.write(content);
  file.put_in_place();
}

void copy_file_atomically(const std::string& from, const std::string& to) {
  TemporaryFile file(to);
  read_in_pieces(from, [&](const char* data, std::size_t size) { file.write({data, size}); });
  file.put_in_place();
}

}  // namespace wyvern
