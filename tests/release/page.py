"""tests/release/page.py - types the blocks of a page of docs/ as a reader would."""
import os
import pathlib
import re
import socket
import subprocess

import sijill


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def typed(page, kind, replacing, timeout=300, env=None):
    """What the page's blocks of a kind print, typed one behind the other in one shell, in a directory of their own. Places
    that cannot be as on the page are replaced. Fails when a command does."""
    text = pathlib.Path(sijill.ROOT, page).read_text(encoding="utf-8")
    blocks = re.findall(rf"^```{kind}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert blocks, f"{page} has no block of {kind}"
    script = "set -euo pipefail\ntrap 'kill $(jobs -p) 2>/dev/null || true' EXIT\n" + "\n".join(blocks)
    for old, new in replacing.items():
        assert old in script, (old, page)
        script = script.replace(old, new)
    with sijill.scratch(on_disk=True) as directory:
        os.symlink(os.path.abspath(sijill.SIJILL), directory + "/sijill")
        settings = os.environ | (env or {})
        done = subprocess.run(["bash", "-c", script], cwd=directory, capture_output=True, text=True, timeout=timeout,
                              env=settings | {"PATH": directory + ":" + settings["PATH"]}, check=False)
    assert done.returncode == 0, f"{page}: exit {done.returncode}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
    return done.stdout
