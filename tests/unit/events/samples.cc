// tests/unit/events/samples.cc - see samples.h

#include "tests/unit/events/samples.h"

#include <type_traits>

namespace sijill::events {

class Sampler::Filler {
  public:
    explicit Filler(Sampler& sampler) : sampler_(sampler) {}

    template <class S>
    void fill(S& object) {
        S::fields([&](const auto&... field) { (set(object.*(field.member)), ...); });
    }

    template <class T>
    void set(std::optional<T>& value) {
        if (sampler_.optional_) {
            set(value.emplace());
        }
    }
    template <Kind K>
    void set(TextOf<K>& value) {
        if constexpr (K == Kind::Digest) {
            const std::string digits = std::to_string(1000 + ++sampler_.next_);
            value.text =
                sampler_.texts_.emplace_back(std::string(64 - digits.size(), 'e') + digits);
        } else if constexpr (K == Kind::Country) {
            value.text = "BH";
        } else if constexpr (K == Kind::Object) {
            value.text = sampler_.texts_.emplace_back("{\"field\":{\"nested\":[1,true,null]}}");
        } else if constexpr (K == Kind::Text) {
            value.text = sampler_.texts_.emplace_back("نص \"quoted\" \\ " +
                                                      std::to_string(++sampler_.next_));
        } else {
            value.text = sampler_.text("v-");
        }
    }
    template <Kind K>
    void set(NumberOf<K>& value) {
        value.value =
            K == Kind::Integer || K == Kind::Points ? -++sampler_.next_ : ++sampler_.next_;
    }
    void set(Timestamp& value) { value.ms = 1483218000000 + ++sampler_.next_; }
    void set(bool& value) { value = true; }
    void set(Sealed& value) { value.base64url = sampler_.text("c2VhbGVk_"); }
    void set(EvaluationItem& value) { fill(value); }
    template <class T, size_t N>
    void set(InlineList<T, N>& value) {
        for (int i = 0; i < 3; ++i) {
            T item;
            set(item);
            value.push(item);
        }
    }
    template <class E>
    requires std::is_enum_v<E>
    void set(E& value) { value = static_cast<E>(EnumNames<E>::kNames.size() - 1); }

  private:
    Sampler& sampler_;
};

namespace {

std::string_view subject_of(const Event& event) {
    return std::visit(
        []<class E>(const E& e) -> std::string_view {
            std::string_view subject;
            const auto look = [&](const auto& field) {
                if constexpr (requires { (e.*(field.member)).text; }) {
                    if (field.name == E::kSubject) {
                        subject = (e.*(field.member)).text;
                    }
                }
            };
            E::fields([&](const auto&... field) { (look(field), ...); });
            return subject.empty() ? std::string_view("subject-1") : subject;
        },
        event);
}

}  // namespace

void Sampler::fill(Event& event) {
    std::visit([this](auto& e) { Filler(*this).fill(e); }, event);
}

std::vector<Event> Sampler::all() {
    std::vector<Event> events;
    for_each_type(AllEvents{}, [&]<class E>() { events.emplace_back(make<E>()); });
    return events;
}

std::string_view Sampler::text(const char* prefix) {
    return texts_.emplace_back(prefix + std::to_string(++next_));
}

Envelope Sampler::envelope(const Event& event) {
    Envelope out;
    out.id = text("id-");
    out.source = "/sample/source-1?a=b";
    out.subject = subject_of(event);
    out.time = {1483218000123};
    if (optional_) {
        out.expected_version = 41;
        out.actor = "agent:ag-1";
        out.sequence = "000012";
        out.natural_key = "ACD-2017-33";
        out.correlation_id = "call-1";
        out.causation_id = "event-7";
        out.person_key = "ct-9";
        out.trace_parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        out.trace_state = "vendor=value with space";
    }
    return out;
}

}  // namespace sijill::events
