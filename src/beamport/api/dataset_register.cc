// SPDX-License-Identifier: Apache-2.0
#include "beamport/api/dataset_register.h"

#include <chrono>
#include <utility>

#include "beamport/base/log.h"
#include "beamport/catalog/dataset_scan.h"
#include "beamport/catalog/display_name.h"
#include "beamport/catalog/name_key.h"

namespace beamport::api {
namespace {

constexpr std::chrono::seconds kPeriod{1};
constexpr std::size_t kAtOnce = 500;  // datasets a transaction: a first look does not keep others from writing
constexpr std::string_view kActor = "beamport";

/// A directory's name as a folder's; what cannot be one is named after its digest.
std::string folder_name_of(const std::string& part) {
  std::string name = catalog::display_name_of(part);
  return catalog::name_key_of(name) ? name : catalog::dataset_id_of(part).text();
}

}  // namespace

catalog::DatasetPlace place_of(const std::string& dataset_path, const std::string& beamline) {
  std::vector<std::string> folders;
  std::size_t begin = 0;
  for (std::size_t end = dataset_path.find('/'); end != std::string::npos; end = dataset_path.find('/', begin)) {
    folders.push_back(folder_name_of(dataset_path.substr(begin, end - begin)));
    begin = end + 1;
  }
  // The catalog's folders hold datasets; an image that lies in none gets one.
  if (folders.empty()) folders.emplace_back("Unsorted");
  return {.id = access::NodeId::parse(catalog::dataset_id_of(dataset_path).text()).value(),
          .image = dataset_path,
          .beamline = beamline,
          .folders = std::move(folders),
          .name = folder_name_of(dataset_path.substr(begin))};
}

DatasetRegister::DatasetRegister(catalog::Catalog& catalog, DatasetShelf& shelf, std::string beamline)
    : catalog_(catalog), shelf_(shelf), beamline_(std::move(beamline)) {
  thread_ = std::jthread([this](const std::stop_token& stop) { work(stop); });
}

void DatasetRegister::note(const std::string& dataset_path) {
  const std::lock_guard lock(mutex_);
  noted_.push_back(dataset_path);
  woken_.notify_one();
}

Result<void> DatasetRegister::look(const std::stop_token& stop) {
  const std::lock_guard lock(look_mutex_);
  std::vector<std::string> paths;
  {
    const std::lock_guard noted(mutex_);
    paths = std::exchange(noted_, {});
  }
  BEAMPORT_ASSIGN(auto list, shelf_.entries(stop));
  if (list != looked_) {
    for (const catalog::DatasetEntry& entry : list->entries) {
      if (!entered_.contains(entry.id.text())) paths.push_back(entry.relative_path);
    }
  }
  std::vector<catalog::DatasetPlace> places;
  for (std::size_t i = 0; i < paths.size() && !stop.stop_requested(); ++i) {
    catalog::DatasetPlace place = place_of(paths[i], beamline_);
    if (entered_.insert(place.id.text()).second) places.push_back(std::move(place));
    if (places.size() < kAtOnce && i + 1 < paths.size()) continue;
    const auto made = catalog_.ensure_datasets(kActor, places);
    if (!made) {
      for (const catalog::DatasetPlace& failed : places) entered_.erase(failed.id.text());
      return fail(made.error());
    }
    places.clear();
  }
  if (!stop.stop_requested()) looked_ = std::move(list);
  return {};
}

void DatasetRegister::work(const std::stop_token& stop) {
  std::string last_complaint;
  while (!stop.stop_requested()) {
    const auto looked = look(stop);
    const std::string complaint = looked ? "" : looked.error().message;
    if (complaint != last_complaint && !complaint.empty() && !stop.stop_requested()) {
      log::error("datasets cannot be entered into the catalog, and nobody sees new ones: {}", complaint);
    }
    last_complaint = complaint;
    std::unique_lock lock(mutex_);
    woken_.wait_for(lock, stop, kPeriod, [this] { return !noted_.empty(); });
  }
}

}  // namespace beamport::api
