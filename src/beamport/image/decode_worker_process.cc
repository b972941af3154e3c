// SPDX-License-Identifier: Apache-2.0
#include "beamport/image/decode_worker_process.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace beamport::image {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// A process that closed its socket is about to end.
constexpr milliseconds kToEnd{5000};
// The worker's own alarm comes after ours, and only matters when we are gone.
constexpr seconds kAlarmMargin{10};

// Ended from outside: by the kernel for want of memory, by an operator, at a restart.
bool is_from_outside(int signal) {
  return signal == SIGKILL || signal == SIGTERM || signal == SIGINT || signal == SIGHUP;
}

}  // namespace

Result<std::unique_ptr<DecodeWorker>> DecodeWorker::start(const DecodeWorkerSetup& setup,
                                                          std::uint64_t address_space_bytes) {
  BEAMPORT_ASSIGN(auto ends, os::MessageSocket::create_pair());
  os::Program program = setup.program;
  program.arguments.push_back(fmt::format("{}", address_space_bytes));
  BEAMPORT_ASSIGN(auto process, os::ChildProcess::start(program, std::to_array({ends.second.descriptor()}))
                                    .map_error(in_context("decode worker")));
  {
    const os::MessageSocket theirs = std::move(ends.second);
  }  // so that its end shows here
  std::unique_ptr<DecodeWorker> worker(
      new DecodeWorker(std::move(process), std::move(ends.first), address_space_bytes));
  const auto ready = worker->await_answer({setup.start_limit, setup.start_limit});
  if (!ready) {
    const Breakdown breakdown = worker->diagnose(ready.error());
    return fail(ErrorCode::kUnavailable,
                fmt::format("the decode worker {} before it was ready; is {} the program that runs?", breakdown.what,
                            setup.program.path.string()));
  }
  if (const auto* error = std::get_if<Error>(&ready->outcome)) {
    return fail(ErrorCode::kUnavailable, fmt::format("the decode worker gave up: {}", error->message));
  }
  worker->confinement_ = std::get<DecodeAnswer::Ready>(ready->outcome).confinement;
  return worker;
}

// The answer to the last request. With one thread, it computes no faster than time goes by.
Result<DecodeAnswer> DecodeWorker::await_answer(Allowance allowance) {
  const auto until = std::chrono::steady_clock::now() + allowance.wait;
  const auto until_computed = process_.processor_time() + allowance.compute;
  std::array<std::byte, kMaxDecodeAnswerBytes + 1> buffer{};
  while (true) {
    const auto left = std::min<std::chrono::nanoseconds>(until - std::chrono::steady_clock::now(),
                                                         until_computed - process_.processor_time());
    const auto got = socket_.receive(buffer, std::max(std::chrono::ceil<milliseconds>(left), milliseconds(1)));
    if (got && !*got) return fail(ErrorCode::kUnavailable, "closed its socket");
    if (got) return read_answer(ByteView(buffer).first(**got));
    if (got.error().code != ErrorCode::kDeadlineExceeded) return fail(got.error());
    if (process_.processor_time() >= until_computed) {
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("computed for more than {} s", std::chrono::duration<double>(allowance.compute).count()));
    }
    if (std::chrono::steady_clock::now() >= until) {
      return fail(ErrorCode::kDeadlineExceeded,
                  fmt::format("did not answer within {} s", std::chrono::duration<double>(allowance.wait).count()));
    }
  }
}

Result<DecodeAnswer> DecodeWorker::read_answer(ByteView message) const {
  auto answer = parse_decode_answer(message);
  if (!answer)
    return fail(ErrorCode::kInvalidArgument, fmt::format("went out of control ({})", answer.error().message));
  const bool is_ready = std::holds_alternative<DecodeAnswer::Ready>(answer->outcome);
  if (answer->number != requests_ || (is_ready && requests_ != 0)) {
    return fail(ErrorCode::kInvalidArgument, "went out of control (it answered what was not asked)");
  }
  return answer;
}

DecodeWorker::Outcome DecodeWorker::decode(const PositionalReader& reader, const CompressedRows& wanted,
                                           Allowance allowance) {
  const auto bytes = static_cast<std::uint64_t>(wanted.rows * wanted.grey.row_bytes());
  const bool needs_memory = !memory_ || memory_->bytes().size() < bytes;
  if (needs_memory) {
    auto memory = os::SharedMemory::create("beamport-decoded", bytes);
    if (!memory) return Result<void>(fail(std::move(memory.error())));
    memory_ = std::move(*memory);
  }
  const auto file = reader.descriptor();
  if (!file) return Result<void>(fail(file.error()));
  const DecodeRequest request{.number = ++requests_,
                              .file_bytes = reader.size(),
                              .wanted = wanted,
                              .shared_bytes = memory_->bytes().size(),
                              .brings_memory = needs_memory,
                              .allowed = std::chrono::ceil<seconds>(allowance.wait) + kAlarmMargin};
  std::vector<int> descriptors{*file};
  if (needs_memory) descriptors.push_back(memory_->descriptor());
  if (const auto sent = socket_.send(encode(request), descriptors); !sent) return diagnose(sent.error());
  auto answer = await_answer(allowance);
  if (!answer) return diagnose(answer.error());
  if (auto* error = std::get_if<Error>(&answer->outcome)) return Result<void>(fail(std::move(*error)));
  return Result<void>();
}

DecodeWorker::Breakdown DecodeWorker::diagnose(const Error& error) {
  if (error.code != ErrorCode::kUnavailable) {
    process_.kill();
    return {error.code == ErrorCode::kInvalidArgument ? ErrorCode::kCorrupt : error.code, error.message};
  }
  const auto waited = process_.wait(kToEnd);
  const os::ProcessEnd end = waited && *waited ? **waited : process_.kill();
  if (is_from_outside(end.signal)) {
    return {ErrorCode::kUnavailable,
            fmt::format("was killed from outside ({}; for want of memory?)", os::describe(end))};
  }
  return {ErrorCode::kCorrupt, fmt::format("crashed ({})", os::describe(end))};
}

}  // namespace beamport::image
