// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <algorithm>

#include "astrodata/provenance.h"
#include "base/text.h"

namespace wyvern {

namespace {

using Lines = std::vector<std::string>;

std::size_t longest(const Lines& lines) {
  std::size_t width = 0;
  for (const std::string& line : lines) width = std::max(width, line.size());
  return width;
}

Lines texts_of(const fits::Table& table, std::string_view name) {
  const fits::Column* column = table.find(name);
  const Lines* texts = column == nullptr ? nullptr : std::get_if<Lines>(&column->cells);
  return texts == nullptr ? Lines(table.rows()) : *texts;
}

// Python's str.center: of an odd number of blanks the extra one goes left in a field of odd width.
std::string centred(const std::string& text, std::size_t width) {
  const std::size_t blanks = width - text.size();
  const std::size_t left = blanks / 2 + (blanks & width & 1);
  return std::string(left, ' ') + text + std::string(blanks - left, ' ');
}

// A column as it is printed: heading, dashes, cells to the right.
Lines printed_column(const fits::Table& table, const std::string& name) {
  const Lines cells = texts_of(table, name);
  const std::size_t width = std::max(name.size(), longest(cells));
  Lines lines{centred(name, width), std::string(width, '-')};
  for (const std::string& cell : cells) lines.push_back(fmt::format("{:>{}}", cell, width));
  return lines;
}

// Replaces columns from the middle outwards by one of dots until the rest fits.
void fit_columns(std::vector<Lines>& columns, std::size_t width) {
  const Lines dots(columns.front().size(), "...");
  const auto used = [&] {
    std::size_t sum = columns.size() - 1;
    for (const Lines& column : columns) sum += column.front().size();
    return sum;
  };
  while (used() > width && columns.size() > 1) {
    std::size_t middle = columns.size() / 2;
    if (columns[middle] == dots) {
      if (columns.size() == 2) return;
      columns.erase(columns.begin() + static_cast<std::ptrdiff_t>(middle));
      middle = columns.size() / 2;
    }
    columns[middle] = dots;
  }
}

std::string printed_table(const fits::Table& table, std::size_t width) {
  std::vector<Lines> columns;
  for (const fits::Column& column : table.columns) {
    columns.push_back(printed_column(table, column.name));
  }
  if (columns.empty()) return "\n";
  fit_columns(columns, width);
  std::string text;
  for (std::size_t row = 0; row < columns.front().size(); ++row) {
    Lines cells;
    for (const Lines& column : columns) cells.push_back(column[row]);
    text += join(cells, " ") + "\n";
  }
  return text;
}

// JSON text on one line, as HISTORY has it, spread out as json.dumps(indent=4) does.
class JsonIndenter {
 public:
  Lines lines(std::string_view json) {
    for (std::size_t i = 0; i < json.size(); ++i) {
      const char c = json[i];
      if (in_text_) {
        take_text(c);
      } else if ((c == '{' || c == '[') && i + 1 < json.size() &&
                 (json[i + 1] == '}' || json[i + 1] == ']')) {
        lines_.back() += json.substr(i++, 2);
      } else {
        take(c);
      }
    }
    return lines_;
  }

 private:
  void take_text(char c) {
    lines_.back() += c;
    if (c == '"' && !escaped_) in_text_ = false;
    escaped_ = c == '\\' && !escaped_;
  }

  void take(char c) {
    if (c == '{' || c == '[') {
      lines_.back() += c;
      ++depth_;
      new_line();
    } else if (c == '}' || c == ']') {
      depth_ = depth_ > 0 ? depth_ - 1 : 0;
      new_line();
      lines_.back() += c;
    } else if (c == ',') {
      lines_.back() += c;
      new_line();
    } else if (c != ' ' || lines_.back().ends_with(':')) {
      in_text_ = c == '"';
      lines_.back() += c;
    }
  }

  void new_line() { lines_.emplace_back(4 * depth_, ' '); }

  Lines lines_{""};
  std::size_t depth_ = 0;
  bool in_text_ = false, escaped_ = false;
};

std::string printed_history(const fits::Table& table) {
  constexpr std::size_t time_width = 28;
  const Lines primitives = texts_of(table, "primitive"),
              starts = texts_of(table, "timestamp_start");
  const Lines stops = texts_of(table, "timestamp_stop");
  std::vector<Lines> args;
  std::size_t args_width = 16;
  for (const std::string& text : texts_of(table, "args")) {
    args.push_back(JsonIndenter().lines(text));
    args_width = std::max(args_width, longest(args.back()));
  }
  const std::size_t name_width = std::max<std::size_t>(9, longest(primitives));
  std::string text = fmt::format("{:<{}} {:<{}} {:<{}} {}\n", "Primitive", name_width, "Args",
                                 args_width, "Start", time_width, "Stop");
  text += fmt::format("{:-<{}} {:-<{}} {:-<{}} {:-<{}}\n", "", name_width, "", args_width, "",
                      time_width, "", time_width);
  for (std::size_t i = 0; i < args.size(); ++i) {
    text += fmt::format("{:<{}} {:<{}} {:<{}} {}\n", primitives[i], name_width, args[i].front(),
                        args_width, starts[i], time_width, stops[i]);
    for (std::size_t k = 1; k < args[i].size(); ++k) {
      text += std::string(name_width + 1, ' ') + args[i][k] + "\n";
    }
  }
  return text;
}

}  // namespace

std::string provenance_text(const AstroData& ad, std::size_t width) {
  const auto table = ad.tables.find("PROVENANCE");
  if (table == ad.tables.end()) return "No Provenance found\n";
  return "Provenance\n----------\n" + printed_table(table->second, width);
}

std::string history_text(const AstroData& ad) {
  const auto table = ad.tables.find("HISTORY");
  if (table == ad.tables.end()) return "No Provenance History found.\n";
  return "History\n-------\n" + printed_history(table->second);
}

std::string provenance_summary(const AstroData& ad, std::size_t width) {
  return provenance_text(ad, width) + "\n" + history_text(ad);
}

}  // namespace wyvern
