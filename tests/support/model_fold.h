#pragma once
// tests/support/model_fold.h - the oracle: the rules of the fold written a second time, over JSON
// and std::map. Shares no code with projections/. Times of one subject must differ; the zone is
// fixed at UTC+3.

#include <nlohmann/json.hpp>

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace sijill::model {

using nlohmann::json;

/// `calls|412345|general,ar|offered` -> 1: cube, local hour, dimensions, measure. Zero sums are
/// left out.
using Cells = std::map<std::string, int64_t>;

class Model {
  public:
    /// One valid event, in the log order of its subject.
    void add(const json& event);

    [[nodiscard]] Cells cells() const;
    /// `chats|17167|token` -> chats of that citizen on that local day.
    [[nodiscard]] std::map<std::string, int64_t> people() const;

    int64_t duplicates = 0;
    int64_t conflicts = 0;
    int64_t without_target = 0;
    int64_t invalid_patches = 0;
    [[nodiscard]] int64_t illegal() const;
    [[nodiscard]] int64_t listed_out_of_scale() const;

  private:
    struct Entry {
        json event;
        bool conflict = false;
        bool ineffective = false;
    };
    struct Subject {
        std::vector<Entry> entries;
        std::set<std::string> ids;
        int64_t version = 0;
    };
    using Key = std::pair<std::string, std::string>;  // family, subject

    // Its events as they are heard; those without effect are null.
    static std::vector<json> heard_of(const Subject& subject);
    static bool may_be_patched(const Subject& subject, const json& correction);
    void add_correction(const json& event);
    std::map<Key, Subject> subjects_;
};

}  // namespace sijill::model
