#include "tests/contract/log_backends.h"

#include "events/check.h"
#include "log/embedded_log.h"
#include "log/kafka_log.h"
#include "log/kafka_topic.h"
#include "tests/support/memory_log.h"
#include "tests/support/mock_cluster.h"
#include "tests/support/scratch_directory.h"

#include <chrono>
#include <cstdio>
#include <optional>
#include <utility>

namespace sijill::tests {
namespace {

constexpr std::chrono::seconds kDeadline{30};

template <class T>
T must(Result<T> result) {
    if (!result) {
        std::fprintf(stderr, "%s\n", result.error().message.c_str());
    }
    CHECK(result.has_value(), "the back end works");
    return std::move(*result);
}

class Memory final : public LogBackend {
  public:
    explicit Memory(int32_t partitions) : partitions_(partitions) { recreate(); }

    log::EventLog& log() override { return *log_; }
    void write_raw(const RawRecord& record) override {
        log_->append_raw(record.partition, record.key, record.value, record.headers);
    }
    void reopen() override { CHECK(false, "memory keeps nothing"); }
    void recreate() override { log_ = std::make_unique<log::MemoryLog>(partitions_); }

  private:
    int32_t partitions_;
    std::unique_ptr<log::MemoryLog> log_;
};

class Embedded final : public LogBackend {
  public:
    explicit Embedded(int32_t partitions) : partitions_(partitions) { reopen(); }

    log::EventLog& log() override { return *log_; }
    void write_raw(const RawRecord& /*record*/) override {
        CHECK(false, "only append() writes to the embedded log");
    }
    void reopen() override {
        log_.reset();
        log_ = must(log::EmbeddedLog::open({directory(), "embedded", partitions_}));
    }
    void recreate() override {
        log_.reset();
        std::filesystem::remove_all(directory());
        reopen();
    }

  private:
    [[nodiscard]] std::filesystem::path directory() const { return scratch_.path() / "log"; }

    ScratchDirectory scratch_;
    int32_t partitions_;
    std::unique_ptr<log::EmbeddedLog> log_;
};

class Mock final : public LogBackend {
  public:
    explicit Mock(int32_t partitions) : partitions_(partitions) { recreate(); }

    log::EventLog& log() override { return *log_; }
    void write_raw(const RawRecord& record) override {
        KafkaWriter(config_.bootstrap_servers, config_.topic).write(record);
    }
    void reopen() override { log_ = must(log::KafkaLog::open(config_)); }
    void recreate() override {
        log_.reset();
        cluster_.emplace(config_.topic, partitions_);
        config_.bootstrap_servers = cluster_->bootstrap();
        reopen();
    }

  private:
    int32_t partitions_;
    std::optional<MockCluster> cluster_;
    log::KafkaConfig config_;
    std::unique_ptr<log::KafkaLog> log_;
};

class Broker final : public LogBackend {
  public:
    Broker(const std::string& bootstrap, int32_t partitions) {
        config_.bootstrap_servers = bootstrap;
        config_.topic = fresh_topic("contract");
        spec_.partitions = partitions;
        create();
    }
    Broker(const Broker&) = delete;
    Broker& operator=(const Broker&) = delete;
    ~Broker() override {
        log_.reset();
        static_cast<void>(log::delete_topic(config_));
    }

    log::EventLog& log() override { return *log_; }
    void write_raw(const RawRecord& record) override {
        KafkaWriter(config_.bootstrap_servers, config_.topic).write(record);
    }
    void reopen() override { log_ = must(log::KafkaLog::open(config_)); }
    void recreate() override {
        log_.reset();
        CHECK(log::delete_topic(config_).has_value(), "the broker deletes the topic");
        create();
    }

  private:
    /// A broker forgets a deleted topic a moment later; until then its name is taken.
    void create() {
        const auto deadline = std::chrono::steady_clock::now() + kDeadline;
        Result<void> created = log::create_topic(config_, spec_);
        while (!created && created.error().code == Errc::Conflict &&
               std::chrono::steady_clock::now() < deadline) {
            created = log::create_topic(config_, spec_);
        }
        CHECK(created.has_value(), "the broker creates the topic");
        reopen();
    }

    log::KafkaConfig config_;
    log::TopicSpec spec_;
    std::unique_ptr<log::KafkaLog> log_;
};

template <class T>
std::unique_ptr<LogBackend> make(int32_t partitions) {
    return std::make_unique<T>(partitions);
}

std::unique_ptr<LogBackend> make_broker(int32_t partitions) {
    const auto bootstrap = kafka_bootstrap();
    return bootstrap ? std::make_unique<Broker>(*bootstrap, partitions) : nullptr;
}

}  // namespace

BackendKind memory_backend() {
    return {"memory", make<Memory>};
}
BackendKind embedded_backend() {
    return {"embedded", make<Embedded>};
}
BackendKind mock_backend() {
    return {"mock", make<Mock>};
}
BackendKind broker_backend() {
    return {"broker", make_broker};
}

}  // namespace sijill::tests
