// tests/tidy/function_rules.cc - how long functions are, by counting braces.
//
// A `{` opens a function when the text before it, back to the last `;`, `{` or `}`, holds balanced
// parentheses and does not begin with namespace, class, struct, union, enum or extern. Limits: a
// lambda counts inside its function; an initialiser `= f({ … })` over many lines is taken for no
// function; raw strings may not contain `)"` before their end.

#include "tests/tidy/rules.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace sijill::tidy {
namespace {

constexpr int kFunctionLinesMax = 70;

/// Copies a text while blanking what is no code.
class Blanker {
  public:
    explicit Blanker(std::string_view text) : text_(text), out_(text) {}

    std::string run() {
        while (at_ < text_.size()) {
            step();
        }
        return std::move(out_);
    }

  private:
    [[nodiscard]] bool sees(std::string_view what) const {
        return text_.substr(at_, what.size()) == what;
    }

    void step() {
        const bool line_start =
            text_.substr(0, at_).find_last_not_of(' ') == std::string_view::npos ||
            text_[text_.substr(0, at_).find_last_not_of(' ')] == '\n';
        if (sees("//")) {
            blank_to(text_.find('\n', at_));
        } else if (sees("/*")) {
            blank_past(text_.find("*/", at_ + 2), 2);
        } else if (sees("R\"")) {
            raw_string();
        } else if (text_[at_] == '"') {
            literal('"');
        } else if (text_[at_] == '\'' && !in_number()) {
            literal('\'');
        } else if (text_[at_] == '#' && line_start) {
            preprocessor();
        } else {
            ++at_;
        }
    }

    /// 100'000: the quote is a digit separator.
    [[nodiscard]] bool in_number() const {
        return at_ > 0 && std::isxdigit(static_cast<unsigned char>(text_[at_ - 1])) != 0 &&
               at_ + 1 < text_.size() &&
               std::isxdigit(static_cast<unsigned char>(text_[at_ + 1])) != 0;
    }

    void blank_to(size_t end) {
        for (end = std::min(end, text_.size()); at_ < end; ++at_) {
            if (text_[at_] != '\n') {
                out_[at_] = ' ';
            }
        }
    }

    void blank_past(size_t found, size_t length) {
        blank_to(found == std::string_view::npos ? text_.size() : found + length);
    }

    void raw_string() {
        const size_t open = text_.find('(', at_);
        if (open == std::string_view::npos) {
            blank_to(text_.size());
            return;
        }
        const std::string end = ")" + std::string(text_.substr(at_ + 2, open - at_ - 2)) + "\"";
        blank_past(text_.find(end, open), end.size());
    }

    void literal(char quote) {
        size_t end = at_ + 1;
        while (end < text_.size() && text_[end] != quote && text_[end] != '\n') {
            end += text_[end] == '\\' ? 2 : 1;
        }
        blank_to(end + 1);
    }

    void preprocessor() {
        size_t end = text_.find('\n', at_);
        while (end != std::string_view::npos && text_[end - 1] == '\\') {
            end = text_.find('\n', end + 1);
        }
        blank_to(end);
    }

    std::string_view text_;
    std::string out_;
    size_t at_ = 0;
};

/// The text in front of a `{`, without the spaces around it.
std::string_view trimmed(std::string_view text) {
    const size_t first = text.find_first_not_of(" \n");
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(" \n") - first + 1);
}

bool opens_function(std::string_view head) {
    constexpr std::array<std::string_view, 6> kScopes = {
        "namespace", "class", "struct", "union", "enum", "extern"};
    const std::string_view word = head.substr(0, head.find_first_of(" \n:{"));
    if (std::find(kScopes.begin(), kScopes.end(), word) != kScopes.end()) {
        return false;
    }
    const auto open = std::count(head.begin(), head.end(), '(');
    return open > 0 && open == std::count(head.begin(), head.end(), ')');
}

/// Walks the braces of one file and remembers where the outermost function began.
class Scanner {
  public:
    explicit Scanner(const File& file) : file_(file), code_(code_only(file.text)) {}

    Findings run() {
        for (size_t at = 0; at < code_.size(); ++at) {
            take(at);
        }
        return std::move(findings_);
    }

  private:
    void take(size_t at) {
        const char c = code_[at];
        if (c == '\n') {
            ++line_;
        } else if (c == '{') {
            open(trimmed(std::string_view(code_).substr(head_, at - head_)));
            head_ = at + 1;
        } else if (c == '}') {
            close();
            head_ = at + 1;
        } else if (c == ';') {
            head_ = at + 1;
            initialiser_ended_ = false;
        }
    }

    void open(std::string_view head) {
        ++depth_;
        if (function_depth_ > 0) {
            return;
        }
        // `: a_{1}, b_{2} {`: after a member's initialiser the next brace is another one or the
        // body.
        const bool goes_on = initialiser_ended_ && (head.empty() || head.front() == ',');
        if (goes_on || opens_function(head)) {
            function_depth_ = depth_;
            function_line_ = line_;
        }
    }

    void close() {
        if (function_depth_ == depth_ && function_depth_ > 0) {
            const int lines = line_ - function_line_ + 1;
            if (lines > kFunctionLinesMax) {
                findings_.push_back({file_.path,
                                     function_line_,
                                     "a function of " + std::to_string(lines) + " lines; at most " +
                                         std::to_string(kFunctionLinesMax)});
            }
            function_depth_ = 0;
            initialiser_ended_ = true;
        }
        --depth_;
    }

    const File& file_;
    std::string code_;
    Findings findings_;
    size_t head_ = 0;
    int line_ = 1;
    int depth_ = 0;
    int function_depth_ = 0;  // 0: outside every function
    int function_line_ = 0;
    bool initialiser_ended_ = false;
};

}  // namespace

std::string code_only(std::string_view text) {
    return Blanker(text).run();
}

Findings check_function_length(const File& file) {
    return is_source(file.path) ? Scanner(file).run() : Findings{};
}

}  // namespace sijill::tidy
