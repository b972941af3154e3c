// SPDX-License-Identifier: Apache-2.0
#include "configuration.h"

#include <algorithm>
#include <limits>
#include <set>
#include <tuple>
#include <utility>

#include "configuration_value.h"
#include "quantity.h"
#include <fmt/format.h>
#include <fmt/ranges.h>

#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.h>

namespace beamport::app {
namespace {

constexpr std::size_t kMaxNameBytes = 64;

FilePlace place_of(const toml::source_region& region) {
  return {region.begin.line, region.begin.column};
}

std::string_view type_name_of(const toml::node& node) {
  switch (node.type()) {
    case toml::node_type::string:
      return "text";
    case toml::node_type::integer:
      return "a whole number";
    case toml::node_type::floating_point:
      return "a number with a point";
    case toml::node_type::boolean:
      return "true or false";
    case toml::node_type::array:
      return "a list";
    case toml::node_type::table:
      return "a section";
    default:
      return "a date or time";
  }
}

/// Reads the settings of one section; what is not asked for is unknown.
class Section {
  // Above its users, because its type is deduced.
  template <typename T>
  const auto* find(std::string_view key, std::string_view wanted) {
    known_.insert(std::string(key));
    parsed_.asked_for.insert(full(key));
    const toml::node* node = table_.get(key);
    using Found = std::remove_pointer_t<decltype(node->as<T>())>;
    if (node == nullptr) return static_cast<Found*>(nullptr);
    parsed_.places[full(key)] = place_of(node->source());
    Found* found = node->as<T>();
    if (found == nullptr) complain(key, fmt::format("must be {}, not {}", wanted, type_name_of(*node)));
    return found;
  }

 public:
  Section(const toml::table& table, std::string name, ParsedConfiguration& parsed)
      : table_(table), name_(std::move(name)), parsed_(parsed) {}

  void read(std::string_view key, std::string& to) {
    if (const auto* text = find<std::string>(key, "text in quotes")) to = text->get();
  }

  void read(std::string_view key, bool& to) {
    if (const auto* flag = find<bool>(key, "true or false")) to = flag->get();
  }

  template <typename T>
  void read(std::string_view key, T& to, std::int64_t low, std::int64_t high) {
    const auto* number = find<std::int64_t>(key, "a whole number");
    if (number == nullptr) return;
    if (number->get() < low || number->get() > high) {
      complain(key, fmt::format("must be from {} to {}", low, high));
    } else {
      to = static_cast<T>(number->get());
    }
  }

  void read_size(std::string_view key, std::int64_t& to, std::int64_t low) {
    read_with(key, to, "a size with its unit in quotes, such as \"4 GiB\"", [&](std::string_view text) {
      auto size = parse_size(text);
      if (size && *size < low)
        size = fail(ErrorCode::kInvalidArgument,
                    fmt::format("must be at least {}", format_bytes(static_cast<double>(low))));
      return size;
    });
  }

  void read_duration(std::string_view key, std::chrono::milliseconds& to) {
    read_with(key, to, "a time with its unit in quotes, such as \"30 s\"", [](std::string_view text) {
      auto time = parse_duration(text);
      constexpr std::chrono::milliseconds kLongest = std::chrono::hours(24 * 365);
      if (time && (time->count() < 1 || *time > kLongest)) {
        time = fail(ErrorCode::kInvalidArgument, "must be from 1 ms to 365 d");
      }
      return time;
    });
  }

  /// "never" is 0.
  void read_duration_or_never(std::string_view key, std::chrono::milliseconds& to) {
    const auto* text = table_.get_as<std::string>(key);
    if (text == nullptr || text->get() != "never") return read_duration(key, to);
    std::string never;
    read(key, never);
    to = std::chrono::milliseconds(0);
  }

  void read_path(std::string_view key, std::filesystem::path& to, const std::filesystem::path& directory) {
    std::string text;
    read(key, text);
    if (!has(key)) return;
    if (text.find('\0') != std::string::npos) {
      complain(key, "is no path");
    } else if (!text.empty()) {
      to = (directory / text).lexically_normal();
      if (!to.has_filename() && to.has_parent_path() && to != to.root_path()) to = to.parent_path();
    }
  }

