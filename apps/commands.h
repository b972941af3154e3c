// SPDX-License-Identifier: Apache-2.0
#pragma once

// The sub-commands of the program: options as plain values, as the command line gives them, and one function each.
// A command prints its result to standard output and returns an error for main() to print.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "beamport/base/result.h"

namespace beamport::app {

inline constexpr std::string_view kVersion = BEAMPORT_VERSION;

/// "beamport decode-worker BYTES": what the program starts itself as to decode foreign files (image/decode_worker.h).
/// Not in the help; main() comes to it before anything else.
inline constexpr const char* kDecodeWorkerCommand = "decode-worker";

struct ConvertOptions {
  std::string stack;
  std::string output;
  std::string voxel_size;
  std::string profile = "live";
  std::string data_type = "keep";
  std::string window = "percentile";
  std::string gaps = "refuse";
  std::string memory = "2GiB";
  std::string io = "auto";
  std::string simd = "best";
  std::int64_t expect = 0;  // slices that will have landed in the end; 0: the stack is complete
  std::int64_t first = -1;  // number in the name of the first slice; -1: the lowest number there is
  int threads = 0;          // 0: as many as there are cores
  bool labels = false;
  bool overwrite = false;
  bool resume = false;
  std::string shard;        // "z,y,x"; for tests
  std::string held_memory;  // of coarse levels; for tests
  bool json = false;
};
[[nodiscard]] Result<void> run_convert(const ConvertOptions& options);

struct InfoOptions {
  std::string image;
  bool json = false;
};
[[nodiscard]] Result<void> run_info(const InfoOptions& options);

struct VerifyOptions {
  std::string image;
  int threads = 0;
  bool json = false;
};
[[nodiscard]] Result<void> run_verify(const VerifyOptions& options);

struct ScrubOptions {
  std::string config;  // this or `data`
  std::string data;
  bool repair = false;  // with `config`: damaged images are handed in to be converted again
  std::string rate;     // bytes a second, such as 50MB; empty: as fast as it goes
  int threads = 1;
  bool json = false;
};
[[nodiscard]] Result<void> run_scrub(const ScrubOptions& options);

struct ServeOptions {
  std::string config;  // this or `data`; the file says all the rest, too
  std::string data;
  std::string address = "127.0.0.1";
  int port = 8080;
  int threads = 0;
  std::string cache = "1GiB";
  std::string cors_origin = "*";
  std::vector<std::string> host_names;
  bool allow_anonymous = false;
  bool verbose = false;
  bool json = false;
};
[[nodiscard]] Result<void> run_serve(const ServeOptions& options);

struct SampleOptions {
  std::string directory;
  std::string shape = "192,512,512";
  std::string data_type = "float32";
  std::string voxel_size = "0.65um";
  std::string pattern = "tissue";
  std::uint32_t seed = 1;
};
[[nodiscard]] Result<void> run_sample(const SampleOptions& options);

struct MetadataOptions {
  std::vector<std::string> files;
  std::string schema;            // file with the fields of the facility; empty: none
  std::string format = "table";  // json, json-ld, scicat, csv
  bool json = false;
};
[[nodiscard]] Result<void> run_metadata(const MetadataOptions& options);

struct IngestOptions {
  std::string config = "beamport.toml";
  std::string source;
  std::string user;
  std::string date;
  std::string name;
  std::string id;
  std::int64_t slices = 0;  // 0: not said
  std::int64_t first = -1;  // -1: not said
  std::int64_t limit = 100;
  bool all = false;
  bool json = false;
};
[[nodiscard]] Result<void> run_ingest_add(const IngestOptions& options);
[[nodiscard]] Result<void> run_ingest_list(const IngestOptions& options);
[[nodiscard]] Result<void> run_ingest_show(const IngestOptions& options);
[[nodiscard]] Result<void> run_ingest_retry(const IngestOptions& options);
[[nodiscard]] Result<void> run_ingest_cancel(const IngestOptions& options);

struct TokenOptions {
  std::string config = "beamport.toml";
  std::string id;
  std::string name = "made by hand";
  std::vector<std::string> scopes;
  std::string person = "local:admin";  // its key
  int days = 30;
  bool for_program = false;
  bool json = false;
};
[[nodiscard]] Result<void> run_token_make(const TokenOptions& options);
[[nodiscard]] Result<void> run_token_list(const TokenOptions& options);
[[nodiscard]] Result<void> run_token_revoke(const TokenOptions& options);

struct AuditOptions {
  std::string config = "beamport.toml";
  std::string event;
  std::int64_t limit = 100;
  bool json = false;
};
[[nodiscard]] Result<void> run_audit_list(const AuditOptions& options);
[[nodiscard]] Result<void> run_audit_verify(const AuditOptions& options);

struct ConfigOptions {
  std::string file = "beamport.toml";
  bool json = false;
};
[[nodiscard]] Result<void> run_config_init(const ConfigOptions& options);
[[nodiscard]] Result<void> run_config_check(const ConfigOptions& options);

[[nodiscard]] Result<void> run_openapi();

/// 0 means one per core.
[[nodiscard]] int thread_count(int asked);

}  // namespace beamport::app
