"""Shared by adapters of command-line programs: one run of the program is one solve."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from adapter import Adapter, NotInstalled


class CommandLineAdapter(Adapter):
    """load() only stores its arguments: these programs read their channels again in each run."""

    program = ""
    how_to_install = ""

    def __init__(self):
        self.scratch = Path(tempfile.mkdtemp(prefix="satchel-bench-"))
        self.platform = ""
        self.channels = []

    def close(self):
        shutil.rmtree(self.scratch, ignore_errors=True)

    def version(self):
        path = shutil.which(self.program)
        if path is None:
            raise NotInstalled(f"{self.program} is not installed: {self.how_to_install}")
        answer = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=60, check=False)
        words = answer.stdout.split()
        if answer.returncode != 0 or not words:
            raise NotInstalled(f"{path} --version fails: {answer.stderr.strip()[:200]}")
        return words[-1]

    def load(self, platform, channels):
        self.platform = platform
        self.channels = channels

    def channel_urls(self):
        return [Path(channel["directory"]).as_uri() for channel in self.channels]

    def from_place(self, url):
        """The URL of a package in the problem, from the URL that the program read it from."""
        for channel, place in zip(self.channels, self.channel_urls()):
            if url.startswith(place + "/"):
                return channel["url"] + url[len(place):]
        return url

    def environment(self, problem):
        """The machine that the problem is for: each virtual package as given, all others absent."""
        variables = dict(os.environ, CONDA_SUBDIR=self.platform, CONDA_PKGS_DIRS=str(self.scratch / "pkgs"))
        given = {name: (version, build) for name, version, build in problem["virtual_packages"]}
        for name in ("archspec", "cuda", "glibc", "linux", "osx", "win"):
            version, build = given.get("__" + name, ("", ""))
            variables["CONDA_OVERRIDE_" + name.upper()] = build if name == "archspec" else version
        return variables

    def run(self, command, problem, **variables):
        """The finished process. Raises TimeoutError."""
        environment = dict(self.environment(problem), **variables)
        try:
            return subprocess.run(command, capture_output=True, text=True, env=environment, check=False,
                                  cwd=self.scratch, timeout=problem.get("timeout_s"))
        except subprocess.TimeoutExpired as error:
            raise TimeoutError from error
