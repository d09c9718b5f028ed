"""tests/docker/engine.py - a Docker engine: its base image where there is no registry, and the images of docker/."""
import glob
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

import sijill

ROOT = pathlib.Path(sijill.ROOT)
OFFICIAL, BASE = "debian:trixie-slim", "sijill-base:trixie"
MIRROR = os.environ.get("SIJILL_DEBIAN_MIRROR", "http://deb.debian.org/debian")
BASE_DAYS = 7  # then it is made anew, with what Debian repaired meanwhile
BUILT = "sijill-build-test"
IMAGE, KAFKA, PROMETHEUS = "sijill-test", "sijill-kafka-test", "sijill-prometheus-test"


def skip(reason):
    print("SKIPPED: " + reason)
    sys.exit(77)


def docker(*args, check=True, timeout=3600, **how):
    done = subprocess.run(["docker", *map(str, args)], capture_output=True, text=True, timeout=timeout, check=False,
                          env=os.environ | {"DOCKER_BUILDKIT": "0"}, **how)
    assert not check or done.returncode == 0, (f"docker {' '.join(map(str, args))}: exit {done.returncode}\n"
                                               f"{done.stdout[-3000:]}\n{done.stderr[-3000:]}")
    return done


def need_engine():
    """Ends the program as skipped when no engine answers; `./dev docker-test` starts one."""
    if not shutil.which("docker") or docker("info", check=False, timeout=60).returncode != 0:
        skip("no Docker engine answers; ./dev docker-test starts one where dockerd is installed")
    if not compose_command():
        skip("there is neither Docker Compose 2 nor docker-compose")


def compose_command():
    if docker("compose", "version", check=False).returncode == 0:
        return ["docker", "compose"]
    return ["docker-compose"] if shutil.which("docker-compose") else None


def inspect(what, template):
    return json.loads(docker("inspect", "--format", "{{json " + template + "}}", what).stdout)


def pulls(image):
    try:
        return docker("pull", image, check=False, timeout=120).returncode == 0
    except subprocess.TimeoutExpired:
        return False


def made_base():
    """A base by debootstrap, which knows the certificate authorities of this machine: a proxy may have its own."""
    if os.geteuid() != 0 or not shutil.which("debootstrap"):
        skip(f"{OFFICIAL} cannot be pulled, and without root and debootstrap no base can be made")
    with tempfile.TemporaryDirectory(prefix="sijill-base-") as directory:
        bootstrap = ["debootstrap", "--variant=minbase", "--include=ca-certificates", "trixie", directory, MIRROR]
        done = subprocess.run(bootstrap, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            skip(f"{OFFICIAL} cannot be pulled, and debootstrap failed: {done.stdout[-500:]}")
        for authority in glob.glob("/usr/local/share/ca-certificates/*.crt"):
            shutil.copy(authority, directory + "/usr/local/share/ca-certificates")
        subprocess.run(["chroot", directory, "update-ca-certificates"], capture_output=True, check=True)
        archive = ["tar", "-C", directory, "--exclude=./var/cache/apt/archives/*.deb", "--exclude=./var/lib/apt/lists/*", "-c", "."]
        with subprocess.Popen(archive, stdout=subprocess.PIPE) as packed:
            docker("import", "-", BASE, stdin=packed.stdout)
    return BASE


def base():
    """The image to build on: the one that is named, the official one, or one made here."""
    if named := os.environ.get("SIJILL_DOCKER_BASE"):
        return named
    made = docker("image", "inspect", "--format", "{{.Created}}", BASE, check=False)
    if made.returncode == 0:
        days = (time.time() - time.mktime(time.strptime(made.stdout[:19], "%Y-%m-%dT%H:%M:%S"))) / 86400
        if days < BASE_DAYS:
            return BASE
    return OFFICIAL if pulls(OFFICIAL) else made_base()


def build(file, tag, *args, context=ROOT, **how):
    started = time.monotonic()
    docker("build", "-f", file, "-t", tag, *args, context, **how)
    print(f"built {tag} in {time.monotonic() - started:.0f} s", flush=True)


def build_all():
    revision = subprocess.run(["git", "-C", ROOT, "rev-parse", "HEAD"], capture_output=True, text=True, check=False).stdout.strip()
    on = ["--build-arg", "BASE=" + base()]
    labels = ["--build-arg", "VERSION=0.1.0", "--build-arg", "REVISION=" + revision]
    # What was compiled last time is not compiled again.
    cache = ["--build-arg", "CACHE=" + BUILT] if docker("image", "inspect", BUILT, check=False).returncode == 0 else []
    build(ROOT / "docker/Dockerfile", IMAGE, *on, *cache, *labels, "--target", "runtime")
    build(ROOT / "docker/Dockerfile", BUILT, *on, *cache, "--target", "build")
    build(ROOT / "docker/kafka/Dockerfile", KAFKA, *on, *labels[2:])
    build_prometheus(on)


def build_prometheus(on):
    """A stand-in for the official image of Prometheus: what Debian has."""
    with tempfile.TemporaryDirectory() as context:
        pathlib.Path(context, "Dockerfile").write_text(
            "ARG BASE\nFROM ${BASE}\nRUN apt-get update && apt-get install -y --no-install-recommends prometheus\n"
            'RUN mkdir -m 1777 /prometheus\nUSER 65534\nENTRYPOINT ["prometheus"]\n', encoding="utf-8")
        build(context + "/Dockerfile", PROMETHEUS, *on, context=context)
