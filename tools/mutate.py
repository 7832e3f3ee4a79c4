#!/usr/bin/env python3
"""Makes many small changes to the code and lists those that no test detects.

    tools/mutate.py --folder solver --folder repodata --count 50 --seed 7

Each mutant is one small change (a comparison, a constant, a call left out) to one line, drawn from the seed: the same seed
on the same sources makes the same mutants. Only its file is compiled; then the test programs of a build (--build) that are
nearest to its folder are linked with it and run until one fails. A mutant whose object file is the same as before is equivalent
and is not counted. The sources are not touched. Use the build for nothing else meanwhile: the program in it is replaced while
a test runs that needs it.

Prints a line a mutant and a table; exits with 1 if in some folder fewer than --least percent are killed.
"""

import argparse
import concurrent.futures
import json
import os
import pathlib
import queue
import random
import re
import shlex
import shutil
import signal
import subprocess
import sys
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent

# The test programs of each folder, the fastest first; the longest matching folder counts.
NEAREST = {
    "base": ["printable_test", "check_test", "shared_library_test", "spawn_test", "process_test", "version_test", "link_test",
             "frontend_test"],
    "repodata": ["version_test", "match_spec_test", "ingest_test", "conformance_test", "frontend_test", "index_damage_test",
                 "solver_conformance_test"],
    "encoding": ["encoding_test", "solver_conformance_test", "oracle_test", "scenario_solve_test"],
    "solver": ["hitting_set_test", "sat_solver_test", "certificate_test", "fixes_test", "verify_test", "proof_test",
               "solver_conformance_test", "oracle_test", "scenario_solve_test"],
    "frontend": ["frontend_test", "cli_test", "change_cli_test"],
    "frontend/config": ["frontend_test", "change_cli_test", "cli_test"],
    "frontend/fetch": ["fetch_test", "frontend_test", "network_cli_test"],
    "frontend/link": ["link_test", "change_cli_test", "random_worlds_test"],
    "tools/cli": ["download_meter_test", "cli_test", "change_cli_test", "network_cli_test"],
    "bench": ["bench_test", "bench_cli_test"],
    "corpora": ["corpora_test", "scenario_solve_test"],
}

# Tests of the program; the others have the code linked in.
RUNS_PROGRAM = ("cli_test", "faults_test", "worlds_test")

# The replacements. Binary operators have spaces around them, which distinguishes them from template brackets and signs.
SWAPS = [(" < ", " <= "), (" <= ", " < "), (" > ", " >= "), (" >= ", " > "), (" == ", " != "), (" != ", " == "),
         (" && ", " || "), (" || ", " && "), (" + ", " - "), (" - ", " + "), (" += ", " -= "), ("std::min(", "std::max("),
         ("std::max(", "std::min("), (".front()", ".back()"), (".back()", ".front()"), ("continue;", "break;")]
WORDS = {"true": "false", "false": "true"}
CALL = re.compile(r"^\s*[A-Za-z_][\w.:>\-]*\((?:[^;]*)\);\s*$")
CONDITION = re.compile(r"^(\s*(?:\} else )?if \()(.*)(\) \{)\s*$")


def code_mask(line):
    """Which characters of a line are code: not in a string, a character or a comment."""
    mask, quote, i = [], None, 0
    while i < len(line):
        c = line[i]
        if quote:
            mask.append(False)
            if c == "\\":
                mask.append(False)
                i += 1
            elif c == quote:
                quote = None
        elif line.startswith("//", i):
            return mask + [False] * (len(line) - i)
        else:
            if c == '"' or (c == "'" and not (i and line[i - 1].isalnum())):
                quote = c
            mask.append(quote is None)
        i += 1
    return mask[:len(line)]


