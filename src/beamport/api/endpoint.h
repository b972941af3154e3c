// SPDX-License-Identifier: Apache-2.0
#pragma once

// One row of the endpoint table: method, path template, types, permission, words and handler. From the rows come the
// router, the checks of parameters and permission, and the OpenAPI document, so that none of them can disagree.
//
//   json_endpoint({.method = "GET", .path = "/api/beamport/v1/datasets/{id}", .operation_id = "getDataset", …},
//                 &get_dataset)      with  JsonAnswer<Dataset> get_dataset(const Call&, const DatasetPath&)
//
// Path templates: a segment is text, or captures between pieces of text ("{ty}.{format}"); "{key...}" at the end takes
// all the rest. Rows are built once and then only read.

#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "beamport/api/parameter_decode.h"
#include "beamport/api/permission.h"
#include "beamport/api/problem.h"
#include "beamport/api/request_body.h"
#include "beamport/base/json_encode.h"
#include "beamport/base/json_schema.h"
#include "beamport/net/http_message.h"
#include "beamport/net/target.h"

namespace beamport::api {

struct Services;  // services.h: what handlers work with

struct Call {
  const net::Request& request;
  const net::Target& target;
  const Principal& principal;
  Services& services;
  std::stop_token stop;
};

using Answer = tl::expected<net::Response, Problem>;
template <typename T>
using JsonAnswer = tl::expected<T, Problem>;

/// How long a client may keep a good answer.
enum class Caching : std::uint8_t {
  kRevalidate,  // no-cache with an ETag
  kImmutable,   // the URL names the data's version
};

struct EndpointText {
  std::string_view method;
  std::string_view path;
  std::string_view operation_id;  // stays the same for ever: client code is named after it
  std::string_view tag;           // the resource
  std::string_view summary;
  std::string_view description{};
  Permission permission = Permission::kUndeclared;
  Caching caching = Caching::kRevalidate;
  ExtraQuery extra_query = ExtraQuery::kRefused;
  bool open_to_other_sites = false;  // CORS
  bool documented = true;            // part of the OpenAPI document
  std::vector<int> problems{};       // statuses worth a mention; any other one may come as well
};

struct ParameterText {
  std::string name;
  bool required = false;
  bool is_sequence = false;
  std::string description;
  Json schema;
};

struct Endpoint {
  EndpointText text;
  std::vector<std::string_view> media_types;
  std::function<std::vector<ParameterText>(SchemaBook&)> parameters;
  std::function<Json(SchemaBook&)> request_schema;   // empty: the request has no body
  std::function<Json(SchemaBook&)> response_schema;  // empty: the answer is not JSON
  std::function<Answer(const Call&, const PathParameters&)> handler;
  std::function<std::optional<Answer>(const Call&, const PathParameters&)> at_once;  // may be empty
};

/// "no-cache", or a year and immutable.
[[nodiscard]] std::string_view cache_control_of(Caching caching) noexcept;

/// 200 with that text, not to be kept: what an act led to.
[[nodiscard]] net::Response json_outcome(std::string text);

/// 200 with that text and an ETag made from it, or 304.
[[nodiscard]] net::Response json_response(const net::Request& request, std::string text, Caching caching);

struct NoParameters {};
BOOST_DESCRIBE_STRUCT(NoParameters, (), ())
constexpr auto notes_of(const NoParameters* /*unused*/) {
  return type_notes("NoParameters", "");
}

template <DescribedStruct Parameters>
[[nodiscard]] std::vector<ParameterText> parameter_texts(SchemaBook& book) {
  std::vector<ParameterText> texts;
  for_each_member<Parameters>([&](auto member) {
    using Field = std::remove_cvref_t<decltype(std::declval<Parameters&>().*member.pointer)>;
    FieldNote note = note_on<Parameters>(member.name);
    ParameterText text;
    text.name = member.name;
    text.description = note.text;
    note.text = {};
    if constexpr (OptionalType<Field>) {
      using Value = typename OptionalTraits<Field>::Value;
      text.schema = book.schema_of<Value>(SchemaUse::kRequest, note);
      text.is_sequence = SequenceType<Value>;
    } else {
      text.schema = book.schema_of<Field>(SchemaUse::kRequest, note);
      text.is_sequence = SequenceType<Field>;
      text.required = true;
    }
    texts.push_back(std::move(text));
  });
  return texts;
}

/// An endpoint whose handler makes the whole response (bytes, files, pages).
template <DescribedStruct Parameters>
[[nodiscard]] Endpoint content_endpoint(EndpointText text, std::vector<std::string_view> media_types,
                                        Answer (*handler)(const Call&, const Parameters&)) {
  Endpoint endpoint;
  endpoint.media_types = std::move(media_types);
  endpoint.parameters = &parameter_texts<Parameters>;
  endpoint.handler = [handler, extra = text.extra_query](const Call& call, const PathParameters& path) -> Answer {
    auto parameters = decode_parameters<Parameters>(path, call.target, extra);
    if (!parameters) return tl::unexpected(std::move(parameters).error());
    return handler(call, *parameters);
  };
  endpoint.text = std::move(text);
  return endpoint;
}

/// The endpoint with a second handler, which answers on the network thread or, when it would have to wait, not at all.
template <DescribedStruct Parameters>
[[nodiscard]] Endpoint with_prompt_handler(Endpoint endpoint,
                                           std::optional<Answer> (*handler)(const Call&, const Parameters&)) {
  endpoint.at_once = [handler, extra = endpoint.text.extra_query](const Call& call,
                                                                  const PathParameters& path) -> std::optional<Answer> {
    auto parameters = decode_parameters<Parameters>(path, call.target, extra);
    if (!parameters) return std::nullopt;
    return handler(call, *parameters);
  };
  return endpoint;
}

/// An endpoint that answers a described struct as JSON.
template <DescribedStruct Parameters, DescribedStruct Reply>
[[nodiscard]] Endpoint json_endpoint(EndpointText text, JsonAnswer<Reply> (*handler)(const Call&, const Parameters&)) {
  Endpoint endpoint;
  endpoint.media_types = {"application/json"};
  endpoint.parameters = &parameter_texts<Parameters>;
  endpoint.response_schema = [](SchemaBook& book) { return book.schema_of<Reply>(SchemaUse::kResponse); };
  endpoint.handler = [handler, extra = text.extra_query, caching = text.caching](const Call& call,
                                                                                 const PathParameters& path) -> Answer {
    auto parameters = decode_parameters<Parameters>(path, call.target, extra);
    if (!parameters) return tl::unexpected(std::move(parameters).error());
    auto reply = handler(call, *parameters);
    if (!reply) return tl::unexpected(std::move(reply).error());
    return json_response(call.request, write_json(encode_json(*reply)), caching);
  };
  endpoint.text = std::move(text);
  return endpoint;
}

/// An endpoint that does something: takes nothing but its parameters and answers a described struct as JSON.
template <DescribedStruct Parameters, DescribedStruct Reply>
[[nodiscard]] Endpoint act_endpoint(const EndpointText& text,
                                    JsonAnswer<Reply> (*handler)(const Call&, const Parameters&)) {
  Endpoint endpoint = json_endpoint(text, handler);
  endpoint.handler = [handler, extra = text.extra_query](const Call& call, const PathParameters& path) -> Answer {
    auto parameters = decode_parameters<Parameters>(path, call.target, extra);
    if (!parameters) return tl::unexpected(std::move(parameters).error());
    auto reply = handler(call, *parameters);
    if (!reply) return tl::unexpected(std::move(reply).error());
    return json_outcome(write_json(encode_json(*reply)));
  };
  return endpoint;
}

/// The same with one described struct as the request's body.
template <DescribedStruct Parameters, DescribedStruct Body, DescribedStruct Reply>
[[nodiscard]] Endpoint body_endpoint(EndpointText text,
                                     JsonAnswer<Reply> (*handler)(const Call&, const Parameters&, const Body&)) {
  Endpoint endpoint;
  endpoint.media_types = {"application/json"};
  endpoint.parameters = &parameter_texts<Parameters>;
  endpoint.request_schema = [](SchemaBook& book) { return book.schema_of<Body>(SchemaUse::kRequest); };
  endpoint.response_schema = [](SchemaBook& book) { return book.schema_of<Reply>(SchemaUse::kResponse); };
  endpoint.handler = [handler, extra = text.extra_query](const Call& call, const PathParameters& path) -> Answer {
    auto parameters = decode_parameters<Parameters>(path, call.target, extra);
    if (!parameters) return tl::unexpected(std::move(parameters).error());
    auto body = decode_body<Body>(call.request);
    if (!body) return tl::unexpected(std::move(body).error());
    auto reply = handler(call, *parameters, *body);
    if (!reply) return tl::unexpected(std::move(reply).error());
    return json_outcome(write_json(encode_json(*reply)));
  };
  endpoint.text = std::move(text);
  return endpoint;
}

}  // namespace beamport::api
