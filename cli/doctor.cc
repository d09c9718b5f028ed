#include "cli/doctor.h"

#include "cli/output.h"
#include "events/time.h"

#include <linux/magic.h>
#include <sys/stat.h>

#include <array>
#include <cstdio>

namespace sijill::cli {

namespace {

constexpr uint64_t kGiB = uint64_t{1} << 30U;
constexpr int64_t kDay = 86'400;
constexpr int64_t kRenewWithin = 30 * kDay;

std::string gib(uint64_t bytes) {
    const uint64_t tenths = bytes / (kGiB / 10);
    return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " GiB";
}

std::string date_of(int64_t seconds) {
    return events::format_rfc3339({seconds * 1'000}).substr(0, 10);
}

struct FileSystem {
    int64_t magic;
    const char* name;
};

// No header names all of them.
constexpr std::array kNetworks = {FileSystem{NFS_SUPER_MAGIC, "NFS"},
                                  FileSystem{SMB_SUPER_MAGIC, "SMB"},
                                  FileSystem{0xFF534D42, "CIFS"},
                                  FileSystem{0xFE534D42, "SMB"},
                                  FileSystem{FUSE_SUPER_MAGIC, "FUSE"},
                                  FileSystem{CEPH_SUPER_MAGIC, "Ceph"},
                                  FileSystem{V9FS_MAGIC, "9p"}};

}  // namespace

Finding judge_disk(const std::string& path, uint64_t free, uint64_t all) {
    const std::string said = gib(free) + " of " + gib(all) + " free under " + path;
    if (free < kGiB) {
        return {Verdict::Problem, "disk", said, "make room: RocksDB stops when the disk is full"};
    }
    if (free < 10 * kGiB || free < all / 10) {
        return {Verdict::Warning,
                "disk",
                said,
                "compaction needs room of its own for a while: keep 10 GiB and a tenth free"};
    }
    return {Verdict::Ok, "disk", said, ""};
}

Finding judge_file_system(const std::string& path, int64_t magic, bool holds_log) {
    const char* const check = "file system";
    if (magic == TMPFS_MAGIC || magic == RAMFS_MAGIC) {
        return {holds_log ? Verdict::Problem : Verdict::Warning,
                check,
                path + " is in memory (tmpfs)",
                holds_log ? "name a directory on a disk: the log would be lost at the next start"
                          : "after each start of the machine all is folded again"};
    }
    if (magic == OVERLAYFS_SUPER_MAGIC) {
        return {Verdict::Warning,
                check,
                path + " is in a container's own layer (overlay)",
                "mount a volume there: it goes with the container"};
    }
    for (const FileSystem& network : kNetworks) {
        if (magic == network.magic) {
            return {Verdict::Problem,
                    check,
                    path + " is on " + network.name,
                    "name a directory on a local disk: locks and fsync must hold what they say"};
        }
    }
    return {Verdict::Ok, check, path + " is on a local disk", ""};
}

Finding judge_open_files(uint64_t limit, int connections) {
    constexpr uint64_t kStores = 4'096;  // files of the shards and of the embedded log
    const auto needed = static_cast<uint64_t>(connections) + kStores;
    const std::string said = "at most " + std::to_string(limit) + " open files";
    const std::string advice = "raise it (LimitNOFILE= in the unit, ulimit -n) to " +
                               std::to_string(needed) +
                               ": http.max_connections and the stores' files";
    if (limit <= static_cast<uint64_t>(connections)) {
        return {Verdict::Problem, "open files", said, advice};
    }
    return limit < needed ? Finding{Verdict::Warning, "open files", said, advice}
                          : Finding{Verdict::Ok, "open files", said, ""};
}

Finding judge_clock(bool kept, int64_t error_us) {
    if (!kept) {
        return {Verdict::Warning,
                "clock",
                "the kernel says that nothing keeps its clock",
                "run an NTP client (chrony, systemd-timesyncd), here or on the host: append times "
                "and due dates come from this clock"};
    }
    return {Verdict::Ok,
            "clock",
            "kept, wrong by at most " + std::to_string(error_us / 1'000) + " ms",
            ""};
}

Findings judge_last_append(int64_t appended, int64_t now) {
    constexpr int64_t kWrongByMs = 300'000;  // clocks of two machines may differ by so much
    if (appended <= now + kWrongByMs) {
        return {};
    }
    return {{Verdict::Problem,
             "last append",
             "a record was appended at " + events::format_rfc3339({appended}) +
                 ", which is still to come: until then every due date before it is taken for past",
             "set the clock of this machine, and of the brokers; where a wrong clock wrote that "
             "record, publish the events into a new log, as the log itself cannot be changed"}};
}

Finding judge_mode(const std::string& check, const std::string& path, uint32_t mode, bool secret) {
    std::array<char, 16> octal{};
    std::snprintf(octal.data(), octal.size(), "%04o", mode & 07777U);
    const std::string said = path + " has mode " + octal.data();
    const std::string advice = "chmod 600 " + path;
    if ((mode & (S_IWGRP | S_IWOTH)) != 0) {
        return {Verdict::Problem, check, said + ": others can write it", advice};
    }
    if ((mode & S_IROTH) != 0) {
        return {secret ? Verdict::Problem : Verdict::Warning,
                check,
                said + ": everybody can read it",
                advice};
    }
    return {Verdict::Ok, check, said, ""};
}

Finding judge_certificate(const std::string& path, int64_t begins, int64_t ends, int64_t now) {
    const std::string said = path + " is valid from " + date_of(begins) + " to " + date_of(ends);
    const std::string renew = "renew it; `systemctl reload sijill` brings it into effect";
    if (now >= ends) {
        return {Verdict::Problem, "certificate", said + ": expired", renew};
    }
    if (now < begins) {
        return {Verdict::Problem,
                "certificate",
                said + ": not valid yet",
                "check this machine's clock, or wait"};
    }
    if (ends - now < kRenewWithin) {
        return {Verdict::Warning,
                "certificate",
                said + ": " + std::to_string((ends - now) / kDay) + " days are left",
                renew};
    }
    return {Verdict::Ok, "certificate", said, ""};
}

}  // namespace sijill::cli
