// SPDX-License-Identifier: Apache-2.0
#include "beamport/metadata/hdf5_file.h"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "beamport/base/bytes.h"
#include "beamport/image/positional_reader.h"
#include "beamport/metadata/test_samples.h"

namespace beamport::metadata {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

std::string content_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

TEST(Hdf5File, NexusInTheOldForm) {
  const Record record = record_of(sample("scan.nxs"));
  EXPECT_EQ(told(record, "dataset_name"), "shell");
  EXPECT_EQ(told(record, "proposal_id"), "mt1234-1");
  EXPECT_EQ(told(record, "acquisition_start"), "2026-03-14T08:00:40Z");
  EXPECT_EQ(told(record, "beamline"), "i99");
  EXPECT_EQ(told(record, "ring_current"), "300.5 mA");
  EXPECT_EQ(told(record, "exposure_time"), "0.15 s") << "the same for all frames";
  EXPECT_EQ(told(record, "detector_distances"), "67.5 mm");
  EXPECT_EQ(told(record, "image_keys"), "2, 2, 1, 1, 1, 0, 0, 0, 0, 0, 1") << "big-endian, in chunks";
  EXPECT_EQ(told(record, "projection_count"), "5 (derived)");
  EXPECT_EQ(told(record, "flat_count"), "4 (derived)");
  EXPECT_EQ(told(record, "dark_count"), "2 (derived)");
  EXPECT_EQ(told(record, "angles"), "0, 0, 0, 0, 0, 0, 45, 90, 135, 180, 180 deg");
  EXPECT_EQ(told(record, "dataset_type"), "raw (derived)");
}

TEST(Hdf5File, WhatIsNotReadIsTold) {
  const Record record = record_of(sample("scan.nxs"));
  EXPECT_EQ(told(record, "hdf5:/entry1/tomo_entry/data"), "is in frames.h5:/data");
  EXPECT_EQ(told(record, "hdf5:/entry1/instrument/detector/data"), "uint16[11, 2, 3], not read");
  EXPECT_EQ(told(record, "hdf5:/entry1/sample/compressed"), "float64[100], not read");
  EXPECT_EQ(told(record, "hdf5:/entry1/sample/zipped"), "1");
}

TEST(Hdf5File, DataExchangeInTheNewForm) {
  const Record record = record_of(sample("exchange.h5"));
  EXPECT_EQ(told(record, "beamline"), "2-BM");
  EXPECT_EQ(told(record, "photon_energy"), "27.4 keV");
  EXPECT_EQ(told(record, "detector_model"), "Oryx");
  EXPECT_EQ(told(record, "exposure_time"), "0.25 s");
  EXPECT_EQ(told(record, "effective_pixel_size_x"), "0.69 um");
  EXPECT_EQ(told(record, "sample_name"), "tooth \xC2\xB5");
  EXPECT_EQ(told(record, "proposal_id"), "GUP-1");
  EXPECT_EQ(told(record, "angles"), "0, 45, 90, 135, 180 deg");
  EXPECT_EQ(told(record, "projection_count"), "5 (derived)");
  EXPECT_EQ(told(record, "flat_count"), "2 (derived)");
  EXPECT_EQ(told(record, "dark_count"), "3 (derived)");
  EXPECT_EQ(told(record, "hdf5:/measurement/instrument/detector/enabled"), "1");
  for (const char* motor : {"000", "007", "044", "059"}) {
    EXPECT_EQ(told(record, std::string("hdf5:/measurement/motors/motor_") + motor), std::to_string(std::atoi(motor)));
  }
}

TEST(Hdf5File, ACutFileIsAnError) {
  for (const char* name : {"scan.nxs", "exchange.h5"}) {
    const std::string whole = content_of(sample(name));
    for (const std::size_t size : {std::size_t{9}, std::size_t{60}, std::size_t{100}, whole.size() / 2}) {
      const auto record = read_as("a.h5", std::string_view(whole).substr(0, size));
      ASSERT_FALSE(record) << name << " cut to " << size;
      EXPECT_THAT(record.error().message, HasSubstr("a.h5"));
    }
  }
}

TEST(Hdf5File, WhatIsReadIsBounded) {
  const std::string whole = content_of(sample("exchange.h5"));
  const auto reader = image::make_memory_reader(as_byte_view(whole), "a.h5");
  auto file = Hdf5File::open(*reader, {.max_blocks = 3});
  ASSERT_TRUE(file);
  EXPECT_TRUE(file->read_block(0, 8));
  EXPECT_TRUE(file->read_block(0, 8));
  EXPECT_EQ(file->read_block(0, 8).error().code, ErrorCode::kResourceExhausted);
  auto other = Hdf5File::open(*reader, {.max_block_bytes = 200});
  ASSERT_TRUE(other);
  EXPECT_FALSE(other->read_block(0, 201));
  EXPECT_FALSE(other->read_block(whole.size() - 1, 2));
  EXPECT_FALSE(other->read_block(~std::uint64_t{0}, 2));
}

}  // namespace
}  // namespace beamport::metadata
