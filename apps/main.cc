// SPDX-License-Identifier: Apache-2.0
// The one program: reads the command line, runs a sub-command, prints its error, sets the exit code.

#include <csignal>
#include <cstdio>
#include <functional>
#include <string_view>
#include <thread>

#include "commands.h"
#include "console.h"
#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "beamport/base/json.h"
#include "beamport/image/decode_worker.h"
#include "beamport/image/decode_workers.h"

namespace beamport::app {
namespace {

using Command = std::function<Result<void>()>;

void add_json(CLI::App& command, bool& json) {
  command.add_flag("--json", json, "Results, progress and errors as JSON, one object a line");
}

void add_convert(CLI::App& app, ConvertOptions& o, Command& chosen) {
  CLI::App& c = *app.add_subcommand("convert", "Convert a TIFF stack into an OME-Zarr image");
  c.add_option("STACK", o.stack, "Directory of slices, a quoted glob, or a TIFF file with one or more pages")
      ->required();
  c.add_option("OUT", o.output, "Image to make; its name ends in .zarr, usually .ome.zarr")->required();
  c.add_option("--voxel-size", o.voxel_size, "Edge of a voxel, such as 0.65um, or z,y,x as 2,0.65,0.65um");
  c.add_option("--profile", o.profile, "live (fast), small, or raw (uncompressed, each shard is also a TIFF)")
      ->capture_default_str();
  c.add_option("--dtype", o.data_type, "keep, uint16 or uint8")->capture_default_str();
  c.add_option("--window", o.window, "With --dtype: the values of black and white as lo,hi, or percentile")
      ->capture_default_str();
  c.add_option("--gaps", o.gaps, "When numbers are missing in the sequence: refuse, or close up and record it")
      ->capture_default_str();
  c.add_option("--memory", o.memory, "Memory to use at most")->capture_default_str();
  c.add_option("--threads", o.threads, "Threads to use; 0 means one per core")
      ->capture_default_str()
      ->check(CLI::Range(0, 1024));
  c.add_option("--expect", o.expect, "Begin while slices are still landing in the directory: how many there will be")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{1'000'000}));
  c.add_option("--first", o.first,
               "With --expect: the number in the first slice's name, where slices come out of order")
      ->check(CLI::NonNegativeNumber);
  c.add_option("--io", o.io, "auto, buffered (through the page cache) or direct (past it)")->capture_default_str();
  c.add_option("--simd", o.simd, "Vector instructions to use: best, or a set that this machine has, such as avx2")
      ->capture_default_str();
  c.add_flag("--labels", o.labels, "The voxels are label numbers: coarse levels take the most frequent, not the mean");
  c.add_flag("--overwrite", o.overwrite, "Replace an existing image once the new one is complete");
  c.add_flag("--resume", o.resume, "Keep what is done when the conversion ends early, and go on from it the next time");
  c.add_option("--shard", o.shard)->group("");  // not in the help: experiments and tests
  c.add_option("--held-memory", o.held_memory)->group("");
  add_json(c, o.json);
  c.callback([&] { chosen = [&] { return run_convert(o); }; });
}

void add_info(CLI::App& app, InfoOptions& o, Command& chosen) {
  CLI::App& c = *app.add_subcommand("info", "Say what an OME-Zarr image holds");
  c.add_option("IMAGE", o.image, "Directory of the image")->required();
  add_json(c, o.json);
  c.callback([&] { chosen = [&] { return run_info(o); }; });
}

void add_verify(CLI::App& app, VerifyOptions& o, Command& chosen) {
  CLI::App& c = *app.add_subcommand("verify", "Check every chunk and level of an image");
  c.add_option("IMAGE", o.image, "Directory of the image")->required();
  c.add_option("--threads", o.threads, "Threads to use; 0 means one per core")
      ->capture_default_str()
      ->check(CLI::Range(0, 1024));
  add_json(c, o.json);
  c.callback([&] { chosen = [&] { return run_verify(o); }; });
}

