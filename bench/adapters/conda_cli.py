#!/usr/bin/env python3
"""conda with one of its solvers, as a whole: `create --dry-run --json`, from start to exit."""

import json
import sys

from adapter import Unsupported, serve
from command_line import CommandLineAdapter

UNSATISFIABLE = ("UnsatisfiableError", "LibMambaUnsatisfiableError", "RattlerUnsatisfiableError",
                 "PackagesNotFoundError", "ResolvePackageNotFound", "PackagesNotFoundInChannelsError")


class Conda(CommandLineAdapter):
    program = "conda"
    capabilities = ("priority:strict", "priority:flexible", "priority:disabled")
    how_to_install = "https://conda-forge.org/download"

    def __init__(self, solver):
        super().__init__()
        self.solver = solver
        self.name = f"conda ({solver})"

    def solve(self, problem):
        command = [self.program, "create", "--dry-run", "--json", "--yes", "--override-channels", "--solver",
                   self.solver, "--prefix", str(self.scratch / "environment")]
        for url in self.channel_urls():
            command += ["--channel", url]
        command += problem["specs"]
        finished = self.run(command, problem, CONDA_CHANNEL_PRIORITY=problem["channel_priority"],
                            CONDA_ADD_PIP_AS_PYTHON_DEPENDENCY="false")
        answer = json.loads(finished.stdout)
        if answer.get("success") and finished.returncode == 0:
            return [self.from_place(url) for url in self.urls(answer.get("actions", {}))]
        if answer.get("exception_name") in UNSATISFIABLE:
            return None
        if answer.get("exception_name") in ("CondaValueError", "PluginError"):
            raise Unsupported(answer.get("message", "")[:300])
        raise RuntimeError(answer.get("message", f"exit code {finished.returncode}")[:300])

    @staticmethod
    def urls(actions):
        """LINK does not say which format a package has; FETCH does, and this cache is empty, so it has all of them."""
        fetched = {record["fn"].removesuffix(".conda").removesuffix(".tar.bz2"): record["url"]
                   for record in actions.get("FETCH", [])}
        return [fetched.get(record["dist_name"], f'{record["base_url"]}/{record["platform"]}/{record["dist_name"]}.conda')
                for record in actions.get("LINK", [])]


if __name__ == "__main__":
    serve(Conda(sys.argv[1] if len(sys.argv) > 1 else "libmamba"))
