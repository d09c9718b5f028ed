// bench/visible.cc - how long an event takes from its append to the views, beside a bare consumer
// of the same records.
//
//   visible BOOTSTRAP TOPIC DIRECTORY RATE SECONDS [QUERIES [STALL_MS]]
//
// Events are due at fixed instants, whether or not earlier ones have arrived (open loop); latencies
// count from then, so a stall is seen by every event that was due in it. So are QUERIES a second of
// the views: 19 of 20 a case by id, the others a KPI of 30 days by queue, each from a view of its
// own. STALL_MS holds the fold up once, to see that the measurement tells. The first quarter of the
// time is not counted. Prints {"events":…,"acknowledged":{…},"bare":{…},"visible":{…},
// "queries":{…}}, milliseconds.

#include "api/appender.h"
#include "api/case_answers.h"
#include "bench/bare_batch.h"
#include "consumers/worker.h"
#include "log/kafka_handles.h"
#include "log/kafka_log.h"
#include "producers/scenario.h"
#include "projections/kpi.h"
#include "projections/kpi_catalogue.h"
#include "projections/period.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;
namespace log = sijill::log;

struct Options {
    std::string bootstrap;
    std::string topic;
    std::string directory;
    size_t rate = 0;  // events a second
    size_t seconds = 0;
    size_t queries = 0;  // a second
    int stall_ms = 0;
    [[nodiscard]] size_t events() const { return rate * seconds; }
};

template <class Value>
Value must(sijill::Result<Value> result, const char* what) {
    if (!result) {
        std::fprintf(stderr, "visible: %s: %s\n", what, result.error().message.c_str());
        std::exit(1);  // NOLINT(concurrency-mt-unsafe)
    }
    return std::move(*result);
}

// When each offset of each partition was first seen. One writer a partition.
class Seen {
  public:
    Seen(size_t partitions, size_t offsets)
        : at_(partitions, std::vector<Clock::time_point>(offsets)), next_(partitions, 0) {}

    // All offsets below `next` that were not seen before are seen now.
    void up_to(size_t partition, int64_t next) {
        const auto now = Clock::now();
        for (size_t& at = next_[partition]; at < static_cast<size_t>(next); ++at) {
            at_[partition].at(at) = now;
        }
        ++changes_;
    }
    [[nodiscard]] Clock::time_point at(const log::Appended& place) const {
        return at_.at(static_cast<size_t>(place.partition)).at(static_cast<size_t>(place.offset));
    }
    [[nodiscard]] uint64_t changes() const { return changes_; }

  private:
    std::vector<std::vector<Clock::time_point>> at_;
    std::vector<size_t> next_;
    std::atomic<uint64_t> changes_{0};
};

// Reads every partition as bench/bare_consumer.cc does, and notes when.
class BareConsumer {
  public:
    BareConsumer(const log::KafkaConfig& config, size_t partitions, Seen& seen)
        : client_(must(log::kafka_client(config, log::KafkaRole::Reader), "consumer")) {
        rd_kafka_t* handle = client_.handle.get();
        rd_kafka_poll_set_consumer(handle);
        rd_kafka_topic_partition_list_t* list =
            rd_kafka_topic_partition_list_new(static_cast<int>(partitions));
        for (size_t i = 0; i < partitions; ++i) {
            rd_kafka_topic_partition_list_add(list, config.topic.c_str(), static_cast<int32_t>(i))
                ->offset = 0;
        }
        rd_kafka_assign(handle, list);
        rd_kafka_topic_partition_list_destroy(list);
        thread_ = std::jthread([this, &seen](const std::stop_token& stop) { run(stop, seen); });
    }

  private:
    void run(const std::stop_token& stop, Seen& seen) {
        rd_kafka_queue_t* queue = rd_kafka_queue_get_consumer(client_.handle.get());
        std::vector<rd_kafka_message_t*> messages(5000);
        while (!stop.stop_requested()) {
            sijill::bench::take_batch(queue, 5, messages, [&](const auto& message) {
                if (message.err == RD_KAFKA_RESP_ERR_NO_ERROR) {
                    seen.up_to(static_cast<size_t>(message.partition), message.offset + 1);
                }
            });
        }
        rd_kafka_queue_destroy(queue);
    }

    log::KafkaClient client_;
    std::jthread thread_;
};

