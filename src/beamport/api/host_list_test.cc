// SPDX-License-Identifier: Apache-2.0
#include "beamport/api/host_list.h"

#include <gtest/gtest.h>

namespace beamport::api {
namespace {

TEST(HostList, AllowsTheMachineItselfAndConfiguredNames) {
  const std::vector<std::string> more{"Tomo.Example.org", "2001:db8::7"};
  const HostList hosts(more);
  for (const char* const good : {"localhost", "localhost:8080", "LOCALHOST:1", "127.0.0.1:8080", "[::1]", "[::1]:8080",
                                 "tomo.example.org", "tomo.example.org:443", "[2001:db8::7]:80"}) {
    EXPECT_TRUE(hosts.allows(good)) << good;
  }
}

TEST(HostList, RefusesForeignNamesAndWhatOnlyLooksLikeOne) {
  const HostList hosts({});
  for (const char* const bad :
       {"", "evil.example", "localhost.evil.example", "localhost:80:80", "localhost:", "localhost:port", "[::1",
        "[::1]x", "[::1]:999999", "evil.example:8080", "127.0.0.1.evil.example", "user@localhost", "localhost "}) {
    EXPECT_FALSE(hosts.allows(bad)) << bad;
  }
}

}  // namespace
}  // namespace beamport::api