void add_scrub(CLI::App& app, ScrubOptions& o, Command& chosen) {
  CLI::App& c = *app.add_subcommand("scrub", "Read everything below a directory again and find bits that have rotted");
  c.add_option("--data", o.data, "Directory with images (*.zarr), at any depth");
  c.add_option("--config", o.config, "Configuration file: its data folder");
  c.add_flag("--repair", o.repair,
             "Hand damaged images in to be converted again from their sources, by the service that runs or the next");
  c.add_option("--rate", o.rate, "Bytes to read a second at most, such as 50MB");
  c.add_option("--threads", o.threads, "Files to read at once; 0 means one per core")
      ->capture_default_str()
      ->check(CLI::Range(0, 1024));
  add_json(c, o.json);
  c.callback([&] { chosen = [&] { return run_scrub(o); }; });
}

void add_serve(CLI::App& app, ServeOptions& o, Command& chosen) {
  CLI::App& c = *app.add_subcommand("serve", "Show the images below a directory in the browser");
  c.add_option("--config", o.config, "Configuration file: also takes scans in, and all other options are in it");
  c.add_option("--data", o.data, "Directory with images (*.zarr), at any depth");
  c.add_option("--address", o.address, "Address to listen on")->capture_default_str();
  c.add_option("--port", o.port, "Port; 0 lets the system choose")->capture_default_str();
  c.add_option("--threads", o.threads, "Worker threads; 0 means one per core")
      ->capture_default_str()
      ->check(CLI::Range(0, 1024));
  c.add_option("--cache", o.cache, "Memory for decoded chunks")->capture_default_str();
  c.add_option("--host-name", o.host_names,
               "Name under which browsers reach this server, besides localhost; may be repeated");
  c.add_option("--cors-origin", o.cors_origin, "Web origin that may read /zarr from a page elsewhere; * means any")
      ->capture_default_str();
  c.add_flag("--allow-anonymous", o.allow_anonymous, "Listen beyond this machine although nobody signs in");
  c.add_flag("--verbose", o.verbose, "Log every request");
  c.add_flag("--json-log", o.json, "Log as JSON, one object a line");
  c.callback([&] { chosen = [&] { return run_serve(o); }; });
}

void add_sample(CLI::App& app, SampleOptions& o, Command& chosen) {
  CLI::App& c = *app.add_subcommand("sample", "Write a made-up tomogram, slice by slice, as a beamline would");
  c.add_option("DIRECTORY", o.directory, "Landing folder for the slices")->required();
  c.add_option("--shape", o.shape, "z,y,x")->capture_default_str();
  c.add_option("--dtype", o.data_type, "float32 or uint16")->capture_default_str();
  c.add_option("--voxel-size", o.voxel_size, "Written into the TIFFs' resolution")->capture_default_str();
  c.add_option("--pattern", o.pattern, "tissue, or ramp (every voxel known from its place)")->capture_default_str();
  c.add_option("--seed", o.seed, "Another seed, another sample")->capture_default_str();
  c.callback([&] { chosen = [&] { return run_sample(o); }; });
}

void add_metadata(CLI::App& app, MetadataOptions& o, Command& chosen) {
  CLI::App& c = *app.add_subcommand("metadata", "Say what sidecars tell about a scan, and what is missing");
  c.add_option("FILE", o.files, "Sidecars, TIFF or HDF5 files of one scan; where they disagree the earlier counts")
      ->required();
  c.add_option("--format", o.format, "table, json, json-ld, scicat or csv")->capture_default_str();
  c.add_option("--schema", o.schema, "File with further fields of the facility");
  add_json(c, o.json);
  c.callback([&] { chosen = [&] { return run_metadata(o); }; });
}

