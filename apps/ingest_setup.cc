// SPDX-License-Identifier: Apache-2.0
#include "ingest_setup.h"

#include <algorithm>
#include <system_error>

#include "commands.h"
#include <fmt/format.h>

#include "beamport/os/file.h"

namespace beamport::app {
namespace {

ingest::SourcePolicy policy_of(const RootSettings& settings) {
  using Kind = ingest::SourcePolicy::Kind;
  switch (settings.source) {
    case SourcePolicy::kKeep:
      return {.kind = Kind::kKeep, .archive = {}};
    case SourcePolicy::kDeleteAfterVerify:
      return {.kind = Kind::kDeleteAfterVerify, .archive = {}};
    case SourcePolicy::kArchive:
      return {.kind = Kind::kArchive, .archive = settings.archive};
  }
  return {};
}

ingest::IngestRoot root_of(const RootSettings& settings) {
  return {.name = settings.name,
          .path = settings.path,
          .pattern = settings.pattern,
          .slices = settings.slices,
          .marker = settings.marker,
          .listen = settings.listen,
          .follow_links = settings.follow_links,
          .settle = settings.settle,
          .patience = settings.patience,
          .shortest_period = settings.shortest_period,
          .longest_period = settings.longest_period,
          .profile = settings.profile,
          .type_change = settings.type_change,
          .gaps = settings.gaps,
          .source_policy = policy_of(settings)};
}

}  // namespace

ingest::IngestServiceOptions ingest_options_of(const Configuration& configuration) {
  const IngestSettings& settings = configuration.ingest;
  ingest::IngestServiceOptions options;
  options.data = configuration.server.data;
  for (const RootSettings& root : configuration.roots) options.roots.push_back(root_of(root));
  options.parallel = std::max(1, settings.parallel);
  options.run.workers = std::max(1, thread_count(settings.workers) / options.parallel);
  options.run.memory_bytes = settings.memory_bytes / options.parallel;
  options.run.software = fmt::format("beamport {}", kVersion);
  options.scrub_every = configuration.scrub.every;
  options.scrub_share = configuration.scrub.share / 100.0;
  options.reserve_bytes = static_cast<std::uint64_t>(settings.reserve_bytes);
  return options;
}

Result<std::unique_ptr<ingest::IngestService>> open_ingest(const Configuration& configuration) {
  std::error_code error;
  std::filesystem::create_directories(configuration.server.data, error);
  if (error) return os::system_error(error.value(), "create", configuration.server.data);
  return ingest::IngestService::open(ingest_options_of(configuration));
}

}  // namespace beamport::app
