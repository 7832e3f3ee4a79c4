#!/usr/bin/env python3
"""Writes docs/conflicts.md: how satchel and other solvers explain conflicts.

    bench/studies/conflict_gallery.py --satchel build/release/bin/satchel --built build/release/corpora \
        --conformance DIR --corpora DIR > docs/conflicts.md

Cases: the unsatisfiable scenarios in corpora/scenarios, the named conflicts in DIR/conflicts.yaml whose channel
exists, and the unsatisfiable environments in DIR/specs (by its RESULTS.tsv) on the conda-forge in DIR.
The other solvers: rattler (resolvo) through py-rattler, and libsolv through its Python module `solv`. That module
does not know conda's match specs, so py-rattler evaluates them and passes them to it as plain capabilities: this
compares its messages, not its matching. Needs the Python packages py-rattler, solv and pyyaml.
"""

import argparse
import asyncio
import datetime
import json
import multiprocessing
import os
import re
import subprocess
import sys
import tempfile

import rattler
from rattler.package.build_string import BuildString
import solv
import yaml

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
MOST_LINES = {"scenario": 40, "named": 40, "environment": 10}
VIRTUAL = {"__unix": "0=0", "__linux": "6.8=0", "__glibc": "2.36=0", "__archspec": "1=x86_64_v3"}
SERVERS = re.compile(r"https?://(conda\.anaconda\.org|prefix\.dev)/")
PATIENCE = 15  # Seconds for each of the others.


class Case:
    def __init__(self, kind, name, specs, channels):
        self.kind, self.name, self.specs = kind, name, specs
        self.channels = channels  # Of (name, directory).
        self.pins, self.remove, self.installed = [], [], []
        self.virtual = dict(VIRTUAL)
        self.priority = "flexible"
        self.exclude_newer = None
        self.about = ""


# --- Cases


def list_of(text):
    return [part.strip() for part in text.split(", ")] if text.strip() else []


def read_scenario(path, built):
    case = Case("scenario", os.path.basename(path)[: -len(".scenario")], [], [])
    section = ""
    for raw in open(path, encoding="utf-8"):
        line = raw.rstrip("\n")
        if line.strip().startswith("#") or not line.strip():
            continue
        if line.startswith(" "):
            if section == "about":
                case.about += line.strip() + " "
            elif section == "installed":
                case.installed.append(line.split("|")[0].strip())
            continue
        section, _, rest = line.partition(" ")
        rest = rest.split(" #")[0].strip()
        if section == "channel":
            name = rest.split()[0]
            if name not in [channel for channel, _ in case.channels]:
                case.channels.append((name, os.path.join(built, case.name, name)))
        elif section == "request":
            case.specs = list_of(rest)
        elif section == "pin":
            case.pins = list_of(rest)
        elif section == "remove":
            case.remove = list_of(rest)
        elif section == "virtual":
            case.virtual = {}
            for one in list_of(rest):
                name, _, version = one.partition("=")
                case.virtual[name] = version if "=" in version else version + "=0"
        elif section == "priority":
            case.priority = rest
        elif section == "exclude-newer":
            case.exclude_newer = rest
    return case


def scenarios(built):
    directory = os.path.join(ROOT, "corpora", "scenarios")
    for file in sorted(os.listdir(directory)):
        if file.startswith("unsat-"):
            yield read_scenario(os.path.join(directory, file), built)


def named(conformance, scratch):
    with open(os.path.join(conformance, "conflicts.yaml"), encoding="utf-8") as file:
        cases = yaml.safe_load(file)["cases"]
    for data in cases:
        if "packages" in data:
            directory = os.path.join(scratch, data["name"])
            records = {}
            for name, version, depends in data["packages"]:
                name = name.lower()
                records[f"{name}-{version}-0.conda"] = {
                    "name": name, "version": version, "build": "0", "build_number": 0,
                    "depends": depends, "subdir": "linux-64"}
            for subdir, content in (("linux-64", records), ("noarch", {})):
                os.makedirs(os.path.join(directory, subdir))
                with open(os.path.join(directory, subdir, "repodata.json"), "w", encoding="utf-8") as out:
                    json.dump({"info": {"subdir": subdir}, "packages": {}, "packages.conda": content}, out)
        elif "channel" in data:
            directory = os.path.dirname(os.path.join(conformance, data["channel"]))
        else:
            continue
        case = Case("named", data["name"], [spec.lower() for spec in data["specs"]], [(data["name"], directory)])
        case.pins = data.get("pins", [])
        case.about = data.get("note", "")
        yield case


