// SPDX-License-Identifier: Apache-2.0
#include "beamport/net/test_client.h"

#include <array>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <random>

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <unistd.h>

#include "beamport/base/check.h"
#include "beamport/net/header_text.h"

namespace beamport::net {
namespace {

constexpr timeval kPatience{.tv_sec = 20, .tv_usec = 0};

Reply parse_head(std::string_view head) {
  Reply reply;
  std::string_view line = next_item(head, '\n');
  reply.status = std::atoi(std::string(line.substr(line.find(' ') + 1, 3)).c_str());
  while (!head.empty()) {
    line = next_item(head, '\n');
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) continue;
    const std::string_view name = next_item(line, ':');
    reply.headers.add(std::string(name), std::string(trim(line)));
  }
  return reply;
}

}  // namespace

std::string Reply::field(std::string_view name) const {
  return std::string(headers.find(name).value_or(""));
}

RawClient::RawClient(std::uint16_t port, int receive_buffer_bytes)
    : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  BEAMPORT_CHECK(socket_ >= 0);
  if (receive_buffer_bytes > 0) {
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer_bytes, sizeof(receive_buffer_bytes));
  }
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof(kPatience));
  ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &kPatience, sizeof(kPatience));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) close();
}

RawClient::~RawClient() {
  close();
}

bool RawClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

bool RawClient::fill() {
  std::array<char, 65536> buffer;
  const ssize_t got = ::recv(socket_, buffer.data(), buffer.size(), 0);
  if (got <= 0) return false;
  received_.append(buffer.data(), static_cast<std::size_t>(got));
  return true;
}

std::optional<Reply> RawClient::receive(bool after_head) {
  constexpr std::string_view kEnd = "\r\n\r\n";
  while (received_.find(kEnd) == std::string::npos) {
    if (!fill()) return std::nullopt;
  }
  if (!received_.starts_with("HTTP/1.1 ")) return std::nullopt;
  const std::size_t head_size = received_.find(kEnd) + kEnd.size();
  Reply reply = parse_head(std::string_view(received_).substr(0, head_size));
  received_.erase(0, head_size);
  const std::size_t length = after_head ? 0 : parse_digits(reply.field("Content-Length")).value_or(0);
  reply.body = receive_bytes(length);
  if (reply.body.size() < length) return std::nullopt;
  return reply;
}

std::optional<Reply> RawClient::request(std::string_view bytes) {
  send(bytes);
  return receive();
}

std::string RawClient::receive_bytes(std::size_t limit) {
  while (received_.size() < limit && fill()) {
  }
  std::string bytes = received_.substr(0, limit);
  received_.erase(0, bytes.size());
  return bytes;
}

bool RawClient::ends_now() {
  if (!received_.empty()) return false;
  char byte{};
  const ssize_t got = ::recv(socket_, &byte, 1, 0);
  return got == 0 || (got < 0 && errno == ECONNRESET);
}

void RawClient::finish_sending() {
  ::shutdown(socket_, SHUT_WR);
}

void RawClient::close() {
  if (socket_ >= 0) ::close(socket_);
  socket_ = -1;
}

std::string get(std::string_view target, std::string_view fields) {
  return fmt::format("GET {} HTTP/1.1\r\nHost: localhost\r\n{}\r\n", target, fields);
}

std::string test_bytes(std::size_t count, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::string bytes(count, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random() & 0xff);
  return bytes;
}

TestFile::TestFile(std::string_view content) {
  path_ = (std::filesystem::temp_directory_path() / "beamport_net_XXXXXX").string();
  const int file = ::mkstemp(path_.data());
  BEAMPORT_CHECK(file >= 0);
  BEAMPORT_CHECK(::write(file, content.data(), content.size()) == static_cast<ssize_t>(content.size()));
  ::close(file);
}

TestFile::~TestFile() {
  ::unlink(path_.c_str());
}

FileBody TestFile::open() const {
  Result<FileBody> body = FileBody::open(path_);
  BEAMPORT_CHECK(body.has_value());
  return std::move(*body);
}

bool TestFile::evict() const {
  const FileBody file = open();
  if (::fdatasync(file.descriptor()) != 0) return false;
  char byte{};
  iovec part{.iov_base = &byte, .iov_len = 1};
  // Pages that were just written may still be held for a moment.
  for (int attempt = 0; attempt < 20; ++attempt) {
    ::posix_fadvise(file.descriptor(), 0, 0, POSIX_FADV_DONTNEED);
    if (::preadv2(file.descriptor(), &part, 1, 0, RWF_NOWAIT) < 0) return errno == EAGAIN;
    ::usleep(10'000);
  }
  return false;
}

void TestFile::truncate(std::uint64_t size) const {
  BEAMPORT_CHECK(::truncate(path_.c_str(), static_cast<off_t>(size)) == 0);
}

int open_descriptors() {
  const std::filesystem::directory_iterator entries("/proc/self/fd");
  return static_cast<int>(std::distance(begin(entries), end(entries)));
}

}  // namespace beamport::net
