// SPDX-License-Identifier: Apache-2.0
// HDF5 files of scans: NeXus with or without the NXtomo definition, and Data Exchange (APS). Our own reader of the few
// parts of the format (hdf5_file.h), no library. Values that lie in other files are not followed: the note says where.
//
//   NeXus          /<entry>/{title, start_time, end_time, experiment_identifier, instrument/…, sample/…, …}, and the
//                  same again in a subentry (tomo_entry) for NXtomo: instrument/detector/image_key,
//                  sample/rotation_angle
//   Data Exchange  /exchange/{data, data_white, data_dark, theta}, /measurement/{instrument, sample}/…,
//                  /process/acquisition/{rotation, flat_fields, dark_fields}/…

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "beamport/metadata/dialect.h"
#include "beamport/metadata/hdf5_file.h"
#include "beamport/metadata/reading.h"

namespace beamport::metadata {
namespace {

constexpr std::size_t kMaxObjects = 20'000;
constexpr std::size_t kMaxDepth = 32;

/// By the end of the path; the first rule that fits takes it. The unit is the attribute's.
constexpr std::array kRules = std::to_array<Rule>({
    {"/exchange/theta", "angles"},
    {"/measurement/instrument/name", "beamline"},
    {"/measurement/instrument/source/name", "facility"},
    {"/measurement/instrument/source/beamline", "beamline"},
    {"/measurement/instrument/source/current", "ring_current"},
    {"/measurement/instrument/monochromator/energy", "photon_energy"},
    {"/measurement/instrument/monochromator/type", "monochromator"},
    {"/measurement/instrument/attenuator/description", "attenuator"},
    {"/measurement/instrument/detector/model", "detector_model"},
    {"/measurement/instrument/detector/serial_number", "detector_serial"},
    {"/measurement/instrument/detector/bit_depth", "bit_depth"},
    {"/measurement/instrument/detector/frame_rate", "frame_rate"},
    {"/measurement/instrument/detector/exposure_time", "exposure_time"},
    {"/measurement/instrument/detector/pixel_size_x", "detector_pixel_size"},
    {"/measurement/instrument/detector/actual_pixel_size_x", "effective_pixel_size_x"},
    {"/measurement/instrument/detector/actual_pixel_size_y", "effective_pixel_size_y"},
    {"/measurement/instrument/detection_system/objective/magnification", "magnification"},
    {"/measurement/instrument/detection_system/objective/resolution", "effective_pixel_size_x"},
    {"/measurement/instrument/detection_system/objective/model", "objective"},
    {"/measurement/instrument/detection_system/scintillator/name", "scintillator"},
    {"/measurement/instrument/detection_system/scintillator/scintillating_thickness", "scintillator_thickness"},
    {"/measurement/sample/name", "sample_name"},
    {"/measurement/sample/description", "description"},
    {"/measurement/sample/experiment/proposal", "proposal_id"},
    {"/measurement/sample/experiment/title", "beamtime_title"},
    {"/measurement/sample/experimenter/name", "owner"},
    {"/measurement/sample/experimenter/email", "contact_email"},
    {"/process/acquisition/start_date", "acquisition_start"},
    {"/process/acquisition/end_date", "acquisition_end"},
    {"/process/acquisition/rotation/start", "angle_start"},
    {"/process/acquisition/rotation/range", "angle_range"},
    {"/process/acquisition/rotation/step", "angle_step"},
    {"/process/acquisition/rotation/num_angles", "projection_count"},
    {"/process/acquisition/flat_fields/num_flat_fields", "flat_count"},
    {"/process/acquisition/dark_fields/num_dark_fields", "dark_count"},
    {"/image_key", "image_keys"},
    {"/instrument/imaging/count_time", "exposure_time"},  // DIAD's camera
    {"/ring_current/ring_current", "ring_current"},
    {"/instrument/detector/count_time", "exposure_time"},
    {"/instrument/detector/distance", "detector_distances"},
    {"/instrument/detector/description", "detector_model"},
    {"/instrument/detector/serial_number", "detector_serial"},
    {"/instrument/detector/x_pixel_size", "detector_pixel_size"},
    {"/instrument/detector/x_magnified_pixel_size", "effective_pixel_size_x"},
    {"/instrument/detector/y_magnified_pixel_size", "effective_pixel_size_y"},
    {"/instrument/detector/field_of_view", "scan_mode"},
    {"/instrument/detector/x_rotation_axis_pixel_position", "rotation_axis_position"},
    {"/instrument/detector/bit_depth_readout", "bit_depth"},
    {"/instrument/beam/incident_energy", "photon_energy"},
    {"/beam/incident_energy", "photon_energy"},
    {"/instrument/monochromator/energy", "photon_energy"},
    {"/instrument/source/name", "facility"},
    {"/instrument/source/type", "source_type"},
    {"/instrument/source/current", "ring_current"},
    {"/instrument/name", "beamline"},
    {"/instrument/beamline", "beamline"},
    {"/sample/name", "sample_name"},
    {"/sample/rotation_angle", "angles"},
    {"/sample/x_translation", "sample_position_x"},
    {"/sample/y_translation", "sample_position_y"},
    {"/sample/z_translation", "sample_position_z"},
    {"/user01/username", "user_account"},
    {"/experiment_identifier", "proposal_id"},
    {"/entry_identifier", "dataset_id"},
    {"/program_name", "control_software"},
    {"/title", "dataset_name"},
    {"/start_time", "acquisition_start"},
    {"/end_time", "acquisition_end"},
    {"/duration", "acquisition_duration"},
});

bool sniff(std::string_view /*file_name*/, std::string_view head) {
  return head.starts_with(kHdf5Signature);
}

const Rule* rule_of(std::string_view path) {
  const auto* found = std::ranges::find_if(kRules, [&](const Rule& rule) { return path.ends_with(rule.place); });
  return found == kRules.end() ? nullptr : found;
}

/// A frame's value that is the same for all frames is a value of the scan.
Datum without_repeats(const Datum& datum) {
  const auto* numbers = std::get_if<Numbers>(&datum);
  if (numbers == nullptr || numbers->empty()) return datum;
  const bool same = std::ranges::all_of(*numbers, [&](double number) { return number == numbers->front(); });
  return same ? Datum(numbers->front()) : datum;
}

class Walk {
 public:
  Walk(Hdf5File& file, Reading& reading) : file_(file), reading_(reading) {}

