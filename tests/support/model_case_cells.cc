// tests/support/model_case_cells.cc - what the model's cases add to the cells.

#include "tests/support/model_adder.h"

#include <algorithm>
#include <set>

namespace sijill::model {

namespace {

constexpr int64_t kEver = 1'000'000;  // a day behind all days of a test

int64_t local_day(int64_t ms) {
    return local_hour(ms) / 24;
}

void add_case_parts(const json& c, const std::string& kind, Cells& cells) {
    const auto flow = [&](const std::string& measure, int64_t ms) {
        Adder(cells, "case_flow", local_hour(ms), {kind}).one(measure);
    };
    for (const json& each : c["happened"]) {
        flow(each["what"], each["at"]);
    }
    for (const json& referral : c["referrals"]) {
        const int64_t requested = referral["requested"];
        const std::string status = referral["status"];
        const Adder cell(cells, "referrals", local_hour(requested), {referral["department"]});
        cell.one("requested");
        if (status == "answered" || status == "declined" || status == "returned" ||
            status == "recalled") {
            cell.one(status);
        }
        cell.add("turnaround_ms",
                 status == "answered"
                     ? std::max(int64_t{0}, referral["settled"].get<int64_t>() - requested)
                     : 0);
    }
    if (!c["complaint"].is_null()) {
        const json& complaint = c["complaint"];
        const json& data = complaint["event"]["data"];
        const bool suggestion = complaint["suggestion"];
        const std::string severity =
            suggestion ? ""
                       : (complaint.contains("severity") ? complaint["severity"] : data["severity"])
                             .get<std::string>();
        const Adder cell(cells,
                         "complaints",
                         hour_of(complaint["event"]),
                         {data["category"], severity, data["received_via"]});
        cell.one(suggestion ? "suggestions" : "complaints");
        cell.one("acknowledged", complaint.contains("acknowledged"));
        cell.one("answered", complaint.contains("response_sent"));
    }
}

// What it waits for at the end of a day on which it is open.
std::string waits_at_end_of(int64_t day, const json& c) {
    for (const json& referral : c["referrals"]) {
        const bool settled = referral.contains("settled");
        if (local_day(referral["requested"]) <= day &&
            (!settled || local_day(referral["settled"]) > day)) {
            return referral["department"].get<std::string>();
        }
    }
    return "centre";
}

struct Episode {
    int64_t begin;  // local days
    int64_t end;
};

// Where it stood at the end of the day, of the statuses of a case that is open. A move that is told
// later happened later, whatever its clock says.
std::string stands_at_end_of(int64_t day, const json& c) {
    std::string stands = "NEW";
    int64_t latest = 0;
    for (const json& move : c["moves"]) {
        const std::string to = move["to"];
        if (to != "NEW" && to != "OPEN" && to != "PENDING" && to != "REFERRED") {
            continue;
        }
        latest = std::max(latest, local_day(move["at"]));
        if (latest <= day) {
            stands = to;
        }
    }
    return stands;
}

// Day for day, as somebody would count who looks every midnight until `last`: what `seen` says, by
// day, as the values of a cell; nothing when the case is not open.
template <class Seen>
void add_episode(
    const std::string& cube, Episode episode, int64_t last, const Seen& seen, Cells& cells) {
    const auto change = [&](std::vector<std::string> values, int64_t day, int64_t by) {
        if (!values.empty()) {
            values.push_back(std::to_string(day));
            Adder(cells, cube, episode.begin * 24, values).add("cases", by);
        }
    };
    std::vector<std::string> before;
    for (int64_t day = episode.begin; day <= std::min(episode.end, std::max(last, episode.begin));
         ++day) {
        const auto now = day < episode.end ? seen(day) : std::vector<std::string>();
        if (now != before) {
            change(before, day, -1);
            change(now, day, 1);
        }
        before = now;
    }
    if (episode.end != kEver) {
        change(before, episode.end, -1);
    }
}

void add_backlog(const json& c, const std::string& kind, Cells& cells) {
    int64_t last = 0;
    for (const json& referral : c["referrals"]) {
        last = std::max({last,
                         local_day(referral["requested"]),
                         local_day(referral.value("settled", int64_t{0}))});
    }
    for (const json& move : c["moves"]) {
        last = std::max(last, local_day(move["at"]));
    }
    std::vector<int64_t> begins{ms_of(c["opened"]["time"])};
    for (const json& at : c["reopened"]) {
        begins.push_back(at);
    }
    int64_t before = 0;  // the day on which the episode before was over
    for (size_t i = 0; i < begins.size(); ++i) {
        const int64_t begin = local_day(begins[i]) < before ? before : local_day(begins[i]);
        const int64_t end = i < c["ends"].size() ? local_day(c["ends"][i]["at"]) : kEver;
        const Episode episode{begin, end};
        before = end < begin ? begin : end;
        const auto waits = [&](int64_t day) {
            const std::string department = waits_at_end_of(day, c);
            return std::vector{kind, department == "centre" ? "" : department};
        };
        const auto stands = [&](int64_t day) {
            return std::vector{stands_at_end_of(day, c), kind};
        };
        add_episode("case_backlog", episode, last, waits, cells);
        add_episode("case_status_backlog", episode, last, stands, cells);
    }
}

void add_referral_backlog(const json& referral, Cells& cells) {
    const int64_t requested = local_day(referral["requested"]);
    const int64_t settled = referral.contains("settled") ? local_day(referral["settled"]) : kEver;
    const auto change = [&](const std::string& measure, int64_t day, int64_t by) {
        Adder(cells,
              "referral_backlog",
              requested * 24,
              {referral["department"], std::to_string(day)})
            .add(measure, day == kEver ? 0 : by);
    };
    if (settled > requested) {
        change("referrals", requested, 1);
        change("referrals", settled, -1);
    }
    const int64_t due = referral.contains("due") ? local_day(referral["due"]) : kEver;
    if (std::max(due, requested) < settled) {
        change("fell_due", std::max(due, requested), 1);
        change("settled_late", settled, -1);
    }
}

// How a clock stood at its due instant.
void add_clock(const std::vector<std::string>& metric_and_department,
               int64_t due,
               const json& answered,
               const json& dropped,
               Cells& cells) {
    const Adder cell(cells, "due_clocks", local_hour(due), metric_and_department);
    if (!answered.is_null()) {
        cell.one(answered.get<int64_t>() <= due ? "met" : "breached");
    } else if (dropped.is_null()) {
        cell.one("open");
    } else if (dropped.get<int64_t>() > due) {
        cell.one("breached");
    }
}

void add_complaint_clock(const json& complaint, Cells& cells) {
    if (complaint.is_null() || !complaint.contains("due")) {
        return;
    }
    const int64_t due = complaint["due"];
    const json refused = complaint.value("refused", json());
    if (!refused.is_null() && refused.get<int64_t>() <= due) {
        return;  // no answer is owed, be there one or not
    }
    const json sent = complaint.contains("first_sent") ? complaint["first_sent"] : json();
    const bool late = sent.is_null() || sent.get<int64_t>() > due;
    json dropped = refused;
    for (const json& over : complaint.value("over", json::array())) {
        const bool again = over.contains("to");
        if (late && over["from"].get<int64_t>() <= due &&
            !(again && over["to"].get<int64_t>() <= due)) {
            return;  // the case had ended
        }
        if (refused.is_null() && !again) {
            dropped = over["from"];
        }
    }
    add_clock({"complaint_response", ""}, due, sent, dropped, cells);
}

void add_clocks(const json& c, Cells& cells) {
    add_complaint_clock(c["complaint"], cells);
    for (const json& referral : c["referrals"]) {
        add_referral_backlog(referral, cells);
        if (referral.contains("due")) {
            const bool answered = referral["status"] == "answered";
            const json settled = referral.contains("settled") ? referral["settled"] : json();
            add_clock({"referral_answer", referral["department"]},
                      referral["due"],
                      answered ? settled : json(),
                      answered ? json() : settled,
                      cells);
        }
    }
}

struct Limit {
    const char* name;
    int64_t minutes;
};

std::string bin_name(const std::string& what, const std::vector<Limit>& limits, int64_t ms) {
    for (const Limit& limit : limits) {
        if (ms <= limit.minutes * 60'000) {
            return what + "_le_" + limit.name;
        }
    }
    return what + "_later";
}

void add_times(const json& c, bool resolved, const Adder& cell) {
    static const std::vector<Limit> kAnswers{
        {"15m", 15}, {"1h", 60}, {"4h", 240}, {"1d", 1440}, {"3d", 4320}, {"7d", 10080}};
    static const std::vector<Limit> kResolutions{{"1h", 60},
                                                 {"4h", 240},
                                                 {"1d", 1440},
                                                 {"2d", 2880},
                                                 {"3d", 4320},
                                                 {"7d", 10080},
                                                 {"14d", 20160},
                                                 {"30d", 43200}};
    static const std::vector<Limit> kWindows{
        {"1d", 1440}, {"3d", 4320}, {"7d", 10080}, {"14d", 20160}, {"30d", 43200}};
    const int64_t opened = ms_of(c["opened"]["time"]);
    if (c.contains("responded")) {
        const int64_t took = std::max<int64_t>(0, c["responded"].get<int64_t>() - opened);
        cell.one("responded");
        cell.add("first_response_ms", took);
        cell.one(bin_name("responded", kAnswers, took));
    }
    if (!resolved) {
        return;
    }
    const int64_t first = std::max<int64_t>(0, c["resolved"].get<int64_t>() - opened);
    cell.add("first_resolution_ms", first);
    cell.add("last_resolution_ms",
             std::max<int64_t>(0, c["last_resolved"].get<int64_t>() - opened));
    cell.one(bin_name("resolved", kResolutions, first));
    std::vector<int64_t> held;
    for (size_t i = 0; i < c["reopened"].size(); ++i) {
        if (c["ends"][i]["resolved"] == true) {
            held.push_back(std::max<int64_t>(
                0, c["reopened"][i].get<int64_t>() - c["ends"][i]["at"].get<int64_t>()));
        }
    }
    const bool at_once = c["first_contact"] == true && c["referrals"].empty();
    if (!held.empty()) {
        cell.one(bin_name("reopened", kWindows, *std::min_element(held.begin(), held.end())));
        cell.one(bin_name("undone", kWindows, held.front()), at_once);
    }
    cell.one("held_after_reopening", at_once && held.empty() && !c["reopened"].empty());
}

}  // namespace

void add_case_cells(const Folded& f, Cells& cells) {
    const json& c = f.of_case;
    if (c["status"] == "NONE") {
        return;
    }
    const json& opened = c["opened"]["data"];
    const std::string kind = opened["kind"];
    const int64_t hour = hour_of(c["opened"]);
    const Adder cohort(cells, "cases", hour, {kind, opened["priority"], opened["opened_via"]});
    const bool resolved = !c["resolved"].is_null() && c["status"] != "MERGED";
    cohort.one("opened");
    cohort.one("referred", !c["referrals"].empty());
    cohort.one("resolved", resolved);
    const bool at_once =
        resolved && c["first_contact"] == true && c["referrals"].empty() && c["reopened"].empty();
    cohort.one("resolved_at_first_contact", at_once);
    cohort.one("reopened", !c["reopened"].empty());
    cohort.one("merged", c["status"] == "MERGED");
    cohort.one("cancelled", c["status"] == "CANCELLED");
    for (const std::string& purpose : c["purposes"].get<std::set<std::string>>()) {
        const Adder coded(cells, "case_purposes", hour, {purpose, kind});
        coded.one("opened");
        coded.one("resolved", resolved);
        coded.one("resolved_at_first_contact", at_once);
    }
    if (resolved) {
        bool undone = false;
        for (size_t i = 0; i < c["reopened"].size(); ++i) {
            undone = undone || c["ends"][i]["resolved"] == true;
        }
        const Adder cell(cells, "case_resolutions", hour, {c["resolution"], kind});
        cell.one("resolved");
        cell.one("reopened", undone);
    }
    add_case_parts(c, kind, cells);
    add_backlog(c, kind, cells);
    add_clocks(c, cells);
    add_times(c,
              resolved,
              Adder(cells, "case_times", hour, {kind, opened["priority"], opened["opened_via"]}));
}

}  // namespace sijill::model
