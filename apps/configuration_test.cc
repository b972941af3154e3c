// SPDX-License-Identifier: Apache-2.0
#include "configuration.h"

#include <array>
#include <map>

#include "configuration_check.h"
#include "configuration_value.h"
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "beamport/os/file.h"
#include "beamport/os/temporary_directory.h"

namespace beamport::app {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::vector<std::string> problems_of(std::string_view text) {
  std::vector<std::string> all;
  for (const ConfigurationProblem& problem : parse_configuration(text, "/etc/beamport").problems) {
    all.push_back(fmt::format("{}:{}: {}", problem.place.line, problem.place.column, problem.message));
  }
  return all;
}

Configuration read(std::string_view text) {
  EXPECT_THAT(problems_of(text), IsEmpty());
  return parse_configuration(text, "/etc/beamport").configuration;
}

/// The template with every setting switched on.
std::string everything() {
  std::string text;
  for (std::string_view rest = configuration_template(); !rest.empty();) {
    const std::size_t end = rest.find('\n') + 1;
    std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end);
    if (line.starts_with('#') && line.size() > 2 && line[1] != ' ') line.remove_prefix(1);
    text += line;
  }
  return text;
}

TEST(ConfigurationValue, SizesAndTimesHaveUnits) {
  EXPECT_EQ(parse_size("2 GiB").value(), std::int64_t{2} << 30);
  EXPECT_EQ(parse_size("2GiB").value(), std::int64_t{2} << 30);
  EXPECT_EQ(parse_size("50 GB").value(), 50'000'000'000);
  EXPECT_EQ(parse_size("0 B").value(), 0);
  EXPECT_EQ(parse_duration("30 s").value(), 30s);
  EXPECT_EQ(parse_duration("250ms").value(), 250ms);
  EXPECT_EQ(parse_duration("2 d").value(), 48h);
  EXPECT_THAT(parse_duration("30").error().message, HasSubstr("'30' has no unit; write for example \"30 s\""));
  EXPECT_THAT(parse_duration("30 sec").error().message, HasSubstr("unknown unit 'sec'; there are ms, s, min, h, d"));
  EXPECT_THAT(parse_size("2 gib").error().message, HasSubstr("unknown unit 'gib'"));
  for (const char* wrong : {"", " 2 s", "s", "-2 s", "2  s", "2 s ", "1.5 s", "99999999999999999999 s", "2 s 3"}) {
    EXPECT_FALSE(parse_duration(wrong)) << wrong;
  }
  EXPECT_THAT(parse_size("9999999999 TiB").error().message, HasSubstr("too large"));
}

TEST(ConfigurationValue, GuessesWhatWasMeant) {
  constexpr std::array<std::string_view, 4> kKnown{"address", "port", "data", "follow_links"};
  EXPECT_EQ(nearest_name("adress", kKnown), "address");
  EXPECT_EQ(nearest_name("follow-link", kKnown), "follow_links");
  EXPECT_EQ(nearest_name("prot", kKnown), "port");
  EXPECT_EQ(nearest_name("something_else", kKnown), "");
  EXPECT_EQ(nearest_name("", kKnown), "");
  EXPECT_EQ(nearest_name(std::string(5000, 'a'), kKnown), "");
}

TEST(Configuration, AnEmptyFileIsTheDefault) {
  const Configuration all = read("");
  EXPECT_EQ(all.server.port, 8080);
  EXPECT_THAT(all.roots, IsEmpty());
}

TEST(Configuration, TheTemplateIsTheDefaultAndChangesNothingWhenSwitchedOn) {
  EXPECT_THAT(problems_of(configuration_template()), IsEmpty());
  const Configuration defaults = read("[[root]]\nname = \"p14\"\npath = \"/beamline/p14\"");
  const Configuration all = read(everything());
  EXPECT_EQ(all.server.address, defaults.server.address);
  EXPECT_EQ(all.server.port, defaults.server.port);
  EXPECT_EQ(all.server.data, defaults.server.data);
  EXPECT_EQ(all.server.threads, defaults.server.threads);
  EXPECT_EQ(all.server.cache_bytes, defaults.server.cache_bytes);
  EXPECT_EQ(all.server.host_names, defaults.server.host_names);
  EXPECT_EQ(all.server.cors_origin, defaults.server.cors_origin);
  EXPECT_EQ(all.server.allow_anonymous, defaults.server.allow_anonymous);
  EXPECT_EQ(all.ingest.parallel, defaults.ingest.parallel);
  EXPECT_EQ(all.ingest.memory_bytes, defaults.ingest.memory_bytes);
  EXPECT_EQ(all.ingest.workers, defaults.ingest.workers);
  EXPECT_EQ(all.ingest.reserve_bytes, defaults.ingest.reserve_bytes);
  EXPECT_EQ(all.ingest.settle, defaults.ingest.settle);
  EXPECT_EQ(all.ingest.patience, defaults.ingest.patience);
  EXPECT_EQ(all.scrub.every, defaults.scrub.every);
  EXPECT_EQ(all.scrub.share, defaults.scrub.share);
  EXPECT_EQ(all.log.level, defaults.log.level);
  EXPECT_EQ(all.log.style, defaults.log.style);
  EXPECT_EQ(all.metrics.enabled, defaults.metrics.enabled);
  EXPECT_EQ(all.metrics.anonymous, defaults.metrics.anonymous);
  EXPECT_EQ(all.accounts.enabled, defaults.accounts.enabled);
  EXPECT_EQ(all.accounts.facility, defaults.accounts.facility);
  EXPECT_EQ(all.accounts.beamline, defaults.accounts.beamline);
  ASSERT_EQ(all.roots.size(), 1U);
  const RootSettings& root = all.roots[0];
  const RootSettings& plain = defaults.roots[0];
  EXPECT_EQ(root.path, plain.path);
  EXPECT_EQ(root.pattern.text(), plain.pattern.text());
  EXPECT_EQ(root.slices, plain.slices);
  EXPECT_EQ(root.marker, plain.marker);
  EXPECT_EQ(root.source, plain.source);
  EXPECT_EQ(root.archive, plain.archive);
  EXPECT_EQ(root.profile, plain.profile);
  EXPECT_FALSE(root.type_change || plain.type_change);
  EXPECT_EQ(root.gaps, plain.gaps);
  EXPECT_EQ(root.settle, plain.settle);
  EXPECT_EQ(root.patience, plain.patience);
  EXPECT_EQ(root.listen, plain.listen);
  EXPECT_EQ(root.shortest_period, plain.shortest_period);
  EXPECT_EQ(root.longest_period, plain.longest_period);
  EXPECT_EQ(root.follow_links, plain.follow_links);
}

// Every setting that the parser asks for has a place in the switched-on template, and every line is asked for (or it
// would be unknown).
TEST(Configuration, EverySettingIsInTheTemplate) {
  const auto parsed = parse_configuration(everything(), "/");
  EXPECT_THAT(parsed.problems, IsEmpty());
  for (const std::string& setting : parsed.asked_for) {
    EXPECT_TRUE(parsed.places.contains(setting)) << setting << " is not in the template";
  }
  EXPECT_GT(parsed.asked_for.size(), 40U);
}

TEST(Configuration, ReadsWhatIsSet) {
  const Configuration all = read(R"(
[server]
address = "::1"
port = 9000
data = "images"
host_names = ["tomo.example.org"]
[ingest]
parallel = 3
memory = "16 GiB"
settle = "1 min"
[log]
level = "debug"
style = "json"
[[root]]
name = "p14"
path = "/beamline/p14/"
pattern = "<user>/<scan>"
source = "archive"
archive = "/archive"
profile = "small"
dtype = "uint8"
window = "-0.5,2"
gaps = "close"
listen = false
[[root]]
name = "hitt"
path = "/beamline/hitt"
settle = "5 s"
[[token]]
name = "recon"
secret = "0123456789abcdef0123"
)");
  EXPECT_EQ(all.server.data, "/etc/beamport/images");
  EXPECT_EQ(all.server.port, 9000);
  EXPECT_EQ(all.ingest.memory_bytes, std::int64_t{16} << 30);
  EXPECT_EQ(all.log.style, log::Style::kJson);
  ASSERT_EQ(all.roots.size(), 2U);
  EXPECT_EQ(all.roots[0].path, "/beamline/p14");
  EXPECT_EQ(all.roots[0].source, SourcePolicy::kArchive);
  EXPECT_EQ(all.roots[0].profile, zarr::ProfileName::kSmall);
  EXPECT_EQ(all.roots[0].type_change->to, DataType::kUint8);
  EXPECT_EQ(all.roots[0].type_change->window->high, 2);
  EXPECT_EQ(all.roots[0].settle, 1min);  // from [ingest]
  EXPECT_EQ(all.roots[1].settle, 5s);
  EXPECT_EQ(all.tokens.at(0).name, "recon");
}

TEST(Configuration, TheScrubMayBeSwitchedOff) {
  EXPECT_EQ(read("[scrub]\nevery = \"30 d\"\nshare = 50").scrub.every, 30 * 24h);
  EXPECT_EQ(read("[scrub]\nevery = \"never\"").scrub.every, 0h);
  EXPECT_THAT(problems_of("[scrub]\nevery = \"0 s\""), ElementsAre(HasSubstr("must be from 1 ms")));
  EXPECT_THAT(problems_of("[scrub]\nshare = 0"), ElementsAre(HasSubstr("must be from 1 to 100")));
}

TEST(Configuration, EveryErrorHasItsPlaceAndSaysWhatToDo) {
  EXPECT_THAT(problems_of("[server]\nport = \"80\"\n"),
              ElementsAre("2:8: server.port must be a whole number, not text"));
  EXPECT_THAT(problems_of("[server]\nport = 70000\n"), ElementsAre("2:8: server.port must be from 0 to 65535"));
  EXPECT_THAT(problems_of("[server]\n  adress = \"x\"\n"),
              ElementsAre("2:3: there is no setting 'adress' in [server]; did you mean address?"));
  EXPECT_THAT(problems_of("[servr]\nport = 1\n"),
              ElementsAre("1:2: there is no setting 'servr'; did you mean server?"));
  EXPECT_THAT(
      problems_of("[ingest]\nsettle = 30\n"),
      ElementsAre("2:10: ingest.settle must be a time with its unit in quotes, such as \"30 s\", not a whole number"));
  EXPECT_THAT(problems_of("[ingest]\nsettle = \"30\"\n"),
              ElementsAre(HasSubstr("2:10: ingest.settle: '30' has no unit")));
  EXPECT_THAT(problems_of("[ingest]\nmemory = \"1 MiB\"\n"),
              ElementsAre(HasSubstr("2:10: ingest.memory: must be at least")));
  EXPECT_THAT(problems_of("[log]\nlevel = \"warn\"\n"),
              ElementsAre("2:9: log.level is \"warn\"; choose debug, info, warning, error; did you mean warning?"));
  EXPECT_THAT(problems_of("[log]\nlevel = \"debg\"\n"), ElementsAre(HasSubstr("did you mean debug?")));
  EXPECT_THAT(problems_of("server = 3\n"), ElementsAre("1:10: server must be a section, not a whole number"));
  EXPECT_THAT(problems_of("[root]\nname = \"a\"\n"),
              ElementsAre(HasSubstr("root must be sections, each beginning with [[root]]")));
  EXPECT_THAT(problems_of("[server]\nhost_names = [\"a\", 3]\n"),
              ElementsAre(HasSubstr("2:20: server.host_names must have texts")));
}

TEST(Configuration, AnErrorOfSyntaxHasItsPlace) {
  const auto problems = problems_of("[server]\nport = \n");
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_THAT(problems[0], AllOf(HasSubstr("2:"), HasSubstr("no TOML")));
  EXPECT_THAT(problems_of("[server]\n[server]\n"), ElementsAre(HasSubstr("no TOML")));
  EXPECT_THAT(problems_of("a = \xFF\n"), ElementsAre(HasSubstr("no TOML")));
}

TEST(Configuration, EveryErrorIsFoundAtOnceInTheOrderOfTheFile) {
  const auto problems = problems_of("[[root]]\npath = \"/a\"\npattern = \"<user>\"\n[server]\nport = -1\ncolour = 1\n");
  ASSERT_EQ(problems.size(), 4U);
  EXPECT_THAT(problems[0], HasSubstr("1:1: [[root]] needs name"));
  EXPECT_THAT(problems[1], HasSubstr("3:11: root[0].pattern: pattern '<user>': needs <scan> exactly once"));
  EXPECT_THAT(problems[2], HasSubstr("5:8: "));
  EXPECT_THAT(problems[3], HasSubstr("6:1: "));
}

TEST(Configuration, RootsThatContradictThemselvesAreRefused) {
  const auto problem_of = [](std::string_view lines) {
    const auto problems = problems_of(fmt::format("[[root]]\nname = \"a\"\npath = \"/a\"\n{}\n", lines));
    EXPECT_EQ(problems.size(), 1U) << lines;
    return problems.empty() ? "" : problems[0];
  };
  EXPECT_THAT(problem_of("source = \"archive\""), HasSubstr("does not say where"));
  EXPECT_THAT(problem_of("archive = \"/b\""), HasSubstr("source is not \"archive\""));
  EXPECT_THAT(problem_of("source = \"delete\""), HasSubstr("did you mean"));
  EXPECT_THAT(problem_of("window = \"0,1\""), HasSubstr("needs dtype"));
  EXPECT_THAT(problem_of("dtype = \"uint8\"\nwindow = \"1,0\""), HasSubstr("\"lo,hi\""));
  EXPECT_THAT(problem_of("slices = \"a/*\""), HasSubstr("file names"));
  EXPECT_THAT(problem_of("marker = \"../done\""), HasSubstr("not a path"));
  EXPECT_THAT(problem_of("shortest_period = \"2 min\""), HasSubstr("longer than longest_period"));
  EXPECT_THAT(problem_of("[[root]]\nname = \"a\"\npath = \"/b\""), HasSubstr("taken already"));
  EXPECT_THAT(problems_of("[[root]]\nname = \"a b\"\npath = \"\"\n"),
              ElementsAre(HasSubstr("a-z"), HasSubstr("is empty")));
}

class ConfigurationFile : public testing::Test {
 protected:
  ConfigurationFile() {
    for (const char* name : {"data", "root", "other", "archive"}) std::filesystem::create_directory(at(name));
  }
  std::filesystem::path at(std::string_view name) const { return directory_.path() / name; }
  void write(std::string_view name, std::string_view text, unsigned mode = 0644) {
    ASSERT_TRUE(os::replace_file(at(name), as_byte_view(text)));
    std::filesystem::permissions(at(name), static_cast<std::filesystem::perms>(mode));
  }
  std::vector<std::string> check(std::string_view text, unsigned mode = 0644) {
    write("b.toml", text, mode);
    auto checked = check_configuration(at("b.toml"), environment());
    EXPECT_TRUE(checked) << checked.error().message;
    std::vector<std::string> all;
    tokens_.clear();
    if (!checked) return all;
    for (const ConfigurationProblem& problem : checked->problems) {
      all.push_back(fmt::format("{}:{}{}", problem.place.line, problem.may_pass ? "now:" : "", problem.message));
    }
    for (const TokenSettings& token : checked->configuration.tokens) tokens_.push_back(token.name + "=" + token.secret);
    return all;
  }
  Environment environment() {
    return [this](const char* name) -> const char* {
      const auto found = variables_.find(name);
      return found == variables_.end() ? nullptr : found->second.c_str();
    };
  }

  os::TemporaryDirectory directory_ = os::TemporaryDirectory::create().value();
  std::map<std::string, std::string> variables_;
  std::vector<std::string> tokens_;
  static constexpr std::string_view kData = "[server]\ndata = \"data\"\n";
  static constexpr std::string_view kSecret = "0123456789abcdef0123456789";
};

TEST_F(ConfigurationFile, NothingIsWrong) {
  EXPECT_THAT(check(fmt::format("{}[[root]]\nname = \"a\"\npath = \"root\"\n", kData)), IsEmpty());
  EXPECT_TRUE(load_configuration(at("b.toml"), environment()));
  EXPECT_EQ(check_configuration(at("none.toml"), environment()).error().code, ErrorCode::kNotFound);
}

TEST_F(ConfigurationFile, ADirectoryThatIsNotThereMayComeBack) {
  const std::string text = fmt::format("{}[[root]]\nname = \"a\"\npath = \"unmounted\"\n", kData);
  EXPECT_THAT(check(text), ElementsAre(AllOf(HasSubstr("5:now:root[0].path: "), HasSubstr("No such file"))));
  EXPECT_TRUE(load_configuration(at("b.toml"), environment()));
  write("file", "");
  EXPECT_THAT(check("[server]\ndata = \"file\"\n"), ElementsAre(HasSubstr("is no directory")));
}

TEST_F(ConfigurationFile, WhatCannotBeWrittenIsSaid) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may write everywhere";
  std::filesystem::permissions(at("data"), std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec);
  EXPECT_THAT(check(kData), ElementsAre(HasSubstr("cannot be written")));
}

