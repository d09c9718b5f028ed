// events/decode_data.cc - the table from an event's type to the reader of its data.

#include "events/catalogue.h"
#include "events/check.h"
#include "events/decode_fields.h"

#include <algorithm>
#include <string>
#include <vector>

namespace sijill::events {

namespace {

template <EventStruct E>
bool read_event(JsonCursor& data, Event& event, Noticed& noticed) {
    return read_fields(data, event.emplace<E>(), noticed);
}

template <EventStruct E>
std::string_view subject_of(const Event& any) {
    const E& event = std::get<E>(any);
    std::string_view subject;
    const auto look = [&](const auto& field) {
        if constexpr (requires { (event.*(field.member)).text; }) {
            if (field.name == E::kSubject) {
                subject = (event.*(field.member)).text;
            }
        }
    };
    E::fields([&look](const auto&... field) { (look(field), ...); });
    return subject;
}

// Open addressing over the full types; filled once, then read only.
class TypeTable {
  public:
    TypeTable() {
        names_.reserve(AllEvents::kSize);
        for_each_type(AllEvents{}, [this]<class E>() {
            names_.push_back(std::string(kTypePrefix) + std::string(E::kType) + ".v" +
                             std::to_string(E::kMajor));
            CHECK(names_.back().size() >= kHashed, "a type has as many characters as are hashed");
            size_t slot = hash(names_.back());
            while (slots_[slot].read != nullptr) {
                CHECK(slots_[slot].type != names_.back(), "two events share a type");
                slot = (slot + 1) % kSlots;
            }
            slots_[slot] = {names_.back(), &read_event<E>, &subject_of<E>};
        });
    }

    [[nodiscard]] const DataReader* find(std::string_view type) const {
        if (type.size() < kHashed) {
            return nullptr;
        }
        for (size_t slot = hash(type); slots_[slot].read != nullptr; slot = (slot + 1) % kSlots) {
            if (same(slots_[slot].type, type)) {
                return &slots_[slot];
            }
        }
        return nullptr;
    }

  private:
    static constexpr size_t kSlots = 512;
    static constexpr size_t kHashed = 16;  // types differ at their ends: `gov.cc.` begins them all

    static size_t hash(std::string_view type) {
        std::array<uint64_t, 2> words{};
        static_assert(sizeof words == kHashed);
        std::memcpy(words.data(), type.data() + type.size() - kHashed, kHashed);
        constexpr uint64_t kOdd = 0x9E3779B97F4A7C15U;
        return ((words[0] * kOdd ^ words[1]) * kOdd >> 32U) % kSlots;
    }

    std::vector<std::string> names_;
    std::array<DataReader, kSlots> slots_{};
};

}  // namespace

bool read(JsonCursor& json, EvaluationItem& out, Noticed& noticed) {
    return read_fields(json, out, noticed);
}

bool read_any_order(
    JsonCursor& json, OtherOrder from, const MemberTable& table, void* reader, Noticed& noticed) {
    uint64_t seen = from.seen;
    for (const char* name = from.name; name != nullptr; name = json.take_name(',')) {
        const auto found = std::ranges::find_if(
            table.names, [name](const Spelling& each) { return each.stands_at(name); });
        if (found == table.names.end()) {  // unknown or escaped
            noticed.look_again = true;
            if (!json.skip()) {
                return false;
            }
            continue;
        }
        const auto index = static_cast<size_t>(found - table.names.begin());
        const uint64_t bit = uint64_t{1} << index;
        if ((seen & bit) != 0 || !table.read(reader, index, json)) {
            return false;
        }
        seen |= bit;
    }
    return json.take('}') && (seen & table.required) == table.required;
}

const DataReader* find_data_reader(std::string_view type) {
    static const TypeTable kTable;
    return kTable.find(type);
}

}  // namespace sijill::events
