#!/usr/bin/env python3
"""Records the answers of a satchel to many requests, and compares two recordings: for changes that should alter no answer.

usage: record_answers.py record SATCHEL RECORDING [--random N] [--jobs N]
       record_answers.py compare RECORDING RECORDING
       record_answers.py instructions SATCHEL RECORDING [--jobs N]

The requests: every scenario of corpora/scenarios (its channels lie compiled beside the program, in ../corpora), solved and explained,
from its environment if it has one; the problems of corpora/manifests whose channels are there; random requests on generated
channels and, with $SATCHEL_CORPORA, on real ones. To some of them an environment of an earlier plan is given, by --installed.
A recording is a text file of one JSON object a line: name, arguments, exit code, standard output and error, without timings and
without the fixes that a time limit cut short.
`compare` names the requests whose answers differ in any byte, and exits with 1 if there are any.
`instructions` counts, with callgrind, what the everyday problems take; `compare` takes two such recordings too, and allows 3 %.
Needs the python package pyyaml.
"""

import argparse
import concurrent.futures
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile

import yaml

ROOT = pathlib.Path(__file__).resolve().parent.parent
CORPORA = os.environ.get("SATCHEL_CORPORA", "")
# The same machine for every run: variables not set here do not exist.
MACHINE = {"CONDA_OVERRIDE_GLIBC": "2.36", "CONDA_OVERRIDE_LINUX": "6.8", "CONDA_OVERRIDE_CUDA": "",
           "CONDA_OVERRIDE_ARCHSPEC": "x86_64_v3", "PATH": "/usr/bin:/bin", "TZ": "UTC"}
PRIORITY = {"strict": "strict", "flexible": "flexible", "disabled": "disabled"}
ALLOWED_GROWTH = 1.03


def scenario_sections(path):
    """[(keyword, rest of its line, indented lines)] of a scenario."""
    sections = []
    for line in path.read_text().splitlines():
        line = re.sub(r"(^|\s)#.*", "", line).rstrip()
        if line.startswith(" ") and sections:
            sections[-1][2].append(line.strip())
        elif line:
            keyword, _, rest = line.partition(" ")
            sections.append((keyword, rest.strip(), []))
    return sections


def installed_record(line, directory):
    """The record of a line of `installed`, from its channel or, if no channel has it, from the line itself."""
    where, *fields = [field.strip() for field in line.split(" | ")]
    fields = dict(field.split(": ", 1) for field in fields)
    place, package = where.split("::")
    channel, subdir = place.split("/")
    name, version, build = package.split() if " " in package else package.rsplit("-", 2)
    record = {"name": name, "version": version, "build": build, "build_number": 0, "depends": [],
              "fn": f"{name}-{version}-{build}.conda"}
    repodata = directory / channel / subdir / "repodata.json"
    if repodata.exists():
        packages = json.loads(repodata.read_text())
        for key in ("packages", "packages.conda"):
            for file, found in packages.get(key, {}).items():
                if (found["name"], found["version"], found["build"]) == (name, version, build):
                    record = {**found, "fn": file}
    if "depends" in fields:
        record["depends"] = fields["depends"].split(", ")
    url = (directory / channel).as_uri() if (directory / channel).exists() else f"https://example.invalid/{channel}"
    return {**record, "channel": url, "subdir": subdir, "url": f"{url}/{subdir}/{record['fn']}"}, fields.get("requested")


def write_environment(prefix, lines, directory):
    meta = prefix / "conda-meta"
    meta.mkdir(parents=True)
    history = []
    for line in lines:
        record, requested = installed_record(line, directory)
        (meta / (re.sub(r"\.(conda|tar\.bz2)$", "", record["fn"]) + ".json")).write_text(
            json.dumps({**record, "files": [], "requested_spec": requested or ""}))
        if requested:
            history.append(requested)
    (meta / "history").write_text("==> 2024-01-01 00:00:00 <==\n# cmd: conda create\n"
                                  f"# update specs: {json.dumps(history)}\n")


def scenarios(channels, scratch):
    """(name, command, arguments, machine) of each scenario, solved and explained."""
    for path in sorted((ROOT / "corpora/scenarios").glob("*.scenario")):
        sections = scenario_sections(path)
        directory = channels / path.stem
        arguments, specs, machine, seen = [], [], {}, set()
        for keyword, rest, lines in sections:
            values = [value for value in re.split(r",\s+", rest) if value]
            if keyword == "channel" and rest.split()[0] not in seen:
                seen.add(rest.split()[0])
                arguments += ["-c", str(directory / rest.split()[0])]
            elif keyword == "platform":
                arguments += ["--platform", rest]
            elif keyword == "virtual":
                machine |= {f"CONDA_OVERRIDE_{name[2:].upper()}": version.split("=")[-1]
                            for name, _, version in (value.partition("=") for value in values)}
            elif keyword == "priority":
                arguments += ["--channel-priority", PRIORITY[rest]]
            elif keyword in ("objective", "exclude-newer"):
                arguments += [f"--{keyword}", rest]
            elif keyword in ("pin", "remove"):
                arguments += [word for value in values for word in (f"--{keyword}", value)]
            elif keyword in ("update-all", "prune", "no-deps"):
                arguments += [f"--{keyword}"]
            elif keyword == "request":
                specs = values
            elif keyword == "installed":
                prefix = scratch / "environments" / path.stem
                if not prefix.exists():
                    write_environment(prefix, lines, directory)
                arguments += ["--prefix", str(prefix)]
        for command in ("solve", "explain"):
            yield f"scenario/{path.stem}/{command}", command, specs + arguments, machine


