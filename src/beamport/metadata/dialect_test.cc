// SPDX-License-Identifier: Apache-2.0
#include "beamport/metadata/dialect.h"

#include <fstream>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "beamport/metadata/test_samples.h"

namespace beamport::metadata {
namespace {

using testing::HasSubstr;

std::string head_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file) << path;
  std::string head(kHeadBytes, '\0');
  file.read(head.data(), static_cast<std::streamsize>(head.size()));
  head.resize(static_cast<std::size_t>(file.gcount()));
  return head;
}

TEST(Dialect, NoFileIsOfTwo) {
  const std::map<std::string, std::string> samples{{"mouse_lung_07_2_00001.json", "p14"},
                                                   {"bone_1_00001.json", "p14"},
                                                   {"beamtime-metadata-11012345.json", "desy"},
                                                   {"dataset.json", "scicat"},
                                                   {"shell.log", "bruker"},
                                                   {"shell_rec.log", "bruker"},
                                                   {"brick.xtekct", "nikon"},
                                                   {"imagej.tif", "tiff"},
                                                   {"bigtiff.tif", "tiff"},
                                                   {"scan.nxs", "hdf5"},
                                                   {"exchange.h5", "hdf5"}};
  // Every content under every name: what a dialect takes by name alone, another may own.
  for (const auto& [content, owner] : samples) {
    const std::string head = head_of(sample(content));
    for (const auto& [name, other] : samples) {
      int takers = 0;
      for (const Dialect& dialect : dialects()) {
        const bool takes = dialect.sniff(name, head);
        takers += takes ? 1 : 0;
        if (takes) {
          EXPECT_EQ(dialect.name, owner) << content << " as " << name;
        }
      }
      EXPECT_LE(takers, 1) << content << " as " << name;
      EXPECT_EQ(takers, name == content ? 1 : takers);
    }
    const Dialect* found = dialect_of(content, head);
    ASSERT_NE(found, nullptr) << content;
    EXPECT_EQ(found->name, owner);
  }
}

TEST(Dialect, LeavesOthersAlone) {
  const std::map<std::string, std::string> others{
      {"a.json", "{}"},
      {"a.json", "[1, 2]"},
      {"beamport.json", R"({"slices": 2048})"},
      {"zarr.json", R"({"zarr_format": 3, "node_type": "group", "attributes": {}})"},
      {"package.json", R"({"name": "x", "version": "1", "imaging": 1})"},
      {"beamtime-metadata-1.json", R"({"title": "no beamline"})"},
      {"nginx.log", "127.0.0.1 - - [System] Scanner=x\n"},
      {"a.log", "[System]\nNothing=here\n"},
      {"a.xtekct", "[Other]\nVoxelsX=1\n"},
      {"a.tif", "II"},
      {"a.h5", "\x89HDG\r\n\x1a\n"},
      {"", ""}};
  for (const auto& [name, text] : others) {
    EXPECT_EQ(dialect_of(name, text), nullptr) << name << ": " << text;
    const auto record = read_as(name, text);
    EXPECT_EQ(record.error().code, ErrorCode::kUnsupported) << name;
  }
}

TEST(Dialect, DamagedFilesAreErrorsThatNameTheFile) {
  const auto cut = read_as("scan_1_00001.json", R"({"collect": {"energy": 18}, "imaging": {"ff_pre")");
  ASSERT_FALSE(cut);
  EXPECT_THAT(cut.error().message, HasSubstr("scan_1_00001.json"));
  const auto tiff = read_as("a.tif", std::string_view("II*\0\xff\xff\xff\xff", 8));
  EXPECT_FALSE(tiff);
  const auto large = read_as("a.xtekct", "[XTekCT]\n" + std::string(kMaxTextFileBytes, 'x'));
  ASSERT_FALSE(large);
  EXPECT_EQ(large.error().code, ErrorCode::kOutOfRange);
  EXPECT_FALSE(read_metadata(std::filesystem::path("no/such/file.json")));
}

TEST(Dialect, WhatNobodyAskedForIsKeptWithItsPlace) {
  const Record record = record_of(sample("mouse_lung_07_2_00001.json"));
  const Entry* kept = record.find("p14:/collect/oscillation_sequence/0/number_of_passes");
  ASSERT_NE(kept, nullptr);
  EXPECT_EQ(kept->value.datum, Datum(1.0));
  EXPECT_EQ(kept->value.source.place, "/collect/oscillation_sequence/0/number_of_passes");
  EXPECT_EQ(told(record_of(sample("shell.log")), "bruker:[Acquisition] Random Movement"), "ON (20)");
}

