#!/usr/bin/env python3
"""Times `satchel lock` beside py-rattler and conda-lock: the same environments for the same platforms, from the same channel.

Each is run as its user runs it, from start to end: satchel with its index made, py-rattler with its sparse repodata (a script that
solves each platform and writes a LockFile), conda-lock with the conda that is named. Runs alternate; the least processor time
of each counts. Environments without a plan on a platform are left out, and counted.

    bench/studies/lock_study.py build/release/bin/satchel --channel corpora/conda-forge --environments corpora/specs \\
        --platform linux-64 --platform linux-aarch64 --platform osx-64 --count 20 --rattler PYTHON [--conda-lock PROGRAM --conda CONDA]
"""

import argparse
import glob
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time

RATTLER = """
import asyncio, sys
from rattler import BuildString, Channel, GenericVirtualPackage, LockChannel, LockFile, LockPlatform, PackageName, SparseRepoData, Version, solve_with_sparse_repodata
channel_path, out, specs, platforms = sys.argv[1], sys.argv[2], sys.argv[3].split("\\n"), sys.argv[4].split(",")
channel = Channel("file://" + channel_path)
machine = {"linux": [("__linux", "4.18"), ("__glibc", "2.28"), ("__unix", "0")], "osx": [("__osx", "13.0"), ("__unix", "0")], "win": [("__win", "0")]}
async def main():
    lock = LockFile([LockPlatform(platform) for platform in platforms])
    lock.set_channels("default", [LockChannel(channel.base_url)])
    for platform in platforms:
        data = [SparseRepoData(channel, subdir, f"{channel_path}/{subdir}/repodata.json") for subdir in (platform, "noarch")]
        virtual = [GenericVirtualPackage(PackageName(name), Version(version), BuildString("0")) for name, version in machine[platform.split("-")[0]]]
        for record in await solve_with_sparse_repodata(specs, data, virtual_packages=virtual):
            lock.add_conda_package("default", LockPlatform(platform), record)
    lock.to_path(out)
asyncio.run(main())
"""


def specs_of(path, program):
    """The specs of an environment.yml for conda alone, or None if it has something that is not one."""
    specs, reading = [], False
    for line in open(path):
        text = line.split(" #")[0].rstrip()
        if text.startswith("dependencies:"):
            reading = True
        elif reading and text.strip().startswith("- ") and not text.strip().endswith(":"):
            specs.append(text.strip()[2:].strip().strip("\"'"))
        elif reading and text and not text.startswith((" ", "-", "#")):
            reading = False
        elif reading and text.strip().endswith(":"):
            return None
    return [spec for spec in specs if "::" not in spec] or None


def run(command, timeout):
    """Processor seconds and whether it went well."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.monotonic()
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=timeout)
    except subprocess.TimeoutExpired:
        return None, f"more than {timeout} s"
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return (seconds, time.monotonic() - start), "" if done.returncode == 0 else (done.stderr or done.stdout).strip()[-300:]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("satchel")
    parser.add_argument("--channel", required=True)
    parser.add_argument("--environments", required=True)
    parser.add_argument("--platform", action="append", required=True)
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--repetitions", type=int, default=3)
    parser.add_argument("--timeout", type=float, default=300)
    parser.add_argument("--rattler", help="a python that has py-rattler")
    parser.add_argument("--conda-lock")
    parser.add_argument("--conda", help="the conda that conda-lock is to use; one called micromamba may be satchel")
    arguments = parser.parse_args()
    program, channel = os.path.abspath(arguments.satchel), os.path.abspath(arguments.channel)
    ratios, left_out = {}, 0
    with tempfile.TemporaryDirectory() as directory:
        print("environment".ljust(34) + "satchel s (cpu/wall)   py-rattler s        conda-lock s")
        for path in sorted(glob.glob(os.path.join(arguments.environments, "*.yml"))):
            specs = specs_of(path, program)
            if specs is None or len(ratios.get("satchel", [])) >= arguments.count:
                continue
            wanted = os.path.join(directory, "environment.yml")
            with open(wanted, "w") as file:
                file.write("dependencies:\n" + "".join(f"  - '{spec}'\n" for spec in specs))
            platforms = [word for platform in arguments.platform for word in ("--platform", platform)]
            lock = os.path.join(directory, "conda-lock.yml")
            commands = {"satchel": [program, "lock", "--no-rc", "-c", channel, "-f", wanted, "-o", lock, "--update-all", *platforms]}
            if arguments.rattler:
                commands["py-rattler"] = [arguments.rattler, "-c", RATTLER, channel, os.path.join(directory, "pixi.lock"), "\n".join(specs),
                                          ",".join(arguments.platform)]
            if arguments.conda_lock:
                commands["conda-lock"] = [arguments.conda_lock, "lock", *(["--micromamba"] if arguments.conda.endswith("micromamba") else []),
                                          "--conda", arguments.conda, "-f", wanted, "-c", "file://" + channel,
                                          "--lockfile", os.path.join(directory, "other-lock.yml"),
                                          *[word for platform in arguments.platform for word in ("-p", platform)]]
            best, failed = {}, {}
            for repetition in range(arguments.repetitions):
                for name, command in commands.items():
                    if name in failed or "satchel" in failed or (name == "conda-lock" and repetition > 0):
                        continue
                    if name == "satchel":
                        open(lock, "w").close()
                        os.remove(lock)
                    seconds, error = run(command, arguments.timeout)
                    if error:
                        failed[name] = error
                        continue
                    best[name] = min(best.get(name, seconds), seconds)
            if "satchel" in failed:
                left_out += 1
                continue
            ratios.setdefault("satchel", []).append(1)
            cells = []
            for name in ("satchel", "py-rattler", "conda-lock"):
                if name in best:
                    cells.append(f"{best[name][0]:.2f}/{best[name][1]:.2f}" + (f" ({best[name][0] / best['satchel'][0]:.1f}x)" if name != "satchel" else ""))
                    if name != "satchel":
                        ratios.setdefault(name, []).append((best[name][0] / best["satchel"][0], best[name][1] / best["satchel"][1]))
                else:
                    cells.append("failed" if name in commands else "")
            print(os.path.basename(path)[:-4].ljust(34) + "".join(cell.ljust(22) for cell in cells), flush=True)
            for name, error in failed.items():
                print(f"  {name}: {error}".replace("\n", " ")[:200], file=sys.stderr)
    print(f"{len(ratios.get('satchel', []))} environments, {left_out} without a plan on a platform left out")
    for name, of_name in ratios.items():
        if name != "satchel":
            cpu, wall = sorted(r[0] for r in of_name), sorted(r[1] for r in of_name)
            print(f"{name} / satchel: cpu median {statistics.median(cpu):.1f} (least {cpu[0]:.1f}, most {cpu[-1]:.1f}), "
                  f"wall median {statistics.median(wall):.1f}, of {len(cpu)}")


if __name__ == "__main__":
    main()
