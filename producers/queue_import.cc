#include "producers/queue_import.h"

#include <fstream>
#include <utility>

namespace sijill::producers {

namespace {

constexpr size_t kEventsAtOnce = 500;

}  // namespace

QueueImport::QueueImport(Importer& importer,
                         const QueueStateFile& file,
                         QueueState state,
                         QueueRules rules,
                         ImportHooks hooks)
    : importer_(importer),
      file_(file),
      state_(std::move(state)),
      rules_(std::move(rules)),
      hooks_(std::move(hooks)) {
    importer_.totals().waiting = state_.memory.waiting.size();
}

Result<void> QueueImport::open() {
    auto sound = importer_.go_on_after(state_.target);
    return sound ? sound : file_.refusal(sound.error());
}

void QueueImport::say(const std::string& remark) const {
    if (hooks_.remark) {
        hooks_.remark(remark);
    }
}

void QueueImport::count(const ImportPlace& place, const MappedLine& mapped) {
    remarks_.callers_dropped += mapped.caller_dropped ? 1 : 0;
    remarks_.clock_set_back += mapped.clock_set_back ? 1 : 0;
    switch (mapped.fate) {
        case LineFate::Mapped:
            importer_.add(place, mapped.events);
            break;
        case LineFate::Ignored:
            ++importer_.totals().ignored[mapped.word];
            break;
        case LineFate::Waiting:
            break;
        case LineFate::UnknownEvent:
            importer_.reject(place, "unknown event " + mapped.word);
            break;
        case LineFate::Broken:
            importer_.reject(place, mapped.reason);
            break;
    }
}

Result<void> QueueImport::take(QueueLogMapper& mapper, const std::vector<FileLine>& lines) {
    int64_t bytes = 0;
    for (const FileLine& line : lines) {
        const ImportPlace place{line.file, line.number};
        ++importer_.totals().read;
        bytes += static_cast<int64_t>(line.text.size()) + 1;
        if (line.fault.empty()) {
            count(place, mapper.map(line.text));
        } else {
            importer_.reject(place, line.fault);
        }
        if (importer_.queued() >= kEventsAtOnce) {
            if (auto flushed = importer_.flush(); !flushed) {
                return flushed;
            }
        }
    }
    if (hooks_.bytes_read) {
        hooks_.bytes_read(bytes);
    }
    importer_.totals().waiting = mapper.memory().waiting.size();
    return importer_.flush();
}

// What waited for this part is told with it.
Result<void> QueueImport::end_part(QueueLogMapper& mapper) {
    for (const MappedLine& told : mapper.end_part()) {
        count({"a line of an earlier import", 0}, told);
    }
    importer_.totals().waiting = mapper.memory().waiting.size();
    return importer_.flush();
}

Result<void> QueueImport::import_file(const std::string& path) {
    FollowedFile file(path, FollowedFile::Mode::Once);
    if (auto opened = file.open({}); !opened) {
        return opened;
    }
    QueueLogMapper mapper(rules_, state_.memory);
    for (;;) {
        const auto lines = file.read();
        if (!lines) {
            return Unexpected(lines.error());
        }
        if (lines->empty()) {
            break;
        }
        if (auto taken = take(mapper, *lines); !taken) {
            return taken;
        }
    }
    if (file.unfinished() > 0) {
        say(path +
            ": the last line has no line break yet, so it was left; import the file again "
            "when it is whole");
    }
    if (auto ended = end_part(mapper); !ended) {
        return ended;
    }
    state_.memory = mapper.memory();
    return save();
}

Result<void> QueueImport::save() {
    state_.target = importer_.target();
    return file_.save(state_);
}

Result<void> QueueImport::keep(const QueueLogMapper& mapper, const FollowedFile& file) {
    state_.position = file.position();
    state_.part = mapper.part();
    state_.stays = mapper.stays();
    state_.memory = mapper.memory();
    return save();
}

// What the file that is gone left open is over; what follows is another part.
Result<void> QueueImport::mind_gap(QueueLogMapper& mapper, const std::string& path) {
    say("the log that was followed is gone, and no file beside " + path +
        " goes on with it: what it got since line " + std::to_string(state_.position.line) +
        " may be missing; import the rotated file with `sijill import asterisk FILE`");
    return end_part(mapper);
}

// One look at the file. True when there was something.
Result<bool> QueueImport::look(QueueLogMapper& mapper,
                               FollowedFile& file,
                               const std::string& path) {
    const auto lines = file.read();
    if (!lines) {
        return Unexpected(lines.error());
    }
    Result<void> done;
    if (file.take_gap()) {
        done = mind_gap(mapper, path);
    }
    if (done && !lines->empty()) {
        done = take(mapper, *lines);
    }
    if (done && !lines->empty()) {
        done = keep(mapper, file);
    }
    return done ? Result<bool>(!lines->empty()) : Result<bool>(Unexpected(done.error()));
}

Result<void> QueueImport::follow(const std::string& path, const std::atomic<bool>& stop) {
    FollowedFile file(path, FollowedFile::Mode::Follow);
    if (auto opened = file.open(state_.position); !opened) {
        return opened;
    }
    QueueLogMapper mapper(rules_, state_.memory);
    mapper.resume(state_.part, state_.stays);
    for (;;) {
        const bool last = stop;  // before looking: what came before the signal is read
        const auto more = look(mapper, file, path);
        if (!more) {
            return Unexpected(more.error());
        }
        if (!*more && last) {
            return {};
        }
        if (!*more && hooks_.idle) {
            hooks_.idle();
        }
    }
}

int64_t first_instant(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    std::string head(size_t{64} << 10U, '\0');
    in.read(head.data(), static_cast<std::streamsize>(head.size()));
    head.resize(static_cast<size_t>(in.gcount()));
    for (size_t from = 0; from < head.size();) {
        const size_t end = head.find('\n', from);
        const auto line = parse_queue_line(std::string_view(head).substr(from, end - from), "");
        if (line) {
            return line->second * events::kMsPerSecond;
        }
        from = end == std::string::npos ? head.size() : end + 1;
    }
    return 0;
}

}  // namespace sijill::producers