  void read_list(std::string_view key, std::vector<std::string>& to) {
    const auto* list = find<toml::array>(key, "a list of texts, such as [\"a\", \"b\"]");
    if (list == nullptr) return;
    to.clear();
    for (const toml::node& item : *list) {
      if (const auto* text = item.as_string()) {
        to.push_back(text->get());
      } else {
        parsed_.complain(place_of(item.source()),
                         fmt::format("{} must have texts in quotes, not {}", full(key), type_name_of(item)));
      }
    }
  }

  template <typename T>
  void choose(std::string_view key, T& to, std::initializer_list<std::pair<std::string_view, T>> choices) {
    const auto* text = find<std::string>(key, "text in quotes");
    if (text == nullptr) return;
    std::vector<std::string_view> names;
    for (const auto& [name, value] : choices) {
      if (name == text->get()) {
        to = value;
        return;
      }
      names.push_back(name);
    }
    complain(key,
             fmt::format("is \"{}\"; choose {}{}", text->get(), fmt::join(names, ", "), guess(text->get(), names)));
  }

  /// Text that `parse` turns into a T, or explains.
  template <typename T, typename Parse>
  void read_with(std::string_view key, T& to, std::string_view wanted, Parse parse) {
    const auto* text = find<std::string>(key, wanted);
    if (text == nullptr) return;
    if (auto value = parse(std::string_view(text->get()))) {
      to = std::move(*value);
    } else {
      complain(key, fmt::format(": {}", value.error().message));
    }
  }

  [[nodiscard]] bool has(std::string_view key) const { return table_.contains(key); }

  [[nodiscard]] FilePlace place() const { return place_of(table_.source()); }

  void require(std::string_view key) {
    known_.insert(std::string(key));
    if (!has(key)) parsed_.complain(place(), fmt::format("{} needs {}", heading(), key));
  }

  void complain(std::string_view key, std::string_view what) {
    const toml::node* node = table_.get(key);
    const bool is_sentence = !what.starts_with(':');
    parsed_.complain(node != nullptr ? place_of(node->source()) : place(),
                     fmt::format("{}{}{}", full(key), is_sentence ? " " : "", what));
  }

  /// A section inside this one, or null.
  [[nodiscard]] const toml::table* section(std::string_view key) { return find<toml::table>(key, "a section"); }
  [[nodiscard]] const toml::array* sections(std::string_view key) {
    return find<toml::array>(key, fmt::format("sections, each beginning with [[{}]]", key));
  }

  /// Call last.
  void refuse_unknown() {
    const std::vector<std::string_view> known(known_.begin(), known_.end());
    for (const auto& [key, node] : table_) {
      if (known_.contains(std::string(key.str()))) continue;
      const std::string place = name_.empty() ? "" : " in " + heading();
      parsed_.complain(place_of(key.source()),
                       fmt::format("there is no setting '{}'{}{}", key.str(), place, guess(key.str(), known)));
    }
  }

  /// "root[0].path"
  [[nodiscard]] std::string full(std::string_view key) const {
    return name_.empty() ? std::string(key) : fmt::format("{}.{}", name_, key);
  }

 private:
  [[nodiscard]] std::string heading() const {
    const std::size_t index = name_.find('[');
    return index == std::string::npos ? fmt::format("[{}]", name_) : fmt::format("[[{}]]", name_.substr(0, index));
  }

  static std::string guess(std::string_view wrong, std::span<const std::string_view> known) {
    const std::string_view nearest = nearest_name(wrong, known);
    return nearest.empty() ? "" : fmt::format("; did you mean {}?", nearest);
  }

  const toml::table& table_;
  const std::string name_;
  ParsedConfiguration& parsed_;
  std::set<std::string> known_;
};

class Parser {
 public:
  Parser(ParsedConfiguration& parsed, const std::filesystem::path& directory)
      : parsed_(parsed), directory_(directory), all_(parsed.configuration) {}

  void read(const toml::table& table) {
    Section top(table, "", parsed_);
    read_section(top, "server", &Parser::read_server);
    read_section(top, "ingest", &Parser::read_ingest);
    read_section(top, "scrub", &Parser::read_scrub);
    read_section(top, "log", &Parser::read_log);
    read_section(top, "metrics", &Parser::read_metrics);
    read_section(top, "accounts", &Parser::read_accounts);
    read_sections(top, "root", &Parser::read_root);
    read_sections(top, "token", &Parser::read_token);
    top.refuse_unknown();
  }

