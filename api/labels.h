#pragma once
// api/labels.h - Arabic and English labels of the site's codes.

#include <string>
#include <string_view>

namespace sijill::api {

/// The label of a code of a dimension, "" for any, in "en" or "ar"; the code itself when it has
/// none, "(not known)" for the empty one, "(no department)" where it is one of those.
[[nodiscard]] std::string label(std::string_view code,
                                std::string_view lang,
                                std::string_view dimension = "");

/// The label of a KPI's base or variant: it reads behind "of", or behind the KPI's name. A site's
/// code where the catalogue has no such name.
[[nodiscard]] std::string catalogue_label(std::string_view name, std::string_view lang);

/// What a follow-up is and where it stands: its kind, status and timing. In "en" the codes, which
/// are words.
[[nodiscard]] std::string follow_up_label(std::string_view code, std::string_view lang);

/// A figure as it prints, with or without what it must reach, its words in the language:
/// "12.0 s" is "12.0 ثانية", and "(at most 5 min)" behind it "(لا يزيد على 5 دقائق)".
[[nodiscard]] std::string figure_label(std::string_view prints, std::string_view lang);

/// A text of the program's own in one of the two languages.
[[nodiscard]] std::string_view choose(std::string_view lang,
                                      std::string_view en,
                                      std::string_view ar);

}  // namespace sijill::api
