#pragma once
// api/http_answer.h - the bytes of an answer: status line, headers, chunks and the date.

#include "api/http.h"

#include <chrono>
#include <string>
#include <string_view>

namespace sijill::api {

/// How the answer's body ends and what becomes of the connection.
struct AnswerForm {
    enum class Body { Length, None, Chunked, UntilClose };
    enum class Connection { Implied, KeepAlive, Close };
    Body body = Body::Length;
    Connection connection = Connection::Implied;
};

/// The head with its blank line. Headers that are the server's to say (Content-Length, Date,
/// Connection and the like) and headers that would break out of their line are left out.
[[nodiscard]] std::string answer_head(const Response& response,
                                      std::string_view reason,
                                      std::string_view date,
                                      const AnswerForm& form);

/// The same in place of what `head` holds, in the memory that it has.
void put_head(std::string& head,
              const Response& response,
              std::string_view reason,
              std::string_view date,
              const AnswerForm& form);

/// False for the statuses that RFC 9110 gives no body.
[[nodiscard]] bool status_has_body(int status);

/// True when the handler asks for the end of the connection ("Connection: close").
[[nodiscard]] bool asks_to_close(const Response& response);

/// One chunk of a chunked body. `bytes` must not be empty: that would end the body.
[[nodiscard]] std::string chunk_of(std::string_view bytes);
inline constexpr std::string_view kLastChunk = "0\r\n\r\n";

/// RFC 9110 IMF-fixdate: "Sun, 06 Nov 1994 08:49:37 GMT".
[[nodiscard]] std::string http_date(std::chrono::sys_seconds time);

}  // namespace sijill::api
