#!/usr/bin/env python3
"""Plans under several objectives, side by side: whose is newer, where, and by how much.

    objective_study.py --corpora DIR --solver K=build/release/bin/satchel --solver A=/old/satchel \\
        [--solver ordered=build/release/bin/satchel:ordered] --locks --random 300 --seed 1 --out results.jsonl
    objective_study.py --report results.jsonl --ours K

A solver is a satchel program, with the name of an objective after a colon; py-rattler is one too where this Python has it, and for
--locks the projects' own lock files are. The problems are the environments of DIR/specs at the dates of their locks, and random
requests: names that much depends on, of several platforms, channels and dates, some with a python of an older minor version.

Two plans are compared on the names that both have, by the order of versions of ARCHITECTURE.md (fewest track_features of
any record of a version, then the channel, then the version):
  equal       the same records
  builds      the same names and versions
  names       the same versions of the shared names, but other names besides
  better      ours is nowhere older and somewhere newer
  dominated   ours is nowhere newer and somewhere older
  mixed       both
*ancient* counts names of which ours is two years or more older than the other's. *years* sums, over the shared names, how
much later the first record of a version was made than that of the other: what is negative is in our favour.
"""

import argparse
import asyncio
import datetime
import functools
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import time

try:
    import rattler
    from rattler.exceptions import SolverError
except ImportError:
    rattler = None

DAY_MS = 86_400_000
VIRTUAL = {
    "linux": [("__unix", "0", "0"), ("__linux", "6.8", "0"), ("__glibc", "2.36", "0"), ("__archspec", "1", "x86_64_v3")],
    "osx": [("__unix", "0", "0"), ("__osx", "14.0", "0"), ("__archspec", "1", "x86_64_v3")],
    "win": [("__win", "10.0", "0"), ("__archspec", "1", "x86_64_v3")],
}
# (channels in order, platform, with CUDA, weight in the random problems)
PLACES = [
    (["conda-forge"], "linux-64", False, 5), (["conda-forge"], "osx-64", False, 4),
    (["conda-forge"], "linux-aarch64", False, 4), (["conda-forge"], "linux-64", True, 2),
    (["subchannel-2024"], "win-64", False, 1), (["subchannel-2024"], "osx-arm64", False, 1),
    (["subchannel-2024"], "linux-64", False, 1), (["intel-2023"], "linux-64", False, 1),
    (["robostack-humble", "conda-forge"], "linux-64", False, 1),
    (["robostack-staging", "conda-forge"], "linux-aarch64", False, 1),
    (["pytorch", "nvidia", "conda-forge"], "linux-64", True, 1), (["r-2018"], "linux-64", False, 1),
]
DATES = [None, None, None, "2025-12-01", "2025-03-01", "2024-06-01"]