 private:
  void read_section(Section& top, std::string_view name, void (Parser::*read_one)(Section&)) {
    if (const toml::table* table = top.section(name)) {
      Section section(*table, std::string(name), parsed_);
      (this->*read_one)(section);
      section.refuse_unknown();
    }
  }

  void read_sections(Section& top, std::string_view name, void (Parser::*read_one)(Section&)) {
    const toml::array* list = top.sections(name);
    if (list == nullptr) return;
    std::size_t index = 0;
    for (const toml::node& node : *list) {
      if (const toml::table* table = node.as_table()) {
        Section section(*table, fmt::format("{}[{}]", name, index), parsed_);
        (this->*read_one)(section);
        section.refuse_unknown();
      } else {
        parsed_.complain(place_of(node.source()), fmt::format("write [[{}]] and its settings below it", name));
      }
      ++index;
    }
  }

  void read_server(Section& s) {
    ServerSettings& to = all_.server;
    s.read("address", to.address);
    s.read("port", to.port, 0, std::numeric_limits<std::uint16_t>::max());
    s.read_path("data", to.data, directory_);
    s.read("threads", to.threads, 0, 1024);
    s.read_size("cache", to.cache_bytes, 1 << 20);
    s.read_list("host_names", to.host_names);
    s.read("cors_origin", to.cors_origin);
    s.read("allow_anonymous", to.allow_anonymous);
  }

  void read_ingest(Section& s) {
    IngestSettings& to = all_.ingest;
    s.read("parallel", to.parallel, 1, 64);
    s.read_size("memory", to.memory_bytes, 64 << 20);
    s.read("workers", to.workers, 0, 1024);
    s.read_size("reserve", to.reserve_bytes, 0);
    s.read_duration("settle", to.settle);
    s.read_duration("patience", to.patience);
  }

  void read_scrub(Section& s) {
    ScrubSettings& to = all_.scrub;
    s.read_duration_or_never("every", to.every);
    s.read("share", to.share, 1, 100);
  }

  void read_log(Section& s) {
    using enum log::Level;
    s.choose("level", all_.log.level, {{"debug", kDebug}, {"info", kInfo}, {"warning", kWarning}, {"error", kError}});
    s.choose("style", all_.log.style, {{"plain", log::Style::kPlain}, {"json", log::Style::kJson}});
  }

  void read_metrics(Section& s) {
    s.read("enabled", all_.metrics.enabled);
    s.read("anonymous", all_.metrics.anonymous);
  }

  void read_accounts(Section& s) {
    AccountSettings& to = all_.accounts;
    s.read("enabled", to.enabled);
    s.read("facility", to.facility);
    s.read("beamline", to.beamline);
    if (to.facility.empty()) s.complain("facility", "is empty");
    if (to.beamline.empty()) s.complain("beamline", "is empty");
  }

  void read_root(Section& s) {
    RootSettings to{.pattern = *ingest::ScanPattern::compile("<year>/<user>/<YYYYMMDD>/<scan>"),
                    .settle = all_.ingest.settle,
                    .patience = all_.ingest.patience};
    s.require("name");
    s.require("path");
    s.read("name", to.name);
    if (s.has("name")) check_name(s, to.name, all_.roots);
    s.read_path("path", to.path, directory_);
    if (s.has("path") && to.path.empty()) s.complain("path", "is empty");
    s.read_with("pattern", to.pattern, "text in quotes", ingest::ScanPattern::compile);
    s.read("slices", to.slices);
    if (to.slices.empty() || to.slices.find('/') != std::string::npos) {
      s.complain("slices", "must be a pattern of file names, such as \"rec_*\"");
    }
    s.read("marker", to.marker);
    if (to.marker.find('/') != std::string::npos) s.complain("marker", "must be the name of a file, not a path");
    read_policy(s, to);
    read_conversion(s, to);
    s.read_duration("settle", to.settle);
    s.read_duration("patience", to.patience);
    s.read("listen", to.listen);
    s.read_duration("shortest_period", to.shortest_period);
    s.read_duration("longest_period", to.longest_period);
    if (to.shortest_period > to.longest_period) s.complain("shortest_period", "is longer than longest_period");
    s.read("follow_links", to.follow_links);
    all_.roots.push_back(std::move(to));
  }

