// SPDX-License-Identifier: Apache-2.0
#pragma once

// Finds the endpoint for a method and a path in a tree of segments. Text wins over captures, captures over "the rest".
// Building it checks the table: a row without a declared permission, with a name that no parameter has, or that another
// row already covers is an error, and the server does not start. Immutable afterwards, thread-safe.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "beamport/api/endpoint.h"
#include "beamport/base/result.h"

namespace beamport::api {

class Router {
 public:
  /// Fails with kFailedPrecondition or kInvalidArgument, naming the route.
  [[nodiscard]] static Result<Router> build(std::vector<Endpoint> endpoints);

  Router(Router&&) noexcept;
  Router& operator=(Router&&) noexcept;
  Router(const Router&) = delete;
  Router& operator=(const Router&) = delete;
  ~Router();

  struct Found {
    const Endpoint* endpoint = nullptr;  // null: nothing there, or not with that method
    PathParameters path;
    std::vector<std::string> allow;    // methods of this path; empty: there is no such path
    bool open_to_other_sites = false;  // any of them
  };

  /// HEAD is found as GET. OPTIONS has no endpoint: the caller answers it from `allow`.
  [[nodiscard]] Found find(std::string_view method, const net::Target& target) const;

  [[nodiscard]] const std::vector<Endpoint>& endpoints() const noexcept { return *endpoints_; }

 private:
  struct Node;
  Router(std::unique_ptr<const std::vector<Endpoint>> endpoints, std::unique_ptr<const Node> root);

  std::unique_ptr<const std::vector<Endpoint>> endpoints_;
  std::unique_ptr<const Node> root_;
};

}  // namespace beamport::api