class Channels:
    """The records of some channels of the corpora for one platform."""

    def __init__(self, corpora, names, platform, newest_ms=None):
        self.records = {}  # By file name: a record.
        self.versions = {}  # (name, channel, version) -> [day of its first record, fewest features]
        self.dependents = {}
        self.parts = []
        for rank, channel in enumerate(names):
            for subdir in (platform, "noarch"):
                path = corpora / channel / subdir / "repodata.json"
                if path.exists():
                    self.parts.append((channel, subdir, path))
                    for row in _rows(path):
                        self._add(channel, rank, newest_ms, *row)

    def _add(self, channel, rank, newest_ms, fn, name, text, build, stamp, count, depends):
        if newest_ms is not None and stamp > newest_ms:
            return
        version = _version(text)
        self.records.setdefault((channel, fn), {"name": name, "version": version, "rank": rank, "fn": fn, "build": build,
                                                "text": text})
        known = self.versions.setdefault((name, rank, version), [None, count])
        if stamp:
            known[0] = min(known[0] or stamp // DAY_MS, stamp // DAY_MS)
        known[1] = min(known[1], count)
        for spec in depends:
            self.dependents.setdefault(spec, set()).add(name)

    def day(self, entry):
        return self.versions[entry["name"], entry["rank"], entry["version"]][0]

    def order(self, a, b):
        """Below 0 if a's version is preferred."""
        for x, y in ((self._features(a), self._features(b)), (a["rank"], b["rank"])):
            if x != y:
                return -1 if x < y else 1
        return 0 if a["version"] == b["version"] else -1 if a["version"] > b["version"] else 1

    def _features(self, entry):
        return self.versions[entry["name"], entry["rank"], entry["version"]][1]


@functools.lru_cache(maxsize=None)
def _rows(path):
    """What of the records of a repodata is looked at."""
    rows = []
    repodata = json.loads(path.read_text())
    for group in ("packages", "packages.conda"):
        for fn, record in (repodata.get(group) or {}).items():
            stamp = record.get("timestamp") or 0
            features = record.get("track_features") or ""
            count = len(features.replace(",", " ").split()) if isinstance(features, str) else len(features)
            rows.append((fn, record["name"], record["version"], record["build"],
                         stamp if stamp > 253402300799 else stamp * 1000, count,
                         {text.split()[0] for text in record.get("depends") or () if text}))
    return rows


@functools.lru_cache(maxsize=None)
def _version(text):
    return rattler.Version(text)


class Problem:
    def __init__(self, name, specs, channels, platform, cuda=False, newest=None, lock=None):
        self.name, self.specs, self.channels, self.platform = name, specs, channels, platform
        self.cuda, self.newest, self.lock = cuda, newest, lock

    def newest_ms(self):
        if self.newest is None:
            return None
        day = datetime.datetime.fromisoformat(self.newest).replace(tzinfo=datetime.timezone.utc)
        return int(day.timestamp() * 1000) + DAY_MS - 1

    def virtual(self):
        packages = list(VIRTUAL[self.platform.split("-")[0]])
        return packages + ([("__cuda", "12.4", "0")] if self.cuda else [])


def solve_satchel(program, objective, problem, corpora):
    command = [program, "solve", "--json", "--no-rc", "--platform", problem.platform, "--channel-priority", "strict",
               "--timeout", "60"]
    command += ["--objective", objective] if objective else []
    command += ["--exclude-newer", problem.newest] if problem.newest else []
    for channel in problem.channels:
        command += ["-c", str(corpora / channel)]
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("CONDA", "SATCHEL"))}
    for name, version, build in problem.virtual():
        environment[f"CONDA_OVERRIDE_{name[2:].upper()}"] = build if name == "__archspec" else version
    environment["CONDA_OVERRIDE_CUDA"] = "12.4" if problem.cuda else ""
    start = time.monotonic()
    done = subprocess.run(command + ["--"] + problem.specs, capture_output=True, text=True, env=environment)
    elapsed = time.monotonic() - start
    if done.returncode == 1:
        return None, elapsed, True
    if done.returncode != 0:
        raise RuntimeError(f"{problem.name}: exit code {done.returncode}: {done.stdout[-300:]}{done.stderr[-300:]}")
    answer = json.loads(done.stdout)
    plan = [(record["channel"].rstrip("/").split("/")[-1], record["url"].rsplit("/", 1)[-1])
            for record in answer["satchel"]["packages"]]
    return plan, elapsed, answer["satchel"]["proven"]


def solve_rattler(problem, channels):
    sources = [rattler.SparseRepoData(rattler.Channel(f"https://host/{channel}"), subdir, path)
               for channel, subdir, path in channels.parts]
    virtual = [rattler.GenericVirtualPackage(rattler.PackageName(name), rattler.Version(version), rattler.BuildString(build))
               for name, version, build in problem.virtual()]
    newest = problem.newest_ms()
    start = time.monotonic()
    try:
        records = asyncio.run(rattler.solve_with_sparse_repodata(
            specs=[rattler.MatchSpec(text, strict=False) for text in problem.specs], sparse_repodata=sources,
            virtual_packages=virtual, channel_priority=rattler.ChannelPriority.Strict,
            exclude_newer=newest and datetime.datetime.fromtimestamp(newest / 1e3, datetime.timezone.utc),
            timestamp_policy="allow-missing", timeout=datetime.timedelta(seconds=60)))
    except SolverError as error:
        return None, time.monotonic() - start, "timeout" not in str(error).lower()
    return ([(record.channel.rstrip("/").split("/")[-1], record.file_name) for record in records],
            time.monotonic() - start, True)


