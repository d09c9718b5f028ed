// events/decode_data.cc - the table from an event's type to the reader of its data.

#include "events/catalogue.h"
#include "events/check.h"
#include "events/decode_fields.h"
#include "events/digest.h"

#include <string>
#include <vector>

namespace sijill::events {

namespace {

template <EventStruct E>
bool read_event(od::object& data, Event& event, Noticed& noticed) {
    static_assert(std::tuple_size_v<decltype(E::fields())> <= 64, "the seen-mask has 64 bits");
    return read_object(data, kReaders<E>, &event.emplace<E>(), noticed);
}

template <EventStruct E, size_t... I>
std::string_view repeated_subject(const E& event, std::index_sequence<I...> /*indexes*/) {
    std::string_view subject;
    const auto look = [&](const auto& field) {
        if constexpr (requires { (event.*(field.member)).text; }) {
            if (field.name == E::kSubject) {
                subject = (event.*(field.member)).text;
            }
        }
    };
    (look(std::get<I>(E::fields())), ...);
    return subject;
}

template <EventStruct E>
std::string_view subject_of(const Event& event) {
    using Indexes = std::make_index_sequence<std::tuple_size_v<decltype(E::fields())>>;
    return repeated_subject(std::get<E>(event), Indexes{});
}

// Open addressing over the full types; filled once, then read only.
class TypeTable {
  public:
    TypeTable() {
        names_.reserve(AllEvents::kSize);
        for_each_type(AllEvents{}, [this]<class E>() {
            names_.push_back(std::string(kTypePrefix) + std::string(E::kType) + ".v" +
                             std::to_string(E::kMajor));
            size_t slot = hash(names_.back());
            while (slots_[slot].read != nullptr) {
                CHECK(slots_[slot].type != names_.back(), "two events share a type");
                slot = (slot + 1) % kSlots;
            }
            slots_[slot] = {names_.back(), &read_event<E>, &subject_of<E>};
        });
    }

    [[nodiscard]] const DataReader* find(std::string_view type) const {
        for (size_t slot = hash(type); slots_[slot].read != nullptr; slot = (slot + 1) % kSlots) {
            if (slots_[slot].type == type) {
                return &slots_[slot];
            }
        }
        return nullptr;
    }

  private:
    static constexpr size_t kSlots = 512;

    static size_t hash(std::string_view type) { return content_check(type) % kSlots; }

    std::vector<std::string> names_;
    std::array<DataReader, kSlots> slots_{};
};

}  // namespace

bool read(od::value& json, EvaluationItem& out, Noticed& noticed) {
    od::object object;
    return json.get_object().get(object) == simdjson::SUCCESS &&
           read_object(object, kReaders<EvaluationItem>, &out, noticed);
}

const DataReader* find_data_reader(std::string_view type) {
    static const TypeTable kTable;
    return kTable.find(type);
}

}  // namespace sijill::events
