#pragma once
// log/allocator.h - malloc's settings for a process that fetches.

#include <malloc.h>

namespace sijill::log {

/// Fetch buffers of megabytes stay in the heap instead of being mapped and unmapped for every
/// fetch; and without fast bins their return does not merge every small block freed meanwhile. To
/// be called before the first thread starts.
inline void suit_allocator_to_fetches() {
    // NOLINTBEGIN(concurrency-mt-unsafe): before the first thread starts
    mallopt(M_MXFAST, 0);
    mallopt(M_MMAP_THRESHOLD, 1 << 30);
    mallopt(M_TRIM_THRESHOLD, 1 << 30);
    mallopt(M_TOP_PAD, 64 << 20);
    // NOLINTEND(concurrency-mt-unsafe)
}

}  // namespace sijill::log
