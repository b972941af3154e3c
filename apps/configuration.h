// SPDX-License-Identifier: Apache-2.0
#pragma once

// The configuration file: one TOML file with a comment on every setting (configuration_template.cc). It is read into
// plain structs here; no other part of the program knows that it is TOML. Every complaint has line and column, and all
// of them are found at once, except after an error of syntax. Secrets never get into a message.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "beamport/base/log.h"
#include "beamport/image/frame_source.h"
#include "beamport/ingest/convert.h"
#include "beamport/ingest/scan_path.h"
#include "beamport/zarr/profile.h"

namespace beamport::app {

struct ServerSettings {
  std::string address = "127.0.0.1";
  std::uint16_t port = 8080;
  std::filesystem::path data = "/var/lib/beamport/data";
  int threads = 0;  // 0: one per core
  std::int64_t cache_bytes = std::int64_t{1} << 30;
  std::vector<std::string> host_names;
  std::string cors_origin = "*";
  bool allow_anonymous = false;
};

struct IngestSettings {
  int parallel = 2;                                           // conversions at a time
  std::int64_t memory_bytes = std::int64_t{4} << 30;          // of all of them together
  int workers = 0;                                            // threads of all of them together; 0: one per core
  std::int64_t reserve_bytes = std::int64_t{50'000'000'000};  // of the disk, left free
  std::chrono::milliseconds settle{30'000};
  std::chrono::milliseconds patience{3'600'000};
};

enum class SourcePolicy { kKeep, kDeleteAfterVerify, kArchive };

struct RootSettings {
  std::string name = {};
  std::filesystem::path path = {};
  ingest::ScanPattern pattern;
  std::string slices = "*";
  std::string marker = {};  // empty: none
  SourcePolicy source = SourcePolicy::kKeep;
  std::filesystem::path archive = {};  // with kArchive
  zarr::ProfileName profile = zarr::ProfileName::kLive;
  std::optional<ingest::TypeChange> type_change = std::nullopt;
  image::GapPolicy gaps = image::GapPolicy::kRefuse;
  std::chrono::milliseconds settle{30'000};  // those of [ingest] unless the root says otherwise
  std::chrono::milliseconds patience{3'600'000};
  bool listen = true;
  bool follow_links = false;
  std::chrono::milliseconds shortest_period{2'000};
  std::chrono::milliseconds longest_period{60'000};
};

struct ScrubSettings {
  std::chrono::milliseconds every{std::chrono::hours(24 * 7)};  // 0: never by itself
  int share = 10;                                               // of the time, in percent
};

struct LogSettings {
  log::Level level = log::Level::kInfo;
  log::Style style = log::Style::kPlain;
};

struct MetricsSettings {
  bool enabled = true;
  bool anonymous = false;
};

/// With accounts nobody sees anything without a token of the catalog.
struct AccountSettings {
  bool enabled = false;
  std::string facility = "Facility";  // when the catalog is new
  std::string beamline = "Beamline";  // whose datasets these are
};

struct TokenSettings {
  std::string name;
  std::string secret;
};

struct Configuration {
  ServerSettings server;
  IngestSettings ingest;
  std::vector<RootSettings> roots;
  ScrubSettings scrub;
  LogSettings log;
  MetricsSettings metrics;
  AccountSettings accounts;
  std::vector<TokenSettings> tokens;  // those that may hand in scans
};

/// A place in the file; 0 is no place in it.
struct FilePlace {
  std::uint32_t line = 0;
  std::uint32_t column = 0;

  bool operator==(const FilePlace&) const = default;
};

struct ConfigurationProblem {
  FilePlace place;
  std::string message;
  bool may_pass = false;  // not wrong as such: a directory that is not there now may be there later
};

struct ParsedConfiguration {
  Configuration configuration;
  std::vector<ConfigurationProblem> problems;  // sorted by place
  std::map<std::string, FilePlace> places;     // of settings that are there: "server.data", "root[0].path"
  std::set<std::string> asked_for;             // settings that there are, in the sections that are there
  struct TokenFile {
    std::size_t token = 0;  // whose secret is in it
    std::filesystem::path path;
  };
  std::vector<TokenFile> token_files;
  bool has_secret = false;  // there is one in the text

  [[nodiscard]] FilePlace place_of(const std::string& setting) const;
  void complain(FilePlace place, std::string message, bool may_pass = false);
  void sort_problems();
};

/// Paths in the text that are not absolute are meant from `directory`. Looks at no disk.
[[nodiscard]] ParsedConfiguration parse_configuration(std::string_view text, const std::filesystem::path& directory);

/// What `beamport config init` writes: every setting with its default, commented out.
[[nodiscard]] std::string_view configuration_template() noexcept;

}  // namespace beamport::app
