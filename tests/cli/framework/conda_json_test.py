"""Compares the JSON of satchel with that of conda on the same environments.

Each key of conda's must be there, with a value of conda's type; satchel may have more. SATCHEL and
CONDA are the programs; without CONDA the test is skipped (exit code 77).
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

SATCHEL = os.environ.get("SATCHEL", "satchel")
CONDA = os.environ.get("CONDA")

def record(name, version, depends=()):
    return {
        "name": name, "version": version, "build": "0", "build_number": 0,
        "depends": list(depends), "constrains": [], "subdir": "linux-64", "license": "MIT",
        "md5": "0" * 32, "sha256": "0" * 64, "size": 10, "timestamp": 1600000000000,
    }


RECORDS = [record("app", "1.0", ["lib"]), record("lib", "1.0"), record("lib", "2.0")]


def kind(value):
    """The JSON type, numbers being one."""
    if isinstance(value, bool) or value is None or isinstance(value, (str, dict, list)):
        return type(value).__name__
    return "number"


def twin_of(record, records):
    """That of the same name, where they have names."""
    name = record.get("name") if isinstance(record, dict) else None
    return next((each for each in records if name and each.get("name") == name), records[0])


def differences(conda, ours, path=""):
    if isinstance(conda, dict) and isinstance(ours, dict):
        for key, value in conda.items():
            if key in ours:
                yield from differences(value, ours[key], f"{path}/{key}")
            elif path not in ("/env_vars", "/envvars"):  # Each shows the variables that it reads.
                yield f"{path}/{key}", "is missing"
    elif isinstance(conda, list) and isinstance(ours, list):
        if conda and ours:
            yield from differences(conda[0], twin_of(conda[0], ours), path + "[]")
        elif conda:
            yield path, "is empty"
    elif path == "/default_python":
        pass  # conda's is the Python that it runs on.
    elif conda is not None and kind(conda) != kind(ours):
        yield path, f"is {kind(ours)}, not {kind(conda)}"


class CondaJson(unittest.TestCase):
    def setUp(self):
        self.home = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.home)
        root = self.home / "root"
        channel = self.home / "channel"
        for subdir in ("linux-64", "noarch"):
            (channel / subdir).mkdir(parents=True)
            records = RECORDS if subdir == "linux-64" else []
            names = {f"{r['name']}-{r['version']}-0.conda": r for r in records}
            (channel / subdir / "repodata.json").write_text(json.dumps(
                {"info": {"subdir": subdir}, "packages": {}, "packages.conda": names}))
        for prefix, records in ((root, []), (root / "envs" / "e", RECORDS[:2])):
            meta = prefix / "conda-meta"
            meta.mkdir(parents=True)
            lines = ["==> 2024-01-01 00:00:00 <==", "# cmd: conda create -n e app"]
            for each in records:
                name = f"{each['name']}-{each['version']}-0"
                url = f"file://{channel}/linux-64/{name}.conda"
                lines.append(f"+{channel.as_uri()}/linux-64::{name}")
                (meta / f"{name}.json").write_text(json.dumps(
                    {**each, "channel": channel.as_uri() + "/linux-64", "url": url,
                     "fn": name + ".conda", "files": [], "paths_data": {"paths_version": 1, "paths": []}}))
            lines.append("# update specs: ['app']")
            (meta / "history").write_text("\n".join(lines) + "\n" if records else "")
        (self.home / ".condarc").write_text(f"channels: ['{channel.as_uri()}']\n")
        self.file = self.home / "environment.yml"
        self.file.write_text("name: new\ndependencies: [app, lib=1.0]\n")
        self.environment = {k: v for k, v in os.environ.items()
                            if not k.startswith(("CONDA", "MAMBA", "SATCHEL", "_CE_"))}
        self.environment.update(
            HOME=str(self.home), SATCHEL_ROOT_PREFIX=str(root), CONDA_ROOT_PREFIX=str(root),
            CONDA_ENVS_DIRS=str(root / "envs"), CONDA_PKGS_DIRS=str(root / "pkgs"),
            CONDA_SUBDIR="linux-64", CONDA_SOLVER="classic", CONDA_NOTIFY_OUTDATED_CONDA="false")

    def json_of(self, program, words):
        run = subprocess.run([program, *words], env=self.environment, capture_output=True,
                             text=True, stdin=subprocess.DEVNULL, check=False)
        try:
            return json.loads(run.stdout)
        except ValueError:
            self.fail(f"{program} {words}: {run.returncode}\n{run.stdout[:500]}{run.stderr[:500]}")

    def check(self, words):
        with self.subTest(words=words):
            conda = self.json_of(CONDA, words)
            self.assertNotIn("traceback", conda, "conda itself failed")
            found = list(differences(conda, self.json_of(SATCHEL, words)))
            self.assertEqual(found, [])

    def test_what_there_is(self):
        for words in (["info"], ["info", "--envs"], ["list", "-n", "e"],
                      ["list", "-n", "e", "--revisions"], ["env", "list"],
                      ["export", "-n", "e"], ["env", "export", "-n", "e"],
                      ["env", "config", "vars", "list", "-n", "e"],
                      ["compare", "-n", "e", str(self.file)], ["search", "lib"],
                      ["clean", "--all", "--dry-run"]):
            self.check([*words, "--json"])

    def test_configuration(self):
        for words in (["--show"], ["--show-sources"], ["--get"]):
            self.check(["config", *words, "--json"])

    def test_changes(self):
        for words in (["create", "-n", "new", "app"], ["install", "-n", "e", "lib=2.0"],
                      ["remove", "-n", "e", "app"], ["install", "-n", "e", "app"],
                      ["update", "-n", "e", "--all"]):
            self.check([*words, "--dry-run", "--json"])
        self.check(["env", "create", "-n", "new", "-f", str(self.file), "--dry-run", "--json"])

    def test_errors(self):
        self.check(["search", "none", "--json"])
        self.check(["create", "-n", "new", "none", "--dry-run", "--json"])
        self.check(["list", "-n", "none", "--json"])


if __name__ == "__main__":
    if not CONDA:
        print("skipped: there is no conda")
        sys.exit(77)
    unittest.main()
