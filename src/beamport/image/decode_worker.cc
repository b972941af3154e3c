// SPDX-License-Identifier: Apache-2.0
#include "beamport/image/decode_worker.h"

#include <array>
#include <charconv>
#include <cstring>
#include <new>
#include <optional>
#include <span>
#include <utility>

#include <sys/prctl.h>
#include <sys/time.h>

#include "beamport/image/decode_protocol.h"
#include "beamport/os/message_socket.h"
#include "beamport/os/sandbox.h"
#include "beamport/os/shared_memory.h"

namespace beamport::image {
namespace {

constexpr int kExitUsage = 64;
constexpr int kExitUnconfined = 71;
constexpr int kExitProtocol = 76;
// The standard streams, the socket, the shared memory, the file, and what comes before an old one is closed.
constexpr std::uint64_t kDescriptors = 10;

// A file that somebody else opened; its size is what the request says.
class PassedFile final : public PositionalReader {
 public:
  PassedFile(const os::File& file, std::uint64_t bytes) : file_(file), version_{bytes, 0} {}

  Result<void> read_exactly(std::uint64_t offset, MutableByteView to) const override {
    return file_.read_exactly(offset, to);
  }
  Result<int> descriptor() const override { return file_.descriptor(); }
  const os::FileVersion& version() const noexcept override { return version_; }
  const std::string& name() const noexcept override { return file_.path().native(); }

 private:
  const os::File& file_;
  os::FileVersion version_;
};

// Whoever asked may be gone and never end us; the alarm does then.
void set_alarm(std::chrono::seconds from_now) {
  const itimerval timer{.it_interval = {}, .it_value = {.tv_sec = from_now.count(), .tv_usec = 0}};
  ::setitimer(ITIMER_REAL, &timer, nullptr);
}

Result<void> decode(const RowsDecoder& decoder, const DecodeRequest& request, const os::File& file,
                    MutableByteView memory) {
  const GreyPage& grey = request.wanted.grey;
  const MutableVolumeView to(memory.data(), {1, request.wanted.rows, grey.page.width}, grey.type);
  try {
    return decoder(PassedFile(file, request.file_bytes), request.wanted, to);
  } catch (const std::bad_alloc&) {
    return fail(ErrorCode::kResourceExhausted, "decoding it takes more memory than allowed");
  }
}

class Worker {
 public:
  Worker(os::MessageSocket socket, const RowsDecoder& decoder) : socket_(std::move(socket)), decoder_(decoder) {}

  int run() {
    while (true) {
      std::array<std::byte, kDecodeRequestBytes> buffer{};
      auto message = socket_.receive(buffer);
      if (!message) return kExitProtocol;
      if (!*message) return 0;
      const auto request = parse_decode_request(ByteView(buffer).first((*message)->bytes));
      if (!request || !answer(*request, (*message)->descriptors)) return kExitProtocol;
    }
  }

 private:
  bool answer(const DecodeRequest& request, std::span<os::File> descriptors) {
    if (descriptors.size() != (request.brings_memory ? 2U : 1U)) return false;
    if (request.brings_memory) {
      memory_.reset();  // first, so that both are never in the address space at once
      auto memory = os::SharedMemory::map(descriptors[1].release(), request.shared_bytes);
      if (!memory) return false;
      memory_ = std::move(*memory);
    }
    if (!memory_ || memory_->bytes().size() != request.shared_bytes) return false;
    set_alarm(request.allowed);
    auto result = decode(decoder_, request, descriptors[0], memory_->bytes());
    set_alarm(std::chrono::seconds(0));
    DecodeAnswer answer{.number = request.number, .outcome = DecodeAnswer::Decoded{}};
    if (!result) answer.outcome = std::move(result.error());
    return socket_.answer(encode(answer)).has_value();
  }

  os::MessageSocket socket_;
  const RowsDecoder& decoder_;
  std::optional<os::SharedMemory> memory_;
};

}  // namespace

int run_decode_worker(const char* address_space_bytes, const RowsDecoder& decoder) {
  std::uint64_t bytes = 0;
  const char* end = address_space_bytes + std::strlen(address_space_bytes);
  if (std::from_chars(address_space_bytes, end, bytes).ptr != end || bytes == 0) return kExitUsage;
  ::prctl(PR_SET_NAME, "beamport-decode");  // for those who look at the list of processes
  auto socket = os::MessageSocket::adopt(kDecodeWorkerSocket);
  auto confinement = os::confine_process({.address_space_bytes = bytes, .descriptors = kDescriptors});
  DecodeAnswer ready;
  if (confinement) {
    ready.outcome = DecodeAnswer::Ready{*confinement};
  } else {
    ready.outcome = std::move(confinement.error());
  }
  if (!socket.answer(encode(ready))) return kExitProtocol;
  return confinement ? Worker(std::move(socket), decoder).run() : kExitUnconfined;
}

}  // namespace beamport::image
