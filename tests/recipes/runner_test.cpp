// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "recipes/runner.h"

#include <gtest/gtest.h>

#include <atomic>
#include <mutex>

#include "base/recorded_log.h"
#include "recipes/made_primitives.h"
#include "support/paths.h"

namespace wyvern {
namespace {

using namespace wyvern::testing;
using Words = std::vector<std::string>;

Frame made_frame(int number) {
  return electrons(number, floats(1, 2, {static_cast<float>(number), 0}));
}

// Runs recipes of small primitives.
struct TestRun {
  explicit TestRun(int count = 3, int threads = 2) : bench(threads) {
    bench.context.primitives = &primitives;
    for (int i = 0; i < count; ++i) main().push_back(made_frame(14 + i));
  }
  FrameList& main() { return bench.context.streams["main"]; }
  void run(std::vector<RecipeStep> steps, const RunObserver& observer = {}) {
    run_recipe({"test", std::move(steps)}, bench.context, log, observer);
  }
  PrimitiveClass primitives = made_primitives();
  Bench bench;
  RecordedLog log;
};

Words history(const Frame& frame, const char* column = "primitive") {
  const auto table = frame->tables.find("HISTORY");
  return table == frame->tables.end() ? Words{} : table->second.cells<std::string>(column);
}

// --- groups of frame-wise steps ---------------------------------------------------------------

TEST(Runner, LogsAsIfAllFramesWentThroughOneStepAfterTheOther) {
  TestRun run(2);
  run.run({{"say"}, {"say", {{"word", "bye"}}}});
  EXPECT_EQ(run.log.lines(),
            (Words{"   PRIMITIVE: say", "   --------------", "   hello N20120117S0014.fits",
                   "   hello N20120117S0015.fits", "   .", "   PRIMITIVE: say", "   --------------",
                   "   bye N20120117S0014_said.fits", "   bye N20120117S0015_said.fits", "   ."}));
}

// What a run of real frame-wise primitives leaves: planes, headers, tables, log.
struct Left {
  std::vector<std::vector<float>> data, variance;
  std::vector<std::vector<std::uint16_t>> mask;
  std::vector<Words> headers, rows;
  std::string log;
  bool operator==(const Left&) const = default;
};

Words cards_of(const AstroData& frame) {
  Words cards;
  // NEXTEND counts the tables that are there so far and is set anew when the frame is written.
  for (const fits::Card& card : frame.phu.cards()) {
    cards.push_back(card.keyword == "NEXTEND" ? card.keyword : fits::card_text(card));
  }
  for (const fits::Card& card : frame.extensions[0].header.cards()) {
    cards.push_back(fits::card_text(card));
  }
  return cards;
}

const std::vector<RecipeStep> kSteps = {{"prepare"},
                                        {"addDQ", {{"add_illum_mask", false}}},
                                        {"addVAR", {{"read_noise", true}}},
                                        {"ADUToElectrons"},
                                        {"addVAR", {{"poisson_noise", true}}},
                                        {"darkCorrect", {{"do_cal", "skip"}}},
                                        {"applyDQPlane"},
                                        {"detectSources", {{"detect_thresh", 3.0}}}};

Left run_real(bool grouped, int threads) {
  Bench bench(threads);
  RecordedLog log;
  FrameList frames;
  for (int i = 0; i < 4; ++i) {
    Plane data = Plane::filled<float>(110, 110, 100.0F);
    for (std::size_t k = 0; k < 12100; ++k) {
      data.pixels<float>()[k] += static_cast<float>((k * (7 + static_cast<std::size_t>(i))) % 23);
    }
    data.pixels<float>()[5000] = 8000.0F;
    frames.push_back(raw_frame(14 + i, std::move(data)));
  }
  bench.context.streams["main"] = frames;
  if (grouped) {
    run_recipe({"all", kSteps}, bench.context, log);
  } else {
    for (const RecipeStep& step : kSteps) run_recipe({"one", {step}}, bench.context, log);
  }
  EXPECT_EQ(bench.context.streams["main"], frames);
  Left left;
  for (const Frame& frame : frames) {
    left.data.push_back(data_of(frame));
    left.variance.push_back(variance_of(frame));
    left.mask.push_back(mask_of(frame));
    left.headers.push_back(cards_of(*frame));
    left.rows.push_back(history(frame));
    left.rows.push_back(history(frame, "args"));
    left.rows.push_back(history(frame, "timestamp_stop"));
  }
  left.log = log.text();
  return left;
}

TEST(Runner, AGroupOfStepsIsTheSameAsOneStepAtATime) {
  const Left single = run_real(false, 1);
  EXPECT_EQ(single.rows[0].size(), kSteps.size());
  EXPECT_NE(single.data[0], single.data[1]);
  for (const int threads : {1, 2, 5}) {
    const Left grouped = run_real(true, threads);
    EXPECT_EQ(grouped.log, single.log);
    EXPECT_EQ(grouped.headers, single.headers);
    EXPECT_EQ(grouped.rows, single.rows);
    EXPECT_TRUE(grouped == single) << threads;
  }
}

TEST(Runner, TheLeaderGoesFirst) {
  for (const int threads : {1, 3}) {
    TestRun run(4, threads);
    run.run({{"say", {{"suffix", "_a"}}}, {"follow"}});
    const std::string follows = " follows N20120117S0017_a.fits";
    EXPECT_EQ(run.log.lines_of(LogLevel::stdinfo),
              (Words{"   hello N20120117S0014.fits", "   hello N20120117S0015.fits",
                     "   hello N20120117S0016.fits", "   hello N20120117S0017.fits",
                     "   N20120117S0014_a.fits" + follows, "   N20120117S0015_a.fits" + follows,
                     "   N20120117S0016_a.fits" + follows, "   N20120117S0017_a.fits" + follows}));
  }
}

TEST(Runner, StepsWithoutFramesAreLoggedAllTheSame) {
  TestRun run(0);
  run.run({{"say"}, {"follow"}, {"reverse"}});
  EXPECT_EQ(run.log.lines_of(LogLevel::status),
            (Words{"   PRIMITIVE: say", "   --------------", "   .", "   PRIMITIVE: follow",
                   "   -----------------", "   .", "   PRIMITIVE: reverse", "   ------------------",
                   "   ."}));
}

TEST(Runner, PixelsOnDiskAreRead) {
  const TemporaryFolder folder;
  made_frame(14)->write(folder.file("a.fits"), false);
  for (const char* primitive : {"say", "brighten"}) {
    TestRun run(0);
    run.main().push_back(
        std::make_shared<AstroData>(AstroData::open(folder.file("a.fits"), fits::Pixels::defer)));
    run.run({{primitive}});
    EXPECT_TRUE(run.main()[0]->extensions[0].data.loaded()) << primitive;
  }
}

// --- frames that fail -------------------------------------------------------------------------

// Runs `steps` on four frames, the OBJECT of some being "bad", with a quarantine.
struct QuarantinedRun : TestRun {
  explicit QuarantinedRun(const std::vector<std::size_t>& bad, int threads = 2)
      : TestRun(4, threads) {
    bench.context.quarantine = &quarantine;
    for (const std::size_t k : bad) main()[k]->phu.set("OBJECT", "bad");
  }
  Quarantine quarantine;
};
const RecipeStep kFailing{"fail", {{"object", "bad"}}};

TEST(Runner, AFrameThatFailsIsSetAsideAndTheOthersGoOn) {
  for (const int threads : {1, 2, 5}) {
    QuarantinedRun run({1}, threads);
    run.run({{"say"}, kFailing, {"say", {{"suffix", "_end"}}}});
    EXPECT_EQ(names_of(run.main()), (Words{"N20120117S0014_end.fits", "N20120117S0016_end.fits",
                                           "N20120117S0017_end.fits"}));
    ASSERT_EQ(run.quarantine.frames().size(), 1U);
    const SetAside& aside = run.quarantine.frames()[0];
    EXPECT_EQ(aside.primitive, "fail");
    EXPECT_EQ(aside.status, ExitStatus::processing);
    EXPECT_EQ(run.log.lines_of(LogLevel::warning), Words{"   " + text_of(aside)});
    EXPECT_EQ(history(run.main()[0]), (Words{"say", "fail", "say"}));
    EXPECT_EQ(history(run.main()[0], "timestamp_start"), Words(3, kBenchTime));
  }
}

TEST(Runner, AnotherFrameLeadsWhenTheLeaderFails) {
  QuarantinedRun run({2, 3});
  run.run({kFailing, {"follow"}});
  EXPECT_EQ(names_of(run.main()), (Words{"N20120117S0014.fits", "N20120117S0015.fits"}));
  EXPECT_TRUE(run.log.has("   N20120117S0014.fits follows N20120117S0015.fits"));
}

TEST(Runner, WithoutAFrameLeftTheRunFails) {
  QuarantinedRun run({0, 1, 2, 3});
  try {
    run.run({kFailing});
    ADD_FAILURE() << "nothing was thrown";
  } catch (const DataError& error) {
    EXPECT_TRUE(std::string(error.what()).starts_with("no frame is left, all 4 were set aside:"));
  }
  EXPECT_TRUE(run.main().empty());
}

TEST(Runner, WithoutAQuarantineAFrameEndsTheRun) {
  TestRun run(4);
  run.main()[1]->phu.set("OBJECT", "bad");
  EXPECT_THROW(run.run({kFailing}), DataError);
}

TEST(Runner, AnErrorOfAListWiseStepIsNobodysFault) {
  QuarantinedRun run({});
  EXPECT_THROW(run.run({{"failAll"}}), DataError);
  EXPECT_EQ(run.main().size(), 4U);
}

TEST(Runner, AListWiseStepIsRunAgainWithoutTheFrameThatIsToBlame) {
  const TemporaryFolder folder;
  QuarantinedRun run({});
  run.main().clear();
  for (const int number : {14, 15, 16}) {
    const std::string file = folder.file(std::to_string(number) + ".fits");
    made_frame(number)->write(file, false);
    run.main().push_back(std::make_shared<AstroData>(AstroData::open(file, fits::Pixels::defer)));
    run.main().back()->defer_pixels();
  }
  // It loses its pixels after it was opened.
  std::filesystem::resize_file(folder.file("14.fits"), 5760);
  run.run({{"stackFrames", {{"reject_method", "none"}}}});
  ASSERT_EQ(run.main().size(), 1U);
  EXPECT_EQ(run.main()[0]->phu.get("NCOMBINE"), Value(2));
  EXPECT_EQ(data_of(run.main()[0])[0], 15.5F);
  ASSERT_EQ(run.quarantine.frames().size(), 1U);
  EXPECT_EQ(run.quarantine.frames()[0].primitive, "stackFrames");
}

TEST(Runner, ProductsTellWhatIsSetAsideOnce) {
  const TemporaryFolder folder;
  QuarantinedRun run({0, 2});
  run.bench.context.output_folder = folder.path().string();
  run.bench.context.user_parameters = {{"say:write_outputs", true}};
  run.run({kFailing, {"say"}, {"say"}});
  const AstroData product = AstroData::open(folder.file("N20120117S0015_said.fits"));
  EXPECT_EQ(product.phu.get("SETASIDE"), Value(2));
  const Words steps = product.tables.at("HISTORY").cells<std::string>("primitive");
  EXPECT_EQ(std::count(steps.begin(), steps.end(), "setAside"), 2);
}

// --- parameters -------------------------------------------------------------------------------

TEST(Runner, TheRecipesArgumentsWinAndTheUserIsTold) {
  TestRun run(2);
  run.bench.context.user_parameters = {{"say:word", "mine"}, {"suffix", "_x"}};
  run.run({{"say", {{"word", "its"}}}, {"say"}});
  EXPECT_EQ(run.log.lines_of(LogLevel::stdinfo),
            (Words{"   its N20120117S0014.fits", "   its N20120117S0015.fits",
                   "   mine N20120117S0014_x.fits", "   mine N20120117S0015_x.fits"}));
  EXPECT_EQ(run.log.lines_of(LogLevel::warning),
            Words{"   Parameter word=mine was set but will be ignored because the recipe enforces "
                  "a different value (=its)"});
}

TEST(Runner, AUserWhoWantsWhatTheRecipeWantsIsToldNothing) {
  TestRun run(1);
  run.bench.context.user_parameters = {{"word", "other"}, {"word", "its"}, {"flag", "True"}};
  run.run({{"say", {{"word", "its"}}}, {"join", {{"flag", true}}}});
  EXPECT_TRUE(run.log.lines_of(LogLevel::warning).empty());
  TestRun list(1);
  list.bench.context.user_parameters = {{"join:flag", "False"}};
  list.run({{"join", {{"flag", true}}}});
  EXPECT_EQ(list.log.lines_of(LogLevel::warning),
            Words{"   Parameter flag=False was set but will be ignored because the recipe enforces "
                  "a different value (=True)"});
}

TEST(Runner, DragonsTellsNotWhatTheRecipeEnforces) {
  TestRun run(1);
  run.bench.context.compat = true;
  run.bench.context.user_parameters = {{"say:word", "mine"}};
  run.run({{"say", {{"word", "its"}}}});
  EXPECT_EQ(run.log.lines_of(LogLevel::warning),
            Words{"   Parameter word=mine was set but will be ignored because the recipe enforces "
                  "a different value (={v})"});
}

// What a failure leaves behind: here frames are taken one by one as far as they go.
TEST(Runner, DragonsTakesAllFramesThroughAStepBeforeTheNext) {
  for (const bool compat : {false, true}) {
    TestRun run(3, 1);
    run.bench.context.compat = compat;
    run.main()[0]->phu.set("OBJECT", "bad");
    EXPECT_THROW(run.run({{"say"}, {"fail", {{"object", "bad"}}}, {"say", {{"suffix", "_third"}}}}),
                 DataError);
    EXPECT_EQ(run.main()[2]->filename(),
              compat ? "N20120117S0016_said.fits" : "N20120117S0016_third.fits");
  }
}

TEST(Runner, AnUnknownPrimitiveIsAnError) {
  TestRun run;
  EXPECT_THROW(run.run({{"sya"}}), RecipeError);
}

// --- streams ----------------------------------------------------------------------------------

TEST(Runner, AnotherOutputStreamGetsCopies) {
  TestRun run(2);
  const FrameList main = run.main();
  run.run({{"brighten", {}, "main", "other"}});
  EXPECT_EQ(run.main(), main);
  EXPECT_EQ(data_of(main[0])[0], 14.0F);
  EXPECT_EQ(main[0]->filename(), "N20120117S0014.fits");
  EXPECT_TRUE(history(main[0]).empty());
  const FrameList& other = run.bench.context.streams["other"];
  EXPECT_EQ(data_of(other.at(1))[0], 1015.0F);
  EXPECT_EQ(history(other[1]), Words{"brighten"});
}

TEST(Runner, FrameWiseStepsCanChangeStreamsToo) {
  TestRun run(2);
  run.run({{"say", {}, "main", "other"}});
  EXPECT_EQ(names_of(run.main()), (Words{"N20120117S0014.fits", "N20120117S0015.fits"}));
  EXPECT_EQ(names_of(run.bench.context.streams["other"]),
            (Words{"N20120117S0014_said.fits", "N20120117S0015_said.fits"}));
}

TEST(Runner, WithinAStreamFramesAreNotCopied) {
  TestRun run(3);
  const FrameList main = run.main();
  run.run({{"reverse"}});
  EXPECT_EQ(run.main(), (FrameList{main[2], main[1], main[0]}));
}

TEST(Runner, StepsOnAnotherStreamLeaveMainAlone) {
  TestRun run(2);
  run.bench.context.streams["sky"] = {made_frame(30)};
  run.run({{"say"}, {"say", {}, "sky", "sky"}, {"brighten", {}, "nosuch", "nosuch"}});
  EXPECT_EQ(run.log.lines_of(LogLevel::stdinfo),
            (Words{"   hello N20120117S0014.fits", "   hello N20120117S0015.fits",
                   "   hello N20120117S0030.fits"}));
  EXPECT_TRUE(run.bench.context.streams["nosuch"].empty());
  EXPECT_EQ(run.main().size(), 2U);
}

// --- skip_primitive, write_outputs ------------------------------------------------------------

TEST(Runner, AStepCanBeSkipped) {
  TestRun run(2);
  const FrameList main = run.main();
  run.bench.context.user_parameters = {{"say:skip_primitive", true},
                                       {"reverse:skip_primitive", true}};
  run.run({{"say"}, {"reverse"}, {"follow"}});
  EXPECT_EQ(run.main(), main);
  EXPECT_EQ(names_of(main), (Words{"N20120117S0014.fits", "N20120117S0015.fits"}));
  EXPECT_EQ(history(main[0]), Words{"follow"});
  EXPECT_EQ(run.log.lines()[2], "   Parameter skip_primitive has been set so say will not be run");
  EXPECT_TRUE(run.log.lines_of(LogLevel::warning).empty());
}

TEST(Runner, SkippingBetweenStreamsIsWarnedOf) {
  TestRun run(1);
  run.bench.context.user_parameters = {{"reverse:skip_primitive", true}};
  run.run({{"reverse", {}, "main", "other"}});
  EXPECT_EQ(names_of(run.bench.context.streams["other"]), Words{"N20120117S0014.fits"});
  EXPECT_EQ(run.log.lines_of(LogLevel::warning),
            Words{"   The input and output streams differ so skipping this primitive may have "
                  "unintended consequences"});
}

TEST(Runner, TheLastWordOnSkippingCounts) {
  TestRun run(1);
  run.bench.context.user_parameters = {{"say:skip_primitive", true}, {"say:skip_primitive", false}};
  run.run({{"say"}});
  EXPECT_EQ(run.main()[0]->filename(), "N20120117S0014_said.fits");
}

TEST(Runner, OutputsOfAStepCanBeWritten) {
  const TemporaryFolder folder;
  TestRun run(2);
  run.bench.context.output_folder = folder.path().string();
  run.bench.context.user_parameters = {{"say:write_outputs", true}};
  run.run({{"say"}, {"brighten"}});
  EXPECT_TRUE(std::filesystem::exists(folder.file("N20120117S0014_said.fits")));
  EXPECT_TRUE(std::filesystem::exists(folder.file("N20120117S0015_said.fits")));
  EXPECT_FALSE(std::filesystem::exists(folder.file("N20120117S0014_bright.fits")));
  EXPECT_TRUE(run.log.has("   Writing to file N20120117S0015_said.fits"));
  EXPECT_EQ(history(run.main()[0]), (Words{"say", "brighten"}));
  const AstroData written = AstroData::open(folder.file("N20120117S0014_said.fits"));
  EXPECT_EQ(written.tables.at("HISTORY").cells<std::string>("primitive"), Words{"say"});
}

// --- HISTORY and PROVENANCE -------------------------------------------------------------------

TEST(Runner, EveryStepLeavesARowWithItsArguments) {
  TestRun run(1);
  run.run({{"say", {{"word", "bye"}}}, {"reverse"}, {"join", {{"flag", true}}}});
  const Frame& made = run.main().at(0);
  EXPECT_EQ(history(made), (Words{"say", "reverse", "join"}));
  EXPECT_EQ(history(made, "args"),
            (Words{"{\"suffix\": \"_said\", \"word\": \"bye\"}", "{}", "{\"flag\": true}"}));
  EXPECT_EQ(history(made, "timestamp_start"), Words(3, kBenchTime));
}

// Three raw frames on disk, stacked.
Frame stack_of_three(int threads, Bench& bench, RecordedLog& log) {
  const TemporaryFolder folder;
  Frame made;
  for (int number : {14, 15, 16}) {
    const Frame raw = raw_frame(number, floats(1, 2, {1, 2}));
    const std::string file = folder.file(raw->filename());
    raw->write(file, false);
    bench.context.streams["main"].push_back(
        std::make_shared<AstroData>(AstroData::open(file, fits::Pixels::defer)));
  }
  // A clock that never shows the same time twice.
  auto ticks = std::make_shared<std::atomic<int>>(0);
  bench.context.clock = [ticks] {
    return datetime_from_microseconds(microseconds({{2026, 1, 2}, {}}) + ++*ticks);
  };
  run_recipe({"r", {{"prepare"}, {"ADUToElectrons"}, {"stackFrames"}}}, bench.context, log);
  EXPECT_EQ(bench.context.streams["main"].size(), 1U) << threads;
  return bench.context.streams["main"].at(0);
}

TEST(Runner, AStackHasOneRowPerStepAndTheOriginsOfAllInputs) {
  for (const int threads : {1, 3}) {
    Bench bench(threads);
    RecordedLog log;
    const Frame stack = stack_of_three(threads, bench, log);
    EXPECT_EQ(history(stack), (Words{"prepare", "ADUToElectrons", "stackFrames"}));
    const Words start = history(stack, "timestamp_start"), stop = history(stack, "timestamp_stop");
    EXPECT_LT(start[0], stop[0]);
    EXPECT_LT(start[0], start[1]);
    EXPECT_LT(stop[1], start[2]);
    const fits::Table& origins = stack->tables.at("PROVENANCE");
    EXPECT_EQ(origins.cells<std::string>("filename"),
              (Words{"N20120117S0014.fits", "N20120117S0015.fits", "N20120117S0016.fits"}));
    EXPECT_EQ(origins.cells<std::string>("provenance_added_by"), Words(3, "prepare"));
    EXPECT_EQ(origins.cells<std::string>("md5")[0].size(), 32U);
  }
}

// --- errors, interruption, observers ----------------------------------------------------------

TEST(Runner, AnErrorInAFrameComesAfterWhatWasLogged) {
  for (const int threads : {1, 3}) {
    TestRun run(3, threads);
    run.main()[1]->phu.set("OBJECT", "bad");
    try {
      run.run({{"reverse"}, {"say"}, {"fail", {{"object", "bad"}}}, {"brighten"}});
      FAIL() << "nothing was thrown";
    } catch (const DataError& error) {
      EXPECT_STREQ(error.what(), "N20120117S0015_said.fits fails");
    }
    EXPECT_EQ(run.log.lines_of(LogLevel::stdinfo),
              (Words{"   turning 3", "   hello N20120117S0016.fits", "   hello N20120117S0015.fits",
                     "   hello N20120117S0014.fits", "   trying N20120117S0016_said.fits",
                     "   trying N20120117S0015_said.fits", "   trying N20120117S0014_said.fits"}));
    EXPECT_EQ(names_of(run.main()), (Words{"N20120117S0016_said.fits", "N20120117S0015_said.fits",
                                           "N20120117S0014_said.fits"}));
  }
}

TEST(Runner, AnErrorInAListStepComesAfterWhatWasLogged) {
  TestRun run(1);
  EXPECT_THROW(run.run({{"say"}, {"failAll"}, {"say"}}), DataError);
  EXPECT_EQ(run.log.lines_of(LogLevel::stdinfo),
            (Words{"   hello N20120117S0014.fits", "   list step begins"}));
  EXPECT_EQ(history(run.main()[0]), Words{"say"});
}

TEST(Runner, TheUserCanStopIt) {
  std::atomic<bool> stop{true};
  TestRun before(1);
  before.bench.context.stop = &stop;
  EXPECT_THROW(before.run({{"say"}}), Interrupted);
  EXPECT_TRUE(before.log.lines().empty());

  stop = false;
  TestRun during(2);
  during.bench.context.stop = &stop;
  const RunObserver stopper{
      .step_starts = [&](const RecipeStep& step) { stop = step.primitive == "reverse"; }};
  EXPECT_THROW(during.run({{"say"}, {"reverse"}, {"brighten"}}, stopper), Interrupted);
  EXPECT_TRUE(during.log.has("   turning 2"));
  EXPECT_EQ(data_of(during.main()[0])[0], 15.0F);
}

TEST(Runner, ObserversSeeStepsAndFrames) {
  TestRun run(3);
  Words starts, ends;
  std::mutex mutex;
  std::vector<std::size_t> done;
  RunObserver observer;
  observer.step_starts = [&](const RecipeStep& step) { starts.push_back(step.primitive); };
  double seconds = 0.0;
  observer.step_ends = [&](const RecipeStep& step, const StepCost& cost) {
    ends.push_back(step.primitive);
    EXPECT_GE(cost.seconds, 0.0);
    EXPECT_GT(cost.peak_memory, 1'000'000U);
    seconds += cost.seconds;
  };
  observer.frames_done = [&](std::size_t count, std::size_t all) {
    const std::lock_guard lock(mutex);
    done.push_back(count);
    EXPECT_EQ(all, 3U);
  };
  run.run({{"say"}, {"follow"}, {"reverse"}}, observer);
  EXPECT_EQ(starts, (Words{"say", "follow", "reverse"}));
  EXPECT_EQ(ends, starts);
  EXPECT_GT(seconds, 0.0);
  std::sort(done.begin(), done.end());
  EXPECT_EQ(done, (std::vector<std::size_t>{1, 2, 3}));
}

}  // namespace
}  // namespace wyvern
