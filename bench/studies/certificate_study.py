#!/usr/bin/env python3
"""Certificates of real problems: are they accepted, how large are they, how long do they take?

Writes one for each problem with `satchel solve --certificate`, checks it with tools/check_certificate.py, and
adds a line of JSON to --out. Problems: everyday requests, and random ones on several real channels. With
--report prints a table of such lines. Times are CPU seconds.

    python3 bench/studies/certificate_study.py --corpora ../shared/corpora --satchel build/release/bin/satchel \\
        --random 500 --seed 1 --out results.jsonl
    python3 bench/studies/certificate_study.py --report results.jsonl
"""

import argparse
import json
import os
import pathlib
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tools"))
import check_certificate

EVERYDAY = [["python=3.12"], ["numpy"], ["pandas"], ["scipy"], ["matplotlib"], ["jupyterlab"], ["pytorch"],
            ["dask"], ["xarray"], ["scikit-learn"], ["gdal"], ["geopandas"], ["pyarrow"],
            ["gdal", "geopandas", "rasterio"],
            ["numpy", "pandas", "scipy", "matplotlib", "jupyterlab", "pytorch", "dask", "xarray",
             "scikit-learn", "gdal", "geopandas", "pyarrow"]]
# Channels in order of priority, and a platform.
PLACES = [(["conda-forge"], "linux-64"), (["conda-forge"], "osx-64"), (["conda-forge"], "linux-aarch64"),
          (["main-2018"], "linux-64"), (["free-2016"], "linux-64"), (["intel-2023"], "linux-64"),
          (["subchannel-2024"], "linux-64"), (["robostack-jazzy", "conda-forge"], "linux-64"),
          (["osx-2018/bioconda", "osx-2018/pkgs/main", "osx-2018/pkgs/free"], "osx-64"),
          (["pytorch", "conda-forge"], "linux-64")]


def names_of(directory, platform, known={}):
    key = (directory, platform)
    if key not in known:
        versions = {}
        for subdir in (platform, "noarch"):
            path = pathlib.Path(directory, subdir, "repodata.json")
            if path.exists():
                repodata = json.loads(path.read_text(encoding="utf-8"))
                for section in ("packages", "packages.conda"):
                    for record in (repodata.get(section) or {}).values():
                        versions.setdefault(record["name"], set()).add(record["version"])
        known[key] = {name: sorted(found) for name, found in sorted(versions.items())}
    return known[key]


def random_problem(dice, corpora, only):
    channels, platform = dice.choice([place for place in PLACES if not only or place[0][0] in only])
    versions = names_of(os.path.join(corpora, channels[0]), platform)
    specs = []
    for name in dice.sample(list(versions), dice.choice([1, 1, 2, 2, 3, 4])):
        version = dice.choice(versions[name])
        specs.append(dice.choice([name, name, name, f"{name}<={version}", f"{name}>={version}",
                                  f"{name}={version}"]))
    return channels, platform, specs, dice.choice(["strict", "flexible"])


