// bench/kpi_bench.cc - KPI questions about a year, day for day and by a dimension, over the calls
// of that year and the cases of a load; the shards as they are after a catch-up.
//
//   kpi_bench DIRECTORY CALLS [PARTITIONS [KPI]]
//       DIRECTORY is that of a fold_bench run with as many partitions; adds so many calls to it and
//       prints one line for each question, or for those about one KPI:
//       {"kpi":…,"by":…,"contacts":…,"figures":…,"p50_ms":…,"p99_ms":…,"cpu_ms":…}

#include "events/time.h"
#include "log/allocator.h"
#include "projections/business_time.h"
#include "projections/kpi.h"
#include "projections/own_kpi.h"
#include "projections/shard_fold.h"
#include "projections/store_rocksdb.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace {

namespace projections = sijill::projections;

constexpr int kRounds = 100;

struct Question {
    const char* kpi;
    const char* by;
};

constexpr std::array<Question, 10> kQuestions{{{"answer-rate", "queue"},
                                               {"service-level", "queue"},
                                               {"average-handle-time", "queue"},
                                               {"purpose-share", "purpose"},
                                               {"agent-handle-time", "agent"},
                                               {"case-backlog", "kind"},
                                               {"case-backlog", "age"},
                                               {"case-backlog-by-status", "status"},
                                               {"referral-turnaround-business", "department"},
                                               {"resolution-time-business", "kind"}}};

// With working hours from Sunday to Thursday.
const projections::KpiCatalogue& catalogue() {
    static const projections::KpiCatalogue kCatalogue = [] {
        sijill::events::WorkingCalendar calendar;
        calendar.time_zone = "Asia/Bahrain";
        calendar.hours.fill({{7 * 60, 14 * 60 + 15}});
        calendar.weekend = {false, false, false, false, true, true, false};
        return projections::KpiCatalogue({}, {0, *projections::BusinessTime::of(calendar)});
    }();
    return kCatalogue;
}

[[noreturn]] void stop(const sijill::Error& error) {
    std::fprintf(stderr, "kpi_bench: %s\n", error.message.c_str());
    std::exit(1);  // NOLINT(concurrency-mt-unsafe): the only thread
}

