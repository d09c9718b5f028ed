#include "api/metrics.h"

#include "events/decode.h"
#include "projections/keys.h"
#include "projections/row_codec.h"
#include "projections/shard_fold.h"

#include <sys/statvfs.h>

#include <charconv>

namespace sijill::api {

namespace {

std::string number(double value) {
    std::array<char, 32> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value);
    return {text.data(), end.ptr};
}

std::string head(std::string_view name, std::string_view type, std::string_view help) {
    return "# HELP " + std::string(name) + " " + std::string(help) + "\n# TYPE " +
           std::string(name) + " " + std::string(type) + "\n";
}

std::string line(std::string_view name, const std::string& labels, const std::string& value) {
    return std::string(name) + (labels.empty() ? "" : "{" + labels + "}") + " " + value + "\n";
}

}  // namespace

void RequestMetrics::add(std::string_view method,
                         std::string_view route,
                         int status,
                         std::chrono::steady_clock::duration took) {
    const double seconds = std::chrono::duration<double>(took).count();
    const std::string_view name = route.empty() ? "none" : route;
    // A method is the client's text: only those of the table become labels.
    static constexpr std::array<std::string_view, 3> kKnown{"GET", "POST", "HEAD"};
    const auto* const known = std::ranges::find(kKnown, method);
    const std::lock_guard lock(mutex_);
    ++requests_[{known == kKnown.end() ? "other" : *known, name, status}];
    Histogram& histogram = durations_[name];
    for (size_t i = 0; i < kEdges.size(); ++i) {
        if (seconds <= kEdges[i]) {
            ++histogram.below[i];
            break;
        }
    }
    ++histogram.count;
    histogram.sum_seconds += seconds;
}

std::string RequestMetrics::text() const {
    const std::lock_guard lock(mutex_);
    std::string out = head("http_requests_total", "counter", "Requests answered.");
    for (const auto& [key, count] : requests_) {
        const auto& [method, route, status] = key;
        out += line("http_requests_total",
                    "method=\"" + std::string(method) + "\",route=\"" + std::string(route) +
                        "\",code=\"" + std::to_string(status) + "\"",
                    std::to_string(count));
    }
    out +=
        head("http_request_duration_seconds", "histogram", "From the whole request to the answer.");
    for (const auto& [route, histogram] : durations_) {
        uint64_t sum = 0;
        const std::string label = "route=\"" + std::string(route) + "\"";
        for (size_t i = 0; i < kEdges.size(); ++i) {
            sum += histogram.below[i];
            out += line("http_request_duration_seconds_bucket",
                        label + ",le=\"" + number(kEdges[i]) + "\"",
                        std::to_string(sum));
        }
        out += line("http_request_duration_seconds_bucket",
                    label + ",le=\"+Inf\"",
                    std::to_string(histogram.count));
        out += line("http_request_duration_seconds_sum", label, number(histogram.sum_seconds));
        out += line("http_request_duration_seconds_count", label, std::to_string(histogram.count));
    }
    return out;
}

void ListedMetrics::note(const projections::RowBatch& changes) {
    // The rows of one kind stand together, and the other kinds may be millions.
    for (size_t at = changes.first_from(projections::keys::anomaly(0, 0)); at < changes.size();
         ++at) {
        const auto listed = projections::keys::parse_anomaly(changes[at].key);
        if (!listed) {
            return;
        }
        counts_.at(listed->reason) += changes[at].value ? 1 : 0;
    }
}

std::string ListedMetrics::text() const {
    const auto counts = [this](auto first, auto last) {
        std::map<std::string, double> by_reason;
        for (auto reason = static_cast<uint8_t>(first); reason <= static_cast<uint8_t>(last);
             ++reason) {
            by_reason["reason=\"" + projections::reason_text(reason) + "\""] =
                static_cast<double>(counts_.at(reason).load());
        }
        return by_reason;
    };
    return metric("sijill_parked_records_total",
                  "counter",
                  "Records that this process could not apply.",
                  counts(events::Refusal::Empty, events::Refusal::Misrouted)) +
           metric("sijill_anomalies_total",
                  "counter",
                  "Events that this process folded with no, or a doubtful, effect.",
                  counts(projections::kFirstReason, projections::kLastReason));
}

std::string storage_metrics(const std::string& directory) {
    struct statvfs space {};
    if (statvfs(directory.c_str(), &space) != 0) {
        return "";
    }
    const auto unit = static_cast<double>(space.f_frsize);
    return metric("sijill_storage_free_bytes",
                  "gauge",
                  "Room for the server on the volume of its data directory.",
                  {{"", unit * static_cast<double>(space.f_bavail)}}) +
           metric("sijill_storage_size_bytes",
                  "gauge",
                  "Size of the volume of the data directory.",
                  {{"", unit * static_cast<double>(space.f_blocks)}});
}

std::string metric(std::string_view name,
                   std::string_view type,
                   std::string_view help,
                   const std::map<std::string, double>& values) {
    std::string out = head(name, type, help);
    for (const auto& [labels, value] : values) {
        out += line(name, labels, number(value));
    }
    return out;
}

}  // namespace sijill::api
