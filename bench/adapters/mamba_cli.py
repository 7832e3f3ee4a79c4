#!/usr/bin/env python3
"""micromamba or mamba, as a whole: `create --dry-run --json`, from start to exit."""

import json
import sys

from adapter import serve
from command_line import CommandLineAdapter


class Mamba(CommandLineAdapter):
    capabilities = ("priority:strict", "priority:flexible", "priority:disabled")
    how_to_install = "https://mamba.readthedocs.io/en/latest/installation/micromamba-installation.html"

    def __init__(self, program):
        super().__init__()
        self.name = self.program = program

    def solve(self, problem):
        command = [self.program, "create", "--dry-run", "--json", "--yes", "--no-rc", "--override-channels",
                   "--prefix", str(self.scratch / "environment"), "--platform", self.platform]
        for url in self.channel_urls():
            command += ["--channel", url]
        command += problem["specs"]
        finished = self.run(command, problem, MAMBA_ROOT_PREFIX=str(self.scratch),
                            MAMBA_CHANNEL_PRIORITY=problem["channel_priority"])
        try:
            answer = json.loads(finished.stdout)
        except ValueError:
            answer = {}
        if answer.get("success") and finished.returncode == 0:
            return [self.from_place(record["url"]) for record in answer.get("actions", {}).get("LINK", [])]
        if "solver_problems" in answer or "Could not solve for environment specs" in finished.stderr:
            return None
        raise RuntimeError(f"exit code {finished.returncode}: {finished.stderr.strip()[-300:]}")


if __name__ == "__main__":
    serve(Mamba(sys.argv[1] if len(sys.argv) > 1 else "micromamba"))