TEST(P14, BecomesARecord) {
  const Record record = record_of(sample("mouse_lung_07_2_00001.json"));
  EXPECT_EQ(told(record, "dataset_name"), "mouse_lung_07_2 (derived)");
  EXPECT_EQ(told(record, "description"), "lung, second block");
  EXPECT_EQ(told(record, "photon_energy"), "18 keV");
  EXPECT_EQ(told(record, "transmission"), "100 %");
  EXPECT_EQ(told(record, "exposure_time"), "0.01 s");
  EXPECT_EQ(told(record, "projection_count"), "3600");
  EXPECT_EQ(told(record, "angle_start"), "0 deg");
  EXPECT_EQ(told(record, "angle_step"), "0.1 deg");
  EXPECT_EQ(told(record, "angle_range"), "360 deg (derived)");
  EXPECT_EQ(told(record, "flat_count"), "30");
  EXPECT_EQ(told(record, "flat_timing"), "before");
  EXPECT_EQ(told(record, "flat_offset"), "0, -1, 0 mm");
  EXPECT_EQ(told(record, "flat_match"), "true");
  EXPECT_EQ(told(record, "flat_match_table"), "1, 4, 2, 4, 3, 17");
  EXPECT_EQ(told(record, "detector_distances"), "67 mm");
  EXPECT_EQ(told(record, "motor_position.phi"), "12.5");
  EXPECT_EQ(told(record, "motor_position.zoom"), "-");
  EXPECT_EQ(told(record, "session_date"), "2026-03-14 (derived)");
  EXPECT_EQ(told(record, "user_account"), "p14u042 (derived)");
  EXPECT_EQ(told(record, "session_id"), "32368");
  EXPECT_EQ(told(record, "sample_id"), "4711");
  EXPECT_EQ(told(record, "run_number"), "2");
  const Entry* energy = record.find("photon_energy");
  ASSERT_NE(energy, nullptr);
  EXPECT_EQ(energy->value.source.place, "/collect/energy");
  EXPECT_THAT(energy->value.source.file, HasSubstr("mouse_lung_07_2_00001.json"));
}

TEST(P14, OlderFilesNameThingsOtherwise) {
  const Record record = record_of(sample("bone_1_00001.json"));
  EXPECT_EQ(told(record, "photon_energy"), "17 keV");
  EXPECT_EQ(told(record, "exposure_time"), "0.02 s");
  EXPECT_EQ(told(record, "projection_count"), "1800");
  EXPECT_EQ(told(record, "angle_start"), "-90 deg");
  EXPECT_EQ(told(record, "flat_timing"), "none");
  EXPECT_EQ(told(record, "detector_distances"), "85.5 mm");
  EXPECT_EQ(told(record, "file_prefix"), "bone");
  EXPECT_EQ(told(record, "session_date"), "2021-06-07 (derived)");
  EXPECT_EQ(told(record, "user_account"), "ada (derived)");
  EXPECT_EQ(told(record, "flat_match_table"), "-");
}

TEST(P14, TheDistanceOfDiffractionIsOnlyAFallback) {
  const auto both =
      read_as("a.json", R"({"collect": {"detector_distance": 250}, "imaging": {"detector_distance": 67}})");
  ASSERT_TRUE(both);
  EXPECT_EQ(told(*both, "detector_distances"), "67 mm");
  EXPECT_EQ(told(*both, "p14:/collect/detector_distance"), "250");
  const auto one = read_as("a.json", R"({"collect": {"detector_distance": 250}, "imaging": {}})");
  ASSERT_TRUE(one);
  EXPECT_EQ(told(*one, "detector_distances"), "250 mm");
}

