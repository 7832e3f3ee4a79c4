#!/usr/bin/env python3
"""Solves every environment in a directory on real channels and checks every plan.

usage: solve_environments.py SATCHEL SPECS_DIRECTORY CHANNELS_DIRECTORY [SUBSTITUTE...]

SPECS_DIRECTORY holds environment.yml files, CHANNELS_DIRECTORY one directory for each channel, as for
--channel-alias. Channels that are not there are left out and named in the table; a SUBSTITUTE such as
defaults=main-2018 says which directory stands for a channel. Each plan is checked by `satchel verify`.
If RESULTS.tsv lies beside the environments (file, channels, ..., in column 4 SAT or UNSAT), each status is
compared with it. Prints a table in Markdown; exits with 1 if a plan is not valid or a solve failed.
"""

import collections
import csv
import json
import pathlib
import re
import subprocess
import sys
import tempfile

SERVERS = re.compile(r"https?://(conda\.anaconda\.org|repo\.anaconda\.com|(repo\.)?prefix\.dev|repo\.mamba\.pm)/")
# A machine with a recent driver, so that results do not depend on this machine.
ENVIRONMENT = {"CONDA_OVERRIDE_CUDA": "13.0", "CONDA_OVERRIDE_GLIBC": "2.39", "CONDA_OVERRIDE_LINUX": "6.8",
               "CONDA_OVERRIDE_ARCHSPEC": "x86_64_v4", "PATH": "/usr/bin:/bin"}
TIMEOUT_SECONDS = 120


def channels_of(path):
    """The `channels:` list of an environment.yml, without a YAML reader: one "- name" per line."""
    channels = []
    inside = False
    for line in path.read_text().splitlines():
        if re.match(r"channels\s*:", line):
            inside = True
        elif inside and (item := re.match(r"\s*-\s*([^#]*)", line)):
            channels.append(item.group(1).strip().strip("'\""))
        elif inside and line.strip() and not line.lstrip().startswith("#"):
            inside = False
    return channels


def locate(channels, directory, substitutes):
    """Splits channels into existing directories and names without one."""
    there, absent = [], []
    for channel in channels:
        if channel == "nodefaults":
            continue
        name = SERVERS.sub("", channel).rstrip("/")
        path = directory / substitutes.get(name, name)
        if not path.is_dir():
            absent.append(name)
        elif path not in there:
            there.append(path)
    return there, absent


def run(command):
    finished = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, check=False)
    return finished.returncode, finished.stdout, finished.stderr


def solve(satchel, spec, channels):
    """The row of one environment, as a dictionary."""
    request = ["--file", spec, "--override-channels", "--platform", "linux-64"]
    for channel in channels:
        request += ["--channel", channel]
    code, output, errors = run([satchel, "solve", *request, "--json", "--timeout", str(TIMEOUT_SECONDS)])
    try:
        answer = json.loads(output)["satchel"]
    except (ValueError, KeyError):
        return {"status": "error", "why": (errors or output).strip()[:200]}
    row = {"status": answer["status"], "ms": answer.get("timings_ms", {}).get("solve")}
    if code == 0:
        with tempfile.NamedTemporaryFile("w", suffix=".json") as plan:
            plan.write(output)
            plan.flush()
            valid, lines, errors = run([satchel, "verify", plan.name, *request])
        row.update(packages=len(answer["packages"]), proven=answer["proven"], valid=valid == 0)
        row["why"] = "" if valid == 0 else (lines + errors).strip()[:200]
    elif code == 1:
        row["why"] = "; ".join(answer["blamed"])
    else:
        row["why"] = (errors or output).strip()[:200]
    return row


def known_statuses(directory):
    path = directory / "RESULTS.tsv"
    if not path.exists():
        return {}
    with path.open() as file:
        return {row[0]: row[3] for row in csv.reader(file, delimiter="\t") if len(row) > 3}


def difference(row, known):
    if not known or (row["status"] == "solved") == (known == "SAT"):
        return ""
    return f"known: {known}"


def main():
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    satchel = sys.argv[1]
    specs, directory = pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    substitutes = dict(argument.split("=", 1) for argument in sys.argv[4:])
    known = known_statuses(specs)
    counts = collections.Counter()
    failed = False
    print("| environment | channels | status | packages | solve ms | proven | verified | remarks |")
    print("|---|---|---|---|---|---|---|---|")
    for spec in sorted(specs.glob("*.yml")):
        there, absent = locate(channels_of(spec), directory, substitutes)
        if there:
            row = solve(satchel, str(spec), [str(path) for path in there])
        else:
            row = {"status": "no channel"}
        differs = difference(row, known.get(spec.name)) if there else ""
        counts[row["status"] + (" (differs)" if differs else "")] += 1
        failed |= row["status"] not in ("solved", "unsatisfiable", "no channel") or row.get("valid") is False
        remarks = [differs, "absent: " + ", ".join(absent) if absent else "", row.get("why", "")]
        cells = [spec.stem, " ".join(path.name for path in there), row["status"], row.get("packages", ""),
                 f"{row['ms']:.0f}" if row.get("ms") is not None else "", row.get("proven", ""),
                 row.get("valid", ""), "; ".join(filter(None, remarks)).replace("|", "\\|").replace("\n", " ")]
        print("| " + " | ".join(str(cell) for cell in cells) + " |", flush=True)
    print("\n" + ", ".join(f"{status}: {count}" for status, count in sorted(counts.items())))
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
