#include "log/kafka_handles.h"

#include <algorithm>
#include <array>

namespace sijill::log {
namespace {

struct Translation {
    rd_kafka_resp_err_t error;
    Errc code;
};

constexpr std::array kTranslations = {
    Translation{RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET, Errc::Corrupt},
    Translation{RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE, Errc::Corrupt},
    Translation{RD_KAFKA_RESP_ERR__BAD_MSG, Errc::Corrupt},
    Translation{RD_KAFKA_RESP_ERR__BAD_COMPRESSION, Errc::Corrupt},
    Translation{RD_KAFKA_RESP_ERR_INVALID_MSG, Errc::Corrupt},
    Translation{RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC, Errc::NotFound},
    Translation{RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION, Errc::NotFound},
    Translation{RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, Errc::NotFound},
    Translation{RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS, Errc::Conflict},
    Translation{RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, Errc::TooLarge},
    Translation{RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION, Errc::Config},
    Translation{RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, Errc::Config},
    Translation{RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED, Errc::Config},
    Translation{RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED, Errc::Config},
    Translation{RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED, Errc::Config},
    Translation{RD_KAFKA_RESP_ERR__AUTHENTICATION, Errc::Config},
    Translation{RD_KAFKA_RESP_ERR_POLICY_VIOLATION, Errc::Config},
    Translation{RD_KAFKA_RESP_ERR_INVALID_CONFIG, Errc::Config},
    Translation{RD_KAFKA_RESP_ERR_INVALID_PARTITIONS, Errc::Config},
    Translation{RD_KAFKA_RESP_ERR_INVALID_REPLICATION_FACTOR, Errc::Config},
    Translation{RD_KAFKA_RESP_ERR__INVALID_ARG, Errc::Config},
    Translation{RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE, Errc::Config},
};

}  // namespace

Errc kafka_errc(rd_kafka_resp_err_t error) {
    const auto* const found = std::find_if(
        kTranslations.begin(), kTranslations.end(), [error](const Translation& translation) {
            return translation.error == error;
        });
    return found == kTranslations.end() ? Errc::Unavailable : found->code;
}

Unexpected kafka_fail(std::string_view where, rd_kafka_resp_err_t error) {
    return fail(kafka_errc(error),
                std::string(where) + ": " + rd_kafka_err2str(error) + " (" +
                    rd_kafka_err2name(error) + ")");
}

}  // namespace sijill::log
