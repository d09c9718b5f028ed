# shellcheck shell=bash
# The judges of tests/outside that Debian has not, in build/outside: from npm and PyPI, at the versions that
# tests/outside names. Sourced by ./dev.

# install_judges: only when the lists changed since the last time.
install_judges() {
    local lists=(tests/outside/package.json tests/outside/package-lock.json tests/outside/requirements.txt)
    local dir=build/outside wanted started=$SECONDS
    [ "${SIJILL_NO_REGISTRY:-}" != 1 ] || return 0
    wanted=$(cat "${lists[@]}" | sha256sum)
    [ "$(cat "$dir/installed" 2>/dev/null || true)" != "$wanted" ] || return 0
    mkdir -p "$dir"
    rm -f "$dir/installed"
    cp "${lists[@]}" "$dir"
    echo "dev: installing the judges of tests/outside from npm and PyPI…" >&2
    if ! { quietly npm ci --prefix "$dir" --ignore-scripts --no-audit --no-fund &&
        quietly /usr/bin/python3 -m venv --clear "$dir/venv" &&
        quietly "$dir/venv/bin/pip" install --only-binary :all: --requirement "$dir/requirements.txt"; }; then
        echo "dev: npm or PyPI gave no judges (above); SIJILL_NO_REGISTRY=1 runs without and says SKIPPED" >&2
        return 1
    fi
    echo "$wanted" >"$dir/installed"
    echo "dev: installed the judges in $((SECONDS - started)) s" >&2
}
