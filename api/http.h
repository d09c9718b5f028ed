#pragma once
// api/http.h - HTTP as values: what a request asks and what is answered. No socket, no library.

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sijill::api {

/// One request, read whole. Header names are lower case; a header that came several times has its
/// values joined by ", " in the order they came.
struct Request {
    std::string method;  // as sent: "GET"
    std::string target;  // as sent: "/v1/cases?limit=5"
    std::string path;    // of the target, as split_target() gives it; "" when malformed
    std::vector<std::pair<std::string, std::string>> query;  // decoded, in the order given
    std::map<std::string, std::string> headers;
    std::string body;
    std::string peer;  // the client's address, without the port

    /// nullptr when the header is not there. `name` in lower case.
    [[nodiscard]] const std::string* header(const std::string& name) const;
};

/// A stream of server-sent events to one client. send() and close() may be called from any thread;
/// after the client has gone, or was dropped for reading too slowly, they do nothing.
class EventStream {
  public:
    virtual ~EventStream() = default;
    /// Queues bytes as they are ("id: …\ndata: …\n\n"). False: the stream is over. A client that
    /// leaves more than the server's limit unread is dropped.
    virtual bool send(std::string bytes) = 0;
    virtual void close() = 0;
};

/// An answer. With `stream`, status and headers are sent and the function is given the open stream,
/// once; the body is sent first.
struct Response {
    int status = 200;
    std::vector<std::pair<std::string, std::string>> headers;  // with Content-Type, if any body
    std::string body;
    std::function<void(std::shared_ptr<EventStream>)> stream;
    std::string cause;  // what failed behind it: for our log, never sent
};

/// Answers one request: to be called once, from any thread.
using Respond = std::function<void(Response)>;

/// Called for each request in the server's one I/O thread: must not block.
using Handler = std::function<void(Request request, Respond respond)>;

/// What a request with a body is answered without reading it; nullopt: it is read. Called with the
/// head alone, in the server's one I/O thread: must not block.
using RefuseHead = std::function<std::optional<Response>(const Request& head)>;

/// The answer to what never became a request (malformed, too large, too slow, too many): the
/// server's owner gives it its form.
using Refuse = std::function<Response(int status, std::string_view detail)>;

/// RFC 3986 percent-decoding; nullopt for a stray or cut "%", a decoded NUL byte, and what is no
/// UTF-8.
[[nodiscard]] std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space);

/// Percent-encodes all but RFC 3986's unreserved characters.
[[nodiscard]] std::string percent_encode(std::string_view text);

/// Splits a target into path and query. False, and both empty, when it is neither of origin-form
/// nor of absolute-form, or does not decode. Segments are decoded one by one, but for a "/" and a
/// "%" in one ("%2F", "%25"); one that decodes to "", or to a path with "." or ".." in it, makes
/// the target malformed ("/" itself is the empty path's only spelling).
[[nodiscard]] bool split_target(std::string_view target,
                                std::string& path,
                                std::vector<std::pair<std::string, std::string>>& query);

}  // namespace sijill::api