void add_config(CLI::App& app, ConfigOptions& o, Command& chosen) {
  CLI::App& c = *app.add_subcommand("config", "Make and check the configuration file");
  c.require_subcommand(1);
  CLI::App& init = *c.add_subcommand("init", "Write a file with every setting, its default and what it means");
  init.add_option("FILE", o.file, "File to make")->capture_default_str();
  init.callback([&] { chosen = [&] { return run_config_init(o); }; });
  CLI::App& check = *c.add_subcommand("check", "Explain what is wrong in a file, by line");
  check.add_option("FILE", o.file, "File to check")->capture_default_str();
  add_json(check, o.json);
  check.callback([&] { chosen = [&] { return run_config_check(o); }; });
}

/// "ingest VERB" with what all verbs share.
CLI::App& add_ingest_verb(CLI::App& ingest, const char* name, const char* text, IngestOptions& o) {
  CLI::App& c = *ingest.add_subcommand(name, text);
  c.add_option("--config", o.config, "Configuration file")->capture_default_str();
  add_json(c, o.json);
  return c;
}

void add_ingest(CLI::App& app, IngestOptions& o, Command& chosen) {
  CLI::App& ingest = *app.add_subcommand("ingest", "Hand scans in and ask after them; `serve --config` does the work");
  ingest.require_subcommand(1);
  CLI::App& add = add_ingest_verb(ingest, "add", "Say that a scan is complete, or landing", o);
  add.add_option("SOURCE", o.source, "Directory of slices, or one file, below a configured root")->required();
  add.add_option("--slices", o.slices, "How many there will be; without it, those that are there")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{1'000'000}));
  add.add_option("--first", o.first, "Number in the first slice's name")->check(CLI::NonNegativeNumber);
  add.add_option("--user", o.user, "Folder of the user, where the path does not say");
  add.add_option("--date", o.date, "Beam time as YYYYMMDD, where the path does not say");
  add.add_option("--name", o.name, "Name of the dataset, where it is to be another one than the path says");
  add.callback([&] { chosen = [&] { return run_ingest_add(o); }; });
  CLI::App& list = add_ingest_verb(ingest, "list", "Scans that are under way or have failed", o);
  list.add_flag("--all", o.all, "Also those that have ended");
  list.add_option("--limit", o.limit, "How many at most")
      ->capture_default_str()
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{1000}));
  list.callback([&] { chosen = [&] { return run_ingest_list(o); }; });
  const auto with_id = [&](const char* name, const char* text, Result<void> (*run)(const IngestOptions&)) {
    CLI::App& verb = add_ingest_verb(ingest, name, text, o);
    verb.add_option("ID", o.id, "Of the scan, as `ingest list` shows it")->required();
    verb.callback([&o, &chosen, run] { chosen = [&o, run] { return run(o); }; });
  };
  with_id("show", "One scan", &run_ingest_show);
  with_id("retry", "Try a failed or cancelled scan again, now", &run_ingest_retry);
  with_id("cancel", "Stop a scan", &run_ingest_cancel);
}

void add_token(CLI::App& app, TokenOptions& o, Command& chosen) {
  CLI::App& token = *app.add_subcommand("token", "Tokens of people and programs, for a server with accounts");
  token.require_subcommand(1);
  const auto add_verb = [&](const char* name, const char* text, Result<void> (*run)(const TokenOptions&)) {
    CLI::App& verb = *token.add_subcommand(name, text);
    verb.add_option("--config", o.config, "Configuration file")->capture_default_str();
    verb.callback([&o, &chosen, run] { chosen = [&o, run] { return run(o); }; });
    return &verb;
  };
  CLI::App& make =
      *add_verb("make", "Make a token and show it, once; of the first admin unless told otherwise", &run_token_make);
  make.add_option("--name", o.name, "For people")->capture_default_str();
  make.add_option("--scope", o.scopes, "dataset:read, dataset:write, ingest, sheet or admin; admin if not given");
  make.add_option("--person", o.person, "Key of whose it is")->capture_default_str();
  make.add_flag("--for-program", o.for_program, "Of a program of the facility instead of a person");
  make.add_option("--days", o.days, "How long it is valid")->capture_default_str()->check(CLI::Range(1, 366));
  add_json(make, o.json);
  add_json(*add_verb("list", "Tokens that were not revoked", &run_token_list), o.json);
  add_verb("revoke", "Take a token back", &run_token_revoke)->add_option("ID", o.id, "Of the token")->required();
}

