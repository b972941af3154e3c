// SPDX-License-Identifier: Apache-2.0
// The settings of a Nikon XT scanner and its reconstruction program CT Pro (.xtekct): INI, CRLF. Lengths are in Units.
//
//   [XTekCT]  Name, VoxelsX=1000, VoxelSizeX=0.02, SrcToObject=33.97571, SrcToDetector, DetectorPixelsX,
//             DetectorPixelSizeX, Units=mm, Projections=1570, InitialAngle=40.20631, AngularStep=0.2299575 (degrees),
//             ObjectOffsetX (of the axis), …
//   [Xrays]   XraykV=90, XrayuA=32
//   [DICOM]   DICOMTags=<?xml …, kept as it is
//   [CTPro]   Version=V5.4.7289.18310 (Date:2019-12-16), Filter_ThicknessMM=1.0, Filter_Material=Aluminium, …

#include <array>

#include <fmt/format.h>

#include "beamport/metadata/dialect.h"
#include "beamport/metadata/reading.h"

namespace beamport::metadata {
namespace {

constexpr std::array kRules = std::to_array<Rule>({
    {"[XTekCT] Name", "dataset_name"},
    {"[XTekCT] OperatorID", "user_account"},
    {"[XTekCT] InputFolderName", "source_files"},
    {"[XTekCT] InputName", "file_prefix"},
    {"[XTekCT] Projections", "projection_count"},
    {"[XTekCT] InitialAngle", "angle_start", "deg"},
    {"[XTekCT] AngularStep", "angle_step", "deg"},
    {"[Xrays] XraykV", "tube_voltage", "kV"},
    {"[Xrays] XrayuA", "tube_current", "uA"},
    {"[CTPro] Version", "recon_version"},
    {"[CTPro] Product", "recon_software"},
});

/// Lengths, in the file's unit.
constexpr std::array kLengths = std::to_array<Rule>({
    {"[XTekCT] VoxelSizeX", "voxel_size_x"},
    {"[XTekCT] VoxelSizeY", "voxel_size_y"},
    {"[XTekCT] VoxelSizeZ", "voxel_size_z"},
    {"[XTekCT] SrcToObject", "source_sample_distance"},
    {"[XTekCT] SrcToDetector", "source_detector_distance"},
    {"[XTekCT] DetectorPixelSizeX", "detector_pixel_size"},
    {"[XTekCT] ObjectOffsetX", "rotation_axis_shift"},
});

bool sniff(std::string_view file_name, std::string_view head) {
  if (!file_name.ends_with(".xtekct")) return false;
  if (head.starts_with("\xEF\xBB\xBF")) head.remove_prefix(3);
  return head.starts_with("[XTekCT]");
}

void read_geometry(Reading& reading, std::string_view unit) {
  constexpr std::array<std::string_view, 3> kDistances{"[XTekCT] SrcToObject", "[XTekCT] SrcToDetector",
                                                       "[XTekCT] DetectorPixelSizeX"};
  const std::span distances(kDistances);
  const auto object = reading.number(kDistances[0]);
  const auto detector = reading.number(kDistances[1]);
  if (object && detector && *object > 0 && *detector > 0) {
    reading.put("detector_distances", Numbers{*detector - *object}, unit, distances.first(2), Known::kDerived);
    reading.put("magnification", *detector / *object, "", distances.first(2), Known::kDerived);
    if (const auto pixel = reading.number(kDistances[2])) {
      reading.put("effective_pixel_size_x", *pixel * *object / *detector, unit, distances, Known::kDerived);
    }
  }
}

/// The numbers at the places, if all are there, as a list in that order.
void put_list(Reading& reading, std::string_view field, std::string_view unit,
              std::span<const std::string_view> places) {
  Numbers numbers;
  for (const std::string_view place : places) {
    const auto number = reading.number(place);
    if (!number) return;
    numbers.push_back(*number);
  }
  reading.put(field, std::move(numbers), unit, places);
}

void read_shapes(Reading& reading) {
  constexpr std::array<std::string_view, 3> kVolume{"[XTekCT] VoxelsZ", "[XTekCT] VoxelsY", "[XTekCT] VoxelsX"};
  constexpr std::array<std::string_view, 2> kFrame{"[XTekCT] DetectorPixelsY", "[XTekCT] DetectorPixelsX"};
  put_list(reading, "volume_shape", "px", kVolume);
  put_list(reading, "detector_shape", "px", kFrame);
}

void read_filter(Reading& reading) {
  constexpr std::array<std::string_view, 2> kFilter{"[CTPro] Filter_Material", "[CTPro] Filter_ThicknessMM"};
  const auto material = reading.text(kFilter[0]);
  const auto thickness = reading.text(kFilter[1]);
  if (material && thickness) {
    reading.put("attenuator", fmt::format("{} {} mm", *material, *thickness), "", kFilter);
  }
}

Result<Record> read(const image::PositionalReader& file) {
  BEAMPORT_ASSIGN(const std::string text, read_text(file));
  Reading reading(kNikonDialect.name, file.name());
  state_ini(reading, text);
  const std::string unit = reading.text("[XTekCT] Units").value_or("");
  read_geometry(reading, unit);
  for (const Rule& rule : kLengths) reading.take({rule.place, rule.field, unit});
  read_shapes(reading);
  read_filter(reading);
  constexpr std::array<std::string_view, 2> kRange{"[XTekCT] Projections", "[XTekCT] AngularStep"};
  const auto count = reading.number(kRange[0]);
  const auto step = reading.number(kRange[1]);
  if (count && step) reading.put("angle_range", *count * *step, "deg", kRange, Known::kDerived);
  reading.take_all(kRules);
  return reading.finish();
}

}  // namespace

const Dialect kNikonDialect{"nikon", "Nikon XT settings (.xtekct)", &sniff, &read};

}  // namespace beamport::metadata