def compare(channels, ours, theirs):
    """How our plan stands beside another; None if a record of one is not in the channels."""
    if not all(key in channels.records for key in ours + theirs):
        return None
    mine = {channels.records[key]["name"]: channels.records[key] for key in ours}
    other = {channels.records[key]["name"]: channels.records[key] for key in theirs}
    newer, older, ancient, days, last = [], [], [], 0, []
    for name in sorted(mine.keys() & other.keys()):
        a, b = mine[name], other[name]
        order = channels.order(a, b)
        if order == 0:
            continue
        text = f"{name} {a['text']} ({b['text']})"
        (newer if order < 0 else older).append(text)
        if channels.day(a) is not None and channels.day(b) is not None:
            gap = channels.day(b) - channels.day(a)
            days += gap
            last.append(gap)
            if gap >= 730 and order > 0:
                ancient.append(text)
    if sorted(ours) == sorted(theirs):
        verdict = "equal"
    elif not newer and not older:
        verdict = "builds" if mine.keys() == other.keys() else "names"
    else:
        verdict = "mixed" if newer and older else "better" if newer else "dominated"
    return {"verdict": verdict, "newer": newer, "older": older, "ancient": ancient, "years": round(days / 365.25, 3),
            "packages": [len(mine), len(other)], "python": [_minor(mine), _minor(other)]}


def _minor(plan):
    return ".".join(plan["python"]["text"].split(".")[:2]) if "python" in plan else ""


def lock_problems(corpora):
    import yaml
    for path in sorted((corpora / "specs").glob("*.yml")):
        lock = corpora / "specs" / "solutions" / (path.stem + ".txt")
        if not lock.exists():
            continue
        environment = yaml.safe_load(path.read_text())
        specs = [spec.strip() for spec in environment["dependencies"] if isinstance(spec, str)]
        urls = [line.split("#")[0].strip() for line in lock.read_text().splitlines() if line.startswith("http")]
        plan = [(url.split("/")[-3], url.rsplit("/", 1)[-1]) for url in urls]
        names = []
        for channel in [c for c in environment.get("channels", []) if (corpora / str(c)).is_dir()] or ["conda-forge"]:
            names.append(channel)
        records = Channels(corpora, names, "linux-64").records
        if not all(key in records for key in plan):
            continue
        yield Problem(path.stem, specs, names, "linux-64", any("cuda" in fn for _, fn in plan), None, plan)


def date_of(channels, plan):
    """The day of the last record, so that the solvers know no more than the lock did."""
    wanted = set(plan)
    days = [row[4] // DAY_MS for channel, _, path in channels.parts for row in _rows(path)
            if row[4] and (channel, row[0]) in wanted]
    return str(datetime.date(1970, 1, 1) + datetime.timedelta(days=max(days))) if days else None


def random_problems(corpora, count, seed, large):
    dice = random.Random(seed)
    loaded = {}
    for i in range(count):
        names, platform, cuda, _ = dice.choices(PLACES, [place[3] for place in PLACES])[0]
        key = (tuple(names), platform)
        if key not in loaded:
            channels = Channels(corpora, names, platform)
            have = {entry["name"] for entry in channels.records.values()}
            popular = sorted(have, key=lambda name: (-len(channels.dependents.get(name, ())), name))
            loaded[key] = [name for name in popular if not name.startswith("_")]
        popular = loaded[key]
        size = dice.randint(40, 100) if i < large else dice.randint(1, 6)
        # The more depends on a name, the likelier.
        chosen = {popular[min(int(dice.paretovariate(0.6) * 3), len(popular) - 1)] if dice.random() < 0.6
                  else dice.choice(popular[:400]) for _ in range(size)}
        specs = sorted(chosen - {"python"})
        if dice.random() < 0.25 and "python" in popular:
            specs.append("python=3." + str(dice.choice([9, 10, 11, 12, 13])))
        newest = dice.choice(DATES) if names[0].startswith("conda-forge") else None
        yield Problem(f"random-{seed}-{i}", specs, names, platform, cuda, newest)


