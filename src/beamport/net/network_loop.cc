// SPDX-License-Identifier: Apache-2.0
#include "beamport/net/network_loop.h"

#include <chrono>
#include <exception>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

#include "beamport/base/log.h"

namespace beamport::net {
namespace {

namespace asio = boost::asio;

// How late a deadline or a vanished client may be noticed.
constexpr auto kSweepInterval = std::chrono::milliseconds(100);

}  // namespace

NetworkLoop::NetworkLoop(SessionContext* context, ConnectionCount* connections)
    : context_(context), connections_(connections) {}

void NetworkLoop::start() {
  thread_ = std::jthread([this] { io_.run(); });
}

void NetworkLoop::adopt(asio::ip::tcp::socket socket, std::string peer) {
  asio::post(io_, [this, socket = std::move(socket), peer = std::move(peer)]() mutable {
    begin_session(std::move(socket), std::move(peer));
  });
}

void NetworkLoop::begin_session(asio::ip::tcp::socket socket, std::string peer) {
  if (draining_) {
    connections_->leave();
    return;
  }
  auto session = std::make_shared<HttpSession>(std::move(socket), std::move(peer), context_);
  sessions_.insert(session);
  if (sessions_.size() == 1) schedule_sweep();
  asio::co_spawn(io_, HttpSession::run(session),
                 [this, session](const std::exception_ptr& failure) { end_session(session, failure); });
}

void NetworkLoop::end_session(const std::shared_ptr<HttpSession>& session, const std::exception_ptr& failure) {
  if (failure) {
    try {
      std::rethrow_exception(failure);
    } catch (const std::exception& exception) {
      log::error("a connection ended by an exception: {}", exception.what());
    } catch (...) {
      log::error("a connection ended by an unknown exception");
    }
    session->cut();
  }
  sessions_.erase(session);
  connections_->leave();
}

void NetworkLoop::schedule_sweep() {
  sweep_timer_.expires_after(kSweepInterval);
  sweep_timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) sweep();
  });
}

void NetworkLoop::sweep() {
  const auto now = HttpSession::Clock::now();
  for (const auto& session : sessions_) session->sweep(now);
  if (!sessions_.empty()) schedule_sweep();
}

void NetworkLoop::drain() {
  asio::post(io_, [this] {
    draining_ = true;
    for (const auto& session : sessions_) session->drain();
  });
}

void NetworkLoop::cut() {
  asio::post(io_, [this] {
    for (const auto& session : sessions_) session->cut();
  });
}

void NetworkLoop::finish() {
  work_.reset();
  asio::post(io_, [this] { sweep_timer_.cancel(); });
  thread_ = std::jthread();
}

}  // namespace beamport::net
