# shellcheck shell=bash
# shellcheck disable=SC2154  # root and jobs are set by ./dev
# ./dev test: its stages, the broker they share, the table and the totals. Sourced by ./dev.

broker_dir=
tests_passed=0
tests_failed=0
tests_skipped=0
table=()
stage_note=
beside_pid=

end_broker() {
    [ -n "$broker_dir" ] || return 0
    tests/kafka/broker stop "$broker_dir" || true
    rm -rf "$broker_dir"
    broker_dir=
}

end_services_at_exit() {
    trap 'stop_beside; end_broker; end_engine' EXIT
    trap 'exit 130' INT TERM
}

# One broker for all stages that want one; each test makes its own topics.
want_broker() {
    if [ "${SIJILL_NO_KAFKA:-}" = 1 ]; then
        unset KAFKA_BOOTSTRAP
        return
    fi
    [ -z "${KAFKA_BOOTSTRAP:-}" ] || return 0
    end_services_at_exit
    broker_dir=$(mktemp -d "${TMPDIR:-/tmp}/sijill-broker.XXXXXX")
    KAFKA_BOOTSTRAP=$(tests/kafka/broker start "$broker_dir") ||
        die "no Kafka broker, so no test was run (SIJILL_NO_KAFKA=1 runs without and says SKIPPED)"
    export KAFKA_BOOTSTRAP
    echo "dev: Kafka broker at $KAFKA_BOOTSTRAP" >&2
}

