// SPDX-License-Identifier: Apache-2.0
#include "beamport/api/openapi.h"

#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include "beamport/api/path_template.h"
#include "beamport/api/routes.h"
#include "beamport/base/check.h"
#include "beamport/net/problem.h"

namespace beamport::api {
namespace {

/// OpenAPI has no captures over several segments: "{key...}" is written "{key}".
std::string documented_path(std::string_view path) {
  std::string text(path);
  if (const std::size_t dots = text.find("...}"); dots != std::string::npos) text.erase(dots, 3);
  return text;
}

std::set<std::string> path_names(std::string_view path) {
  const auto segments = parse_path_template(path);
  BEAMPORT_CHECK(segments.has_value());  // the router has accepted it
  std::set<std::string> names;
  for (const SegmentTemplate& segment : *segments)
    names.merge([&] {
      const auto list = segment.names();
      return std::set<std::string>(list.begin(), list.end());
    }());
  return names;
}

JsonArray parameters_of(const Endpoint& endpoint, SchemaBook& book) {
  const std::set<std::string> in_path = path_names(endpoint.text.path);
  JsonArray parameters;
  for (ParameterText& text : endpoint.parameters(book)) {
    const bool is_path = in_path.contains(text.name);
    JsonObject parameter{{"name", text.name}, {"in", is_path ? "path" : "query"}, {"required", text.required}};
    if (!text.description.empty()) parameter.emplace("description", text.description);
    if (text.is_sequence) {
      parameter.emplace("style", is_path ? "simple" : "form");
      parameter.emplace("explode", false);
    }
    parameter.emplace("schema", std::move(text.schema));
    parameters.push_back(std::move(parameter));
  }
  return parameters;
}

JsonObject content_of(const Endpoint& endpoint, SchemaBook& book) {
  JsonObject content;
  for (const std::string_view media_type : endpoint.media_types) {
    JsonObject form;
    if (endpoint.response_schema) {
      form.emplace("schema", endpoint.response_schema(book));
    } else if (media_type == "application/json") {
      form.emplace("schema", JsonObject{});
    } else {
      form.emplace("schema", JsonObject{{"type", "string"}, {"format", "binary"}});
    }
    content.emplace(media_type, std::move(form));
  }
  return content;
}

JsonObject operation_of(const Endpoint& endpoint, SchemaBook& book) {
  const EndpointText& text = endpoint.text;
  JsonObject operation{{"operationId", text.operation_id}, {"tags", JsonArray{text.tag}}, {"summary", text.summary}};
  if (!text.description.empty()) operation.emplace("description", text.description);
  operation.emplace("x-permission", name_of(text.permission));
  if (JsonArray parameters = parameters_of(endpoint, book); !parameters.empty()) {
    operation.emplace("parameters", std::move(parameters));
  }
  if (endpoint.request_schema) {
    operation.emplace(
        "requestBody",
        JsonObject{
            {"required", true},
            {"content", JsonObject{{"application/json", JsonObject{{"schema", endpoint.request_schema(book)}}}}}});
  }
  JsonObject responses;
  responses.emplace("200", JsonObject{{"description", "OK"}, {"content", content_of(endpoint, book)}});
  const JsonObject problem{{"$ref", "#/components/responses/Problem"}};
  for (const int status : text.problems) responses.emplace(fmt::format("{}", status), problem);
  responses.emplace("default", problem);
  operation.emplace("responses", std::move(responses));
  return operation;
}

JsonArray tags_of(std::span<const Endpoint> endpoints) {
  JsonArray tags;
  std::set<std::string_view> seen;
  for (const Endpoint& endpoint : endpoints) {
    if (endpoint.text.documented && seen.insert(endpoint.text.tag).second) {
      tags.push_back(JsonObject{{"name", endpoint.text.tag}});
    }
  }
  return tags;
}

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

}  // namespace

Json openapi_of(std::span<const Endpoint> endpoints, std::string_view version) {
  SchemaBook book("#/components/schemas/");
  JsonObject paths;
  for (const Endpoint& endpoint : endpoints) {
    if (!endpoint.text.documented) continue;
    JsonObject& path = paths.emplace(documented_path(endpoint.text.path), JsonObject{}).first->value().get_object();
    path.emplace(lower_case(endpoint.text.method), operation_of(endpoint, book));
  }
  const Json problem_schema = book.schema_of<ProblemDocument>(SchemaUse::kResponse);
  JsonObject problem{
      {"description", "The request failed; the document says why."},
      {"content", JsonObject{{"application/problem+json", JsonObject{{"schema", problem_schema}}}}},
  };
  JsonObject document{
      {"openapi", "3.1.0"},
      {"info", JsonObject{{"title", "Beamport"},
                          {"version", version},
                          {"description",
                           "Tomograms as slice tiles, bricks, voxels and plain OME-Zarr. Arrays of sizes are "
                           "[z, y, x]; lengths are in micrometres; numbers that are not finite are null."},
                          {"license", JsonObject{{"name", "Apache-2.0"}, {"identifier", "Apache-2.0"}}}}},
      {"servers", JsonArray{JsonObject{{"url", "/"}}}},
      {"security", JsonArray{}},
      {"tags", tags_of(endpoints)},
      {"paths", std::move(paths)},
      {"components",
       JsonObject{{"schemas", book.schemas()}, {"responses", JsonObject{{"Problem", std::move(problem)}}}}},
  };
  return document;
}

std::string openapi_document() {
  const std::vector<Endpoint> endpoints = all_endpoints();
  return write_json_pretty(openapi_of(endpoints, program_version()));
}

}  // namespace beamport::api
