// SPDX-License-Identifier: Apache-2.0
#include "beamport/net/http_session.h"

#include <exception>
#include <utility>

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <poll.h>

#include "beamport/base/log.h"
#include "beamport/net/header_text.h"
#include "beamport/net/problem.h"
#include "beamport/net/response_head.h"
#include "beamport/net/transfer.h"

namespace beamport::net {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using boost::system::error_code;

constexpr std::size_t kReadBytes = 4096;
constexpr auto kLingerTime = std::chrono::seconds(2);
constexpr std::size_t kLingerBytes = std::size_t{4} << 20;
// A client as fast as memory never blocks the socket; after so many steps other connections get their turn.
constexpr int kStepsPerTurn = 8;

std::string_view code_of(int status) noexcept {
  switch (status) {
    case 408:
      return "deadline_exceeded";
    case 413:
    case 414:
    case 431:
      return "out_of_range";
    case 501:
    case 505:
      return "unsupported";
    case 503:
      return "resource_exhausted";
    default:
      return "invalid_argument";
  }
}

Response overloaded(std::string_view request_id) {
  Response response = make_problem(503, "resource_exhausted", "the server is busy; try again shortly", request_id);
  response.headers.add("Retry-After", "1");
  return response;
}

std::string text_of(boost::beast::string_view text) {
  return {text.data(), text.size()};
}

}  // namespace

class HttpSession::Parser : public http::request_parser<http::string_body> {};

HttpSession::HttpSession(asio::ip::tcp::socket socket, std::string peer, SessionContext* context)
    : socket_(std::move(socket)),
      wake_(socket_.get_executor(), Clock::time_point::max()),
      buffer_(context->options.max_header_bytes),
      context_(context) {
  request_.peer = std::move(peer);
  error_code ignored;
  socket_.native_non_blocking(true, ignored);
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
}

asio::awaitable<void> HttpSession::run(std::shared_ptr<HttpSession> self) {
  co_await self->serve();
  error_code ignored;
  self->socket_.close(ignored);
}

asio::awaitable<void> HttpSession::serve() {
  while (keep_alive_) {
    const Incoming incoming = co_await read_request();
    if (incoming == Incoming::kClosed) co_return;
    if (incoming == Incoming::kRefused) {
      keep_alive_ = false;
      response_ = refusal_response();
    } else {
      co_await answer();
    }
    const bool sent = co_await send_response();
    if (!sent) co_return;
  }
  co_await linger();
}

asio::awaitable<HttpSession::Incoming> HttpSession::read_request() {
  request_.id = context_->ids.next();
  request_.method.clear();
  http_1_0_ = false;
  const Incoming head = co_await read_head();
  if (head != Incoming::kRequest) co_return head;
  Parser parser;
  const Incoming parsed = parse_head(&parser);
  if (parsed != Incoming::kRequest) co_return parsed;
  if (!parser.is_done()) {
    const Incoming body = co_await read_body(&parser);
    if (body != Incoming::kRequest) co_return body;
  }
  const ByteView body = as_byte_view(parser.get().body());
  request_.body.assign(body.begin(), body.end());
  keep_alive_ = parser.keep_alive();
  co_return Incoming::kRequest;
}

asio::awaitable<HttpSession::Incoming> HttpSession::read_head() {
  const ServerOptions& options = context_->options;
  scanner_ = HeadScanner();
  if (buffer_.size() == 0) {
    if (draining_) co_return Incoming::kClosed;
    enter(Phase::kIdle, std::exchange(first_request_, false) ? options.header_timeout : options.idle_timeout);
  } else {
    enter(Phase::kReading, options.header_timeout);
  }
  for (;;) {
    const auto received = buffer_.data();
    const auto state = scanner_.scan({static_cast<const char*>(received.data()), received.size()});
    if (state == HeadScanner::State::kComplete) co_return Incoming::kRequest;
    if (state == HeadScanner::State::kMalformed) co_return refuse(400, std::string(scanner_.problem()));
    const std::size_t room = buffer_.max_size() - buffer_.size();
    if (room == 0) {
      co_return refuse(431, fmt::format("the request's head is longer than {} bytes", buffer_.max_size()));
    }
    error_code error;
    const auto space = buffer_.prepare(std::min(room, kReadBytes));
    const std::size_t got = co_await socket_.async_read_some(space, asio::redirect_error(asio::use_awaitable, error));
    if (error) co_return interrupted();
    buffer_.commit(got);
    if (phase_ == Phase::kIdle) enter(Phase::kReading, options.header_timeout);
  }
}

