#!/usr/bin/env python3
"""Random problems of repodata v3, solved by satchel and by py-rattler.

usage: rattler_v3.py SATCHEL [COUNT [SEED]]      exit code 77: no py-rattler here

Both get the same channel of v3 records with conditions, extras and flags, and the same specs, some
of them with a condition of their own. They must agree on whether there is a plan, and rattler's plan
must pass `satchel verify`, which also says if it were better than satchel's. What rattler does
otherwise than the CEPs say is named below and counted apart.
"""

import asyncio
import json
import os
import random
import subprocess
import sys
import tempfile

try:
    import rattler
    from rattler.exceptions import SolverError
except ImportError:
    print("py-rattler is not installed: nothing is compared")
    sys.exit(77)

# Where rattler 0.28 has no plan and satchel has one that passes its verifier, CEP 43 decides ("the
# condition ... otherwise, it MUST be ignored by the solver"): rattler lets a requested spec rule out
# the other records of its name although its condition does not hold, and does not find candidates of
# a name that only a condition mentions in a version that is not there. rattler panics at some
# problems, and adds packages that nothing needs to make a condition false; neither counts.
NAMES = "abcdef"
VERSIONS = ["1.0", "2.0", "3.0"]


def condition(rng):
    def part():
        if rng.random() < 0.15:
            return rng.choice(["__unix", "__win", "__glibc>=2.28"])
        name = rng.choice(NAMES)
        return name + rng.choice(["", ">=2.0", "<3.0", ">=3.0", "[version='2.*']"])

    first = part()
    kind = rng.randrange(6)
    if kind < 3:
        return first
    return {
        3: f"{first} and {part()}",
        4: f"{first} or {part()}",
        5: f"{first} and ({part()} or {part()})",
    }[kind]


def spec(rng, name):
    fields = []
    if rng.random() < 0.6:
        fields.append('version="%s"' % rng.choice([">=2.0", "<3.0", "<2.0", "3.0.*", "2.0.*", ">=1.0"]))
    if rng.random() < 0.2:
        fields.append("extras=[%s]" % rng.choice(["x", "y", "x,y"]))
    if rng.random() < 0.1:
        fields.append("flags=[%s]" % rng.choice(["cuda", '"mpi:*"', "cuda,\"mpi:a\""]))
    if rng.random() < 0.35:
        fields.append('when="%s"' % condition(rng))
    return name + ("[%s]" % ",".join(fields) if fields else "")


def specs(rng, others, most):
    return [spec(rng, rng.choice(others)) for _ in range(rng.randrange(most + 1))]


def make_channel(rng, directory):
    records = {}
    for name in NAMES:
        others = [n for n in NAMES if n != name]
        for version in rng.sample(VERSIONS, rng.randrange(1, 4)):
            for number in range(rng.choice([1, 1, 2])):
                stem = f"{name}-{version}-h_{number}"
                records[stem] = {
                    "name": name, "version": version, "build": f"h_{number}", "build_number": number,
                    "depends": specs(rng, others, 2), "constrains": specs(rng, others, 1)
                    if rng.random() < 0.15 else [],
                    "flags": rng.sample(["cuda", "mpi:a", "mpi:b"], rng.randrange(3)),
                    "extra_depends": {g: specs(rng, others, 2) for g in "xy" if rng.random() < 0.4},
                    "subdir": "linux-64", "size": 1, "timestamp": 1700000000000 + int(version[0]),
                    "md5": "%032x" % rng.getrandbits(128), "sha256": "%064x" % rng.getrandbits(256),
                }
    for subdir, section in (("linux-64", records), ("noarch", {})):
        os.makedirs(os.path.join(directory, subdir))
        with open(os.path.join(directory, subdir, "repodata.json"), "w") as file:
            json.dump({"info": {"subdir": subdir}, "packages": {}, "packages.conda": {},
                       "repodata_version": 1, "v3": {"conda": section}}, file)
    return records


VIRTUAL = [("__unix", "0"), ("__linux", "6.1"), ("__glibc", "2.36"), ("__archspec", "1")]


def virtual(name, version):
    build = "x86_64" if name == "__archspec" else "0"
    try:
        from rattler.package import BuildString
        build = BuildString(build)
    except ImportError:
        pass
    return rattler.GenericVirtualPackage(rattler.PackageName(name), rattler.Version(version), build)


async def solve_rattler(directory, wanted):
    try:
        return await rattler.solve(
            sources=["file://" + directory], specs=wanted, platforms=["linux-64", "noarch"],
            virtual_packages=[virtual(n, v) for n, v in VIRTUAL])
    except SolverError:
        return None
    except BaseException as error:  # A panic is no Exception.
        if "anic" not in type(error).__name__:
            raise
        return "panic"


def run(satchel, *words, **options):
    environment = {**os.environ, "CONDA_OVERRIDE_GLIBC": "2.36", "CONDA_OVERRIDE_LINUX": "6.1",
                   "CONDA_OVERRIDE_CUDA": ""}
    return subprocess.run([satchel, *words], capture_output=True, text=True, env=environment,
                          **options)


def main():
    satchel = sys.argv[1]
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 300
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    plans = flaws = known = panics = 0
    for number in range(seed, seed + count):
        rng = random.Random(number)
        with tempfile.TemporaryDirectory() as directory:
            channel = os.path.join(directory, "chan")
            make_channel(rng, channel)
            wanted = [spec(rng, n) for n in rng.sample(NAMES, rng.randrange(1, 4))]
            theirs = asyncio.run(solve_rattler(channel, wanted))
            common = ["-c", channel, "--override-channels", "--no-rc", "--platform", "linux-64"]
            ours = run(satchel, "solve", "--json", *common, *wanted)
            flaw = None
            if theirs == "panic":
                panics += 1
                continue
            if ours.returncode not in (0, 1):
                flaw = f"satchel fails ({ours.returncode}): {ours.stderr}{ours.stdout[-500:]}"
            elif (ours.returncode == 0) != (theirs is not None):
                if ours.returncode == 0:
                    path = os.path.join(directory, "ours.json")
                    with open(path, "w") as file:
                        file.write(ours.stdout)
                    checked = run(satchel, "verify", path, *common, *wanted)
                    flaw = checked.stdout + checked.stderr if checked.returncode else None
                    known += 1
                else:
                    flaw = f"satchel {'has a' if ours.returncode == 0 else 'has no'} plan, " \
                           f"rattler {'has one' if theirs is not None else 'has none'}"
            elif theirs is not None:
                plans += 1
                text = "@EXPLICIT\n" + "".join(
                    f"file://{channel}/linux-64/{r.file_name}\n" for r in theirs)
                path = os.path.join(directory, "plan.txt")
                with open(path, "w") as file:
                    file.write(text)
                checked = run(satchel, "verify", path, *common, *wanted, "--best")
                wrong = [line for line in checked.stdout.splitlines()
                         if not line.endswith("nothing needs it")]
                if (checked.returncode != 0 and wrong) or "better than" in checked.stdout:
                    flaw = f"rattler's plan: {checked.stdout}{checked.stderr}\n{text}"
            if flaw:
                flaws += 1
                print(f"seed {number}: {wanted}\n  {flaw}")
    print(f"{count} problems, {plans} with a plan of both, {flaws} differences, "
          f"{known} where only satchel has a plan, {panics} at which rattler panics")
    return 1 if flaws else 0


if __name__ == "__main__":
    sys.exit(main())
