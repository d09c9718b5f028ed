#include "tests/support/model_fold.h"

#include "tests/support/model_cells.h"

#include <algorithm>

namespace sijill::model {

namespace {

std::string target_of(const json& event) {
    return event["data"]["target_source"].get<std::string>() + "\n" +
           event["data"]["target_id"].get<std::string>();
}

// Whether an event may say this in a field that corrections touch. Nothing: json().
bool may_say(const std::string& field, const json& value) {
    static const std::set<std::string> kDurations{"queue_wait", "talk", "response"};
    if (field == "country") {
        return value.is_null() || value == "BH";  // no history has another
    }
    if (field == "language") {
        return value.is_null() || (value.is_string() && !value.get<std::string>().empty());
    }
    if (kDurations.contains(field)) {
        return value.is_number_integer() && value.get<int64_t>() >= 0;
    }
    if (field == "purposes") {
        return value.is_array() && !value.empty();
    }
    const bool touched = field == "queue" || field == "slot_start" || field == "answered_at";
    return !touched || (value.is_string() && !value.get<std::string>().empty());
}

}  // namespace

void Model::add(const json& event) {
    const std::string name = short_name(event);
    if (name.starts_with("event.")) {
        add_correction(event);
        return;
    }
    Subject& subject = subjects_[{family_of(name), event["subject"]}];
    if (!subject.ids.insert(id_of(event)).second) {
        ++duplicates;
        return;
    }
    Entry entry{event, false, false};
    if (event.contains("expectedversion") && event["expectedversion"] != subject.version) {
        entry.conflict = true;
        ++conflicts;
    }
    subject.entries.push_back(entry);
    if (!entry.conflict) {
        const std::string family = family_of(name);
        const bool has_rules = family == "case" || family == "kpi";  // of the others all is legal
        subject.version += !has_rules || fold(family, heard_of(subject)).legal.back() ? 1 : 0;
    }
}

std::vector<json> Model::heard_of(const Subject& subject) {
    std::vector<json> heard;
    for (const Entry& each : subject.entries) {
        heard.push_back(each.conflict || each.ineffective ? json() : each.event);
    }
    return heard;
}

// False for a patch of a correction, or one after which its event would not be valid. That of each
// field stands alone, so that other patches change nothing in it.
bool Model::may_be_patched(const Subject& subject, const json& correction) {
    if (short_name(correction) == "event.voided") {
        return true;
    }
    const auto target =
        std::find_if(subject.entries.begin(), subject.entries.end(), [&](const Entry& each) {
            return id_of(each.event) == target_of(correction);
        });
    if (target == subject.entries.end() || short_name(target->event).starts_with("event.")) {
        return false;
    }
    const json& patch = correction["data"]["patch"];
    return std::all_of(patch.items().begin(), patch.items().end(), [](const auto& change) {
        return may_say(change.key(), change.value());
    });
}

void Model::add_correction(const json& event) {
    for (auto& [key, subject] : subjects_) {
        if (key.second != event["subject"].get<std::string>() ||
            !subject.ids.contains(target_of(event))) {
            continue;
        }
        if (!subject.ids.insert(id_of(event)).second) {
            ++duplicates;
            return;
        }
        Entry entry{event, false, false};
        if (event.contains("expectedversion") && event["expectedversion"] != subject.version) {
            entry.conflict = true;
            ++conflicts;
        } else if (!may_be_patched(subject, event)) {
            entry.ineffective = true;
            ++invalid_patches;
        } else {
            ++subject.version;
        }
        subject.entries.push_back(entry);
        return;
    }
    ++without_target;
}

int64_t Model::illegal() const {
    int64_t count = 0;
    for (const auto& [key, subject] : subjects_) {
        const Folded folded = fold(key.first, heard_of(subject));
        count += std::count(folded.legal.begin(), folded.legal.end(), false);
    }
    return count;
}

int64_t Model::listed_out_of_scale() const {
    int64_t count = 0;
    for (const auto& [key, subject] : subjects_) {
        count += out_of_scale(key.first, fold(key.first, heard_of(subject)));
    }
    return count;
}

Cells Model::cells() const {
    Cells cells;
    for (const auto& [key, subject] : subjects_) {
        add_cells(key.first, fold(key.first, heard_of(subject)), cells);
    }
    std::erase_if(cells, [](const auto& cell) { return cell.second == 0; });
    return cells;
}

std::map<std::string, int64_t> Model::people() const {
    std::map<std::string, int64_t> people;
    for (const auto& [key, subject] : subjects_) {
        if (key.first != "chat") {
            continue;
        }
        const Folded folded = fold(key.first, heard_of(subject));
        const auto started = folded.first.find("chat.started");
        if (started != folded.first.end() && started->second["data"].contains("citizen")) {
            const int64_t day = hour_of(started->second) / 24;
            ++people["chats|" + std::to_string(day) + "|" +
                     started->second["data"]["citizen"].get<std::string>()];
        }
    }
    return people;
}

}  // namespace sijill::model