def environments(corpora):
    with open(os.path.join(corpora, "specs", "RESULTS.tsv"), encoding="utf-8") as file:
        rows = [line.rstrip("\n").split("\t") for line in file][1:]
    for row in sorted(rows):
        if not row[3].startswith("UNSAT"):
            continue
        with open(os.path.join(corpora, "specs", row[0]), encoding="utf-8") as file:
            specs = [d for d in yaml.safe_load(file).get("dependencies", []) if isinstance(d, str)]
        specs = [spec.split("::")[-1] for spec in specs]
        names = [SERVERS.sub("", channel) for channel in row[1].split(",")]
        there = [name for name in names if os.path.isdir(os.path.join(corpora, name))]
        if not there:
            continue
        case = Case("environment", row[0].removesuffix(".yml"), specs, [(name, os.path.join(corpora, name)) for name in there])
        if absent := [name for name in names if name not in there]:
            case.about = f"Without its channels {', '.join(absent)}, which are not at hand."
        yield case


# --- Solvers


def ours(case, satchel, scratch):
    command = [satchel, "explain", "--fixes", "3", "--timeout", "20", *case.specs]
    for name, directory in case.channels:
        command += ["-c", directory]
    for pin in case.pins:
        command += ["--pin", pin]
    for removal in case.remove:
        command += ["--remove", removal]
    if case.priority != "flexible":
        command += ["--channel-priority", case.priority]
    if case.exclude_newer:
        command += ["--exclude-newer", case.exclude_newer]
    if case.installed:
        path = os.path.join(scratch, "installed.txt")
        with open(path, "w", encoding="utf-8") as file:
            file.write("@EXPLICIT\n")
            for dist in case.installed:
                place, fn = dist.split("::")
                file.write(f"https://example.org/{place}/{fn}.conda\n")
        command += ["--installed", path]
    environment = dict(os.environ, COLUMNS="100", CONDA_OVERRIDE_CUDA=case.virtual.get("__cuda", "=").split("=")[0],
                       CONDA_OVERRIDE_GLIBC=case.virtual.get("__glibc", "2.36=0").split("=")[0])
    try:
        done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False, timeout=90)
    except subprocess.TimeoutExpired:
        return "(no answer within 90 seconds)"
    text = done.stdout if done.returncode == 1 else done.stdout + done.stderr
    for name, directory in case.channels:
        text = text.replace(directory, name)
    return text.replace(scratch + "/", "")


def index_of(case, subdir):
    for name, directory in case.channels:
        path = os.path.join(directory, subdir, "repodata.json")
        if os.path.exists(path):
            yield name, directory, path


def rattlers(case):
    channels = [
        rattler.SparseRepoData(rattler.Channel("file://" + directory), subdir, path)
        for subdir in ("linux-64", "noarch")
        for _, directory, path in index_of(case, subdir)
    ]
    virtual = [
        rattler.GenericVirtualPackage(rattler.PackageName(name), rattler.Version(text.split("=")[0]), BuildString(text.split("=")[1]))
        for name, text in case.virtual.items()
    ]
    priority = (rattler.ChannelPriority.Strict if case.priority == "strict" else rattler.ChannelPriority.Disabled)
    newer = case.exclude_newer and datetime.datetime.fromisoformat(case.exclude_newer + "T23:59:59+00:00")
    try:
        asyncio.run(rattler.solve_with_sparse_repodata(
            specs=[rattler.MatchSpec(spec, strict=False) for spec in case.specs], sparse_repodata=channels,
            virtual_packages=virtual, channel_priority=priority,
            exclude_newer=newer, constraints=case.pins, timeout=datetime.timedelta(seconds=60)))
    except Exception as error:  # Each kind of failure has its own class.
        return str(error)
    return "(finds a plan)"


def other_than(text):
    return "other than " + text


