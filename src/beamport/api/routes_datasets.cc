// SPDX-License-Identifier: Apache-2.0
// The list of datasets and everything a viewer needs to begin with one of them.

#include "beamport/api/dataset_view.h"
#include "beamport/api/routes.h"
#include "beamport/api/services.h"

namespace beamport::api {
namespace {

struct DatasetPath {
  std::string id;
};
BOOST_DESCRIBE_STRUCT(DatasetPath, (), (id))
constexpr auto notes_of(const DatasetPath* /*unused*/) {
  return type_notes("DatasetPath", "", FieldNote{.field = "id", .hex_digits = 24});
}

JsonAnswer<DatasetListReply> list_datasets(const Call& call, const NoParameters& /*parameters*/) {
  const auto listing = call.services.shelf.list(call.stop);
  if (!listing) return tl::unexpected(call.services.shelf.explain(listing.error()));
  DatasetListReply reply;
  // They name folders of others.
  const bool sees_problems =
      call.principal.tree == nullptr || decide(call.principal, access::Action::kAdminister,
                                               call.principal.tree->facility().id.text()) == Decision::kAllow;
  if (sees_problems) reply.problems = (*listing)->problems;
  for (const DatasetSummary& summary : (*listing)->datasets) {
    const Decision decision = call.services.access.decide(call.principal, Permission::kReadDataset, summary.id);
    if (decision == Decision::kAllow) reply.datasets.push_back(summary);
  }
  return reply;
}

/// A dataset that cannot be read is an answer, with the reason in it; only one that is not there is a problem.
JsonAnswer<DatasetReply> get_dataset(const Call& call, const DatasetPath& path) {
  DatasetShelf& shelf = call.services.shelf;
  const auto entry = shelf.find(path.id, call.stop);
  if (!entry) return tl::unexpected(entry.error());
  const auto dataset = shelf.open(*entry, call.stop);
  if (dataset) {
    DatasetReply reply = reply_of(*entry, *(*dataset)->image, (*dataset)->thumbnails);
    reply.problem = shelf.damage_of(*entry);
    if (reply.problem) reply.state = DatasetState::kDamaged;
    if ((*dataset)->is_growing) reply.state = DatasetState::kGrowing;
    return reply;
  }
  if (dataset.error().code == ErrorCode::kCancelled) return tl::unexpected(shelf.explain(dataset.error()));
  return unreadable_reply(*entry, shelf.for_clients(dataset.error().message));
}

}  // namespace

std::vector<Endpoint> dataset_endpoints() {
  return {
      json_endpoint({.method = "GET",
                     .path = "/api/beamport/v1/datasets",
                     .operation_id = "listDatasets",
                     .tag = "datasets",
                     .summary = "All datasets that may be read",
                     .description = "Above 1,000 datasets the summaries carry no thumbnails.",
                     .permission = Permission::kReadDataset},
                    &list_datasets),
      json_endpoint({.method = "GET",
                     .path = "/api/beamport/v1/datasets/{id}",
                     .operation_id = "getDataset",
                     .tag = "datasets",
                     .summary = "One dataset: levels, contrast, statistics",
                     .permission = Permission::kReadDataset,
                     .problems = {404}},
                    &get_dataset),
  };
}

}  // namespace beamport::api
