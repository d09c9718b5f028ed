// Two aggregates that decide on one event do not compile: its subject would have two states.
#include "events/event.h"
#include "projections/fact.h"

namespace sijill::projections {

// Declared before the check, as every evolve() is.
struct Rival {};
#ifdef SHOULD_NOT_COMPILE
Verdict evolve(Rival& state, const events::CallHeld& event, const FoldContext& context);
#endif

}  // namespace sijill::projections

#include "projections/evolve.h"

namespace sijill::projections {

using States = events::Concat<AllStates, events::TypeList<Rival>>::type;
static_assert(exhaustive<States>(events::AllEvents{}));

}  // namespace sijill::projections
