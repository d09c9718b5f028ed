#pragma once
// tests/support/random_history.h - random but valid events of a few subjects: repeated, late,
// illegal, corrected, voided, some of it in vain.

#include <nlohmann/json.hpp>

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace sijill::model {

/// The same seed gives the same events on every platform. Events of one subject have different
/// times.
class RandomHistory {
  public:
    explicit RandomHistory(uint64_t seed) : random_(seed) {}

    /// The next event of the log: about 1 in 12 repeats, corrects or voids an earlier one.
    nlohmann::json next();

  private:
    [[nodiscard]] uint64_t below(uint64_t bound) { return random_() % bound; }
    [[nodiscard]] bool chance(uint64_t percent) { return below(100) < percent; }
    template <class T>
    [[nodiscard]] const T& pick(const std::vector<T>& items) {
        return items[below(items.size())];
    }
    std::string time();
    nlohmann::json codes();
    nlohmann::json envelope(const std::string& name, const std::string& subject);
    nlohmann::json call(const std::string& subject);
    nlohmann::json chat(const std::string& subject);
    nlohmann::json message(const std::string& subject);
    nlohmann::json appointment(const std::string& subject);
    nlohmann::json of_case(const std::string& subject);
    nlohmann::json referral(const std::string& subject);
    nlohmann::json survey(const std::string& subject);
    nlohmann::json evaluation(const std::string& subject);
    nlohmann::json kpi(const std::string& subject);
    nlohmann::json patch_of(const nlohmann::json& target);
    nlohmann::json correction(const nlohmann::json& target);

    std::mt19937_64 random_;
    int64_t count_ = 0;
    std::vector<nlohmann::json> told_;
};

}  // namespace sijill::model
