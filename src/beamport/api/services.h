// SPDX-License-Identifier: Apache-2.0
#pragma once

// What handlers work with. Built once by Api, which owns it all; every member is thread-safe.

#include "beamport/api/access_control.h"
#include "beamport/api/dataset_shelf.h"
#include "beamport/api/web_app.h"
#include "beamport/ingest/ingest_desk.h"

namespace beamport::api {

struct Services {
  DatasetShelf& shelf;
  const WebApp& app;
  const AccessControl& access;
  catalog::Catalog* catalog;    // null: a server without accounts
  const std::string& beamline;  // with accounts: whose datasets these are
  ingest::IngestDesk* desk;     // null: no scans are taken in
  bool tells_metrics;
};

}  // namespace beamport::api
