# shellcheck shell=bash
# shellcheck disable=SC2154  # jobs is set by ./dev
# Configuring and building a preset. Sourced by ./dev.

# run_logged LOG COMMAND...: output to LOG; on a terminal the build's counter is shown; on failure the log's end is.
run_logged() {
    local log=$1 pid rc=0
    shift
    "$@" >>"$log" 2>&1 &
    pid=$!
    if [ -t 2 ]; then
        while kill -0 "$pid" 2>/dev/null; do
            printf '\rdev: %s ' "$(tail -n 1 "$log" | grep -o '^\[[0-9/]*\]' || true)" >&2
            sleep 0.3
        done
        printf '\r                    \r' >&2
    fi
    wait "$pid" || rc=$?
    if [ "$rc" -ne 0 ]; then
        grep -E -m 20 'error:|Error |FAILED:' "$log" >&2 || true
        echo "dev: the last lines of $log:" >&2
        tail -n 40 "$log" >&2
    fi
    return "$rc"
}

# configure PRESET [CMAKE ARGS]
configure() {
    local preset=$1 dir=build/$1
    shift
    mkdir -p "$dir"
    : >"$dir/build.log"
    run_logged "$dir/build.log" cmake --preset "$preset" "$@"
}

# build_targets PRESET TARGET...: one line of progress, the rest in build/PRESET/build.log.
build_targets() {
    local preset=$1 started=$SECONDS
    shift
    echo "dev: building $* ($preset)…" >&2
    run_logged "build/$preset/build.log" cmake --build --preset "$preset" -j "$jobs" --target "$@" || return 1
    echo "dev: built $* ($preset) in $((SECONDS - started)) s" >&2
}

build_release() {
    need build
    # Tests and benchmarks need more packages; a build directory that has them keeps them.
    if [ -f build/release/CMakeCache.txt ]; then
        configure release
    else
        configure release -DSIJILL_BUILD_TESTS=OFF -DSIJILL_BUILD_BENCH=OFF
    fi
    build_targets release sijill
}

cmd_build() {
    [ $# -eq 0 ] || die "build takes no arguments; see ./dev build --help"
    build_release
}

cmd_demo() {
    build_release
    exec build/release/sijill demo --once "$@"
}

# build_java_contestants: the rivals of catch-up, into build/bench/java.
build_java_contestants() {
    local jar=build/bench/java/contestants-1.jar log=build/bench/java.log
    if [ -f "$jar" ] && [ -z "$(find bench/java -type f -newer "$jar" -print -quit)" ]; then return; fi
    mkdir -p build/bench
    : >"$log"
    echo "dev: building the Java contestants…" >&2
    run_logged "$log" mvn -q -B -f bench/java/pom.xml clean package
}

cmd_bench() {
    local name names=(catch-up rebuild growth sizes instructions profile kpi query visible)
    case ${1:-} in
        --quick) names=(catch-up) ;;
        catch-up | rebuild | growth | sizes | instructions | profile | kpi | query | visible)
            names=("$1")
            shift
            ;;
        '') ;;
        *) die "bench knows no '$1'; see ./dev bench --help" ;;
    esac
    need build test bench
    configure release -DSIJILL_BUILD_BENCH=ON
    build_targets release sijill bare_consumer fold_bench kpi_bench visible
    if [ "${names[0]}" = catch-up ]; then build_java_contestants; fi
    local rc=0
    for name in "${names[@]}"; do
        "bench/${name//-/_}.py" "$@" || rc=1
    done
    return "$rc"
}
