#include "cli/publish_remote.h"

#include "api/publish.h"
#include "api/text.h"
#include "cli/output.h"
#include "cli/remote.h"
#include "events/event.h"
#include "events/json.h"
#include "events/validate.h"
#include "producers/input.h"

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <thread>
#include <utility>
#include <vector>

namespace sijill::cli {

using nlohmann::ordered_json;

namespace {

using std::chrono::steady_clock;

constexpr std::chrono::seconds kPatience{60};  // a broker that starts again is back by then
constexpr std::chrono::milliseconds kPause{500};
constexpr size_t kBatchBytes = size_t{1} << 20U;  // below the least that servers take by default

struct Line {
    uint64_t number;
    std::string text;
    std::string why = {};  // its outcome is not known
};

struct Totals {
    uint64_t read = 0;
    uint64_t published = 0;
    uint64_t rejected = 0;
    uint64_t unknown = 0;
};

// What stands in the answer for one event.
int status_of(const ordered_json& item) {
    return item.is_object() ? item.value("status", 0) : 0;
}

bool is_unknown(int status) {
    return status == 429 || status >= 500 || status == 0;
}

std::string reason_of(const ordered_json& item) {
    const auto problem = item.value("problem", ordered_json::object());
    std::string text = problem.value("detail", "the server does not say why");
    for (const ordered_json& error : problem.value("errors", ordered_json::array())) {
        text += "; " + error.value("pointer", "") + ": " + error.value("detail", "");
    }
    return text;
}

/// Sends lines in batches. One thread.
class Sender {
  public:
    /// `most`: lines of a batch.
    Sender(std::string name, size_t most, const Options& options)
        : name_(std::move(name)), most_(most), options_(options) {}

    /// Takes the next line of the input, as read_line() gives it.
    void take(std::string line);
    [[nodiscard]] bool full() const { return lines_.size() == most_ || bytes_ >= kBatchBytes; }
    /// Errors: those of the server for the batch as a whole.
    [[nodiscard]] Result<void> send();
    [[nodiscard]] const Totals& totals() const { return totals_; }

  private:
    [[nodiscard]] Result<bool> attempt();
    [[nodiscard]] Result<bool> persist(bool& repeated);
    void settle(const ordered_json& items);
    void tell(uint64_t line, const std::string& why) const {
        std::fprintf(stderr,
                     "%s:%llu: %s\n",
                     name_.c_str(),
                     static_cast<unsigned long long>(line),
                     api::printable(why).c_str());
    }

    const std::string name_;
    const size_t most_;
    const Options& options_;
    std::vector<Line> lines_;  // of the batch
    size_t bytes_ = 0;
    uint64_t number_ = 0;  // of the line taken last
    Totals totals_;
};

void Sender::take(std::string line) {
    ++number_;
    if (producers::is_blank_line(line)) {
        return;
    }
    ++totals_.read;
    // Either would make the whole batch unreadable.
    if (line.size() > events::kMaxEventBytes) {
        ++totals_.rejected;
        return tell(number_, events::validate(line, events::Door::Gateway).front().detail);
    }
    if (!ordered_json::accept(line)) {
        ++totals_.rejected;
        return tell(number_, "the line is no JSON");
    }
    bytes_ += line.size();
    lines_.push_back({number_, std::move(line)});
}

// Counts the lines whose outcome is known, and keeps the others: one item a line of the batch.
void Sender::settle(const ordered_json& items) {
    std::vector<Line> left;
    for (size_t i = 0; i < lines_.size(); ++i) {
        const int status = status_of(items[i]);
        if (is_unknown(status)) {
            lines_[i].why = reason_of(items[i]);
            left.push_back(std::move(lines_[i]));
        } else if (status == 201) {
            ++totals_.published;
        } else {
            ++totals_.rejected;
            tell(lines_[i].number, reason_of(items[i]));
        }
    }
    lines_ = std::move(left);
}

// Sends the batch, and leaves in it what must be sent again; true: nothing. Errors: those of the
// server for the batch as a whole.
Result<bool> Sender::attempt() {
    std::string body = "[";
    for (const Line& line : lines_) {
        body += (body.size() > 1 ? "," : "") + line.text;
    }
    const auto answer = post_server(
        "publishEvents", {}, {"application/cloudevents-batch+json", body + "]"}, options_);
    if (!answer) {
        return Unexpected(answer.error());
    }
    const ordered_json items = answer->value("items", ordered_json::array());
    if (items.size() != lines_.size()) {
        return fail(Errc::Unavailable,
                    options_.api + " does not answer as sijill does: check the URL");
    }
    settle(items);
    return lines_.empty();
}

// Attempts as long as that is of use, and patience lasts.
Result<bool> Sender::persist(bool& repeated) {
    const auto deadline = steady_clock::now() + kPatience;
    while (true) {
        auto settled = attempt();
        const bool again = settled ? !*settled : is_retriable(settled.error().code);
        if (!again || stop_requested() || steady_clock::now() >= deadline) {
            return settled;
        }
        if (!std::exchange(repeated, true)) {
            std::fprintf(
                stderr,
                "sijill: %s; trying again for a minute\n",
                settled ? "the log did not take all events" : settled.error().message.c_str());
        }
        std::this_thread::sleep_for(kPause);
    }
}

Result<void> Sender::send() {
    if (lines_.empty()) {
        return {};
    }
    bool repeated = false;
    const auto settled = persist(repeated);
    if (settled) {
        for (const Line& line : lines_) {
            tell(line.number, line.why);
        }
        totals_.unknown += lines_.size();
        lines_.clear();
        bytes_ = 0;
        return {};
    }
    // Refused as a whole at once, none of it is in the log: it is URL or token that must be mended.
    const bool unknown = repeated || is_retriable(settled.error().code);
    (unknown ? totals_.unknown : totals_.rejected) += lines_.size();
    return settled.error().code != Errc::NotFound
               ? Unexpected(settled.error())
               : fail(Errc::NotFound,
                      options_.api +
                          " answers 404, so the URL is wrong: --api takes the server's own, such "
                          "as http://127.0.0.1:8080, without a path such as /v1");
}

Result<void> send_all(std::istream& in, bool strict, Sender& sender) {
    std::string line;
    while (producers::read_line(in, line)) {
        if (stop_requested()) {  // this line is not taken
            const auto sent = sender.send();
            return sent ? fail(Errc::Unavailable, kStoppedEarly) : sent;
        }
        sender.take(line);
        if (sender.full()) {
            if (auto sent = sender.send(); !sent) {
                return sent;
            }
        }
        if (strict && sender.totals().rejected + sender.totals().unknown > 0) {
            return {};
        }
    }
    return sender.send();
}

}  // namespace

int publish_to_server(std::istream& in,
                      const std::string& name,
                      bool strict,
                      const Options& options) {
    // What stands behind a line in its batch is published with it.
    Sender sender(name, strict ? 1 : api::kMostEvents, options);
    const auto sent = send_all(in, strict, sender);
    const Totals& totals = sender.totals();
    std::fprintf(stderr,
                 "read %llu, published %llu, rejected %llu, unknown %llu%s\n",
                 static_cast<unsigned long long>(totals.read),
                 static_cast<unsigned long long>(totals.published),
                 static_cast<unsigned long long>(totals.rejected),
                 static_cast<unsigned long long>(totals.unknown),
                 totals.unknown > 0 ? ": publish the file again, repetitions have no effect" : "");
    if (!sent) {
        return report_error(sent.error());
    }
    if (totals.unknown > 0) {
        return kUnavailable;
    }
    return totals.rejected > 0 ? kFailure : kOk;
}

}  // namespace sijill::cli
