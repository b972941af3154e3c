// SPDX-License-Identifier: Apache-2.0
#include "beamport/metadata/completeness.h"

#include <algorithm>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace beamport::metadata {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

std::vector<std::string> names(const std::vector<const Field*>& fields) {
  std::vector<std::string> result;
  for (const Field* field : fields) result.push_back(field->name);
  return result;
}

Value read(Datum datum, std::string unit = {}) {
  return {.datum = std::move(datum), .unit = std::move(unit)};
}

Completeness of(const Record& record) {
  return completeness_of(record, Schema::beamport());
}

std::vector<std::string> missing(const Record& record, Purpose purpose) {
  return names(of(record).purposes[static_cast<std::size_t>(purpose)].missing);
}

TEST(Completeness, NothingKnownIsNothing) {
  const Completeness none = of(Record());
  EXPECT_EQ(none.known(), 0U);
  EXPECT_EQ(none.score(), 0.0);
  EXPECT_GT(none.purposes[0].needed, 5U);
  EXPECT_GT(none.purposes[1].needed, 15U);
  EXPECT_EQ(none.purposes[2].needed, 0U) << "nothing says that there was a reconstruction";
}

TEST(Completeness, AnotherFieldMaySayAsMuch) {
  Record record;
  EXPECT_THAT(missing(record, Purpose::kScan), Contains("photon_energy"));
  record.add("tube_voltage", read(60.0, "kV"));
  EXPECT_THAT(missing(record, Purpose::kScan), Not(Contains("photon_energy")));
}

TEST(Completeness, ADefaultIsNobodysKnowledge) {
  Record record;
  record.add("technique", {.datum = "tomography", .known = Known::kDefault});
  EXPECT_THAT(missing(record, Purpose::kScan), Contains("technique"));
  record.add("technique", read("holotomography"));
  EXPECT_THAT(missing(record, Purpose::kScan), Not(Contains("technique")));
}

TEST(Completeness, ConditionsComeFromTheRecord) {
  Record record;
  record.add("recon_software", read("own"));
  EXPECT_THAT(missing(record, Purpose::kReconstruction), Contains("recon_algorithm"));
  EXPECT_THAT(missing(record, Purpose::kReconstruction), Not(Contains("phase_delta_beta")));
  EXPECT_THAT(missing(record, Purpose::kReconstruction), Not(Contains("grey_minimum")));
  record.add("phase_method", read("CTF"));
  record.add("voxel_type", read("uint16"));
  EXPECT_THAT(missing(record, Purpose::kReconstruction), Contains("phase_delta_beta"));
  EXPECT_THAT(missing(record, Purpose::kReconstruction), Contains("grey_minimum"));
  EXPECT_THAT(missing(record, Purpose::kScan), Not(Contains("tile_overlap")));
  record.add("tile_index", read(Numbers{0, 1, 0}));
  EXPECT_THAT(missing(record, Purpose::kScan), Contains("tile_overlap"));
  EXPECT_FALSE(holds(Condition::kRaw, record));
  EXPECT_FALSE(holds(Condition::kStitched, record));
  record.add("dataset_type", read("stitched"));
  EXPECT_TRUE(holds(Condition::kStitched, record));
}

TEST(Completeness, PointsAtWhatIsInDoubt) {
  Record record;
  record.add("photon_energy", read(18.0, "keV"));
  record.add("photon_energy", read(17.0, "keV"));
  record.add("exposure_time", read(10.0));
  record.add("rotation_axis_shift", read(-0.02, "mm"));
  record.add("bandwidth", read(1e-4));
  EXPECT_THAT(names(of(record).conflicting), ElementsAre("photon_energy"));
  EXPECT_THAT(names(of(record).doubtful), ElementsAre("exposure_time"));
}

RC_GTEST_PROP(CompletenessProperty, MoreKnowledgeOfTheScanNeverMissesMore, ()) {
  const auto& fields = Schema::beamport().fields();
  const auto chosen = *rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange<std::size_t>(0, fields.size()));
  Record record;
  std::size_t before = of(record).purposes[0].missing.size();
  for (const std::size_t index : chosen) {
    record.add(fields[index].name + (fields[index].keyed ? ".x" : ""), read(1.0));
    const Completeness now = of(record);
    RC_ASSERT(now.purposes[0].missing.size() <= before);
    RC_ASSERT(now.score() >= 0 && now.score() <= 1);
    before = now.purposes[0].missing.size();
  }
}

}  // namespace
}  // namespace beamport::metadata