# The outcome of each test of the last ctest run: `passed|failed|skipped|brokerless NAME [what was skipped]`; brokerless: skipped,
# each time with the reason that there is no broker.
# junit.xml has ctest's verdict. A program of GoogleTest or unittest that skips a test still exits 0, so ctest calls it passed;
# what was skipped stands in LastTest.log, which has the whole output. A program that is missing is a failure.
outcomes() {
    awk '
        /^[0-9]+\/[0-9]+ Testing: / { name = $3 }
        FNR == NR && /^\[  SKIPPED \] [^ ]+$/ { skips[name] = skips[name] " " $4; ++many[name] }
        FNR == NR && /^OK \(.*skipped=[0-9]+/ {
            sub(/.*skipped=/, ""); many[name] += $0 + 0; skips[name] = skips[name] " " ($0 + 0) " of unittest"
        }
        FNR == NR && /KAFKA_BOOTSTRAP is not set/ { ++brokerless[name] }
        /<testcase / {
            name = $0; sub(/.*<testcase name="/, "", name); sub(/".*/, "", name)
            result[name] = /status="run"/ ? "passed" : "failed"
            order[++count] = name
        }
        /<skipped message="SKIP_/ { result[name] = "skipped" }
        END {
            for (i = 1; i <= count; ++i) {
                name = order[i]
                if (result[name] == "passed" && name in skips) result[name] = "skipped"
                if (result[name] == "skipped" && brokerless[name] >= (many[name] ? many[name] : 1)) result[name] = "brokerless"
                print result[name] " " name skips[name]
            }
        }' "build/$1/Testing/Temporary/LastTest.log" "build/$1/junit.xml"
}

# count_tests PRESET: adds to the totals; fails when something was skipped that nobody asked to skip. Without npm and PyPI
# only the tests of outside may be, without a broker only what needs one.
count_tests() {
    local all passed failed skipped unwanted
    all=$(outcomes "$1")
    passed=$(grep -c '^passed ' <<<"$all" || true)
    failed=$(grep -c '^failed ' <<<"$all" || true)
    skipped=$(grep -cE '^(skipped|brokerless) ' <<<"$all" || true)
    tests_passed=$((tests_passed + passed))
    tests_failed=$((tests_failed + failed))
    tests_skipped=$((tests_skipped + skipped))
    stage_note="$passed passed, $failed failed, $skipped skipped"
    [ "$skipped" -gt 0 ] || return 0
    unwanted=$(sed -nE 's/^(skipped|brokerless) /\1 SKIPPED: /p' <<<"$all")
    sed 's/^[a-z]* //' <<<"$unwanted"
    [ "${SIJILL_NO_REGISTRY:-}" != 1 ] || unwanted=$(grep -v 'SKIPPED: outside[.]' <<<"$unwanted" || true)
    [ "${SIJILL_NO_KAFKA:-}" != 1 ] || unwanted=$(grep -v '^brokerless ' <<<"$unwanted" || true)
    [ -z "$unwanted" ] || {
        echo "dev: a skipped test is a failure unless SIJILL_NO_KAFKA=1 or SIJILL_NO_REGISTRY=1 asks for it"
        return 1
    }
}

# ctest_stage PRESET TARGET [CTEST ARGS]: builds the target, runs the tests, counts them.
ctest_stage() {
    local preset=$1 target=$2 rc=0 fixed=()
    shift 2
    configure "$preset" -DSIJILL_BUILD_TESTS=ON || return 1
    # shellcheck disable=SC2086  # several targets
    build_targets "$preset" $target || return 1
    # The sanitizers of gcc 12 need a fixed address layout on kernels that randomise more bits than they know.
    if setarch -R true 2>/dev/null; then fixed=(setarch -R); fi
    rm -f "build/$preset/Testing/Temporary/LastTest.log" "build/$preset/junit.xml"
    "${fixed[@]}" ctest --preset "$preset" -j "$jobs" --no-tests=error \
        --output-junit "$root/build/$preset/junit.xml" "$@" || rc=1
    [ -f "build/$preset/junit.xml" ] || return 1
    count_tests "$preset" || rc=1
    return "$rc"
}

stage_unit() { ctest_stage asan-ubsan tests_unit -L '^unit$'; }
stage_asan() { ctest_stage asan-ubsan all -LE '^(release|outside|docker)$'; }
stage_tsan() { ctest_stage tsan 'tests_thread tests_contract tests_canary' -L '^(thread|contract|canary)$'; }
stage_release() {
    # fold_bench: its instructions are a test.
    configure release -DSIJILL_BUILD_BENCH=ON && ctest_stage release 'sijill tests_release fold_bench' -L '^release$'
}
# The longest of them waits for slow clients, most of its time.
stage_outside() { install_judges && ctest_stage release sijill -L '^outside$' -j "$((jobs + 1))"; }
stage_format() { ./dev format --check; }
# Both yield to the stage docker, which may run beside them.
stage_tidy() { nice ./dev tidy; }
stage_fuzz() { nice ./dev fuzz --seconds "$fuzz_seconds"; }

# run_stage NAME: in this shell, so that it can count. `set -e` is off inside an `if`: stages check each step.
run_stage() {
    local name=$1 started=$SECONDS result=passed
    stage_note=
    echo "== $name" >&2
    if ! "stage_$name"; then
        result=FAILED
    fi
    table+=("$(printf '%-8s %-8s %5d s  %s' "$name" "$result" "$((SECONDS - started))" "$stage_note")")
    [ "$result" = passed ]
}

# start_beside NAME: the stage in a process group of its own, while others run. build/beside.result has the totals and the row.
start_beside() {
    echo "== $1, beside the stages behind it; its output comes at the end" >&2
    rm -f build/beside.result
    end_services_at_exit
    set -m
    (
        set +m
        local rc=0
        broker_dir='' beside_pid='' table=() tests_passed=0 tests_failed=0 tests_skipped=0
        run_stage "$1" || rc=1
        printf '%s %s %s %s\n' "$tests_passed" "$tests_failed" "$tests_skipped" "${table[0]}" >build/beside.result
        exit "$rc"
    ) >build/beside.log 2>&1 &
    beside_pid=$!
    set +m
}

# end_beside NAME: waits for it, then counts it.
end_beside() {
    local rc=0 passed failed skipped row
    wait "$beside_pid" || rc=1
    beside_pid=
    cat build/beside.log
    if read -r passed failed skipped row <build/beside.result; then
        tests_passed=$((tests_passed + passed))
        tests_failed=$((tests_failed + failed))
        tests_skipped=$((tests_skipped + skipped))
        table+=("$row")
    else
        table+=("$1 FAILED: it ended without a result")
        rc=1
    fi
    return "$rc"
}

stop_beside() {
    [ -n "$beside_pid" ] || return 0
    kill -TERM -- "-$beside_pid" 2>/dev/null || true
    wait "$beside_pid" || true
    beside_pid=
}

# may_run_beside STAGE...: every stage to come leaves the broker and build/release alone, and there is one.
may_run_beside() {
    [ $# -gt 0 ] || return 1
    local stage
    for stage in "$@"; do
        [ "$stage" = tidy ] || [ "$stage" = fuzz ] || return 1
    done
}

print_table() {
    echo
    echo "stage    result   seconds  tests"
    printf '%s\n' "${table[@]}"
    if [ "${SIJILL_NO_KAFKA:-}" = 1 ]; then
        echo "SKIPPED: everything that needs a Kafka broker (SIJILL_NO_KAFKA=1)"
    fi
    if [ "${SIJILL_NO_REGISTRY:-}" = 1 ]; then
        echo "SKIPPED: everything that needs npm or PyPI (SIJILL_NO_REGISTRY=1)"
    fi
    echo
    local skipped=
    [ "$tests_skipped" -eq 0 ] || skipped=", $tests_skipped skipped"
    echo "$tests_passed passed, $tests_failed failed$skipped"
}

cmd_test() {
    local stages=() stage rc=0
    fuzz_seconds=60
    for stage in "$@"; do
        case $stage in
            --quick) fuzz_seconds=5 ;;
            unit | asan | tsan | release | outside | docker | format | tidy | fuzz) stages+=("$stage") ;;
            *) die "no stage '$stage'; see ./dev test --help" ;;
        esac
    done
    [ ${#stages[@]} -gt 0 ] || stages=(format asan tsan release outside docker tidy fuzz)
    install_for "${stages[@]}"
    case " ${stages[*]} " in *" asan "* | *" tsan "* | *" release "* | *" outside "*) want_broker ;; esac
    local left=("${stages[@]}")
    for stage in "${stages[@]}"; do
        left=("${left[@]:1}")
        if { [ "$stage" = format ] || [ "$stage" = tidy ]; } && ! can_have "$stage"; then
            table+=("$(printf '%-8s SKIPPED  this Debian has no clang 14; Debian 12 checks it' "$stage")")
            continue
        fi
        if [ "$stage" = docker ] && [ -n "$(no_engine)" ]; then
            table+=("$(printf '%-8s SKIPPED  %s' "$stage" "$(no_engine)")")
            continue
        fi
        # Half of its time is waiting, for what is fetched and for containers.
        if [ "$stage" = docker ] && may_run_beside "${left[@]}"; then
            start_beside docker
            continue
        fi
        run_stage "$stage" || rc=1
    done
    [ -z "$beside_pid" ] || end_beside docker || rc=1
    end_broker
    print_table
    return "$rc"
}

# One installation for all stages, so that a newcomer waits once.
install_for() {
    local stage sections=
    for stage in "$@"; do
        if { [ "$stage" = format ] || [ "$stage" = tidy ]; } && ! can_have "$stage"; then continue; fi
        sections+=" $(needs_of "$stage")"
    done
    # shellcheck disable=SC2086  # a list of words
    need $sections
}
