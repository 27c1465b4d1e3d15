// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "base/plane.h"

#include <gtest/gtest.h>

#include <cstring>
#include <stdexcept>
#include <thread>

#include "base/buffer_pool.h"

namespace wyvern {
namespace {

TEST(BufferPool, HandsOutABlockAgain) {
  const std::byte* first = nullptr;
  {
    const auto block = pooled_block(50'000);
    first = block.get();
  }
  const auto again = pooled_block(50'000);
  EXPECT_EQ(again.get(), first);
  const auto other = pooled_block(50'000);
  EXPECT_NE(other.get(), first);
}

TEST(BufferPool, BlocksAreAligned) {
  for (const std::size_t bytes : {std::size_t{1}, std::size_t{5000}, std::size_t{3} << 20}) {
    const auto block = pooled_block(bytes);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(block.get()) % 64, 0U) << bytes;
    std::memset(block.get(), 7, bytes);
  }
}

TEST(BufferPool, KeepsAccount) {
  trim_pool();
  const PoolUse before = pool_use();
  EXPECT_EQ(before.kept, 0U);
  {
    const auto block = pooled_block(1'000'000);
    EXPECT_GE(pool_use().in_use - before.in_use, 1'000'000U);
    EXPECT_LT(pool_use().in_use - before.in_use, 1'300'000U);
    EXPECT_GE(pool_use().peak_in_use, pool_use().in_use);
  }
  EXPECT_EQ(pool_use().in_use, before.in_use);
  EXPECT_GE(pool_use().kept, 1'000'000U);
  trim_pool();
  EXPECT_EQ(pool_use().kept, 0U);
}

TEST(BufferPool, ServesThreadsAtOnce) {
  const PoolUse before = pool_use();
  const auto work = [] {
    for (int i = 0; i < 200; ++i) {
      const auto block = pooled_block(10'000);
      std::memset(block.get(), i, 10'000);
      for (std::size_t k = 0; k < 10'000; k += 1000) {
        if (block.get()[k] != static_cast<std::byte>(i)) throw std::logic_error("block is shared");
      }
    }
  };
  std::thread one(work), two(work), three(work);
  one.join();
  two.join();
  three.join();
  EXPECT_EQ(pool_use().in_use, before.in_use);
}

TEST(Plane, HasNumpysShape) {
  const Plane plane(PixelType::u16, {3, 4});
  EXPECT_EQ(plane.ny(), 3);
  EXPECT_EQ(plane.nx(), 4);
  EXPECT_EQ(plane.size(), 12);
  EXPECT_EQ(plane.bytes(), 24U);
  EXPECT_TRUE(plane.loaded());
  EXPECT_FALSE(plane.empty());
  EXPECT_EQ(name_of(plane.type()), "uint16");
  EXPECT_EQ(Plane(PixelType::f32, {5}).ny(), 1);
}

TEST(Plane, AbsentOneIsEmpty) {
  const Plane none;
  EXPECT_TRUE(none.empty());
  EXPECT_FALSE(none.loaded());
  EXPECT_EQ(none.size(), 0);
  EXPECT_TRUE(none.clone().empty());
  EXPECT_TRUE(none.share().empty());
}

TEST(Plane, CloneIsItsOwnAndShareIsTheSame) {
  Plane plane = Plane::filled<float>(2, 2, 1.5F);
  const Plane clone = plane.clone(), share = plane.share();
  plane.pixels<float>()[3] = 9.0F;
  EXPECT_EQ(clone.pixels<float>()[3], 1.5F);
  EXPECT_EQ(share.pixels<float>()[3], 9.0F);
  EXPECT_EQ(share.raw(), std::as_const(plane).raw());
}

TEST(Plane, ShareOutlivesTheFirstHandle) {
  Plane share;
  {
    const Plane plane = Plane::filled<std::int32_t>(1, 3, 42);
    share = plane.share();
  }
  EXPECT_EQ(share.pixels<std::int32_t>()[2], 42);
}

TEST(Plane, OnDiskHasShapeAndNoPixels) {
  const Plane plane = Plane::on_disk(PixelType::f64, {7, 5});
  EXPECT_FALSE(plane.empty());
  EXPECT_FALSE(plane.loaded());
  EXPECT_EQ(plane.size(), 35);
  EXPECT_THROW(plane.pixels<double>(), std::logic_error);
  EXPECT_FALSE(plane.clone().loaded());
  EXPECT_EQ(plane.clone().shape(), plane.shape());
}

TEST(Plane, IsReadAsItsOwnTypeOnly) {
  Plane plane(PixelType::f32, {2, 2});
  EXPECT_NO_THROW(plane.pixels<float>());
  EXPECT_THROW(plane.pixels<double>(), std::logic_error);
  EXPECT_THROW(plane.pixels<std::int32_t>(), std::logic_error);
}

TEST(Plane, ConvertsValues) {
  Plane plane(PixelType::f64, {1, 3});
  plane.pixels<double>()[0] = 1.75;
  plane.pixels<double>()[1] = 300.0;
  plane.pixels<double>()[2] = 0.1;
  const Plane whole = plane.converted_to(PixelType::i16);
  EXPECT_EQ(whole.pixels<std::int16_t>()[0], 1);
  EXPECT_EQ(whole.pixels<std::int16_t>()[1], 300);
  EXPECT_EQ(plane.converted_to(PixelType::f32).pixels<float>()[2], 0.1F);
  const Plane same = plane.converted_to(PixelType::f64);
  EXPECT_NE(same.raw(), std::as_const(plane).raw());
  EXPECT_EQ(same.pixels<double>()[2], 0.1);
}

}  // namespace
}  // namespace wyvern
