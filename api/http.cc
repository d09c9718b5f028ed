#include "api/http.h"

#include "api/text.h"
#include "events/hex.h"
#include "events/utf8.h"

#include <algorithm>

namespace sijill::api {

namespace {

/// The byte that "%41…" at the start of `text` stands for, or -1.
int escaped_byte(std::string_view text) {
    const int high = text.size() > 2 ? events::hex_value(text[1]) : -1;
    const int low = text.size() > 2 ? events::hex_value(text[2]) : -1;
    return high < 0 || low < 0 ? -1 : high * 16 + low;
}

/// Printable, and no "#": a fragment is never sent. Bytes above ASCII pass: clients send raw UTF-8.
bool is_target_byte(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte > 0x20 && byte != 0x7F && c != '#';
}

/// True for "..", and for "../a" that a segment decodes to: those name another place than the one
/// that a proxy in front has judged, and so would a backslash for some of them.
bool names_another(std::string_view segment) {
    while (true) {
        const size_t end = segment.find_first_of("/\\");
        const std::string_view piece = segment.substr(0, end);
        if (piece == "." || piece == "..") {
            return true;
        }
        if (end == std::string_view::npos) {
            return false;
        }
        segment.remove_prefix(end + 1);
    }
}

/// Decodes "/a/b" segment by segment, but for the "/" and "%" of a segment: so it still says where
/// each ends.
std::optional<std::string> decode_path(std::string_view raw) {
    std::string path;
    path.reserve(raw.size());
    while (!raw.empty()) {
        raw.remove_prefix(1);  // the "/": the caller has seen it, then each turn ends before one
        const std::string_view segment = raw.substr(0, raw.find('/'));
        const auto decoded = percent_decode(segment, false);
        if (!decoded || decoded->empty() || names_another(*decoded) ||
            segment.find('\\') != std::string_view::npos) {
            return std::nullopt;
        }
        path += '/';
        for (const char c : *decoded) {
            if (c == '/' || c == '%') {
                path += c == '/' ? "%2F" : "%25";
            } else {
                path += c;
            }
        }
        raw.remove_prefix(segment.size());
    }
    return path;
}

/// "a=1&b&c=": false when a name or value does not decode. Empty pieces ("a=1&&b=2") say nothing.
bool decode_query(std::string_view raw, std::vector<std::pair<std::string, std::string>>& query) {
    while (!raw.empty()) {
        const std::string_view piece = raw.substr(0, raw.find('&'));
        raw.remove_prefix(std::min(piece.size() + 1, raw.size()));
        if (piece.empty()) {
            continue;
        }
        const size_t equals = std::min(piece.find('='), piece.size());
        auto name = percent_decode(piece.substr(0, equals), true);
        auto value = percent_decode(piece.substr(std::min(equals + 1, piece.size())), true);
        if (!name || !value) {
            return false;
        }
        query.emplace_back(std::move(*name), std::move(*value));
    }
    return true;
}

bool is_unreserved(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-._~").find(c) != std::string_view::npos;
}

// RFC 9112: a proxy's form, "http://host/path", asks for the path; "" when it is of neither form.
std::string_view origin_form(std::string_view target) {
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (!is_word(target.substr(0, scheme.size()), scheme)) {
            continue;
        }
        const size_t path = std::min(target.find('/', scheme.size()), target.size());
        const std::string_view authority = target.substr(scheme.size(), path - scheme.size());
        if (authority.empty() || authority.find_first_of("?#\\") != std::string_view::npos) {
            return {};
        }
        return path == target.size() ? "/" : target.substr(path);
    }
    return target;
}

}  // namespace

const std::string* Request::header(const std::string& name) const {
    const auto found = headers.find(name);
    return found == headers.end() ? nullptr : &found->second;
}

std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space) {
    const auto stands_for_itself = [](char c) { return c != '%' && c != '+' && c != '\0'; };
    if (std::ranges::all_of(text, stands_for_itself)) {  // as nearly all do
        return events::is_utf8(text) ? std::optional<std::string>(text) : std::nullopt;
    }
    std::string decoded;
    decoded.reserve(text.size());
    for (size_t at = 0; at < text.size(); ++at) {
        char c = text[at];
        if (c == '%') {
            const int byte = escaped_byte(text.substr(at));
            if (byte < 0) {
                return std::nullopt;
            }
            c = static_cast<char>(byte);
            at += 2;
        } else if (c == '+' && plus_is_space) {
            c = ' ';
        }
        if (c == '\0') {
            return std::nullopt;
        }
        decoded += c;
    }
    return events::is_utf8(decoded) ? std::optional(std::move(decoded)) : std::nullopt;
}

std::string percent_encode(std::string_view text) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    std::string encoded;
    for (const char c : text) {
        if (is_unreserved(c)) {
            encoded += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        encoded += {'%', kDigits[byte >> 4U], kDigits[byte & 0xFU]};
    }
    return encoded;
}

bool split_target(std::string_view target,
                  std::string& path,
                  std::vector<std::pair<std::string, std::string>>& query) {
    path.clear();
    query.clear();
    target = origin_form(target);
    if (target.empty() || target.front() != '/' ||
        !std::ranges::all_of(target, [](char c) { return is_target_byte(c); })) {
        return false;
    }
    const size_t mark = std::min(target.find('?'), target.size());
    const std::string_view raw_path = target.substr(0, mark);
    const std::string_view raw_query = target.substr(std::min(mark + 1, target.size()));
    auto decoded = raw_path == "/" ? std::optional<std::string>("/") : decode_path(raw_path);
    if (!decoded || !decode_query(raw_query, query)) {
        query.clear();
        return false;
    }
    path = std::move(*decoded);
    return true;
}

}  // namespace sijill::api
