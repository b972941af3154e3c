// SPDX-License-Identifier: Apache-2.0
// Values of datasets and attributes: see hdf5_file.h for where they are.
//
//   type    u8 class (low 4 bits) and version, u24 flags, u32 bytes of a value, then what the class needs
//           class 0 whole number, 1 float, 3 text of fixed length, 8 enumeration over a base type, 9 of any length
//   shape   version 1: version, rank, flags, 5 unused, extents; version 2: version, rank, flags, kind, extents
//   layout  version 3: 0 in the message, 1 at an address, 2 in chunks that a B-tree lists; version 4: 0 and 1 the same
//   text of any length: u32 bytes, address of a heap "GCOL", u32 number of the object in it

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "beamport/base/checked_math.h"
#include "beamport/metadata/byte_cursor.h"
#include "beamport/metadata/hdf5_file.h"

namespace beamport::metadata {
namespace {

constexpr std::uint16_t kDataspace = 0x01;
constexpr std::uint16_t kDatatype = 0x03;
constexpr std::uint16_t kLayout = 0x08;
constexpr std::uint16_t kFilters = 0x0B;
constexpr std::uint16_t kAttribute = 0x0C;
constexpr std::size_t kMaxRank = 32;
constexpr int kMaxLevels = 16;

struct Type {
  enum class Kind : std::uint8_t { kOther, kWhole, kFloat, kText, kLongText };

  Kind kind = Kind::kOther;
  bool is_signed = false;
  bool is_big = false;
  std::uint64_t bytes = 0;  // of one value
};

Type parse_type(ByteView bytes, int depth = 0) {
  ByteCursor cursor(bytes);
  const std::uint64_t type_class = cursor.number(1) & 0x0FU;
  const std::uint64_t flags = cursor.number(3);
  Type type;
  type.bytes = cursor.number(4);
  if (cursor.failed()) return {};
  const bool is_number_size = type.bytes == 1 || type.bytes == 2 || type.bytes == 4 || type.bytes == 8;
  if (type_class == 0 && is_number_size) {
    type.kind = Type::Kind::kWhole;
    type.is_big = (flags & 1U) != 0;
    type.is_signed = (flags & 8U) != 0;
  } else if (type_class == 1 && (type.bytes == 4 || type.bytes == 8) && (flags & 0x40U) == 0) {
    type.kind = Type::Kind::kFloat;
    type.is_big = (flags & 1U) != 0;
  } else if (type_class == 3 && type.bytes > 0) {
    type.kind = Type::Kind::kText;
  } else if (type_class == 8 && depth == 0) {
    const Type base = parse_type(cursor.rest(), depth + 1);
    if (base.kind == Type::Kind::kWhole && base.bytes == type.bytes) return base;
  } else if (type_class == 9 && (flags & 0x0FU) == 1) {
    type.kind = Type::Kind::kLongText;
  }
  return type;
}

std::string name_of(const Type& type) {
  switch (type.kind) {
    case Type::Kind::kWhole:
      return fmt::format("{}int{}", type.is_signed ? "" : "u", type.bytes * 8);
    case Type::Kind::kFloat:
      return fmt::format("float{}", type.bytes * 8);
    case Type::Kind::kText:
    case Type::Kind::kLongText:
      return "text";
    case Type::Kind::kOther:
      break;
  }
  return "other";
}

using Shape = std::vector<std::uint64_t>;

/// Nothing for a shape that holds no values or cannot be.
std::optional<Shape> parse_shape(ByteView bytes, std::size_t length_bytes) {
  ByteCursor cursor(bytes);
  const std::uint64_t version = cursor.number(1);
  const std::uint64_t rank = cursor.number(1);
  cursor.skip(1);
  if (version == 1) {
    cursor.skip(5);
  } else if (version != 2 || cursor.number(1) > 1) {
    return std::nullopt;
  }
  if (rank > kMaxRank) return std::nullopt;
  Shape shape;
  for (std::uint64_t i = 0; i < rank; ++i) shape.push_back(cursor.number(length_bytes));
  return cursor.failed() ? std::nullopt : std::optional(std::move(shape));
}

std::optional<std::uint64_t> count_of(const Shape& shape) {
  std::uint64_t count = 1;
  for (const std::uint64_t side : shape) {
    const auto product = checked_multiply(count, side);
    if (!product) return std::nullopt;
    count = *product;
  }
  return count;
}

double number_at(ByteView value, const Type& type) {
  std::array<std::byte, 8> ordered{};
  std::copy(value.begin(), value.end(), ordered.begin());
  if (type.is_big) std::reverse(ordered.begin(), ordered.begin() + static_cast<std::ptrdiff_t>(value.size()));
  const auto bits = load_little<std::uint64_t>(ordered);
  if (type.kind == Type::Kind::kFloat) {
    if (type.bytes == 4) return static_cast<double>(std::bit_cast<float>(static_cast<std::uint32_t>(bits)));
    return std::bit_cast<double>(bits);
  }
  const auto unused = static_cast<unsigned>(64 - type.bytes * 8);
  if (type.is_signed) return static_cast<double>(static_cast<std::int64_t>(bits << unused) >> unused);
  return static_cast<double>(bits);
}

std::string fixed_text(ByteView value) {
  std::string text(until_nul(as_text(value)));
  while (text.ends_with(' ')) text.pop_back();
  return text;
}

class ValueReader {
 public:
  explicit ValueReader(Hdf5File& file) : file_(file) {}

