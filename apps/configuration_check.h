// SPDX-License-Identifier: Apache-2.0
#pragma once

// The configuration held against the machine: files and directories that are named, who may read secrets, and secrets
// from the environment. What is wrong now and may be right later (a root that is not mounted) is told apart from what
// is wrong in any case.

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "configuration.h"

namespace beamport::app {

/// The value of an environment variable, or null.
using Environment = std::function<const char*(const char*)>;

struct CheckedConfiguration {
  Configuration configuration;
  std::vector<ConfigurationProblem> problems;
};

/// Reads the file, the files it names and the environment, and finds everything that is wrong. Fails only when the file
/// itself cannot be read.
[[nodiscard]] Result<CheckedConfiguration> check_configuration(const std::filesystem::path& file,
                                                               const Environment& environment);

/// For whoever runs with it: kInvalidArgument with all that is wrong in any case; what may pass is logged as a warning.
[[nodiscard]] Result<Configuration> load_configuration(const std::filesystem::path& file,
                                                       const Environment& environment);

/// "beamport.toml:12:9: ingest.settle: '30' has no unit; …"
[[nodiscard]] std::string text_of(const std::filesystem::path& file, const ConfigurationProblem& problem);

/// That of this process.
[[nodiscard]] Environment process_environment();

}  // namespace beamport::app
