// tests/support/model_events.cc - the model's reading of a subject's events: corrections, facts,
// the case's life.

#include "tests/support/model_cells.h"

#include <algorithm>
#include <ctime>

namespace sijill::model {

std::string id_of(const json& event) {
    return event["source"].get<std::string>() + "\n" + event["id"].get<std::string>();
}

namespace {

// The events that count, patched; the others are null.
std::vector<json> corrected(const std::vector<json>& events) {
    std::vector<json> out = events;
    std::set<std::string> voided;
    std::map<std::string, std::vector<json>> patches;
    for (size_t i = events.size(); i-- > 0;) {
        if (events[i].is_null() || !short_name(events[i]).starts_with("event.")) {
            continue;
        }
        out[i] = nullptr;
        if (voided.contains(id_of(events[i]))) {
            continue;
        }
        const json& data = events[i]["data"];
        const std::string target =
            data["target_source"].get<std::string>() + "\n" + data["target_id"].get<std::string>();
        if (short_name(events[i]) == "event.voided") {
            voided.insert(target);
        } else {
            patches[target].insert(patches[target].begin(), data);
        }
    }
    for (json& event : out) {
        if (event.is_null()) {
            continue;
        }
        if (voided.contains(id_of(event))) {
            event = nullptr;
            continue;
        }
        for (const json& data : patches[id_of(event)]) {
            event["data"].merge_patch(data["patch"]);
            event["time"] = data.value("time", event["time"].get<std::string>());
        }
    }
    return out;
}

void keep_latest(std::map<std::string, json>& last, const std::string& name, const json& event) {
    const auto known = last.find(name);
    if (known == last.end() || ms_of(event["time"]) > ms_of(known->second["time"])) {
        last[name] = event;
    }
}

bool settles(const std::string& name) {
    return name == "referral.answered" || name == "referral.declined" ||
           name == "referral.returned" || name == "referral.recalled";
}

json* referral_of(json& of_case, const json& data) {
    for (json& referral : of_case["referrals"]) {
        if (referral["id"] == data["referral_id"]) {
            return &referral;
        }
    }
    return nullptr;
}

bool open(const json& referral) {
    return referral["status"] == "requested" || referral["status"] == "accepted";
}

// False when the referral does not allow the event.
bool settle_referral(json& of_case, const std::string& name, const json& data, const json& event) {
    json* referral = referral_of(of_case, data);
    if (referral == nullptr || !open(*referral)) {
        return false;
    }
    const std::string from = (*referral)["status"];
    const bool fits =
        name == "referral.recalled" || (name == "referral.declined" && from == "requested") ||
        ((name == "referral.answered" || name == "referral.returned") && from == "accepted");
    const std::string status = of_case["status"];
    if (!fits || (status != "OPEN" && status != "PENDING" && status != "REFERRED")) {
        return false;
    }
    (*referral)["status"] = name.substr(9);
    (*referral)["settled"] = ms_of(event["time"]);
    bool waiting = false;
    for (const json& each : of_case["referrals"]) {
        waiting = waiting || open(each);
    }
    if (status == "REFERRED" && !waiting) {
        of_case["status"] = "OPEN";
    }
    return true;
}

// What forbids a move that the case's status would allow.
bool forbidden(const json& of_case, const std::string& name, const json& data) {
    const std::string status = of_case["status"];
    const json& complaint = of_case["complaint"];
    if (name == "referral.requested") {
        return std::any_of(of_case["referrals"].begin(),
                           of_case["referrals"].end(),
                           [&](const json& r) { return r["id"] == data["referral_id"]; });
    }
    if (name == "case.resolved") {
        return !complaint.is_null() && complaint["suggestion"] == false &&
               !complaint.contains("response_sent");
    }
    if (name == "case.closed") {
        return data["reason"] == "resolved" && status != "RESOLVED";
    }
    return name == "case.reopened" && data["episode"] != of_case["episode"].get<int64_t>() + 1;
}

// What is received on a case, and what becomes of it.
bool apply_complaint_event(json& of_case,
                           const std::string& name,
                           const json& data,
                           const json& event) {
    if (name == "complaint.received" || name == "suggestion.received") {
        if (of_case["status"] == "NONE" || !of_case["complaint"].is_null()) {
            return false;
        }
        of_case["complaint"] = {{"event", event}, {"suggestion", name == "suggestion.received"}};
        if (data.contains("due_at")) {
            of_case["complaint"]["due"] = ms_of(data["due_at"]);
        }
        return true;
    }
    if (of_case["complaint"].is_null()) {
        return false;
    }
    json& complaint = of_case["complaint"];
    complaint[name.substr(10)] = true;
    if (name == "complaint.response_sent" && !complaint.contains("first_sent")) {
        complaint["first_sent"] = ms_of(event["time"]);
    }
    if (name == "complaint.assessed") {
        complaint["severity"] = data["severity"];
        if (data["admissible"] == true) {
            complaint["due"] = ms_of(data["due_at"]);
            complaint.erase("refused");
        } else if (!complaint.contains("refused")) {
            complaint["refused"] = ms_of(event["time"]);
        }
    }
    return true;
}

// Referral and complaint events that keep the case's status.
bool apply_side_event(json& of_case, const std::string& name, const json& data, const json& event) {
    const bool opened = of_case["status"] != "NONE";
    if (name == "referral.accepted" || name == "referral.followed_up") {
        json* referral = referral_of(of_case, data);
        if (referral == nullptr || !open(*referral) ||
            (name == "referral.accepted" && (*referral)["status"] != "requested")) {
            return false;
        }
        if (name == "referral.accepted") {
            (*referral)["status"] = "accepted";
        }
        return true;
    }
    if (name.starts_with("complaint.") || name == "suggestion.received") {
        return apply_complaint_event(of_case, name, data, event);
    }
    if (opened && name == "case.reclassified") {
        of_case["purposes"] = data["new"];
    }
    return opened;  // linked, unassigned, reclassified, absorbed, noted
}

bool tells_citizen(const std::string& name, const json& data) {
    return name == "case.resolved" || name == "complaint.acknowledged" ||
           name == "complaint.response_sent" ||
           (name == "case.note_added" && data["visibility"] == "citizen") ||
           (name == "case.contact_linked" && data["role"] == "outbound");
}

// What a move to another status ends or begins, and what is told of it for ever.
void end_or_begin(json& of_case, const std::string& name, const std::string& next, int64_t at) {
    static const std::set<std::string> kFlow{"case.opened",
                                             "case.resolved",
                                             "case.closed",
                                             "case.reopened",
                                             "case.merged_into",
                                             "case.cancelled"};
    if (kFlow.contains(name)) {
        const std::string what = name == "case.merged_into" ? "merged" : name.substr(5);
        of_case["happened"].push_back({{"what", what}, {"at", at}});
    }
    const bool ends =
        next == "RESOLVED" || next == "CLOSED" || next == "MERGED" || next == "CANCELLED";
    const bool complained = !of_case["complaint"].is_null();
    if (ends && of_case["status"] != "RESOLVED") {
        of_case["ends"].push_back({{"at", at}, {"resolved", next == "RESOLVED"}});
        if (complained) {
            of_case["complaint"]["over"].push_back({{"from", at}});
        }
    } else if (name == "case.reopened" && complained && of_case["complaint"].contains("over")) {
        of_case["complaint"]["over"].back()["to"] = at;
    }
}

bool apply_status_event(json& of_case, const json& event) {
    const std::string name = short_name(event);
    const json& data = event["data"];
    const int64_t at = ms_of(event["time"]);
    if (settles(name)) {
        return settle_referral(of_case, name, data, event);
    }
    const std::string next = next_case_status(of_case, name, data);
    if (next == "SIDE") {
        return apply_side_event(of_case, name, data, event);
    }
    if (next.empty()) {
        return false;
    }
    end_or_begin(of_case, name, next, at);
    of_case["status"] = next;
    if (name == "case.opened") {
        of_case["opened"] = event;
        of_case["purposes"] = data["purposes"];
    } else if (name == "referral.requested") {
        of_case["referrals"].push_back({{"id", data["referral_id"]},
                                        {"status", "requested"},
                                        {"department", data["to_department"]},
                                        {"requested", at}});
        if (data.contains("due_at")) {
            of_case["referrals"].back()["due"] = ms_of(data["due_at"]);
        }
    } else if (name == "case.resolved") {
        of_case["last_resolved"] = at;
        if (of_case["resolved"].is_null()) {
            of_case["resolved"] = at;
            of_case["first_contact"] = data["first_contact"];
            of_case["resolution"] = data["resolution"];
        }
    } else if (name == "case.reopened") {
        of_case["episode"] = data["episode"];
        of_case["reopened"].push_back(at);
    }
    return true;
}

bool apply_case_event(json& of_case, const json& event) {
    const json before = of_case["status"];
    const bool itself = short_name(event) == "case.merged_into" &&
                        event["data"]["other_case_id"] == event["subject"];
    const bool legal = !itself && apply_status_event(of_case, event);
    if (of_case["status"] != before) {
        of_case["moves"].push_back({{"at", ms_of(event["time"])}, {"to", of_case["status"]}});
    }
    if (legal && !of_case.contains("responded") &&
        tells_citizen(short_name(event), event["data"])) {
        of_case["responded"] = ms_of(event["time"]);
    }
    return legal;
}

bool apply_kpi_referral_event(json& referral, const json& event) {
    const std::string name = short_name(event);
    const std::string status = referral["status"];
    const bool withdrawn = name == "kpi.referral_closed" && event["data"]["outcome"] == "withdrawn";
    const bool legal = (name == "kpi.referred" && status == "NONE") ||
                       (name == "kpi.referral_acknowledged" && status == "REFERRED") ||
                       (name == "kpi.referral_answered" && status == "ACKNOWLEDGED") ||
                       (name == "kpi.referral_closed" && status == "ANSWERED") ||
                       (withdrawn && (status == "REFERRED" || status == "ACKNOWLEDGED"));
    if (!legal) {
        return false;
    }
    if (name == "kpi.referred") {
        referral["referred"] = event;
        referral["status"] = "REFERRED";
    } else {
        referral["status"] = name == "kpi.referral_acknowledged" ? "ACKNOWLEDGED"
                             : name == "kpi.referral_answered"   ? "ANSWERED"
                                                                 : "CLOSED";
        referral[name.substr(13)] = true;
    }
    return true;
}

}  // namespace

std::string short_name(const json& event) {
    const std::string type = event["type"];
    return type.substr(7, type.rfind(".v") - 7);
}

std::string family_of(const std::string& name) {
    const std::string prefix = name.substr(0, name.find('.'));
    return prefix == "complaint" || prefix == "suggestion" || prefix == "referral" ? "case"
                                                                                   : prefix;
}

int64_t ms_of(const std::string& time) {
    std::tm parts{};
    strptime(time.c_str(), "%Y-%m-%dT%H:%M:%S", &parts);
    return timegm(&parts) * 1000 + std::stoll(time.substr(20, 3));
}

int64_t hour_of(const json& event) {
    return (ms_of(event["time"]) + int64_t{3} * 3'600'000) / 3'600'000;
}

std::string next_case_status(const json& of_case, const std::string& name, const json& data) {
    static const std::map<std::string, std::map<std::string, std::string>> kMoves = {
        {"case.opened", {{"NONE", "NEW"}}},
        {"case.assigned",
         {{"NEW", "OPEN"}, {"OPEN", "OPEN"}, {"PENDING", "PENDING"}, {"REFERRED", "REFERRED"}}},
        {"case.pended", {{"OPEN", "PENDING"}}},
        {"case.resumed", {{"PENDING", "OPEN"}}},
        {"referral.requested",
         {{"NEW", "REFERRED"},
          {"OPEN", "REFERRED"},
          {"PENDING", "REFERRED"},
          {"REFERRED", "REFERRED"}}},
        {"case.resolved", {{"NEW", "RESOLVED"}, {"OPEN", "RESOLVED"}, {"PENDING", "RESOLVED"}}},
        {"case.closed",
         {{"NEW", "CLOSED"}, {"OPEN", "CLOSED"}, {"PENDING", "CLOSED"}, {"RESOLVED", "CLOSED"}}},
        {"case.reopened", {{"RESOLVED", "OPEN"}, {"CLOSED", "OPEN"}}},
        {"case.merged_into", {{"NEW", "MERGED"}, {"OPEN", "MERGED"}, {"PENDING", "MERGED"}}},
        {"case.cancelled", {{"NEW", "CANCELLED"}, {"OPEN", "CANCELLED"}, {"PENDING", "CANCELLED"}}},
    };
    const auto moves = kMoves.find(name);
    if (moves == kMoves.end()) {
        return "SIDE";
    }
    const auto move = moves->second.find(of_case["status"]);
    return move == moves->second.end() || forbidden(of_case, name, data) ? "" : move->second;
}

Folded fold(const std::string& family, const std::vector<json>& events) {
    Folded folded;
    folded.of_case = {{"status", "NONE"},
                      {"episode", 1},
                      {"referrals", json::array()},
                      {"reopened", json::array()},
                      {"ends", json::array()},
                      {"moves", json::array()},
                      {"happened", json::array()},
                      {"complaint", nullptr},
                      {"resolved", nullptr}};
    folded.of_kpi_referral = {{"status", "NONE"}};
    for (const json& event : corrected(events)) {
        bool legal = true;
        if (!event.is_null()) {
            if (family == "case") {
                legal = apply_case_event(folded.of_case, event);
            } else if (family == "kpi") {
                legal = apply_kpi_referral_event(folded.of_kpi_referral, event);
            }
            const std::string name = short_name(event);
            const auto earlier = folded.first.find(name);
            if (earlier == folded.first.end() ||
                ms_of(event["time"]) < ms_of(earlier->second["time"])) {
                folded.first[name] = event;
            }
            keep_latest(folded.last, name, event);
            if (event["data"].contains("new_location")) {
                keep_latest(folded.last, "relocated", event);
            }
            ++folded.count[name];
            folded.history.push_back(event);
        }
        folded.legal.push_back(legal);
    }
    return folded;
}

}  // namespace sijill::model
