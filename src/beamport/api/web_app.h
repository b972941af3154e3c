// SPDX-License-Identifier: Apache-2.0
#pragma once

// The web front end as a table of files inside the program.
// Immutable afterwards, thread-safe. The bytes of the table must outlive the object.

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "beamport/base/bytes.h"
#include "beamport/net/http_message.h"

namespace beamport::api {

struct EmbeddedFile {
  std::string_view path;  // "index.html", "assets/index-1a2b3c4d.js"
  ByteView bytes;
};

class WebApp {
 public:
  explicit WebApp(std::span<const EmbeddedFile> files);

  struct File {
    ByteView bytes;
    std::string content_type;
    std::string etag;  // as on the wire
  };
  /// Null when there is none.
  [[nodiscard]] const File* find(std::string_view path) const;

 private:
  std::map<std::string, File, std::less<>> files_;
};

/// By the ending of the name; "application/octet-stream" for what is not known.
[[nodiscard]] std::string_view content_type_of(std::string_view path) noexcept;

}  // namespace beamport::api