TEST_F(ConfigurationFile, RootsDataAndArchivesLieApart) {
  const auto with = [&](std::string_view lines) { return check(fmt::format("{}{}", kData, lines)); };
  std::filesystem::create_directory(at("data") / "in");
  std::filesystem::create_directory_symlink(at("root"), at("link"));
  EXPECT_THAT(with("[[root]]\nname = \"a\"\npath = \"data/in\"\n"), ElementsAre(HasSubstr("is inside server.data")));
  EXPECT_THAT(with("[[root]]\nname = \"a\"\npath = \".\"\n"), ElementsAre(HasSubstr("server.data ")));
  EXPECT_THAT(with("[[root]]\nname = \"a\"\npath = \"data\"\n"), ElementsAre(HasSubstr("are the same directory")));
  EXPECT_THAT(with("[[root]]\nname = \"a\"\npath = \"root\"\n[[root]]\nname = \"b\"\npath = \"link\"\n"),
              ElementsAre(HasSubstr("8:the roots \"a\" and \"b\" are the same directory")));
  EXPECT_THAT(with("[[root]]\nname = \"a\"\npath = \"root\"\nsource = \"archive\"\narchive = \"data/in\"\n"),
              ElementsAre(HasSubstr("the archive")));
  EXPECT_THAT(with("[[root]]\nname = \"a\"\npath = \"root\"\nsource = \"archive\"\narchive = \"archive\"\n"),
              IsEmpty());
  // Not inside, only named alike.
  std::filesystem::create_directory(at("data2"));
  EXPECT_THAT(with("[[root]]\nname = \"a\"\npath = \"data2\"\n"), IsEmpty());
}

