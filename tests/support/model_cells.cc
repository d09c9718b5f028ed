// tests/support/model_cells.cc - what the model's subjects add to the cells, cube by cube.

#include "tests/support/model_adder.h"

#include <algorithm>

namespace sijill::model {

namespace {

std::string text(const json& data, const char* field) {
    return data.contains(field) ? data[field].get<std::string>() : std::string();
}

std::set<std::string> codes(const json& data, const char* field) {
    return data.contains(field) ? data[field].get<std::set<std::string>>()
                                : std::set<std::string>();
}

bool has(const Folded& f, const char* name) {
    return f.first.contains(name);
}

const json& data_of(const Folded& f, const char* name) {
    return f.first.at(name)["data"];
}

std::string wait_measure(int64_t ms) {
    for (const int64_t seconds : {5, 10, 12, 15, 20, 30, 45, 60, 90, 120, 180, 240, 300, 600}) {
        if (ms <= seconds * 1000) {
            return "wait_le_" + std::to_string(seconds) + "s";
        }
    }
    return "wait_longer";
}

// Talk, hold and after-call work, once all of it is known.
int64_t handling(const Folded& f) {
    if (!has(f, "call.wrapped_up")) {
        return 0;
    }
    int64_t all = data_of(f, "call.wrapped_up")["acw"];
    if (has(f, "call.ended")) {
        for (const char* part : {"talk", "hold"}) {
            all += data_of(f, "call.ended")[part].get<int64_t>();
        }
    }
    return all;
}

void add_agent(const Folded& f, const std::string& agent, int64_t hour, Cells& cells) {
    const Adder cell(cells, "agents", hour, {agent});
    cell.one("recorded", has(f, "call.recording_available"));
    cell.one("answered");
    cell.one("wrapped_up", has(f, "call.wrapped_up"));
    cell.add("handle_ms", handling(f));
}

void add_answered_call(
    const Folded& f, const Adder& cell, const std::string& queue, int64_t hour, Cells& cells) {
    const int64_t wait = data_of(f, "call.answered")["queue_wait"];
    cell.one("answered");
    cell.add("wait_answered_ms", wait);
    cell.one(wait_measure(wait));
    cell.one("recorded", has(f, "call.recording_available"));
    add_agent(f, data_of(f, "call.answered")["agent"], hour, cells);
    if (has(f, "call.ended")) {
        cell.add("talk_ms", data_of(f, "call.ended")["talk"]);
        cell.add("hold_ms", data_of(f, "call.ended")["hold"]);
    }
    if (!has(f, "call.wrapped_up")) {
        return;
    }
    const json& coding = data_of(f, "call.wrapped_up");
    const std::string outcome = coding["outcome"];
    cell.one("wrapped_up");
    cell.add("acw_ms", coding["acw"]);
    cell.add("handle_ms", handling(f));
    cell.one(outcome);
    for (const std::string& purpose : codes(coding, "purposes")) {
        const Adder by_purpose(cells, "call_purposes", hour, {purpose, queue});
        by_purpose.one("answered");
        by_purpose.one("handled", outcome == "handled");
        by_purpose.one("referred", outcome == "referred");
    }
    for (const std::string& nature : codes(coding, "natures")) {
        Adder(cells, "contact_natures", hour, {nature, "phone"}).one("contacts");
    }
}

int64_t count_of(const Folded& f, const char* name) {
    return f.count.contains(name) ? f.count.at(name) : 0;
}

void add_call(const Folded& f, Cells& cells) {
    if (has(f, "call.offered")) {
        const json& offered = data_of(f, "call.offered");
        const int64_t hour = hour_of(f.first.at("call.offered"));
        const Adder cell(cells, "calls", hour, {offered["queue"], text(offered, "language")});
        cell.one("offered");
        cell.add("agent_not_answered", count_of(f, "call.agent_not_answered"));
        if (has(f, "call.answered")) {
            cell.add("transferred", count_of(f, "call.transferred"));
            cell.add("held", count_of(f, "call.held"));
            add_answered_call(f, cell, offered["queue"], hour, cells);
        } else if (has(f, "call.abandoned")) {
            const int64_t wait = data_of(f, "call.abandoned")["queue_wait"];
            cell.one("abandoned");
            cell.one("short_abandoned", wait <= 5000);
            cell.add("wait_abandoned_ms", wait);
        } else if (has(f, "call.flowed_out")) {
            cell.one("flowed_out");
        }
        Adder(cells, "contacts", hour, {"phone"}).one("contacts");
    }
    if (has(f, "call.outbound_attempted")) {
        const int64_t hour = hour_of(f.first.at("call.outbound_attempted"));
        const Adder cell(
            cells, "outbound_calls", hour, {data_of(f, "call.outbound_attempted")["reason"]});
        const bool connected = has(f, "call.outbound_connected");
        cell.one("attempted");
        cell.one("connected", connected);
        cell.one("failed", !connected && has(f, "call.outbound_failed"));
        cell.one("recorded", connected && has(f, "call.recording_available"));
        if (connected) {
            const Adder by_agent(
                cells, "agents", hour, {data_of(f, "call.outbound_attempted")["agent"]});
            by_agent.one("connected");
            by_agent.one("recorded", has(f, "call.recording_available"));
        }
        Adder(cells, "contacts", hour, {"phone"}).one("contacts");
    }
}

int64_t first_agent_message(const Folded& f) {
    int64_t earliest = -1;
    for (const json& event : f.history) {
        if (short_name(event) == "chat.message_posted" && event["data"]["author"] == "agent") {
            const int64_t at = ms_of(event["data"]["posted_at"]);
            earliest = earliest < 0 ? at : std::min(earliest, at);
        }
    }
    return earliest;
}

void add_chat(const Folded& f, Cells& cells) {
    if (!has(f, "chat.started")) {
        return;
    }
    const json& started = data_of(f, "chat.started");
    const int64_t hour = hour_of(f.first.at("chat.started"));
    const Adder cell(cells,
                     "chats",
                     hour,
                     {started["channel"], text(started, "country"), text(started, "language")});
    cell.one("started");
    cell.one("accepted", has(f, "chat.accepted"));
    cell.one("ended", has(f, "chat.ended"));
    cell.one("unidentified", !started.contains("citizen"));
    if (has(f, "chat.ended")) {
        cell.add("duration_ms", data_of(f, "chat.ended")["duration"]);
    }
    const int64_t message = first_agent_message(f);
    if (has(f, "chat.first_response_given")) {
        cell.one("responded");
        cell.add("first_response_ms", data_of(f, "chat.first_response_given")["response"]);
    } else if (message >= 0) {
        cell.one("responded");
        cell.add("first_response_ms",
                 std::max<int64_t>(0, message - ms_of(f.first.at("chat.started")["time"])));
    } else if (!has(f, "chat.accepted")) {
        cell.one("abandoned", has(f, "chat.abandoned"));
    }
    Adder(cells, "contacts", hour, {"chat"}).one("contacts");
}

void add_message(const Folded& f, Cells& cells) {
    if (!has(f, "message.received")) {
        return;
    }
    const json& received = data_of(f, "message.received");
    const int64_t hour = hour_of(f.first.at("message.received"));
    const std::string channel = received["channel"];
    const Adder cell(cells, "messages", hour, {channel, text(received, "language")});
    cell.one("received");
    std::set<std::string> natures = codes(received, "natures");
    if (has(f, "message.answered")) {
        const json& answered = data_of(f, "message.answered");
        cell.one("answered");
        cell.one("handled", answered["outcome"] == "handled");
        cell.one("referred", answered["outcome"] == "referred");
        cell.add(
            "response_ms",
            std::max<int64_t>(
                0, ms_of(answered["answered_at"]) - ms_of(f.first.at("message.received")["time"])));
        natures = answered.contains("natures") ? codes(answered, "natures") : natures;
    }
    for (const std::string& nature : natures) {
        Adder(cells, "contact_natures", hour, {nature, channel}).one("contacts");
    }
    Adder(cells, "contacts", hour, {channel}).one("contacts");
}

void add_appointment(const Folded& f, Cells& cells) {
    if (!has(f, "appointment.booked")) {
        return;
    }
    const json& booked = data_of(f, "appointment.booked");
    const bool attended = has(f, "appointment.checked_in") || has(f, "appointment.completed");
    const bool no_show = has(f, "appointment.no_show_recorded") && !attended;
    const bool cancelled = has(f, "appointment.cancelled") && !attended && !no_show;
    const Adder booking(cells,
                        "appointments",
                        hour_of(f.first.at("appointment.booked")),
                        {booked["purpose"], booked["location"], booked["booked_via"]});
    booking.one("booked");
    booking.one("cancelled", cancelled);
    std::string start = booked["slot_start"];
    std::string location = booked["location"];
    if (f.last.contains("appointment.rescheduled")) {
        start = f.last.at("appointment.rescheduled")["data"]["new_start"];
    }
    if (f.last.contains("relocated")) {
        location = f.last.at("relocated")["data"]["new_location"];
    }
    const Adder slot(
        cells, "appointment_slots", local_hour(ms_of(start)), {booked["purpose"], location});
    slot.one("slots");
    slot.one("attended", attended);
    slot.one("no_show", no_show);
    slot.one("cancelled", cancelled);
}

// The answer that counts; null when there is none.
json answer_of(const Folded& f) {
    json best;
    for (const json& event : f.history) {
        if (short_name(event) != "survey.answered") {
            continue;
        }
        const int64_t revision = event["data"]["revision"];
        const bool higher = best.is_null() || revision > best["data"]["revision"].get<int64_t>();
        const bool earlier = !best.is_null() && revision == best["data"]["revision"] &&
                             ms_of(event["time"]) < ms_of(best["time"]);
        best = higher || earlier ? event : best;
    }
    return best;
}

bool is_score(const std::string& instrument, int64_t score) {
    const std::map<std::string, std::pair<int, int>> scores{
        {"csat5", {1, 5}}, {"csat2", {0, 1}}, {"nps11", {0, 10}}, {"fcr_yn", {0, 1}}};
    return score >= scores.at(instrument).first && score <= scores.at(instrument).second;
}

void add_survey(const Folded& f, Cells& cells) {
    if (!has(f, "survey.invited")) {
        return;
    }
    const json& invited = data_of(f, "survey.invited");
    const std::string instrument = invited["instrument"];
    const std::vector<std::string> dimensions{invited["about"], instrument, invited["via"]};
    Adder(cells, "surveys", hour_of(f.first.at("survey.invited")), dimensions).one("invited");
    const json best = answer_of(f);
    if (!best.is_null() && is_score(instrument, best["data"]["score"])) {
        const int64_t score = best["data"]["score"];
        const Adder cell(
            cells, "surveys", local_hour(ms_of(best["data"]["answered_at"])), dimensions);
        cell.one("answered");
        cell.one("satisfied",
                 (instrument == "csat5" && score >= 4) || (instrument == "csat2" && score >= 1));
        cell.add("score", score);
        cell.one("promoters", instrument == "nps11" && score >= 9);
        cell.one("detractors", instrument == "nps11" && score <= 6);
    }
}

void add_evaluation(const Folded& f, Cells& cells) {
    if (!has(f, "evaluation.completed") || has(f, "evaluation.withdrawn")) {
        return;
    }
    const json& data = data_of(f, "evaluation.completed");
    int64_t points = 0;
    int64_t max = 0;
    for (const json& item : data["items"]) {
        if (!item.value("not_applicable", false)) {
            points += item["weight"].get<int64_t>() * item["points"].get<int64_t>();
            max += item["weight"].get<int64_t>() * item["max"].get<int64_t>();
        }
    }
    const bool fail = data["automatic_fail"];
    const Adder cell(cells,
                     "evaluations",
                     hour_of(f.first.at("evaluation.completed")),
                     {data["form"], data["agent"]});
    cell.one("completed");
    cell.add("weighted_points", fail ? 0 : points);
    cell.add("weighted_maximum", max);
    cell.one("automatic_fails", fail);
}

void add_kpi_referral(const Folded& f, Cells& cells) {
    const json& referral = f.of_kpi_referral;
    if (referral["status"] == "NONE") {
        return;
    }
    const json& data = referral["referred"]["data"];
    const Adder cell(cells,
                     "kpi_referrals",
                     hour_of(referral["referred"]),
                     {data["to_department"], data["kpi"]});
    cell.one("referred");
    cell.one("acknowledged", referral.contains("acknowledged"));
    cell.one("answered", referral.contains("answered"));
    cell.one("closed", referral["status"] == "CLOSED");
}

// After the last event of its history.
bool is_out_of_scale(const Folded& survey) {
    const json answer = answer_of(survey);
    return !answer.is_null() && has(survey, "survey.invited") &&
           !is_score(data_of(survey, "survey.invited")["instrument"], answer["data"]["score"]);
}

bool is_above_maximum(const json& evaluation) {
    const json& items = evaluation["data"]["items"];
    return std::any_of(items.begin(), items.end(), [](const json& item) {
        return !item.value("not_applicable", false) && item["points"] > item["max"];
    });
}

}  // namespace

void add_cells(const std::string& family, const Folded& folded, Cells& cells) {
    static const std::map<std::string, void (*)(const Folded&, Cells&)> kAdders{
        {"call", add_call},
        {"chat", add_chat},
        {"message", add_message},
        {"appointment", add_appointment},
        {"case", add_case_cells},
        {"survey", add_survey},
        {"evaluation", add_evaluation},
        {"kpi", add_kpi_referral}};
    if (const auto adder = kAdders.find(family); adder != kAdders.end()) {
        adder->second(folded, cells);
    }
}

int64_t out_of_scale(const std::string& family, const Folded& folded) {
    int64_t count = 0;
    std::vector<json> heard;
    bool before = false;
    for (const json& event : folded.history) {
        const std::string name = short_name(event);
        heard.push_back(event);
        if (name == "evaluation.completed") {
            count += is_above_maximum(event) ? 1 : 0;
        } else if (family == "survey") {
            const Folded now = fold(family, heard);
            const bool since = is_out_of_scale(now);
            const bool counts = name == "survey.answered" && answer_of(now) == event;
            count += since && (counts || !before) ? 1 : 0;
            before = since;
        }
    }
    return count;
}

}  // namespace sijill::model
