// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "base/errors.h"
#include "base/text.h"
#include "commands/caldb_parsers.h"
#include "commands/commands.h"
#include "commands/text_fill.h"
#include "support/paths.h"

namespace wyvern::commands {
namespace {

using Tokens = std::vector<std::string>;

ArgumentParser reduce_like() {
  return ArgumentParser(
      "reduce", "Reduces.",
      {{.names = {"files"}, .arity = Arity::any, .help = "files"},
       {.names = {"-p", "--param"}, .arity = Arity::at_least_one},
       {.names = {"--logfile"}, .arity = Arity::one},
       {.names = {"--logmode"}, .arity = Arity::one, .choices = {"standard", "quiet", "debug"}},
       {.names = {"-r", "--recipe"}, .arity = Arity::one},
       {.names = {"--user_cal"}, .arity = Arity::any},
       {.names = {"--qa"}},
       {.names = {"-v", "--verbose"}},
       {.names = {"-x"}}});
}

// The part of the message behind "reduce: error: ".
std::string refusal(const ArgumentParser& parser, const Tokens& tokens) {
  try {
    parser.parse(tokens);
  } catch (const UsageError& error) {
    const std::string text = error.what(), mark = parser.program() + ": error: ";
    EXPECT_TRUE(text.starts_with("usage: " + parser.program())) << text;
    return text.substr(text.find(mark) + mark.size());
  }
  return "accepted";
}

// What a transcript of `command --help` shows.
std::string golden_help(const std::filesystem::path& shared, const std::string& command) {
  std::ostringstream text;
  text << std::ifstream(shared / "golden/transcripts/info" / (command + "_help.txt")).rdbuf();
  const std::string begin = "--- stdout\n", end = "--- exit status";
  const std::size_t first = text.str().find(begin) + begin.size();
  return text.str().substr(first, text.str().find(end) - first);
}

TEST(Parse, OptionsInAllForms) {
  for (const Tokens& line : {Tokens{"--recipe", "foo"}, Tokens{"--recipe=foo"}, Tokens{"-r", "foo"},
                             Tokens{"-rfoo"}, Tokens{"-r=foo"}, Tokens{"--rec", "foo"},
                             Tokens{"--rec=foo"}, Tokens{"-vxrfoo"}, Tokens{"-vr", "foo"}}) {
    EXPECT_EQ(reduce_like().parse(line).one("recipe"), "foo") << join(line, " ");
  }
  EXPECT_EQ(reduce_like().parse({"--recipe="}).all("recipe"), Tokens{""});
}

TEST(Parse, CombinedFlags) {
  const auto parsed = reduce_like().parse({"-vx"});
  EXPECT_TRUE(parsed.has("verbose"));
  EXPECT_TRUE(parsed.has("x"));
  EXPECT_EQ(parsed.order, (Tokens{"verbose", "x"}));
}

TEST(Parse, SeveralValuesAndRepetition) {
  const auto parsed =
      reduce_like().parse({"a.fits", "-p", "x=1", "y=2", "--qa", "--param", "z=3", "--qa"});
  EXPECT_EQ(parsed.all("files"), Tokens{"a.fits"});
  EXPECT_EQ(parsed.all("param"), (Tokens{"x=1", "y=2", "z=3"}));
  EXPECT_EQ(parsed.last("param"), Tokens{"z=3"});
  EXPECT_EQ(parsed.order, (Tokens{"files", "param", "qa", "param", "qa"}));
  EXPECT_EQ(parsed.order_values[1], (Tokens{"x=1", "y=2"}));
  EXPECT_EQ(parsed.one("nosuch", "fallback"), "fallback");
}

TEST(Parse, DashesEndOptions) {
  const auto parsed = reduce_like().parse({"-p", "x=1", "--", "a.fits", "-r"});
  EXPECT_EQ(parsed.all("param"), Tokens{"x=1"});
  EXPECT_EQ(parsed.all("files"), (Tokens{"a.fits", "-r"}));
}

TEST(Parse, NegativeNumbersAndTextWithBlanksAreValues) {
  EXPECT_EQ(reduce_like().parse({"-r", "-5"}).one("recipe"), "-5");
  EXPECT_EQ(reduce_like().parse({"-r", "-1.5"}).one("recipe"), "-1.5");
  EXPECT_EQ(reduce_like().parse({"-r", "-a b"}).one("recipe"), "-a b");
}

TEST(Parse, Refusals) {
  const ArgumentParser parser = reduce_like();
  EXPECT_EQ(refusal(parser, {"--log", "x"}),
            "ambiguous option: --log could match --logfile, --logmode");
  EXPECT_EQ(refusal(parser, {"a.fits", "--qa", "b.fits"}), "unrecognized arguments: b.fits");
  EXPECT_EQ(refusal(parser, {"--ucals", "x", "a"}), "unrecognized arguments: --ucals");
  EXPECT_EQ(refusal(parser, {"-r"}), "argument -r/--recipe: expected one argument");
  EXPECT_EQ(refusal(parser, {"-p", "--qa"}), "argument -p/--param: expected at least one argument");
  EXPECT_EQ(refusal(parser, {"--qa=5"}), "argument --qa: ignored explicit argument '5'");
  EXPECT_EQ(
      refusal(parser, {"--logmode", "loud"}),
      "argument --logmode: invalid choice: 'loud' (choose from 'standard', 'quiet', 'debug')");
}

TEST(Parse, RequiredArguments) {
  const ArgumentParser parser(
      "showd", "",
      {{.names = {"inputs"}, .arity = Arity::at_least_one},
       {.names = {"--descriptors", "-d"}, .arity = Arity::one, .required = true}});
  EXPECT_EQ(refusal(parser, {}), "the following arguments are required: inputs, --descriptors/-d");
  EXPECT_EQ(refusal(parser, {"-d", "object"}), "the following arguments are required: inputs");
}

TEST(Parse, TwoPositionalsShareTheTokens) {
  const ArgumentParser parser("showpars", "",
                              {{.names = {"filename"}, .arity = Arity::one},
                               {.names = {"primitive"}, .arity = Arity::one},
                               {.names = {"-d", "--doc"}}});
  for (const Tokens& line :
       {Tokens{"f", "p", "-d"}, Tokens{"-d", "f", "p"}, Tokens{"f", "-d", "p"}}) {
    const auto parsed = parser.parse(line);
    EXPECT_EQ(parsed.one("filename"), "f");
    EXPECT_EQ(parsed.one("primitive"), "p");
  }
  EXPECT_EQ(refusal(parser, {"f", "p", "q"}), "unrecognized arguments: q");
}

TEST(Parse, TokensAnywhereJoinThePositional) {
  const ArgumentParser parser(
      "reduce", "",
      {{.names = {"files"}, .arity = Arity::at_least_one, .anywhere = true}, {.names = {"--qa"}}});
  EXPECT_EQ(parser.parse({"a", "--qa", "b", "--", "c"}).all("files"), (Tokens{"a", "b", "c"}));
  EXPECT_EQ(refusal(parser, {"a", "--nosuch", "b"}), "unrecognized arguments: --nosuch");
}

TEST(Parse, HelpStopsTheReading) {
  EXPECT_TRUE(reduce_like().parse({"-h", "--nosuch"}).has("help"));
  EXPECT_TRUE(reduce_like().parse({"--he", "-r"}).has("help"));
  EXPECT_FALSE(reduce_like().parse({"--qa"}).has("help"));
}

TEST(Parse, ManyTokens) {
  Tokens line(200000, "a.fits");
  line.emplace_back("--qa");
  EXPECT_EQ(reduce_like().parse(line).all("files").size(), 200000U);
}

TEST(SubCommands, TakeTheRestOfTheLine) {
  EXPECT_EQ(caldb_parser("caldb").parse({"add", "-v", "x.fits"}).all("action"),
            (Tokens{"add", "-v", "x.fits"}));
  EXPECT_FALSE(caldb_parser("caldb").parse({}).has("action"));
  EXPECT_TRUE(refusal(caldb_parser("caldb"), {"bogus"})
                  .starts_with("argument action: invalid choice: 'bogus' (choose from 'init', "
                               "'list', 'add', 'remove', 'config'"));
}

TEST(Help, SubCommands) {
  const auto shared = testing::reference_data();
  if (!shared) GTEST_SKIP() << "skipped: no reference data";
  const ArgumentParser parser(
      "caldb", "Calibration Database Management Tool",
      {{.names = {"action"},
        .arity = Arity::command,
        .help = "Sub-command help",
        .commands = {
            {"init", "Create and initialize a new database."},
            {"list", "List calib files in the current database."},
            {"add",
             "Add files to the calibration database. One or more files or directories may be "
             "specified."},
            {"remove",
             "Remove files from the calibration database. One or more files may be specified."},
            {"config", "Show configuration for caldb"}}}});
  EXPECT_EQ(parser.help(), golden_help(*shared, "caldb"));
}

TEST(Help, RequiredOption) {
  const auto shared = testing::reference_data();
  if (!shared) GTEST_SKIP() << "skipped: no reference data";
  const ArgumentParser parser(
      "showd", "For each input file, show the value of the specified descriptors.",
      {{.names = {"inputs"}, .arity = Arity::any, .help = "Input FITS files"},
       {.names = {"--descriptors", "-d"},
        .arity = Arity::one,
        .help = "comma-separated list of descriptor values to return",
        .required = true},
       {.names = {"--long"}, .help = "Long format for the descriptor value"},
       {.names = {"--csv"}, .help = "Format as CSV list."},
       {.names = {"--adpkg"},
        .arity = Arity::one,
        .help = "Name of the astrodata instrument package to useif not gemini_instruments"},
       {.names = {"--debug"}, .help = "Toggle debug mode"}});
  EXPECT_EQ(parser.help(), golden_help(*shared, "showd"));
}

TEST(Help, NarrowColumn) {
  const auto shared = testing::reference_data();
  if (!shared) GTEST_SKIP() << "skipped: no reference data";
  const ArgumentParser parser(
      "showpars", "Primitive parameter display, v3.2.3",
      {{.names = {"filename"}, .arity = Arity::one, .help = "filename"},
       {.names = {"primitive"}, .arity = Arity::one, .help = "primitive name"},
       {.names = {"-v", "--version"}, .help = "show program's version number and exit"},
       {.names = {"-d", "--doc"}, .help = "show the full docstring"},
       {.names = {"--adpkg"},
        .arity = Arity::one,
        .help = "Name of the astrodata instrument package to use if not gemini_instruments"},
       {.names = {"--drpkg"},
        .arity = Arity::one,
        .help = "Name of the DRAGONS instrument package to use if not geminidr"}});
  EXPECT_EQ(parser.help(), golden_help(*shared, "showpars"));
}

TEST(Fill, BreaksAtBlanksAndHyphens) {
  EXPECT_EQ(filled("request non-default recipes", 12),
            (Tokens{"request non-", "default", "recipes"}));
  EXPECT_EQ(filled("use --tags a-1", 7), (Tokens{"use", "--tags", "a-1"}));
  EXPECT_EQ(filled("ab cdefghijkl", 5), (Tokens{"ab cd", "efghi", "jkl"}));
  EXPECT_EQ(filled("  many   blanks\n", 20), Tokens{"many blanks"});
  EXPECT_TRUE(filled("", 20).empty());
}

}  // namespace
}  // namespace wyvern::commands