def mutations(line, before=""):
    """All mutants of a line, which follows the line `before`, as (what, new line)."""
    if line.lstrip().startswith(("#", "//", "*", "using ", "static_assert", "template", "SATCHEL_", "namespace")):
        return []
    mask = code_mask(line)
    found = []

    def replaced(at, old, new):
        found.append((f"{old.strip()} -> {new.strip()}", line[:at] + new + line[at + len(old):]))

    for old, new in SWAPS:
        at = line.find(old)
        while at >= 0:
            # Texts are joined by "+", too, but not by "-".
            is_text = old == " + " and (line[:at].endswith('"') or line[at + 3:].startswith('"'))
            if mask[at] and not is_text:
                replaced(at, old, new)
            at = line.find(old, at + 1)
    for match in re.finditer(r"\b(true|false|\d+)\b", line):
        if mask[match.start()]:
            word = match.group()
            replaced(match.start(), word, WORDS[word] if word in WORDS else str(int(word) + 1))
    for match in re.finditer(r"!(?=[A-Za-z_(])", line):
        if mask[match.start()]:
            replaced(match.start(), "!", "")
    begins_statement = not before or before.endswith((";", "{", "}", ":"))
    if begins_statement and CALL.match(line) and not line.lstrip().startswith(("return", "co_return", "assert", "CHECK")):
        found.append(("call left out", re.match(r"\s*", line).group() + ";"))
    condition = CONDITION.match(line)
    if condition and ";" not in line and condition.group(2).count("(") == condition.group(2).count(")"):
        for value, word in (("false && ", "never"), ("true || ", "always")):
            found.append((f"if: {word}", f"{condition.group(1)}{value}({condition.group(2)}){condition.group(3)}"))
    return found


def draw(folder, count, rng, compiled):
    files = subprocess.run(["git", "-C", ROOT, "ls-files", f"{folder}/*.cc"], text=True, capture_output=True, check=True)
    nearer = [f for f in NEAREST if f.startswith(folder + "/")]
    places = []
    for name in sorted(files.stdout.split()):
        if any(name.startswith(f + "/") for f in nearer) or str(ROOT / name) not in compiled:
            continue
        before = ""
        for number, line in enumerate((ROOT / name).read_text().splitlines()):
            for what, new in mutations(line, before):
                places.append((name, number, what, new))
            code = line.split("//")[0].strip()
            before = code or before
    # At most one mutant per line, so that a line with many operators counts no more than another.
    rng.shuffle(places)
    chosen, lines = [], set()
    for place in places:
        if place[:2] not in lines and len(chosen) < count:
            lines.add(place[:2])
            chosen.append(place)
    return chosen


