// SPDX-License-Identifier: Apache-2.0
#include "configuration_check.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "beamport/api/bearer_token.h"
#include "beamport/base/bytes.h"
#include "beamport/base/log.h"
#include "beamport/os/file.h"

namespace beamport::app {
namespace {

constexpr std::uint64_t kMaxFileBytes = 1 << 20;
constexpr std::uint64_t kMaxTokenBytes = 4096;
constexpr const char* kTokenVariable = "BEAMPORT_INGEST_TOKEN";
constexpr const char* kTokenFileVariable = "BEAMPORT_INGEST_TOKEN_FILE";

std::string reason(int error_number) {
  return std::generic_category().message(error_number);
}

/// The permission bits if others than the owner may read or write the file.
std::optional<unsigned> wide_mode(const std::filesystem::path& file) {
  struct stat status{};
  if (::stat(file.c_str(), &status) != 0) return std::nullopt;  // reading it says why
  const unsigned mode = status.st_mode & 0777U;
  return (mode & 0077U) != 0 ? std::optional(mode) : std::nullopt;
}

bool is_below(const std::filesystem::path& path, const std::filesystem::path& directory) {
  const auto [end, rest] = std::mismatch(directory.begin(), directory.end(), path.begin(), path.end());
  return end == directory.end();
}

/// As the file system sees it, as far as it is there.
std::filesystem::path real(const std::filesystem::path& path) {
  std::error_code error;
  std::filesystem::path canonical = std::filesystem::weakly_canonical(path, error);
  return error ? path.lexically_normal() : canonical;
}

class Check {
 public:
  Check(ParsedConfiguration& parsed, const std::filesystem::path& file) : parsed_(parsed), file_(file) {}

  void places() {
    const Configuration& all = parsed_.configuration;
    directory("server.data", all.server.data, true);
    for (std::size_t i = 0; i < all.roots.size(); ++i) {
      const RootSettings& root = all.roots[i];
      if (root.path.empty()) continue;
      directory(setting(i, "path"), root.path, root.source != SourcePolicy::kKeep);
      if (root.source == SourcePolicy::kArchive && !root.archive.empty()) {
        directory(setting(i, "archive"), root.archive, true);
      }
      apart(i, root);
    }
  }

  void secrets(const Environment& environment) {
    if (const auto mode = wide_mode(file_); mode && parsed_.has_secret) {
      parsed_.complain({},
                       fmt::format("there is a secret in this file, but others may read it (mode {:04o}); run chmod "
                                   "600 {}, or keep the secret in a file of its own",
                                   *mode, file_.string()));
    }
    for (const auto& [index, path] : parsed_.token_files) {
      const FilePlace place = parsed_.place_of(fmt::format("token[{}].file", index));
      if (const auto mode = wide_mode(path)) {
        parsed_.complain(place, fmt::format("others may read {} (mode {:04o}); run chmod 600 {}", path.string(), *mode,
                                            path.string()));
      }
      read_token_file(path, place, parsed_.configuration.tokens[index].secret);
    }
    from_environment(environment);
    for (std::size_t i = 0; i < parsed_.configuration.tokens.size(); ++i) check_token(i);
  }

 private:
  static std::string setting(std::size_t root, std::string_view key) { return fmt::format("root[{}].{}", root, key); }

  void directory(const std::string& name, const std::filesystem::path& path, bool is_written) {
    const FilePlace place = parsed_.place_of(name);
    struct stat status{};
    if (::stat(path.c_str(), &status) != 0) {
      parsed_.complain(place, fmt::format("{}: {}: {}", name, path.string(), reason(errno)), true);
    } else if (!S_ISDIR(status.st_mode)) {
      parsed_.complain(place, fmt::format("{}: {} is no directory", name, path.string()), true);
    } else if (::access(path.c_str(), R_OK | X_OK) != 0) {
      parsed_.complain(place, fmt::format("{}: {} cannot be read by this user: {}", name, path.string(), reason(errno)),
                       true);
    } else if (is_written && ::access(path.c_str(), W_OK) != 0) {
      parsed_.complain(
          place, fmt::format("{}: {} cannot be written by this user: {}", name, path.string(), reason(errno)), true);
    }
  }