def names_and_versions(channel):
    """The pool for random requests on a channel."""
    found = {}
    for path in sorted(channel.glob("*/repodata.json")):
        if path.parent.name in ("linux-64", "noarch"):
            repodata = json.loads(path.read_text())
            for key in ("packages", "packages.conda"):
                for record in (repodata.get(key) or {}).values():
                    found.setdefault(record["name"], set()).add(record["version"])
    return {name: sorted(versions) for name, versions in sorted(found.items())}


def random_specs(dice, packages):
    specs = []
    for name in dice.sample(sorted(packages), dice.choice((1, 1, 2, 3, 4, 6))):
        version = dice.choice(packages[name])
        major = version.split(".")[0]
        specs.append(dice.choice((name, name, name, f"{name} >={version}", f"{name} <{version}",
                                  f"{name}={version}", f"{name} {major}.*", f"{name} >={version},<{version}.9|{major}.*")))
    return specs


def random_requests(label, channel, count):
    """(name, command, arguments, machine); an argument of {previous} stands for the plan of the request before."""
    packages = names_and_versions(channel)
    dice = random.Random(7)
    for i in range(count):
        specs = random_specs(dice, packages)
        source = ["-c", str(channel)]
        more = dice.choice(([], [], [], ["--channel-priority", "strict"], ["--objective", "ordered"], ["--objective", "lowest"],
                            ["--pin", specs[-1]], ["--certify"]))
        yield f"{label}/{i}", "solve", specs + source + more, {}
        if i % 4 == 0:
            yield f"{label}/{i}/installed", "solve", random_specs(dice, packages) + source + ["--installed", "{previous}"] + \
                dice.choice(([], ["--update-all"], ["--prune"], ["--objective", "fewest-changes"])), {}
        if i % 5 == 0:
            yield f"{label}/{i}/explain", "explain", specs + source, {}
            yield f"{label}/{i}/why-not", "why-not", [specs[0], *specs[1:]] + source, {}


def channel_of(description, generated):
    if "generate" in description:
        parts = description["generate"]
        return generated(parts["records"], parts["seed"])
    directory = pathlib.Path(os.path.expandvars(description["directory"]))
    return directory if directory.is_dir() else None


def manifest_requests(generated):
    for path in sorted((ROOT / "corpora/manifests").glob("*.yaml")):
        manifest = yaml.safe_load(path.read_text())
        described = manifest.get("channels", {})
        for problem in manifest["problems"]:
            used = {name: described[name] for name in problem.get("channels", [])}
            if "name" not in problem or "random" in problem or any(
                    part.get("generate", {}).get("records", 0) > 100_000 for part in used.values()):
                continue
            places = [channel_of(part, generated) for part in used.values()]
            arguments = list(problem.get("specs", []))
            if "file" in problem:
                file = os.path.expandvars(problem["file"])
                if not os.path.exists(file):
                    continue
                arguments += ["--file", file, "--override-channels"]
            if all(places):
                yield (f"manifest/{path.stem}/{problem['name']}", "solve",
                       arguments + [word for place in places for word in ("-c", str(place))] +
                       ["--channel-priority", problem.get("channel_priority", manifest.get("channel_priority", "flexible"))], {})


def without_time(text):
    """The answer without the parts that depend on the speed of the machine: timings, and results of a time limit."""
    if '"fixes_complete": false' in text:
        satchel = json.loads(text)["satchel"]
        keys = ["status", "blamed", "minimal"] + (["reasons"] if satchel.get("minimal") else [])
        return json.dumps({key: satchel.get(key) for key in keys})
    return re.sub(r'("timings_ms": *)\{[^}]*\}', r"\1{}", text)


