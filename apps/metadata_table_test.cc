// SPDX-License-Identifier: Apache-2.0
#include "metadata_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace beamport::app {
namespace {

using metadata::Record;
using metadata::Schema;
using testing::HasSubstr;
using testing::Not;

TEST(MetadataTable, GroupsConflictsAndTheRest) {
  Record record;
  record.add("photon_energy", {.datum = 18.5, .unit = "keV", .source = {"d/a.json", "/energy"}, .stated = "18500 eV"});
  record.add("photon_energy", {.datum = 18.0, .unit = "keV", .source = {"b.log", "E"}});
  record.add("dataset_name", {.datum = "lung"});
  record.add("x:/y", {.datum = "kept"});
  record.note("something was cut");
  const std::string table = metadata_table(record, Schema::beamport());
  EXPECT_THAT(table, testing::StartsWith("identity\n  dataset_name "));
  EXPECT_THAT(table, HasSubstr("\nbeam\n  photon_energy "));
  EXPECT_THAT(table, HasSubstr("a.json /energy (18500 eV)\n"));
  EXPECT_THAT(table, HasSubstr("disagrees:"));
  EXPECT_THAT(table, HasSubstr("\nnot in the schema\n  x:/y "));
  EXPECT_THAT(table, HasSubstr("notes\n  something was cut\n"));
}

TEST(MetadataTable, AForeignTextCannotSteerTheTerminal) {
  EXPECT_EQ(one_line("a\x1b[2Jb\nc", 40), "a\\x1b[2Jb\\x0ac");
  EXPECT_EQ(one_line("a\xC2\x9B"
                     "31mb",
                     40),
            "a\\x9b31mb");
  EXPECT_EQ(one_line("\xC2\xB5m", 40), "\xC2\xB5m");
  EXPECT_EQ(one_line("\xC2\xB5\xC2\xB5\xC2\xB5", 2), "\xC2\xB5\xC2\xB5…");
  Record record;
  record.add("x:\x1b]0;t", {.datum = "\x1b[31m", .unit = "\x1b", .source = {"\x1b", "\x07"}});
  record.note("\x1b");
  EXPECT_THAT(metadata_table(record, Schema::beamport()), Not(HasSubstr("\x1b")));
}

TEST(MetadataTable, SaysWhatIsMissing) {
  Record record;
  record.add("exposure_time", {.datum = 1.0});
  const std::string text = completeness_text(completeness_of(record, Schema::beamport()));
  EXPECT_THAT(text, testing::StartsWith("known: 1 of "));
  EXPECT_THAT(text, HasSubstr("to repeat the scan: 1 of "));
  EXPECT_THAT(text, HasSubstr("missing: "));
  EXPECT_THAT(text, HasSubstr("unit not understood: exposure_time"));
  EXPECT_THAT(text, Not(HasSubstr("reconstruction"))) << "there was none";
}

}  // namespace
}  // namespace beamport::app
