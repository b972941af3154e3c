// SPDX-License-Identifier: Apache-2.0
#pragma once

// One client's connection: reads a request, has it answered at once or by a worker thread, sends the answer, and again
// while the connection is kept alive. Requests that arrive early (pipelining) wait in the buffer and are answered in
// order. Internal to net. Everything runs on the connection's network thread except call_handler() and
// Transfer::warm(), during which the session waits and touches none of what they use. Kept alive by its coroutine.
// Deadlines are plain time points that the network loop compares now and then (sweep), not a timer for each operation.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>

#include "beamport/net/http_message.h"
#include "beamport/net/request_ids.h"
#include "beamport/net/server.h"
#include "beamport/net/strict_check.h"
#include "beamport/net/worker_queue.h"

namespace beamport::net {

class Transfer;

/// What all sessions of a server share; outlives them.
struct SessionContext {
  ServerOptions options;
  Handler handler;
  PromptHandler prompt;  // may be empty
  RequestIds ids;
  WorkerQueue* workers = nullptr;
  WorkerQueue* file_readers = nullptr;
};

class HttpSession : public std::enable_shared_from_this<HttpSession> {
 public:
  using Clock = std::chrono::steady_clock;

  HttpSession(boost::asio::ip::tcp::socket socket, std::string peer, SessionContext* context);

  /// The connection's whole life; the socket is closed when it ends.
  [[nodiscard]] static boost::asio::awaitable<void> run(std::shared_ptr<HttpSession> self);

  /// Ends what is over its deadline, and tells the handler when the client has gone.
  void sweep(Clock::time_point now);
  /// No further request after the one under way.
  void drain();
  /// Ends the connection at once; a running handler is asked to stop.
  void cut();

 private:
  enum class Phase { kIdle, kReading, kHandling, kSending, kStreaming, kClosing };
  enum class Incoming { kRequest, kRefused, kClosed };
  class Parser;

  boost::asio::awaitable<void> serve();
  boost::asio::awaitable<Incoming> read_request();
  boost::asio::awaitable<Incoming> read_head();
  boost::asio::awaitable<Incoming> read_body(Parser* parser);
  boost::asio::awaitable<bool> send_continue(Parser* parser);
  boost::asio::awaitable<void> answer();
  boost::asio::awaitable<bool> send_response();
  boost::asio::awaitable<bool> send(Transfer* transfer);
  boost::asio::awaitable<bool> send_feed(std::shared_ptr<TextFeed> feed);
  boost::asio::awaitable<bool> send_feed_text(TextFeed* feed);
  boost::asio::awaitable<bool> run_elsewhere(WorkerQueue* queue, std::function<void()> work);
  boost::asio::awaitable<void> linger();

  [[nodiscard]] Incoming parse_head(Parser* parser);
  [[nodiscard]] Incoming refuse(int status, std::string detail);
  [[nodiscard]] Incoming interrupted();
  [[nodiscard]] bool client_has_gone();
  [[nodiscard]] Response refusal_response() const;
  [[nodiscard]] bool answer_promptly();
  void call_handler(const std::stop_token& stop);
  void enter(Phase phase, Clock::duration limit);

  boost::asio::ip::tcp::socket socket_;
  boost::asio::steady_timer wake_;
  boost::beast::flat_buffer buffer_;
  SessionContext* const context_;

  Phase phase_ = Phase::kIdle;
  Clock::time_point deadline_ = Clock::time_point::max();
  bool timed_out_ = false;
  bool draining_ = false;
  bool cut_ = false;
  bool client_left_ = false;  // noticed while there was nothing to send to it
  bool elsewhere_done_ = false;

  HeadScanner scanner_;
  Request request_;
  bool keep_alive_ = true;
  bool first_request_ = true;
  bool http_1_0_ = false;
  std::stop_source stop_;
  std::optional<Refusal> refusal_;
  std::optional<Response> response_;
};

}  // namespace beamport::net