  /// All values, one after the other, as a datum.
  Result<std::optional<Datum>> datum_of(ByteView bytes, const Type& type, std::uint64_t count) {
    if (type.kind == Type::Kind::kWhole || type.kind == Type::Kind::kFloat) {
      Numbers numbers;
      for (std::uint64_t i = 0; i < count; ++i) {
        numbers.push_back(number_at(bytes.subspan(static_cast<std::size_t>(i * type.bytes), type.bytes), type));
      }
      if (numbers.size() == 1) return std::optional(Datum(numbers.front()));
      return std::optional(Datum(std::move(numbers)));
    }
    Texts texts;
    for (std::uint64_t i = 0; i < count; ++i) {
      const ByteView value = bytes.subspan(static_cast<std::size_t>(i * type.bytes), type.bytes);
      if (type.kind == Type::Kind::kText) {
        texts.push_back(fixed_text(value));
      } else {
        BEAMPORT_ASSIGN(std::string text, long_text(value));
        texts.push_back(std::move(text));
      }
    }
    if (texts.size() == 1) return std::optional(Datum(std::move(texts.front())));
    return std::optional(Datum(std::move(texts)));
  }

  /// The bytes of a dataset; nothing where they are stored in a way that is not read, or not at all.
  Result<std::optional<Bytes>> stored_bytes(ByteView layout, const Shape& shape, std::uint64_t total,
                                            std::uint64_t value_bytes) {
    ByteCursor cursor(layout);
    const std::uint64_t version = cursor.number(1);
    const std::uint64_t kind = cursor.number(1);
    if (version != 3 && version != 4) return std::nullopt;
    if (kind == 0) {
      const ByteView data = cursor.take(static_cast<std::size_t>(cursor.number(2)));
      if (data.size() < total) return std::nullopt;
      return std::optional(Bytes(data.begin(), data.begin() + static_cast<std::ptrdiff_t>(total)));
    }
    if (kind == 1) {
      const std::uint64_t address = cursor.number(file_.offset_bytes());
      if (cursor.failed() || !file_.is_defined(address)) return std::nullopt;
      BEAMPORT_ASSIGN(Bytes bytes, file_.read_block(address, total));
      return std::optional(std::move(bytes));
    }
    if (kind != 2 || version != 3 || shape.size() != 1) return std::nullopt;
    const std::uint64_t rank = cursor.number(1);
    const std::uint64_t tree = cursor.number(file_.offset_bytes());
    const std::uint64_t chunk = cursor.number(4);
    if (cursor.failed() || rank != 2 || chunk == 0 || !file_.is_defined(tree)) return std::nullopt;
    const auto chunk_bytes = checked_multiply(chunk, value_bytes);
    if (!chunk_bytes) return std::nullopt;
    Bytes bytes(static_cast<std::size_t>(total));
    BEAMPORT_TRY(gather_chunks(tree, *chunk_bytes, value_bytes, bytes, 0));
    return std::optional(std::move(bytes));
  }

