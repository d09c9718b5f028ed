#pragma once
// tests/support/memory_rows.h - Rows in a sorted map.

#include "projections/rows.h"

#include <map>
#include <mutex>

namespace sijill::projections {

class MemoryRows final : public Rows {
  public:
    [[nodiscard]] Result<std::optional<std::string>> get(std::string_view key) const override;
    [[nodiscard]] Result<void> scan(
        std::string_view begin,
        std::string_view end,
        const std::function<bool(std::string_view key, std::string_view value)>& row)
        const override;
    [[nodiscard]] Result<void> commit(const RowBatch& changes, CommitMode mode) override;

  private:
    mutable std::mutex mutex_;
    std::map<std::string, std::string, std::less<>> rows_;
};

}  // namespace sijill::projections
