// SPDX-License-Identifier: Apache-2.0
#include "beamport/api/router.h"

#include <algorithm>
#include <map>
#include <set>
#include <span>

#include <fmt/format.h>

#include "beamport/api/path_template.h"

namespace beamport::api {

struct Router::Node {
  struct Branch {
    SegmentTemplate segment;
    std::unique_ptr<Node> node;
  };
  std::map<std::string, std::unique_ptr<Node>, std::less<>> literals;
  std::vector<Branch> captures;  // in the order of the table
  std::vector<Branch> rest;      // at most one
  std::map<std::string, const Endpoint*, std::less<>> methods;
};

namespace {

std::string route_of(const Endpoint& endpoint) {
  return fmt::format("{} {}", endpoint.text.method, endpoint.text.path);
}

Failure wrong_table(const Endpoint& endpoint, std::string_view what) {
  return fail(ErrorCode::kInvalidArgument, fmt::format("endpoint {}: {}", route_of(endpoint), what));
}

/// Every capture is a required parameter of the handler.
Result<void> check_captures(const Endpoint& endpoint, std::span<const SegmentTemplate> segments) {
  SchemaBook book("");
  const std::vector<ParameterText> parameters = endpoint.parameters(book);
  std::set<std::string> seen;
  for (const SegmentTemplate& segment : segments) {
    for (const std::string& name : segment.names()) {
      const bool is_parameter = std::any_of(parameters.begin(), parameters.end(), [&](const ParameterText& parameter) {
        return parameter.name == name && parameter.required;
      });
      if (!is_parameter) return wrong_table(endpoint, fmt::format("{{{}}} is no required parameter", name));
      if (!seen.insert(name).second) return wrong_table(endpoint, fmt::format("{{{}}} occurs twice", name));
    }
  }
  return {};
}

Result<void> check_row(const Endpoint& endpoint) {
  if (endpoint.text.permission == Permission::kUndeclared) {
    return fail(ErrorCode::kFailedPrecondition,
                fmt::format("endpoint {} declares no permission; the server does not start", route_of(endpoint)));
  }
  if (endpoint.text.operation_id.empty()) return wrong_table(endpoint, "has no operation id");
  if (!endpoint.handler || !endpoint.parameters) return wrong_table(endpoint, "has no handler");
  const bool is_made_up = endpoint.text.method == "HEAD" || endpoint.text.method == "OPTIONS";
  if (endpoint.text.method.empty() || is_made_up) return wrong_table(endpoint, "has a method that is not its own");
  return {};
}

}  // namespace

Router::Router(std::unique_ptr<const std::vector<Endpoint>> endpoints, std::unique_ptr<const Node> root)
    : endpoints_(std::move(endpoints)), root_(std::move(root)) {}
Router::Router(Router&&) noexcept = default;
Router& Router::operator=(Router&&) noexcept = default;
Router::~Router() = default;

Result<Router> Router::build(std::vector<Endpoint> rows) {
  auto endpoints = std::make_unique<const std::vector<Endpoint>>(std::move(rows));
  auto root = std::make_unique<Node>();
  std::set<std::string_view> operation_ids;
  const auto branch_to = [](std::vector<Node::Branch>& branches, const SegmentTemplate& segment) {
    const auto same = std::find_if(branches.begin(), branches.end(),
                                   [&](const Node::Branch& branch) { return branch.segment.text() == segment.text(); });
    if (same != branches.end()) return same->node.get();
    branches.push_back({segment, std::make_unique<Node>()});
    return branches.back().node.get();
  };
  for (const Endpoint& endpoint : *endpoints) {
    BEAMPORT_TRY(check_row(endpoint));
    BEAMPORT_ASSIGN(const std::vector<SegmentTemplate> segments, parse_path_template(endpoint.text.path));
    BEAMPORT_TRY(check_captures(endpoint, segments));
    if (!operation_ids.insert(endpoint.text.operation_id).second) {
      return wrong_table(endpoint, fmt::format("operation id {} is taken", endpoint.text.operation_id));
    }
    Node* node = root.get();
    for (const SegmentTemplate& segment : segments) {
      if (const std::string* literal = segment.literal()) {
        auto& next = node->literals[*literal];
        if (!next) next = std::make_unique<Node>();
        node = next.get();
      } else {
        node = branch_to(segment.takes_the_rest() ? node->rest : node->captures, segment);
      }
    }
    if (!node->methods.emplace(endpoint.text.method, &endpoint).second) {
      return wrong_table(endpoint, "another row has the same method and path");
    }
  }
  return Router(std::move(endpoints), std::move(root));
}

namespace {

/// Walks the tree with backtracking: the first node that has methods wins.
template <typename Node>
const Node* walk(const Node& node, std::span<const std::string> segments, const net::Target& target,
                 PathParameters& path) {
  if (segments.empty() && !target.trailing_slash && !node.methods.empty()) return &node;
  if (!segments.empty()) {
    const auto rest = segments.subspan(1);
    if (const auto literal = node.literals.find(segments.front()); literal != node.literals.end()) {
      if (const Node* found = walk(*literal->second, rest, target, path)) return found;
    }
    for (const auto& branch : node.captures) {
      auto captures = branch.segment.match(segments.front());
      if (!captures) continue;
      const std::size_t before = path.size();
      path.insert(path.end(), std::make_move_iterator(captures->begin()), std::make_move_iterator(captures->end()));
      if (const Node* found = walk(*branch.node, rest, target, path)) return found;
      path.resize(before);
    }
  }
  if (node.rest.empty()) return nullptr;
  path.emplace_back(node.rest.front().segment.names().front(), fmt::format("{}", fmt::join(segments, "/")));
  return node.rest.front().node.get();
}

}  // namespace

Router::Found Router::find(std::string_view method, const net::Target& target) const {
  Found found;
  const Node* node = walk(*root_, std::span(target.segments), target, found.path);
  if (node == nullptr) return {};
  for (const auto& [name, endpoint] : node->methods) {
    found.allow.push_back(name);
    if (name == "GET") found.allow.emplace_back("HEAD");
    found.open_to_other_sites = found.open_to_other_sites || endpoint->text.open_to_other_sites;
  }
  found.allow.emplace_back("OPTIONS");
  const auto row = node->methods.find(method == "HEAD" ? "GET" : method);
  if (row != node->methods.end()) found.endpoint = row->second;
  return found;
}

}  // namespace beamport::api