  Result<void> group(std::uint64_t address, const std::string& path) {
    if (ancestors_.size() > kMaxDepth || !ancestors_.insert(address).second) return {};  // a group that holds itself
    BEAMPORT_ASSIGN(const Hdf5Object object, file_.read_object(address));
    const auto links = file_.read_links(object);
    if (!links && links.error().code == ErrorCode::kUnsupported) {
      reading_.note(links.error().message);
      return {};
    }
    if (!links) return fail(links.error());
    for (const Hdf5Link& link : *links) {
      if (++objects_ > kMaxObjects) {
        reading_.note(fmt::format("more than {} objects; what follows is left out", kMaxObjects));
        break;
      }
      BEAMPORT_TRY(follow(link, path + "/" + link.name));
    }
    ancestors_.erase(address);
    return {};
  }

  void finish() {
    count_frames();
    for (const auto& [path, shape] : shapes_) {
      const std::string_view text = path;
      if (text.ends_with("/exchange/data_white")) put_count("flat_count", path, shape);
      if (text.ends_with("/exchange/data_dark")) put_count("dark_count", path, shape);
      if (text.ends_with("/exchange/data")) put_count("projection_count", path, shape);
    }
  }

 private:
  Result<void> follow(const Hdf5Link& link, const std::string& path) {
    if (link.kind != Hdf5Link::Kind::kHard) {
      // A soft link leads to what is seen under its own path, too; another file is not opened.
      if (link.kind == Hdf5Link::Kind::kExternal) reading_.state(path, fmt::format("is in {}", link.target));
      return {};
    }
    BEAMPORT_ASSIGN(const Hdf5Object object, file_.read_object(link.address));
    if (!Hdf5File::is_dataset(object)) return group(link.address, path);
    const bool first_time = datasets_.insert(link.address).second;
    const Rule* rule = rule_of(path);
    if (!first_time && rule == nullptr) return {};  // the same under another path
    BEAMPORT_ASSIGN(const Hdf5Dataset dataset, file_.read_dataset(object));
    state(dataset, path, rule);
    return {};
  }

  void state(const Hdf5Dataset& dataset, const std::string& path, const Rule* rule) {
    shapes_[path] = dataset.shape;
    if (!dataset.value) {
      reading_.state(path, fmt::format("{}[{}], not read", dataset.type, fmt::join(dataset.shape, ", ")));
      return;
    }
    reading_.state(path, *dataset.value, dataset.unit);
    if (rule == nullptr) return;
    const Field* field = Schema::beamport().find(rule->field);
    const bool is_list = field != nullptr && (field->type == FieldType::kNumbers || field->type == FieldType::kTexts);
    reading_.put(rule->field, is_list ? *dataset.value : without_repeats(*dataset.value), dataset.unit, path);
    if (rule->field == "image_keys" && keys_path_.empty()) keys_path_ = path;
  }

  void put_count(std::string_view field, const std::string& path, const std::vector<std::uint64_t>& shape) {
    if (shape.size() == 3) reading_.put(field, static_cast<double>(shape[0]), "", path, Known::kDerived);
  }

  /// Projections, flats and darks by their keys, and the angles of the first projection.
  void count_frames() {
    const Datum* keys = keys_path_.empty() ? nullptr : reading_.see(keys_path_);
    const auto* numbers = keys == nullptr ? nullptr : std::get_if<Numbers>(keys);
    if (numbers == nullptr) return;
    constexpr std::array<std::string_view, 3> kCounts{"projection_count", "flat_count", "dark_count"};
    for (std::size_t key = 0; key < kCounts.size(); ++key) {
      const auto count = std::ranges::count(*numbers, static_cast<double>(key));
      reading_.put(kCounts[key], static_cast<double>(count), "", keys_path_, Known::kDerived);
    }
    reading_.put("dataset_type", "raw", "", keys_path_, Known::kDerived);
  }

  Hdf5File& file_;
  Reading& reading_;
  std::set<std::uint64_t> ancestors_;
  std::set<std::uint64_t> datasets_;
  std::map<std::string, std::vector<std::uint64_t>> shapes_;
  std::string keys_path_;
  std::size_t objects_ = 0;
};

Result<Record> read(const image::PositionalReader& reader) {
  BEAMPORT_ASSIGN(Hdf5File file, Hdf5File::open(reader));
  Reading reading(kHdf5Dialect.name, reader.name());
  Walk walk(file, reading);
  const auto walked = walk.group(file.root(), "");
  const bool too_much = !walked && walked.error().code == ErrorCode::kResourceExhausted;
  if (too_much) reading.note(walked.error().message + "; what follows is left out");
  if (!walked && !too_much) return fail(walked.error());
  walk.finish();
  return reading.finish();
}

}  // namespace

const Dialect kHdf5Dialect{"hdf5", "NeXus or Data Exchange (HDF5)", &sniff, &read};

}  // namespace beamport::metadata
