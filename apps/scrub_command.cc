// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include "commands.h"
#include "configuration_check.h"
#include "console.h"
#include "ingest_setup.h"
#include "quantity.h"
#include <fmt/format.h>

#include "beamport/base/json.h"
#include "beamport/ingest/scrub.h"
#include "beamport/os/stop_signals.h"

namespace beamport::app {
namespace {

std::string_view name_of(ingest::ScrubbedImage::Finding finding) {
  using Finding = ingest::ScrubbedImage::Finding;
  switch (finding) {
    case Finding::kSound:
      return "sound";
    case Finding::kDamaged:
      return "damaged";
    case Finding::kNoManifest:
      return "no manifest";
    case Finding::kReplaced:
      return "replaced meanwhile";
    case Finding::kUnreadable:
      return "unreadable";
  }
  return "unknown";
}

void print_json(const ingest::ScrubbedImage& image) {
  JsonArray damaged;
  for (const ingest::DamagedFile& file : image.damaged) {
    damaged.push_back({{"file", file.key}, {"problem", file.problem}});
  }
  Json line{{"event", "scrubbed"},          {"id", image.id.text()},
            {"image", image.relative_path}, {"finding", name_of(image.finding)},
            {"bytes", image.bytes},         {"damaged", std::move(damaged)}};
  line.as_object()["repair"] = image.repair ? Json(*image.repair) : Json(nullptr);
  print_out("{}\n", write_json(line));
}

void print_text(const ingest::ScrubbedImage& image) {
  print_out("{}: {}\n", image.relative_path, name_of(image.finding));
  for (const ingest::DamagedFile& file : image.damaged) print_out("  {} {}\n", file.key, file.problem);
  if (image.repair) print_out("  {}\n", *image.repair);
}

/// What is to be read, and who repairs it; null: nobody.
struct ScrubSetup {
  std::string data;
  std::unique_ptr<ingest::IngestService> desk;
};

Result<ScrubSetup> setup_of(const ScrubOptions& options) {
  if (options.config.empty() == options.data.empty()) {
    return fail(ErrorCode::kInvalidArgument, "say either --data DIRECTORY or --config FILE");
  }
  if (options.config.empty()) {
    if (!options.repair) return ScrubSetup{.data = options.data, .desk = nullptr};
    return fail(ErrorCode::kInvalidArgument, "--repair needs --config FILE, which says where the sources are");
  }
  BEAMPORT_ASSIGN(const Configuration configuration, load_configuration(options.config, process_environment()));
  ScrubSetup setup{.data = configuration.server.data.string(), .desk = nullptr};
  if (options.repair) {
    BEAMPORT_ASSIGN(setup.desk, open_ingest(configuration));
  }
  return setup;
}

}  // namespace

Result<void> run_scrub(const ScrubOptions& options) {
  BEAMPORT_ASSIGN(const ScrubSetup setup, setup_of(options));
  ingest::ScrubRequest request{.root = setup.data, .workers = thread_count(options.threads)};
  if (!options.rate.empty()) {
    BEAMPORT_ASSIGN(const std::int64_t rate, parse_bytes(options.rate).map_error(in_context("--rate")));
    request.limits.bytes_per_second = static_cast<std::uint64_t>(rate);
  }
  if (setup.desk) {
    request.repair = [&](const ingest::ScrubbedImage& image) {
      return setup.desk->repair().describe(image.relative_path);
    };
  }
  const os::StopSignals signals;
  const auto observer = [&](const ingest::ScrubbedImage& image) {
    options.json ? print_json(image) : print_text(image);
  };
  BEAMPORT_ASSIGN(const ingest::ScrubReport report, ingest::scrub(request, observer, signals.token()));
  if (options.json) {
    print_out("{}\n", write_json({{"event", "scrub ended"},
                                  {"sound", report.sound},
                                  {"damaged", report.damaged},
                                  {"unchecked", report.unchecked},
                                  {"bytes", report.bytes},
                                  {"problems", JsonArray(report.problems.begin(), report.problems.end())}}));
  } else {
    for (const std::string& problem : report.problems) print_out("problem: {}\n", problem);
    print_out("{} sound, {} damaged, {} not checked; {} read\n", report.sound, report.damaged, report.unchecked,
              format_bytes(static_cast<double>(report.bytes)));
  }
  if (report.damaged > 0) {
    return fail(ErrorCode::kCorrupt,
                fmt::format("{}: {} images are damaged; {}", setup.data, report.damaged,
                            setup.desk ? "what is done about each is said above"
                                       : "convert them again from their sources, or with --repair"));
  }
  if (!report.problems.empty()) {
    return fail(ErrorCode::kIo, fmt::format("{}: not everything could be searched", setup.data));
  }
  return {};
}

}  // namespace beamport::app
