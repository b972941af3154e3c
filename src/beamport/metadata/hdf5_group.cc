// SPDX-License-Identifier: Apache-2.0
// Links of a group: see hdf5_file.h for where they are.
//
//   fractal heap   a space of bytes in which link messages lie; it is laid out in rows of `width` blocks, rows 0 and 1
//                  of the starting size, each further row of twice the size before. One block alone has no rows. Rows
//                  beyond the largest direct block hold indirect blocks, which are laid out in the same way.
//   heap id        u8 (bits 4-5: 0 in the space, 2 in the id itself), offset in the space, length
//   B-tree         "BTHD" … root; leaf "BTLF": records of hash u32 and heap id; node "BTIN": records, then children

#include <algorithm>
#include <bit>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "beamport/metadata/byte_cursor.h"
#include "beamport/metadata/hdf5_file.h"

namespace beamport::metadata {
namespace {

constexpr std::uint16_t kLinkInfo = 0x02;
constexpr std::uint16_t kLink = 0x06;
constexpr std::uint16_t kSymbolTable = 0x11;
constexpr int kMaxLevels = 16;

using Links = std::vector<Hdf5Link>;

/// A link message; nothing for a kind of link that is not known.
std::optional<Hdf5Link> parse_link(ByteView bytes, std::size_t offset_bytes) {
  ByteCursor cursor(bytes);
  if (cursor.number(1) != 1) return std::nullopt;
  const std::uint64_t flags = cursor.number(1);
  const std::uint64_t kind = (flags & 0x08U) != 0 ? cursor.number(1) : 0;
  if ((flags & 0x04U) != 0) cursor.skip(8);
  if ((flags & 0x10U) != 0) cursor.skip(1);
  const std::uint64_t name_bytes = cursor.number(std::size_t{1} << (flags & 3U));
  if (name_bytes > cursor.left()) return std::nullopt;
  Hdf5Link link;
  link.name = cursor.text(static_cast<std::size_t>(name_bytes));
  if (kind == 0) {
    link.address = cursor.number(offset_bytes);
  } else if (kind == 1) {
    link.kind = Hdf5Link::Kind::kSoft;
    link.target = cursor.text(static_cast<std::size_t>(cursor.number(2)));
  } else if (kind == 64) {
    link.kind = Hdf5Link::Kind::kExternal;
    const std::string both = cursor.text(static_cast<std::size_t>(cursor.number(2)));
    const std::string_view names = std::string_view(both).substr(std::min<std::size_t>(1, both.size()));
    const std::string_view file = until_nul(names);
    link.target = fmt::format("{}:{}", file, until_nul(names.substr(std::min(file.size() + 1, names.size()))));
  } else {
    return std::nullopt;
  }
  return cursor.failed() ? std::nullopt : std::optional(std::move(link));
}

/// Names of an old group and their objects.
class SymbolTable {
 public:
  SymbolTable(Hdf5File& file, Links& links) : file_(file), links_(links) {}

  Result<void> read(std::uint64_t tree, std::uint64_t heap) {
    const std::uint64_t header_bytes = 8 + 2 * file_.length_bytes() + file_.offset_bytes();
    BEAMPORT_ASSIGN(const Bytes header, file_.read_signed_block(heap, header_bytes, "HEAP"));
    ByteCursor cursor(header);
    cursor.skip(8);
    const std::uint64_t names_bytes = cursor.number(file_.length_bytes());
    cursor.skip(file_.length_bytes());
    const std::uint64_t names = cursor.number(file_.offset_bytes());
    BEAMPORT_ASSIGN(names_, file_.read_block(names, names_bytes));
    return read_node(tree, 0);
  }

