// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "base/system_fault.h"

#include <cerrno>
#include <cstring>

#include "base/errors.h"

namespace wyvern {

bool is_shortage(int error) {
  return error == EMFILE || error == ENFILE || error == ENOMEM || error == ENOBUFS;
}

std::string system_reason(int error) {
  const std::string text = std::strerror(error);
  switch (error) {
    case EMFILE:
      return text + "; allow more with ulimit -n";
    case ENOSPC:
    case EDQUOT:
      return text + "; make room, or choose another folder";
    default:
      return text;
  }
}

void throw_unreadable(int error, const std::string& message) {
  if (is_shortage(error)) throw OutputError(message);
  throw InputError(message);
}

}  // namespace wyvern