class Build:
    """The tests of a build, and its libraries compiled file by file, so that a mutant costs one file and a link."""

    def __init__(self, directory, work):
        self.directory = directory.resolve()
        self.work = work.resolve()
        self.commands, self.libraries = {}, {}  # By source file: how to compile it, and its archive.
        for entry in json.loads((self.directory / "compile_commands.json").read_text()):
            words = shlex.split(entry["command"])
            library = re.match(r"(.*)/CMakeFiles/(satchel_[a-z]+)\.dir/", words[words.index("-o") + 1])
            if library:
                flags = [word for word in words[1:words.index("-o")] if not re.match(r"-O\d$|-W", word)]
                files = [entry["file"]]
                if "/Unity/unity_" in entry["file"]:
                    files = re.findall(r'#include "(.*)"', pathlib.Path(entry["file"]).read_text())
                for file in files:
                    self.commands[file] = [words[0], *flags, "-O1", "-w"]
                    self.libraries[file] = f"{library[1]}/lib{library[2]}.a"
        self.links, self.times, self.archives = {}, {}, {}
        self.program = threading.Lock()  # Tests know the path of the program, so only one mutant can be there.

    def run(self, command, **options):
        return subprocess.run(command, cwd=self.directory, text=True, errors="replace", stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, **options)

    def find(self, targets, as_built):
        """Those of the targets that there are, up to date unless `as_built`."""
        known = self.run(["ninja", "-t", "targets", "all"]).stdout
        targets = [target for target in targets if f"\n{target}: phony" in known]
        if not as_built:
            built = self.run(["ninja", *targets])
            if built.returncode != 0:
                sys.exit(f"mutate.py: the unchanged code does not build:\n{built.stdout[-2000:]}")
        for target in targets:
            self.links[target] = self.run(["ninja", "-t", "commands", target]).stdout.splitlines()[-1]
        return targets

    def compile(self, file, text, to):
        """Compiles the text as if it were in the file, so that its object differs only if its code does."""
        to.parent.mkdir(parents=True, exist_ok=True)
        source = to.with_suffix(".cc")
        source.write_text(f'#line 1 "{file}"\n{text}')
        files = ["-MMD", "-MF", str(to.with_suffix(".d")), "-c", str(source), "-o", str(to)]
        return self.run(self.commands[file] + files).returncode == 0

    def object_of(self, file):
        """The object of the unchanged file."""
        made = self.work / "objects" / (os.path.relpath(file, ROOT) + ".o")
        needs = made.with_suffix(".d")
        if made.exists() and needs.exists():
            files = needs.read_text().replace("\\\n", " ").split()[2:]
            if all(os.path.exists(need) and os.path.getmtime(need) <= made.stat().st_mtime for need in [file, *files]):
                return made
        if not self.compile(file, pathlib.Path(file).read_text(), made):
            sys.exit(f"mutate.py: {file} does not compile by itself")
        return made

    def archive_of(self, library, pool):
        """The library of unchanged single files."""
        if library not in self.archives:
            files = [file for file, its in self.libraries.items() if its == library]
            made = self.work / library.replace("/", "-")
            made.unlink(missing_ok=True)
            subprocess.run(["ar", "rcsP", made, *pool.map(self.object_of, files)], check=True)
            self.archives[library] = made
        return self.archives[library]

    def link(self, target, library, mutant, to):
        """Links the mutant's object before its library, from which its unchanged twin is then not taken."""
        command = self.links[target].replace(f" {library} ", f" {self.archives[library]} ")
        command, linked = re.subn(r" -o bin/\S+ ", f" {mutant} -o {to} ", command)
        return linked == 1 and self.run(["sh", "-c", command]).returncode == 0

    def passes(self, program, limit):
        # In a group of its own: what it started ends with it.
        run = subprocess.Popen([program, "--gtest_brief=1", "--gtest_fail_fast"], cwd=self.directory, start_new_session=True,
                               stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            return run.wait(limit) == 0
        except subprocess.TimeoutExpired:
            return False
        finally:
            try:
                os.killpg(run.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            run.wait()

    def time_of(self, test):
        """How long the test takes on unchanged code, in seconds; none if it fails there."""
        if test not in self.times:
            start = time.monotonic()
            self.times[test] = time.monotonic() - start if self.passes(self.directory / "bin" / test, 900) else None
            time_text = f"{self.times[test]:.1f} s" if self.times[test] else "fails on the unchanged code, left out"
            print(f"{test}: {time_text}", flush=True)
        return self.times[test]

    def notices(self, test, library, mutant, place):
        """Whether the test fails on the mutant; none if it cannot be linked."""
        runs_program = test.endswith(RUNS_PROGRAM)
        targets = [test, "satchel"] if runs_program else [test]
        uses = [target for target in targets if f" {library} " in self.links[target]]
        if not all(self.link(target, library, mutant, place / "bin" / target) for target in uses):
            return None
        if not uses:
            return False
        tested = place / "bin" / test if test in uses else self.directory / "bin" / test
        limit = 20 + 5 * self.time_of(test)
        if not runs_program:
            return not self.passes(tested, limit)
        with self.program:
            real, kept = self.directory / "bin/satchel", self.directory / "bin/satchel.unchanged"
            real.rename(kept)
            try:
                shutil.copy(place / "bin/satchel", real)
                os.utime(real, (0, 0))  # If this ends here, ninja makes it anew.
                return not self.passes(tested, limit)
            finally:
                kept.replace(real)

    def verdict(self, mutant, tests, place):
        name, number, _, new = mutant
        file = str(ROOT / name)
        lines = pathlib.Path(file).read_text().splitlines()
        lines[number] = new
        made = place / (pathlib.Path(name).name + ".o")  # The name of a file is in its object.
        if not self.compile(file, "\n".join(lines) + "\n", made):
            return "not built", ""
        if made.read_bytes() == self.object_of(file).read_bytes():
            return "equivalent", ""
        (place / "bin").mkdir(exist_ok=True)
        if not (place / "lib").exists():
            (place / "lib").symlink_to(self.directory / "lib")
        for test in tests:
            noticed = self.notices(test, self.libraries[file], made, place)
            if noticed is None:
                return "not built", ""
            if noticed:
                return "killed", test
        return "survived", ""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", action="append", choices=sorted(NEAREST), help="repeat it; without: all of them")
    parser.add_argument("--count", type=int, default=20, help="mutants a folder (20)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1, help="mutants at work at once (1)")
    parser.add_argument("--least", type=float, default=85, help="percent that must be killed in each folder (85)")
    parser.add_argument("--only", action="append", metavar="FILE:LINE",
                        help="of these mutants only those of this line; repeat it")
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build" / "release", help="the build whose tests run")
    parser.add_argument("--as-built", action="store_true", help="with the tests as they are, without building them first")
    parser.add_argument("--work", type=pathlib.Path, default=ROOT / "build" / "mutants", help="where the objects are kept")
    options = parser.parse_args()

    folders = options.folder or sorted(NEAREST)
    build = Build(options.build, options.work)
    tests = build.find(["satchel", *dict.fromkeys(test for folder in folders for test in NEAREST[folder])], options.as_built)
    mutants = [(folder, mutant) for folder in folders
               for mutant in draw(folder, options.count, random.Random(f"{options.seed} {folder}"), build.libraries)
               if not options.only or f"{mutant[0]}:{mutant[1] + 1}" in options.only]
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for library in sorted({build.libraries[str(ROOT / mutant[0])] for _, mutant in mutants}):
            build.archive_of(library, pool)
    nearest = {folder: [test for test in NEAREST[folder] if test in tests and build.time_of(test)] for folder in folders}
    idle = queue.Queue()
    for job in range(options.jobs):
        idle.put(build.work / str(job))

    def work(task):
        folder, mutant = task
        place = idle.get()
        try:
            return folder, mutant, *build.verdict(mutant, nearest[folder], place)
        finally:
            idle.put(place)

    counts = {folder: dict.fromkeys(("killed", "survived", "equivalent", "not built"), 0) for folder in folders}
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for folder, (name, number, what, _), verdict, test in pool.map(work, mutants):
            counts[folder][verdict] += 1
            print(f"{verdict:10} {name}:{number + 1}: {what}" + (f"  ({test})" if test else ""), flush=True)

    print(f"\n{'folder':16}{'made':>6}{'killed':>8}{'survived':>10}{'equivalent':>12}{'not built':>11}{'share':>8}")
    enough = True
    for folder, count in counts.items():
        judged = count["killed"] + count["survived"]
        share = 100 * count["killed"] / judged if judged else 100
        enough = enough and share >= options.least
        print(f"{folder:16}{sum(count.values()):6}{count['killed']:8}{count['survived']:10}{count['equivalent']:12}"
              f"{count['not built']:11}{share:7.0f}%")
    return 0 if enough else 1


if __name__ == "__main__":
    os.environ.setdefault("SATCHEL_ORACLE_CASES", "1000")  # Of the random universes a run: a mutant is noticed by fewer.
    sys.exit(main())
