#!/usr/bin/env python3
"""Checks that need a compiler, over the compile commands of a build directory.

    compile_checks.py headers BUILD_DIR COMPILER JOBS     every header compiles alone, twice included
    compile_checks.py tidy    BUILD_DIR CLANG_TIDY JOBS   clang-tidy is silent on every source

What passed is remembered in BUILD_DIR/lint/ under a hash of the tool, its options, the file and every
project header that it reaches, and is not checked again.
"""
import concurrent.futures
import hashlib
import json
import pathlib
import shlex
import subprocess
import sys

import includes

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Check:
    def __init__(self, build_dir, tool, settings):
        self.stamps = pathlib.Path(build_dir) / "lint"
        self.stamps.mkdir(parents=True, exist_ok=True)
        version = subprocess.run([tool, "--version"], capture_output=True, text=True, check=True).stdout
        self.settings = version + settings
        tree = includes.Tree(ROOT)
        self.text, self.project = tree.text, tree.project

    def stamp(self, path, command):
        digest = hashlib.sha256((self.settings + shlex.join(command)).encode())
        for name in [path, *sorted(includes.closure(path, self.project))]:
            digest.update(f"\0{name}\0{self.text[name]}".encode())
        return self.stamps / digest.hexdigest()

    def run(self, path, command, stdin=None):
        """What is wrong with one file; empty when nothing is."""
        stamp = self.stamp(path, command)
        if stamp.exists():
            return ""
        done = subprocess.run(command, cwd=ROOT, input=stdin, capture_output=True, text=True)
        if done.returncode == 0:
            stamp.touch()
            return ""
        return done.stdout.strip() or done.stderr.strip() or f"{path}: {command[0]} failed"


def compile_commands(build_dir):
    """source (relative to ROOT) -> its command, for the programs' own sources."""
    commands = {}
    for entry in json.loads((pathlib.Path(build_dir) / "compile_commands.json").read_text()):
        path = pathlib.Path(entry["directory"], entry["file"]).resolve()
        if path.is_relative_to(ROOT) and path.relative_to(ROOT).parts[0] in includes.TOPS:
            commands[path.relative_to(ROOT).as_posix()] = entry["command"]
    return commands


def common_flags(commands):
    """The union of all -D, -I, -isystem and -W options, in their first order."""
    flags = {}
    for command in commands.values():
        words = shlex.split(command)
        for number, word in enumerate(words):
            if word == "-isystem":
                flags[("-isystem", words[number + 1])] = None
            elif word.startswith(("-D", "-I", "-W")) and word != "-DNDEBUG":
                flags[(word,)] = None
    return [word for group in flags for word in group]


def header_jobs(build_dir, tool):
    flags = common_flags(compile_commands(build_dir))
    command = [tool, "-std=c++20", "-fsyntax-only", *flags, "-Wno-unknown-warning-option", "-x", "c++", "-"]
    check = Check(build_dir, tool, "")
    return [(check, path, command, f'#include "{path}"\n' * 2)
            for path in check.text if path.endswith(".hpp")]


def tidy_jobs(build_dir, tool):
    commands = compile_commands(build_dir)
    check = Check(build_dir, tool, (ROOT / ".clang-tidy").read_text() + json.dumps(commands, sort_keys=True))
    # The longest first: a late giant would leave the other cores idle.
    order = sorted(commands, key=lambda path: -len(check.text.get(path, "")))
    return [(check, path, [tool, "--quiet", "-p", str(build_dir), path], None) for path in order
            if path in check.text]


def main():
    kind, build_dir, tool, jobs = sys.argv[1:]
    todo = {"headers": header_jobs, "tidy": tidy_jobs}[kind](build_dir, tool)
    failed = False
    with concurrent.futures.ThreadPoolExecutor(int(jobs)) as pool:
        for text in pool.map(lambda job: job[0].run(*job[1:]), todo):
            if text:
                failed = True
                print(text, flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
