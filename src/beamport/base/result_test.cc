// SPDX-License-Identifier: Apache-2.0
#include "beamport/base/result.h"

#include <set>
#include <string>

#include <gtest/gtest.h>

namespace beamport {
namespace {

Result<int> half(int number) {
  if (number % 2 != 0) return fail(ErrorCode::kInvalidArgument, "odd");
  return number / 2;
}

Result<int> quarter(int number) {
  BEAMPORT_ASSIGN(const int once, half(number));
  BEAMPORT_TRY(half(once).map_error(in_context("second half")));
  return once / 2;
}

TEST(Result, PassesValuesAndErrorsOn) {
  EXPECT_EQ(quarter(8), 2);
  EXPECT_EQ(quarter(3).error().message, "odd");
  EXPECT_EQ(quarter(6).error().message, "second half: odd");
  EXPECT_NE(std::string(quarter(3).error().where.file_name()).find("result_test"), std::string::npos);
}

TEST(ErrorCode, EveryCodeHasANameAStatusAndANonZeroExit) {
  std::set<std::string_view> names;
  for (int i = 0; i < 16; ++i) {
    const auto code = static_cast<ErrorCode>(i);
    names.insert(name_of(code));
    EXPECT_GE(http_status_of(code), 400);
    EXPECT_NE(exit_code_of(code), 0);
  }
  EXPECT_EQ(names.size(), 16U);
}

}  // namespace
}  // namespace beamport