  /// What is read, what is written and what is put away never lie inside each other.
  void apart(std::size_t index, const RootSettings& root) {
    const Configuration& all = parsed_.configuration;
    const std::filesystem::path path = real(root.path);
    const FilePlace place = parsed_.place_of(setting(index, "path"));
    const auto refuse_nested = [&](FilePlace where, const std::filesystem::path& a, std::string_view a_is,
                                   const std::filesystem::path& b, std::string_view b_is) {
      if (a == b) {
        parsed_.complain(where, fmt::format("{} and {} are the same directory, {}", a_is, b_is, a.string()));
      } else if (is_below(a, b)) {
        parsed_.complain(where, fmt::format("{} {} is inside {} {}", a_is, a.string(), b_is, b.string()));
      } else if (is_below(b, a)) {
        parsed_.complain(where, fmt::format("{} {} is inside {} {}", b_is, b.string(), a_is, a.string()));
      }
    };
    refuse_nested(place, path, "the root", real(all.server.data), "server.data");
    for (std::size_t other = 0; other < index; ++other) {
      if (!all.roots[other].path.empty() && real(all.roots[other].path) == path) {
        parsed_.complain(place, fmt::format("the roots \"{}\" and \"{}\" are the same directory, {}",
                                            all.roots[other].name, root.name, path.string()));
      }
    }
    if (root.source != SourcePolicy::kArchive || root.archive.empty()) return;
    const FilePlace archive_place = parsed_.place_of(setting(index, "archive"));
    refuse_nested(archive_place, real(root.archive), "the archive", real(all.server.data), "server.data");
    for (const RootSettings& each : all.roots) {
      if (!each.path.empty()) {
        refuse_nested(archive_place, real(root.archive), "the archive", real(each.path),
                      fmt::format("root \"{}\"", each.name));
      }
    }
  }

  void read_token_file(const std::filesystem::path& path, FilePlace place, std::string& to) {
    const auto bytes = os::read_file(path, kMaxTokenBytes);
    if (!bytes) {
      parsed_.complain(place, bytes.error().message);
      return;
    }
    std::string_view text = as_text(*bytes);
    while (text.ends_with('\n') || text.ends_with('\r')) text.remove_suffix(1);
    to = text;
  }

  void from_environment(const Environment& environment) {
    const char* secret = environment(kTokenVariable);
    const char* path = environment(kTokenFileVariable);
    if (secret != nullptr && path != nullptr) {
      parsed_.complain({}, fmt::format("{} and {} are both set; take one away", kTokenVariable, kTokenFileVariable));
    }
    if (secret == nullptr && path == nullptr) return;
    TokenSettings token{.name = "environment", .secret = secret != nullptr ? secret : ""};
    if (path != nullptr) read_token_file(path, {}, token.secret);
    parsed_.configuration.tokens.push_back(std::move(token));
  }

  void check_token(std::size_t index) {
    const TokenSettings& token = parsed_.configuration.tokens[index];
    if (token.secret.empty()) return;  // why it is, was said
    const auto made = api::BearerTokens::create({token.secret});
    if (made) return;
    FilePlace place = parsed_.place_of(fmt::format("token[{}].secret", index));
    if (place == FilePlace{}) place = parsed_.place_of(fmt::format("token[{}].file", index));
    // "ingest token 1 has …": counted among one.
    parsed_.complain(place, fmt::format("token \"{}\": {}", token.name, made.error().message));
  }

  ParsedConfiguration& parsed_;
  const std::filesystem::path& file_;
};

}  // namespace

Result<CheckedConfiguration> check_configuration(const std::filesystem::path& file, const Environment& environment) {
  BEAMPORT_ASSIGN(const Bytes bytes, os::read_file(file, kMaxFileBytes));
  std::error_code error;
  const std::filesystem::path absolute = std::filesystem::absolute(file, error);
  ParsedConfiguration parsed = parse_configuration(as_text(bytes), (error ? file : absolute).parent_path());
  Check check(parsed, file);
  check.places();
  check.secrets(environment);
  parsed.sort_problems();
  return CheckedConfiguration{std::move(parsed.configuration), std::move(parsed.problems)};
}

Result<Configuration> load_configuration(const std::filesystem::path& file, const Environment& environment) {
  BEAMPORT_ASSIGN(CheckedConfiguration checked, check_configuration(file, environment));
  std::string wrong;
  for (const ConfigurationProblem& problem : checked.problems) {
    if (problem.may_pass) {
      log::warning("{}", text_of(file, problem));
    } else {
      wrong += (wrong.empty() ? "" : "\n") + text_of(file, problem);
    }
  }
  if (!wrong.empty()) return fail(ErrorCode::kInvalidArgument, std::move(wrong));
  return std::move(checked.configuration);
}

std::string text_of(const std::filesystem::path& file, const ConfigurationProblem& problem) {
  if (problem.place == FilePlace{}) return fmt::format("{}: {}", file.string(), problem.message);
  return fmt::format("{}:{}:{}: {}", file.string(), problem.place.line, problem.place.column, problem.message);
}

Environment process_environment() {
  return [](const char* name) -> const char* { return std::getenv(name); };
}

}  // namespace beamport::app
