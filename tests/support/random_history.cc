#include "tests/support/random_history.h"

#include <cstdio>
#include <ctime>

namespace sijill::model {

namespace {

using nlohmann::json;

json with(json event, json data) {
    event["data"] = std::move(data);
    return event;
}

}  // namespace

// Somewhere in January and February 2017; the count in the milliseconds keeps all times apart.
std::string RandomHistory::time() {
    const std::time_t second = 1483228800 + static_cast<std::time_t>(below(uint64_t{59} * 86'400));
    const std::tm parts = *std::gmtime(&second);
    char text[80];
    std::snprintf(text,
                  sizeof text,
                  "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ",
                  parts.tm_year + 1900,
                  parts.tm_mon + 1,
                  parts.tm_mday,
                  parts.tm_hour,
                  parts.tm_min,
                  parts.tm_sec,
                  static_cast<int>(count_ % 1000));
    return text;
}

json RandomHistory::codes() {
    json list = json::array();
    for (uint64_t left = 1 + below(2); left > 0; --left) {
        list.push_back(
            pick<std::string>({"new_housing_service", "late_delivery", "complaint", "other"}));
    }
    return list;
}

json RandomHistory::envelope(const std::string& name, const std::string& subject) {
    json event{{"specversion", "1.0"},
               {"id", "e" + std::to_string(count_)},
               {"source", pick<std::string>({"/a", "/b"})},
               {"type", "gov.cc." + name + ".v1"},
               {"subject", subject},
               {"time", time()},
               {"datacontenttype", "application/json"}};
    if (chance(8)) {
        event["expectedversion"] = below(4);
    }
    return event;
}

json RandomHistory::call(const std::string& s) {
    switch (below(13)) {
        case 0:
        case 1:
            return with(envelope("call.offered", s),
                        {{"contact_id", s},
                         {"direction", "inbound"},
                         {"queue", pick<std::string>({"general", "housing"})},
                         {"enqueued_at", time()},
                         {"language", pick<std::string>({"ar", "en"})}});
        case 2:
            return with(envelope("call.answered", s),
                        {{"agent", "a1"}, {"queue_wait", below(700'000)}, {"answered_at", time()}});
        case 3:
            return with(
                envelope("call.abandoned", s),
                {{"queue_wait", below(20'000)}, {"abandoned_at", time()}, {"by", "citizen"}});
        case 4:
            return with(envelope("call.flowed_out", s),
                        {{"to", "queue"}, {"queue_wait", below(9'000)}});
        case 5:
            return with(envelope("call.agent_not_answered", s),
                        {{"agent", "a2"}, {"ring", below(9'000)}});
        case 6:
            return with(envelope("call.held", s), {{"at", time()}});
        case 7:
            return with(envelope("call.transferred", s),
                        {{"from_queue", "general"}, {"to_queue", "housing"}, {"kind", "blind"}});
        case 8:
            return with(envelope("call.ended", s),
                        {{"ended_at", time()},
                         {"talk", below(300'000)},
                         {"hold", below(9'000)},
                         {"ended_by", "agent"}});
        case 9:
            return with(
                envelope("call.wrapped_up", s),
                {{"acw", below(60'000)},
                 {"purposes", codes()},
                 {"outcome",
                  pick<std::string>({"handled", "referred", "callback_due", "no_action"})},
                 {"natures",
                  json::array({pick<std::string>({"application_status", "mazaya_programme"})})}});
        case 10:
            return with(envelope("call.outbound_attempted", s),
                        {{"contact_id", s},
                         {"agent", "a3"},
                         {"attempted_at", time()},
                         {"reason", "callback"}});
        case 11:
            return chance(50)
                       ? with(envelope("call.outbound_connected", s), {{"connected_at", time()}})
                       : with(envelope("call.outbound_failed", s), {{"cause", "busy"}});
        default:
            return with(envelope("call.recording_available", s),
                        {{"recording_id", "r1"},
                         {"duration", below(9'000)},
                         {"sha256", std::string(64, 'a')}});
    }
}

json RandomHistory::chat(const std::string& s) {
    json started{{"contact_id", s},
                 {"channel", pick<std::string>({"web", "social"})},
                 {"started_at", time()}};
    if (chance(70)) {
        started["citizen"] = "c" + std::to_string(below(5));
    }
    if (chance(50)) {
        started["country"] = "BH";
    }
    switch (below(6)) {
        case 0:
        case 1:
            return with(envelope("chat.started", s), started);
        case 2:
            return with(envelope("chat.accepted", s),
                        {{"agent", "a1"}, {"queue_wait", below(9'000)}});
        case 3:
            return with(envelope("chat.message_posted", s),
                        {{"author", pick<std::string>({"agent", "citizen", "bot"})},
                         {"posted_at", time()},
                         {"seq", below(99)}});
        case 4:
            return chance(50) ? with(envelope("chat.first_response_given", s),
                                     {{"response", below(900'000)}})
                              : with(envelope("chat.abandoned", s), {{"at", time()}});
        default:
            return with(envelope("chat.ended", s),
                        {{"at", time()}, {"duration", below(900'000)}, {"purposes", codes()}});
    }
}

json RandomHistory::message(const std::string& s) {
    if (chance(60)) {
        return with(envelope("message.received", s),
                    {{"contact_id", s},
                     {"channel", pick<std::string>({"social", "website", "media", "email"})},
                     {"received_at", time()},
                     {"natures", json::array({"eligibility_criteria"})}});
    }
    return with(envelope("message.answered", s),
                {{"agent", "a1"},
                 {"answered_at", time()},
                 {"outcome", pick<std::string>({"handled", "referred"})}});
}

json RandomHistory::appointment(const std::string& s) {
    switch (below(7)) {
        case 0:
        case 1:
            return with(
                envelope("appointment.booked", s),
                {{"appointment_id", s},
                 {"purpose", pick<std::string>({"new_housing_application", "inspection_campaign"})},
                 {"location", pick<std::string>({"none", "al_moayyed_tower"})},
                 {"slot_start", time()},
                 {"slot_end", time()},
                 {"booked_via", "call"}});
        case 2: {
            json data{{"old_start", time()},
                      {"new_start", time()},
                      {"new_end", time()},
                      {"by", "citizen"}};
            if (chance(40)) {
                data["new_location"] = pick<std::string>({"north", "south"});
            }
            return with(envelope("appointment.rescheduled", s), data);
        }
        case 3:
            return with(envelope("appointment.cancelled", s),
                        {{"by", "office"}, {"cancelled_at", time()}, {"notice", below(9'000)}});
        case 4:
            return with(envelope("appointment.checked_in", s),
                        {{"at", time()}, {"recorded_by", "o1"}});
        case 5:
            return with(envelope("appointment.completed", s),
                        {{"at", time()}, {"recorded_by", "o1"}});
        default:
            return with(envelope("appointment.no_show_recorded", s),
                        {{"at", time()}, {"recorded_by", "o1"}});
    }
}

json RandomHistory::of_case(const std::string& s) {
    switch (below(16)) {
        case 0:
        case 1:
        case 2:
            return with(envelope("case.opened", s),
                        {{"case_id", s},
                         {"kind", pick<std::string>({"enquiry", "complaint"})},
                         {"purposes", codes()},
                         {"priority", "normal"},
                         {"opened_at", time()},
                         {"opened_via", "phone"}});
        case 3:
            return with(envelope("case.assigned", s), {{"queue", "general"}});
        case 4:
            return with(envelope("case.pended", s), {{"reason", "scheduled"}});
        case 5:
            return with(envelope("case.resumed", s), {{"reason", "scheduled"}});
        case 6:
        case 7:
            return with(envelope("case.resolved", s),
                        {{"resolution", chance(50) ? "done" : "advised"},
                         {"resolved_at", time()},
                         {"first_contact", chance(50)}});
        case 8:
            return with(envelope("case.closed", s),
                        {{"reason", pick<std::string>({"resolved", "withdrawn"})}});
        case 9:
            return with(envelope("case.reopened", s),
                        {{"reason", "again"}, {"episode", 2 + below(2)}});
        case 10:
            return chance(50) ? with(envelope("case.merged_into", s),
                                     {{"other_case_id", chance(30) ? s : "k9"},
                                      {"merge_id", "m"},
                                      {"by", "a1"}})
                              : with(envelope("case.cancelled", s), {{"reason", "test"}});
        case 11:
            return with(envelope("case.reclassified", s),
                        {{"old", codes()}, {"new", codes()}, {"reason", "review"}});
        case 12:
            return with(envelope("complaint.received", s),
                        {{"case_id", s},
                         {"category", "delay"},
                         {"received_via", "phone"},
                         {"severity", "low"},
                         {"due_at", time()}});
        case 13:
            return with(envelope("complaint.response_sent", s),
                        {{"at", time()}, {"decision", "upheld"}, {"via", "phone"}});
        case 14:
            return chance(50)
                       ? with(
                             envelope("complaint.assessed", s),
                             {{"severity", "high"}, {"admissible", chance(70)}, {"due_at", time()}})
                       : with(envelope("complaint.acknowledged", s),
                              {{"at", time()}, {"via", "phone"}});
        default:
            if (chance(20)) {
                return with(envelope("case.contact_linked", s),
                            {{"contact_id", "call-1"},
                             {"role", pick<std::string>({"repeat", "outbound"})}});
            }
            return chance(50)
                       ? with(envelope("case.note_added", s),
                              {{"visibility", pick<std::string>({"internal", "citizen"})}})
                       : with(envelope("suggestion.received", s),
                              {{"case_id", s}, {"category", "idea"}, {"received_via", "phone"}});
    }
}

json RandomHistory::referral(const std::string& s) {
    const std::string id = "f" + std::to_string(below(2));
    const std::string name = pick<std::string>({"requested",
                                                "requested",
                                                "accepted",
                                                "accepted",
                                                "declined",
                                                "returned",
                                                "recalled",
                                                "answered",
                                                "followed_up"});
    json data{{"referral_id", id}, {"at", time()}};
    if (name == "requested") {
        data = {{"referral_id", id},
                {"case_id", s},
                {"from_unit", "centre"},
                {"to_department", pick<std::string>({"housing_services", "projects"})},
                {"reason", "check"},
                {"requested_at", time()}};
        if (chance(70)) {
            data["due_at"] = time();
        }
    } else if (name == "answered") {
        data["outcome"] = "actioned";
    } else if (name == "followed_up") {
        data["via"] = "phone";
    } else if (name != "accepted") {
        data["reason"] = "other";
    }
    return with(envelope("referral." + name, s), data);
}

json RandomHistory::survey(const std::string& s) {
    if (chance(40)) {
        return with(envelope("survey.invited", s),
                    {{"survey_id", s},
                     {"about", pick<std::string>({"chat", "call"})},
                     {"about_id", "x"},
                     {"instrument", pick<std::string>({"csat5", "csat2", "nps11"})},
                     {"via", "sms"}});
    }
    return with(envelope("survey.answered", s),
                {{"revision", 1 + below(3)}, {"score", below(11)}, {"answered_at", time()}});
}

json RandomHistory::evaluation(const std::string& s) {
    if (chance(20)) {
        return with(envelope("evaluation.withdrawn", s), {{"at", time()}, {"reason", "error"}});
    }
    json items = json::array();
    for (int i = 0; i < 3; ++i) {
        items.push_back({{"question", "q"},
                         {"weight", below(5)},
                         {"points", below(12)},
                         {"max", 10},
                         {"not_applicable", chance(20)}});
    }
    return with(envelope("evaluation.completed", s),
                {{"evaluation_id", s},
                 {"contact_id", "x"},
                 {"agent", "a1"},
                 {"evaluator", "e1"},
                 {"form", "standard"},
                 {"form_version", 1},
                 {"items", items},
                 {"automatic_fail", chance(10)}});
}

json RandomHistory::kpi(const std::string& s) {
    switch (below(4)) {
        case 0:
            return with(envelope("kpi.referred", s),
                        {{"kpi_referral_id", s},
                         {"kpi", "answer-rate"},
                         {"definition_version", 1},
                         {"period", "2017-Q1"},
                         {"dimensions", json::object()},
                         {"numerator", 1},
                         {"denominator", 2},
                         {"target", 3},
                         {"to_department", "contact_centre"},
                         {"referred_at", time()},
                         {"position", "0:1"}});
        case 1:
            return with(envelope("kpi.referral_acknowledged", s), {{"at", time()}});
        case 2:
            return with(envelope("kpi.referral_answered", s),
                        {{"at", time()}, {"cause", "staff"}, {"action", "hire"}});
        default:
            return with(
                envelope("kpi.referral_closed", s),
                {{"at", time()}, {"outcome", pick<std::string>({"resolved", "withdrawn"})}});
    }
}

// A patch changes a field that the target has; now and then to what no event may say.
json RandomHistory::patch_of(const json& target) {
    json patch = json::object();
    for (const auto& [field, value] : target["data"].items()) {
        if (field == "queue" || field == "language") {
            patch[field] = pick<std::string>({"general", "housing", "mazaya"});
        } else if (field == "queue_wait" || field == "talk" || field == "response") {
            patch[field] = below(500'000);
        } else if (field == "purposes") {
            patch[field] = codes();
        } else if (field == "country") {
            patch[field] = nullptr;
        } else if (field == "slot_start" || field == "answered_at") {
            patch[field] = time();
        }
    }
    if (!patch.empty() && chance(30)) {
        patch.front() = pick<json>({nullptr, -1, "", json::array()});
    }
    return patch;
}

// Also of a correction, which may be voided, but never corrected.
json RandomHistory::correction(const json& target) {
    const json patch = patch_of(target);
    json data{
        {"target_source", target["source"]}, {"target_id", target["id"]}, {"reason", "error"}};
    const std::string subject = target["subject"];
    const bool moves = chance(30);
    json event = envelope(
        (patch.empty() && !moves) || chance(40) ? "event.voided" : "event.corrected", subject);
    if (event["type"] == "gov.cc.event.corrected.v1") {
        data["patch"] = patch;
        if (moves) {
            data["time"] = time();
        }
    }
    return with(event, data);
}

json RandomHistory::next() {
    ++count_;
    if (!told_.empty() && chance(4)) {
        return pick(told_);  // published again
    }
    if (!told_.empty() && chance(7)) {
        told_.push_back(correction(pick(told_)));
        return told_.back();
    }
    const std::string n = std::to_string(below(4));
    json event;
    switch (below(10)) {
        case 0:
        case 1:
            event = call("call-" + n);
            break;
        case 2:
            event = chat("chat-" + n);
            break;
        case 3:
            event = message("message-" + n);
            break;
        case 4:
            event = appointment("appointment-" + n);
            break;
        case 5:
        case 6:
            event = of_case("case-" + n);
            break;
        case 7:
            event = referral("case-" + n);
            break;
        case 8:
            event = survey("survey-" + n);
            break;
        default:
            event = chance(50) ? evaluation("evaluation-" + n) : kpi("kpi-" + n);
            break;
    }
    told_.push_back(event);
    return event;
}

}  // namespace sijill::model
