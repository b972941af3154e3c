// SPDX-License-Identifier: Apache-2.0
// Scans on their way in: handing one in, asking after them, trying again, cancelling, and their changes as they happen
// (server-sent events: WHATWG HTML §9.2).

#include <memory>

#include <fmt/format.h>

#include "beamport/api/ingest_types.h"
#include "beamport/api/routes.h"
#include "beamport/api/services.h"
#include "beamport/catalog/dataset_scan.h"
#include "beamport/ingest/ingest_desk.h"

namespace beamport::api {
namespace {

constexpr std::int64_t kMaxListed = 1000;

struct IngestPath {
  std::string id;
};
BOOST_DESCRIBE_STRUCT(IngestPath, (), (id))
constexpr auto notes_of(const IngestPath* /*unused*/) {
  return type_notes("IngestPath", "", FieldNote{.field = "id", .hex_digits = 24});
}

enum class IngestShow : std::uint8_t { kAll, kOpen };
BOOST_DESCRIBE_ENUM(IngestShow, kAll, kOpen)

struct IngestQuery {
  std::optional<IngestShow> show;
  std::optional<std::int64_t> before;
  std::optional<std::int64_t> limit;
};
BOOST_DESCRIBE_STRUCT(IngestQuery, (), (show, before, limit))
constexpr auto notes_of(const IngestQuery* /*unused*/) {
  return type_notes(
      "IngestQuery", "", FieldNote{.field = "show", .text = "open: only those that are under way or have failed"},
      FieldNote{.field = "before", .text = "Only those with a sequence below this one: the next page", .minimum = 0},
      FieldNote{.field = "limit", .text = "At most so many; 100 if not given", .minimum = 1, .maximum = kMaxListed});
}

Ingest reply_of(const ingest::ScanView& scan) {
  return {.id = scan.id,
          .sequence = scan.sequence,
          .dataset_id = catalog::dataset_id_of(scan.dataset_path).text(),
          .user = scan.user,
          .date = scan.date,
          .name = scan.name,
          .generation = scan.generation,
          .state = scan.state,
          .note = scan.note,
          .attempts = scan.attempts,
          .slices_done = scan.slices_done,
          .slices_total = scan.slices_total,
          .bytes_done = scan.bytes_done,
          .bytes_total = scan.bytes_total,
          .bytes_per_second = scan.bytes_per_second,
          .seconds_left = scan.seconds_left,
          .noticed = scan.noticed,
          .changed = scan.changed,
          .revision = scan.revision};
}

JsonAnswer<Ingest> answer_with(const Call& call, Result<ingest::ScanView> scan) {
  if (!scan) return tl::unexpected(call.services.shelf.explain(std::move(scan).error()));
  return reply_of(*scan);
}

Problem no_ingest_here() {
  return not_found("This server takes no scans in; it was started without an ingest service.");
}

bool sees(const Call& call, const ingest::ScanView& scan) {
  return call.services.access.sees_scan(call.principal, catalog::dataset_id_of(scan.dataset_path).text());
}

/// The folder of that user and day, or the nearest one above it that is there.
const access::Node& folder_of(const catalog::AccessTree& tree, const std::string& beamline, const std::string& user,
                              const std::string& date) {
  const access::Node* place = &tree.facility();
  for (const std::string& name : {beamline, user, date}) {
    const access::Node* next = tree.find_child(*place, name);
    // A name that only looks like the folder's is another account's.
    if (next == nullptr || (place != &tree.facility() && tree.stored(*next).name != name)) break;
    place = next;
  }
  return *place;
}

/// Who holds a token of the catalog hands in for folders that she may write to. A token that is bound to some of them
/// has no say in whose scan it is: the watched root's pattern knows, or anybody's slices could be had by it.
ingest::HandIn hand_in_by(const Call& call, const IngestRequest& body) {
  ingest::HandIn request{.source = body.source,
                         .user = body.user,
                         .date = body.date,
                         .name = body.name,
                         .slices = body.slices,
                         .first_number = body.first_number,
                         .by_web = true};
  if (call.principal.kind != Principal::Kind::kHolder) return request;
  const access::Node& facility = call.principal.tree->facility();
  if (may(call.principal.holder, access::Action::kWriteData, facility, call.principal.now) !=
      access::Decision::kAllow) {
    request.user.reset();
    request.date.reset();
  }
  request.permit = [&call, &body](const std::string& user, const std::string& date) -> Result<void> {
    const access::Node& folder = folder_of(*call.principal.tree, call.services.beamline, user, date);
    const bool is_as_said = body.user.value_or(user) == user && body.date.value_or(date) == date;
    const bool may_write =
        may(call.principal.holder, access::Action::kWriteData, folder, call.principal.now) == access::Decision::kAllow;
    if (is_as_said && may_write) return {};
    return fail(ErrorCode::kPermissionDenied, "this token does not hand in scans from there");
  };
  return request;
}

JsonAnswer<Ingest> hand_in(const Call& call, const NoParameters& /*parameters*/, const IngestRequest& body) {
  if (call.services.desk == nullptr) return tl::unexpected(no_ingest_here());
  return answer_with(call, call.services.desk->hand_in(hand_in_by(call, body)));
}

JsonAnswer<IngestList> list_ingests(const Call& call, const IngestQuery& query) {
  if (call.services.desk == nullptr) return tl::unexpected(no_ingest_here());
  const auto scans = call.services.desk->list({.open_only = query.show.value_or(IngestShow::kAll) == IngestShow::kOpen,
                                               .before = query.before.value_or(0),
                                               .limit = query.limit.value_or(100)});
  if (!scans) return tl::unexpected(call.services.shelf.explain(scans.error()));
  IngestList reply;
  for (const ingest::ScanView& scan : *scans) {
    if (sees(call, scan)) reply.ingests.push_back(reply_of(scan));
  }
  return reply;
}

/// The scan, if she may know of it; a scan that is hidden looks like one that is not there.
tl::expected<ingest::ScanView, Problem> find_scan(const Call& call, const std::string& id) {
  if (call.services.desk == nullptr) return tl::unexpected(no_ingest_here());
  auto scan = call.services.desk->find(id);
  if (!scan) return tl::unexpected(call.services.shelf.explain(std::move(scan).error()));
  if (!sees(call, *scan)) return tl::unexpected(not_found("There is no such scan."));
  return std::move(*scan);
}

/// The same for those who may hand it in.
tl::expected<ingest::ScanView, Problem> find_scan_to_change(const Call& call, const std::string& id) {
  auto scan = find_scan(call, id);
  if (!scan || call.principal.kind != Principal::Kind::kHolder) return scan;
  const std::string dataset = catalog::dataset_id_of(scan->dataset_path).text();
  if (decide(call.principal, access::Action::kWriteData, dataset) != Decision::kAllow) {
    return tl::unexpected(forbidden());
  }
  return scan;
}

JsonAnswer<Ingest> get_ingest(const Call& call, const IngestPath& path) {
  return find_scan(call, path.id).map(reply_of);
}

JsonAnswer<Ingest> retry_ingest(const Call& call, const IngestPath& path) {
  return find_scan_to_change(call, path.id).and_then([&](const ingest::ScanView& scan) {
    return answer_with(call, call.services.desk->retry(scan.id));
  });
}

JsonAnswer<Ingest> cancel_ingest(const Call& call, const IngestPath& path) {
  return find_scan_to_change(call, path.id).and_then([&](const ingest::ScanView& scan) {
    return answer_with(call, call.services.desk->cancel(scan.id));
  });
}

std::string event_of(const ingest::ScanView& scan) {
  return fmt::format("event: ingest\ndata: {}\n\n", write_json(encode_json(reply_of(scan))));
}

/// All scans that are under way or have failed, then every change. Listening begins first, so that nothing falls in
/// between; what is said twice is told apart by its revision.
Answer follow_ingests(const Call& call, const NoParameters& /*parameters*/) {
  if (call.services.desk == nullptr) return tl::unexpected(no_ingest_here());
  auto feed = std::make_shared<net::TextFeed>(net::TextFeed::KeepAlive{.text = ":\n\n"});
  call.services.desk->listen([feed, principal = call.principal,
                              access = call.services.access.shared_from_this()](const ingest::ScanView& scan) {
    if (!feed->has_reader()) return false;
    // What she may see is asked again for each event.
    const auto now = access->again(principal);
    const bool sees = now && access->sees_scan(*now, catalog::dataset_id_of(scan.dataset_path).text());
    return !sees || feed->push(event_of(scan));
  });
  const auto scans = call.services.desk->list({.open_only = true, .before = 0, .limit = kMaxListed});
  if (!scans) {
    feed->abandon();
    return tl::unexpected(call.services.shelf.explain(scans.error()));
  }
  std::string begin = "retry: 2000\n\n";
  for (const ingest::ScanView& scan : *scans) {
    if (sees(call, scan)) begin += event_of(scan);
  }
  begin += "event: caught_up\ndata: {}\n\n";
  if (!feed->push(begin)) {
    return tl::unexpected(Problem{.status = 503,
                                  .code = "resource_exhausted",
                                  .detail = "There are too many scans to follow.",
                                  .field = {},
                                  .headers = {}});
  }
  net::Response response;
  response.headers.add("Content-Type", "text/event-stream");
  response.headers.add("Cache-Control", "no-store");
  response.headers.add("X-Accel-Buffering", "no");  // nginx would hold events back
  response.body = std::move(feed);
  return response;
}

}  // namespace

std::vector<Endpoint> ingest_endpoints() {
  return {
      body_endpoint({.method = "POST",
                     .path = "/api/beamport/v1/ingests",
                     .operation_id = "handIn",
                     .tag = "ingests",
                     .summary = "Hand a scan in, complete or landing",
                     .permission = Permission::kHandIn,
                     .problems = {400, 401, 404, 409, 415}},
                    &hand_in),
      json_endpoint({.method = "GET",
                     .path = "/api/beamport/v1/ingests",
                     .operation_id = "listIngests",
                     .tag = "ingests",
                     .summary = "Scans on their way in, and those that have ended",
                     .permission = Permission::kReadIngest,
                     .problems = {401, 404}},
                    &list_ingests),
      content_endpoint({.method = "GET",
                        .path = "/api/beamport/v1/ingests/events",
                        .operation_id = "followIngests",
                        .tag = "ingests",
                        .summary = "Their changes as they happen",
                        .description = "Server-sent events named ingest with an Ingest each: first all that are "
                                       "under way or have failed, then caught_up, then every change.",
                        .permission = Permission::kReadIngest,
                        .problems = {401, 404}},
                       {"text/event-stream"}, &follow_ingests),
      json_endpoint({.method = "GET",
                     .path = "/api/beamport/v1/ingests/{id}",
                     .operation_id = "getIngest",
                     .tag = "ingests",
                     .summary = "One scan",
                     .permission = Permission::kReadIngest,
                     .problems = {401, 404}},
                    &get_ingest),
      act_endpoint({.method = "POST",
                    .path = "/api/beamport/v1/ingests/{id}/retry",
                    .operation_id = "retryIngest",
                    .tag = "ingests",
                    .summary = "Try a failed or cancelled scan again",
                    .permission = Permission::kHandIn,
                    .problems = {401, 404, 409}},
                   &retry_ingest),
      act_endpoint({.method = "POST",
                    .path = "/api/beamport/v1/ingests/{id}/cancel",
                    .operation_id = "cancelIngest",
                    .tag = "ingests",
                    .summary = "Stop a scan and take it off the list of what is to be done",
                    .permission = Permission::kHandIn,
                    .problems = {401, 404, 409}},
                   &cancel_ingest),
  };
}

}  // namespace beamport::api
