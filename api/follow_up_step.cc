#include "api/follow_up_step.h"

#include "api/strict_json.h"
#include "events/encode.h"
#include "events/uuid.h"
#include "projections/follow_up.h"
#include "projections/keys.h"
#include "projections/row_codec.h"

#include <algorithm>
#include <array>
#include <optional>
#include <random>

namespace sijill::api {

namespace {

namespace ev = events;
using projections::AggregateKind;
using projections::FollowUpStatus;
using projections::Referral;

constexpr std::string_view kStepSource = "urn:sijill:follow-up";

// A step's word, where it leads on from, and what it needs for a case or for a figure.
struct StepRule {
    std::string_view name;
    std::string_view done;  // "accepted"
    std::optional<FollowUpStatus> of_case;
    std::optional<FollowUpStatus> of_figure;
};

constexpr std::array kStepRules{
    StepRule{"accept", "accepted", FollowUpStatus::Waiting, FollowUpStatus::Waiting},
    StepRule{"answer", "answered", FollowUpStatus::Accepted, FollowUpStatus::Accepted},
    StepRule{"return", "returned", FollowUpStatus::Accepted, std::nullopt},
    StepRule{"decline", "declined", FollowUpStatus::Waiting, std::nullopt},
    StepRule{"close", "closed", std::nullopt, FollowUpStatus::Answered},
};

const StepRule* rule_of(std::string_view step) {
    const auto found = std::ranges::find(kStepRules, step, &StepRule::name);
    return found == kStepRules.end() ? nullptr : &*found;
}

using Member = std::string FollowUpStep::*;
constexpr auto kStepMembers = std::to_array<std::pair<std::string_view, Member>>({
    {"step", &FollowUpStep::step},
    {"subject", &FollowUpStep::subject},
    {"referral", &FollowUpStep::referral},
    {"outcome", &FollowUpStep::outcome},
    {"reason", &FollowUpStep::reason},
    {"cause", &FollowUpStep::cause},
    {"action", &FollowUpStep::action},
});

Unexpected no_follow_up(const FollowUpStep& step) {
    return fail(Errc::NotFound,
                "department '" + step.department + "' has no follow-up '" + step.subject +
                    (step.referral.empty() ? "" : "' with referral '" + step.referral) + "'");
}

Unexpected not_here(const StepRule& rule, std::string_view what, FollowUpStatus status) {
    std::string message = std::string(what) + " is " + std::string(name_of(status));
    for (const StepRule& other : kStepRules) {
        if (other.of_case == status && other.name == "accept" && rule.name != "decline") {
            message += ": accept it first";
        }
    }
    return fail(Errc::Conflict, message + "; it cannot be " + std::string(rule.done) + " now");
}

using Violations = std::vector<ev::Violation>;

// Why there is no event, in one line.
Unexpected incomplete(const Violations& violations) {
    std::string text;
    for (const ev::Violation& each : violations) {
        text += (text.empty() ? "" : "; ") + each.pointer.substr(1) + ": " + each.detail;
    }
    return fail(Errc::Invalid, text);
}

Unexpected violates(Violations& violations, std::string_view member, std::string detail) {
    violations.push_back({"/" + std::string(member), "value", std::move(detail)});
    return incomplete(violations);
}

// The members that the step needs are there, and no others.
void judge_members(const FollowUpStep& step,
                   std::initializer_list<Member> needed,
                   Violations& violations) {
    for (const auto& [name, member] : kStepMembers) {
        if (member == &FollowUpStep::step || member == &FollowUpStep::subject ||
            member == &FollowUpStep::referral) {
            continue;
        }
        const bool needs = std::ranges::find(needed, member) != needed.end();
        if (needs == (step.*member).empty()) {
            violations.push_back(
                {"/" + std::string(name),
                 needs ? "required" : "unknown",
                 needs ? "needed to " + step.step + " this" : "no part of this step"});
        }
    }
}

// The outcome that the step names; one that it lacks is told by judge_members().
template <class E>
E named(const FollowUpStep& step, Violations& violations) {
    constexpr auto kNames = ev::EnumNames<E>::kNames;
    const auto found = std::ranges::find(kNames, step.outcome);
    if (found != kNames.end()) {
        return static_cast<E>(found - kNames.begin());
    }
    std::string known;
    for (const std::string_view name : kNames) {
        known += (known.empty() ? "" : ", ") + std::string(name);
    }
    if (!step.outcome.empty()) {
        violations.push_back({"/outcome", "value", "must be one of " + known});
    }
    return E{};
}

// The referral that is meant: by its id, or the only one that the step fits.
Result<const Referral*> referral_of(const projections::CaseState& of_case,
                                    const projections::Dictionary& dictionary,
                                    const FollowUpStep& step,
                                    Violations& violations) {
    const StepRule& rule = *rule_of(step.step);
    const Referral* found = nullptr;
    size_t fitting = 0;
    for (const Referral& referral : of_case.referrals) {
        if (dictionary.text(referral.department) != step.department ||
            (!step.referral.empty() && referral.id != step.referral)) {
            continue;
        }
        const bool fits = follow_up_status(referral) == rule.of_case;
        fitting += fits ? 1 : 0;
        found = fits || found == nullptr ? &referral : found;
    }
    if (found == nullptr) {
        return no_follow_up(step);
    }
    if (fitting > 1) {
        return violates(
            violations, "referral", "the case has several referrals to the department: say which");
    }
    if (fitting == 0) {
        return not_here(rule, "referral '" + found->id + "'", follow_up_status(*found));
    }
    return found;
}

Result<ev::Event> case_event(const projections::CaseState& of_case,
                             const projections::Dictionary& dictionary,
                             const FollowUpStep& step,
                             ev::Timestamp at,
                             Violations& violations) {
    if (!rule_of(step.step)->of_case) {
        return violates(
            violations,
            "step",
            "an answered referral is settled; the case itself is closed by case.resolved");
    }
    const auto referral = referral_of(of_case, dictionary, step, violations);
    if (!referral) {
        return Unexpected(referral.error());
    }
    const ev::Id id{(*referral)->id};
    ev::ReferralOutcome outcome{};
    if (step.step == "accept") {
        judge_members(step, {}, violations);
    } else if (step.step == "answer") {
        judge_members(step, {&FollowUpStep::outcome}, violations);
        outcome = named<ev::ReferralOutcome>(step, violations);
    } else {
        judge_members(step, {&FollowUpStep::reason}, violations);
    }
    if (!violations.empty()) {
        return incomplete(violations);
    }
    if (step.step == "accept") {
        return ev::ReferralAccepted{id, at};
    }
    if (step.step == "return") {
        return ev::ReferralReturned{id, at, {step.reason}};
    }
    if (step.step == "decline") {
        return ev::ReferralDeclined{id, at, {step.reason}};
    }
    return ev::ReferralAnswered{id, at, outcome, std::nullopt};
}

Result<ev::Event> figure_event(const projections::KpiReferralState& figure,
                               const FollowUpStep& step,
                               ev::Timestamp at,
                               Violations& violations) {
    const StepRule& rule = *rule_of(step.step);
    if (!rule.of_figure) {
        return violates(violations,
                        "step",
                        "a referred figure is answered with its cause and an action, not " +
                            std::string(rule.done));
    }
    const FollowUpStatus status = follow_up_status(figure);
    const bool withdrawn =
        step.step == "close" && step.outcome == "withdrawn" && status != FollowUpStatus::Closed;
    if (status != rule.of_figure && !withdrawn) {
        return not_here(rule, "the figure", status);
    }
    ev::KpiReferralOutcome outcome{};
    if (step.step == "accept") {
        judge_members(step, {}, violations);
    } else if (step.step == "answer") {
        judge_members(step, {&FollowUpStep::cause, &FollowUpStep::action}, violations);
    } else {
        judge_members(step, {&FollowUpStep::outcome}, violations);
        outcome = named<ev::KpiReferralOutcome>(step, violations);
    }
    if (!violations.empty()) {
        return incomplete(violations);
    }
    if (step.step == "accept") {
        return ev::KpiReferralAcknowledged{at};
    }
    if (step.step == "answer") {
        return ev::KpiReferralAnswered{at, {step.cause}, {step.action}, std::nullopt};
    }
    return ev::KpiReferralClosed{at, outcome};
}

// An event that was illegal leaves a row too, of whatever kind it is of.
bool has_begun(const projections::State& state) {
    if (const auto* of_case = std::get_if<projections::CaseState>(&state)) {
        return of_case->status != projections::CaseStatus::None;
    }
    const auto* figure = std::get_if<projections::KpiReferralState>(&state);
    return figure != nullptr && figure->status != projections::KpiReferralStatus::None;
}

// The aggregate that the subject names: a case or a figure. None: there is no such subject.
Result<std::optional<projections::Aggregate>> found_in(const projections::RowReader& rows,
                                                       const std::string& subject,
                                                       projections::Dictionary& dictionary) {
    for (const AggregateKind kind : {AggregateKind::Case, AggregateKind::KpiReferral}) {
        const auto row = rows.get(projections::keys::aggregate(kind, subject));
        if (!row) {
            return Unexpected(row.error());
        }
        if (*row) {
            auto decoded = projections::decode_aggregate(kind, **row, dictionary);
            if (!decoded) {
                return Unexpected(decoded.error());
            }
            if (has_begun(decoded->aggregate.state)) {
                return std::optional(std::move(decoded->aggregate));
            }
        }
    }
    return std::optional<projections::Aggregate>();
}

}  // namespace

std::string new_event_id(int64_t now_ms) {
    std::random_device random;
    const auto word = [&random] { return (uint64_t{random()} << 32U) | random(); };
    const uint64_t high = word();
    return to_string(events::make_uuid7({now_ms}, high, word()));
}

ReadStep read_step(std::string_view json) {
    ReadStep read;
    const auto body = parse_strict_object(json);
    if (!body) {
        read.violations.push_back({"", "malformed", "must be one JSON object, no name twice"});
        return read;
    }
    for (const auto& [name, value] : body->items()) {
        const auto found =
            std::ranges::find(kStepMembers, name, [](const auto& each) { return each.first; });
        if (found == kStepMembers.end()) {
            read.violations.push_back({"/" + name, "unknown", "there is no such member"});
        } else if (!value.is_string()) {
            read.violations.push_back({"/" + name, "type", "must be a text"});
        } else {
            read.step.*(found->second) = value.get<std::string>();
        }
    }
    if (rule_of(read.step.step) == nullptr) {
        read.violations.push_back(
            {"/step", "value", "must be accept, answer, return, decline or close"});
    }
    if (read.step.subject.empty()) {
        read.violations.push_back({"/subject", "required", "the case, or the referred figure"});
    }
    return read;
}

std::vector<ev::Violation> of_step(std::vector<ev::Violation> violations) {
    constexpr std::string_view kData = "/data";
    for (ev::Violation& each : violations) {
        if (each.pointer.starts_with("/data/")) {
            each.pointer.erase(0, kData.size());
        }
    }
    return violations;
}

Result<std::string> event_of_step(const projections::RowReader& rows,
                                  const FollowUpStep& step,
                                  int64_t now_ms,
                                  std::vector<ev::Violation>& violations) {
    if (rule_of(step.step) == nullptr) {
        return violates(violations, "step", "must be accept, answer, return, decline or close");
    }
    projections::Dictionary dictionary;
    const auto found = found_in(rows, step.subject, dictionary);
    if (!found) {
        return Unexpected(found.error());
    }
    if (!*found) {
        return no_follow_up(step);
    }
    const projections::Aggregate& aggregate = **found;
    const auto* figure = std::get_if<projections::KpiReferralState>(&aggregate.state);
    if (figure != nullptr && dictionary.text(figure->department) != step.department) {
        return no_follow_up(step);
    }
    const ev::Timestamp at{now_ms};
    const auto event = figure != nullptr
                           ? figure_event(*figure, step, at, violations)
                           : case_event(std::get<projections::CaseState>(aggregate.state),
                                        dictionary,
                                        step,
                                        at,
                                        violations);
    const bool moved_on = step.version && *step.version != aggregate.version;
    if (moved_on && (event || event.error().code == Errc::Conflict)) {  // it is the department's
        return fail(Errc::Rejected, "the subject has version " + std::to_string(aggregate.version));
    }
    if (!event) {
        return Unexpected(event.error());
    }
    const std::string actor =
        step.step == "close" ? "system:follow-up" : "department:" + step.department;
    const std::string id = new_event_id(now_ms);
    ev::Envelope envelope;
    envelope.id = id;
    envelope.source = kStepSource;
    envelope.subject = step.subject;
    envelope.time = at;
    envelope.expected_version = aggregate.version;
    envelope.actor = actor;
    return ev::encode(envelope, *event);
}

}  // namespace sijill::api
