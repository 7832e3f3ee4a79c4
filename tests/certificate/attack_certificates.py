#!/usr/bin/env python3
"""attack_certificates.py PROGRAM CHECKER [CORPORA]: certificates of PROGRAM are accepted, and every forgery of
them that attacks.py makes is refused. Needs py-rattler or conda (a Python that has one may be named by
SATCHEL_RATTLER_PYTHON); without them it says so and ends with 77.

The certificates are about small random channels, and about real ones if CORPORA has them. SATCHEL_SEED
changes the channels, SATCHEL_CERTIFICATES how many there are.
"""

import argparse
import collections
import hashlib
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile

import attacks

NAMES = [f"n{number}" for number in range(9)]
DAY_MS = 86_400_000
REAL_REQUESTS = (
    ("conda-forge", "linux-64", ["python=3.12"]),
    ("conda-forge", "linux-64", ["xz", "bzip2"]),
    ("conda-forge", "linux-64", ["xz=4"]),
)


def random_spec(dice, name, versions):
    version = dice.choice(versions)
    return dice.choice([name, name, f"{name} >={version}", f"{name} <={version}",
                        f"{name} {version}.*", f"{name} !={version}"])


def write_channel(directory, records):
    subdir = directory / "linux-64"
    subdir.mkdir(parents=True)
    repodata = {"info": {"subdir": "linux-64"}, "packages": {}, "packages.conda": records}
    (subdir / "repodata.json").write_text(json.dumps(repodata), encoding="utf-8")


def clique_arguments(directory):
    """Of these names only one can be new: no cores add up to that, so the sum has to be counted."""
    names = ["a", "b", "c", "d"]
    records = {}
    for name in names:
        for version in (1, 2, 3):
            constrains = [f"{other} !={version}" for other in names if other != name and version > 1]
            records[f"{name}-{version}-0.conda"] = {
                "name": name, "version": str(version), "build": "0", "build_number": 0,
                "depends": [], "constrains": constrains,
                "timestamp": (18_000 + 40 * version + ord(name)) * DAY_MS}
    write_channel(directory, records)
    return [*names, "-c", str(directory), "--platform", "linux-64"]


def random_channel(dice, directory):
    """A repodata.json of a few names; returns the versions of each."""
    versions = {name: sorted(dice.sample(range(1, 9), dice.randint(1, 5))) for name in NAMES}
    records = {}
    for index, name in enumerate(NAMES):
        day = 18_000 + dice.randint(0, 100)
        for version in versions[name]:
            day += dice.choice([0, 1, 20, 50])
            for build in range(dice.choice([1, 1, 2, 3])):
                depends = [random_spec(dice, other, versions[other])
                           for other in dice.sample(NAMES, dice.randint(0, 3))
                           if other != name and (NAMES.index(other) > index or dice.random() < 0.15)]
                constrains = [random_spec(dice, other, versions[other])
                              for other in dice.sample(NAMES, 1)
                              if other != name and dice.random() < 0.3]
                number = dice.choice([0, 0, 1])
                tag = "abc"[build]
                records[f"{name}-{version}-{tag}_{number}.conda"] = {
                    "name": name, "version": str(version), "build": f"{tag}_{number}",
                    "build_number": number, "depends": depends, "constrains": constrains,
                    "subdir": "linux-64", "timestamp": (day + build) * DAY_MS,
                    "sha256": hashlib.sha256(f"{name}{version}{tag}{number}".encode()).hexdigest(),
                    **({"track_features": "slow"} if dice.random() < 0.1 else {})}
    write_channel(directory, records)
    return versions, records


def revision3_arguments(root, seed):
    """Of records with conditions, extras and flags."""
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "conformance"))
    import rattler_v3  # pylint: disable=import-outside-toplevel
    dice = random.Random(seed)
    channel = root / f"revision3-{seed}"
    rattler_v3.make_channel(dice, str(channel))
    wanted = [rattler_v3.spec(dice, name)
              for name in dice.sample(rattler_v3.NAMES, dice.randint(1, 3))]
    if dice.random() < 0.3:
        wanted += ["--pin", rattler_v3.spec(dice, dice.choice(rattler_v3.NAMES))]
    return [*wanted, "-c", str(channel), "--platform", "linux-64"]


def random_prefix(dice, directory, channel, records):
    """An environment with a few of the records, as conda notes them."""
    meta = directory / "conda-meta"
    meta.mkdir(parents=True)
    (meta / "history").write_text("", encoding="utf-8")
    taken = set()
    for fn in dice.sample(sorted(records), 5):
        record = records[fn]
        if record["name"] in taken:
            continue
        taken.add(record["name"])
        noted = {**record, "fn": fn, "channel": str(channel), "files": [],
                 "url": f"file://{channel}/linux-64/{fn}"}
        if dice.random() < 0.4:
            noted["requested_spec"] = record["name"]
        (meta / f"{fn.removesuffix('.conda')}.json").write_text(json.dumps(noted), encoding="utf-8")


