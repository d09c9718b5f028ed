#pragma once
// cli/config_value.h - a value as it was written, with its place, and how settings are read from it
// and written back as TOML.

#include "cli/config.h"

#include <string>
#include <string_view>
#include <vector>

namespace sijill::cli {

/// Where something was written. Environment variables have no line.
struct Place {
    std::string source;  // file, or name of the variable
    int line = 0;
    int column = 0;
    [[nodiscard]] std::string text() const;  // "sijill.toml:3:1"
    bool operator==(const Place&) const = default;
};

/// TOML without its library: only cli/config_file.cc sees that.
struct Value {
    enum class Type { Text, Integer, Float, Boolean, Date, Time, Array, Table };
    struct Member;
    Type type = Type::Text;
    std::string text;  // of a Text, Date, Float or Boolean
    int64_t integer = 0;
    std::vector<Value> items;
    std::vector<Member> members;
    Place place;
    bool from_environment = false;  // always a Text; numbers are read from it
};

struct Value::Member {
    std::string name;
    Place place;
    Value value;
};

/// Where the member that a flaw names was written, or what is nearest around it: of
/// "numerator[1].where.kind" the value of kind in the second term.
[[nodiscard]] Place place_in(const Value& table, std::string_view key);

/// True when it, its key or anything in it was written there.
[[nodiscard]] bool holds_place(const Value& value, const Place& place);

/// Everything that is wrong, gathered.
class Problems {
  public:
    struct Problem {
        Place place;
        std::string message;
    };
    void add(const Place& place, std::string message) {
        problems_.push_back({place, std::move(message)});
    }
    void add(const Problems& others) {
        problems_.insert(problems_.end(), others.problems_.begin(), others.problems_.end());
    }
    [[nodiscard]] bool empty() const { return problems_.empty(); }
    [[nodiscard]] const std::vector<Problem>& all() const { return problems_; }
    /// One line each, a file's in the order of its lines.
    [[nodiscard]] std::vector<std::string> lines() const;

  private:
    std::vector<Problem> problems_;
};

/// Both ends included; of integers, bytes or seconds.
struct Range {
    int64_t minimum = 0;
    int64_t maximum = 0;
};

/// A value being read for a setting.
struct Reading {
    const Value& value;
    std::string_view name;  // of the setting, for messages
    Range range;
    Problems& problems;
    void refuse(const Value& what, const std::string& wanted) const;
};

/// Reads into `out`, or tells the problems and leaves it alone.
void read_setting(const Reading& from, std::string& out);
void read_setting(const Reading& from, int& out);
void read_setting(const Reading& from, Config::Bytes& out);
void read_setting(const Reading& from, Config::Seconds& out);
void read_setting(const Reading& from, AuthMode& out);
void read_setting(const Reading& from, LogLevel& out);
void read_setting(const Reading& from, LogFormat& out);
void read_setting(const Reading& from, std::optional<producers::DueTarget>& out);
void read_setting(const Reading& from, std::map<std::string, std::string>& out);
void read_setting(const Reading& from, producers::WeekHours& out);
void read_setting(const Reading& from, std::array<bool, 7>& out);
void read_setting(const Reading& from, std::set<producers::CivilDate>& out);
void read_setting(const Reading& from, std::vector<producers::Season>& out);
void read_setting(const Reading& from, std::vector<projections::KpiTarget>& out);
void read_setting(const Reading& from, std::vector<projections::OwnKpi>& out);

/// As TOML on one line; "" when there is none.
[[nodiscard]] std::string literal_of(const std::string& value);
[[nodiscard]] std::string literal_of(int value);
[[nodiscard]] std::string literal_of(Config::Bytes value);
[[nodiscard]] std::string literal_of(Config::Seconds value);
[[nodiscard]] std::string literal_of(AuthMode value);
[[nodiscard]] std::string literal_of(LogLevel value);
[[nodiscard]] std::string literal_of(LogFormat value);
[[nodiscard]] std::string literal_of(const std::optional<producers::DueTarget>& value);
[[nodiscard]] std::string literal_of(const std::map<std::string, std::string>& value);
[[nodiscard]] std::string literal_of(const producers::WeekHours& value);
[[nodiscard]] std::string literal_of(const std::array<bool, 7>& value);
[[nodiscard]] std::string literal_of(const std::set<producers::CivilDate>& value);
[[nodiscard]] std::string literal_of(const std::vector<producers::Season>& value);
[[nodiscard]] std::string literal_of(const std::vector<projections::KpiTarget>& value);
[[nodiscard]] std::string literal_of(const std::vector<projections::OwnKpi>& value);

/// The nearest of `names`, at most two edits away and fewer for short ones; "" when none is near.
[[nodiscard]] std::string nearest_name(std::string_view name,
                                       const std::vector<std::string>& names);

/// `; did you mean 'x'?`, or nothing.
[[nodiscard]] std::string hint_of(const std::string& nearest);

}  // namespace sijill::cli
