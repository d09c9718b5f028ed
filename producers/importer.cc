#include "producers/importer.h"

#include "events/digest.h"

#include <utility>

namespace sijill::producers {

namespace {

// Violations name places and rules, never the value, which may be personal.
std::string all_violations(const std::vector<Checked>& checked, const PlaceNamer& name) {
    std::string text;
    for (size_t i = 0; i < checked.size(); ++i) {
        for (const events::Violation& violation : checked[i].violations) {
            const std::string place = name ? name(i, violation.pointer) : violation.pointer;
            text += text.empty() ? "" : "; ";
            text += place.empty() ? "event" : place;
            text += " " + violation.code + " (" + violation.detail + ")";
        }
    }
    return text;
}

}  // namespace

Importer::Importer(log::EventLog& log, PublishRules rules, KnownEvents known, RejectSink rejected)
    : log_(log),
      gateway_(rules.due),
      publisher_(log, std::move(rules)),
      known_(std::move(known)),
      rejected_(std::move(rejected)) {}

Result<void> Importer::go_on_after(TargetLog earlier) {
    auto target = target_after(std::move(earlier), log_);
    if (!target) {
        return Unexpected(target.error());
    }
    target_ = std::move(*target);
    return {};
}

std::vector<Checked> Importer::check(const std::vector<std::string>& events) {
    std::vector<Checked> checked;
    checked.reserve(events.size());
    for (const std::string& event : events) {
        checked.push_back(gateway_.check(event));
    }
    return checked;
}

bool Importer::add(const ImportPlace& place,
                   const std::vector<std::string>& events,
                   const PlaceNamer& name) {
    std::vector<Checked> checked = check(events);
    const std::string wrong = all_violations(checked, name);
    if (!wrong.empty()) {
        reject(place, wrong);
        return false;
    }
    for (Checked& each : checked) {
        const events::EventKey key = known_.key_of(each.source, each.id, each.record.key);
        if (!known_.add(key)) {
            ++totals_.duplicates;
            continue;
        }
        records_.push_back(std::move(each.record));
        keys_.push_back(key);
    }
    return true;
}

void Importer::reject(const ImportPlace& place, const std::string& reason) {
    ++totals_.rejected;
    rejected_(place, reason);
}

Result<void> Importer::flush() {
    if (records_.empty()) {
        return {};
    }
    const std::vector<Result<log::Appended>> results = publisher_.append(records_);
    Result<void> outcome;
    for (size_t i = 0; i < results.size(); ++i) {
        if (results[i]) {
            ++totals_.published;
            const auto [last, first] = target_.last.try_emplace(results[i]->partition);
            if (first || results[i]->offset > last->second.offset) {
                last->second = {results[i]->offset, events::content_check(records_[i].value)};
            }
            continue;
        }
        known_.forget(keys_[i]);
        if (outcome) {
            outcome = Unexpected(results[i].error());
        }
    }
    records_.clear();
    keys_.clear();
    return outcome;
}

}  // namespace sijill::producers
