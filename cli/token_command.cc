// cli/token_command.cc - sijill token create: a new token is shown once, its hash is kept.

#include "api/auth.h"
#include "cli/commands.h"
#include "cli/config.h"
#include "cli/config_command.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <system_error>

namespace sijill::cli {

namespace {

struct TokenRequest {
    std::string name;
    std::vector<std::string> scopes;
    std::vector<std::string> departments;
    std::string file;
    std::string config;
};

/// An open file that is closed and unlocked at the end.
class LockedFile {
  public:
    /// Made with 0600 when missing. Waits for another `token create`.
    static Result<LockedFile> open(const std::string& path) {
        LockedFile file(path);
        file.fd_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, S_IRUSR | S_IWUSR);
        if (file.fd_ < 0 || flock(file.fd_, LOCK_EX) != 0) {
            return file.failure("open");
        }
        return file;
    }
    LockedFile(LockedFile&& other) noexcept
        : path_(std::move(other.path_)), fd_(std::exchange(other.fd_, -1)) {}
    LockedFile(const LockedFile&) = delete;
    LockedFile& operator=(const LockedFile&) = delete;
    LockedFile& operator=(LockedFile&&) = delete;
    ~LockedFile() {
        if (fd_ >= 0) {
            ::close(fd_);
        }
    }

    [[nodiscard]] Result<std::string> text() const {
        std::string text;
        std::array<char, 4096> buffer{};
        while (true) {
            const ssize_t got =
                pread(fd_, buffer.data(), buffer.size(), static_cast<off_t>(text.size()));
            if (got < 0) {
                return failure("read");
            }
            if (got == 0) {
                return text;
            }
            text.append(buffer.data(), static_cast<size_t>(got));
        }
    }

    /// Takes away what stands behind so many bytes.
    [[nodiscard]] Result<void> cut(size_t bytes) const {
        if (ftruncate(fd_, static_cast<off_t>(bytes)) != 0 || fsync(fd_) != 0) {
            return failure("write");
        }
        return {};
    }

    /// Durable when it succeeded; one write, so that no half line is left by a signal.
    [[nodiscard]] Result<void> append(const std::string& line) const {
        if (write(fd_, line.data(), line.size()) != static_cast<ssize_t>(line.size()) ||
            fsync(fd_) != 0) {
            return failure("write");
        }
        return {};
    }

  private:
    explicit LockedFile(std::string path) : path_(std::move(path)) {}

    [[nodiscard]] Unexpected failure(const char* what) const {
        return fail(Errc::Storage,
                    std::string("cannot ") + what + " " + path_ + ": " +
                        std::generic_category().message(errno));
    }

    std::string path_;
    int fd_ = -1;
};

Result<std::string> file_of(const TokenRequest& request) {
    if (!request.file.empty()) {
        return request.file;
    }
    const auto loaded = load_config(config_file(request.config), process_environment());
    if (!loaded) {
        return Unexpected(loaded.error());
    }
    if (loaded->config.auth.tokens_file.empty()) {
        return fail(Errc::Config,
                    "no file for the token's hash: give --file, or set auth.tokens_file");
    }
    return loaded->config.auth.tokens_file;
}

Result<api::Principal> principal_of(const TokenRequest& request) {
    api::Principal principal{request.name, {}, request.departments};
    for (const std::string& name : request.scopes) {
        const auto scope = api::scope_named(name);
        if (!scope) {
            return fail(Errc::Invalid,
                        "there is no scope '" + name + "'; publish, read, follow-up, audit, admin");
        }
        principal.scopes.add(*scope);
    }
    return principal;
}

// A token that nobody was shown would only keep its name from the next one.
Unexpected take_back(const LockedFile& file, size_t before, const Error& error) {
    const auto cut = file.cut(before);
    return fail(error.code,
                error.message +
                    (cut ? "; nothing was kept of it"
                         : "; " + cut.error().message + ": take the last line out of it by hand"));
}

/// Prints a new token; its hash stands in the file then.
Result<void> create(const TokenRequest& request, const std::string& path) {
    const auto principal = principal_of(request);
    if (!principal) {
        return Unexpected(principal.error());
    }
    const std::string token = api::new_token();
    const auto line = api::token_line(*principal, token);
    if (!line) {
        return Unexpected(line.error());
    }
    const auto file = LockedFile::open(path);
    if (!file) {
        return Unexpected(file.error());
    }
    const auto text = file->text();
    if (!text) {
        return Unexpected(text.error());
    }
    const auto tokens = api::TokenFile::parse(*text, path);
    if (!tokens) {
        return Unexpected(tokens.error());
    }
    if (tokens->has_name(request.name)) {
        return fail(Errc::Conflict,
                    path + " has a token of the name '" + request.name +
                        "'; take its line away to replace it");
    }
    const bool open_line = !text->empty() && text->back() != '\n';
    if (const auto written = file->append((open_line ? "\n" : "") + *line + "\n"); !written) {
        return take_back(*file, text->size(), written.error());
    }
    if (std::printf("%s\n", token.c_str()) < 0 || std::fflush(stdout) != 0) {
        const std::string why = std::generic_category().message(errno);
        return take_back(
            *file, text->size(), {Errc::Storage, "the token could not be shown: " + why});
    }
    return {};
}

int run(const TokenRequest& request) {
    const auto path = file_of(request);
    const auto made = path ? create(request, *path) : Result<void>(Unexpected(path.error()));
    if (!made) {
        return report_error(made.error());
    }
    std::fprintf(
        stderr, "The token is shown this once; %s keeps its SHA-256 only.\n", path->c_str());
    return kOk;
}

}  // namespace

void add_token(CLI::App& app, Options& /*options*/, Action& action) {
    CLI::App* command = app.add_subcommand("token", "Tokens of those who may use the API");
    command->require_subcommand(1);
    CLI::App* creating = command->add_subcommand(
        "create", "Make a token, print it once, and append its hash to the file of tokens");
    const auto request = std::make_shared<TokenRequest>();
    creating->add_option("name", request->name, "Whose token it is")->required();
    creating->add_option("--scope", request->scopes, "publish, read, follow-up, audit, admin")
        ->required()
        ->delimiter(',');
    creating->add_option("--department", request->departments, "Codes; without it all departments")
        ->delimiter(',');
    creating->add_option("--file", request->file, "File of tokens (default: auth.tokens_file)");
    creating->add_option("--config", request->config, "TOML file")->envname("SIJILL_CONFIG");
    creating->callback([&action, request] { action = [request] { return run(*request); }; });
}

}  // namespace sijill::cli
