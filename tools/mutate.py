#!/usr/bin/env python3
"""Makes many small changes to the code and lists those that no test detects.

    tools/mutate.py --folder solver --folder repodata --count 50 --seed 7

Each mutant is one small change (a comparison, a constant, a call left out) to one line, drawn from the seed: the same seed
on the same commit makes the same mutants. It is built in a checkout of its own, of the last commit, and the test programs
nearest to its folder run until one fails. A mutant whose object file is the same as before is equivalent and is not counted.

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
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent

# The test programs of each folder, the fastest first; the longest matching folder counts.
NEAREST = {
    "base": ["base_test", "version_test", "link_test", "frontend_test"],
    "repodata": ["version_test", "match_spec_test", "ingest_test", "conformance_test", "oracle_test", "index_damage_test"],
    "encoding": ["encoding_test", "oracle_test", "scenario_solve_test", "solver_conformance_test"],
    "solver": ["hitting_set_test", "verify_test", "proof_test", "solver_test", "oracle_test", "scenario_solve_test",
               "solver_conformance_test"],
    "frontend": ["frontend_test", "cli_test", "change_cli_test"],
    "frontend/config": ["frontend_test", "change_cli_test", "cli_test"],
    "frontend/fetch": ["fetch_test", "network_cli_test"],
    "frontend/link": ["link_test", "change_cli_test", "faults_test", "worlds_test"],
    "tools/cli": ["download_meter_test", "cli_test", "change_cli_test", "network_cli_test"],
    "bench": ["bench_test", "bench_cli_test"],
    "corpora": ["corpora_test", "scenario_solve_test"],
}

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


def mutations(line):
    """All mutants of a line, as (what, new line)."""
    if line.lstrip().startswith(("#", "//", "*", "using ", "static_assert", "template", "SATCHEL_", "namespace")):
        return []
    mask = code_mask(line)
    found = []

    def replaced(at, old, new):
        found.append((f"{old.strip()} -> {new.strip()}", line[:at] + new + line[at + len(old):]))

    for old, new in SWAPS:
        at = line.find(old)
        while at >= 0:
            if mask[at]:
                replaced(at, old, new)
            at = line.find(old, at + 1)
    for match in re.finditer(r"\b(true|false|\d+)\b", line):
        if mask[match.start()]:
            word = match.group()
            replaced(match.start(), word, WORDS[word] if word in WORDS else str(int(word) + 1))
    for match in re.finditer(r"!(?=[A-Za-z_(])", line):
        if mask[match.start()]:
            replaced(match.start(), "!", "")
    if CALL.match(line) and not line.lstrip().startswith(("return", "co_return", "assert", "CHECK")):
        found.append(("call left out", re.match(r"\s*", line).group() + ";"))
    condition = CONDITION.match(line)
    if condition and ";" not in line and condition.group(2).count("(") == condition.group(2).count(")"):
        for value, word in (("false && ", "never"), ("true || ", "always")):
            found.append((f"if: {word}", f"{condition.group(1)}{value}({condition.group(2)}){condition.group(3)}"))
    return found


def draw(folder, count, rng):
    files = subprocess.run(["git", "-C", ROOT, "ls-files", f"{folder}/*.cc"], text=True, capture_output=True, check=True)
    nearer = [f for f in NEAREST if f.startswith(folder + "/")]
    places = []
    for name in sorted(files.stdout.split()):
        if any(name.startswith(f + "/") for f in nearer):
            continue
        for number, line in enumerate((ROOT / name).read_text().splitlines()):
            for what, new in mutations(line):
                places.append((name, number, what, new))
    # At most one mutant per line, so that a line with many operators counts no more than another.
    rng.shuffle(places)
    chosen, lines = [], set()
    for place in places:
        if place[:2] not in lines and len(chosen) < count:
            lines.add(place[:2])
            chosen.append(place)
    return chosen


class Checkout:
    """The last commit, built in a separate directory."""

    def __init__(self, directory, targets):
        self.source = directory
        if not (directory / "CMakeLists.txt").exists():
            directory.mkdir(parents=True, exist_ok=True)
            archive = subprocess.Popen(["git", "-C", ROOT, "archive", "HEAD"], stdout=subprocess.PIPE)
            subprocess.run(["tar", "-x", "-C", directory], stdin=archive.stdout, check=True)
            # Tests look for their data beside the checkout.
            if (ROOT.parent / "shared").exists() and not (directory.parent / "shared").exists():
                (directory.parent / "shared").symlink_to(ROOT.parent / "shared")
        self.build = directory / "build" / "release"
        self.run(["cmake", "--preset", "release", "-DSATCHEL_BUILD_TESTS=ON", "-DCMAKE_CXX_FLAGS=-w"])
        known = self.run(["ninja", "-C", str(self.build), "-t", "targets", "all"]).stdout
        self.tests = [t for t in targets if f"\n{t}: phony" in known]
        built = self.run(["ninja", "-C", str(self.build), *self.tests])
        if built.returncode != 0:
            sys.exit(f"mutate.py: the unchanged code does not build:\n{built.stdout[-2000:]}")
        commands = json.loads((self.build / "compile_commands.json").read_text())
        self.objects = {}
        for command in commands:
            words = shlex.split(command["command"])
            self.objects.setdefault(command["file"], pathlib.Path(command["directory"]) / words[words.index("-o") + 1])
        self.times = {}

    def run(self, command, **options):
        return subprocess.run(command, cwd=self.source, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options)

    def passes(self, test, limit):
        command = [str(self.build / "bin" / test), "--gtest_brief=1", "--gtest_fail_fast"]
        try:
            return self.run(command, timeout=limit, errors="replace").returncode == 0
        except subprocess.TimeoutExpired:
            return False

    def time_of(self, test):
        """How long the test takes on unchanged code, in seconds; none if it fails there."""
        if test not in self.times:
            start = time.monotonic()
            self.times[test] = time.monotonic() - start if self.passes(test, 900) else None
        return self.times[test]

    def verdict(self, mutant, tests):
        name, number, _, new = mutant
        file = self.source / name
        before = file.read_text()
        tests = [t for t in tests if t in self.tests and self.time_of(t) is not None]
        object_file = self.objects[str(file)]
        original = object_file.read_bytes()
        lines = before.splitlines()
        lines[number] = new
        try:
            file.write_text("\n".join(lines) + "\n")
            relative = object_file.relative_to(self.build)
            if self.run(["ninja", "-C", str(self.build), str(relative)]).returncode != 0:
                return "not built", ""
            if object_file.read_bytes() == original:
                return "equivalent", ""
            for test in tests:
                if self.run(["ninja", "-C", str(self.build), test]).returncode != 0:
                    return "not built", ""
                if not self.passes(test, 20 + 5 * self.time_of(test)):
                    return "killed", test
            return "survived", ""
        finally:
            file.write_text(before)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", action="append", choices=sorted(NEAREST), help="repeat it; without: all of them")
    parser.add_argument("--count", type=int, default=20, help="mutants a folder (20)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1, help="checkouts at work at once (1)")
    parser.add_argument("--least", type=float, default=85, help="percent that must be killed in each folder (85)")
    parser.add_argument("--work", type=pathlib.Path, default=ROOT / "build" / "mutants", help="where the checkouts are")
    parser.add_argument("--keep", action="store_true", help="keep the checkouts, and use those that are there as they are")
    options = parser.parse_args()

    rng = random.Random(options.seed)
    folders = options.folder or sorted(NEAREST)
    mutants = [(folder, mutant) for folder in folders for mutant in draw(folder, options.count, rng)]
    if not options.keep and options.work.exists():
        shutil.rmtree(options.work)
    targets = list(dict.fromkeys(test for folder in folders for test in NEAREST[folder]))
    idle = queue.Queue()
    for job in range(options.jobs):
        idle.put(Checkout(options.work.resolve() / str(job) / "satchel", targets))

    def work(task):
        folder, mutant = task
        checkout = idle.get()
        try:
            return folder, mutant, *checkout.verdict(mutant, NEAREST[folder])
        finally:
            idle.put(checkout)

    counts = {folder: dict.fromkeys(("killed", "survived", "equivalent", "not built"), 0) for folder in folders}
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for folder, (name, number, what, _), verdict, test in pool.map(work, mutants):
            counts[folder][verdict] += 1
            print(f"{verdict:10} {name}:{number + 1}: {what}" + (f"  ({test})" if test else ""), flush=True)
    if not options.keep:
        shutil.rmtree(options.work)

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
