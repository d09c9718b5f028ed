#pragma once
// cli/output.h - what commands print on a terminal.

#include "api/table.h"
#include "cli/context.h"
#include "cli/reads.h"

#include <nlohmann/json_fwd.hpp>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace sijill::cli {

using api::Table;

/// Aligned columns, two spaces apart. A table with right-to-left text is not padded behind that
/// text's column: terminals lay it out themselves.
[[nodiscard]] std::string text_table(const Table& table);

/// Prints the table in the format of the options.
void print_table(const Table& table, Format format);

/// Prints objects with the same members in the format of the options; JSON has their numbers.
void print_items(const nlohmann::ordered_json& items, Format format);

/// How the answer to a question is shown: `text` on a terminal, `json` for --format json (empty:
/// whole), `remark` behind the text, on stderr.
struct Shown {
    std::function<std::string(const nlohmann::ordered_json&)> text;
    std::function<nlohmann::ordered_json(const nlohmann::ordered_json&)> json = {};
    std::function<std::string(const nlohmann::ordered_json&)> remark = {};
};

/// The `items` of the answer, as a table with headings in the language, and as an array.
[[nodiscard]] Shown shown_items(
    const std::string& lang, std::function<std::string(const nlohmann::ordered_json&)> remark = {});

/// The table with its headings in the language.
[[nodiscard]] Table titled(Table table, std::string_view lang);

/// Asks and prints; CSV and NDJSON are as the HTTP face writes them. Gives the exit code.
[[nodiscard]] int print_read(const Question& question, const Options& options, const Shown& shown);

/// Behind a command that has written events. A server folds what arrives; an embedded log waits for
/// someone.
void tell_how_to_see(const Options& options);

/// A text of the program's own in one of the two languages.
[[nodiscard]] std::string in_words(std::string_view lang, std::string_view en, std::string_view ar);

/// Behind how many rows of a list are shown: how to see more; "" when these are all.
[[nodiscard]] std::string more_rows(const nlohmann::ordered_json& answer, std::string_view lang);

/// The line that says which position an answer stands at.
[[nodiscard]] std::string position_line(const nlohmann::ordered_json& answer,
                                        std::string_view lang);

/// "1,234,567"
[[nodiscard]] std::string grouped(int64_t number);

}  // namespace sijill::cli