  void read_policy(Section& s, RootSettings& to) {
    using enum SourcePolicy;
    s.choose("source", to.source,
             {{"keep", kKeep}, {"delete-after-verify", kDeleteAfterVerify}, {"archive", kArchive}});
    s.read_path("archive", to.archive, directory_);
    if (to.source == kArchive && to.archive.empty()) {
      s.complain("source", "is \"archive\", but `archive` does not say where");
    } else if (to.source != kArchive && !to.archive.empty()) {
      s.complain("archive", "is given, but source is not \"archive\"");
    }
  }

  void read_conversion(Section& s, RootSettings& to) {
    using zarr::ProfileName;
    s.choose("profile", to.profile,
             {{"live", ProfileName::kLive}, {"small", ProfileName::kSmall}, {"raw", ProfileName::kRaw}});
    s.choose("gaps", to.gaps, {{"refuse", image::GapPolicy::kRefuse}, {"close", image::GapPolicy::kClose}});
    std::optional<DataType> type;
    s.choose("dtype", type, {{"keep", std::nullopt}, {"uint16", DataType::kUint16}, {"uint8", DataType::kUint8}});
    if (type) to.type_change = ingest::TypeChange{*type, std::nullopt};
    std::string window = "percentile";
    s.read("window", window);
    if (window == "percentile") return;
    const auto values = parse_window(window);
    if (!to.type_change) {
      s.complain("window", "needs dtype \"uint16\" or \"uint8\": it says which values become black and white");
    } else if (!values) {
      s.complain("window", fmt::format("is \"{}\"; give black and white as \"lo,hi\", or \"percentile\"", window));
    } else {
      to.type_change->window = *values;
    }
  }

  void read_token(Section& s) {
    TokenSettings to;
    s.require("name");
    s.read("name", to.name);
    if (s.has("name")) check_name(s, to.name, all_.tokens);
    s.read("secret", to.secret);
    std::filesystem::path file;
    s.read_path("file", file, directory_);
    parsed_.has_secret = parsed_.has_secret || !to.secret.empty();
    if (to.secret.empty() == file.empty()) {
      parsed_.complain(s.place(), "a [[token]] needs its secret in `file` or in `secret`, and not in both");
    }
    if (!file.empty()) parsed_.token_files.push_back({all_.tokens.size(), file});
    all_.tokens.push_back(std::move(to));
  }

  template <typename T>
  static void check_name(Section& s, const std::string& name, const std::vector<T>& others) {
    const bool is_plain = !name.empty() && name.size() <= kMaxNameBytes && std::ranges::all_of(name, [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    });
    if (!is_plain) {
      s.complain("name", fmt::format("must be 1 to {} of a-z, A-Z, 0-9, - and _", kMaxNameBytes));
    } else if (std::ranges::find(others, name, &T::name) != others.end()) {
      s.complain("name", fmt::format("\"{}\" is taken already", name));
    }
  }

  ParsedConfiguration& parsed_;
  const std::filesystem::path& directory_;
  Configuration& all_;
};

}  // namespace

FilePlace ParsedConfiguration::place_of(const std::string& setting) const {
  const auto found = places.find(setting);
  return found == places.end() ? FilePlace{} : found->second;
}

void ParsedConfiguration::complain(FilePlace place, std::string message, bool may_pass) {
  problems.push_back({place, std::move(message), may_pass});
}

void ParsedConfiguration::sort_problems() {
  std::ranges::sort(problems, {}, [](const ConfigurationProblem& problem) {
    return std::tuple(problem.place.line, problem.place.column, std::string_view(problem.message));
  });
}

ParsedConfiguration parse_configuration(std::string_view text, const std::filesystem::path& directory) {
  ParsedConfiguration parsed;
  const toml::parse_result result = toml::parse(text);
  if (!result) {
    parsed.complain(place_of(result.error().source()),
                    fmt::format("this is no TOML: {}", result.error().description()));
    return parsed;
  }
  Parser(parsed, directory).read(result.table());
  parsed.sort_problems();
  return parsed;
}

}  // namespace beamport::app
