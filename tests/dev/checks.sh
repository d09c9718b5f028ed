# shellcheck shell=bash
# shellcheck disable=SC2154  # root and jobs are set by ./dev
# shellcheck disable=SC2016  # $1 is for the inner shell
# format, tidy and fuzz. Sourced by ./dev.

cmd_format() {
    local mode=write files
    case ${1:-} in
        '') ;;
        --check) mode=check ;;
        *) die "format takes only --check; see ./dev format --help" ;;
    esac
    need format
    mapfile -t files < <(git ls-files '*.h' '*.cc')
    if [ "$mode" = write ]; then
        clang-format-14 -i "${files[@]}"
        return
    fi
    local file bad=0
    for file in "${files[@]}"; do
        if ! clang-format-14 --dry-run --Werror "$file" >/dev/null 2>&1; then
            echo "not formatted: $file"
            bad=$((bad + 1))
        fi
    done
    if [ "$bad" -gt 0 ]; then
        echo "$bad of ${#files[@]} files are not formatted; run ./dev format"
        return 1
    fi
    echo "${#files[@]} files are formatted"
}

# tidy_file FILE: what clang-tidy finds in FILE; fails when it finds something.
tidy_file() {
    local out rc=0
    # shallow: the analyzer follows no calls. Deep takes twice as long as all other checks; tests run under sanitizers.
    out=$(clang-tidy-14 --quiet -load build/tidy/own_declarations.so -p build/tidy \
        --extra-arg=-Xclang --extra-arg=-analyzer-config --extra-arg=-Xclang --extra-arg=mode=shallow "$1" 2>&1) || rc=1
    # "N warnings generated" counts what the filters hid; it says nothing.
    grep -vE '^[0-9]+ warnings? (generated|treated)|^Suppressed|^Use -header-filter' <<<"$out" | sed '/^$/d'
    return "$rc"
}

# tidy_one KEY FILE: silent when the same input passed before. Runs in xargs.
tidy_one() {
    [ ! -f "$tidy_cache/$1" ] || return 0
    tidy_file "$2" || return 1
    touch "$tidy_cache/$1"
}

# The planted findings are seen: in a source, by the analyzer, and in a header of ours.
tidy_sees() {
    local finding out
    out=$(tidy_file tests/canary/untidy.cc || true)
    for finding in untidy.cc.*braces-around-statements untidy.cc.*NullDereference untidy.h.*identifier-naming; do
        grep -q "$finding" <<<"$out" || {
            printf '%s\n' "$out" "tidy: the planted finding $finding is not found, so nothing is checked"
            return 1
        }
    done
}

# What a verdict depends on beside the sources: the tool, its settings, the libraries' headers.
tidy_salt() {
    local names
    names=$(packages_in build test tidy | tr -d '|')
    (
        cat .clang-tidy tests/.clang-tidy tests/tidy/own_declarations.cc tests/dev/checks.sh
        clang-tidy-14 --version
        # shellcheck disable=SC2086  # several names
        dpkg-query -W $names 2>/dev/null || true
    ) | sha256sum | cut -c1-32
}

cmd_tidy() {
    local files started=$SECONDS
    need build test tidy
    configure tidy || return 1
    build_targets tidy own_declarations || return 1
    mapfile -t files < <(if [ $# -gt 0 ]; then printf '%s\n' "$@"; else git ls-files '*.cc'; fi)
    # compile_fail and canary sources are wrong on purpose. A file that no target compiles has no command to check it with.
    local listed=()
    for file in "${files[@]}"; do
        [[ $file == tests/compile_fail/* || $file == tests/canary/* ]] && continue
        if grep -qF "\"file\": \"$root/$file\"" build/tidy/compile_commands.json; then
            listed+=("$file")
        else
            echo "tidy: no target of the tidy preset compiles $file, so it is not checked"
        fi
    done
    [ ${#listed[@]} -gt 0 ] || die "no source to check"
    tidy_sees || return 1
    tidy_cache=${XDG_CACHE_HOME:-$HOME/.cache}/sijill/tidy
    mkdir -p "$tidy_cache"
    export tidy_cache
    export -f tidy_one tidy_file
    if ! tests/dev/tidy_keys.py "$(tidy_salt)" "${listed[@]}" |
        xargs -n 2 -P "$jobs" bash -c 'tidy_one "$1" "$2"' tidy; then
        echo "tidy: findings above; fix them, or NOLINT with the check's name and the reason"
        return 1
    fi
    echo "tidy: ${#listed[@]} files are clean ($((SECONDS - started)) s)"
}

# fuzz_one PROGRAM SECONDS: one line of result; the whole output in build/fuzz/logs.
fuzz_one() {
    local program=$1 seconds=$2 name seeds=() dictionary=()
    name=$(basename "$program" _fuzz)
    mkdir -p "build/fuzz/corpus/$name" build/fuzz/artifacts build/fuzz/logs
    [ ! -d "tests/fuzz/corpus/$name" ] || seeds=("tests/fuzz/corpus/$name")
    [ ! -f "tests/fuzz/$name.dict" ] || dictionary=("-dict=tests/fuzz/$name.dict")
    local log=build/fuzz/logs/$name.log
    if "$program" -max_total_time="$seconds" -timeout=20 -rss_limit_mb=2048 -print_final_stats=1 \
        -artifact_prefix="build/fuzz/artifacts/$name-" "${dictionary[@]}" \
        "build/fuzz/corpus/$name" "${seeds[@]}" >"$log" 2>&1; then
        echo "fuzz: $name passed, $(sed -n 's/^stat::number_of_executed_units: *//p' "$log") inputs in $seconds s"
    else
        grep -E 'ERROR|SUMMARY|runtime error|CHECK\(|Test unit written' "$log" | head -n 10
        tail -n 5 "$log"
        echo "fuzz: $name FAILED; the whole output is in $log"
        return 1
    fi
}

cmd_fuzz() {
    local seconds=60 wanted=() compiler=clang++-14 name programs=()
    while [ $# -gt 0 ]; do
        case $1 in
            --seconds)
                seconds=${2:?--seconds needs a number}
                shift 2
                ;;
            -*) die "fuzz knows no option $1; see ./dev fuzz --help" ;;
            *)
                wanted+=("${1%_fuzz}")
                shift
                ;;
        esac
    done
    need build test fuzz
    command -v "$compiler" >/dev/null || compiler=clang++-19
    configure fuzz -DCMAKE_CXX_COMPILER="$compiler"
    build_targets fuzz fuzz_targets
    # The list is written by CMake: a program left over from a removed target is not run.
    while IFS= read -r name; do
        if [ ${#wanted[@]} -eq 0 ] || [[ " ${wanted[*]} " == *" $name "* ]]; then
            programs+=("build/fuzz/tests/fuzz/${name}_fuzz")
        fi
    done <build/fuzz/tests/fuzz/targets.txt
    [ ${#programs[@]} -gt 0 ] || die "no such fuzz target"
    export -f fuzz_one
    printf '%s\0' "${programs[@]}" | xargs -0 -n 1 -P "$jobs" bash -c 'fuzz_one "$1" '"$seconds" fuzz ||
        return 1
}
