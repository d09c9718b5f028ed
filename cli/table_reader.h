#pragma once
// cli/table_reader.h - what stands in the tables of a TOML file, each mistake told once.

#include "cli/config_value.h"

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace sijill::cli {

/// The member of that name, or null.
[[nodiscard]] const Value* member_of(const Value& table, std::string_view name);

/// Reads members of tables. What is of another type is told where it stands, and nothing more is
/// told of it. The values read must stay where they are.
class TableReader {
  public:
    explicit TableReader(Problems& problems) : problems_(problems) {}

    /// At the member of that name, or at the table that lacks it.
    void tell(const Value& table, std::string_view name, const std::string& what);
    /// What is read for several purposes has its mistake once.
    void tell_once(const Place& place, const std::string& what);
    void check_keys(const Value& table, const std::vector<std::string>& known);

    /// False: it is no text, and that was told.
    [[nodiscard]] bool read_text(const Value& value, std::string_view name, std::string& out);
    [[nodiscard]] std::string text_at(const Value& table,
                                      std::string_view name,
                                      const std::string& fallback);
    [[nodiscard]] std::optional<std::string> maybe_text(const Value& table, std::string_view name);
    /// A text, or an array of texts.
    [[nodiscard]] std::vector<std::string> texts_at(const Value& table, std::string_view name);
    [[nodiscard]] bool flag_at(const Value& table, std::string_view name);

  private:
    Problems& problems_;
    std::set<const Value*> unread_;
    std::set<std::tuple<int, int, std::string>> told_;
};

}  // namespace sijill::cli