 private:
  /// One-dimensional chunks without filters, by their B-tree.
  Result<void> gather_chunks(std::uint64_t address, std::uint64_t chunk_bytes, std::uint64_t value_bytes, Bytes& to,
                             int depth) {
    if (depth > kMaxLevels || !nodes_.insert(address).second) return file_.corrupt(address, "a B-tree goes round");
    const std::uint64_t head_bytes = 8 + 2 * file_.offset_bytes();
    BEAMPORT_ASSIGN(const Bytes head, file_.read_signed_block(address, head_bytes, "TREE"));
    ByteCursor cursor(head);
    cursor.skip(4);
    const std::uint64_t type = cursor.number(1);
    const std::uint64_t level = cursor.number(1);
    const std::uint64_t children = cursor.number(2);
    if (type != 1) return file_.corrupt(address, "is no B-tree of chunks");
    const std::uint64_t pair_bytes = 8 + 2 * 8 + file_.offset_bytes();
    BEAMPORT_ASSIGN(const Bytes pairs, file_.read_block(address + head_bytes, children * pair_bytes));
    ByteCursor each(pairs);
    for (std::uint64_t i = 0; i < children; ++i) {
      each.skip(8);
      const std::uint64_t first = each.number(8);
      each.skip(8);
      const std::uint64_t child = each.number(file_.offset_bytes());
      if (level > 0) {
        BEAMPORT_TRY(gather_chunks(child, chunk_bytes, value_bytes, to, depth + 1));
        continue;
      }
      const auto begin = checked_multiply(first, value_bytes);
      if (!begin || *begin >= to.size()) continue;
      const std::uint64_t length = std::min<std::uint64_t>(chunk_bytes, to.size() - *begin);
      BEAMPORT_ASSIGN(const Bytes chunk, file_.read_block(child, length));
      std::ranges::copy(chunk, to.begin() + static_cast<std::ptrdiff_t>(*begin));
    }
    return {};
  }

  Result<std::string> long_text(ByteView value) {
    ByteCursor cursor(value);
    const std::uint64_t length = cursor.number(4);
    const std::uint64_t heap = cursor.number(file_.offset_bytes());
    const std::uint64_t number = cursor.number(4);
    if (cursor.failed()) return file_.corrupt(0, "a text of any length is cut off");
    if (length == 0 || !file_.is_defined(heap) || heap == 0) return std::string();
    BEAMPORT_TRY(open_heap(heap));
    const auto object = heaps_[heap].find(number);
    if (object == heaps_[heap].end()) return file_.corrupt(heap, "a text is not in its heap");
    const std::string_view text = as_text(object->second);
    return std::string(
        until_nul(text.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(length, text.size())))));
  }

  Result<void> open_heap(std::uint64_t address) {
    if (heaps_.contains(address)) return {};
    const std::uint64_t prefix_bytes = 8 + file_.length_bytes();
    BEAMPORT_ASSIGN(const Bytes prefix, file_.read_signed_block(address, prefix_bytes, "GCOL"));
    ByteCursor size(prefix);
    size.skip(8);
    const std::uint64_t bytes = size.number(file_.length_bytes());
    if (bytes < prefix_bytes) return file_.corrupt(address, "a heap is shorter than its header");
    BEAMPORT_ASSIGN(const Bytes content, file_.read_block(address + prefix_bytes, bytes - prefix_bytes));
    auto& objects = heaps_[address];
    ByteCursor cursor(content);
    while (cursor.left() >= 8 + file_.length_bytes()) {
      const std::uint64_t number = cursor.number(2);
      cursor.skip(6);
      const std::uint64_t length = cursor.number(file_.length_bytes());
      if (number == 0 || length > cursor.left()) break;  // what is left is free
      const ByteView object = cursor.take(static_cast<std::size_t>(length));
      objects.emplace(number, Bytes(object.begin(), object.end()));
      cursor.skip(
          std::min<std::size_t>(cursor.left(), static_cast<std::size_t>(round_up<std::uint64_t>(length, 8) - length)));
    }
    return {};
  }

