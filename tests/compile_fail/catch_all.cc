// A generic evolve() would take every future event in silence: it does not compile.
#include "events/event.h"
#include "projections/fact.h"

namespace sijill::projections {

// Declared before the check, as every evolve() is.
struct Lazy {};
#ifdef SHOULD_NOT_COMPILE
template <class E>
Verdict evolve(Lazy& state, const E& event, const FoldContext& context);
#endif

}  // namespace sijill::projections

#include "projections/evolve.h"

namespace sijill::projections {

using States = events::Concat<AllStates, events::TypeList<Lazy>>::type;
static_assert(exhaustive<States>(events::AllEvents{}));

}  // namespace sijill::projections
