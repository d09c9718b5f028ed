#include "api/http_answer.h"

#include "api/text.h"
#include "events/check.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace sijill::api {

namespace {

bool is_ours(std::string_view name) {
    constexpr std::array<std::string_view, 8> kOurs = {"connection",
                                                       "content-length",
                                                       "date",
                                                       "keep-alive",
                                                       "server",
                                                       "trailer",
                                                       "transfer-encoding",
                                                       "upgrade"};
    return std::any_of(
        kOurs.begin(), kOurs.end(), [name](std::string_view ours) { return is_word(name, ours); });
}

/// No header of a handler, whatever went into it, may begin a line of its own.
bool stays_in_line(std::string_view name, std::string_view value) {
    const bool name_is_one_word =
        !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
            return c > ' ' && c < '\x7F' && c != ':';
        });
    return name_is_one_word && std::none_of(value.begin(), value.end(), [](char c) {
               return c == '\r' || c == '\n' || c == '\0';
           });
}

void append_header(std::string& head, std::string_view name, std::string_view value) {
    head.append(name).append(": ").append(value).append("\r\n");
}

void append_two_digits(std::string& text, unsigned number) {
    text += static_cast<char>('0' + number / 10 % 10);
    text += static_cast<char>('0' + number % 10);
}

}  // namespace

void put_head(std::string& head,
              const Response& response,
              std::string_view reason,
              std::string_view date,
              const AnswerForm& form) {
    head.clear();
    head.append("HTTP/1.1 ").append(std::to_string(response.status)).append(" ");
    head.append(reason).append("\r\n");
    append_header(head, "Server", "sijill");
    append_header(head, "Date", date);
    for (const auto& [name, value] : response.headers) {
        if (stays_in_line(name, value) && !is_ours(name)) {
            append_header(head, name, value);
        }
    }
    if (form.body == AnswerForm::Body::Length) {
        append_header(head, "Content-Length", std::to_string(response.body.size()));
    } else if (form.body == AnswerForm::Body::Chunked) {
        append_header(head, "Transfer-Encoding", "chunked");
    }
    if (form.connection == AnswerForm::Connection::Close) {
        append_header(head, "Connection", "close");
    } else if (form.connection == AnswerForm::Connection::KeepAlive) {
        append_header(head, "Connection", "keep-alive");
    }
    head.append("\r\n");
}

std::string answer_head(const Response& response,
                        std::string_view reason,
                        std::string_view date,
                        const AnswerForm& form) {
    std::string head;
    put_head(head, response, reason, date, form);
    return head;
}

bool status_has_body(int status) {
    return status >= 200 && status != 204 && status != 304;
}

bool asks_to_close(const Response& response) {
    return std::any_of(response.headers.begin(), response.headers.end(), [](const auto& header) {
        return is_word(header.first, "connection") && is_word(header.second, "close");
    });
}

std::string chunk_of(std::string_view bytes) {
    CHECK(!bytes.empty(), "an empty chunk would end the body");
    std::array<char, 16> size{};
    const auto end = std::to_chars(size.data(), size.data() + size.size(), bytes.size(), 16).ptr;
    std::string chunk(size.data(), end);
    return chunk.append("\r\n").append(bytes).append("\r\n");
}

std::string http_date(std::chrono::sys_seconds time) {
    constexpr std::string_view kDays = "SunMonTueWedThuFriSat";
    constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day calendar(day);
    const std::chrono::hh_mm_ss clock(time - day);
    std::string text(kDays.substr(std::chrono::weekday(day).c_encoding() * size_t{3}, 3));
    text += ", ";
    append_two_digits(text, static_cast<unsigned>(calendar.day()));
    text += ' ';
    text += kMonths.substr((static_cast<unsigned>(calendar.month()) - 1) * size_t{3}, 3);
    text += ' ';
    const auto year = static_cast<unsigned>(static_cast<int>(calendar.year()));
    append_two_digits(text, year / 100);
    append_two_digits(text, year % 100);
    text += ' ';
    append_two_digits(text, static_cast<unsigned>(clock.hours().count()));
    text += ':';
    append_two_digits(text, static_cast<unsigned>(clock.minutes().count()));
    text += ':';
    append_two_digits(text, static_cast<unsigned>(clock.seconds().count()));
    return text + " GMT";
}

}  // namespace sijill::api
