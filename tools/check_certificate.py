#!/usr/bin/env python3
"""Checks certificates that `satchel solve --certificate DIR` wrote: that a plan is the best, or that there is
none. docs/proofs.md says what is proved.

Knows nothing of satchel: reads the request and the repodata itself, with py-rattler's match specs or else
conda's, builds the clauses from their definition, compares them with those of the certificate, and checks
the proof, step by step. Prints one line for each certificate.

Exit codes: 0 all are accepted; 1 one is refused, and why; 2 they cannot be checked here.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from certificate import Refused
from certificate.clauses import ProblemClauses, Variables, normal
from certificate.levels import Claims, Steps, Walk
from certificate.matching import find_matcher
from certificate.problem import Problem, Specs
from certificate import rup

FORMAT = 1


def read(directory, name):
    path = os.path.join(directory, name)
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"{name}: cannot be read: {error}") from error


def read_json(directory, name):
    try:
        return json.loads(read(directory, name))
    except ValueError as error:
        raise Refused(f"{name}: is no JSON: {error}") from error


def integers(words, where):
    try:
        numbers = list(map(int, words))
    except ValueError as error:
        raise Refused(f"{where}: has something else than numbers") from error
    if not numbers or numbers[-1] != 0 or 0 in numbers[:-1]:
        raise Refused(f"{where}: is not a clause that ends with 0")
    return numbers[:-1]


def read_dimacs(directory):
    """The number of variables, and the clauses as they stand there."""
    lines = read(directory, "problem.cnf").splitlines()
    header = lines[0].split() if lines else []
    if header[:2] != ["p", "cnf"] or len(header) != 4 or not all(map(str.isdigit, header[2:])):
        raise Refused("problem.cnf: does not begin with 'p cnf VARIABLES CLAUSES'")
    clauses = [integers(line.split(), f"problem.cnf:{number}")
               for number, line in enumerate(lines[1:], 2)]
    if len(clauses) != int(header[3]):
        raise Refused(f"problem.cnf: has {len(clauses)} clauses, but the header says {header[3]}")
    return int(header[2]), clauses


def read_proof(directory):
    steps = []
    for number, line in enumerate(read(directory, "proof.drat").splitlines(), 1):
        words = line.split()
        is_deletion = words[:1] == ["d"]
        steps.append((is_deletion, integers(words[is_deletion:], f"proof.drat:{number}")))
    return steps


def compare(expected, clauses):
    """The clauses of the certificate with those of the definition, as sets."""
    found = set(map(normal, clauses))
    missing, extra = expected - found, found - expected
    if missing or extra:
        example = next(iter(missing or extra))
        raise Refused(
            f"problem.cnf: {len(missing)} clauses of the definition are missing and {len(extra)} are "
            f"not in it, as {' '.join(map(str, example))}")


def choices_of(clauses, model, where):
    """The positions of a model by name."""
    places = {x: (name, at) for name, chosen in clauses.chosen.items()
              for at, x in enumerate(chosen)}
    chosen = {}
    for variable in model:
        if variable not in places:
            raise Refused(f"{where}: {variable} is the variable of no record")
        name, at = places[variable]
        if name in chosen:
            raise Refused(f"{where}: two records of {name}")
        chosen[name] = at
    return chosen


def check_plan(problem, clauses, levels):
    """That the clauses say that some plan is better than this one."""
    plan = choices_of(clauses, levels["plan"], "levels.json: plan")
    virtual = {row.name: 0 for row in problem.virtual}
    for name in plan:
        if name in virtual:
            raise Refused(f"levels.json: plan: {name} is no package")
    whole = {**virtual, **plan}
    for name in virtual:
        if not problem.candidates[name]:
            raise Refused(f"levels.json: plan: a pin does not fit {name}")
    flaw = problem.flaw(whole)
    if flaw:
        raise Refused(f"levels.json: plan: {flaw}")
    unneeded = problem.unneeded(whole)
    if unneeded:
        raise Refused(f"levels.json: plan: nothing needs {unneeded[0]}")
    models = [choices_of(clauses, model, "levels.json: models") for model in levels["models"]]
    Walk(problem, Claims(clauses, plan, models, Steps(levels["steps"]))).run()
    return sum(name not in problem.ways.pseudo for name in plan)


def check_core(core, request, matcher, specs, repodata):
    """That what was left out of the request can only make it harder, and that the rest is needed."""
    for text in core["dropped_specs"]:
        if specs.names_channel(text):
            raise Refused(f"core.json: {text!r} has a channel, so it may not be left out")
    for text in core["dropped_specs"] + core["dropped_pins"]:
        specs.of(text)
    listed = [("pin", part["pin"]) if "pin" in part else ("spec", part["spec"])
              for part in core["needed"]]
    if sorted(listed) != sorted(
            [(kind, index) for kind in ("pin", "spec")
             for index, text in enumerate(request[kind + "s"]) if not specs.names_channel(text)]):
        raise Refused("core.json: 'needed' does not list each spec and pin once")
    for part in core["needed"]:
        kind, index = ("pins", part["pin"]) if "pin" in part else ("specs", part["spec"])
        text = request[kind][index]
        less = {**request, kind: request[kind][:index] + request[kind][index + 1:]}
        problem = Problem(less, matcher, specs, repodata)
        places = {(one.row.channel, one.row.subdir, one.row.fn): (name, at)
                  for name, found in problem.candidates.items() for at, one in enumerate(found)}
        chosen = {row.name: 0 for row in problem.virtual}
        for record in part["without_it"]:
            name, at = places.get(tuple(record), ("", 0))
            if not name or name in chosen:
                raise Refused(f"core.json: without {text!r}: {record} cannot be chosen")
            chosen[name] = at
        flaw = problem.flaw(problem.with_ways(chosen))
        if flaw:
            raise Refused(f"core.json: without {text!r}: {flaw}")


def run_drat_trim(directory):
    with tempfile.TemporaryDirectory() as empty:
        done = subprocess.run(
            ["drat-trim", os.path.join(os.path.abspath(directory), "problem.cnf"),
             os.path.join(os.path.abspath(directory), "proof.drat"), "-t", "100000"],
            cwd=empty, capture_output=True, text=True, check=False)
    if "s VERIFIED" not in done.stdout:
        raise Refused("proof.drat: drat-trim does not verify it")


def check(directory, matcher, specs, repodata, options):
    """What was proved, in words."""
    request = read_json(directory, "request.json")
    if request.get("format") != FORMAT:
        raise Refused(f"request.json: format {request.get('format')}; this checker knows {FORMAT}")
    if options.repodata:
        move_repodata(request, options.repodata)
    variables = Variables(read(directory, "map.tsv").splitlines())
    problem = Problem(request, matcher, specs, repodata, variables.names())
    num_variables, clauses = read_dimacs(directory)
    if num_variables != len(variables):
        raise Refused(f"problem.cnf: has {num_variables} variables, and map.tsv {len(variables)}")
    expected = ProblemClauses(problem, variables)
    if os.path.exists(os.path.join(directory, "levels.json")):
        size = check_plan(problem, expected, read_json(directory, "levels.json"))
        what = f"the plan of {size} packages is the best"
    else:
        core = read_json(directory, "core.json")
        check_core(core, request, matcher, specs, repodata)
        what = "there is no plan"
        request["specs"] = request["specs"] + core["dropped_specs"]
        request["pins"] = request["pins"] + core["dropped_pins"]
    compare(expected.clauses, clauses)
    steps = read_proof(directory)
    if options.drat_trim:
        run_drat_trim(directory)
    else:
        rup.check(num_variables, clauses, steps)
    return f"of {about(request)} {what}; {len(clauses)} clauses, {len(steps)} steps"


def about(request):
    """Whose answer it is: to be compared with what was asked."""
    channels = ", ".join(channel["name"] for channel in request["channels"])
    text = f"'{' '.join(request['specs'])}' from {channels} for {request['platform']}"
    for key in ("pins", "remove"):
        if request[key]:
            text += f", {key} '{' '.join(request[key])}'"
    if request["installed"]:
        text += f", {len(request['installed'])} installed"
    for key in ("update_all", "prune", "ignore_dependencies"):
        if request[key]:
            text += f", {key}"
    if request["exclude_newer_ms"] is not None:
        text += f", nothing after {request['exclude_newer_ms']} ms"
    return f"{text}, {request['channel_priority']} priority, objective {request['objective']}:"


def move_repodata(request, root):
    """The files of another machine: ROOT/CHANNEL/SUBDIR/..., by the ends of their paths."""
    for channel in request["channels"]:
        for subdir in channel["subdirs"]:
            tail = subdir["repodata"].split("/")[-3:]
            subdir["repodata"] = os.path.join(root, *tail)


def main():
    parser = argparse.ArgumentParser(
        description="Checks what `satchel solve --certificate DIR` wrote, without satchel.",
        epilog="Exit codes: 0 all are accepted; 1 one is refused; 2 they cannot be checked here.")
    parser.add_argument("directories", nargs="+", metavar="DIR")
    parser.add_argument("--repodata", metavar="ROOT",
                        help="read the repodata at ROOT/CHANNEL/SUBDIR/FILE, wherever it was before")
    parser.add_argument("--drat-trim", action="store_true",
                        help="let drat-trim check the proof, instead of the checker in here")
    options = parser.parse_args()
    matcher = find_matcher()
    if matcher is None:
        print("check_certificate: neither py-rattler nor conda can be imported; "
              "install one of them", file=sys.stderr)
        return 2
    if options.drat_trim and not shutil.which("drat-trim"):
        print("check_certificate: there is no drat-trim", file=sys.stderr)
        return 2
    specs = Specs(matcher)
    repodata = {}
    code = 0
    for directory in options.directories:
        start = time.monotonic()
        try:
            proved = check(directory, matcher, specs, repodata, options)
            print(f"{directory}: accepted: {proved}, {time.monotonic() - start:.1f} s", flush=True)
        except Exception as error:  # Whatever a damaged certificate leads to.
            text = str(error) if isinstance(error, Refused) else (
                f"is not made like a certificate ({type(error).__name__}: {error})")
            print(f"{directory}: refused: {text}", flush=True)
            code = 1
    return code


if __name__ == "__main__":
    sys.exit(main())
