// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the API says about scans on their way in, and what is said to it. Plain values.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "beamport/base/describe.h"
#include "beamport/ingest/scan_state.h"

namespace beamport::api {

struct IngestRequest {
  std::string source;
  std::optional<std::string> user;
  std::optional<std::string> date;
  std::optional<std::string> name;
  std::optional<std::int64_t> slices;
  std::optional<std::int64_t> first_number;
};
BOOST_DESCRIBE_STRUCT(IngestRequest, (), (source, user, date, name, slices, first_number))
constexpr auto notes_of(const IngestRequest* /*unused*/) {
  return type_notes(
      "IngestRequest", "A scan that is complete or landing. May be sent again: the same scan comes back.",
      FieldNote{
          .field = "source", .text = "Directory of slices, or one file, as the server sees it", .max_length = 4095},
      FieldNote{.field = "user", .text = "Folder of the user", .max_length = 64},
      FieldNote{.field = "date", .text = "Beam time, YYYYMMDD", .max_length = 8},
      FieldNote{.field = "name", .text = "Name of the dataset", .max_length = 128},
      FieldNote{.field = "slices",
                .text = "How many there will be; absent: those that are there",
                .minimum = 1,
                .maximum = 1'000'000},
      FieldNote{.field = "first_number", .text = "Number in the first slice's name", .minimum = 0});
}

struct Ingest {
  std::string id;
  std::int64_t sequence = 0;
  std::string dataset_id;
  std::string user;
  std::string date;
  std::string name;
  std::int64_t generation = 1;
  ingest::ScanState state = ingest::ScanState::kNoticed;
  std::optional<std::string> note;
  std::int64_t attempts = 0;
  std::int64_t slices_done = 0;
  std::int64_t slices_total = 0;
  std::int64_t bytes_done = 0;
  std::int64_t bytes_total = 0;
  std::optional<double> bytes_per_second;
  std::optional<double> seconds_left;
  std::string noticed;
  std::string changed;
  std::int64_t revision = 0;
};
BOOST_DESCRIBE_STRUCT(Ingest, (),
                      (id, sequence, dataset_id, user, date, name, generation, state, note, attempts, slices_done,
                       slices_total, bytes_done, bytes_total, bytes_per_second, seconds_left, noticed, changed,
                       revision))
constexpr auto notes_of(const Ingest* /*unused*/) {
  return type_notes(
      "Ingest", "A scan on its way to becoming a dataset.",
      FieldNote{.field = "id", .text = "Of this scan and generation", .hex_digits = 24},
      FieldNote{.field = "sequence", .text = "Of noticing; orders scans", .minimum = 0},
      FieldNote{.field = "dataset_id", .text = "Of the dataset, once it is published", .hex_digits = 24},
      FieldNote{.field = "generation", .text = "Grows when the same scan is reconstructed again", .minimum = 1},
      FieldNote{.field = "note", .text = "Why it failed or waits, and what to do"},
      FieldNote{.field = "attempts", .text = "How often it was tried", .minimum = 0},
      FieldNote{.field = "slices_done", .text = "Converted", .minimum = 0},
      FieldNote{.field = "slices_total", .text = "0 while it is not known", .minimum = 0},
      FieldNote{.field = "bytes_done", .unit = "byte", .minimum = 0},
      FieldNote{.field = "bytes_total", .unit = "byte", .minimum = 0},
      FieldNote{.field = "bytes_per_second", .text = "Lately; null unless it converts"},
      FieldNote{.field = "seconds_left", .text = "At that rate", .unit = "second"},
      FieldNote{.field = "noticed", .text = "When it was first seen (UTC)"},
      FieldNote{.field = "changed", .text = "When its state last changed (UTC)"},
      FieldNote{
          .field = "revision", .text = "Grows with every change: of two answers the higher is true", .minimum = 0});
}

struct IngestList {
  std::vector<Ingest> ingests;
};
BOOST_DESCRIBE_STRUCT(IngestList, (), (ingests))
constexpr auto notes_of(const IngestList* /*unused*/) {
  return type_notes("IngestList", "Scans, last noticed first.");
}

}  // namespace beamport::api
