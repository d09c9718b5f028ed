// cli/config_own.cc - [[kpi.own]]: the KPIs of the site, read and written.

#include "cli/config_value.h"
#include "projections/own_kpi.h"

#include <array>
#include <set>

namespace sijill::cli {

namespace {

using projections::OwnKpi;
using projections::OwnTerm;

using Members = std::vector<std::string>;

const Members& own_members() {
    static const Members kMembers = {"id",
                                     "version",
                                     "name",
                                     "definition",
                                     "unit",
                                     "decimals",
                                     "numerator",
                                     "denominator",
                                     "dimensions",
                                     "shares",
                                     "basis"};
    return kMembers;
}

const Members& term_members() {
    static const Members kMembers = {"measure", "where", "except", "minus", "past"};
    return kMembers;
}

constexpr std::array kKpiUnits = {projections::Unit::Count,
                                  projections::Unit::Percent,
                                  projections::Unit::Seconds,
                                  projections::Unit::Minutes,
                                  projections::Unit::Hours};

void refuse_member(const Reading& from, const Place& place, const Members& known) {
    const std::string_view name = from.name.substr(from.name.rfind('.') + 1);
    from.problems.add(place,
                      "there is no setting '" + std::string(from.name) + "'" +
                          hint_of(nearest_name(name, known)));
}

// Calls `each` for the members of a table; false: there is none of that name.
template <class Each>
void for_members(const Reading& from, const Members& known, Each&& each) {
    for (const auto& [name, place, value] : from.value.members) {
        const std::string full = std::string(from.name) + "." + name;
        const Reading member{value, full, from.range, from.problems};
        if (!each(member, name)) {
            refuse_member(member, place, known);
        }
    }
}

void read_flag(const Reading& from, bool& out) {
    if (from.value.type != Value::Type::Boolean) {
        from.refuse(from.value, "true or false");
        return;
    }
    out = from.value.text == "true";
}

void read_number(const Reading& from, Range range, int& out) {
    read_setting({from.value, from.name, range, from.problems}, out);
}

void read_unit(const Reading& from, projections::Unit& out) {
    std::string wanted = "one of";
    for (const projections::Unit unit : kKpiUnits) {
        if (from.value.type == Value::Type::Text && from.value.text == unit_name(unit)) {
            out = unit;
            return;
        }
        wanted += " \"" + std::string(unit_name(unit)) + "\"";
    }
    from.refuse(from.value, wanted);
}

// { en = "…", ar = "…" }
void read_languages(const Reading& from, std::string& en, std::string& ar) {
    if (from.value.type != Value::Type::Table) {
        from.refuse(from.value, R"(a table { en = "…", ar = "…" })");
        return;
    }
    for_members(from, {"en", "ar"}, [&](const Reading& member, std::string_view name) {
        if (name == "en" || name == "ar") {
            read_setting(member, name == "en" ? en : ar);
            return true;
        }
        return false;
    });
}

void read_names(const Reading& from, std::vector<std::string>& out) {
    if (from.value.type != Value::Type::Array) {
        from.refuse(from.value, R"(an array of dimensions such as ["queue"])");
        return;
    }
    for (const Value& item : from.value.items) {
        read_setting({item, from.name, from.range, from.problems}, out.emplace_back());
    }
}

void read_term(const Reading& from, OwnTerm& out) {
    if (from.value.type == Value::Type::Text) {
        out.measure = from.value.text;
        return;
    }
    if (from.value.type != Value::Type::Table) {
        from.refuse(from.value, R"("cube.measure" or a table with measure)");
        return;
    }
    for_members(from, term_members(), [&out](const Reading& member, std::string_view name) {
        if (name == "measure") {
            read_setting(member, out.measure);
        } else if (name == "where") {
            read_setting(member, out.where);
        } else if (name == "except") {
            read_setting(member, out.except);
        } else if (name == "minus") {
            read_flag(member, out.minus);
        } else if (name == "past") {
            read_flag(member, out.past);
        } else {
            return false;
        }
        return true;
    });
}

// One term, or an array of them.
void read_terms(const Reading& from, std::vector<OwnTerm>& out) {
    if (from.value.type != Value::Type::Array) {
        read_term(from, out.emplace_back());
        return;
    }
    for (const Value& item : from.value.items) {
        read_term({item, from.name, from.range, from.problems}, out.emplace_back());
    }
}

// False: there is no member of that name.
bool read_own_member(const Reading& from, std::string_view name, OwnKpi& out) {
    if (name == "id") {
        read_setting(from, out.id);
    } else if (name == "version") {
        read_number(from, {1, 1'000'000}, out.version);
    } else if (name == "name") {
        read_languages(from, out.name_en, out.name_ar);
    } else if (name == "definition") {
        read_languages(from, out.definition_en, out.definition_ar);
    } else if (name == "unit") {
        read_unit(from, out.unit);
    } else if (name == "decimals") {
        read_number(from, {0, 6}, out.decimals);
    } else if (name == "numerator") {
        read_terms(from, out.numerator);
    } else if (name == "denominator") {
        read_terms(from, out.denominator);
    } else if (name == "dimensions") {
        read_names(from, out.dimensions);
    } else if (name == "shares") {
        read_names(from, out.shares);
    } else if (name == "basis") {
        read_setting(from, out.basis);
    } else {
        return false;
    }
    return true;
}

void read_own(const Reading& from, OwnKpi& out) {
    if (from.value.type != Value::Type::Table) {
        from.refuse(from.value, "a table with id, name, definition, unit and numerator");
        return;
    }
    Problems unread;
    const Reading reading{from.value, from.name, from.range, unread};
    for_members(reading, own_members(), [&out](const Reading& member, std::string_view name) {
        return read_own_member(member, name, out);
    });
    from.problems.add(unread);
    if (!unread.empty()) {
        return;  // what could not be read is told once
    }
    for (const projections::OwnFlaw& flaw : flaws_of(out)) {
        from.problems.add(
            place_in(from.value, flaw.key),
            std::string(from.name) + "." + flaw.key + ": " + flaw.message +
                (flaw.name.empty() ? "" : hint_of(nearest_name(flaw.name, flaw.known))));
    }
}

std::string languages_literal(const std::string& en, const std::string& ar) {
    return "{ en = " + literal_of(en) + ", ar = " + literal_of(ar) + " }";
}

std::string names_literal(const std::vector<std::string>& names) {
    std::string out;
    for (const std::string& name : names) {
        out += (out.empty() ? "" : ", ") + literal_of(name);
    }
    return "[" + out + "]";
}

std::string terms_literal(const std::vector<OwnTerm>& terms) {
    std::string out;
    for (const OwnTerm& term : terms) {
        out += (out.empty() ? "{ measure = " : ", { measure = ") + literal_of(term.measure);
        out += term.where.empty() ? "" : ", where = " + literal_of(term.where);
        out += term.except.empty() ? "" : ", except = " + literal_of(term.except);
        out += term.minus ? ", minus = true" : "";
        out += term.past ? ", past = true }" : " }";
    }
    return "[" + out + "]";
}

std::string own_literal(const OwnKpi& kpi) {
    std::string out = "{ id = " + literal_of(kpi.id) + ", version = " + std::to_string(kpi.version);
    out += ", name = " + languages_literal(kpi.name_en, kpi.name_ar);
    out += ", definition = " + languages_literal(kpi.definition_en, kpi.definition_ar);
    out += ", unit = " + literal_of(std::string(unit_name(kpi.unit)));
    out += ", decimals = " + std::to_string(kpi.decimals);
    out += ", numerator = " + terms_literal(kpi.numerator);
    out += kpi.denominator.empty() ? "" : ", denominator = " + terms_literal(kpi.denominator);
    out += kpi.dimensions.empty() ? "" : ", dimensions = " + names_literal(kpi.dimensions);
    out += kpi.shares.empty() ? "" : ", shares = " + names_literal(kpi.shares);
    out += kpi.basis.empty() ? "" : ", basis = " + literal_of(kpi.basis);
    return out + " }";
}

}  // namespace

void read_setting(const Reading& from, std::vector<OwnKpi>& out) {
    if (from.value.type != Value::Type::Array) {
        from.refuse(from.value, "[[tables]] with id, name, definition, unit and numerator");
        return;
    }
    out.clear();
    std::set<std::string> ids;
    for (const Value& item : from.value.items) {
        OwnKpi& kpi = out.emplace_back();
        read_own({item, from.name, from.range, from.problems}, kpi);
        if (!kpi.id.empty() && !ids.insert(kpi.id).second) {
            from.problems.add(place_in(item, "id"),
                              std::string(from.name) + ".id: '" + kpi.id + "' stands here twice");
        }
    }
}

std::string literal_of(const std::vector<OwnKpi>& value) {
    std::string out = "[";
    for (const OwnKpi& kpi : value) {
        out += (out.size() == 1 ? "" : ", ") + own_literal(kpi);
    }
    return out + "]";
}

}  // namespace sijill::cli
