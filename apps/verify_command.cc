// SPDX-License-Identifier: Apache-2.0
#include "commands.h"
#include "console.h"
#include "progress_report.h"
#include <fmt/format.h>

#include "beamport/base/json.h"
#include "beamport/ingest/verify.h"
#include "beamport/os/stop_signals.h"

namespace beamport::app {
namespace {

void print_json(const VerifyOptions& options, const ingest::VerifyReport& report) {
  const Json result{{"event", "verified"},
                    {"image", options.image},
                    {"sound", report.sound()},
                    {"levels", report.levels},
                    {"files_compared", report.files_compared},
                    {"chunks_decoded", report.chunks_decoded},
                    {"chunks_empty", report.chunks_empty},
                    {"samples_compared", report.samples_compared},
                    {"problems", JsonArray(report.problems.begin(), report.problems.end())},
                    {"notes", JsonArray(report.notes.begin(), report.notes.end())}};
  print_out("{}\n", write_json(result));
}

void print_text(const VerifyOptions& options, const ingest::VerifyReport& report) {
  for (const std::string& problem : report.problems) print_out("problem: {}\n", problem);
  for (const std::string& note : report.notes) print_out("note: {}\n", note);
  print_out("{}: {}; {} levels, {} files compared, {} chunks decoded, {} empty, {} samples compared\n", options.image,
            report.sound() ? "sound" : "DAMAGED", report.levels, report.files_compared, report.chunks_decoded,
            report.chunks_empty, report.samples_compared);
}

}  // namespace

Result<void> run_verify(const VerifyOptions& options) {
  const os::StopSignals signals;
  ProgressReport progress(ProgressReport::style_for(options.json), "verifying");
  const auto report = ingest::verify(
      {.image = options.image, .workers = thread_count(options.threads)},
      [&](std::int64_t done, std::int64_t total) { progress.update(done, total, "files and chunks"); },
      signals.token());
  progress.finish();
  if (!report) return fail(report.error());
  if (options.json) {
    print_json(options, *report);
  } else {
    print_text(options, *report);
  }
  if (!report->sound()) {
    return fail(ErrorCode::kCorrupt, fmt::format("{}: {} problems; convert it again from its source", options.image,
                                                 report->problems.size()));
  }
  return {};
}

}  // namespace beamport::app
