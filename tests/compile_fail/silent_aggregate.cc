// An aggregate that does not say what it adds to the KPI cells does not compile.
#include "projections/contributions.h"

namespace sijill::projections {

struct Silent {};
#ifdef SHOULD_NOT_COMPILE
using States = events::Concat<AllStates, events::TypeList<Silent>>::type;
#else
using States = AllStates;
#endif
static_assert(all_contribute(States{}));

}  // namespace sijill::projections
