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
    """`change` alters the value in place."""
    value = json.loads(files[name])
    change(value)
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


class Alterations:
    """Changes of levels.json, each applied to a copy of its own."""

    def __init__(self, files):
        self.files = files
        self.levels = json.loads(files["levels.json"])

    def __call__(self, what, change, *arguments):
        yield what, with_json(self.files, "levels.json", lambda levels: change(levels, *arguments))

    def at_step(self, what, index, key, value):
        return self(what, lambda levels: levels["steps"][index].update({key: value}))


def on_levels(files, dice, count):
    altered = Alterations(files)
    steps = altered.levels["steps"]
    for index, step in enumerate(steps):
        yield from on_step(altered, index, step)
        if index + 1 < len(steps) and steps[index + 1] != step:
            yield from altered("two steps are swapped", lambda levels, i: levels["steps"].insert(
                i, levels["steps"].pop(i + 1)), index)
        if step["step"] == "sum":
            yield from on_sum(altered, index, step)
        if step["step"] == "certain":
            yield from on_certain(altered, index, step)
    yield from on_plan(altered, dice, count)
    if altered.levels["steps"]:
        yield from altered("there are no steps", lambda levels: levels["steps"].clear())
    yield "the levels are missing", {name: text for name, text in files.items() if name != "levels.json"}


def on_step(altered, index, step):
    yield from altered("a step is dropped", lambda levels: levels["steps"].pop(index))
    yield from altered("a step comes twice", lambda levels: levels["steps"].insert(
        index, levels["steps"][index]))
    yield from altered.at_step("a step is of another kind", index, "step", "none")
    if step["step"] != "certain":
        yield from altered.at_step("a step is of another level", index, "level", "other")
    if step["names"]:
        yield from altered.at_step("a step is about no names", index, "names", [])
        yield from altered.at_step("a step lacks a name", index, "names", step["names"][1:])
        yield from altered.at_step("a step has a name more", index, "names", [*step["names"], "zzz"])


def on_sum(altered, index, step):
    for value in (step["value"] - 1, step["value"] + 1, 0 if step["value"] else -5):
        yield from altered.at_step("a value is altered", index, "value", value)
    if step["counted"]:
        yield from altered.at_step("a sum is not counted", index, "counted", False)

    def core_of(levels, number):
        return levels["steps"][index]["cores"][number]

    for number, core in enumerate(step["cores"]):
        yield from altered("a core is dropped", lambda levels, n: (
            levels["steps"][index]["cores"].pop(n)), number)
        for weight in (core["weight"] + 1, core["weight"] - 1, 0, -core["weight"]):
            # Where a counter proves the sum, a core may weigh less, unless it is a bound.
            if not step["counted"] or weight > core["weight"] or weight <= 0:
                yield from altered("a core weighs something else", lambda levels, n, w: (
                    core_of(levels, n).update(weight=w)), number, weight)
        for name, cost in core["costs"].items():
            yield from altered("a core has another bound", lambda levels, n, m, c: (
                core_of(levels, n)["costs"].update({m: c + 1})), number, name, cost)
            yield from altered("a core lacks a name", lambda levels, n, m: (
                core_of(levels, n)["costs"].pop(m)), number, name)


def on_certain(altered, index, step):
    def open_names(levels):
        return levels["steps"][index]["not_certain"]

    def names(levels):
        return levels["steps"][index]["names"]

    def promise(levels, name):
        open_names(levels).pop(name)
        levels["steps"][index]["names"] = sorted([*names(levels), name])

    def doubt(levels, name):
        names(levels).remove(name)
        open_names(levels)[name] = 0

    for name, model in step["not_certain"].items():
        yield from altered("an open name is forgotten", lambda levels, m: open_names(levels).pop(m), name)
        yield from altered("an open name is said to be certain", promise, name)
        yield from altered("a model is not there", lambda levels, m: (
            open_names(levels).update({m: len(levels["models"])})), name)
        yield from altered("a model lacks a record", lambda levels, n: levels["models"][n].pop(0), model)
        yield from altered("a model is empty", lambda levels, n: levels["models"][n].clear(), model)
        yield from altered("a model is the plan", lambda levels, n: (
            levels["models"].__setitem__(n, levels["plan"])), model)
    for name in step["names"]:
        yield from altered("a certain name is said to be open", doubt, name)


def on_plan(altered, dice, count):
    plan = altered.levels["plan"]
    for at in range(len(plan)):
        yield from altered("the plan lacks a record", lambda levels, i: levels["plan"].pop(i), at)
    records = [number for number, line in enumerate(lines_of(altered.files, "map.tsv"), 1)
               if line.split("\t")[1] == "record" and number not in plan]
    for variable in dice.sample(records, min(count, len(records))):
        yield from altered("the plan has a record more", lambda levels, v: (
            levels["plan"].append(v)), variable)
        yield from altered("the plan has another record", lambda levels, v: (
            levels["plan"].__setitem__(0, v)), variable)
    yield from altered("the plan is empty", lambda levels: levels["plan"].clear())
    yield from altered("the plan is missing", lambda levels: levels.pop("plan"))


