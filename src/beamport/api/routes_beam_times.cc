// SPDX-License-Identifier: Apache-2.0
// Beam times: the user office says who comes when, and folders, team, rights and a token follow. Whoever may grant on
// the beamline says it; on one that is not there yet, whoever may on the whole facility.

#include <algorithm>

#include "beamport/api/catalog_view.h"
#include "beamport/api/routes.h"

namespace beamport::api {
namespace {

struct BeamTimePath {
  std::string key;
};
BOOST_DESCRIBE_STRUCT(BeamTimePath, (), (key))
constexpr auto notes_of(const BeamTimePath* /*unused*/) {
  return type_notes("BeamTimePath", "",
                    FieldNote{.field = "key", .text = "The facility's own id of it", .max_length = kMaxKeyLength});
}

tl::expected<void, Problem> require_beamline(const Call& call, const std::string& name) {
  const catalog::AccessTree& tree = *call.principal.tree;
  const access::Node* beamline = tree.find_child(tree.facility(), name);
  const std::string& id = (beamline != nullptr ? *beamline : tree.facility()).id.text();
  if (decide(call.principal, access::Action::kGrant, id) == Decision::kAllow) return {};
  return tl::unexpected(forbidden());
}

tl::expected<catalog::BeamTimeRequest, Problem> request_in(const BeamTimeBody& body) {
  const auto begins = moment_in("begins", body.begins);
  if (!begins) return tl::unexpected(begins.error());
  const auto ends = moment_in("ends", body.ends);
  if (!ends) return tl::unexpected(ends.error());
  catalog::BeamTimeRequest request{.key = body.key,
                                   .proposal = body.proposal,
                                   .title = body.title.value_or(""),
                                   .beamline = body.beamline,
                                   .account = body.account.value_or(""),
                                   .begins = *begins,
                                   .ends = *ends,
                                   .people = {}};
  for (const VisitorBody& visitor : body.people) {
    request.people.push_back({.key = visitor.key.value_or(""),
                              .name = visitor.name,
                              .mail = visitor.mail.value_or(""),
                              .role = visitor.role.value_or(catalog::VisitRole::kMember)});
  }
  return request;
}

JsonAnswer<BeamTimeReply> ensure_beam_time(const Call& call, const NoParameters& /*none*/, const BeamTimeBody& body) {
  if (auto may = require_beamline(call, body.beamline); !may) return tl::unexpected(std::move(may).error());
  auto request = request_in(body);
  if (!request) return tl::unexpected(std::move(request).error());
  const auto made = call.services.catalog->ensure_beam_time(call.principal.actor, *request);
  if (!made) return tl::unexpected(problem_from(made.error()));
  BeamTimeReply reply = reply_of(made->beam_time);
  reply.is_new = made->is_new;
  if (made->token) reply.token = made->token->text;
  return reply;
}

JsonAnswer<BeamTimeReply> close_beam_time(const Call& call, const BeamTimePath& path) {
  const auto all = call.services.catalog->beam_times();
  if (!all) return tl::unexpected(problem_from(all.error()));
  const auto found = std::ranges::find(*all, path.key, &catalog::BeamTime::key);
  if (found == all->end() || decide(call.principal, access::Action::kList, found->folder.text()) != Decision::kAllow) {
    return tl::unexpected(not_found("There is no such beam time."));
  }
  auto beamline = find_object_for(call, found->beamline.text(), access::Action::kGrant);
  if (!beamline) return tl::unexpected(forbidden());
  const auto closed = call.services.catalog->close_beam_time(call.principal.actor, path.key);
  if (!closed) return tl::unexpected(problem_from(closed.error()));
  return reply_of(*closed);
}

JsonAnswer<BeamTimeList> list_beam_times(const Call& call, const NoParameters& /*none*/) {
  const auto all = call.services.catalog->beam_times();
  if (!all) return tl::unexpected(problem_from(all.error()));
  BeamTimeList reply;
  for (const catalog::BeamTime& beam_time : *all) {
    if (decide(call.principal, access::Action::kList, beam_time.folder.text()) != Decision::kAllow) continue;
    reply.beam_times.push_back(reply_of(beam_time));
  }
  return reply;
}

}  // namespace

std::vector<Endpoint> beam_time_endpoints() {
  return {
      body_endpoint({.method = "POST",
                     .path = "/api/beamport/v1/beamtimes",
                     .operation_id = "ensureBeamTime",
                     .tag = "beam times",
                     .summary = "Say that a beam time was granted, or has changed",
                     .permission = Permission::kUseCatalog,
                     .problems = {400, 401, 403}},
                    &ensure_beam_time),
      json_endpoint({.method = "GET",
                     .path = "/api/beamport/v1/beamtimes",
                     .operation_id = "listBeamTimes",
                     .tag = "beam times",
                     .summary = "Beam times whose folder you may see",
                     .permission = Permission::kUseCatalog,
                     .problems = {401}},
                    &list_beam_times),
      act_endpoint({.method = "POST",
                    .path = "/api/beamport/v1/beamtimes/{key}/close",
                    .operation_id = "closeBeamTime",
                    .tag = "beam times",
                    .summary = "End everything that a beam time granted",
                    .permission = Permission::kUseCatalog,
                    .problems = {401, 403, 404}},
                   &close_beam_time),
  };
}

}  // namespace beamport::api
