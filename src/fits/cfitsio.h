// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <fitsio.h>

#include <memory>
#include <string>

namespace wyvern::fits {

// CFITSIO prepares itself when a file is first opened, without regard to other threads: to be
// called before each opening.
inline void prepare_cfitsio() {
  [[maybe_unused]] static const int status = fits_init_cfitsio();
}

struct CloseHandle {
  void operator()(fitsfile* file) const noexcept {
    int status = 0;
    ffclos(file, &status);
  }
};
// An open file of CFITSIO; never shared by threads.
using Handle = std::unique_ptr<fitsfile, CloseHandle>;

// CFITSIO's fixed text for a status. Its error stack is one for all threads and is not used.
inline std::string status_text(int status) {
  char text[FLEN_ERRMSG] = "";
  ffgerr(status, text);
  return text;
}

}  // namespace wyvern::fits