 private:
  Result<void> read_node(std::uint64_t address, int depth) {
    if (depth > kMaxLevels || !seen_.insert(address).second) return file_.corrupt(address, "a B-tree goes round");
    const std::uint64_t head_bytes = 8 + 2 * file_.offset_bytes();
    BEAMPORT_ASSIGN(const Bytes head, file_.read_signed_block(address, head_bytes, "TREE"));
    ByteCursor cursor(head);
    cursor.skip(5);
    const std::uint64_t level = cursor.number(1);
    const std::uint64_t children = cursor.number(2);
    const std::uint64_t pair_bytes = file_.length_bytes() + file_.offset_bytes();
    BEAMPORT_ASSIGN(const Bytes pairs, file_.read_block(address + head_bytes, children * pair_bytes));
    ByteCursor each(pairs);
    for (std::uint64_t i = 0; i < children; ++i) {
      each.skip(file_.length_bytes());
      const std::uint64_t child = each.number(file_.offset_bytes());
      BEAMPORT_TRY(level > 0 ? read_node(child, depth + 1) : read_table(child));
    }
    return {};
  }

  Result<void> read_table(std::uint64_t address) {
    BEAMPORT_ASSIGN(const Bytes head, file_.read_signed_block(address, 8, "SNOD"));
    ByteCursor cursor(head);
    cursor.skip(6);
    const std::uint64_t count = cursor.number(2);
    const std::uint64_t entry_bytes = 2 * file_.offset_bytes() + 24;
    BEAMPORT_ASSIGN(const Bytes entries, file_.read_block(address + 8, count * entry_bytes));
    ByteCursor each(entries);
    for (std::uint64_t i = 0; i < count && links_.size() < file_.limits().max_links; ++i) {
      Hdf5Link link;
      link.name = name_at(each.number(file_.offset_bytes()));
      link.address = each.number(file_.offset_bytes());
      const std::uint64_t cached = each.number(4);
      each.skip(4);
      const std::uint64_t target = each.number(4);
      each.skip(12);
      if (cached == 2) {
        link.kind = Hdf5Link::Kind::kSoft;
        link.target = name_at(target);
      }
      links_.push_back(std::move(link));
    }
    return {};
  }

  [[nodiscard]] std::string name_at(std::uint64_t offset) const {
    const std::string_view names = as_text(names_);
    if (offset >= names.size()) return {};
    return std::string(until_nul(names.substr(static_cast<std::size_t>(offset))));
  }

  Hdf5File& file_;
  Links& links_;
  Bytes names_;
  std::set<std::uint64_t> seen_;
};

std::uint64_t bytes_for(std::uint64_t number) {
  return (static_cast<std::uint64_t>(std::bit_width(number)) + 7) / 8;
}

class FractalHeap {
 public:
  static Result<FractalHeap> open(Hdf5File& file, std::uint64_t address) {
    const std::size_t length = file.length_bytes();
    const std::size_t offset = file.offset_bytes();
    BEAMPORT_ASSIGN(const Bytes bytes, file.read_signed_block(address, 22 + 12 * length + 3 * offset, "FRHP"));
    FractalHeap heap(file);
    ByteCursor cursor(bytes);
    cursor.skip(5 + 2);
    const std::uint64_t filter_bytes = cursor.number(2);
    cursor.skip(1);
    const std::uint64_t max_object = cursor.number(4);
    cursor.skip(length + offset + length + offset + 8 * length);
    heap.width_ = cursor.number(2);
    heap.start_bytes_ = cursor.number(length);
    heap.max_direct_bytes_ = cursor.number(length);
    heap.offset_bits_ = cursor.number(2);
    cursor.skip(2);
    heap.root_ = cursor.number(offset);
    heap.root_rows_ = cursor.number(2);
    const bool sizes_fit = std::has_single_bit(heap.start_bytes_) && std::has_single_bit(heap.max_direct_bytes_) &&
                           heap.start_bytes_ <= heap.max_direct_bytes_;
    if (cursor.failed() || filter_bytes != 0 || heap.width_ == 0 || heap.width_ > 4096 || !sizes_fit ||
        heap.offset_bits_ == 0 || heap.offset_bits_ > 64 || heap.root_rows_ > 64) {
      return file.corrupt(address, "a fractal heap of a kind that is not read");
    }
    heap.length_bytes_ = std::min(bytes_for(heap.max_direct_bytes_ - 1), bytes_for(max_object));
    return heap;
  }