class Recorder:
    def __init__(self, program, scratch):
        self.program = pathlib.Path(program).resolve()
        self.scratch = scratch
        self.environment = {**MACHINE, "HOME": str(scratch), "SATCHEL_CACHE_DIR": str(scratch / "cache")}
        self.plans = 0

    def generated(self, records, seed):
        channel = self.scratch / f"made-up-{records}-{seed}"
        if not channel.exists():
            subprocess.run([self.program, "corpus", "generate", "--output", channel,
                            "--records", str(records), "--seed", str(seed)],
                           check=True, capture_output=True, env=self.environment)
        return channel

    def run(self, command, arguments, machine=None, form="--json"):
        form = [] if command == "--version" else [form]
        return subprocess.run([self.program, command, *arguments, *form], capture_output=True, text=True,
                              env={**self.environment, **(machine or {})}, check=False)

    def answer(self, name, command, arguments, machine):
        finished = self.run(command, arguments, machine)
        return {"name": name, "arguments": [command, *map(self.plain, arguments)], "exit": finished.returncode,
                "stdout": self.plain(without_time(finished.stdout)), "stderr": self.plain(finished.stderr)}

    def plain(self, text):
        return text.replace(str(self.scratch), "SCRATCH").replace(str(self.program.parent.parent), "BUILD")

    def record(self, requests):
        """Yields the answers to requests of one channel, in order; each may build on the plan before it."""
        lock = None
        for name, command, arguments, machine in requests:
            if "{previous}" in arguments:
                if lock is None:
                    continue
                arguments = [lock if word == "{previous}" else word for word in arguments]
            answer = self.answer(name, command, arguments, machine)
            yield answer
            if command == "solve" and answer["exit"] == 0:
                self.plans += 1
                lock = str(self.scratch / (re.sub(r"\W", "-", name) + ".txt"))
                pathlib.Path(lock).write_text(self.run(command, arguments, machine, "--explicit").stdout)

    def groups(self, count):
        """Requests that are recorded one after the other; groups are independent."""
        yield list(scenarios(self.program.parent.parent / "corpora", self.scratch))
        yield list(manifest_requests(self.generated))
        for records, seed in ((1000, 3), (2000, 2), (10_000, 1)):
            yield list(random_requests(f"made-up-{records}", self.generated(records, seed), count))
        for name in ("conda-forge", "main-2018", "free-2016", "pytorch", "robostack-humble", "intel-2023"):
            channel = pathlib.Path(CORPORA, name)
            if CORPORA and channel.is_dir():
                yield list(random_requests(name, channel, count))

    def instructions(self, problem):
        name, command, arguments, machine = problem
        self.run(command, arguments, machine)  # The index is made before.
        counted = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", self.program, command,
                                  *arguments, *([] if command == "--version" else ["--json"])],
                                 capture_output=True, text=True,
                                 env={**self.environment, **machine}, check=False)
        return {"name": name, "instructions": int(re.search(r"Collected : (\d+)", counted.stderr).group(1))}


def write(path, answers):
    with open(path, "w") as file:
        for answer in answers:
            file.write(json.dumps(answer, sort_keys=True) + "\n")
    print(f"{len(answers)} written to {path}")


def record(arguments):
    with tempfile.TemporaryDirectory() as scratch:
        recorder = Recorder(arguments.program, pathlib.Path(scratch))
        with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
            answers = [answer for group in pool.map(lambda group: list(recorder.record(group)),
                                                    recorder.groups(arguments.random)) for answer in group]
        write(arguments.recording, answers)
        print(f"{recorder.plans} with a plan")


def count_instructions(arguments):
    with tempfile.TemporaryDirectory() as scratch:
        recorder = Recorder(arguments.program, pathlib.Path(scratch))
        problems = [("--version", "--version", [], {})] + [
            request for request in manifest_requests(recorder.generated)
            if re.fullmatch(r"manifest/everyday/(python|numpy|jupyterlab|pytorch|gdal|pyarrow|twelve|pandas-large)", request[0])]
        with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
            write(arguments.recording, list(pool.map(recorder.instructions, problems)))


def compare(arguments):
    sides = [{(answer := json.loads(line))["name"]: answer for line in open(path)} for path in arguments.recordings]
    different = 0
    for name in sorted(set(sides[0]) | set(sides[1])):
        before, after = (side.get(name) for side in sides)
        if before and after and "instructions" in before:
            ratio = after["instructions"] / before["instructions"]
            print(f"{name}: {before['instructions'] / 1e6:.2f} -> {after['instructions'] / 1e6:.2f} million, {ratio:.3f}")
            different += ratio > ALLOWED_GROWTH
        elif before != after:
            different += 1
            print(f"{name}: {' '.join((before or after)['arguments'])}")
    print(f"{different} of {len(sides[0])} differ")
    return 1 if different else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("record", "instructions"):
        command = commands.add_parser(name)
        command.add_argument("program")
        command.add_argument("recording")
        command.add_argument("--jobs", type=int, default=2)
    commands.choices["record"].add_argument("--random", type=int, default=60)
    commands.add_parser("compare").add_argument("recordings", nargs=2)
    arguments = parser.parse_args()
    return {"record": record, "instructions": count_instructions, "compare": compare}[arguments.command](arguments)


if __name__ == "__main__":
    sys.exit(main())