  Hdf5File& file_;
  std::map<std::uint64_t, std::map<std::uint64_t, Bytes>> heaps_;
  std::set<std::uint64_t> nodes_;
};

struct AttributeParts {
  std::string name;
  ByteView type;
  ByteView shape;
  ByteView data;
};

std::optional<AttributeParts> parse_attribute(ByteView bytes) {
  ByteCursor cursor(bytes);
  const std::uint64_t version = cursor.number(1);
  const std::uint64_t flags = cursor.number(1);
  if (version < 1 || version > 3 || (version > 1 && flags != 0)) return std::nullopt;  // shared types are elsewhere
  std::array<std::size_t, 3> sizes{};
  for (std::size_t& size : sizes) size = static_cast<std::size_t>(cursor.number(2));
  if (version == 3) cursor.skip(1);
  std::array<ByteView, 3> pieces;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    pieces[i] = cursor.take(sizes[i]);
    if (version == 1) cursor.skip(round_up<std::size_t>(sizes[i], 8) - sizes[i]);
  }
  if (cursor.failed()) return std::nullopt;
  return AttributeParts{std::string(until_nul(as_text(pieces[0]))), pieces[1], pieces[2], cursor.rest()};
}

/// The text of a scalar attribute of that name; empty when there is none.
Result<std::string> text_attribute(Hdf5File& file, const Hdf5Object& object, std::string_view name) {
  for (const Hdf5Message& message : object) {
    if (message.type != kAttribute || message.shared) continue;
    const auto parts = parse_attribute(message.data);
    if (!parts || parts->name != name) continue;
    const Type type = parse_type(parts->type);
    const auto shape = parse_shape(parts->shape, file.length_bytes());
    const bool is_text = type.kind == Type::Kind::kText || type.kind == Type::Kind::kLongText;
    if (!is_text || !shape || count_of(*shape) != 1U || parts->data.size() < type.bytes) continue;
    BEAMPORT_ASSIGN(const auto datum, ValueReader(file).datum_of(parts->data, type, 1));
    if (datum) return std::get<std::string>(*datum);
  }
  return std::string();
}

}  // namespace

Result<Hdf5Dataset> Hdf5File::read_dataset(const Hdf5Object& object) {
  Hdf5Dataset dataset;
  std::optional<Shape> shape;
  Type type;
  ByteView layout;
  bool filtered = false;
  for (const Hdf5Message& message : object) {
    if (message.type == kFilters) filtered = true;
    if (message.shared) continue;
    if (message.type == kDataspace) shape = parse_shape(message.data, length_bytes_);
    if (message.type == kDatatype) type = parse_type(message.data);
    if (message.type == kLayout) layout = message.data;
  }
  dataset.type = name_of(type);
  if (!shape) return dataset;
  dataset.shape = *shape;
  BEAMPORT_ASSIGN(dataset.unit, text_attribute(*this, object, "units"));
  const auto count = count_of(*shape);
  const bool is_list = std::ranges::count_if(*shape, [](std::uint64_t side) { return side != 1; }) <= 1;
  if (!count || *count == 0 || *count > limits_.max_values || !is_list || filtered) return dataset;
  const bool long_text_fits = type.kind != Type::Kind::kLongText || type.bytes == 8 + offset_bytes_;
  const auto total = checked_multiply(*count, type.bytes);
  if (type.kind == Type::Kind::kOther || !long_text_fits || !total || *total > limits_.max_block_bytes) return dataset;
  ValueReader reader(*this);
  BEAMPORT_ASSIGN(const auto bytes, reader.stored_bytes(layout, *shape, *total, type.bytes));
  if (!bytes) return dataset;
  BEAMPORT_ASSIGN(dataset.value, reader.datum_of(*bytes, type, *count));
  return dataset;
}

}  // namespace beamport::metadata
