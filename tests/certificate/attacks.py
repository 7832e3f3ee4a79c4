"""Ways to forge a certificate. Each takes the files of a real one, by name, and yields (what, files): all
of them have to be refused."""

import collections
import json
import random


def lines_of(files, name):
    return files[name].splitlines()


def with_lines(files, name, lines):
    return {**files, name: "".join(line + "\n" for line in lines)}


def with_clauses(files, clauses):
    """With a header that fits."""
    variables = lines_of(files, "problem.cnf")[0].split()[2]
    return with_lines(files, "problem.cnf", [f"p cnf {variables} {len(clauses)}", *clauses])


def with_json(files, name, change):
    """`change` alters the value in place; it returns False if it has nothing to alter."""
    value = json.loads(files[name])
    if change(value) is False:
        return None
    return {**files, name: json.dumps(value)}


def is_refuted_by_propagation(files):
    """Whether the clauses need no proof."""
    clauses = [set(map(int, line.split()[:-1])) for line in lines_of(files, "problem.cnf")[1:]]
    truths = set()
    grows = True
    while grows:
        grows = False
        for clause in clauses:
            if clause & truths:
                continue
            left = {literal for literal in clause if -literal not in truths}
            if not left:
                return True
            if len(left) == 1:
                truths |= left
                grows = True
    return False


def on_clauses(files, dice, count):
    clauses = lines_of(files, "problem.cnf")[1:]
    times = collections.Counter(clauses)
    single = [at for at, clause in enumerate(clauses) if times[clause] == 1]
    last = int(lines_of(files, "problem.cnf")[0].split()[2])
    known = {tuple(sorted(clause.split())) for clause in clauses}
    for at in dice.sample(single, min(count, len(single))):
        words = clauses[at].split()[:-1]
        rest = clauses[:at] + clauses[at + 1:]
        yield "a clause is dropped", with_clauses(files, rest)
        more = str(dice.randint(1, last))
        if more not in words and f"-{more}" not in words:
            yield "a clause is weakened", with_clauses(
                files, [*rest, " ".join([*words, more, "0"])])
        if words:
            gone = dice.randrange(len(words))
            less = words[:gone] + words[gone + 1:]
            if tuple(sorted([*less, "0"])) not in known:
                yield "a clause is strengthened", with_clauses(
                    files, [*rest, " ".join([*less, "0"])])
            turned = words[:gone] + [str(-int(words[gone]))] + words[gone + 1:]
            if tuple(sorted([*turned, "0"])) not in known:
                yield "a literal is turned", with_clauses(files, [*rest, " ".join([*turned, "0"])])
    for at in dice.sample(range(1, last + 1), min(3, last)):
        clause = f"{-at} 0"
        if clause not in times:
            yield "a clause is added", with_clauses(files, [*clauses, clause])
    if "0" not in times:  # It is the last one where no level leaves anything to be better.
        yield "the empty clause is added", with_clauses(files, [*clauses, "0"])
    yield "there are no clauses", with_clauses(files, [])
    yield "the header says another number", with_lines(
        files, "problem.cnf", [f"p cnf {last} {len(clauses) + 1}", *clauses])


def on_map(files, dice, count):
    lines = lines_of(files, "map.tsv")
    for _ in range(count):
        a, b = dice.sample(range(len(lines)), 2)
        swapped = list(lines)
        swapped[a] = f"{a + 1}\t" + lines[b].partition("\t")[2]
        swapped[b] = f"{b + 1}\t" + lines[a].partition("\t")[2]
        yield "two variables are swapped", with_lines(files, "map.tsv", swapped)
        renamed = list(lines)
        renamed[a] += "x"
        yield "a variable means something else", with_lines(files, "map.tsv", renamed)
        doubled = list(lines)
        doubled[b] = f"{b + 1}\t" + lines[a].partition("\t")[2]
        yield "two variables mean the same", with_lines(files, "map.tsv", doubled)
    yield "the map ends early", with_lines(files, "map.tsv", lines[:-1])


def on_proof(files, dice, count):
    lines = lines_of(files, "proof.drat")
    yield "the proof is empty", with_lines(files, "proof.drat", [])
    yield "the proof has no end", with_lines(files, "proof.drat", lines[:-1])
    yield "the proof has a word", with_lines(files, "proof.drat", ["x 0", *lines])
    yield "the proof has a variable of its own", with_lines(files, "proof.drat", ["999999999 0", *lines])
    if not is_refuted_by_propagation(files):
        yield "the proof is the end only", with_lines(files, "proof.drat", ["0"])
    yield "the proof deletes what is not there", with_lines(
        files, "proof.drat", ["d 1 -1 0", *lines])