def random_arguments(dice, root, number):
    channel = root / f"channel{number}"
    versions, records = random_channel(dice, channel)
    wanted = [random_spec(dice, name, versions[name])
              for name in dice.sample(NAMES, dice.randint(1, 4))]
    arguments = [*wanted, "-c", str(channel), "--platform", "linux-64", "--objective",
                 dice.choice(["newest", "newest", "newest", "ordered", "lowest", "fewest-changes"])]
    if dice.random() < 0.4:
        prefix = root / f"prefix{number}"
        random_prefix(dice, prefix, channel, records)
        arguments += ["-p", str(prefix), *dice.choice([[], [], ["--update-all"], ["--prune"]])]
    if dice.random() < 0.2:
        name = dice.choice(NAMES)
        arguments += ["--pin", random_spec(dice, name, versions[name])]
    return arguments


def certificate(program, arguments, directory):
    """Its files by name; None if the program refuses to solve this."""
    done = subprocess.run([program, "solve", "-q", "--no-rc", *arguments, "--certificate",
                           str(directory)], capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1) or not directory.is_dir():
        raise SystemExit(f"no certificate for {' '.join(arguments)}: {done.stderr}")
    return {path.name: path.read_text(encoding="utf-8") for path in directory.iterdir()}


class Judge:
    """The checker, within this process."""

    def __init__(self, checker):
        sys.path.insert(0, os.path.dirname(os.path.abspath(checker)))
        import check_certificate  # pylint: disable=import-outside-toplevel
        self.module = check_certificate
        self.matcher = check_certificate.find_matcher()
        self.specs = check_certificate.Specs(self.matcher) if self.matcher else None
        self.repodata = {}
        self.options = argparse.Namespace(repodata=None, drat_trim=False)

    def refusal(self, files):
        """Why the certificate is refused; empty if it is accepted."""
        with tempfile.TemporaryDirectory() as directory:
            for name, text in files.items():
                pathlib.Path(directory, name).write_text(text, encoding="utf-8")
            try:
                self.module.check(directory, self.matcher, self.specs, self.repodata, self.options)
                return ""
            except Exception as error:
                return str(error) or type(error).__name__


def real_arguments(corpora):
    for channel, platform, wanted in REAL_REQUESTS:
        if corpora and os.path.isdir(os.path.join(corpora, channel)):
            yield [*wanted, "-c", os.path.join(corpora, channel), "--platform", platform]


def attack(judge, dice, files, others, seed, few, tried):
    """The forgeries that are accepted; with few > 0 not all are tried."""
    for what, forged in attacks.all_attacks(files, others, seed, 3 if few == 0 else few):
        if few > 0 and dice.random() > 0.05:
            continue  # Each takes seconds on a real channel.
        tried[what] += 1
        if not judge.refusal(forged):
            yield what


def main():
    program, checker = sys.argv[1:3]
    corpora = os.environ.get("SATCHEL_CORPORA") or (sys.argv[3] if len(sys.argv) > 3 else "")
    judge = Judge(checker)
    if judge.matcher is None:
        python = os.environ.get("SATCHEL_RATTLER_PYTHON")
        if python and os.path.abspath(python) != os.path.abspath(sys.executable):
            os.execv(python, [python, *sys.argv])
        print("skipped: neither py-rattler nor conda can be imported")
        return 77
    seed = int(os.environ.get("SATCHEL_SEED", "17"))
    count = int(os.environ.get("SATCHEL_CERTIFICATES", "30"))
    dice = random.Random(seed)
    tried = collections.Counter()
    wrong = []
    with tempfile.TemporaryDirectory() as directory:
        root = pathlib.Path(directory)
        requests = [random_arguments(dice, root, number) for number in range(count - 1)]
        requests.append(clique_arguments(root / "clique"))
        if judge.matcher.title == "py-rattler":
            requests += [revision3_arguments(root, seed + number) for number in range(count // 2)]
        before = None
        for number, arguments in enumerate([*requests, *real_arguments(corpora)]):
            files = certificate(program, arguments, root / f"certificate{number}")
            tried["certificates"] += 1
            refusal = judge.refusal(files)
            if refusal:
                wrong.append(f"refused: {' '.join(arguments)}: {refusal}")
                continue
            others = [before] if before is not None else []
            for what in attack(judge, dice, files, others, seed + number, number >= len(requests), tried):
                wrong.append(f"accepted: {' '.join(arguments)}: {what}")
            before = files
    for what, times in sorted(tried.items()):
        print(f"{times:6} {what}")
    print(f"{sum(tried.values()) - tried['certificates']} forgeries of {tried['certificates']} "
          f"certificates, {len(wrong)} wrong (seed {seed})")
    for line in wrong[:20]:
        print(line)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