std::vector<sijill::events::NewRecord> load_of(const Options& options) {
    std::vector<sijill::events::NewRecord> records;
    sijill::producers::LoadSpec spec;
    spec.events = options.events();
    spec.days = 1;  // a centre with so many events has them in one
    spec.repeat_per_ten_thousand = 0;
    const auto made = sijill::producers::generate_load(spec, [&](auto&& record) {
        records.push_back(std::forward<decltype(record)>(record));
        return sijill::Result<void>();
    });
    if (!made || records.size() < options.events()) {
        std::fprintf(stderr, "visible: no load\n");
        std::exit(1);  // NOLINT(concurrency-mt-unsafe)
    }
    return records;
}

// Asks the views at fixed instants while it lives.
class Asking {
  public:
    Asking(const sijill::consumers::Worker& worker,
           const std::vector<sijill::events::NewRecord>& records,
           size_t rate) {
        for (const auto& record : records) {
            if (record.value.find("gov.cc.case.opened.v1") != std::string::npos) {
                cases_.push_back(record.key);
            }
        }
        if (rate > 0) {
            thread_ = std::jthread(
                [this, &worker, rate](const std::stop_token& stop) { run(worker, rate, stop); });
        }
    }
    // Milliseconds from when each was due to its answer; ends the thread.
    [[nodiscard]] const std::vector<double>& end() {
        thread_ = {};
        return took_ms_;
    }