def on_request(files, dice, count):
    def altered(what, change):
        yield what, with_json(files, "request.json", change)

    request = json.loads(files["request.json"])
    if "levels.json" in files:
        yield from on_request_with_plan(files, request, altered)
    elif len(request["specs"]) > 1:
        yield from altered("a spec of the core is dropped", lambda forged: forged["specs"].pop())
    yield from altered("a spec is added", lambda forged: forged["specs"].append("zzz"))
    yield from altered("another format", lambda forged: forged.update(format=2))
    yield from altered("another objective", lambda forged: forged.update(objective="best"))
    for channel, _ in enumerate(request["channels"]):
        for subdir, _ in enumerate(request["channels"][channel]["subdirs"]):
            def rehash(forged, c=channel, s=subdir):
                forged["channels"][c]["subdirs"][s]["sha256"] = "0" * 64
            def lose(forged, c=channel, s=subdir):
                forged["channels"][c]["subdirs"][s]["repodata"] += ".not"
            yield from altered("another repodata", rehash)
            yield from altered("no repodata", lose)


def on_request_with_plan(files, request, altered):
    """Another request can have the same clauses, and then its certificate is as good; these have not."""
    yield from altered("there are no channels", lambda forged: forged.update(channels=[]))
    yield from altered("everything is too new", lambda forged: forged.update(exclude_newer_ms=1))
    if not request["installed"]:
        if "\trequirement\t" in files["map.tsv"]:
            yield from altered("nothing depends on anything", lambda forged: forged.update(
                ignore_dependencies=True))
        for at in range(len(request["specs"])):
            yield from altered("a spec is dropped", lambda forged, i=at: forged["specs"].pop(i))
    elif not request["prune"]:  # With it, one that nothing claims is as good as not there.
        for at in range(len(request["installed"])):
            yield from altered("an installed package is dropped", lambda forged, i=at: (
                forged["installed"].pop(i)))
    meanings = [line.split("\t") for line in lines_of(files, "map.tsv")]
    for variable in json.loads(files["levels.json"])["plan"]:
        meaning = meanings[variable - 1]
        version = meaning[-1].rsplit("-", 2)[1]
        yield from altered("a pin does not fit the plan", lambda forged, pin=f"{meaning[2]} !={version}": (
            forged["pins"].append(pin)))


def on_core(files, dice, count):
    def altered(what, change):
        yield what, with_json(files, "core.json", change)

    core = json.loads(files["core.json"])
    for index, part in enumerate(core["needed"]):
        for at in range(len(part["without_it"])):
            def other(forged, i=index, a=at):
                forged["needed"][i]["without_it"][a][2] += "x"
            yield from altered("records of the core are others", other)
        yield from altered("a part of the core is none", lambda forged, i=index: (
            forged["needed"][i].update({"spec": 99})))
        yield from altered("a part of the core is not shown to be needed", lambda forged, i=index: (
            forged["needed"].pop(i)))
        yield from altered("a part of the core needs no records", lambda forged, i=index: (
            forged["needed"][i].update({"without_it": [["a", "b", "c"]]})))
    yield from altered("a spec with a channel was left out", lambda forged: (
        forged["dropped_specs"].append("main::n1")))
    yield "the core is missing", {name: text for name, text in files.items() if name != "core.json"}


def on_ways(files, dice, count):
    """Of specs with conditions and extras: their names in map.tsv say what they mean."""
    lines = [line.split("\t") for line in lines_of(files, "map.tsv")]

    def renamed(names):
        return with_lines(files, "map.tsv", ["\t".join(
            [*line[:2], names.get(line[2], line[2]), *line[3:]]) if len(line) > 2 else "\t".join(line)
            for line in lines])

    kinds = ("present", "way", "upto", "requirement")
    names = sorted({line[2] for line in lines if line[1] in kinds and line[2].startswith("@")})
    ways = {name: sum(line[1:3] == ["way", name] for line in lines) for name in names}
    for name in dice.sample(names, min(count, len(names))):
        yield "the ways are another's", renamed({name: name + "x"})
        for before, after in ((">=", "<"), ("<3", ">=3"), (" and ", " or "), (" or ", " and "),
                              ("extras=[x", "extras=[z"), ("@not ", "@"), ("@constrains ", "@")):
            if before in name:
                yield f"'{before}' of a spec is '{after}'", renamed({name: name.replace(before, after)})
        for other in names:
            if ways[other] != ways[name]:
                yield "the ways of two specs are swapped", renamed({name: other, other: name})
    for at, line in enumerate(lines):
        if line[1] == "way" and dice.random() < 0.3:
            changed = lines[:at] + [[line[0], "record", *line[2:], "chan", "linux-64", "x.conda"]]
            yield "a way is a record", with_lines(files, "map.tsv", map("\t".join, changed + lines[at + 1:]))


def with_part_of(files, other):
    """Parts of another certificate."""
    for name in ("problem.cnf", "map.tsv", "levels.json", "request.json"):
        if name in other and files.get(name) != other[name]:
            yield f"another certificate's {name}", {**files, name: other[name]}
    if files["proof.drat"] != other["proof.drat"] and not is_refuted_by_propagation(files):
        yield "another certificate's proof", {**files, "proof.drat": other["proof.drat"]}


def all_attacks(files, others, seed, count):
    dice = random.Random(seed)
    kinds = [on_clauses, on_map, on_proof, on_ways]
    if not any(line.split("\t")[1] == "way" for line in lines_of(files, "map.tsv")):
        kinds.append(on_request)  # What a condition rules out can be asked for or not.
    kinds.append(on_levels if "levels.json" in files else on_core)
    for kind in kinds:
        yield from kind(files, dice, count)
    for other in others:
        yield from with_part_of(files, other)