HttpSession::Incoming HttpSession::parse_head(Parser* parser) {
  const ServerOptions& options = context_->options;
  parser->header_limit(static_cast<std::uint32_t>(scanner_.head_size()));
  parser->body_limit(options.max_body_bytes);
  parser->eager(false);
  error_code error;
  const std::size_t used = parser->put(asio::buffer(buffer_.data(), scanner_.head_size()), error);
  buffer_.consume(used);
  if (error == http::error::body_limit) {
    return refuse(413, fmt::format("the request's body is longer than {} bytes", options.max_body_bytes));
  }
  if (error == http::error::bad_version) return refuse(505, "only HTTP/1.0 and HTTP/1.1 are spoken here");
  if (error) return refuse(400, fmt::format("the request's head is malformed: {}", error.message()));
  if (!parser->is_header_done()) return refuse(400, "the request's head is malformed");

  // Copied before the body is read: the parser would add the trailer of a chunked body to these fields.
  const auto& message = parser->get();
  request_.method = text_of(message.method_string());
  request_.target = text_of(message.target());
  request_.headers = Headers();
  for (const auto& field : message) request_.headers.add(text_of(field.name_string()), text_of(field.value()));
  http_1_0_ = message.version() == 10;
  refusal_ = check_request(request_, static_cast<int>(message.version()));
  return refusal_ ? Incoming::kRefused : Incoming::kRequest;
}

asio::awaitable<HttpSession::Incoming> HttpSession::read_body(Parser* parser) {
  enter(Phase::kReading, context_->options.body_timeout);
  const bool willing = co_await send_continue(parser);
  if (!willing) co_return Incoming::kClosed;
  error_code error;
  co_await http::async_read(socket_, buffer_, *parser, asio::redirect_error(asio::use_awaitable, error));
  if (!error) co_return Incoming::kRequest;
  if (error == http::error::body_limit) {
    co_return refuse(413, fmt::format("the request's body is longer than {} bytes", context_->options.max_body_bytes));
  }
  const bool is_syntax = error.category() == make_error_code(http::error::end_of_stream).category();
  if (is_syntax && error != http::error::end_of_stream && error != http::error::partial_message) {
    co_return refuse(400, fmt::format("the request's body is malformed: {}", error.message()));
  }
  co_return interrupted();
}

// A client that sent "Expect: 100-continue" holds its body back until it is asked for it.
asio::awaitable<bool> HttpSession::send_continue(Parser* parser) {
  const auto expect = request_.headers.find("Expect");
  if (!expect || parser->get().version() != 11 || !equal_ignoring_case(*expect, "100-continue")) co_return true;
  static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
  error_code error;
  const auto bytes = asio::buffer(kContinue.data(), kContinue.size());
  co_await asio::async_write(socket_, bytes, asio::redirect_error(asio::use_awaitable, error));
  co_return !error;
}

asio::awaitable<void> HttpSession::answer() {
  if (answer_promptly()) co_return;
  stop_ = std::stop_source();
  phase_ = Phase::kHandling;
  timed_out_ = false;
  deadline_ = Clock::time_point::max();
  std::function<void()> work = [this, stop = stop_.get_token()] { call_handler(stop); };
  const bool accepted = co_await run_elsewhere(context_->workers, std::move(work));
  if (!accepted) response_ = overloaded(request_.id);
}

