// projections/kpi_text.cc - growth, and how figures print: exact decimals and units.

#include "projections/kpi.h"

#include <array>
#include <string>
#include <utility>

namespace sijill::projections {

namespace {

__extension__ using Wide = __int128;  // products of two figures

std::string group_thousands(const std::string& digits) {
    std::string out;
    for (size_t i = 0; i < digits.size(); ++i) {
        if (i > 0 && (digits.size() - i) % 3 == 0) {
            out += ',';
        }
        out += digits[i];
    }
    return out;
}

// In parts that fit a machine word: dividing a wide number for each digit is slow. Not negative.
std::string digits_of(Wide number) {
    constexpr size_t kPartDigits = 18;
    constexpr Wide kPart = 1'000'000'000'000'000'000;
    const std::string low = std::to_string(static_cast<int64_t>(number % kPart));
    return number < kPart
               ? low
               : digits_of(number / kPart) + std::string(kPartDigits - low.size(), '0') + low;
}

// Rounded half away from zero.
std::string wide_decimal(Wide numerator, Wide denominator, int decimals, bool grouped) {
    for (int i = 0; i < decimals; ++i) {
        numerator *= 10;
    }
    const bool negative = (numerator < 0) != (denominator < 0);
    const Wide magnitude = numerator < 0 ? -numerator : numerator;
    const Wide divisor = denominator < 0 ? -denominator : denominator;
    const Wide rounded = (magnitude + divisor / 2) / divisor;
    std::string digits = digits_of(rounded);
    while (digits.size() <= static_cast<size_t>(decimals)) {
        digits.insert(0, "0");
    }
    const std::string whole = digits.substr(0, digits.size() - static_cast<size_t>(decimals));
    const std::string fraction = digits.substr(whole.size());
    std::string text = negative && rounded != 0 ? "-" : "";
    text += grouped ? group_thousands(whole) : whole;
    return fraction.empty() ? text : text + "." + fraction;
}

// Six decimals at most, one at least: 96.0.
std::string json_decimal(Wide numerator, Wide denominator) {
    std::string text = wide_decimal(numerator, denominator, 6, false);
    while (text.back() == '0' && text[text.size() - 2] != '.') {
        text.pop_back();
    }
    return text;
}

// Of two numbers of which one is not 0. std::gcd knows no Wide.
Wide common_divisor(Wide a, Wide b) {
    while (b != 0) {
        a = std::exchange(b, a % b);
    }
    return a < 0 ? -a : a;
}

// The same fraction in 64 bits. One that does not fit is reduced, and where that does not do, keeps
// as many leading bits as do.
Figure in_64_bits(Wide numerator, Wide denominator) {
    const auto fits = [&] {
        const auto fits_one = [](Wide value) { return value <= INT64_MAX && value >= INT64_MIN; };
        return fits_one(numerator) && fits_one(denominator);
    };
    if (!fits()) {
        const Wide divisor = common_divisor(numerator, denominator);
        numerator /= divisor;
        denominator /= divisor;
    }
    while (!fits()) {
        numerator /= 2;
        denominator /= 2;
    }
    return {static_cast<int64_t>(numerator), static_cast<int64_t>(denominator)};
}

}  // namespace

int64_t unit_scale(Unit unit) {
    switch (unit) {
        case Unit::Count:
        case Unit::Percent:
            return 1;
        case Unit::Seconds:
            return events::kMsPerSecond;
        case Unit::Minutes:
            return events::kMsPerMinute;
        case Unit::Hours:
            return events::kMsPerHour;
    }
    return 1;
}

Figure growth(const Figure& now, const Figure& before) {
    if (now.suppressed || before.suppressed) {
        return kSuppressed;
    }
    const auto wide = [](const Figure& figure) {
        return static_cast<Wide>(figure.denominator.value_or(1));
    };
    const Wide change = now.numerator * wide(before) - before.numerator * wide(now);
    const Wide from = before.numerator * wide(now);
    // Of its size, so that what rises has a plus: a score may be below 0.
    const bool below_zero = (before.numerator < 0) != (wide(before) < 0);
    return from == 0 ? Figure() : in_64_bits(change, below_zero ? -from : from);
}

Figure mean_of(std::span<const Figure> figures) {
    constexpr int64_t kMillion = 1'000'000;
    Figure mean{0, 0};
    for (const Figure& figure : figures) {
        const Wide denominator = figure.denominator.value_or(1);
        if (denominator > 0) {
            const Wide doubled = 2 * Wide{figure.numerator} * kMillion + denominator;
            mean.numerator += static_cast<int64_t>(doubled / (2 * denominator));
            *mean.denominator += kMillion;
        }
    }
    return mean;
}

std::string decimal_text(int64_t numerator, int64_t denominator, int decimals, bool grouped) {
    return wide_decimal(numerator, denominator, decimals, grouped);
}

std::string numerator_text(const Figure& figure) {
    return figure.suppressed ? "" : std::to_string(figure.numerator);
}

std::string denominator_text(const Figure& figure) {
    return figure.denominator ? std::to_string(*figure.denominator) : "";
}

std::string print(const KpiDefinition& kpi, const Figure& figure) {
    if (figure.suppressed) {
        return std::string(kSuppressedMark);
    }
    if (kpi.bases.empty()) {
        return decimal_text(figure.numerator, 1, 0, true);
    }
    const int64_t denominator = figure.denominator.value_or(0);
    if (denominator == 0) {
        return "–";
    }
    static constexpr std::array<std::string_view, 5> kSuffixes{"", " %", " s", " min", " h"};
    const Wide factor = kpi.unit == Unit::Percent ? 100 : 1;
    return wide_decimal(figure.numerator * factor,
                        Wide{denominator} * unit_scale(kpi.unit),
                        kpi.decimals,
                        true) +
           std::string(kSuffixes[static_cast<size_t>(kpi.unit)]);
}

std::string print_growth(const Figure& growth) {
    if (growth.suppressed) {
        return std::string(kSuppressedMark);
    }
    if (growth.denominator.value_or(0) == 0) {
        return "–";
    }
    const std::string text =
        wide_decimal(Wide{growth.numerator} * 100, *growth.denominator, 1, true);
    return (text[0] == '-' ? "" : "+") + text + " %";
}

std::optional<std::string> value_text(const KpiDefinition& kpi, const Figure& figure) {
    if (figure.suppressed) {
        return std::nullopt;
    }
    if (kpi.bases.empty()) {
        return std::to_string(figure.numerator);
    }
    if (figure.denominator.value_or(0) == 0) {
        return std::nullopt;
    }
    const Wide factor = kpi.unit == Unit::Percent ? 100 : 1;
    return json_decimal(figure.numerator * factor,
                        Wide{*figure.denominator} * unit_scale(kpi.unit));
}

std::optional<std::string> growth_text(const Figure& growth) {
    if (growth.denominator.value_or(0) == 0) {
        return std::nullopt;
    }
    return json_decimal(Wide{growth.numerator} * 100, *growth.denominator);
}

}  // namespace sijill::projections
