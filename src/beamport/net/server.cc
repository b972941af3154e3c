// SPDX-License-Identifier: Apache-2.0
#include "beamport/net/server.h"

#include <chrono>
#include <csignal>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>

#include "beamport/base/log.h"
#include "beamport/net/connection_count.h"
#include "beamport/net/network_loop.h"
#include "beamport/net/worker_queue.h"

namespace beamport::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

// Threads that wait for the disk when a file to be sent is not in the page cache.
constexpr int kFileReaders = 2;
constexpr int kListenBacklog = 1024;
constexpr auto kPauseAfterAcceptError = std::chrono::milliseconds(100);

std::string text_of(const tcp::endpoint& endpoint) {
  const std::string address = endpoint.address().to_string();
  return endpoint.address().is_v6() ? fmt::format("[{}]:{}", address, endpoint.port())
                                    : fmt::format("{}:{}", address, endpoint.port());
}

void close_on_exec(int descriptor) {
  ::fcntl(descriptor, F_SETFD, FD_CLOEXEC);
}

Failure listen_failure(const tcp::endpoint& endpoint, const error_code& error) {
  const std::string where = text_of(endpoint);
  if (error == asio::error::address_in_use) {
    return fail(ErrorCode::kUnavailable,
                fmt::format("port {} on {} is taken by another program: stop it or choose another port",
                            endpoint.port(), endpoint.address().to_string()));
  }
  if (error == asio::error::access_denied) {
    return fail(ErrorCode::kPermissionDenied,
                fmt::format("{}: no permission to listen there; ports below 1024 need CAP_NET_BIND_SERVICE", where));
  }
  return fail(ErrorCode::kInvalidArgument, fmt::format("{}: cannot listen there: {}", where, error.message()));
}

Result<void> check_options(const ServerOptions& options) {
  constexpr std::size_t kSmallestHead = 1024;
  constexpr std::size_t kLargestHead = std::size_t{1} << 20;
  if (options.network_threads < 1 || options.worker_threads < 1) {
    return fail(ErrorCode::kInvalidArgument, "the server needs at least one network thread and one worker thread");
  }
  if (options.max_header_bytes < kSmallestHead || options.max_header_bytes > kLargestHead) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("max_header_bytes must lie between {} and {}", kSmallestHead, kLargestHead));
  }
  return {};
}

class AsioServer final : public Server {
 public:
  AsioServer(ServerOptions options, Handler handler, PromptHandler prompt);
  ~AsioServer() override { stop(std::chrono::milliseconds(0)); }
  AsioServer(const AsioServer&) = delete;
  AsioServer& operator=(const AsioServer&) = delete;

  [[nodiscard]] Result<void> listen();
  void start_threads();

  [[nodiscard]] std::uint16_t port() const noexcept override { return port_; }
  void stop(std::chrono::milliseconds grace) override;

 private:
  asio::awaitable<void> accept_connections();
  void welcome(tcp::socket socket, NetworkLoop& loop);
  void stop_accepting();

  SessionContext context_;
  ConnectionCount connections_;
  // Before the queues: a task may hold the last reference to a session, whose socket belongs to a loop.
  std::vector<std::unique_ptr<NetworkLoop>> loops_;
  WorkerQueue workers_;
  WorkerQueue file_readers_;
  std::unique_ptr<tcp::acceptor> acceptor_;
  std::unique_ptr<asio::steady_timer> accept_pause_;
  std::uint16_t port_ = 0;
  bool running_ = false;
};

AsioServer::AsioServer(ServerOptions options, Handler handler, PromptHandler prompt)
    : connections_(options.max_connections),
      workers_(options.worker_threads, options.max_queued_requests),
      file_readers_(kFileReaders, options.max_connections) {
  context_.options = std::move(options);
  context_.handler = std::move(handler);
  context_.prompt = std::move(prompt);
  context_.workers = &workers_;
  context_.file_readers = &file_readers_;
  for (int i = 0; i < context_.options.network_threads; ++i) {
    loops_.push_back(std::make_unique<NetworkLoop>(&context_, &connections_));
  }
}