bool HttpSession::answer_promptly() {
  if (!context_->prompt) return false;
  try {
    response_ = context_->prompt(request_);
  } catch (const std::exception& exception) {
    log::error("{}: answering {} at once threw: {}", request_.id, request_.target, exception.what());
    response_.reset();  // a worker tries, and says what is wrong
  } catch (...) {
    log::error("{}: answering {} at once threw something unknown", request_.id, request_.target);
    response_.reset();
  }
  return response_.has_value();
}

void HttpSession::call_handler(const std::stop_token& stop) {
  // The client left while the request waited in the queue: nobody would read the answer.
  if (stop.stop_requested()) {
    response_ = overloaded(request_.id);
    return;
  }
  try {
    response_ = context_->handler(request_, stop);
  } catch (const std::exception& exception) {
    log::error("{}: the handler of {} threw: {}", request_.id, request_.target, exception.what());
    response_ = make_problem(500, "internal", "an internal error; the server's log has more", request_.id);
  } catch (...) {
    log::error("{}: the handler of {} threw something unknown", request_.id, request_.target);
    response_ = make_problem(500, "internal", "an internal error; the server's log has more", request_.id);
  }
}

asio::awaitable<bool> HttpSession::run_elsewhere(WorkerQueue* queue, std::function<void()> work) {
  elsewhere_done_ = false;
  std::function<void()> task = [self = shared_from_this(), work = std::move(work)]() mutable {
    work();
    HttpSession* const session = self.get();
    asio::post(session->wake_.get_executor(), [self = std::move(self)] {
      self->elsewhere_done_ = true;
      self->wake_.cancel();
    });
  };
  if (!queue->try_submit(std::move(task))) co_return false;
  while (!elsewhere_done_) {
    error_code ignored;
    co_await wake_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }
  co_return true;
}

asio::awaitable<bool> HttpSession::send_response() {
  const Clock::duration stall = context_->options.send_stall_timeout;
  enter(Phase::kSending, stall);
  const auto* feed_body = std::get_if<std::shared_ptr<TextFeed>>(&response_->body);
  const std::shared_ptr<TextFeed> feed = feed_body != nullptr ? *feed_body : nullptr;
  keep_alive_ = keep_alive_ && !draining_ && feed == nullptr;
  const std::string_view connection = !keep_alive_ ? "close" : http_1_0_ ? "keep-alive" : "";
  Response response = std::move(*response_);
  response_.reset();
  std::string head =
      format_response_head(response, format_http_date(std::chrono::system_clock::now()), connection, request_.id);
  const bool with_body = request_.method != "HEAD" && status_has_body(response.status);
  Transfer transfer(std::move(head), with_body ? std::move(response.body) : Body());
  const bool sent = co_await send(&transfer);
  if (feed == nullptr) co_return sent;
  if (sent && with_body) co_return co_await send_feed(feed);
  feed->abandon();
  co_return sent;
}

asio::awaitable<bool> HttpSession::send(Transfer* transfer) {
  const Clock::duration stall = context_->options.send_stall_timeout;
  enter(Phase::kSending, stall);
  int steps = 0;
  while (!cut_ && !timed_out_) {
    error_code error;
    switch (transfer->step(socket_.native_handle())) {
      case Transfer::Step::kDone:
        co_return true;
      case Transfer::Step::kFailed:
        co_return false;
      case Transfer::Step::kProgress:
        enter(Phase::kSending, stall);
        if (++steps % kStepsPerTurn == 0) co_await asio::post(asio::use_awaitable);
        break;
      case Transfer::Step::kBlocked:
        co_await socket_.async_wait(asio::socket_base::wait_write, asio::redirect_error(asio::use_awaitable, error));
        break;
      case Transfer::Step::kCold: {
        deadline_ = Clock::time_point::max();  // a slow disk is not the client's fault
        std::function<void()> work = [transfer] { transfer->warm(); };
        const bool accepted = co_await run_elsewhere(context_->file_readers, std::move(work));
        if (!accepted) co_return false;
        enter(Phase::kSending, stall);
        break;
      }
    }
  }
  co_return false;
}

