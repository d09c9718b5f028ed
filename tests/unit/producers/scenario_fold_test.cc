// Every generated event is one that the fold applies: scenarios hold no anomaly by accident.

#include "events/decode.h"
#include "producers/scenario.h"
#include "projections/dictionary.h"
#include "projections/evolve.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace sijill::producers {
namespace {

using projections::Verdict;

// Applies each event to the state of its subject and refuses what the fold would list.
class Fold {
  public:
    Result<void> take(const events::NewRecord& record) {
        const events::Decoded* decoded = decoder_.decode_text(record.value);
        if (decoded == nullptr || decoded->clear_personal_field) {
            return fail(Errc::Invalid, "unreadable: " + record.value);
        }
        const auto kind = projections::kind_of(decoded->event);
        const auto [found, added] = states_.try_emplace(record.key);
        if (added) {
            found->second = projections::empty_state(*kind);
        }
        if (projections::kind_of(found->second) != *kind) {
            return fail(Errc::Invalid, "another aggregate's event: " + record.value);
        }
        const projections::FoldContext context{
            {decoded->envelope.time.ms, {}}, dictionary_, decoded->envelope.subject};
        if (projections::fold_event(found->second, decoded->event, context) != Verdict::Applied) {
            return fail(Errc::Rejected, "illegal: " + record.value);
        }
        return {};
    }
    [[nodiscard]] size_t subjects() const { return states_.size(); }

  private:
    events::Decoder decoder_;
    projections::Dictionary dictionary_;
    std::map<std::string, projections::State> states_;
};

TEST(ScenarioFold, TheQuarterHoldsNoIllegalTransition) {
    Fold fold;
    const auto done =
        generate_quarter(2017, [&fold](events::NewRecord&& record) { return fold.take(record); });
    EXPECT_TRUE(done.has_value()) << done.error().message;
    EXPECT_GT(fold.subjects(), 30000U);
}

TEST(ScenarioFold, ALoadWithoutRepetitionsHoldsNoIllegalTransition) {
    Fold fold;
    LoadSpec spec;
    spec.events = 60000;
    spec.repeat_per_ten_thousand = 0;
    const auto done =
        generate_load(spec, [&fold](events::NewRecord&& record) { return fold.take(record); });
    EXPECT_TRUE(done.has_value()) << done.error().message;
}

}  // namespace
}  // namespace sijill::producers
