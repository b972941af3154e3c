// SPDX-License-Identifier: Apache-2.0
#include "beamport/api/parameter_decode.h"

#include <fmt/format.h>

namespace beamport::api::parameter_detail {

const std::string* find_in(const PathParameters& path, std::string_view name) noexcept {
  for (const auto& [key, value] : path) {
    if (key == name) return &value;
  }
  return nullptr;
}

Problem wrong_path_value(std::string_view name, const DecodeError& error) {
  Problem problem = not_found(fmt::format("There is nothing at this address: {} {}.", name, error.reason));
  problem.field = name;
  return problem;
}

Problem wrong_query_value(std::string_view name, const DecodeError& error) {
  return {.status = 400,
          .code = "invalid_parameter",
          .detail = fmt::format("The query parameter {} {}.", name, error.reason),
          .field = std::string(name),
          .headers = {}};
}

Problem unknown_query(std::string_view name) {
  return wrong_query_value(name, DecodeError{"", "is not known here"});
}

std::vector<std::string_view> split_at_commas(std::string_view text) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t comma = text.find(',');
    parts.push_back(text.substr(0, comma));
    if (comma == std::string_view::npos) return parts;
    text.remove_prefix(comma + 1);
  }
}

}  // namespace beamport::api::parameter_detail
