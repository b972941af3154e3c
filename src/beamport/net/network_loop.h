// SPDX-License-Identifier: Apache-2.0
#pragma once

// One network thread with the connections that it alone serves, so that sessions need no locks. Internal to net.
// adopt(), drain(), cut() and finish() may be called from any thread.

#include <memory>
#include <string>
#include <thread>
#include <unordered_set>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include "beamport/net/connection_count.h"
#include "beamport/net/http_session.h"

namespace beamport::net {

class NetworkLoop {
 public:
  NetworkLoop(SessionContext* context, ConnectionCount* connections);

  [[nodiscard]] boost::asio::io_context& io() noexcept { return io_; }

  /// Starts the thread.
  void start();
  /// Serves a connection that `connections` has counted already; gives its place back when it ends.
  void adopt(boost::asio::ip::tcp::socket socket, std::string peer);
  void drain();
  void cut();
  /// Ends the thread. No connection may be left.
  void finish();

 private:
  void begin_session(boost::asio::ip::tcp::socket socket, std::string peer);
  void end_session(const std::shared_ptr<HttpSession>& session, const std::exception_ptr& failure);
  void schedule_sweep();
  void sweep();

  boost::asio::io_context io_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{io_.get_executor()};
  boost::asio::steady_timer sweep_timer_{io_};
  SessionContext* const context_;
  ConnectionCount* const connections_;
  std::unordered_set<std::shared_ptr<HttpSession>> sessions_;
  bool draining_ = false;
  std::jthread thread_;
};

}  // namespace beamport::net
