// SPDX-License-Identifier: Apache-2.0
#include "beamport/base/describe.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace beamport {
namespace {

enum class Phase { kIdle, kWarmingUp, kUint8 };
BOOST_DESCRIBE_ENUM(Phase, kIdle, kWarmingUp, kUint8)

struct Pump {
  std::int64_t speed = 0;
  std::string name;
};
BOOST_DESCRIBE_STRUCT(Pump, (), (speed, name))
constexpr auto notes_of(const Pump* /*unused*/) {
  return type_notes("Pump", "Moves air.", FieldNote{.field = "speed", .unit = "1/s", .maximum = 9});
}

TEST(Describe, EnumeratorsAreNamedInSnakeCaseOutside) {
  EXPECT_THAT(wire_names_of<Phase>(), testing::ElementsAre("idle", "warming_up", "uint8"));
  EXPECT_EQ(wire_name_of(Phase::kWarmingUp), "warming_up");
  EXPECT_EQ(parse_wire_name<Phase>("warming_up"), Phase::kWarmingUp);
  EXPECT_EQ(parse_wire_name<Phase>("kWarmingUp"), std::nullopt);
}

TEST(Describe, MembersAndNotesAreFoundByName) {
  EXPECT_TRUE(has_member<Pump>("speed"));
  EXPECT_FALSE(has_member<Pump>("colour"));
  EXPECT_EQ(note_on<Pump>("speed").maximum, 9);
  EXPECT_EQ(note_on<Pump>("name").maximum, std::nullopt);
  EXPECT_EQ(kTypeNotes<Pump>.name, "Pump");
}

TEST(Describe, MembersKeepTheirOrder) {
  std::vector<std::string> names;
  for_each_member<Pump>([&](auto member) { names.emplace_back(member.name); });
  EXPECT_THAT(names, testing::ElementsAre("speed", "name"));
}

}  // namespace
}  // namespace beamport
