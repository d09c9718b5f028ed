#!/usr/bin/env python3
"""Prints `KEY FILE` for each FILE: KEY is that of all that clang-tidy's verdict on FILE depends on.

usage: tests/dev/tidy_keys.py SALT FILE...

That is its text, our headers that it reaches, its compile command, and SALT (versions and settings). Two checkouts of
one text have the same keys.
"""
import hashlib
import json
import os
import re
import sys

ROOT = os.getcwd()
INCLUDE = re.compile(rb'^\s*#\s*include\s*"([^"]+)"', re.MULTILINE)
texts = {}


def text_of(path):
    if path not in texts:
        with open(path, "rb") as file:
            texts[path] = file.read()
    return texts[path]


def reached_from(path):
    reached, todo = set(), [path]
    while todo:
        at = todo.pop()
        if at in reached or not os.path.exists(at):
            continue
        reached.add(at)
        todo += [name.decode() for name in INCLUDE.findall(text_of(at))]
    return sorted(reached)


def main():
    salt, files = sys.argv[1], sys.argv[2:]
    with open("build/tidy/compile_commands.json") as listing:
        commands = {entry["file"]: entry["command"] for entry in json.load(listing)}
    for path in files:
        key = hashlib.sha256()
        command = commands[os.path.join(ROOT, path)].replace(ROOT, "")
        for part in (salt.encode(), command.encode(), *(p.encode() + text_of(p) for p in reached_from(path))):
            key.update(b"%d:" % len(part) + part)
        print(key.hexdigest()[:32], path)


main()
