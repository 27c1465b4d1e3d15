// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <limits>

#include "base/errors.h"
#include "base/text.h"
#include "commands/commands.h"
#include "commands/environment.h"
#include "simulation/simulation.h"

namespace wyvern::commands {
namespace {

class Numbers {
 public:
  Numbers(const ArgumentParser& parser, const ArgumentParser::Parsed& parsed)
      : parser_(parser), parsed_(parsed) {}

  // A number that is not negative and at most `most`; nothing when not asked for.
  std::optional<long long> get(const std::string& name, long long most) const {
    if (!parsed_.has(name)) return std::nullopt;
    const std::string text = parsed_.one(name);
    const auto value = parse_int(text);
    if (!value || *value < 0 || *value > most) {
      parser_.fail(
          fmt::format("argument --{}: '{}' is not a number from 0 to {}", name, text, most));
    }
    return value;
  }

  std::optional<int> count(const std::string& name) const {
    constexpr long long most = 9000;  // file names have four digits
    const auto value = get(name, most);
    return value ? std::optional<int>(static_cast<int>(*value)) : std::nullopt;
  }

 private:
  const ArgumentParser& parser_;
  const ArgumentParser::Parsed& parsed_;
};

void show_progress(std::size_t done, std::size_t all) {
  fmt::print(stderr, "\r{} of {} frames{}", done, all, done == all ? "\n" : "");
  std::fflush(stderr);
}

}  // namespace

ArgumentParser simulate_parser(const std::string& program) {
  return finished(ArgumentParser(
      program,
      "Write a raw GNIRS keyhole-imaging night of known truth: FOLDER/playdata/*.fits and "
      "FOLDER/truth/truth.json. The same options give the same bytes.",
      {{.names = {"folder"}, .arity = Arity::one, .help = "folder to write into"},
       {.names = {"--preset"},
        .arity = Arity::one,
        .help = "kind of night (default: small)",
        .choices = simulation::preset_names()},
       {.names = {"--seed"},
        .arity = Arity::one,
        .help = "seed of the random numbers (default: 20120117)",
        .metavar = "N"},
       {.names = {"--science"},
        .arity = Arity::one,
        .help = "number of science frames",
        .metavar = "N"},
       {.names = {"--darks"}, .arity = Arity::one, .help = "number of darks", .metavar = "N"},
       {.names = {"--flats"},
        .arity = Arity::one,
        .help = "number of lamp-on flats, and of lamp-off flats",
        .metavar = "N"},
       {.names = {"--bz2"}, .help = "write .fits.bz2"}}));
}

int run_simulate(const std::string& program, const std::vector<std::string>& tokens) {
  const ArgumentParser parser = simulate_parser(program);
  const ArgumentParser::Parsed parsed = parser.parse(tokens);
  if (help_printed(parser, parsed)) return static_cast<int>(ExitStatus::ok);
  const Numbers numbers(parser, parsed);
  simulation::Options options;
  options.preset = parsed.one("preset", options.preset);
  if (const auto seed = numbers.get("seed", std::numeric_limits<long long>::max())) {
    options.seed = static_cast<std::uint64_t>(*seed);
  }
  options.science = numbers.count("science");
  options.darks = numbers.count("darks");
  options.flats = numbers.count("flats");
  options.bz2 = parsed.has("bz2");
  options.threads = threads_wanted();
  const bool on_terminal = ::isatty(STDERR_FILENO) == 1;
  const std::string folder = parsed.one("folder");
  const simulation::Result result = simulation::simulate_night(
      folder, options,
      on_terminal ? show_progress : std::function<void(std::size_t, std::size_t)>{});
  const std::string spoiled =
      result.spoiled.empty() ? "" : fmt::format(" and {} spoiled files", result.spoiled.size());
  fmt::print("{} frames{} in {}\n", result.frames.size(), spoiled,
             (std::filesystem::path(folder) / "playdata").string());
  return static_cast<int>(ExitStatus::ok);
}

}  // namespace wyvern::commands
