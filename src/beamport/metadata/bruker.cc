// SPDX-License-Identifier: Apache-2.0
// The log of a Bruker/SkyScan scanner, and of NRecon behind it (_rec.log): INI, CRLF, units in the names of the keys.
// Names differ between versions in their capitals and their words, so they are compared without regard to case.
//
//   [System]          Scanner=SkyScan1272, Instrument S/N, Camera Pixel Size (um), Camera X/Y Ratio, …
//   [Acquisition]     Number Of Files=  471, Source Voltage (kV), Exposure (ms)=1175, Frame Averaging=ON (3),
//                     Study Date and Time=14 Mar 2023  09h:00m:40s    or    Jul 20, 2023  11:26:30,
//                     Scan duration=0h:54m:2s                         or    01:11:47, …
//   [Reconstruction]  only when there was one: Program Version=Version: 1.7.1.0, First Section, Sections Count,
//                     Total reconstruction time (788 slices) in seconds=13.000000, …

#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

#include "beamport/metadata/dialect.h"
#include "beamport/metadata/moment.h"
#include "beamport/metadata/reading.h"

namespace beamport::metadata {
namespace {

// Places in lower case.
constexpr std::array kRules = std::to_array<Rule>({
    {"[system] scanner", "instrument"},
    {"[system] instrument s/n", "instrument_serial"},
    {"[system] software", "control_software"},
    {"[system] software version", "control_software"},
    {"[system] source type", "source_type"},
    {"[system] camera", "detector_model"},
    {"[system] camera type", "detector_model"},
    {"[system] camera pixel size (um)", "detector_pixel_size", "um"},
    {"[system] cameraxyratio", "detector_pixel_aspect"},
    {"[system] camera x/y ratio", "detector_pixel_aspect"},
    {"[user] user name", "user_account"},
    {"[acquisition] data directory", "source_files"},
    {"[acquisition] filename prefix", "file_prefix"},
    {"[acquisition] number of files", "projection_count"},
    {"[acquisition] source voltage (kv)", "tube_voltage", "kV"},
    {"[acquisition] source current (ua)", "tube_current", "uA"},
    {"[acquisition] camera binning", "binning"},
    {"[acquisition] image rotation", "frame_rotation", "deg"},
    {"[acquisition] rotation direction", "rotation_direction"},
    {"[acquisition] image pixel size (um)", "effective_pixel_size_x", "um"},
    {"[acquisition] object to source (mm)", "source_sample_distance", "mm"},
    {"[acquisition] camera to source (mm)", "source_detector_distance", "mm"},
    {"[acquisition] optical axis (line)", "optical_axis_row", "px"},
    {"[acquisition] filter", "attenuator"},
    {"[acquisition] depth (bits)", "bit_depth"},
    {"[acquisition] exposure (ms)", "exposure_time", "ms"},
    {"[acquisition] rotation step (deg)", "angle_step", "deg"},
    {"[acquisition] ff updating interval", "flat_interval"},
    {"[acquisition] scanning trajectory", "scan_trajectory"},
    {"[acquisition] type of motion", "scan_motion"},
    {"[acquisition] type of detector motion", "scan_motion"},
    {"[acquisition] vertical object position (mm)", "motor_position.vertical", "mm"},
    {"[reconstruction] reconstruction program", "recon_software"},
    {"[reconstruction] reconstruction servers", "recon_host"},
    {"[reconstruction] dataset directory", "recon_inputs"},
    {"[reconstruction] reconstruction angular range (deg)", "recon_angular_range", "deg"},
    {"[reconstruction] first section", "recon_first_slice"},
    {"[reconstruction] last section", "recon_last_slice"},
    {"[reconstruction] ring artifact correction", "ring_method"},
    {"[reconstruction] smoothing", "smoothing"},
    {"[reconstruction] filter type description", "recon_filter"},
    {"[reconstruction] postalignment", "rotation_axis_shift", "px"},
    {"[reconstruction] pixel size (um)", "voxel_size_x", "um"},
    {"[reconstruction] minimum for cs to image conversion", "grey_minimum"},
    {"[reconstruction] maximum for cs to image conversion", "grey_maximum"},
});

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

bool sniff(std::string_view file_name, std::string_view head) {
  if (!lower(file_name).ends_with(".log")) return false;
  if (head.starts_with("\xEF\xBB\xBF")) head.remove_prefix(3);
  return head.starts_with("[System]") && head.find("\nScanner=") != std::string_view::npos;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_letter(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

struct Words {
  std::vector<int> numbers;
  std::vector<std::string> letters;
};

/// The runs of digits and of letters, apart.
Words words_of(std::string_view text) {
  constexpr std::size_t kMaxDigits = 6;
  Words words;
  while (!text.empty()) {
    std::size_t end = 0;
    if (is_digit(text.front())) {
      int number = 0;
      for (; end < text.size() && is_digit(text[end]); ++end) {
        if (end < kMaxDigits) number = number * 10 + (text[end] - '0');
      }
      words.numbers.push_back(end > kMaxDigits ? -1 : number);
    } else if (is_letter(text.front())) {
      while (end < text.size() && is_letter(text[end])) ++end;
      words.letters.emplace_back(text.substr(0, end));
    } else {
      end = 1;
    }
    text.remove_prefix(end);
  }
  return words;
}

std::optional<Moment> moment_in(std::string_view text) {
  const Words words = words_of(text);
  const auto month = std::ranges::find_if(words.letters, [](const std::string& word) { return month_named(word) > 0; });
  if (month == words.letters.end() || words.numbers.size() != 5) return std::nullopt;
  const auto says = [&](const char* word) {
    return std::ranges::any_of(words.letters, [&](const std::string& letters) { return lower(letters) == word; });
  };
  int hour = words.numbers[2];
  if (says("pm") && hour < 12) hour += 12;
  if (says("am") && hour == 12) hour = 0;
  return moment_of({words.numbers[1], month_named(*month), words.numbers[0], hour, words.numbers[3], words.numbers[4]});
}

std::optional<double> seconds_in(std::string_view text) {
  const Words words = words_of(text);
  if (words.numbers.size() != 3) return std::nullopt;
  for (const int number : words.numbers) {
    if (number < 0) return std::nullopt;
  }
  return words.numbers[0] * 3600.0 + words.numbers[1] * 60.0 + words.numbers[2];
}

/// The statements of a log by their places in lower case.
class Log {
 public:
  explicit Log(Reading& reading) : reading_(reading) {
    for (std::string& place : reading.places_below("[")) {
      std::string key = lower(place);
      places_.try_emplace(std::move(key), std::move(place));
    }
  }

  /// As the file spells it; empty when it is not there.
  [[nodiscard]] std::string place(std::string_view key) const {
    const auto found = places_.find(key);
    return found == places_.end() ? std::string() : found->second;
  }

  [[nodiscard]] std::optional<std::string> text(std::string_view key) const { return reading_.text(place(key)); }
  [[nodiscard]] std::optional<double> number(std::string_view key) const { return reading_.number(place(key)); }

  void put(std::string_view field, Datum datum, std::string_view unit, std::initializer_list<std::string_view> keys,
           Known known = Known::kRead) {
    std::vector<std::string> spelled;
    for (const std::string_view key : keys) spelled.push_back(place(key));
    const std::vector<std::string_view> views(spelled.begin(), spelled.end());
    reading_.put(field, std::move(datum), unit, views, known);
  }

  void take(const Rule& rule) { reading_.take({place(rule.place), rule.field, rule.unit}); }

  /// The first key that begins so.
  [[nodiscard]] std::string key_beginning(std::string_view prefix) const {
    const auto found = places_.lower_bound(prefix);
    return found != places_.end() && found->first.starts_with(prefix) ? found->first : std::string();
  }

 private:
  Reading& reading_;
  std::map<std::string, std::string, std::less<>> places_;
};

void read_acquisition(Log& log) {
  constexpr std::string_view kStart = "[acquisition] study date and time";
  constexpr std::string_view kDuration = "[acquisition] scan duration";
  constexpr std::string_view kAveraging = "[acquisition] frame averaging";
  constexpr std::string_view kPrefix = "[acquisition] filename prefix";
  constexpr std::string_view kPosition = "[acquisition] scanning position";
  if (const auto text = log.text(kStart)) {
    if (const auto moment = moment_in(*text)) log.put("acquisition_start", *moment, "", {kStart});
  }
  if (const auto text = log.text(kDuration)) {
    if (const auto seconds = seconds_in(*text)) log.put("acquisition_duration", *seconds, "s", {kDuration});
  }
  if (const auto text = log.text(kAveraging)) {
    const Words words = words_of(*text);  // "ON (3)", "OFF"
    if (*text == "OFF") log.put("frames_averaged", 1.0, "", {kAveraging});
    if (words.numbers.size() == 1 && words.numbers[0] > 0) {
      log.put("frames_averaged", static_cast<double>(words.numbers[0]), "", {kAveraging});
    }
  }
  if (const auto text = log.text(kPrefix)) log.put("dataset_name", *text, "", {kPrefix}, Known::kDerived);
  if (const auto text = log.text(kPosition)) {
    if (const auto quantity = parse_quantity(*text)) {
      log.put("motor_position.vertical", quantity->number, quantity->unit, {kPosition});
    }
  }
}

void read_geometry(Log& log) {
  constexpr std::string_view kObject = "[acquisition] object to source (mm)";
  constexpr std::string_view kCamera = "[acquisition] camera to source (mm)";
  constexpr std::string_view kRows = "[acquisition] number of rows";
  constexpr std::string_view kColumns = "[acquisition] number of columns";
  constexpr std::string_view kCount = "[acquisition] number of files";
  constexpr std::string_view kStep = "[acquisition] rotation step (deg)";
  const auto object = log.number(kObject);
  const auto camera = log.number(kCamera);
  if (object && camera && *object > 0) {
    log.put("detector_distances", Numbers{*camera - *object}, "mm", {kObject, kCamera}, Known::kDerived);
    log.put("magnification", *camera / *object, "", {kObject, kCamera}, Known::kDerived);
  }
  const auto rows = log.number(kRows);
  const auto columns = log.number(kColumns);
  if (rows && columns) log.put("detector_shape", Numbers{*rows, *columns}, "px", {kRows, kColumns});
  const auto count = log.number(kCount);
  const auto step = log.number(kStep);
  if (count && step) log.put("angle_range", *count * *step, "deg", {kCount, kStep}, Known::kDerived);
}

void read_reconstruction(Log& log) {
  constexpr std::string_view kProgram = "[reconstruction] reconstruction program";
  constexpr std::string_view kVersion = "[reconstruction] program version";
  constexpr std::string_view kTime = "[reconstruction] time and date";
  constexpr std::string_view kHardening = "[reconstruction] beam hardening correction (%)";
  constexpr std::string_view kPixel = "[reconstruction] pixel size (um)";
  constexpr std::string_view kStep = "[reconstruction] section to section step";
  constexpr std::string_view kCount = "[reconstruction] sections count";
  constexpr std::string_view kHeight = "[reconstruction] result image height (pixels)";
  constexpr std::string_view kWidth = "[reconstruction] result image width (pixels)";
  constexpr std::string_view kFileType = "[reconstruction] result file type";
  const bool reconstructed = !log.place(kProgram).empty();
  if (reconstructed) {
    log.put("dataset_type", "derived", "", {kProgram}, Known::kDerived);
  } else {
    log.put("dataset_type", "raw", "", {}, Known::kDerived);
    return;
  }
  if (auto version = log.text(kVersion)) {
    constexpr std::string_view kWord = "Version: ";
    if (version->starts_with(kWord)) version->erase(0, kWord.size());
    log.put("recon_version", *version, "", {kVersion});
  }
  if (const auto text = log.text(kTime)) {
    if (const auto moment = moment_in(*text)) log.put("recon_time", *moment, "", {kTime});
  }
  const std::string duration = log.key_beginning("[reconstruction] total reconstruction time");
  if (duration.ends_with("in seconds")) log.take({duration, "recon_duration", "s"});
  if (const auto text = log.text(kHardening)) log.put("beam_hardening", *text + " %", "", {kHardening});
  if (const auto pixel = log.number(kPixel)) {
    log.put("voxel_size_y", *pixel, "um", {kPixel}, Known::kDerived);
    if (const auto step = log.number(kStep)) {
      log.put("voxel_size_z", *pixel * *step, "um", {kPixel, kStep}, Known::kDerived);
    }
  }
  const auto count = log.number(kCount);
  const auto height = log.number(kHeight);
  const auto width = log.number(kWidth);
  if (count && height && width) {
    log.put("volume_shape", Numbers{*count, *height, *width}, "px", {kCount, kHeight, kWidth});
  }
  if (log.text(kFileType) == "BMP") log.put("voxel_type", "uint8", "", {kFileType}, Known::kDerived);
}

Result<Record> read(const image::PositionalReader& file) {
  BEAMPORT_ASSIGN(const std::string text, read_text(file));
  Reading reading(kBrukerDialect.name, file.name());
  state_ini(reading, text);
  Log log(reading);
  read_acquisition(log);
  read_geometry(log);
  read_reconstruction(log);
  for (const Rule& rule : kRules) log.take(rule);
  return reading.finish();
}

}  // namespace

const Dialect kBrukerDialect{"bruker", "Bruker/SkyScan log", &sniff, &read};

}  // namespace beamport::metadata