def run(arguments):
    corpora = pathlib.Path(arguments.corpora).resolve()
    problems = list(lock_problems(corpora)) if arguments.locks else []
    problems += random_problems(corpora, arguments.random, arguments.seed, arguments.large)
    solvers = []
    for text in arguments.solver:
        name, _, program = text.partition("=")
        program, _, objective = program.partition(":")
        solvers.append((name, program, objective))
    loaded = {}
    with open(arguments.out, "a") as out:
        for problem in problems:
            key = (tuple(problem.channels), problem.platform)
            if problem.lock:
                loaded.setdefault(key, Channels(corpora, *key))
                problem.newest = date_of(loaded[key], problem.lock)
            channels = Channels(corpora, problem.channels, problem.platform, problem.newest_ms())
            plans, times, proven = {}, {}, {}
            for name, program, objective in solvers:
                try:
                    plans[name], times[name], proven[name] = solve_satchel(program, objective, problem, corpora)
                except RuntimeError as error:
                    print(error, file=sys.stderr)
            if not arguments.no_rattler:
                plans["rattler"], times["rattler"], proven["rattler"] = solve_rattler(problem, channels)
            if problem.lock:
                plans["lock"] = problem.lock
            row = {"problem": problem.name, "specs": problem.specs, "channels": problem.channels,
                   "platform": problem.platform, "cuda": problem.cuda, "newest": problem.newest, "seconds": times,
                   "proven": proven, "solved": {name: plan is not None for name, plan in plans.items()}, "pairs": {}}
            for a, _, _ in solvers:
                for b in plans:
                    if a != b and plans.get(a) and plans.get(b):
                        row["pairs"][f"{a}/{b}"] = compare(channels, plans[a], plans[b])
            print(json.dumps(row), file=out, flush=True)


VERDICTS = ("equal", "builds", "names", "better", "mixed", "dominated")


def report(path, ours, strict):
    """With `strict` False if a plan is dominated, or if none was compared."""
    rows = [json.loads(line) for line in open(path)]
    pairs = sorted({pair for row in rows for pair in row["pairs"] if not ours or pair.startswith(ours + "/")})
    print("| pair | " + " | ".join(VERDICTS) + " | mixed in our favour | ancient | years | packages |")
    print("|---|" + "--:|" * (len(VERDICTS) + 4))
    for pair in pairs:
        found = [(row, row["pairs"][pair]) for row in rows if row["pairs"].get(pair)]
        count = {verdict: sum(p["verdict"] == verdict for _, p in found) for verdict in VERDICTS}
        mixed = [p for _, p in found if p["verdict"] == "mixed"]
        print(f"| {pair} | " + " | ".join(str(count[verdict]) for verdict in VERDICTS) +
              f" | {sum(p['years'] <= 0 for p in mixed)} | {sum(len(p['ancient']) for _, p in found)}"
              f" | {sum(p['years'] for _, p in found):+.1f}"
              f" | {sum(p['packages'][0] for _, p in found)} : {sum(p['packages'][1] for _, p in found)} |")
    print()
    for row in rows:
        for pair in pairs:
            found = row["pairs"].get(pair)
            if found and (found["verdict"] == "dominated" or found["ancient"] or
                          (found["verdict"] == "mixed" and found["years"] > 0)):
                print(f"{pair} {row['problem']} {found['verdict']} {found['years']:+.1f} y, {' '.join(row['specs'])[:100]}"
                      f" [{'+'.join(row['channels'])} {row['platform']} {row['newest'] or ''}]\n    newer: "
                      f"{', '.join(found['newer'][:6])}\n    older: {', '.join(found['older'][:6])}\n    ancient: "
                      f"{', '.join(found['ancient'])}")
    compared = [found for row in rows for pair in pairs if (found := row["pairs"].get(pair))]
    return not strict or (compared and all(found["verdict"] != "dominated" for found in compared))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora")
    parser.add_argument("--solver", action="append", default=[], metavar="NAME=PROGRAM[:OBJECTIVE]")
    parser.add_argument("--no-rattler", action="store_true")
    parser.add_argument("--locks", action="store_true")
    parser.add_argument("--random", type=int, default=0, metavar="COUNT")
    parser.add_argument("--large", type=int, default=0, metavar="COUNT", help="of these ask for 40 to 100 names")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", default="objective.jsonl")
    parser.add_argument("--report", metavar="FILE")
    parser.add_argument("--ours", default="")
    parser.add_argument("--strict", action="store_true", help="with --report: fail if a plan of ours is dominated")
    arguments = parser.parse_args()
    if arguments.report:
        sys.exit(0 if report(arguments.report, arguments.ours, arguments.strict) else 1)
    elif rattler is None:
        sys.exit("py-rattler is needed to compare versions: pip install py-rattler")
    else:
        run(arguments)


if __name__ == "__main__":
    main()
