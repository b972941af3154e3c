// SPDX-License-Identifier: Apache-2.0
#pragma once

// A record as others read it. The JSON is the whole record and reads back as the same record; it is what stands in an
// image's attributes. The others are views: JSON-LD (schema.org Dataset) for search engines and catalogues of research
// data, SciCat's dataset, CSV for spreadsheets. Pure functions.
//
//   {"schema": "beamport", "version": 1,
//    "fields": {"photon_energy": {"value": 18.5, "unit": "keV", "known": "read",
//                                 "source": {"file": "a.json", "place": "/collect/energy"}, "stated": "18500 eV",
//                                 "conflicts": [{"value": …}]},
//               "acquisition_start": {"value": "2026-03-14T09:00:40Z", "type": "time", "known": "read", …}},
//    "notes": ["…"]}
//
// "type" is there where the value alone does not tell: of moments ("time") and of empty lists ("numbers", "texts").

#include <string>

#include "beamport/base/json.h"
#include "beamport/base/result.h"
#include "beamport/metadata/completeness.h"
#include "beamport/metadata/record.h"
#include "beamport/metadata/schema.h"

namespace beamport::metadata {

[[nodiscard]] JsonObject to_json(const Record& record, const Schema& schema);

/// {"score": 0.58, "needed": 33, "known": 19, "purposes": {"finding": {"needed", "known", "missing": [names]}, …},
///  "conflicting": [names], "doubtful": [names]}
[[nodiscard]] JsonObject to_json(const Completeness& completeness);

/// kCorrupt with a JSON pointer. Members that are not known are passed over, so that later versions can be read.
[[nodiscard]] Result<Record> record_from_json(const Json& json);

/// https://schema.org/Dataset; every field is a PropertyValue of variableMeasured with its standard term.
[[nodiscard]] JsonObject to_json_ld(const Record& record, const Schema& schema);

/// What SciCat's /datasets takes; the fields that SciCat has no place for are its scientificMetadata. The dialect
/// "scicat" reads it back.
[[nodiscard]] JsonObject to_scicat(const Record& record, const Schema& schema);

/// RFC 4180, a row a value: field, value, unit, known, file, place, stated, counts (yes, or no for a value that
/// disagrees with the one that does). Text that a spreadsheet would take for a formula gets an apostrophe in front.
[[nodiscard]] std::string to_csv(const Record& record, const Schema& schema);

}  // namespace beamport::metadata
