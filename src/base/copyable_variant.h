// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <utility>
#include <variant>

namespace wyvern {

// A std::variant whose copy may run out of memory. When all alternatives are of the kinds that
// libstdc++ 12 takes for never valueless (strings, vectors, small plain types), a copy constructor
// of std::variant that throws destroys a value that has not been made. Here the copy is made in
// place. The types must be distinct.
template <class... Types>
class CopyableVariant : public std::variant<Types...> {
  using Base = std::variant<Types...>;

 public:
  using Base::Base;
  using Base::operator=;
  CopyableVariant() = default;
  CopyableVariant(const CopyableVariant& other) : Base(copy_of(other)) {}
  CopyableVariant(CopyableVariant&&) noexcept = default;
  CopyableVariant& operator=(const CopyableVariant&) = default;
  CopyableVariant& operator=(CopyableVariant&&) noexcept = default;
  ~CopyableVariant() = default;

 private:
  static Base copy_of(const Base& other) {
    return std::visit([]<class T>(const T& held) { return Base(std::in_place_type<T>, held); },
                      other);
  }
};

}  // namespace wyvern