  /// The bytes of an object by its id.
  Result<Bytes> read(ByteView id) {
    ByteCursor cursor(id);
    const std::uint64_t flags = cursor.number(1);
    const std::uint64_t kind = (flags >> 4U) & 3U;
    if (kind == 2) {
      const ByteView tiny = cursor.take(std::min<std::size_t>((flags & 0x0FU) + 1, cursor.left()));
      return Bytes(tiny.begin(), tiny.end());
    }
    const std::uint64_t place = cursor.number((static_cast<std::size_t>(offset_bits_) + 7) / 8);
    const std::uint64_t length = cursor.number(static_cast<std::size_t>(length_bytes_));
    if (cursor.failed() || kind != 0) return file_->corrupt(root_, "an object of a fractal heap that is not read");
    if (root_rows_ == 0) return read_in(root_, start_bytes_, place, length);
    return read_below(root_, root_rows_, place, length, 0);
  }

 private:
  explicit FractalHeap(Hdf5File& file) : file_(&file) {}

  Result<Bytes> read_in(std::uint64_t block, std::uint64_t block_bytes, std::uint64_t place, std::uint64_t length) {
    if (place > block_bytes || length > block_bytes - place) return file_->corrupt(block, "an object leaves its block");
    BEAMPORT_TRY(file_->read_signed_block(block, 4, "FHDB"));
    return file_->read_block(block + place, length);
  }

  Result<Bytes> read_below(std::uint64_t block, std::uint64_t rows, std::uint64_t place, std::uint64_t length,
                           int depth) {
    if (depth > kMaxLevels) return file_->corrupt(block, "a fractal heap is too deep");
    const std::uint64_t direct_rows =
        static_cast<std::uint64_t>(std::bit_width(max_direct_bytes_) - std::bit_width(start_bytes_)) + 2;
    std::uint64_t entry = block + 5 + file_->offset_bytes() + (offset_bits_ + 7) / 8;
    BEAMPORT_TRY(file_->read_signed_block(block, 4, "FHIB"));
    for (std::uint64_t row = 0; row < rows && row < 64; ++row) {
      const std::uint64_t shift = row == 0 ? 0 : row - 1;
      if (shift >= static_cast<std::uint64_t>(std::countl_zero(start_bytes_))) break;
      const std::uint64_t block_bytes = start_bytes_ << shift;
      const std::uint64_t column = place / block_bytes;
      if (column >= width_) {
        place -= width_ * block_bytes;
        entry += width_ * file_->offset_bytes();
        continue;
      }
      BEAMPORT_ASSIGN(const Bytes child,
                      file_->read_block(entry + column * file_->offset_bytes(), file_->offset_bytes()));
      const std::uint64_t address = ByteCursor(child).number(file_->offset_bytes());
      if (!file_->is_defined(address)) break;
      if (row < direct_rows) return read_in(address, block_bytes, place % block_bytes, length);
      const auto child_rows = static_cast<std::uint64_t>(std::bit_width(block_bytes / (start_bytes_ * width_)));
      return read_below(address, child_rows, place % block_bytes, length, depth + 1);
    }
    return file_->corrupt(block, "an object lies outside of its fractal heap");
  }

  Hdf5File* file_;
  std::uint64_t width_ = 0;
  std::uint64_t start_bytes_ = 0;
  std::uint64_t max_direct_bytes_ = 0;
  std::uint64_t offset_bits_ = 0;
  std::uint64_t length_bytes_ = 0;
  std::uint64_t root_ = 0;
  std::uint64_t root_rows_ = 0;
};

/// The links of a new group with many of them.
class DenseLinks {
 public:
  DenseLinks(Hdf5File& file, Links& links) : file_(file), links_(links) {}