TEST_F(ConfigurationFile, ASecretThatOthersMayReadIsRefused) {
  const std::string text = fmt::format("{}[[token]]\nname = \"r\"\nsecret = \"{}\"\n", kData, kSecret);
  EXPECT_THAT(check(text, 0600), IsEmpty());
  EXPECT_THAT(tokens_, ElementsAre(fmt::format("r={}", kSecret)));
  for (const unsigned mode : {0640U, 0604U, 0644U, 0660U}) {
    const auto problems = check(text, mode);
    ASSERT_EQ(problems.size(), 1U);
    EXPECT_THAT(problems[0], AllOf(HasSubstr("others may read it"), Not(HasSubstr(std::string(kSecret)))));
  }
  EXPECT_FALSE(load_configuration(at("b.toml"), environment()));
}

TEST_F(ConfigurationFile, ASecretMayBeInAFileOfItsOwn) {
  const std::string text = fmt::format("{}[[token]]\nname = \"r\"\nfile = \"r.token\"\n", kData);
  EXPECT_THAT(check(text), ElementsAre(AllOf(HasSubstr("5:"), HasSubstr("r.token"))));
  write("r.token", fmt::format("{}\n", kSecret), 0600);
  EXPECT_THAT(check(text), IsEmpty());
  EXPECT_THAT(tokens_, ElementsAre(fmt::format("r={}", kSecret)));
  write("r.token", fmt::format("{}\n", kSecret), 0644);
  EXPECT_THAT(check(text), ElementsAre(HasSubstr("5:others may read")));
  write("r.token", "short", 0600);
  EXPECT_THAT(check(text), ElementsAre(AllOf(HasSubstr("token \"r\""), HasSubstr("5 characters"))));
}

