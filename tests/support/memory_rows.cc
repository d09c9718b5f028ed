#include "tests/support/memory_rows.h"

namespace sijill::projections {

Result<std::optional<std::string>> MemoryRows::get(std::string_view key) const {
    const std::lock_guard lock(mutex_);
    const auto found = rows_.find(key);
    return found == rows_.end() ? std::nullopt : std::optional(found->second);
}

Result<void> MemoryRows::scan(
    std::string_view begin,
    std::string_view end,
    const std::function<bool(std::string_view, std::string_view)>& row) const {
    const std::lock_guard lock(mutex_);
    for (auto at = rows_.lower_bound(begin); at != rows_.end() && at->first < end; ++at) {
        if (!row(at->first, at->second)) {
            break;
        }
    }
    return {};
}

Result<void> MemoryRows::commit(const RowBatch& changes, CommitMode /*mode*/) {
    const std::lock_guard lock(mutex_);
    for (size_t i = 0; i < changes.size(); ++i) {
        const auto [key, value] = changes[i];
        if (value) {
            rows_.insert_or_assign(std::string(key), std::string(*value));
        } else {
            rows_.erase(std::string(key));
        }
    }
    return {};
}

}  // namespace sijill::projections
