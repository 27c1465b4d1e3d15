// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "fits/file.h"
#include "fuzz/target.h"

namespace wyvern::fuzz {

inline void fill_record(std::string& bytes, char with) {
  bytes.resize((bytes.size() + 2879) / 2880 * 2880, with);
}

// A FITS file of an empty primary HDU and an extension, written as lines of text: the cards
// without the blanks at their ends, an empty line, the bytes of the data. So inputs are short, and
// what a fuzzer changes means something.
inline std::string file_of_lines(std::string_view input) {
  const auto add_card = [](std::string& file, std::string_view card) {
    file += card.substr(0, 80);
    file.append(80 - std::min<std::size_t>(80, card.size()), ' ');
  };
  std::string file;
  for (const char* card : {"SIMPLE  =                    T", "BITPIX  =                    8",
                           "NAXIS   =                    0", "END"}) {
    add_card(file, card);
  }
  fill_record(file, ' ');
  while (!input.empty() && input.front() != '\n') {
    const std::size_t end = std::min(input.find('\n'), input.size());
    add_card(file, input.substr(0, end));
    input.remove_prefix(std::min(end + 1, input.size()));
  }
  add_card(file, "END");
  fill_record(file, ' ');
  if (!input.empty()) file += input.substr(1);
  fill_record(file, '\0');
  return file;
}

// Reads all of a file and looks at what came of it.
inline void read_everything(const std::string& bytes) {
  const MemoryFile file(bytes);
  errors_are_answers([&] {
    const auto headers = fits::read_file(file.path(), fits::Pixels::defer);
    const auto hdus = fits::read_file(file.path(), fits::Pixels::load);
    require(headers.size() == hdus.size(), "the number of HDUs depends on the way of reading");
    for (std::size_t i = 0; i < hdus.size(); ++i) {
      require(headers[i].is_image() == hdus[i].is_image(), "an HDU changes its kind");
      if (hdus[i].is_table()) {
        for (const fits::Column& column : std::get<fits::Table>(hdus[i].data).columns) {
          require(column.repeat >= 0, "a negative number of cells");
        }
      }
      if (hdus[i].is_image()) {
        const Plane& plane = std::get<Plane>(hdus[i].data);
        require(plane.shape() == std::get<Plane>(headers[i].data).shape(), "a shape changes");
        fits::deferred_pixels(file.path(), static_cast<int>(i));
      }
    }
  });
}

}  // namespace wyvern::fuzz
