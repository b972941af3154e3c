// SPDX-License-Identifier: Apache-2.0
// Any bytes as a message between the program and a decode worker: what is accepted is exactly what encoding it again
// gives, and what a request promises about sizes holds.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <variant>

#include "beamport/base/check.h"
#include "beamport/image/decode_protocol.h"

namespace beamport::image {
namespace {

void read_request(ByteView message) {
  const auto request = parse_decode_request(message);
  if (!request) return;
  BEAMPORT_CHECK(std::ranges::equal(encode(*request), message));
  const CompressedRows& wanted = request->wanted;
  BEAMPORT_CHECK(wanted.row >= 0 && wanted.row + wanted.rows <= wanted.grey.page.height);
  BEAMPORT_CHECK(static_cast<std::uint64_t>(wanted.rows * wanted.grey.row_bytes()) <= request->shared_bytes);
}

void read_answer(ByteView message) {
  const auto answer = parse_decode_answer(message);
  if (!answer) return;
  BEAMPORT_CHECK(std::ranges::equal(encode(*answer), message));
  const auto* error = std::get_if<Error>(&answer->outcome);
  BEAMPORT_CHECK(error == nullptr || error->message.size() <= kMaxDecodeAnswerBytes);
}

}  // namespace
}  // namespace beamport::image

// The name is libFuzzer's.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const beamport::ByteView message = std::as_bytes(std::span(data, size));
  beamport::image::read_request(message);
  beamport::image::read_answer(message);
  return 0;
}
