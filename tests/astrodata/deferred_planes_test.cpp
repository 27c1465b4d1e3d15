// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "astrodata/deferred_planes.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <vector>

#include "astrodata/arithmetic.h"

namespace wyvern {
namespace {

// A loaded plane behind a source, as though it were in a file.
class Stored : public PlaneSource {
 public:
  explicit Stored(Plane plane) : plane_(std::move(plane)) {}
  void read(std::size_t first, std::size_t count, std::byte* to) const override {
    plane_.read(first, count, to);
  }

 private:
  Plane plane_;
};

Plane deferred(const Plane& plane) {
  return Plane::deferred_to(std::make_shared<Stored>(plane.share()), plane.type(), plane.shape());
}

constexpr std::int64_t kNy = 70, kNx = 130;  // more than two blocks

template <class T>
Plane numbers() {
  Plane plane(pixel_type_of<T>, {kNy, kNx});
  double value = -50.0;
  for (T& pixel : plane.pixels<T>()) pixel = static_cast<T>(value += 0.37);
  return plane;
}

template <class T>
std::vector<T> loaded(const Plane& plane) {
  Plane copy = plane.share();
  copy.load();
  const auto pixels = copy.pixels<T>();
  return {pixels.begin(), pixels.end()};
}

// Whatever the runs are, the pixels are those of the whole plane.
template <class T>
void expect_same_in_parts(const Plane& plane) {
  const std::vector<T> whole = loaded<T>(plane);
  std::vector<T> parts(whole.size());
  for (std::size_t first = 0; first < parts.size(); first += 777) {
    const std::size_t count = std::min<std::size_t>(777, parts.size() - first);
    plane.read(first, count, reinterpret_cast<std::byte*>(parts.data() + first));
  }
  EXPECT_EQ(std::memcmp(whole.data(), parts.data(), whole.size() * sizeof(T)), 0);
}

TEST(DeferredPlanes, ProductsHaveTheBitsOfLoadedOnes) {
  Extension now, later;
  now.data = numbers<float>();
  now.variance = numbers<float>();
  later.data = deferred(now.data);
  later.variance = deferred(now.variance);
  now.data = now.data.clone();
  now.variance = now.variance.clone();
  multiply(now, 13.5);
  multiply(later, 13.5);
  EXPECT_TRUE(later.data.deferred());
  EXPECT_EQ(loaded<float>(later.data), loaded<float>(now.data));
  EXPECT_EQ(loaded<float>(later.variance), loaded<float>(now.variance));
  expect_same_in_parts<float>(later.variance);
}

TEST(DeferredPlanes, IntegersBecomeDoubles) {
  Extension now, later;
  now.data = numbers<std::int32_t>();
  later.data = deferred(now.data);
  multiply(now, 0.1);
  multiply(later, 0.1);
  ASSERT_EQ(later.data.type(), PixelType::f64);
  EXPECT_EQ(loaded<double>(later.data), loaded<double>(now.data));
  expect_same_in_parts<double>(later.data);
}

TEST(DeferredPlanes, PhotonNoiseAddsWhatIsPositive) {
  const Plane data = numbers<float>();
  const Plane noise =
      deferred_photon_noise(deferred_constant(9.0F, data.shape()), deferred(data), 2.0F);
  const auto values = data.pixels<float>();
  const std::vector<float> variance = loaded<float>(noise);
  for (std::size_t k = 0; k < values.size(); ++k) {
    ASSERT_EQ(variance[k], 9.0F + (values[k] > 0.0F ? values[k] : 0.0F) / 2.0F);
  }
  expect_same_in_parts<float>(noise);
}

TEST(DeferredPlanes, PhotonNoiseAddsToAnyVariance) {
  const Plane data = numbers<float>(), known = numbers<float>();
  const std::vector<float> noise = loaded<float>(
      deferred_photon_noise(deferred_product(deferred(known), -1.0), deferred(data), 2.0F));
  const auto values = data.pixels<float>(), variance = known.pixels<float>();
  for (std::size_t k = 0; k < values.size(); ++k) {
    ASSERT_EQ(noise[k], -variance[k] + (values[k] > 0.0F ? values[k] : 0.0F) / 2.0F);
  }
}

TEST(DeferredPlanes, AProductOfOneValueIsOneValue) {
  const std::vector<std::int64_t> shape = {3, 5};
  const Plane product = deferred_product(deferred_constant(0.7F, shape), -13.5);
  EXPECT_EQ(loaded<float>(product), std::vector<float>(15, 0.7F * -13.5F));
  EXPECT_EQ(loaded<float>(deferred_product(product, 2.0, true)),
            std::vector<float>(15, 0.7F * 13.5F * 2.0F));
}

// The noise of just these data is worked out from pixels that are at hand; any other is read.
TEST(DeferredPlanes, PhotonNoiseBesideItsData) {
  const Plane counts = numbers<float>();
  const Plane data = deferred(counts), other = deferred(numbers<float>());
  const auto noise_of = [&](const Plane& light) {
    return deferred_photon_noise(deferred_constant(9.0F, data.shape()), light, 2.0F);
  };
  const std::vector<float> right = loaded<float>(noise_of(data));
  constexpr std::size_t first = 1001, count = 5000;
  const std::span<const float> part = counts.pixels<float>().subspan(first, count);
  std::vector<float> doubled(count), found(count);
  std::transform(part.begin(), part.end(), doubled.begin(), [](float v) { return 2.0F * v; });
  const auto read_beside = [&](const Plane& variance) {
    read_variance(variance, data, reinterpret_cast<const std::byte*>(doubled.data()), first, count,
                  reinterpret_cast<std::byte*>(found.data()));
  };
  read_beside(noise_of(other));
  EXPECT_EQ(found, std::vector<float>(right.begin() + first, right.begin() + first + count));
  read_beside(noise_of(data));
  for (std::size_t k = 0; k < count; ++k) {
    ASSERT_EQ(found[k], 9.0F + (doubled[k] > 0.0F ? doubled[k] : 0.0F) / 2.0F);
  }
}

template <class T>
Plane speckled() {
  Plane mask = Plane::filled<T>(kNy, kNx, 64);
  const std::span<T> pixels = mask.pixels<T>();
  std::fill(pixels.begin() + 1000, pixels.begin() + 4000, T{0});
  pixels[0] = 4;
  for (const std::size_t k : {776, 777, 1003, 1004, 1005, 9099}) pixels[k] = T{2};
  return mask;
}

TEST(DeferredPlanes, MasksArePackedAndJoined) {
  const Plane mask = speckled<std::uint16_t>();
  Plane packed = mask.share();
  pack(packed);
  ASSERT_TRUE(packed.deferred());
  EXPECT_EQ(loaded<std::uint16_t>(packed), loaded<std::uint16_t>(mask));
  expect_same_in_parts<std::uint16_t>(packed);

  const Plane both = deferred_union(packed, Plane::filled<std::uint16_t>(kNy, kNx, 1));
  EXPECT_EQ(loaded<std::uint16_t>(both)[777], 3);
  EXPECT_EQ(loaded<std::uint16_t>(both)[1001], 1);
  expect_same_in_parts<std::uint16_t>(both);
}

TEST(DeferredPlanes, ObjectMasksArePackedToo) {
  const Plane mask = speckled<std::uint8_t>();
  Plane packed = mask.share();
  pack(packed);
  ASSERT_TRUE(packed.deferred());
  EXPECT_EQ(loaded<std::uint8_t>(packed), loaded<std::uint8_t>(mask));
  expect_same_in_parts<std::uint8_t>(packed);
}

TEST(DeferredPlanes, PartsOfAMaskComeInAnyOrder) {
  const Plane mask = speckled<std::uint16_t>();
  const auto pixels = static_cast<std::size_t>(mask.size());
  constexpr std::size_t size = 1000;
  const std::size_t parts = (pixels + size - 1) / size;
  MaskPacker packer(PixelType::u16, mask.shape(), parts);
  for (std::size_t part = parts; part-- > 0;) {
    packer.add(part, part * size, mask.raw() + part * size * sizeof(std::uint16_t),
               std::min(size, pixels - part * size));
  }
  EXPECT_EQ(loaded<std::uint16_t>(packer.mask()), loaded<std::uint16_t>(mask));
}

TEST(DeferredPlanes, NoiseIsNotPacked) {
  Plane mask = Plane::filled<std::uint16_t>(kNy, kNx, 0);
  std::uint16_t value = 0;
  for (std::uint16_t& pixel : mask.pixels<std::uint16_t>()) pixel = value++;
  pack(mask);
  EXPECT_TRUE(mask.loaded());
}

}  // namespace
}  // namespace wyvern
