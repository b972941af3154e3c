// SPDX-License-Identifier: Apache-2.0
#include "beamport/zarr/length_unit.h"

#include <array>
#include <utility>

namespace beamport::zarr {
namespace {

constexpr std::array kUnits = std::to_array<std::pair<std::string_view, double>>({
    {"micrometer", 1},
    {"micrometre", 1},
    {"micron", 1},
    {"um", 1},
    {"µm", 1},
    {"μm", 1},
    {"nanometer", 1e-3},
    {"nanometre", 1e-3},
    {"nm", 1e-3},
    {"millimeter", 1e3},
    {"millimetre", 1e3},
    {"mm", 1e3},
    {"angstrom", 1e-4},
    {"Å", 1e-4},
    {"picometer", 1e-6},
    {"picometre", 1e-6},
    {"pm", 1e-6},
    {"femtometer", 1e-9},
    {"attometer", 1e-12},
    {"zeptometer", 1e-15},
    {"yoctometer", 1e-18},
    {"centimeter", 1e4},
    {"centimetre", 1e4},
    {"cm", 1e4},
    {"decimeter", 1e5},
    {"meter", 1e6},
    {"metre", 1e6},
    {"m", 1e6},
    {"decameter", 1e7},
    {"hectometer", 1e8},
    {"kilometer", 1e9},
    {"inch", 25400},
    {"foot", 304800},
    {"yard", 914400},
});

}  // namespace

std::optional<double> micrometres_in(std::string_view unit) noexcept {
  for (const auto& [word, micrometres] : kUnits) {
    if (word == unit) return micrometres;
  }
  return std::nullopt;
}

}  // namespace beamport::zarr
