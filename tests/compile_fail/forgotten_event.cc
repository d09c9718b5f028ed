// A new event without an evolve() does not compile.
#include "projections/evolve.h"

namespace sijill::projections {

#ifdef SHOULD_NOT_COMPILE
struct CallTeleported {};
using Known = events::Concat<events::AllEvents, events::TypeList<CallTeleported>>::type;
#else
using Known = events::AllEvents;
#endif

static_assert(exhaustive<AllStates>(Known{}));

}  // namespace sijill::projections
