// SPDX-License-Identifier: Apache-2.0
#pragma once

// For tests only: a server on a port that the system chooses, and handlers for it.

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "beamport/net/server.h"

namespace beamport::net {

inline ServerOptions options_for_tests() {
  ServerOptions options;
  options.port = 0;
  return options;
}

inline std::unique_ptr<Server> start(Handler handler, ServerOptions options = options_for_tests(),
                                     PromptHandler prompt = {}) {
  auto server = Server::start(std::move(options), std::move(handler), std::move(prompt));
  EXPECT_TRUE(server.has_value()) << server.error().message;
  return std::move(*server);
}

inline Response text(std::string body) {
  Response response;
  response.headers.add("Content-Type", "text/plain");
  response.body = std::move(body);
  return response;
}

// Answers with what it was asked.
inline Response echo(const Request& request, const std::stop_token&) {
  return text(fmt::format("{} {} {}", request.method, request.target, as_text(request.body)));
}

// Waits like a handler with much to do; true if it was asked to stop.
inline bool wait_for_stop(const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any changed;
  std::unique_lock lock(mutex);
  changed.wait_for(lock, stop, std::chrono::seconds(20), [] { return false; });
  return stop.stop_requested();
}

}  // namespace beamport::net