Result<void> AsioServer::listen() {
  error_code error;
  const auto address = asio::ip::make_address(context_.options.address, error);
  if (error) {
    return fail(ErrorCode::kInvalidArgument, fmt::format("'{}' is not an IP address", context_.options.address));
  }
  const tcp::endpoint endpoint(address, context_.options.port);
  asio::io_context& io = loops_.front()->io();
  acceptor_ = std::make_unique<tcp::acceptor>(io);
  accept_pause_ = std::make_unique<asio::steady_timer>(io);
  acceptor_->open(endpoint.protocol(), error);
  if (error) return listen_failure(endpoint, error);
  close_on_exec(acceptor_->native_handle());
  acceptor_->set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor_->bind(endpoint, error);
  if (!error) acceptor_->listen(kListenBacklog, error);
  if (error) return listen_failure(endpoint, error);
  port_ = acceptor_->local_endpoint(error).port();
  if (error) return listen_failure(endpoint, error);
  return {};
}

void AsioServer::start_threads() {
  running_ = true;
  asio::co_spawn(loops_.front()->io(), accept_connections(), [](const std::exception_ptr& failure) {
    if (failure) log::error("the listener ended by an exception; no new connection is accepted");
  });
  for (const auto& loop : loops_) loop->start();
}

asio::awaitable<void> AsioServer::accept_connections() {
  for (std::size_t turn = 0; acceptor_->is_open(); ++turn) {
    NetworkLoop& loop = *loops_[turn % loops_.size()];
    const asio::any_io_executor executor = loop.io().get_executor();
    error_code error;
    tcp::socket socket = co_await acceptor_->async_accept(executor, asio::redirect_error(asio::use_awaitable, error));
    if (!error) {
      welcome(std::move(socket), loop);
    } else if (acceptor_->is_open() && error != asio::error::connection_aborted) {
      // Out of descriptors or memory: without a pause this would spin.
      log::warning("a connection could not be accepted: {}", error.message());
      accept_pause_->expires_after(kPauseAfterAcceptError);
      co_await accept_pause_->async_wait(asio::redirect_error(asio::use_awaitable, error));
    }
  }
}

void AsioServer::welcome(tcp::socket socket, NetworkLoop& loop) {
  close_on_exec(socket.native_handle());
  error_code error;
  const tcp::endpoint peer = socket.remote_endpoint(error);
  if (error) return;
  if (!connections_.try_enter()) {
    static constexpr std::string_view kFull =
        "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    ::send(socket.native_handle(), kFull.data(), kFull.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    return;
  }
  loop.adopt(std::move(socket), text_of(peer));
}

void AsioServer::stop_accepting() {
  asio::post(loops_.front()->io(), [this] {
    error_code ignored;
    acceptor_->close(ignored);
    accept_pause_->cancel();
  });
}

void AsioServer::stop(std::chrono::milliseconds grace) {
  if (!running_) return;
  running_ = false;
  stop_accepting();
  for (const auto& loop : loops_) loop->drain();
  if (!connections_.wait_until_empty_for(grace)) {
    for (const auto& loop : loops_) loop->cut();
    connections_.wait_until_empty();
  }
  workers_.stop();
  file_readers_.stop();
  for (const auto& loop : loops_) loop->finish();
}

// sendfile has no flag against SIGPIPE, whose default is to end the process when a client goes away.
void ignore_broken_pipes() {
  struct sigaction action{};
  action.sa_handler = SIG_IGN;
  ::sigaction(SIGPIPE, &action, nullptr);
}

}  // namespace

Result<std::unique_ptr<Server>> Server::start(ServerOptions options, Handler handler, PromptHandler prompt) {
  BEAMPORT_TRY(check_options(options));
  ignore_broken_pipes();
  try {
    auto server = std::make_unique<AsioServer>(std::move(options), std::move(handler), std::move(prompt));
    BEAMPORT_TRY(server->listen());
    server->start_threads();
    return server;
  } catch (const boost::system::system_error& error) {
    return fail(ErrorCode::kResourceExhausted, fmt::format("the server cannot start: {}", error.what()));
  } catch (const std::system_error& error) {
    return fail(ErrorCode::kResourceExhausted, fmt::format("the server cannot start: {}", error.what()));
  }
}

}  // namespace beamport::net
