// bench/kpi_bench.cc - KPI questions about a year, day for day and by a dimension, over a load that
// has a million contacts; the shards as they are after a catch-up.
//
//   kpi_bench DIRECTORY [PARTITIONS]
//       DIRECTORY is that of a fold_bench run with as many partitions; prints one line for each
//       question: {"kpi":…,"by":…,"contacts":…,"figures":…,"p50_ms":…,"p99_ms":…,"cpu_ms":…}

#include "projections/kpi.h"
#include "projections/store_rocksdb.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <string>
#include <vector>

namespace {

namespace projections = sijill::projections;

constexpr int kRounds = 25;

struct Question {
    const char* kpi;
    const char* by;
};

constexpr std::array<Question, 7> kQuestions{{{"answer-rate", "queue"},
                                              {"service-level", "queue"},
                                              {"average-handle-time", "queue"},
                                              {"purpose-share", "purpose"},
                                              {"agent-handle-time", "agent"},
                                              {"case-backlog", "kind"},
                                              {"case-backlog", "age"}}};

[[noreturn]] void stop(const sijill::Error& error) {
    std::fprintf(stderr, "kpi_bench: %s\n", error.message.c_str());
    std::exit(1);  // NOLINT(concurrency-mt-unsafe): the only thread
}

double thread_cpu_ms() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

// 365 days from the first that has calls.
std::vector<projections::Period> days_of_a_year() {
    std::vector<projections::Period> days;
    const auto first = projections::parse_period("2017-01-31");
    for (int32_t day = first->begin_day; day < first->begin_day + 365; ++day) {
        days.push_back({projections::day_text(day), day, day + 1});
    }
    return days;
}

int64_t contacts_of(const projections::Shards& shards,
                    const std::vector<projections::Period>& days) {
    const projections::Period year{"", days.front().begin_day, days.back().end_day};
    const auto found = projections::figure_of(
        shards, {projections::find_kpi("contacts-by-channel"), year, {}, "", ""});
    if (!found) {
        stop(found.error());
    }
    return found->numerator;
}

void ask(const projections::Shards& shards, const Question& question, int64_t contacts) {
    const std::vector<projections::Period> days = days_of_a_year();
    const projections::KpiQuery query{projections::find_kpi(question.kpi), {}, {}, "", ""};
    std::vector<double> took;
    size_t figures = 0;
    double cpu = 0;
    for (int round = 0; round <= kRounds; ++round) {
        const auto start = std::chrono::steady_clock::now();
        const double cpu_start = thread_cpu_ms();
        const auto found = projections::breakdowns_of(shards, query, days, question.by);
        if (!found) {
            stop(found.error());
        }
        if (round > 0) {  // the first fills the caches
            cpu += thread_cpu_ms() - cpu_start;
            took.push_back(
                std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
                    .count());
        }
        figures = 0;
        for (const projections::Breakdown& day : *found) {
            figures += day.by.size();
        }
    }
    std::ranges::sort(took);
    std::printf(
        "{\"kpi\":\"%s\",\"by\":\"%s\",\"contacts\":%lld,\"figures\":%zu,\"p50_ms\":%.1f,"
        "\"p99_ms\":%.1f,\"cpu_ms\":%.1f}\n",
        question.kpi,
        question.by,
        static_cast<long long>(contacts),
        figures,
        took[took.size() / 2],
        took.back(),
        cpu / kRounds);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2 || argc > 3) {
        std::fprintf(stderr, "usage: kpi_bench DIRECTORY [PARTITIONS]\n");
        return 2;
    }
    const int partitions = argc > 2 ? std::atoi(argv[2]) : 6;
    const projections::SharedStoreMemory memory;
    std::vector<std::unique_ptr<projections::RocksRows>> rows;
    projections::Shards shards;
    for (int partition = 0; partition < partitions; ++partition) {
        auto opened =
            projections::RocksRows::open(std::string(argv[1]) + "/" + std::to_string(partition),
                                         projections::RocksRows::Access::ReadOnly,
                                         memory);
        if (!opened) {
            stop(opened.error());
        }
        rows.push_back(std::move(*opened));
        shards.push_back(rows.back().get());
    }
    const int64_t contacts = contacts_of(shards, days_of_a_year());
    for (const Question& question : kQuestions) {
        ask(shards, question, contacts);
    }
    return 0;
}
