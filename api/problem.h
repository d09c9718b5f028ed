#pragma once
// api/problem.h - errors as RFC 9457 problem details.

#include "api/http.h"
#include "events/result.h"
#include "events/validate.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sijill::api {

/// A kind of problem: a stable name, the status it comes with, and a title. Its page is
/// /v1/problems/NAME.
struct ProblemKind {
    std::string_view name;  // "invalid-event"
    int status;
    std::string_view title;
    std::string_view remedy;
};

[[nodiscard]] std::span<const ProblemKind> problem_kinds();

/// The answer for a problem of this kind, which must be one of problem_kinds(). `violations` are
/// told one by one: a pointer into the body, or, with a code that begins with "parameter", the name
/// of a parameter. Never repeats what the client sent beside names.
[[nodiscard]] Response problem(std::string_view kind,
                               std::string_view detail,
                               const std::vector<events::Violation>& violations = {});

/// The problem that an error of the program is for a client who reads. Who publishes is told of the
/// log otherwise (append_problem). What the client can do nothing about is `internal`, with the
/// error as its cause.
[[nodiscard]] Response problem_of(const Error& error);

/// 500: the client is told no more than that, our log the cause.
[[nodiscard]] Response internal_problem(std::string cause);

/// What the HTTP server refuses before it is a request.
[[nodiscard]] Response refusal(int status, std::string_view detail);

}  // namespace sijill::api
