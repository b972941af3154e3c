// SPDX-License-Identifier: Apache-2.0
#pragma once

// Arithmetic on sizes that came from outside: the result, or nothing when it does not fit.

#include <concepts>
#include <optional>
#include <utility>

namespace beamport {

template <std::integral T>
[[nodiscard]] constexpr std::optional<T> checked_add(T a, T b) noexcept {
  T sum{};
  if (__builtin_add_overflow(a, b, &sum)) return std::nullopt;
  return sum;
}

template <std::integral T, std::same_as<T>... More>
[[nodiscard]] constexpr std::optional<T> checked_multiply(T a, T b, More... more) noexcept {
  T product{};
  if (__builtin_mul_overflow(a, b, &product)) return std::nullopt;
  if constexpr (sizeof...(More) == 0) {
    return product;
  } else {
    return checked_multiply(product, more...);
  }
}

/// The same number in another integer type, or nothing when it does not fit.
template <std::integral To, std::integral From>
[[nodiscard]] constexpr std::optional<To> checked_cast(From value) noexcept {
  if (!std::in_range<To>(value)) return std::nullopt;
  return static_cast<To>(value);
}

/// Smallest integer >= numerator / denominator, for non-negative numerators and positive denominators.
template <std::integral T>
[[nodiscard]] constexpr T ceil_divide(T numerator, T denominator) noexcept {
  return numerator / denominator + (numerator % denominator != 0 ? 1 : 0);
}

/// value rounded up to the next multiple; the caller knows that it fits.
template <std::integral T>
[[nodiscard]] constexpr T round_up(T value, T multiple) noexcept {
  return ceil_divide(value, multiple) * multiple;
}

}  // namespace beamport