asio::awaitable<bool> HttpSession::send_feed(std::shared_ptr<TextFeed> feed) {
  feed->on_change(
      [self = shared_from_this()] { asio::post(self->wake_.get_executor(), [self] { self->wake_.cancel(); }); });
  const bool sent = co_await send_feed_text(feed.get());
  feed->abandon();
  co_return sent;
}

// A change between take() and the wait is not missed: its cancel() is posted to this thread and so comes after both.
asio::awaitable<bool> HttpSession::send_feed_text(TextFeed* feed) {
  for (;;) {
    TextFeed::Taken taken = feed->take();
    if (taken.text.empty() && !taken.ended) {
      phase_ = Phase::kStreaming;
      wake_.expires_after(feed->keep_alive().interval);
      error_code error;
      co_await wake_.async_wait(asio::redirect_error(asio::use_awaitable, error));
      if (cut_ || draining_ || client_left_) co_return false;
      if (error) continue;  // something changed
      taken.text = feed->keep_alive().text;
    }
    Transfer transfer(std::move(taken.text), Body());
    const bool sent = co_await send(&transfer);
    if (!sent || taken.ended) co_return sent;
    if (draining_) co_return false;
  }
}

// Closing while the client still sends would reset the connection and could destroy the answer before it is read:
// say that nothing more comes, then read until the client has seen it.
asio::awaitable<void> HttpSession::linger() {
  enter(Phase::kClosing, kLingerTime);
  error_code error;
  socket_.shutdown(asio::ip::tcp::socket::shutdown_send, error);
  std::size_t total = 0;
  while (!error && !draining_ && total < kLingerBytes) {
    buffer_.clear();
    const auto space = buffer_.prepare(std::min(buffer_.max_size(), kReadBytes));
    total += co_await socket_.async_read_some(space, asio::redirect_error(asio::use_awaitable, error));
  }
}

HttpSession::Incoming HttpSession::refuse(int status, std::string detail) {
  refusal_ = Refusal{.status = status, .detail = std::move(detail)};
  return Incoming::kRefused;
}

// Reading stopped before the request was whole.
HttpSession::Incoming HttpSession::interrupted() {
  if (!timed_out_ || cut_ || phase_ == Phase::kIdle) return Incoming::kClosed;
  timed_out_ = false;
  return refuse(408, "the request did not arrive in time");
}

Response HttpSession::refusal_response() const {
  return make_problem(refusal_->status, code_of(refusal_->status), refusal_->detail, request_.id);
}

void HttpSession::enter(Phase phase, Clock::duration limit) {
  phase_ = phase;
  deadline_ = Clock::now() + limit;
}

bool HttpSession::client_has_gone() {
  pollfd state{.fd = socket_.native_handle(), .events = POLLRDHUP, .revents = 0};
  return ::poll(&state, 1, 0) > 0;
}

void HttpSession::sweep(Clock::time_point now) {
  error_code ignored;
  if (phase_ == Phase::kHandling) {
    if (!stop_.stop_requested() && client_has_gone()) stop_.request_stop();
  } else if (phase_ == Phase::kStreaming) {
    client_left_ = client_left_ || client_has_gone();
    if (client_left_) wake_.cancel();
  } else if (now > deadline_) {
    timed_out_ = true;
    socket_.cancel(ignored);
  }
}

void HttpSession::drain() {
  draining_ = true;
  error_code ignored;
  if (phase_ == Phase::kIdle || phase_ == Phase::kClosing) socket_.cancel(ignored);
  if (phase_ == Phase::kStreaming) wake_.cancel();
}

void HttpSession::cut() {
  cut_ = true;
  keep_alive_ = false;
  stop_.request_stop();
  error_code ignored;
  if (phase_ == Phase::kStreaming) wake_.cancel();
  socket_.close(ignored);
}

}  // namespace beamport::net
