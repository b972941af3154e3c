// SPDX-License-Identifier: Apache-2.0
#pragma once

// An HTTP/1.1 server: accepts, parses strictly, runs the handler on a bounded worker pool, sends the answer
// (files by sendfile). What the prompt handler can answer from memory is spared the way to a worker and back.
// Keep-alive, HEAD (body suppressed, length kept), limits and deadlines on every phase. Boost.Asio and Beast stay
// behind this header. start() and stop() are called from one thread.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "beamport/base/result.h"
#include "beamport/net/http_message.h"

namespace beamport::net {

struct ServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 8080;  // 0: the system chooses, see Server::port()
  int network_threads = 1;
  int worker_threads = 2;
  std::size_t max_queued_requests = 256;  // beyond: 503 with Retry-After
  std::size_t max_connections = 1024;
  std::size_t max_header_bytes = std::size_t{16} * 1024;
  std::size_t max_body_bytes = std::size_t{1024} * 1024;  // beyond: 413
  std::chrono::seconds header_timeout{10};
  std::chrono::seconds body_timeout{30};
  std::chrono::seconds idle_timeout{60};
  std::chrono::seconds send_stall_timeout{30};  // no byte accepted by the client for this long
};

class Server {
 public:
  /// Binds and listens before it returns. Fails with kUnavailable when the address is taken (and says by port).
  [[nodiscard]] static Result<std::unique_ptr<Server>> start(ServerOptions options, Handler handler,
                                                             PromptHandler prompt = {});

  virtual ~Server() = default;
  [[nodiscard]] virtual std::uint16_t port() const noexcept = 0;

  /// Stops accepting, lets requests under way finish for at most `grace`, then cuts. Returns when all threads ended.
  virtual void stop(std::chrono::milliseconds grace) = 0;
};

}  // namespace beamport::net