double cpu_ms(clockid_t clock) {
    timespec now{};
    clock_gettime(clock, &now);
    return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

// Until the store has merged what the fold wrote: a question asked meanwhile shares the processor.
void wait_for_calm() {
    double worked = 0;
    do {
        const double before = cpu_ms(CLOCK_PROCESS_CPUTIME_ID);
        std::this_thread::sleep_for(std::chrono::milliseconds(500));
        worked = cpu_ms(CLOCK_PROCESS_CPUTIME_ID) - before;
    } while (worked > 5);
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

constexpr int kQueues = 40;
constexpr int kAgents = 200;
constexpr int64_t kYearMs = 365 * sijill::events::kMsPerDay;
constexpr int64_t kBeginMs = 1'485'810'000'000;  // 2017-01-31 in Bahrain

// What becomes of call number `number`: it is offered, answered and wrapped up.
std::array<std::string, 3> events_of(int64_t number, int64_t calls, const std::string& id) {
    const std::string time = sijill::events::format_rfc3339({kBeginMs + kYearMs / calls * number});
    const std::string queue = std::to_string(number * 7919 % kQueues);
    const std::string agent = std::to_string(number * 104'729 % kAgents);
    const auto event = [&](const char* type, const std::string& data) {
        return R"({"specversion":"1.0","id":")" + id + type +
               R"(","source":"/bench","type":"gov.cc.)" + type + R"(.v1","subject":")" + id +
               R"(","time":")" + time + R"(","datacontenttype":"application/json","data":{)" +
               data + "}}";
    };
    return {event("call.offered",
                  R"("contact_id":")" + id + R"(","direction":"inbound","queue":"queue-)" + queue +
                      R"(","enqueued_at":")" + time + R"(")"),
            event("call.answered",
                  R"("agent":"agent-)" + agent + R"(","queue_wait":)" +
                      std::to_string(number % 60'000) + R"(,"answered_at":")" + time + R"(")"),
            event("call.wrapped_up",
                  R"("acw":1000,"outcome":"handled","purposes":["other","late_delivery"])")};
}

// Folds the calls of one partition behind what its shard has.
void add_calls(projections::RocksRows& rows, int32_t partition, int32_t partitions, int64_t calls) {
    auto fold = projections::ShardFold::open(
        {}, {partition, partitions}, rows, [](const auto&, const auto&) {
            return sijill::fail(sijill::Errc::Unavailable, "a load has no corrections");
        });
    if (!fold) {
        stop(fold.error());
    }
    sijill::events::Record record;
    record.partition = partition;
    record.append_time_ms = kBeginMs + kYearMs;
    record.offset = (*fold)->position().next_offset;
    for (int64_t number = 0; number < calls; ++number) {
        const std::string id = "bench-" + std::to_string(number);
        if (sijill::events::partition_of(id, partitions) != partition) {
            continue;
        }
        for (const std::string& event : events_of(number, calls, id)) {
            record.key = id;
            record.value = event;
            if (auto applied = (*fold)->apply(record); !applied) {
                stop(applied.error());
            }
            ++record.offset;
        }
    }
    projections::RowBatch changes;
    if (auto taken = (*fold)->take_changes(changes); !taken) {
        stop(taken.error());
    }
    if (auto done = rows.commit(changes, projections::CommitMode::Window); !done) {
        stop(done.error());
    }
}

int64_t contacts_of(const projections::Shards& shards,
                    const std::vector<projections::Period>& days) {
    const projections::Period year{"", days.front().begin_day, days.back().end_day};
    const auto found =
        projections::figure_of(shards, {catalogue().find("contacts-by-channel"), year, {}, "", ""});
    if (!found) {
        stop(found.error());
    }
    return found->numerator;
}

void ask(const projections::Shards& shards, const Question& question, int64_t contacts) {
    const std::vector<projections::Period> days = days_of_a_year();
    const projections::KpiQuery query{catalogue().find(question.kpi), {}, {}, "", ""};
    std::vector<double> took;
    size_t figures = 0;
    double cpu = 0;
    for (int round = 0; round <= kRounds; ++round) {
        const auto start = std::chrono::steady_clock::now();
        const double cpu_start = cpu_ms(CLOCK_THREAD_CPUTIME_ID);
        const auto found = projections::breakdowns_of(shards, query, days, question.by);
        if (!found) {
            stop(found.error());
        }
        if (round > 0) {  // the first fills the caches
            cpu += cpu_ms(CLOCK_THREAD_CPUTIME_ID) - cpu_start;
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
        took[took.size() * 99 / 100 - 1],
        cpu / kRounds);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 3 || argc > 5) {
        std::fprintf(stderr, "usage: kpi_bench DIRECTORY CALLS [PARTITIONS [KPI]]\n");
        return 2;
    }
    sijill::log::suit_allocator_to_fetches();
    const int64_t calls = std::atoll(argv[2]);
    const int partitions = argc > 3 ? std::atoi(argv[3]) : 6;
    const projections::SharedStoreMemory memory;
    std::vector<std::unique_ptr<projections::RocksRows>> rows;
    projections::Shards shards;
    for (int partition = 0; partition < partitions; ++partition) {
        auto opened =
            projections::RocksRows::open(std::string(argv[1]) + "/" + std::to_string(partition),
                                         projections::RocksRows::Access::ReadWrite,
                                         memory);
        if (!opened) {
            stop(opened.error());
        }
        rows.push_back(std::move(*opened));
        add_calls(*rows.back(), partition, partitions, calls);
        shards.push_back(rows.back().get());
    }
    wait_for_calm();
    const int64_t contacts = contacts_of(shards, days_of_a_year());
    for (const Question& question : kQuestions) {
        if (argc <= 4 || std::string_view(argv[4]) == question.kpi) {
            ask(shards, question, contacts);
        }
    }
    return 0;
}