void add_audit(CLI::App& app, AuditOptions& o, Command& chosen) {
  CLI::App& audit = *app.add_subcommand("audit", "What was changed by whom, on a server with accounts");
  audit.require_subcommand(1);
  const auto add_verb = [&](const char* name, const char* text, Result<void> (*run)(const AuditOptions&)) {
    CLI::App& verb = *audit.add_subcommand(name, text);
    verb.add_option("--config", o.config, "Configuration file")->capture_default_str();
    add_json(verb, o.json);
    verb.callback([&o, &chosen, run] { chosen = [&o, run] { return run(o); }; });
    return &verb;
  };
  CLI::App& list = *add_verb("list", "The last entries, newest first", &run_audit_list);
  list.add_option("--event", o.event, "Only these; with a dot at its end all that begin so");
  list.add_option("--limit", o.limit, "How many at most")
      ->capture_default_str()
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{1'000'000}));
  add_verb("verify", "Whether an entry was changed, removed or put in", &run_audit_verify);
}

void print_error(const Error& error, bool json) {
  if (json) {
    print_aside("{}\n", write_json({{"event", "error"}, {"code", name_of(error.code)}, {"message", error.message}}));
  } else {
    print_aside("beamport: {}\n", error.message);
  }
}

int run(int argc, char** argv) {
  CLI::App app{"Beamport: tomograms from a beamline to a browser", "beamport"};
  app.set_version_flag("--version", fmt::format("beamport {}", kVersion));
  app.require_subcommand(1);
  ConvertOptions convert;
  InfoOptions info;
  VerifyOptions verify;
  ScrubOptions scrub;
  ServeOptions serve;
  SampleOptions sample;
  MetadataOptions metadata;
  ConfigOptions config;
  IngestOptions ingest;
  TokenOptions token;
  AuditOptions audit;
  Command chosen;
  add_convert(app, convert, chosen);
  add_info(app, info, chosen);
  add_verify(app, verify, chosen);
  add_scrub(app, scrub, chosen);
  add_serve(app, serve, chosen);
  add_sample(app, sample, chosen);
  add_metadata(app, metadata, chosen);
  add_config(app, config, chosen);
  add_ingest(app, ingest, chosen);
  add_token(app, token, chosen);
  add_audit(app, audit, chosen);
  app.add_subcommand("openapi", "Print the description of the web API (OpenAPI 3.1)")->callback([&] {
    chosen = run_openapi;
  });
  CLI11_PARSE(app, argc, argv);
  const Result<void> result = chosen();
  if (result) return 0;
  print_error(result.error(), convert.json || info.json || verify.json || scrub.json || metadata.json || config.json ||
                                  ingest.json || token.json || audit.json);
  return exit_code_of(result.error().code);
}

}  // namespace

int thread_count(int asked) {
  if (asked > 0) return asked;
  return static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
}

}  // namespace beamport::app

int main(int argc, char** argv) {
  namespace app = beamport::app;
  namespace image = beamport::image;
  if (argc == 3 && std::string_view(argv[1]) == app::kDecodeWorkerCommand) return image::run_decode_worker(argv[2]);
  // Whoever reads our output may go away first; the write then fails, the program does not.
  std::signal(SIGPIPE, SIG_IGN);
  // This very program, whatever has become of its file.
  image::use_decode_workers({.program = {"/proc/self/exe", "beamport", {app::kDecodeWorkerCommand}}});
  try {
    return app::run(argc, argv);
  } catch (const std::exception& error) {
    // Only memory exhaustion and the like get here; everything expected is a Result.
    std::fprintf(stderr, "beamport: %s\n", error.what());
    return beamport::exit_code_of(beamport::ErrorCode::kInternal);
  }
}
