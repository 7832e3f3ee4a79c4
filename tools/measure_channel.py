#!/usr/bin/env python3
"""Prints the statistics of channels with which `satchel corpus generate` is calibrated.

usage: measure_channel.py CHANNEL_DIRECTORY...

Each directory holds <subdir>/repodata.json for a platform (linux-64 before osx-64) and noarch. Prints a
table with one column for each directory.
"""

import collections
import json
import pathlib
import re
import sys

PLATFORMS = ("linux-64", "osx-64")
SHAPES = (
    ("bare name", lambda version, build: not version),
    ("name version build", lambda version, build: build and "*" not in build),
    ("name version build glob", lambda version, build: bool(build)),
    ("range >=a,<b", lambda version, build: "," in version and ">" in version and "<" in version),
    ("lower bound >=a", lambda version, build: re.fullmatch(r">=?[^,|]+", version)),
    ("upper bound <b", lambda version, build: re.fullmatch(r"<=?[^,|]+", version)),
    ("prefix x.y.*", lambda version, build: re.fullmatch(r"=?[^<>=!,|*]+\.?\*", version)
     or re.fullmatch(r"=[^<>=!,|*]+", version)),
    ("exact x.y.z", lambda version, build: re.fullmatch(r"(==)?[^<>=!,|*]+", version)),
)


def load(directory):
    directory = pathlib.Path(directory)
    platform = next((p for p in PLATFORMS if (directory / p).exists()), PLATFORMS[0])
    records = []
    for subdir in (platform, "noarch"):
        path = directory / subdir / "repodata.json"
        if path.exists():
            repodata = json.loads(path.read_text())
            for key in ("packages", "packages.conda"):
                for record in repodata.get(key, {}).values():
                    record["in_noarch"] = subdir == "noarch"
                    record["depends"] = record.get("depends") or []
                    record["constrains"] = record.get("constrains") or []
                    records.append(record)
    return records


def shape_of(spec):
    words = spec.split("[")[0].split()
    version = words[1] if len(words) > 1 else ""
    build = words[2] if len(words) > 2 else ""
    for name, matches in SHAPES:
        if matches(version, build):
            return name
    return "other (!=, |, ...)"


def spec_name(spec):
    return re.split(r"[\s\[=<>!~]", spec.strip(), maxsplit=1)[0].lower()


def percentiles(numbers):
    ordered = sorted(numbers)
    at = lambda p: ordered[min(len(ordered) - 1, int(p * len(ordered)))]
    mean = sum(ordered) / len(ordered)
    return f"{mean:.1f} / {at(0.5)} / {at(0.9)} / {at(0.99)} / {ordered[-1]}"


def share(count, total):
    return f"{100 * count / max(1, total):.1f} %"


def names_in_cycles(graph):
    """The number of names in strongly connected components of two or more (Tarjan, iterative)."""
    index, low, on_stack, stack, in_cycles = {}, {}, set(), [], 0
    for root in graph:
        if root in index:
            continue
        work = [(root, iter(graph[root]))]
        index[root] = low[root] = len(index)
        stack.append(root)
        on_stack.add(root)
        while work:
            node, successors = work[-1]
            for successor in successors:
                if successor not in graph:
                    continue
                if successor not in index:
                    index[successor] = low[successor] = len(index)
                    stack.append(successor)
                    on_stack.add(successor)
                    work.append((successor, iter(graph[successor])))
                    break
                if successor in on_stack:
                    low[node] = min(low[node], index[successor])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    component = []
                    while not component or component[-1] != node:
                        component.append(stack.pop())
                        on_stack.discard(component[-1])
                    in_cycles += len(component) if len(component) > 1 else 0
    return in_cycles


def measure(records):
    by_name = collections.defaultdict(list)
    by_version = collections.defaultdict(list)
    in_degree = collections.Counter()
    edge_count = collections.Counter()
    depends_shapes, constrains_shapes = collections.Counter(), collections.Counter()
    graph = collections.defaultdict(set)
    for record in records:
        name = record["name"]
        by_name[name].append(record)
        by_version[name, record["version"]].append(record)
        graph[name].update(spec_name(spec) for spec in record["depends"])
        for spec in record["depends"]:
            edge_count[spec_name(spec)] += 1
            depends_shapes[shape_of(spec)] += 1
        for spec in record["constrains"]:
            constrains_shapes[shape_of(spec)] += 1
    for dependencies in graph.values():
        in_degree.update(dependencies)

    compiled = [r for r in records if not r["in_noarch"]]
    noarch = [r for r in records if r["in_noarch"]]
    needs_python = lambda r: any(spec_name(s) == "python" for s in r["depends"])
    python_names = {r["name"] for r in records if needs_python(r)}
    noarch_names = {r["name"] for r in noarch}
    compiled_versions = [v for v in by_version.values() if not v[0]["in_noarch"]]
    python_versions = [v for v in compiled_versions if any(map(needs_python, v))]
    pythons = [len({re.match(r"\D*(\d*)", r["build"]).group() for r in v if needs_python(r)})
               for v in python_versions]
    edges = sum(edge_count.values())
    top = [count for _, count in edge_count.most_common()]
    tracked = [r for r in records if r.get("track_features")]
    distinct_lists = len({tuple(r["depends"]) for r in records})

    yield "records", len(records)
    yield "names", len(by_name)
    yield "noarch records", share(len(noarch), len(records))
    yield "noarch names", share(len(noarch_names), len(by_name))
    yield "names that need python", share(len(python_names), len(by_name))
    yield "records a name", percentiles([len(v) for v in by_name.values()])
    yield "versions a name", percentiles([len({r["version"] for r in v}) for v in by_name.values()])
    yield "records a version", percentiles([len(v) for v in by_version.values()])
    yield "records a version, compiled, no python", percentiles(
        [len(v) for v in compiled_versions if not any(map(needs_python, v))] or [0])
    yield "records a version, compiled, python", percentiles([len(v) for v in python_versions] or [0])
    yield "pythons a version, compiled, python", percentiles(pythons or [0])
    yield "depends a record", percentiles([len(r["depends"]) for r in records])
    yield "depends a record, compiled", percentiles([len(r["depends"]) for r in compiled] or [0])
    yield "depends a record, noarch", percentiles([len(r["depends"]) for r in noarch] or [0])
    yield "records without depends", share(sum(not r["depends"] for r in records), len(records))
    yield "distinct lists of depends", share(distinct_lists, len(records))
    for name in [name for name, _ in SHAPES] + ["other (!=, |, ...)"]:
        yield f"depends: {name}", share(depends_shapes[name], edges)
    yield "records with constrains", share(sum(bool(r.get("constrains")) for r in records), len(records))
    for name in [name for name, _ in SHAPES] + ["other (!=, |, ...)"]:
        yield f"constrains: {name}", share(constrains_shapes[name], sum(constrains_shapes.values()))
    yield "records with track_features", share(len(tracked), len(records))
    yield "names with track_features", share(len({r["name"] for r in tracked}), len(by_name))
    for count in (1, 10, 100, 1000):
        yield f"dependencies on the top {count} names", share(sum(top[:count]), edges)
    yield "names that nothing needs", share(sum(not in_degree[n] for n in by_name), len(by_name))
    yield "names in dependency cycles", names_in_cycles(graph)
    yield "most needed", " ".join(f"{n}:{100 * c / edges:.1f}" for n, c in edge_count.most_common(14))


def main():
    columns = [list(measure(load(directory))) for directory in sys.argv[1:]]
    for row in zip(*columns):
        print(" | ".join([row[0][0]] + [str(value) for _, value in row]))


if __name__ == "__main__":
    main()