def on_levels(files, dice, count):
    def altered(what, change):
        forged = with_json(files, "levels.json", change)
        if forged is not None:
            yield what, forged

    levels = json.loads(files["levels.json"])
    steps = levels["steps"]

    def at_step(index, key, value):
        def change(forged):
            forged["steps"][index][key] = value
        return change

    for index, step in enumerate(steps):
        yield from altered("a step is dropped", lambda forged, i=index: forged["steps"].pop(i) and None)
        yield from altered("a step comes twice", lambda forged, i=index: forged["steps"].insert(
            i, forged["steps"][i]))
        yield from altered("a step is of another kind", at_step(index, "step", "none"))
        if step["step"] != "certain":
            yield from altered("a step is of another level", at_step(index, "level", "other"))
        if step["names"]:
            yield from altered("a step is about no names", at_step(index, "names", []))
            yield from altered("a step lacks a name", at_step(index, "names", step["names"][1:]))
            yield from altered("a step has a name more", at_step(
                index, "names", [*step["names"], "zzz"]))
        if index + 1 < len(steps) and steps[index + 1] != step:
            def swap(forged, i=index):
                forged["steps"][i], forged["steps"][i + 1] = forged["steps"][i + 1], forged["steps"][i]
            yield from altered("two steps are swapped", swap)
        if step["step"] == "sum":
            for value in (step["value"] - 1, step["value"] + 1, 0 if step["value"] else -5):
                yield from altered("a value is altered", at_step(index, "value", value))
            for number, core in enumerate(step["cores"]):
                for weight in (core["weight"] + 1, core["weight"] - 1, 0, -core["weight"]):
                    def weigh(forged, i=index, n=number, w=weight):
                        forged["steps"][i]["cores"][n]["weight"] = w
                    # Where a counter proves the sum, a core may weigh less, unless it is a bound.
                    if not step["counted"] or weight > core["weight"]:
                        yield from altered("a core weighs something else", weigh)
                for name, cost in core["costs"].items():
                    def price(forged, i=index, n=number, m=name, c=cost):
                        forged["steps"][i]["cores"][n]["costs"][m] = c + 1
                    yield from altered("a core has another bound", price)
                    def forget(forged, i=index, n=number, m=name):
                        del forged["steps"][i]["cores"][n]["costs"][m]
                    yield from altered("a core lacks a name", forget)
                yield from altered("a core is dropped", lambda forged, i=index, n=number: (
                    forged["steps"][i]["cores"].pop(n) and None))
            if step["counted"]:
                yield from altered("a sum is not counted", at_step(index, "counted", False))
        if step["step"] == "certain":
            for name, model in step["not_certain"].items():
                def without(forged, i=index, m=name):
                    del forged["steps"][i]["not_certain"][m]
                def promise(forged, i=index, m=name):
                    del forged["steps"][i]["not_certain"][m]
                    forged["steps"][i]["names"] = sorted([*forged["steps"][i]["names"], m])
                def other(forged, i=index, m=name):
                    forged["steps"][i]["not_certain"][m] = len(forged["models"])
                yield from altered("an open name is forgotten", without)
                yield from altered("an open name is said to be certain", promise)
                yield from altered("a model is not there", other)
                def damage(forged, i=model):
                    forged["models"][i] = forged["models"][i][1:]
                yield from altered("a model lacks a record", damage)
                yield from altered("a model is empty", lambda forged, i=model: (
                    forged["models"].__setitem__(i, [])))
                yield from altered("a model is the plan", lambda forged, i=model: (
                    forged["models"].__setitem__(i, forged["plan"])))
            for name in step["names"]:
                def doubt(forged, i=index, m=name):
                    forged["steps"][i]["names"].remove(m)
                    forged["steps"][i]["not_certain"][m] = 0
                yield from altered("a certain name is said to be open", doubt)
    for at in range(len(levels["plan"])):
        yield from altered("the plan lacks a record", lambda forged, i=at: forged["plan"].pop(i) and None)
    records = [number for number, line in enumerate(lines_of(files, "map.tsv"), 1)
               if line.split("\t")[1] == "record"]
    for variable in dice.sample(records, min(count, len(records))):
        if variable in levels["plan"]:
            continue
        yield from altered("the plan has a record more", lambda forged, v=variable: (
            forged["plan"].append(v)))
        yield from altered("the plan has another record", lambda forged, v=variable: (
            forged["plan"].__setitem__(0, v)))
    yield from altered("the plan is empty", lambda forged: forged["plan"].clear())
    yield from altered("the plan has no record at all", lambda forged: forged.pop("plan") and None)
    yield from altered("there are no steps", lambda forged: forged["steps"].clear())
    yield "the levels are missing", {name: text for name, text in files.items() if name != "levels.json"}


