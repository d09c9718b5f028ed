"""tests/outside/judges.py - the judges from npm and PyPI that `./dev test outside` installs under build/outside."""
import os
import pathlib
import subprocess
import sys

import sijill

HERE = pathlib.Path(__file__).resolve().parent
INSTALLED = pathlib.Path(sijill.ROOT, "build/outside")
PYTHON = INSTALLED / "venv/bin/python"


def need_registries():
    """Ends the program as skipped (CTest's SKIP_RETURN_CODE) when npm's and PyPI's judges are not wanted."""
    if os.environ.get("SIJILL_NO_REGISTRY") == "1":
        print("SKIPPED: SIJILL_NO_REGISTRY=1, so the judges of npm and PyPI are not asked")
        sys.exit(77)
    assert PYTHON.exists(), f"{PYTHON} is missing: run ./dev test outside, which installs it"


def node(script, *args, stdin=None):
    """The finished process of a script of this folder; it finds its packages through SIJILL_JUDGES."""
    return subprocess.run(["node", HERE / script, *map(str, args)], input=stdin, capture_output=True, text=True,
                          env=os.environ | {"SIJILL_JUDGES": str(INSTALLED)}, timeout=120, check=False)