TEST_F(ConfigurationFile, ATokenNeedsExactlyOneSecret) {
  EXPECT_THAT(check(fmt::format("{}[[token]]\nname = \"r\"\n", kData)), ElementsAre(HasSubstr("needs its secret")));
  write("r.token", kSecret, 0600);
  EXPECT_THAT(
      check(fmt::format("{}[[token]]\nname = \"r\"\nfile = \"r.token\"\nsecret = \"{}\"\n", kData, kSecret), 0600),
      ElementsAre(HasSubstr("not in both")));
}

TEST_F(ConfigurationFile, SecretsComeFromTheEnvironmentToo) {
  variables_["BEAMPORT_INGEST_TOKEN"] = kSecret;
  EXPECT_THAT(check(kData), IsEmpty());
  EXPECT_THAT(tokens_, ElementsAre(fmt::format("environment={}", kSecret)));
  variables_["BEAMPORT_INGEST_TOKEN_FILE"] = at("t").string();
  write("t", fmt::format("{}\r\n", kSecret));
  EXPECT_THAT(check(kData), ElementsAre(HasSubstr("both set")));
  variables_.erase("BEAMPORT_INGEST_TOKEN");
  EXPECT_THAT(check(kData), IsEmpty());
  EXPECT_THAT(tokens_, ElementsAre(fmt::format("environment={}", kSecret)));
  variables_["BEAMPORT_INGEST_TOKEN_FILE"] = "/nonexistent";
  EXPECT_THAT(check(kData), ElementsAre(HasSubstr("/nonexistent")));
  variables_.clear();
  variables_["BEAMPORT_INGEST_TOKEN"] = "has a space in it, and more";
  const auto problems = check(kData);
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_THAT(problems[0], AllOf(HasSubstr("bearer token"), Not(HasSubstr("has a space"))));
}

}  // namespace
}  // namespace beamport::app
