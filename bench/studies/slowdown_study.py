#!/usr/bin/env python3
"""Tests how well `satchel bench compare` distinguishes a slow-down from noise, on this machine as it is now.

Both sides of each run are the same program. Of the "slower" runs one side burns some percent of the processor time that it
has taken when it ends; of the "same" runs it burns none. How often compare speaks of a regression is printed.

    bench/studies/slowdown_study.py build/release/bin/satchel corpora/manifests/embedded-everyday.yaml --runs 20 --percent 5
"""

import argparse
import os
import re
import subprocess
import tempfile

BURN = """
#include <time.h>
static double Now(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}
__attribute__((destructor)) static void Burn(void) {
  const double until = Now() * (1 + PERCENT / 100.0);
  while (Now() < until) {
  }
}
"""


def build(directory, percent):
    """A library that burns time when its process ends; preloaded by both sides, so that loading it costs both the same."""
    source, library = (os.path.join(directory, f"burn{percent}.{end}") for end in ("c", "so"))
    with open(source, "w") as file:
        file.write(BURN)
    subprocess.run(["cc", "-O2", "-shared", "-fPIC", f"-DPERCENT={percent}", source, "-o", library], check=True)
    return library


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("satchel")
    parser.add_argument("manifest")
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--percent", type=float, default=5)
    parser.add_argument("--repetitions", type=int, default=20)
    parser.add_argument("--only", default=None)
    arguments = parser.parse_args()
    program = os.path.abspath(arguments.satchel)
    with tempfile.TemporaryDirectory() as directory:
        libraries = {percent: build(directory, percent) for percent in (0, arguments.percent)}
        for kind, percent in (("same", 0), ("slower", arguments.percent)):
            regressions = 0
            for seed in range(arguments.runs):
                results = os.path.join(directory, f"{kind}-{seed}.jsonl")
                solvers = [word for label, library in (("base", libraries[0]), ("new", libraries[percent]))
                           for word in ("--solver", f"{label}=env LD_PRELOAD={library} {program} bench adapter --program {program}")]
                subprocess.run([program, "bench", "run", arguments.manifest, "--repetitions", str(arguments.repetitions),
                                "--seed", str(seed), "-q", "-o", results, *solvers]
                               + (["--only", arguments.only] if arguments.only else []), check=True)
                verdict = subprocess.run([program, "bench", "compare", results, "--base-solver", "base", "--new-solver", "new"],
                                         capture_output=True, text=True)
                regressions += verdict.returncode == 1
                change = re.search(r"\(([^,]*),", verdict.stdout)
                print(f"{kind} {seed}: exit code {verdict.returncode}, {change.group(1) if change else verdict.stderr}", flush=True)
            print(f"{kind}: a regression in {regressions} of {arguments.runs} runs", flush=True)


if __name__ == "__main__":
    main()