def child_seconds():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def run(program, corpora, problem, checking):
    channels, platform, specs, priority = problem
    matcher, known_specs, repodata, options = checking
    arguments = ["solve", "-q", "--no-rc", *specs, "--platform", platform, "--channel-priority", priority]
    for channel in channels:
        arguments += ["-c", os.path.join(corpora, channel)]
    result = {"channels": channels, "platform": platform, "specs": specs, "priority": priority}
    with tempfile.TemporaryDirectory() as root:
        directory = os.path.join(root, "certificate")
        before = child_seconds()
        done = subprocess.run([program, *arguments], capture_output=True, text=True, check=False)
        result["solve_s"] = child_seconds() - before
        before = child_seconds()
        done = subprocess.run([program, *arguments, "--certificate", directory], capture_output=True,
                              text=True, check=False)
        result["write_s"] = child_seconds() - before
        if done.returncode not in (0, 1) or not os.path.isdir(directory):
            return {**result, "verdict": "no certificate", "why": done.stderr.strip()[-300:]}
        result["has_plan"] = done.returncode == 0
        result["bytes"] = {path.name: path.stat().st_size for path in pathlib.Path(directory).iterdir()}
        start = time.process_time()
        try:
            check_certificate.check(directory, matcher, known_specs, repodata, options)
            result["verdict"] = "accepted"
        except Exception as error:
            result["verdict"], result["why"] = "refused", f"{type(error).__name__}: {error}"
        result["check_s"] = time.process_time() - start
        levels = pathlib.Path(directory, "levels.json")
        if levels.exists():
            steps = json.loads(levels.read_text(encoding="utf-8"))["steps"]
            result["steps"] = len(steps)
            result["cores"] = sum(len(step.get("cores", [])) for step in steps)
            result["counted"] = sum(bool(step.get("counted")) for step in steps)
            result["models"] = sum(len(step.get("not_certain", [])) for step in steps)
        with open(os.path.join(directory, "proof.drat"), encoding="utf-8") as file:
            result["proof_steps"] = sum(1 for _ in file)
        with open(os.path.join(directory, "problem.cnf"), encoding="utf-8") as file:
            result["variables"], result["clauses"] = map(int, file.readline().split()[2:])
    return result


def report(path):
    with open(path, encoding="utf-8") as file:
        results = [json.loads(line) for line in file]
    print(f"{len(results)} problems: " + ", ".join(
        f"{sum(one['verdict'] == verdict for one in results)} {verdict}"
        for verdict in sorted({one["verdict"] for one in results})))
    print("| | problems | variables | clauses | proof steps | MB | solve s | with certificate s | check s |")
    print("|---|--:|--:|--:|--:|--:|--:|--:|--:|")
    for title, wanted in (("plan", True), ("no plan", False)):
        chosen = [one for one in results if one.get("has_plan") is wanted and one["verdict"] == "accepted"]
        if not chosen:
            continue
        columns = [[one["variables"] for one in chosen], [one["clauses"] for one in chosen],
                   [one["proof_steps"] for one in chosen],
                   [sum(one["bytes"].values()) / 1e6 for one in chosen],
                   *([one[key] for one in chosen] for key in ("solve_s", "write_s", "check_s"))]
        for what, of in (("median", statistics.median), ("greatest", max)):
            cells = [of(column) for column in columns]
            print(f"| {title}, {what} | {len(chosen)} | " + " | ".join(
                f"{cell:.2f}" if isinstance(cell, float) and cell < 100 else f"{cell:,.0f}"
                for cell in cells) + " |")
    plans = [one for one in results if "steps" in one]
    print(f"steps {sum(one['steps'] for one in plans)}, cores {sum(one['cores'] for one in plans)}, counted sums "
          f"{sum(one['counted'] for one in plans)}, names with a model without them "
          f"{sum(one['models'] for one in plans)}")
    for one in results:
        if one["verdict"] != "accepted":
            print(one["verdict"], one["channels"], one["platform"], one["specs"], one.get("why"))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpora")
    parser.add_argument("--satchel", default="satchel")
    parser.add_argument("--everyday", action="store_true")
    parser.add_argument("--random", type=int, default=0)
    parser.add_argument("--only", action="append", help="random requests on this channel")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out")
    parser.add_argument("--report")
    options = parser.parse_args()
    if options.report:
        report(options.report)
        return 0
    dice = random.Random(options.seed)
    problems = [(["conda-forge"], "linux-64", specs, "strict") for specs in EVERYDAY if options.everyday]
    problems += [random_problem(dice, options.corpora, options.only) for _ in range(options.random)]
    matcher = check_certificate.find_matcher()
    checking = (matcher, check_certificate.Specs(matcher), {},
                argparse.Namespace(repodata=None, drat_trim=False))
    refused = 0
    with open(options.out, "a", encoding="utf-8") as out:
        for problem in problems:
            result = run(options.satchel, options.corpora, problem, checking)
            refused += result["verdict"] != "accepted"
            print(json.dumps(result), file=out, flush=True)
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main())
