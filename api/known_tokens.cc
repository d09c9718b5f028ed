#include "api/known_tokens.h"

namespace sijill::api {

std::optional<Principal> KnownTokens::find(const events::Sha256& token, int64_t now) const {
    const std::lock_guard lock(mutex_);
    const auto found = principals_.find(token);
    return found != principals_.end() && now < found->second.expires ? std::optional(found->second)
                                                                     : std::nullopt;
}

void KnownTokens::add(const events::Sha256& token, const Principal& principal, int64_t now) {
    const std::lock_guard lock(mutex_);
    if (principals_.size() >= most_) {
        std::erase_if(principals_, [now](const auto& each) { return each.second.expires <= now; });
    }
    if (principals_.size() >= most_) {
        principals_.clear();
    }
    principals_.insert_or_assign(token, principal);
}

size_t KnownTokens::size() const {
    const std::lock_guard lock(mutex_);
    return principals_.size();
}

}  // namespace sijill::api