  Result<void> read(std::uint64_t heap_address, std::uint64_t tree) {
    BEAMPORT_ASSIGN(heap_, FractalHeap::open(file_, heap_address));
    const std::size_t offset = file_.offset_bytes();
    BEAMPORT_ASSIGN(const Bytes bytes, file_.read_signed_block(tree, 18 + offset + file_.length_bytes(), "BTHD"));
    ByteCursor cursor(bytes);
    cursor.skip(6);
    node_bytes_ = cursor.number(4);
    record_bytes_ = cursor.number(2);
    const std::uint64_t depth = cursor.number(2);
    cursor.skip(2);
    const std::uint64_t root = cursor.number(offset);
    const std::uint64_t records = cursor.number(2);
    if (record_bytes_ <= 4 || node_bytes_ < 32) return file_.corrupt(tree, "a B-tree of a kind that is not read");
    if (depth > 1) {
      return fail(ErrorCode::kUnsupported, fmt::format("HDF5 at byte {}: a group with very many links", tree));
    }
    if (!file_.is_defined(root)) return {};
    return depth == 0 ? read_leaf(root, records) : read_branch(root, records);
  }

 private:
  Result<void> read_records(ByteView bytes, std::uint64_t count) {
    ByteCursor cursor(bytes);
    for (std::uint64_t i = 0; i < count && links_.size() < file_.limits().max_links; ++i) {
      cursor.skip(4);
      const ByteView id = cursor.take(static_cast<std::size_t>(record_bytes_ - 4));
      if (cursor.failed()) return file_.corrupt(0, "records of a B-tree are cut off");
      BEAMPORT_ASSIGN(const Bytes message, heap_->read(id));
      if (auto link = parse_link(message, file_.offset_bytes())) links_.push_back(std::move(*link));
    }
    return {};
  }

  Result<void> read_leaf(std::uint64_t address, std::uint64_t records) {
    BEAMPORT_ASSIGN(const Bytes bytes, file_.read_signed_block(address, 6 + records * record_bytes_, "BTLF"));
    return read_records(ByteView(bytes).subspan(6), records);
  }

  Result<void> read_branch(std::uint64_t address, std::uint64_t records) {
    const std::uint64_t count_bytes = bytes_for((node_bytes_ - 10) / record_bytes_);
    const std::uint64_t child_bytes = file_.offset_bytes() + count_bytes;
    BEAMPORT_ASSIGN(const Bytes bytes, file_.read_signed_block(
                                           address, 6 + records * record_bytes_ + (records + 1) * child_bytes, "BTIN"));
    BEAMPORT_TRY(read_records(ByteView(bytes).subspan(6), records));
    ByteCursor children(ByteView(bytes).subspan(static_cast<std::size_t>(6 + records * record_bytes_)));
    for (std::uint64_t i = 0; i <= records; ++i) {
      const std::uint64_t child = children.number(file_.offset_bytes());
      BEAMPORT_TRY(read_leaf(child, children.number(static_cast<std::size_t>(count_bytes))));
    }
    return {};
  }

  Hdf5File& file_;
  Links& links_;
  std::optional<FractalHeap> heap_;
  std::uint64_t node_bytes_ = 0;
  std::uint64_t record_bytes_ = 0;
};

}  // namespace

Result<std::vector<Hdf5Link>> Hdf5File::read_links(const Hdf5Object& group) {
  Links links;
  for (const Hdf5Message& message : group) {
    if (message.shared) continue;
    ByteCursor cursor(message.data);
    if (message.type == kSymbolTable) {
      const std::uint64_t tree = cursor.number(offset_bytes_);
      const std::uint64_t heap = cursor.number(offset_bytes_);
      if (cursor.failed()) return corrupt(0, "a symbol table message is cut off");
      BEAMPORT_TRY(SymbolTable(*this, links).read(tree, heap));
    } else if (message.type == kLink && links.size() < limits_.max_links) {
      if (auto link = parse_link(message.data, offset_bytes_)) links.push_back(std::move(*link));
    } else if (message.type == kLinkInfo) {
      cursor.skip(1);
      if ((cursor.number(1) & 1U) != 0) cursor.skip(8);
      const std::uint64_t heap = cursor.number(offset_bytes_);
      const std::uint64_t tree = cursor.number(offset_bytes_);
      if (cursor.failed()) return corrupt(0, "a link info message is cut off");
      if (is_defined(heap) && is_defined(tree)) BEAMPORT_TRY(DenseLinks(*this, links).read(heap, tree));
    }
  }
  return links;
}

}  // namespace beamport::metadata
