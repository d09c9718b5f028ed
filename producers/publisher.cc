#include "producers/publisher.h"

#include "events/check.h"
#include "events/encode.h"
#include "producers/input.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <string>
#include <thread>
#include <utility>

namespace sijill::producers {

namespace {

constexpr std::chrono::milliseconds kLookForStop{100};

bool is_set(const std::atomic<bool>* stop) {
    return stop != nullptr && *stop;
}

std::string summary(const std::vector<events::Violation>& violations) {
    std::string text = violations.front().pointer + ": " + violations.front().code;
    if (violations.size() > 1) {
        text += " and " + std::to_string(violations.size() - 1) + " more";
    }
    return text;
}

std::vector<size_t> to_send_again(const std::vector<Result<log::Appended>>& results) {
    std::vector<size_t> again;
    for (size_t i = 0; i < results.size(); ++i) {
        if (!results[i] && is_retriable(results[i].error().code)) {
            again.push_back(i);
        }
    }
    return again;
}

// Unknown once is unknown until it succeeds: the first attempt may stand in the log.
Result<log::Appended> joined(const Result<log::Appended>& before, Result<log::Appended> after) {
    if (!after && before.error().code == Errc::Unknown) {
        return fail(Errc::Unknown, after.error().message);
    }
    return after;
}

// The decoder accepts what validate() accepts in the log, twenty times as fast; the gateway refuses
// clear personal fields besides, also those that a correction would put in.
bool may_be_refused(const events::Decoded* decoded) {
    return decoded == nullptr || decoded->clear_personal_field ||
           std::holds_alternative<events::EventCorrected>(decoded->event);
}

}  // namespace

// Lines that wait for their append.
struct Publisher::Batch {
    std::vector<events::NewRecord> records;
    std::vector<uint64_t> lines;
};

Publisher::Publisher(log::EventLog& log, PublishRules rules)
    : log_(log), rules_(std::move(rules)), gateway_(rules_.due) {
    CHECK(rules_.batch >= 1 && rules_.attempts >= 1, "a publisher sends something at least once");
    if (!rules_.wait) {
        rules_.wait = [stop = rules_.stop](std::chrono::milliseconds pause) {
            const auto end = std::chrono::steady_clock::now() + pause;
            while (!is_set(stop) && std::chrono::steady_clock::now() < end) {
                std::this_thread::sleep_for(std::min(pause, kLookForStop));
            }
        };
    }
}

Checked Gateway::check(std::string_view json) {
    const events::Decoded* decoded = decoder_.decode_text(json);
    auto violations = may_be_refused(decoded) ? events::validate(json, events::Door::Gateway)
                                              : std::vector<events::Violation>();
    if (decoded != nullptr && violations.empty()) {
        auto dated = with_due_date(json, *decoded, due_);
        if (!dated) {
            return {{}, {}, {}, {{"/data/due_at", "no-due-date", dated.error().message}}};
        }
        return {
            std::string(decoded->envelope.source),
            std::string(decoded->envelope.id),
            events::structured_record(std::string(decoded->envelope.subject), std::move(*dated)),
            {}};
    }
    if (violations.empty()) {
        violations = {{"", "unreadable", "the event could not be read"}};
    }
    return {{}, {}, {}, std::move(violations)};
}

std::vector<Result<log::Appended>> Publisher::append(std::span<const events::NewRecord> records) {
    std::vector<Result<log::Appended>> results = log_.append(records);
    CHECK(results.size() == records.size(), "a log answers for each record");
    std::chrono::milliseconds pause = rules_.first_pause;
    for (int attempt = 1; attempt < rules_.attempts; ++attempt) {
        const std::vector<size_t> again = to_send_again(results);
        if (again.empty() || is_set(rules_.stop)) {
            break;
        }
        spdlog::warn("append: {} of {} events to send again in {} ms: {}",
                     again.size(),
                     records.size(),
                     pause.count(),
                     results[again.front()].error().message);
        rules_.wait(pause);
        if (is_set(rules_.stop)) {
            break;
        }
        pause = std::min(pause * 2, rules_.longest_pause);
        std::vector<events::NewRecord> repeated;
        repeated.reserve(again.size());
        for (const size_t i : again) {
            repeated.push_back(records[i]);
        }
        std::vector<Result<log::Appended>> outcomes = log_.append(repeated);
        CHECK(outcomes.size() == again.size(), "a log answers for each record");
        for (size_t i = 0; i < again.size(); ++i) {
            results[again[i]] = joined(results[again[i]], std::move(outcomes[i]));
        }
    }
    return results;
}

void Publisher::flush(Batch& batch, const FailureSink& failed, Published& totals) {
    if (batch.records.empty()) {
        return;
    }
    const std::vector<Result<log::Appended>> results = append(batch.records);
    for (size_t i = 0; i < results.size(); ++i) {
        if (results[i]) {
            ++totals.published;
            continue;
        }
        const Error& error = results[i].error();
        ++(error.code == Errc::Unknown ? totals.unknown : totals.failed);
        failed({batch.lines[i], error, {}});
        totals.stopped = totals.stopped || rules_.strict;
    }
    batch.records.clear();
    batch.lines.clear();
}

Published Publisher::publish_lines(std::istream& input, const FailureSink& failed) {
    Published totals;
    Batch batch;
    std::string line;
    for (uint64_t number = 1; !totals.stopped && read_line(input, line); ++number) {
        if (is_set(rules_.stop)) {
            totals.told_to_stop = true;  // this line is not taken
            break;
        }
        if (is_blank_line(line)) {
            continue;
        }
        ++totals.read;
        Checked checked = gateway_.check(line);
        if (checked.violations.empty()) {
            batch.records.push_back(std::move(checked.record));
            batch.lines.push_back(number);
        } else {
            ++totals.rejected;
            totals.stopped = rules_.strict;
            const std::string what = summary(checked.violations);
            failed({number, {Errc::Rejected, what}, std::move(checked.violations)});
        }
        if (batch.records.size() >= rules_.batch) {
            flush(batch, failed, totals);
        }
    }
    flush(batch, failed, totals);
    return totals;
}

}  // namespace sijill::producers
