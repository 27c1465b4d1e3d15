// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "base/value.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "base/errors.h"
#include "support/memory.h"

namespace wyvern {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST(PythonFloat, LooksAsPythonsRepr) {
  EXPECT_EQ(python_float(60.0), "60.0");
  EXPECT_EQ(python_float(0.1), "0.1");
  EXPECT_EQ(python_float(67.0820393249937), "67.0820393249937");
  EXPECT_EQ(python_float(0.0), "0.0");
  EXPECT_EQ(python_float(-0.0), "-0.0");
}

TEST(PythonFloat, ExponentsBeginWherePythonsDo) {
  EXPECT_EQ(python_float(1e-4), "0.0001");
  EXPECT_EQ(python_float(1e-5), "1e-05");
  EXPECT_EQ(python_float(-1.25e-7), "-1.25e-07");
  EXPECT_EQ(python_float(1e15), "1000000000000000.0");
  EXPECT_EQ(python_float(9999999999999998.0), "9999999999999998.0");
  EXPECT_EQ(python_float(1e16), "1e+16");
  EXPECT_EQ(python_float(1.5e300), "1.5e+300");
  EXPECT_EQ(python_float(5e-324), "5e-324");
}

TEST(PythonFloat, NamesWhatIsNoNumber) {
  EXPECT_EQ(python_float(std::nan("")), "nan");
  EXPECT_EQ(python_float(-std::nan("")), "nan");
  EXPECT_EQ(python_float(kInfinity), "inf");
  EXPECT_EQ(python_float(-kInfinity), "-inf");
}

TEST(ValueText, ReprAndStr) {
  EXPECT_EQ(repr({}), "None");
  EXPECT_EQ(repr(true), "True");
  EXPECT_EQ(repr(false), "False");
  EXPECT_EQ(repr(-3), "-3");
  EXPECT_EQ(repr("mean"), "'mean'");
  EXPECT_EQ(str("mean"), "mean");
  EXPECT_EQ(repr(ValueList{13.5, "a", {}}), "[13.5, 'a', None]");
  EXPECT_EQ(str(ValueList{"a"}), "['a']");
  EXPECT_EQ(repr(Section{0, 1024, 0, 1022}), "Section(x1=0, x2=1024, y1=0, y2=1022)");
  EXPECT_EQ(repr(Date{2012, 1, 17}), "datetime.date(2012, 1, 17)");
  EXPECT_EQ(str(Date{2012, 1, 17}), "2012-01-17");
}

TEST(ValueText, ReprChoosesItsQuotesAsPythonDoes) {
  EXPECT_EQ(repr("it's"), "\"it's\"");
  EXPECT_EQ(repr("say \"x\""), "'say \"x\"'");
  EXPECT_EQ(repr("it's \"x\""), "'it\\'s \"x\"'");
  EXPECT_EQ(repr("a\\b\n\t\r\x01\x7f"), "'a\\\\b\\n\\t\\r\\x01\\x7f'");
}

TEST(ValueText, Json) {
  EXPECT_EQ(json({}), "null");
  EXPECT_EQ(json(true), "true");
  EXPECT_EQ(json(1.0), "1.0");
  EXPECT_EQ(json(1e-5), "1e-05");
  EXPECT_EQ(json(std::nan("")), "NaN");
  EXPECT_EQ(json(-kInfinity), "-Infinity");
  EXPECT_EQ(json(ValueList{1, "a", {}}), "[1, \"a\", null]");
  EXPECT_EQ(json(Date{2012, 1, 17}), "\"2012-01-17\"");
}

TEST(ValueText, JsonEscapes) {
  EXPECT_EQ(json_string("a\"b\\c\n\r\t\b\f"), "\"a\\\"b\\\\c\\n\\r\\t\\b\\f\"");
  EXPECT_EQ(json_string(std::string_view("\0\x1f\x7f", 3)), "\"\\u0000\\u001f\\u007f\"");
  EXPECT_EQ(json_string("\u00e9\u20ac"), "\"\\u00e9\\u20ac\"");
  EXPECT_EQ(json_string("\U0001d11e"), "\"\\ud834\\udd1e\"");
}

TEST(ValueText, JsonTakesBytesThatAreNotUtf8OneByOne) {
  EXPECT_EQ(json_string("\xe9t\xe9"), "\"\\u00e9t\\u00e9\"");
  EXPECT_EQ(json_string("\xe2\x82"), "\"\\u00e2\\u0082\"");
}

TEST(ValueEquality, IsPythons) {
  EXPECT_EQ(Value(60), Value(60.0));
  EXPECT_EQ(Value(true), Value(1));
  EXPECT_EQ(Value(ValueList{1, 2.0}), Value(ValueList{1.0, 2}));
  EXPECT_FALSE(Value("60") == Value(60));
  EXPECT_FALSE(Value() == Value(0));
  EXPECT_FALSE(Value() == Value(""));
  EXPECT_EQ(Value(), Value());
  EXPECT_FALSE(Value(std::nan("")) == Value(std::nan("")));
  // These two have the same double.
  EXPECT_FALSE(Value(std::int64_t{9007199254740993}) == Value(std::int64_t{9007199254740992}));
}

TEST(ValueConversion, NumbersServeAsEachOtherWhenNothingIsLost) {
  EXPECT_EQ(Value(3).as_double(), 3.0);
  EXPECT_EQ(Value(true).as_double(), 1.0);
  EXPECT_EQ(Value(3.0).as_int(), 3);
  EXPECT_THROW(Value(3.5).as_int(), std::bad_variant_access);
  EXPECT_THROW(Value("3").as_double(), std::bad_variant_access);
}

TEST(SectionText, BothWays) {
  const Section section{0, 1024, 2, 1022};
  EXPECT_EQ(iraf_section(section), "[1:1024,3:1022]");
  EXPECT_EQ(parse_section("[1:1024,3:1022]"), section);
  EXPECT_EQ(parse_section(" 1:1024,3:1022 "), section);
}

TEST(SectionText, SaysWhatIsNoSection) {
  for (const char* text :
       {"", "1:2", "[5:1,1:2]", "[1:2,3:4,5:6]", "[a:2,3:4]", "[1:2:3,4:5]", "[1:x,2:3,4:y]"}) {
    EXPECT_THROW(parse_section(text), InputError) << text;
  }
}

TEST(Value, CopyWithoutMemoryIsAnError) {
  const Value text(std::string(std::size_t{1} << 24, 'x'));
  testing::expect_bad_alloc([&] { const Value copy = text; });
}

}  // namespace
}  // namespace wyvern
