// SPDX-License-Identifier: Apache-2.0
// The tests of this module, and the decode workers that they start: "image_test decode-worker BYTES" is the real one,
// the others go wrong in the ways that decoders do.

#include <array>
#include <filesystem>
#include <fstream>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "beamport/image/decode_protocol.h"
#include "beamport/image/decode_worker.h"
#include "beamport/image/test_decode_worker.h"
#include "beamport/os/message_socket.h"

namespace beamport::image {
namespace {

[[noreturn]] void crash() {
  __builtin_trap();
}

[[noreturn]] void hang() {
  const volatile bool for_ever = true;
  while (for_ever) {
  }
  __builtin_unreachable();
}

/// Whether nobody was here before; leaves a mark.
bool is_first(const char* mark) {
  if (std::filesystem::exists(mark)) return false;
  std::ofstream{mark};
  return true;
}

/// Says that it is ready, and then something else than an answer.
int babble() {
  const auto socket = os::MessageSocket::adopt(kDecodeWorkerSocket);
  static_cast<void>(socket.answer(encode(DecodeAnswer{.number = 0, .outcome = DecodeAnswer::Ready{}})));
  std::array<std::byte, kDecodeRequestBytes> buffer{};
  while (socket.receive(buffer).value_or(std::nullopt)) static_cast<void>(socket.answer(as_byte_view("babble")));
  return 0;
}

}  // namespace

int run_test_worker(std::string_view kind, const char* mark, const char* bytes) {
  if (kind == kCrashingWorker) {
    return run_decode_worker(bytes, [](auto&&...) -> Result<void> { crash(); });
  }
  if (kind == kHangingWorker) {
    return run_decode_worker(bytes, [](auto&&...) -> Result<void> { hang(); });
  }
  if (kind == kStallingWorker) {
    return run_decode_worker(bytes, [](auto&&...) -> Result<void> {
      std::array<std::byte, 1> nothing{};
      static_cast<void>(os::MessageSocket::adopt(kDecodeWorkerSocket).receive(nothing));
      return {};
    });
  }
  if (kind == kOpeningWorker) {
    return run_decode_worker(bytes, [](auto&&...) -> Result<void> {
      static_cast<void>(::syscall(SYS_openat, -100, "/etc/passwd", 0, 0));
      return {};
    });
  }
  if (kind == kOnceCrashingWorker && is_first(mark)) {
    return run_decode_worker(bytes, [](auto&&...) -> Result<void> { crash(); });
  }
  if (kind == kBabblingWorker) return babble();
  return run_decode_worker(bytes);
}

}  // namespace beamport::image

int main(int argc, char** argv) {
  using beamport::image::run_test_worker;
  if (argc == 4 && std::string_view(argv[1]).ends_with("worker")) return run_test_worker(argv[1], argv[2], argv[3]);
  testing::InitGoogleMock(&argc, argv);
  beamport::image::use_decode_workers(beamport::image::test_worker_setup(beamport::image::kDecodeWorker));
  return RUN_ALL_TESTS();
}