class Libsolv:
    """A channel for libsolv; its specs are capabilities that the matching records provide."""

    loaded = {}
    pools = []  # The module's objects point into their pool, which must outlive them.

    def __init__(self, case):
        self.records = {}  # By name.
        for subdir in ("linux-64", "noarch"):
            for _, _, path in index_of(case, subdir):
                for name, found in self.read(path).items():
                    self.records.setdefault(name, []).extend(found)

    @classmethod
    def read(cls, path):
        if path not in cls.loaded:
            with open(path, encoding="utf-8") as file:
                data = json.load(file)
            by_name = {}
            for part in ("packages", "packages.conda"):
                for record in data.get(part, {}).values():
                    by_name.setdefault(record["name"], []).append(record)
            cls.loaded[path] = by_name
        return cls.loaded[path]

    def explain(self, case):
        pool = solv.Pool()
        self.pools.append(pool)
        repo = pool.add_repo("channel")
        wanted = {}  # By name: specs.
        solvables = {}
        pending = []

        def want(text):
            try:
                spec = rattler.MatchSpec(text)
            except Exception:
                return text
            name = re.match(r"[^ =<>!~\[]+", text).group()
            texts = wanted.setdefault(name, {})
            if text not in texts:
                texts[text] = spec
                if len(texts) == 1:
                    pending.append(name)
            return text

        for text in case.specs + case.pins:
            want(text)
        while pending:
            name = pending.pop()
            for record in self.records.get(name, []):
                solvables.setdefault(name, []).append(record)
                for text in list(record.get("depends", [])) + list(record.get("constrains", [])):
                    want(text)
        for name, records in solvables.items():
            matches = {}
            for record in records:
                key = (record["version"], record["build"])
                solvable = repo.add_solvable()
                solvable.name, solvable.evr, solvable.arch = name, f"{record['version']}-{record['build']}", "noarch"
                solvable.add_deparray(solv.SOLVABLE_PROVIDES, pool.Dep(name))
                view = matches.setdefault(key, rattler.PackageRecord(
                    name, record["version"], BuildString(record["build"]), int(record.get("build_number", 0)),
                    record.get("subdir") or "linux-64"))
                for text, spec in wanted[name].items():
                    provided = text if spec.matches(view) else other_than(text)
                    solvable.add_deparray(solv.SOLVABLE_PROVIDES, pool.Dep(provided))
                for text in record.get("depends", []):
                    solvable.add_deparray(solv.SOLVABLE_REQUIRES, pool.Dep(text))
                for text in record.get("constrains", []):
                    solvable.add_deparray(solv.SOLVABLE_CONFLICTS, pool.Dep(other_than(text)))
        for name, version in case.virtual.items():
            solvable = repo.add_solvable()
            solvable.name, solvable.evr, solvable.arch = name, version.replace("=", "-"), "noarch"
            solvable.add_deparray(solv.SOLVABLE_PROVIDES, pool.Dep(name))
            view = rattler.PackageRecord(name, version.split("=")[0], BuildString(version.split("=")[1]), 0, "noarch")
            for text, spec in wanted.get(name, {}).items():
                provided = text if spec.matches(view) else other_than(text)
                solvable.add_deparray(solv.SOLVABLE_PROVIDES, pool.Dep(provided))
        repo.internalize()
        pool.createwhatprovides()
        jobs = [pool.Job(solv.Job.SOLVER_INSTALL | solv.Job.SOLVER_SOLVABLE_PROVIDES, pool.Dep(text).id)
                for text in case.specs]
        jobs += [pool.Job(solv.Job.SOLVER_INSTALL | solv.Job.SOLVER_SOLVABLE_NAME, pool.Dep(name).id)
                 for name in case.virtual]
        solver = pool.Solver()
        self.pools.append(solver)
        problems = solver.solve(jobs)
        lines = []
        for problem in problems:
            lines += [rule.info().problemstr() for rule in problem.findallproblemrules()]
        return "\n".join(lines) if lines else "(finds a plan)"


def libsolvs(case):
    if case.pins or case.remove or case.exclude_newer or case.priority == "strict":
        return None  # Not in its terms.
    try:
        return Libsolv(case).explain(case)
    except Exception as error:
        return f"(not run: {error})"


