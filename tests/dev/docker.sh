# shellcheck shell=bash
# The Docker engine of the stage `docker`: the one that answers, or one of our own. Sourced by ./dev.

engine_dir=

# no_engine: why no engine can be had; nothing when one can.
no_engine() {
    if [ "${SIJILL_NO_DOCKER:-}" = 1 ]; then
        echo "SIJILL_NO_DOCKER=1"
    elif ! command -v docker >/dev/null; then
        echo "no Docker is installed; ./dev docker-test installs it"
    elif docker info >/dev/null 2>&1; then
        return
    elif ! command -v dockerd >/dev/null; then
        echo "no Docker engine answers, and dockerd is not installed; ./dev docker-test installs it"
    elif [ "$(id -u)" != 0 ]; then
        echo "no Docker engine answers, and only root can start one"
    fi
}

end_engine() {
    [ -n "$engine_dir" ] || return 0
    local pid
    pid=$(cat "$engine_dir/pid" 2>/dev/null || true)
    if [ -n "$pid" ] && kill "$pid" 2>/dev/null; then
        while kill -0 "$pid" 2>/dev/null; do sleep 0.2; done
    fi
    rm -rf "$engine_dir"
    engine_dir=
    unset DOCKER_HOST
}

# want_engine: DOCKER_HOST is an engine that answers. What ours has built stays in the cache, so that the next run only
# compiles what changed.
want_engine() {
    if docker info >/dev/null 2>&1; then return 0; fi
    local data=${XDG_CACHE_HOME:-$HOME/.cache}/sijill/docker deadline=$((SECONDS + 60))
    end_services_at_exit
    engine_dir=$(mktemp -d "${TMPDIR:-/tmp}/sijill-engine.XXXXXX")
    export DOCKER_HOST=unix://$engine_dir/socket
    mkdir -p "$data"
    setsid dockerd --data-root "$data" --exec-root "$engine_dir/exec" --pidfile "$engine_dir/pid" \
        --host "$DOCKER_HOST" </dev/null >"$engine_dir/log" 2>&1 &
    until docker info >/dev/null 2>&1; do
        if [ "$SECONDS" -ge "$deadline" ] || ! kill -0 $! 2>/dev/null; then
            tail -n 15 "$engine_dir/log" >&2
            echo "dev: the Docker engine did not start (above)" >&2
            return 1
        fi
        sleep 0.2
    done
    echo "dev: Docker engine at $DOCKER_HOST" >&2
}

stage_docker() {
    local rc=0
    want_engine || return 1
    ctest_stage release sijill -L '^docker$' || rc=1
    # What no image is made of any more.
    docker image prune --force --filter until=72h >/dev/null || rc=1
    end_engine
    return "$rc"
}

cmd_docker-test() {
    [ $# -eq 0 ] || die "docker-test takes no arguments; see ./dev docker-test --help"
    need build test docker
    cmd_test docker
}
