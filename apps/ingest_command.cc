// SPDX-License-Identifier: Apache-2.0
#include <system_error>

#include "commands.h"
#include "configuration_check.h"
#include "console.h"
#include "ingest_setup.h"
#include <fmt/format.h>

#include "beamport/base/describe.h"
#include "beamport/base/json.h"

namespace beamport::app {
namespace {

Json to_json(const ingest::ScanView& scan) {
  JsonObject line{{"event", "scan"},
                  {"id", scan.id},
                  {"state", wire_name_of(scan.state)},
                  {"user", scan.user},
                  {"date", scan.date},
                  {"name", scan.name},
                  {"image", scan.dataset_path},
                  {"generation", scan.generation},
                  {"attempts", scan.attempts},
                  {"slices_done", scan.slices_done},
                  {"slices_total", scan.slices_total},
                  {"noticed", scan.noticed},
                  {"changed", scan.changed}};
  line["note"] = scan.note ? Json(*scan.note) : Json(nullptr);
  return line;
}

void print_scan(const ingest::ScanView& scan, bool json) {
  if (json) {
    print_out("{}\n", write_json(to_json(scan)));
    return;
  }
  print_out("{}  {:<10}  {}/{}/{}", scan.id, wire_name_of(scan.state), scan.user, scan.date, scan.name);
  if (scan.generation > 1) print_out("  generation {}", scan.generation);
  if (scan.slices_total > 0) print_out("  {}/{} slices", scan.slices_done, scan.slices_total);
  print_out("\n");
  if (scan.note) print_out("    {}\n", *scan.note);
}

/// The service's desk without the service: what is said here is heard by the one that runs.
Result<std::unique_ptr<ingest::IngestService>> open_desk(const IngestOptions& options) {
  BEAMPORT_ASSIGN(const Configuration configuration, load_configuration(options.config, process_environment()));
  return open_ingest(configuration);
}

}  // namespace

Result<void> run_ingest_add(const IngestOptions& options) {
  BEAMPORT_ASSIGN(const auto desk, open_desk(options));
  std::error_code error;
  ingest::HandIn said;
  said.source = std::filesystem::absolute(options.source, error).string();
  if (error) return fail(ErrorCode::kInvalidArgument, fmt::format("{}: {}", options.source, error.message()));
  if (!options.user.empty()) said.user = options.user;
  if (!options.date.empty()) said.date = options.date;
  if (!options.name.empty()) said.name = options.name;
  if (options.slices > 0) said.slices = options.slices;
  if (options.first >= 0) said.first_number = options.first;
  BEAMPORT_ASSIGN(const ingest::ScanView scan, desk->hand_in(said));
  print_scan(scan, options.json);
  return {};
}

Result<void> run_ingest_list(const IngestOptions& options) {
  BEAMPORT_ASSIGN(const auto desk, open_desk(options));
  BEAMPORT_ASSIGN(const auto scans, desk->list({.open_only = !options.all, .before = 0, .limit = options.limit}));
  for (const ingest::ScanView& scan : scans) print_scan(scan, options.json);
  if (scans.empty() && !options.json) print_aside("{}\n", options.all ? "no scans" : "nothing under way or failed");
  return {};
}

Result<void> run_ingest_show(const IngestOptions& options) {
  BEAMPORT_ASSIGN(const auto desk, open_desk(options));
  BEAMPORT_ASSIGN(const ingest::ScanView scan, desk->find(options.id));
  print_scan(scan, options.json);
  return {};
}

Result<void> run_ingest_retry(const IngestOptions& options) {
  BEAMPORT_ASSIGN(const auto desk, open_desk(options));
  BEAMPORT_ASSIGN(const ingest::ScanView scan, desk->retry(options.id));
  print_scan(scan, options.json);
  return {};
}

Result<void> run_ingest_cancel(const IngestOptions& options) {
  BEAMPORT_ASSIGN(const auto desk, open_desk(options));
  BEAMPORT_ASSIGN(const ingest::ScanView scan, desk->cancel(options.id));
  print_scan(scan, options.json);
  return {};
}

}  // namespace beamport::app