TEST(Desy, BecomesARecord) {
  const Record record = record_of(sample("beamtime-metadata-11012345.json"));
  EXPECT_EQ(told(record, "beamtime_id"), "11012345");
  EXPECT_EQ(told(record, "beamline"), "P14");
  EXPECT_EQ(told(record, "desy:/beamline"), "p14");
  EXPECT_EQ(told(record, "facility"), "PETRA III");
  EXPECT_EQ(told(record, "endstation"), "EH2");
  EXPECT_EQ(told(record, "proposal_id"), "20260099");
  EXPECT_EQ(told(record, "proposal_type"), "I");
  EXPECT_EQ(told(record, "beamtime_title"), "Airways of the lung");
  EXPECT_EQ(told(record, "beamtime_start"), "2026-03-14T07:00:00Z");
  EXPECT_EQ(told(record, "beamtime_end"), "2026-03-16T07:00:00Z");
  EXPECT_EQ(told(record, "principal_investigator"), "Curie, Example Institute (mcurie)");
  EXPECT_EQ(told(record, "experiment_leader"), "Hopper, Example Institute (ghopper)");
  EXPECT_EQ(told(record, "applicant"), "Lovelace, Example Institute (alovelace)");
  EXPECT_EQ(told(record, "local_contact"), "Grace Hopper");
  EXPECT_EQ(told(record, "users"), "alovelace, mcurie");
  EXPECT_EQ(told(record, "owner_group"), "p14-user");
  EXPECT_EQ(told(record, "desy:/retentionPeriod"), "180");
  EXPECT_EQ(told(record, "source_files"), "-") << "the root of the beam time is no place of frames";
  EXPECT_EQ(told(record, "desy:/corePath"), "/asap3/petra3/gpfs/p14/2026/data/11012345");
}

TEST(Scicat, BecomesARecord) {
  const Record record = record_of(sample("dataset.json"));
  EXPECT_EQ(told(record, "photon_energy"), "18.5 keV");
  EXPECT_EQ(told(record, "exposure_time"), "0.15 s");
  EXPECT_EQ(record.find("exposure_time")->value.stated, "150 ms");
  EXPECT_EQ(told(record, "ring_current"), "401.4 mA");
  EXPECT_EQ(told(record, "effective_pixel_size_x"), "0.65 um");
  EXPECT_EQ(told(record, "angle_range"), "180 deg");
  EXPECT_EQ(told(record, "region_of_interest"), "1, 2560, 1, 2160 px");
  EXPECT_EQ(told(record, "attenuator"), "FE-Filter: No Filter 100%; OP-Filter1: Al 100um");
  EXPECT_EQ(told(record, "beamline"), "TOMCAT");
  EXPECT_EQ(told(record, "facility"), "PSI/SLS");
  EXPECT_EQ(told(record, "byte_count"), "5272583164 B");
  EXPECT_EQ(told(record, "recon_filter"), "parz");
  EXPECT_EQ(told(record, "rotation_axis_position"), "1231.2 px");
  EXPECT_EQ(told(record, "grey_minimum"), "-0.002594");
  EXPECT_EQ(told(record, "scicat:/scientificMetadata/scanParameters/Sample holder X-position"), "7835.4 um");
  EXPECT_THAT(record.notes(), testing::Contains(HasSubstr("/history")));
}

TEST(Scicat, PolychromaticLightIsNoEnergy) {
  const auto record = read_as("a.json", R"({"pid": "1", "ownerGroup": "p", "sourceFolder": "/d", "scientificMetadata":
      {"beamlineParameters": {"Beam energy": "Polychromatic radiation"}}})");
  ASSERT_TRUE(record);
  EXPECT_EQ(told(*record, "photon_energy"), "-");
  EXPECT_EQ(told(*record, "beam_spectrum"), "Polychromatic radiation");
}

TEST(Bruker, AScanBecomesARecord) {
  const Record record = record_of(sample("shell.log"));
  EXPECT_EQ(told(record, "instrument"), "SkyScan9999");
  EXPECT_EQ(told(record, "detector_model"), "Example Sensor");
  EXPECT_EQ(told(record, "projection_count"), "471");
  EXPECT_EQ(told(record, "detector_shape"), "896, 1075 px");
  EXPECT_EQ(told(record, "source_sample_distance"), "0.2 m");
  EXPECT_EQ(told(record, "source_detector_distance"), "0.271 m");
  EXPECT_EQ(told(record, "detector_distances"), "71 mm (derived)");
  EXPECT_EQ(told(record, "exposure_time"), "1.175 s");
  EXPECT_EQ(told(record, "tube_voltage"), "60 kV");
  EXPECT_EQ(told(record, "frames_averaged"), "3");
  EXPECT_EQ(told(record, "acquisition_start"), "2023-03-14T09:00:40");
  EXPECT_EQ(told(record, "acquisition_duration"), "3242 s");
  EXPECT_EQ(told(record, "motor_position.vertical"), "28.344 mm");
  EXPECT_EQ(told(record, "dataset_type"), "raw (derived)");
  EXPECT_EQ(told(record, "recon_software"), "-");
}

