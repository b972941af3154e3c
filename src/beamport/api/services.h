// SPDX-License-Identifier: Apache-2.0
#pragma once

// What handlers work with. Built once by Api, which owns it all; every member is thread-safe.

#include "beamport/api/dataset_shelf.h"
#include "beamport/api/permission.h"
#include "beamport/api/web_app.h"

namespace beamport::api {

struct Services {
  DatasetShelf& shelf;
  const WebApp& app;
  const AccessPolicy& access;
};

}  // namespace beamport::api
