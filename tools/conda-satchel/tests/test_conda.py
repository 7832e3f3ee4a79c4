"""The plug-in in conda itself: SATCHEL_CONDA_PYTHON names a Python that has conda 23.3 or newer."""

import json
import os
import pathlib
import subprocess
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent.parent
PYTHON = os.environ.get("SATCHEL_CONDA_PYTHON")


@unittest.skipUnless(PYTHON, "SATCHEL_CONDA_PYTHON is not set")
class CondaTest(unittest.TestCase):
    def conda(self, *words):
        """What `conda WORDS... --json` prints, with the plug-in found as an installed one is."""
        channel = pathlib.Path(os.environ["SATCHEL_DEMO"], "conda-forge").as_uri()
        with tempfile.TemporaryDirectory() as home:
            metadata = pathlib.Path(home, "conda_satchel-0.1.0.dist-info")
            metadata.mkdir()
            (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: conda-satchel\nVersion: 0.1.0\n")
            (metadata / "entry_points.txt").write_text(
                "[conda]\nconda-satchel = conda_satchel.plugin\n"
            )
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


if __name__ == "__main__":
    unittest.main()
