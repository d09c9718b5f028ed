# shellcheck shell=bash
# Debian packages: what is missing of the sections of packages.txt, and its installation. Sourced by ./dev.

die() {
    echo "dev: $1" >&2
    exit 1
}

# packages_in SECTION...: the lines of these sections, `a` or `a | b`.
packages_in() {
    awk -v wanted=" $* " '
        /^# [a-z]+:/ { section = substr($2, 1, length($2) - 1); next }
        /^#/ || NF == 0 { next }
        index(wanted, " " section " ") { print }' packages.txt | sort -u
}

# is_installed NAME: itself, or a package that provides it, as other vendors' nodejs does npm.
is_installed() {
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ] ||
        dpkg-query -W -f '${db:Status-Status}, ${Provides}\n' | awk -F ', ' -v name="$1" '
            $1 == "installed" { for (i = 2; i <= NF; ++i) { sub(/ .*/, "", $i); if ($i == name) found = 1 } }
            END { exit !found }'
}

# in_archive NAME: this Debian offers the package. Only true after apt-get update.
in_archive() {
    [ -n "$(apt-cache policy "$1" 2>/dev/null | sed -n 's/^  Candidate: \([^(].*\)/\1/p')" ]
}

# missing_of SECTION...: the lines of which no alternative is installed.
missing_of() {
    local line name found
    while IFS= read -r line; do
        found=
        for name in ${line//|/ }; do
            if is_installed "$name"; then found=1; fi
        done
        [ -n "$found" ] || echo "$line"
    done < <(packages_in "$@")
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        env DEBIAN_FRONTEND=noninteractive "$@"
    else
        command -v sudo >/dev/null || die "packages are missing and neither root nor sudo is here; they are listed in packages.txt"
        sudo env DEBIAN_FRONTEND=noninteractive "$@"
    fi
}

# quietly COMMAND...: its output is shown only when it fails.
quietly() {
    local log
    log=$(mktemp)
    if ! "$@" >"$log" 2>&1; then
        tail -n 30 "$log" >&2
        rm -f "$log"
        return 1
    fi
    rm -f "$log"
}

# need SECTION...: installs what is missing; says and does nothing when all is there.
need() {
    local missing line name chosen=() absent=()
    missing=$(missing_of "$@")
    [ -n "$missing" ] || return 0
    command -v apt-get >/dev/null || die "these Debian packages are missing, and there is no apt-get: ${missing//$'\n'/, }"
    quietly as_root apt-get update || die "apt-get update failed (above)"
    while IFS= read -r line; do
        for name in ${line//|/ }; do
            if in_archive "$name"; then
                chosen+=("$name")
                continue 2
            fi
        done
        absent+=("$line")
    done <<<"$missing"
    [ ${#absent[@]} -eq 0 ] || die "this Debian has no package ${absent[*]}"
    echo "dev: installing ${#chosen[@]} Debian packages: ${chosen[*]}" >&2
    quietly as_root apt-get install -y --no-install-recommends "${chosen[@]}" || die "apt-get install failed (above)"
}

# needs_of STAGE: the sections of packages.txt that a test stage needs.
needs_of() {
    case $1 in
        unit | asan | tsan | release) echo build test ;;
        outside) echo build test outside ;;
        docker) echo build test ;;
        format) echo format ;;
        tidy) echo build test tidy ;;
        fuzz) echo build test fuzz ;;
    esac
}

# can_have SECTION: every package of the section is installed or offered by this Debian.
can_have() {
    local line name
    [ -n "$(missing_of "$1")" ] || return 0
    quietly as_root apt-get update || die "apt-get update failed (above)"
    while IFS= read -r line; do
        for name in ${line//|/ }; do
            if in_archive "$name"; then continue 2; fi
        done
        return 1
    done < <(missing_of "$1")
}
