"""The plug-in in conda itself: SATCHEL_CONDA_PYTHON names a Python that has conda 23.3 or newer."""

import importlib.util
import json
import os
import pathlib
import subprocess
import tempfile
import unittest

# Where the package is imported from: the conda that is tested may have another Python.
HERE = pathlib.Path(importlib.util.find_spec("satchel").origin).parent.parent
PYTHON = os.environ.get("SATCHEL_CONDA_PYTHON")


def install(prefix, name, channel):
    """Makes an environment look as if it had an old package, once asked for."""
    meta = prefix / "conda-meta"
    meta.mkdir(parents=True, exist_ok=True)
    dist = f"{name}-0.1-0"
    record = dict(
        name=name, version="0.1", build="0", build_number=0, subdir="noarch", depends=[],
        channel=channel + "/noarch", fn=dist + ".conda", url=f"{channel}/noarch/{dist}.conda",
        files=[], paths_data={"paths": [], "paths_version": 1},
    )
    (meta / (dist + ".json")).write_text(json.dumps(record))
    (meta / "history").write_text(
        f"==> 2024-01-01 00:00:00 <==\n# update specs: ['{name}']\n+{channel}/noarch::{dist}\n"
    )


@unittest.skipUnless(PYTHON, "SATCHEL_CONDA_PYTHON is not set")
class CondaTest(unittest.TestCase):
    def conda(self, *words, installed=()):
        """What `conda WORDS... --json` prints, with the plug-in found as an installed one is, of an
        environment with what is `installed`: names of packages of version 0.1."""
        channel = pathlib.Path(os.environ["SATCHEL_DEMO"], "conda-forge").as_uri()
        with tempfile.TemporaryDirectory() as home:
            metadata = pathlib.Path(home, "satchel-0.2.0.dist-info")
            metadata.mkdir()
            (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: satchel\nVersion: 0.2.0\n")
            (metadata / "entry_points.txt").write_text(
                "[conda]\nsatchel = satchel.conda.plugin\n"
            )
            for name in installed:
                install(pathlib.Path(home, "env"), name, channel)
            paths = [str(HERE), home, os.environ.get("PYTHONPATH", "")]
            environment = dict(
                os.environ,
                HOME=home,
                PYTHONPATH=os.pathsep.join(path for path in paths if path),
                CONDA_PKGS_DIRS=home + "/pkgs",
                CONDA_SUBDIR="linux-64",
            )
            command = [PYTHON, "-m", "conda", *words, "--solver=satchel", "-p", home + "/env"]
            command += ["--override-channels", "-c", channel, "--dry-run", "--json", "--offline"]
            run = subprocess.run(command, env=environment, capture_output=True, text=True)
        return json.loads(run.stdout)

    def test_plans(self):
        answer = self.conda("create", "numpy")
        self.assertTrue(answer.get("success"), answer)
        linked = [record["name"] for record in answer["actions"]["LINK"]]
        self.assertIn("numpy", linked)
        self.assertLess(linked.index("python"), linked.index("numpy"))

    def test_explains(self):
        answer = self.conda("create", "numpy <0.1")
        self.assertEqual(answer["exception_name"], "SatchelUnsatisfiableError", answer)
        self.assertIn("numpy", answer["message"])

    def test_updates_all(self):
        """No spec is given, but channels are needed."""
        answer = self.conda("update", "--all", installed=["six"])
        linked = [record["name"] for record in answer.get("actions", {}).get("LINK", [])]
        self.assertIn("six", linked, answer)

    def test_exclude_newer(self):
        """conda 26.8 refuses it unless the solver says that it can."""
        answer = self.conda("create", "numpy", "--exclude-newer", "2000-01-01")
        if "unrecognized arguments" in str(answer):
            self.skipTest("this conda has no --exclude-newer")
        self.assertNotIn("does not support", str(answer))


# What SolverTests expects of conda's features (`@mkl`), which choose builds by what other packages
# track: neither satchel nor libmamba has them.
FEATURES = {
    "test_iopro_nomkl",
    "test_mkl",
    "test_scipy_mkl",
    "test_pseudo_boolean",
    "test_no_features",
}
SOLVER_TESTS = """
import pytest
from conda.testing.solver_helpers import SolverTests
from satchel.conda.solver import SatchelSolver

class TestSatchel(SolverTests):
    @property
    def solver_class(self):
        return SatchelSolver
    @property
    def tests_to_skip(self):
        return {"features": %r}
"""


@unittest.skipUnless(PYTHON, "SATCHEL_CONDA_PYTHON is not set")
class CondasOwnTests(unittest.TestCase):
    def test_solver_tests(self):
        if subprocess.run([PYTHON, "-c", "import pytest, conda.testing"]).returncode != 0:
            self.skipTest("that Python has no pytest or no conda.testing")
        with tempfile.TemporaryDirectory() as home:
            file = pathlib.Path(home, "test_satchel.py")
            file.write_text(SOLVER_TESTS % sorted(FEATURES))
            paths = [str(HERE), os.environ.get("PYTHONPATH", "")]
            environment = dict(
                os.environ, HOME=home, PYTHONPATH=os.pathsep.join(path for path in paths if path)
            )
            command = [PYTHON, "-m", "pytest", "-q", "-p", "conda.testing.fixtures", str(file)]
            run = subprocess.run(command, env=environment, capture_output=True, text=True, cwd=home)
        self.assertEqual(run.returncode, 0, run.stdout[-3000:])


if __name__ == "__main__":
    unittest.main()