TEST(Bruker, AReconstructionBecomesARecord) {
  const Record record = record_of(sample("shell_rec.log"));
  EXPECT_EQ(told(record, "detector_model"), "Example \xC2\xB5 Sensor") << "Latin-1 in the file";
  EXPECT_EQ(told(record, "detector_pixel_aspect"), "1.074");
  EXPECT_EQ(told(record, "frames_averaged"), "1");
  EXPECT_EQ(told(record, "acquisition_start"), "2023-07-20T11:26:30");
  EXPECT_EQ(told(record, "acquisition_duration"), "4307 s");
  EXPECT_EQ(told(record, "recon_software"), "NRecon");
  EXPECT_EQ(told(record, "recon_version"), "1.7.1.0");
  EXPECT_EQ(told(record, "recon_time"), "2023-07-20T12:35:34");
  EXPECT_EQ(told(record, "recon_duration"), "879 s");
  EXPECT_EQ(told(record, "volume_shape"), "1841, 2230, 2240 px");
  EXPECT_EQ(told(record, "voxel_size_x"), "26.84486 um");
  EXPECT_EQ(told(record, "voxel_size_z"), "26.84486 um (derived)");
  EXPECT_EQ(told(record, "rotation_axis_shift"), "0.5 px");
  EXPECT_EQ(told(record, "grey_maximum"), "0.0162");
  EXPECT_EQ(told(record, "beam_hardening"), "15 %");
  EXPECT_EQ(told(record, "dataset_type"), "derived (derived)");
  EXPECT_EQ(told(record, "bruker:line 32"), "a line of another shape");
}

TEST(Nikon, BecomesARecord) {
  const Record record = record_of(sample("brick.xtekct"));
  EXPECT_EQ(told(record, "dataset_name"), "brick");
  EXPECT_EQ(told(record, "volume_shape"), "814, 900, 1000 px");
  EXPECT_EQ(told(record, "detector_shape"), "990, 1000 px");
  EXPECT_EQ(told(record, "voxel_size_x"), "20 um");
  EXPECT_EQ(told(record, "voxel_size_z"), "25 um");
  EXPECT_EQ(told(record, "source_sample_distance"), "0.034 m");
  EXPECT_EQ(told(record, "detector_distances"), "646 mm (derived)");
  EXPECT_EQ(told(record, "magnification"), "20 (derived)");
  EXPECT_EQ(told(record, "effective_pixel_size_x"), "20 um (derived)");
  EXPECT_EQ(told(record, "detector_pixel_size"), "400 um");
  EXPECT_EQ(told(record, "angle_range"), "360 deg (derived)");
  EXPECT_EQ(told(record, "attenuator"), "Aluminium 1.0 mm");
  EXPECT_EQ(told(record, "rotation_axis_shift"), "-0.0277442 mm");
  EXPECT_EQ(told(record, "user_account"), "-") << "it is empty in the file";
}

TEST(Tiff, OmeXmlTellsTheVoxelSize) {
  const Record record = record_of(sample("ome.tif"));
  EXPECT_EQ(told(record, "voxel_size_x"), "0.65 um");
  EXPECT_EQ(told(record, "voxel_size_y"), "0.65 um");
  EXPECT_EQ(told(record, "voxel_size_z"), "2 um");
  EXPECT_EQ(record.find("voxel_size_x")->value.source.place, "page 1 ImageDescription (OME-XML)");
  EXPECT_EQ(told(record, "voxel_type"), "uint16");
  EXPECT_EQ(told(record, "volume_shape"), "-") << "one page may be a slice or a projection";
  EXPECT_EQ(told(record, "tiff:OME channels"), "1");
}

TEST(Tiff, CentimetresAreMeantInchesAreNot) {
  const Record record = record_of(sample("centimetre.tif"));
  EXPECT_EQ(told(record, "voxel_size_x"), "0.5 um");
  EXPECT_EQ(told(record, "voxel_size_z"), "-");
  EXPECT_EQ(told(record_of(sample("pages.tif")), "voxel_size_x"), "-");
}

TEST(Tiff, BecomesARecord) {
  const Record record = record_of(sample("imagej.tif"));
  EXPECT_THAT(told(record, "tiff:page 1 ImageDescription"), testing::StartsWith("ImageJ="));
  EXPECT_NE(record.find("voxel_type"), nullptr);
  EXPECT_NE(record.find("volume_shape"), nullptr);
}

}  // namespace
}  // namespace beamport::metadata
