#pragma once
// bench/bare_batch.h - what a bare consumer does between two looks at its queue.

#include <librdkafka/rdkafka.h>

#include <vector>

namespace sijill::bench {

/// Waits up to `wait_ms` for a message and takes what else is there, as log/kafka_reader.cc does:
/// librdkafka's batch call alone waits until the batch is full or the time is over. Calls
/// take(message) for each and destroys it.
template <typename Take>
void take_batch(rd_kafka_queue_t* queue,
                int wait_ms,
                std::vector<rd_kafka_message_t*>& messages,
                Take&& take) {
    ssize_t got = rd_kafka_consume_batch_queue(queue, wait_ms, messages.data(), 1);
    if (got == 1) {
        const ssize_t more =
            rd_kafka_consume_batch_queue(queue, 0, messages.data() + 1, messages.size() - 1);
        got += more > 0 ? more : 0;
    }
    for (ssize_t i = 0; i < got; ++i) {
        rd_kafka_message_t* message = messages[static_cast<size_t>(i)];
        take(*message);
        rd_kafka_message_destroy(message);
    }
}

}  // namespace sijill::bench
