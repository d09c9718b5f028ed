#include "cli/import_run.h"

#include "api/text.h"
#include "cli/output.h"
#include "events/grammar.h"
#include "events/json.h"

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>

namespace sijill::cli {

namespace {

constexpr uint64_t kMostTold = 1'000;               // a minute
constexpr int64_t kQuickBytes = int64_t{4} << 20U;  // of a second's work

}  // namespace

Result<ImportLog> open_import_log(const Options& options,
                                  producers::KnownEvents known,
                                  int64_t from_ms) {
    auto log = open_or_make_log(options);
    if (!log) {
        return Unexpected(log.error());
    }
    producers::ReadingProgress progress;
    const auto ranges = (*log)->ranges();
    if (!ranges) {
        return Unexpected(ranges.error());
    }
    std::optional<Progress> bar;
    if (offsets_in(*ranges) > 1'000'000) {
        bar.emplace(
            "looking for what is in the log",
            [&progress] { return progress.done.load(); },
            [&progress] { return progress.total.load(); });
    }
    if (auto read = producers::read_known(**log, from_ms, known, progress, stop_requested());
        !read) {
        return Unexpected(read.error());
    }
    return ImportLog{std::move(*log), std::move(known)};
}

void RejectList::tell_hidden() {
    if (hidden_ > 0) {
        std::fprintf(stderr,
                     "and %llu more, which are not shown\n",
                     static_cast<unsigned long long>(std::exchange(hidden_, 0)));
    }
}

void RejectList::pass_time() {
    if (const auto now = now_(); now - minute_ >= std::chrono::minutes(1)) {
        tell_hidden();
        minute_ = now;
        told_ = 0;
    }
}

void RejectList::tell(const producers::ImportPlace& place, const std::string& reason) {
    pass_time();
    if (told_ == kMostTold) {
        ++hidden_;
        return;
    }
    ++told_;
    const std::string line = place.line == 0 ? "" : ":" + std::to_string(place.line);
    std::fprintf(stderr, "%s\n", api::printable(place.file + line + ": " + reason).c_str());
}

ByteProgress::ByteProgress(std::string what, int64_t total) {
    if (total > kQuickBytes) {
        bar_.emplace(
            std::move(what), [this] { return done_.load(); }, [total] { return total; }, "bytes");
    }
}

std::optional<int64_t> saved_at_ms(const std::string& state_file) {
    std::error_code failed;
    const auto saved = std::filesystem::last_write_time(state_file, failed);
    if (failed) {
        return std::nullopt;
    }
    const auto ago = std::filesystem::file_time_type::clock::now() - saved;
    const auto then = (std::chrono::system_clock::now() - ago).time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(then).count();
}

int64_t size_of_file(const std::string& path) {
    std::error_code failed;
    const auto size = std::filesystem::file_size(path, failed);
    return failed ? 0 : static_cast<int64_t>(size);
}

int print_totals(const producers::ImportTotals& totals,
                 const std::string& unit,
                 const Options& options,
                 bool dry_run) {
    auto items = nlohmann::ordered_json::array();
    const auto row = [&items](const std::string& what, const std::string& of, uint64_t count) {
        items.push_back({{"what", what}, {"unit", of}, {"count", count}});
    };
    row("read", unit, totals.read);
    row(dry_run ? "would publish" : "published", "events", totals.published);
    row("duplicates", "events", totals.duplicates);
    for (const auto& [word, count] : totals.ignored) {
        row("ignored " + word, unit, count);
    }
    row("rejected", unit, totals.rejected);
    if (totals.waiting > 0) {
        row("waiting", unit, totals.waiting);
    }
    print_items(items, options.format);
    if (!dry_run && totals.published > 0) {
        tell_how_to_see(options);
    }
    return totals.rejected > 0 ? kFailure : kOk;
}

Result<void> check_source(const std::string& source) {
    if (!events::is_identifier(source)) {
        return fail(Errc::Invalid,
                    "--source is a URI of 1 to 128 printable ASCII characters without spaces, such "
                    "as /pbx/manama-1");
    }
    return {};
}

}  // namespace sijill::cli