def patiently(solver, case):
    """The solver's text, from a separate process: some cases take minutes, or end it."""
    receiver, sender = multiprocessing.Pipe(duplex=False)

    def work():
        sender.send(solver(case))

    process = multiprocessing.get_context("fork").Process(target=work)
    process.start()
    text = f"(no answer within {PATIENCE} seconds)"
    if receiver.poll(PATIENCE):
        try:
            text = receiver.recv()
        except EOFError:
            text = "(it crashed)"
    process.kill()
    process.join()
    return text


# --- The document


def clean(text):
    text = re.sub(r"\x1b\[[0-9;]*m", "", text)
    return "\n".join(line.rstrip() for line in text.strip().split("\n"))


def block(text, most):
    lines = clean(text).split("\n")
    shown = [line if len(line) <= 160 else line[:157] + "..." for line in lines[:most]]
    if len(lines) > most:
        shown.append(f"[{len(lines) - most} more lines]")
    return "```\n" + "\n".join(shown) + "\n```\n"


def reason_lines(text):
    return len(clean(text.split("\nPossible fix")[0].split("\nNo fix")[0].split("\nThe only fix")[0]).split("\n"))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for option in ("satchel", "built", "conformance", "corpora"):
        parser.add_argument("--" + option, required=True)
    parser.add_argument("--only", default="", help="a part of the names")
    parser.add_argument("--without", default="", help="the same, to leave out")
    options = parser.parse_args()
    built = os.path.abspath(options.built)
    sections, rows = [], []
    with tempfile.TemporaryDirectory() as scratch:
        cases = [*scenarios(built), *named(os.path.abspath(options.conformance), scratch),
                 *environments(os.path.abspath(options.corpora))]
        for case in cases:
            if options.only not in case.name or (options.without and options.without in case.name):
                continue
            print(case.name, file=sys.stderr)
            texts = [ours(case, options.satchel, scratch)]
            if texts[0].startswith("There is a plan"):
                continue  # With the channels that are here.
            texts += [patiently(rattlers, case), patiently(libsolvs, case)]
            texts = [text.replace("file://", "") if text else text for text in texts]
            for name, directory in case.channels:
                texts = [text.replace(directory, name) if text else text for text in texts]
            counts = [reason_lines(texts[0])] + [len(clean(t).split("\n")) if t else None for t in texts[1:]]
            fixes = len(re.findall(r"^  \d+\. ", texts[0], re.M))
            rows.append((case, counts, fixes))
            most = MOST_LINES[case.kind]
            asked = ", ".join(f"`{spec}`" for spec in case.specs[:12])
            if len(case.specs) > 12:
                asked += f" and {len(case.specs) - 12} more"
            part = [f"### {case.name}\n\n", case.about.strip() + "\n\n" if case.about.strip() else "", f"Requested: {asked}."]
            part += [f" Pinned: `{pin}`." for pin in case.pins] + [f" To be removed: `{r}`." for r in case.remove]
            part += ["\n\nsatchel:\n\n", block(texts[0], 60), "\nrattler:\n\n", block(texts[1], most)]
            if texts[2]:
                part += ["\nlibsolv:\n\n", block(texts[2], most)]
            sections.append((case.kind, "".join(part)))
    print(document(sections, rows))


def document(sections, rows):
    text = ["# How satchel and other solvers explain conflicts\n\n",
            "`bench/studies/conflict_gallery.py` generates this page; its header says how. Long texts of other solvers are cut after "
            "their first lines. ",
            f"rattler is py-rattler {getattr(rattler, '__version__', '')}, libsolv is its Python module.\n\n",
            "Every line of satchel's explanations is needed (`tests/oracle/explanation.cc` and `bench/studies/explain_study.cc` check "
            "that), and every fix has been verified by a solve.\n\n",
            "## In numbers\n\nLines of text, for satchel without the fixes; `-` where the solver cannot express the request.\n\n",
            "| case | satchel | rattler | libsolv | fixes shown |\n|---|---|---|---|---|\n"]
    for case, counts, fixes in rows:
        shown = " | ".join("-" if count is None else str(count) for count in counts)
        text.append(f"| {case.name} | {shown} | {fixes} |\n")
    titles = {"scenario": "Scenarios", "named": "Named conflicts", "environment": "Real environments"}
    for kind, title in titles.items():
        text.append(f"\n## {title}\n\n")
        text += [part + "\n" for section, part in sections if section == kind]
    return "".join(text).rstrip() + "\n"


if __name__ == "__main__":
    main()