def on_request(files, dice, count):
    def altered(what, change):
        forged = with_json(files, "request.json", change)
        if forged is not None:
            yield what, forged

    request = json.loads(files["request.json"])
    for at in range(len(request["specs"])):
        yield from altered("a spec is dropped", lambda forged, i=at: forged["specs"].pop(i) and None)
    for at in range(len(request["pins"])):
        yield from altered("a pin is dropped", lambda forged, i=at: forged["pins"].pop(i) and None)
    # With --prune one that nothing claims is as good as not there, and seldom is it why there is no plan.
    counts = "levels.json" in files and not request["prune"]
    for at in range(len(request["installed"]) if counts else 0):
        yield from altered("an installed package is dropped", lambda forged, i=at: (
            forged["installed"].pop(i) and None))
    yield from altered("a spec is added", lambda forged: forged["specs"].append("zzz"))
    yield from altered("another format", lambda forged: forged.update(format=2))
    yield from altered("another objective", lambda forged: forged.update(objective="best"))
    yield from altered("nothing depends on anything", lambda forged: forged.update(
        ignore_dependencies=True))
    yield from altered("there are no channels", lambda forged: forged.update(channels=[]))
    yield from altered("everything is too new", lambda forged: forged.update(exclude_newer_ms=1))
    for channel, _ in enumerate(request["channels"]):
        for subdir, _ in enumerate(request["channels"][channel]["subdirs"]):
            def rehash(forged, c=channel, s=subdir):
                forged["channels"][c]["subdirs"][s]["sha256"] = "0" * 64
            def lose(forged, c=channel, s=subdir):
                forged["channels"][c]["subdirs"][s]["repodata"] += ".not"
            yield from altered("another repodata", rehash)
            yield from altered("no repodata", lose)


def on_core(files, dice, count):
    def altered(what, change):
        forged = with_json(files, "core.json", change)
        if forged is not None:
            yield what, forged

    core = json.loads(files["core.json"])
    for index, part in enumerate(core["needed"]):
        for at in range(len(part["without_it"])):
            def other(forged, i=index, a=at):
                forged["needed"][i]["without_it"][a][2] += "x"
            yield from altered("records of the core are others", other)
        yield from altered("a part of the core is none", lambda forged, i=index: (
            forged["needed"][i].update({"spec": 99})))
        yield from altered("a part of the core is not shown to be needed", lambda forged, i=index: (
            forged["needed"].pop(i) and None))
        yield from altered("a part of the core needs no records", lambda forged, i=index: (
            forged["needed"][i].update({"without_it": [["a", "b", "c"]]})))
    yield from altered("a spec with a channel was left out", lambda forged: (
        forged["dropped_specs"].append("main::n1")))
    yield "the core is missing", {name: text for name, text in files.items() if name != "core.json"}


def with_part_of(files, other):
    """Parts of another certificate."""
    for name in ("problem.cnf", "map.tsv", "levels.json", "core.json", "request.json"):
        if name in other and files.get(name) != other[name]:
            yield f"another certificate's {name}", {**files, name: other[name]}
    if files["proof.drat"] != other["proof.drat"] and not is_refuted_by_propagation(files):
        yield "another certificate's proof", {**files, "proof.drat": other["proof.drat"]}


def all_attacks(files, others, seed, count):
    dice = random.Random(seed)
    kinds = [on_clauses, on_map, on_proof, on_request]
    kinds.append(on_levels if "levels.json" in files else on_core)
    for kind in kinds:
        yield from kind(files, dice, count)
    for other in others:
        yield from with_part_of(files, other)
