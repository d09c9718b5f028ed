// api/service_follow_up.cc - the steps of departments: judged by what the views hold, appended, and
// told with the verdict of the fold.

#include "api/follow_up_step.h"
#include "api/problem.h"
#include "api/publish.h"
#include "api/service_call.h"
#include "log/places.h"
#include "producers/publisher.h"

#include <algorithm>

namespace sijill::api {

namespace {

bool is_json(const Request& request) {
    const std::string* type = request.header("content-type");
    return type != nullptr &&
           (*type == "application/json" || type->starts_with("application/json;"));
}

// Nothing was appended.
Response step_problem(const Error& error) {
    if (error.code == Errc::Conflict) {
        return problem("step-refused", error.message);
    }
    return error.code == Errc::Rejected ? problem("precondition-failed", error.message)
                                        : problem_of(error);
}

}  // namespace

void Service::take_step(const CallPtr& call) {
    if (auto encoded = refuse_encoded(call->request)) {
        return respond(call, std::move(*encoded));
    }
    if (!is_json(call->request)) {
        return respond(call, problem("unsupported-media-type", "a step is application/json"));
    }
    if (call->request.body.size() > events::kMaxEventBytes) {  // its event would be larger
        return respond(
            call,
            problem("payload-too-large",
                    "a step has at most " + std::to_string(events::kMaxEventBytes) + " bytes"));
    }
    const auto version = version_to_match(call->request);
    if (!version) {
        return respond(call, problem_of(version.error()));
    }
    ReadStep read = read_step(call->request.body);
    if (!read.violations.empty()) {
        return respond(call, problem("invalid-event", "the step is not complete", read.violations));
    }
    read.step.version = *version;
    read.step.department = call->asked.get("departmentId");
    const auto& own = call->asked.departments;
    if (!own.empty() && std::ranges::find(own, read.step.department) == own.end()) {
        return respond(call, problem("not-found", "there is no such department"));
    }
    if (!own.empty() && read.step.step == "close") {
        return respond(call, problem("for-the-centre", "a figure is closed by the centre"));
    }
    const auto moment = moments_.now();
    if (!moment) {
        return respond(call, problem_of(moment.error()));
    }
    const auto event = event_of_step((*moment)->view.shard_of(read.step.subject),
                                     read.step,
                                     log::system_clock_ms(),
                                     read.violations);
    if (!read.violations.empty()) {
        return respond(call, problem("invalid-event", "the step is not complete", read.violations));
    }
    if (!event) {
        return respond(call, step_problem(event.error()));
    }
    producers::Checked checked = producers::Gateway(config_.due).check(*event);
    if (!checked.violations.empty()) {
        return respond(
            call, problem("invalid-event", "the step is not valid", of_step(checked.violations)));
    }
    call->event_id = checked.id;
    call->waits = true;
    std::vector<events::NewRecord> records;
    records.push_back(std::move(checked.record));
    append(call, std::move(records), [this, call](const auto& results) {
        tell_single(call, results.front());
    });
}

}  // namespace sijill::api
