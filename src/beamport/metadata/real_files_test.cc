// SPDX-License-Identifier: Apache-2.0
// Sidecars as instruments really wrote them. Each value was compared with the file by hand once and is frozen here.
// Skipped by name where the shared data is absent.
#include <map>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "beamport/metadata/completeness.h"
#include "beamport/metadata/test_samples.h"

namespace beamport::metadata {
namespace {

#define BEAMPORT_NEEDS(variable, name)                         \
  const std::filesystem::path variable = shared_data() / name; \
  if (!std::filesystem::exists(variable)) GTEST_SKIP() << "skipped: needs " << variable

void expect(const Record& record, const std::vector<std::pair<std::string, std::string>>& wanted) {
  for (const auto& [field, value] : wanted) EXPECT_EQ(told(record, field), value) << field;
}

double number_of(const Record& record, std::string_view name) {
  const Entry* entry = record.find(name);
  if (entry == nullptr) return -1;
  if (const auto* numbers = std::get_if<Numbers>(&entry->value.datum)) return numbers->at(0);
  const auto* number = std::get_if<double>(&entry->value.datum);
  return number == nullptr ? -1 : *number;
}

TEST(RealFiles, Skyscan1173WithReconstruction) {
  BEAMPORT_NEEDS(path, "sidecars/bruker/skyscan_1173/MML0514A_gg_lumbar1_al_26.8um_2k_.log");
  const Record record = record_of(path);
  expect(record, {{"instrument", "SkyScan1173"},
                  {"instrument_serial", "18O05071"},
                  {"control_software", "Version 1. 6 (build 22)"},
                  {"source_type", "Hamamatsu 130/300"},
                  {"detector_model", "FlatPanel Sensor"},
                  {"detector_pixel_size", "50 um"},
                  {"detector_pixel_aspect", "1.074"},
                  {"file_prefix", "MML0514A_gg_lumbar1_al_26.8um_2k_"},
                  {"source_files", R"(E:\results\Lab files\Jamie\cetacean scans\MML0514A_gg_lumbar1_al_26.8um_2k_)"},
                  {"projection_count", "1200"},
                  {"tube_voltage", "120 kV"},
                  {"tube_current", "60 uA"},
                  {"detector_shape", "2240, 2240 px"},
                  {"binning", "1x1"},
                  {"frame_rotation", "0.17 deg"},
                  {"effective_pixel_size_x", "26.844857 um"},
                  {"source_sample_distance", "0.197738 m"},
                  {"source_detector_distance", "0.364 m"},
                  {"motor_position.vertical", "2 mm"},
                  {"optical_axis_row", "1088 px"},
                  {"attenuator", "Al 1.0mm"},
                  {"bit_depth", "16"},
                  {"exposure_time", "0.7 s"},
                  {"angle_step", "0.2 deg"},
                  {"angle_range", "240 deg (derived)"},
                  {"frames_averaged", "3"},
                  {"flat_interval", "201"},
                  {"rotation_direction", "CC"},
                  {"scan_trajectory", "ROUND"},
                  {"scan_motion", "STEP AND SHOOT"},
                  {"acquisition_start", "2023-07-20T11:26:30"},
                  {"acquisition_duration", "4307 s"},
                  {"recon_software", "NRecon"},
                  {"recon_version", "1.7.1.0"},
                  {"recon_host", "SKYSCAN1173"},
                  {"recon_time", "2023-07-20T12:35:34"},
                  {"recon_duration", "879 s"},
                  {"recon_first_slice", "379"},
                  {"recon_last_slice", "2219"},
                  {"recon_angular_range", "240 deg"},
                  {"recon_filter", "Hamming (Alpha=0.54)"},
                  {"ring_method", "9"},
                  {"smoothing", "0"},
                  {"beam_hardening", "15 %"},
                  {"rotation_axis_shift", "0.5 px"},
                  {"volume_shape", "1841, 2240, 2240 px"},
                  {"voxel_size_x", "26.84486 um"},
                  {"grey_minimum", "0"},
                  {"grey_maximum", "0.0162"},
                  {"voxel_type", "uint8 (derived)"},
                  {"dataset_type", "derived (derived)"},
                  {"bruker:[Acquisition] Random Movement", "ON (4)"},
                  {"bruker:[Reconstruction] Cone-beam Angle Horiz.(deg)", "17.291304"}});
  EXPECT_NEAR(number_of(record, "detector_distances"), 166.262, 1e-9);
  EXPECT_NEAR(number_of(record, "magnification"), 1.840819, 1e-6);
}

TEST(RealFiles, Skyscan1272) {
  BEAMPORT_NEEDS(path, "sidecars/bruker/skyscan_1272/DRP_P21_3/DRP_P21_3_Rec/DRP_P21_3_rec.log");
  const Record record = record_of(path);
  expect(record, {{"instrument", "SkyScan1272"},
                  {"instrument_serial", "19N09230"},
                  {"control_software", "1.4"},
                  {"source_type", "HAMAMATSU_L10101-67"},
                  {"detector_model", "XIMEA xiRAY11"},
                  {"detector_pixel_size", "9 um"},
                  {"detector_pixel_aspect", "0.9851"},
                  {"user_account", "Skyscan"},
                  {"file_prefix", "DRP_P21_3~00"},
                  {"projection_count", "471"},
                  {"detector_shape", "896, 1075 px"},
                  {"binning", "3x3"},
                  {"frame_rotation", "0.057 deg"},
                  {"optical_axis_row", "528 px"},
                  {"source_detector_distance", "0.27098833 m"},
                  {"source_sample_distance", "0.200709 m"},
                  {"tube_voltage", "60 kV"},
                  {"tube_current", "166 uA"},
                  {"effective_pixel_size_x", "19.797722 um"},
                  {"exposure_time", "1.175 s"},
                  {"angle_step", "0.4 deg"},
                  {"motor_position.vertical", "28.344 mm"},
                  {"frames_averaged", "3"},
                  {"flat_interval", "68"},
                  {"attenuator", "Al 0.25mm"},
                  {"acquisition_start", "2023-03-14T09:00:40"},
                  {"acquisition_duration", "3242 s"},
                  {"recon_version", "2.0.0.5"},
                  {"recon_host", "SCAN1272-230"},
                  {"recon_time", "2023-03-14T10:02:54"},
                  {"recon_duration", "13 s"},
                  {"recon_first_slice", "27"},
                  {"recon_last_slice", "1454"},
                  {"volume_shape", "1428, 944, 944 px"},
                  {"voxel_size_x", "19.79772 um"},
                  {"recon_angular_range", "188.4 deg"},
                  {"ring_method", "5"},
                  {"smoothing", "1"},
                  {"beam_hardening", "10 %"},
                  {"grey_maximum", "0.136673"},
                  {"rotation_axis_shift", "-"},
                  {"bruker:[Reconstruction] Postalignment Applied", "1"},
                  {"bruker:[File name convention] Filename Prefix", "DRP_P21_3_rec"}});
  EXPECT_NEAR(number_of(record, "angle_range"), 188.4, 1e-9);
  EXPECT_NEAR(number_of(record, "detector_distances"), 70.27933, 1e-9);
}

TEST(RealFiles, NikonXtekct) {
  BEAMPORT_NEEDS(path, "sidecars/nikon/Lego_alignment test_1 [2023-10-18 11.22.08]/Lego_alignment test_1.xtekct");
  const Record record = record_of(path);
  expect(record, {{"dataset_name", "Lego_alignment test_1"},
                  {"file_prefix", "Lego_alignment test_1"},
                  {"user_account", "-"},
                  {"volume_shape", "814, 1000, 1000 px"},
                  {"voxel_size_x", "20 um"},
                  {"voxel_size_y", "20 um"},
                  {"voxel_size_z", "20 um"},
                  {"source_sample_distance", "0.03397571 m"},
                  {"source_detector_distance", "0.6795143 m"},
                  {"detector_shape", "1000, 1000 px"},
                  {"detector_pixel_size", "400 um"},
                  {"projection_count", "1570"},
                  {"angle_start", "40.20631 deg"},
                  {"angle_step", "0.2299575 deg"},
                  {"tube_voltage", "90 kV"},
                  {"tube_current", "32 uA"},
                  {"attenuator", "Aluminium 1.0 mm"},
                  {"rotation_axis_shift", "-0.0277442 mm"},
                  {"recon_software", "[XT 5.4][Copyright (c) 2004-2019 Nikon Metrology NV]"},
                  {"recon_version", "V5.4.7289.18310 (Date:2019-12-16)"},
                  {"nikon:[XTekCT] WhiteLevel", "58500"},
                  {"nikon:[XTekCT] OutputUnits", "/m"}});
  EXPECT_NEAR(number_of(record, "magnification"), 20.0000, 1e-4);
  EXPECT_NEAR(number_of(record, "effective_pixel_size_x"), 20.0000, 1e-4);
  EXPECT_NEAR(number_of(record, "detector_distances"), 645.53859, 1e-9);
  EXPECT_NEAR(number_of(record, "angle_range"), 361.033275, 1e-9);
  EXPECT_NE(record.find("nikon:[DICOM] DICOMTags"), nullptr);
}

TEST(RealFiles, TomcatDerived) {
  BEAMPORT_NEEDS(path, "sidecars/tomcat/dacat_derived_example.json");
  const Record record = record_of(path);
  expect(record, {{"dataset_id", "20.500.11935/c8fae0ad-270b-46d9-9daf-38fe625f4073"},
                  {"dataset_name", "S266379_10x_"},
                  {"dataset_type", "derived"},
                  {"description", "SRXTM insights into major evolutionary transitions"},
                  {"owner", "Else Marie Friis, Peter R. Crane, Kaj Raunsgaard Pedersen"},
                  {"owner_group", "p19555"},
                  {"access_groups", "slstomcat, p19555"},
                  {"source_files", "/sls/X02DA/Data10/e19555/disk2/S266379_10x_/rec_8bit_abs"},
                  {"created", "2023-02-23T22:59:34.782Z"},
                  {"byte_count", "5272583164 B"},
                  {"file_count", "2161"},
                  {"licence", "CC BY-SA 4.0"},
                  {"recon_inputs", "20.500.11935/9e9db9ec-413a-4dcf-8b43-bb6a7663a902"},
                  {"photon_energy", "10 keV"},
                  {"monochromator", "Ru/C"},
                  {"ring_current", "401.409 mA"},
                  {"attenuator",
                   "FE-Filter: No Filter 100%; OP-Filter1: No Filter; OP-Filter2: No Filter; OP-Filter3: No Filter"},
                  {"effective_pixel_size_x", "0.65 um"},
                  {"detector_model", "PCO.Edge 5.5"},
                  {"exposure_time", "0.15 s"},
                  {"objective", "Opt.Peter MB op"},
                  {"magnification", "10"},
                  {"scintillator", "LuAg:Ce 20um (C20-76)"},
                  {"region_of_interest", "1, 2560, 1, 2160 px"},
                  {"angle_step", "0.12 deg"},
                  {"angle_start", "0 deg"},
                  {"angle_range", "180 deg"},
                  {"file_prefix", "S266379_10x_"},
                  {"dark_count", "10"},
                  {"flat_count", "100"},
                  {"flat_interval", "0"},
                  {"projection_count", "1500"},
                  {"scan_mode", "Standard"},
                  {"recon_filter", "parz"},
                  {"recon_padding", "0.5"},
                  {"rotation_axis_position", "1231.2 px"},
                  {"grey_minimum", "-0.002594"},
                  {"grey_maximum", "0.002622"},
                  {"recon_commit", "f9e3d5f356f014a4d55c53901f2ba9c5dbdea97e"},
                  {"recon_time", "2023-02-23T22:59:34.782Z"},
                  {"scicat:/scientificMetadata/detectorParameters/Microscope y position", "-23.71 mm"},
                  {"scicat:/datasetlifecycle/retrievable", "true"}});
}

TEST(RealFiles, TomcatRaw) {
  BEAMPORT_NEEDS(path, "sidecars/tomcat/dacat_raw_example.json");
  const Record record = record_of(path);
  expect(record, {{"dataset_id", "20.500.11935/20d49671-6266-4ae8-8d4f-ebd4701b9ff6"},
                  {"dataset_name", "VA_B_Pf150_Pc200_r15_T125_0157/VA_B_Pf150_Pc200_r15_T125_0157_001"},
                  {"dataset_type", "raw"},
                  {"owner", "Florian Fusseis"},
                  {"owner_group", "p18639"},
                  {"proposal_id", "20.500.11935/20200757"},
                  {"facility", "PSI/SLS"},
                  {"beamline", "TOMCAT"},
                  {"acquisition_end", "2022-05-13T07:45:11Z"},
                  {"created", "2022-05-13T07:45:10.483Z"},
                  {"byte_count", "16257311251 B"},
                  {"file_count", "4"},
                  {"photon_energy", "-"},
                  {"beam_spectrum", "Polychromatic radiation"},
                  {"ring_current", "401.04710541364847 mA"},
                  {"effective_pixel_size_x", "2.75 um"},
                  {"detector_model", "GigaFRoST"},
                  {"exposure_time", "0.002 s"},
                  {"exposure_period", "0.005 s"},
                  {"magnification", "4"},
                  {"scintillator", "LuAG:Ce 150um (C150f)"},
                  {"region_of_interest", "1, 2016, 1, 2016 px"},
                  {"projection_count", "2000"},
                  {"angle_step", "0.09 deg"},
                  {"angle_range", "180 deg"},
                  {"dark_count", "50"},
                  {"flat_count", "100"},
                  {"recon_software", "-"}});
  EXPECT_TRUE(completeness_of(record, Schema::beamport()).purposes[2].missing.empty()) << "nothing was reconstructed";
}

const Numbers& numbers_of(const Record& record, std::string_view name) {
  static const Numbers kNone;
  const Entry* entry = record.find(name);
  const auto* numbers = entry == nullptr ? nullptr : std::get_if<Numbers>(&entry->value.datum);
  return numbers == nullptr ? kNone : *numbers;
}

TEST(RealFiles, NexusMasterWithoutItsFrames) {
  BEAMPORT_NEEDS(path, "raw/savu_24888_meta/24888.nxs");
  const Record record = record_of(path);
  expect(record, {{"dataset_id", "24888"},
                  {"sample_position_x", "1.365637 mm"},
                  {"detector_distances", "-"},  // the file links the scan's identifier in its place
                  {"hdf5:/entry1/tomo_entry/instrument/detector/distance", "b2017b74-c39d-478d-b4fe-ab0c5347227c"},
                  {"dataset_name", "Mg[2]33C1"},
                  {"proposal_id", "mt9396-1"},
                  {"beamline", "i13"},
                  {"facility", "DLS"},
                  {"source_type", "Synchrotron X-Ray Source"},
                  {"ring_current", "-1 mA"},
                  {"control_software", "GDA 8.36.0"},
                  {"user_account", "ssg37927"},
                  {"projection_count", "91 (derived)"},
                  {"flat_count", "10 (derived)"},
                  {"dark_count", "10 (derived)"},
                  {"dataset_type", "raw (derived)"},
                  {"hdf5:/entry1/before_scan/cs1/cs1_z", "-976.472 mm"},
                  {"hdf5:/entry1/instrument/pco1_hw_hdf/data",
                   "is in /dls/i13/data/2014/mt9396-1/raw/pco1-24888.hdf:entry/instrument/detector/data"}});
  const Numbers& angles = numbers_of(record, "angles");
  ASSERT_EQ(angles.size(), 111U);
  EXPECT_NEAR(angles.front(), -89.1, 1e-3);
  EXPECT_NEAR(angles[11], -87.1, 1e-3);
  EXPECT_NEAR(angles.back(), 90.9, 1e-3);
}

TEST(RealFiles, NexusOfDiad) {
  BEAMPORT_NEEDS(path, "raw/diad_k11/k11-18014.nxs");
  const Record record = record_of(path);
  expect(record, {{"proposal_id", "mg32775-1"},
                  {"beamline", "k11"},
                  {"acquisition_start", "2022-10-15T13:49:39.357"},
                  {"acquisition_end", "2022-10-15T13:51:18.264"},
                  {"acquisition_duration", "98.907 s"},
                  {"exposure_time", "0.02"},
                  {"ring_current", "296.8819476033095 mA"},
                  {"projection_count", "3001 (derived)"},
                  {"flat_count", "100 (derived)"},
                  {"dark_count", "100 (derived)"},
                  {"hdf5:/entry/instrument/base_x_cont/value", "413.6339 mm"},
                  {"hdf5:/entry/instrument/HFM/hfm_pitch", "1.51025172 mrad"},
                  {"hdf5:/entry/instrument/scannables/m4/m4_x1", "-16.28535"},
                  {"hdf5:/entry/instrument/scannables/s3/s3_yminus", "17.6499"}});
  EXPECT_EQ(numbers_of(record, "image_keys").size(), 3201U);
}

TEST(RealFiles, Tiffs) {
  BEAMPORT_NEEDS(path, "derived/i13_24737_recon_u16.tif");
  expect(record_of(path), {{"voxel_type", "uint16"}, {"volume_shape", "135, 160, 160 px"}, {"voxel_size_x", "-"}});
  expect(record_of(shared_data() / "volumes/qim3d/bone_128x128x128.tif"),
         {{"voxel_type", "uint8"}, {"volume_shape", "128, 128, 128 px"}, {"voxel_size_x", "-"}});
  expect(record_of(shared_data() / "volumes/qim3d/shell_225x128x128.tif"), {{"voxel_type", "uint8"},
                                                                            {"volume_shape", "225, 128, 128 px"},
                                                                            {"voxel_size_x", "1 um"},
                                                                            {"voxel_size_z", "1 um"}});
  expect(record_of(shared_data() / "derived/i13_24737_recon/recon_00001.tiff"),
         {{"voxel_type", "float32"},
          {"volume_shape", "-"},
          {"tiff:page 1 rows", "160 px"},
          {"tiff:page 1 columns", "160 px"},
          {"tiff:page 1 ImageDescription", R"({"shape": [160, 160]})"}});
  const Record slice = record_of(shared_data() / "volumes/psi_nct_slices/nct0440.tif");
  expect(slice, {{"voxel_type", "uint16"}, {"tiff:page 1 rows", "751 px"}, {"tiff:page 1 columns", "818 px"}});
  EXPECT_NEAR(number_of(slice, "voxel_size_x"), 1e4 / 71.9424, 1e-3);
}

}  // namespace
}  // namespace beamport::metadata