  private:
    void run(const sijill::consumers::Worker& worker, size_t rate, const std::stop_token& stop) {
        const auto start = Clock::now();
        for (size_t i = 0; !stop.stop_requested(); ++i) {
            const auto due = start + std::chrono::nanoseconds(i * 1'000'000'000 / rate);
            std::this_thread::sleep_until(due);
            const auto view = must(worker.view(), "view");
            if (i % 20 == 0) {
                ask_kpi(view);
            } else {
                ask_case(view, cases_[i * 7919 % cases_.size()]);
            }
            took_ms_.push_back(
                std::chrono::duration<double, std::milli>(Clock::now() - due).count());
        }
    }
    static void ask_kpi(const sijill::consumers::ShardView& view) {
        static const sijill::projections::KpiCatalogue kCatalogue;
        static const std::vector<sijill::projections::Period> kDays = [] {
            std::vector<sijill::projections::Period> days;
            const auto first = must(sijill::projections::parse_period("2017-01-01"), "period");
            for (int32_t day = first.begin_day; day < first.begin_day + 30; ++day) {
                days.push_back({sijill::projections::day_text(day), day, day + 1});
            }
            return days;
        }();
        const auto found = sijill::projections::breakdowns_of(
            view.rows(), {kCatalogue.find("answer-rate"), {}, {}, "", ""}, kDays, "queue");
        static_cast<void>(must(found, "KPI"));
    }
    void ask_case(const sijill::consumers::ShardView& view, const std::string& id) {
        const auto found =
            sijill::api::find_case(view.shard_of(id), id, sijill::api::WithHistory::No);
        if (found) {  // it may be due later
            written_ += sijill::api::case_json(id, *found).size();
        }
    }

    size_t written_ = 0;  // so that it has to be made
    std::vector<std::string> cases_;
    std::vector<double> took_ms_;
    std::jthread thread_;
};

struct Sent {
    Clock::time_point due;
    Clock::time_point acknowledged;
    log::Appended place;
};

// Hands each record over when it is due, through the gateway's appender.
std::vector<Sent> send_all(log::EventLog& kafka,
                           size_t partitions,
                           std::vector<sijill::events::NewRecord> records,
                           size_t rate) {
    std::vector<Sent> sent(records.size());
    sijill::api::Appender appender(kafka, partitions, records.size());
    const auto start = Clock::now() + std::chrono::milliseconds(100);
    for (size_t i = 0; i < records.size(); ++i) {
        sent[i].due = start + std::chrono::nanoseconds(i * 1'000'000'000 / rate);
        std::this_thread::sleep_until(sent[i].due);
        std::vector<sijill::events::NewRecord> one;
        one.push_back(std::move(records[i]));
        const bool taken = appender.submit(std::move(one), [&sent, i](auto results) {
            sent[i].place = must(std::move(results.front()), "append");
            sent[i].acknowledged = Clock::now();
        });
        if (!taken) {
            std::fprintf(stderr, "visible: the appender is full\n");
            std::exit(1);  // NOLINT(concurrency-mt-unsafe)
        }
    }
    return sent;  // the appender's end waits for what it took
}

void print_quantiles(const char* name, std::vector<double> ms) {
    std::ranges::sort(ms);
    const auto at = [&ms](size_t per_mille) {
        return ms[std::min(ms.size() - 1, ms.size() * per_mille / 1'000)];
    };
    std::printf(",\"%s\":{\"p50\":%.3f,\"p99\":%.3f,\"p999\":%.3f,\"max\":%.3f}",
                name,
                at(500),
                at(990),
                at(999),
                ms.back());
}

void print_latencies(const std::vector<Sent>& sent,
                     const Seen& bare,
                     const Seen& visible,
                     std::vector<double> queries_ms) {
    const auto counted = static_cast<std::ptrdiff_t>(sent.size() / 4);
    const auto milliseconds = [&](auto when) {
        std::vector<double> all;
        for (auto each = sent.begin() + counted; each != sent.end(); ++each) {
            all.push_back(
                std::chrono::duration<double, std::milli>(when(*each) - each->due).count());
        }
        return all;
    };
    std::printf("{\"events\":%zu", sent.size() - static_cast<size_t>(counted));
    print_quantiles("acknowledged",
                    milliseconds([](const Sent& each) { return each.acknowledged; }));
    print_quantiles("bare", milliseconds([&](const Sent& each) { return bare.at(each.place); }));
    print_quantiles("visible",
                    milliseconds([&](const Sent& each) { return visible.at(each.place); }));
    if (!queries_ms.empty()) {
        queries_ms.erase(queries_ms.begin(),
                         queries_ms.begin() + static_cast<std::ptrdiff_t>(queries_ms.size() / 4));
        print_quantiles("queries", std::move(queries_ms));
    }
    std::printf("}\n");
}

bool all_seen(const std::vector<Sent>& sent, const Seen& seen) {
    return std::ranges::all_of(
        sent, [&](const Sent& each) { return seen.at(each.place) != Clock::time_point(); });
}

void measure(const Options& options, log::KafkaLog& kafka, const log::KafkaConfig& config) {
    const auto partitions = static_cast<size_t>(must(kafka.identity(), "identity").partitions);
    Seen bare(partitions, options.events());
    Seen visible(partitions, options.events());
    std::atomic<int> stall{options.stall_ms};
    std::atomic<bool> stop{false};
    sijill::consumers::WorkerConfig worker_config;
    worker_config.data_directory = options.directory;
    worker_config.committed = [&](int32_t partition, int64_t next_offset, const auto& changes) {
        if (changes.size() > 0 &&
            static_cast<size_t>(next_offset) * partitions > options.events() / 2) {
            std::this_thread::sleep_for(std::chrono::milliseconds(stall.exchange(0)));
        }
        visible.up_to(static_cast<size_t>(partition), next_offset);
    };
    sijill::consumers::Worker worker(kafka, worker_config);
    if (const auto opened = worker.open(); !opened) {
        std::fprintf(stderr, "visible: open: %s\n", opened.error().message.c_str());
        std::exit(1);  // NOLINT(concurrency-mt-unsafe)
    }
    auto records = load_of(options);
    std::jthread folding([&] {
        const auto ended = worker.run(sijill::consumers::RunUntil::Stopped, stop);
        if (!ended) {
            std::fprintf(stderr, "visible: fold: %s\n", ended.error().message.c_str());
            std::exit(1);  // NOLINT(concurrency-mt-unsafe)
        }
    });
    {
        const BareConsumer consumer(config, partitions, bare);
        std::this_thread::sleep_for(std::chrono::seconds(1));  // both have found their partitions
        Asking asking(worker, records, options.queries);
        const std::vector<Sent> sent =
            send_all(kafka, partitions, std::move(records), options.rate);
        const auto deadline = Clock::now() + std::chrono::seconds(30);
        while (!(all_seen(sent, bare) && all_seen(sent, visible))) {
            if (Clock::now() > deadline) {
                std::fprintf(stderr, "visible: not all events arrived within 30 s\n");
                std::exit(1);  // NOLINT(concurrency-mt-unsafe)
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
        }
        print_latencies(sent, bare, visible, asking.end());
    }
    stop = true;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 6 || argc > 8) {
        std::fprintf(
            stderr, "usage: visible BOOTSTRAP TOPIC DIRECTORY RATE SECONDS [QUERIES [STALL_MS]]\n");
        return 2;
    }
    Options options;
    options.bootstrap = argv[1];
    options.topic = argv[2];
    options.directory = argv[3];
    options.rate = std::strtoull(argv[4], nullptr, 10);
    options.seconds = std::strtoull(argv[5], nullptr, 10);
    options.queries = argc > 6 ? std::strtoull(argv[6], nullptr, 10) : 0;
    options.stall_ms = argc > 7 ? static_cast<int>(std::strtol(argv[7], nullptr, 10)) : 0;
    log::KafkaConfig config;
    config.bootstrap_servers = options.bootstrap;
    config.topic = options.topic;
    const auto kafka = must(log::KafkaLog::open(config), "log");
    measure(options, *kafka, config);
    return 0;
}
