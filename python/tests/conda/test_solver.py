"""The plug-in on a stand-in for conda (fake_conda) and the demo channels (SATCHEL_DEMO)."""

import os
import pathlib
import unittest

import fake_conda

fake_conda.install()

import satchel  # noqa: E402
from satchel import _library  # noqa: E402
from satchel.conda import plugin  # noqa: E402
from satchel.conda.solver import SatchelSolver, SatchelUnsatisfiableError  # noqa: E402

CHANNEL = pathlib.Path(os.environ["SATCHEL_DEMO"], "conda-forge").as_uri()


def solver(add=(), remove=(), command="install"):
    return SatchelSolver(
        "/env", [CHANNEL], specs_to_add=add, specs_to_remove=remove, command=command
    )


def names(state):
    return [record.name for record in state]


class SolverTest(unittest.TestCase):
    def setUp(self):
        fake_conda.PREFIX.__init__()

    def install(self, *specs):
        """As conda would after the solve."""
        state = solver(specs).solve_final_state()
        fake_conda.PREFIX.records = [record.dump() for record in state]
        fake_conda.PREFIX.history.update({fake_conda.MatchSpec(s).name: s for s in specs})
        return {record.name: record for record in state}

    def test_is_registered(self):
        (found,) = plugin.conda_solvers()
        self.assertEqual((found.name, found.backend), ("satchel", SatchelSolver))

    def test_records_are_complete_and_in_order(self):
        state = solver(["numpy"]).solve_final_state()
        self.assertIn("numpy", names(state))
        self.assertLess(names(state).index("python"), names(state).index("numpy"))
        record = state[names(state).index("numpy")]
        self.assertTrue(record.url.startswith(CHANNEL))
        self.assertEqual(record.channel.base_url, record.url.rsplit("/", 1)[0])
        self.assertTrue(record.depends)

    def test_what_is_installed_stays_the_same_object_and_is_pruned_on_removal(self):
        first = self.install("numpy")
        state = solver(["python"]).solve_final_state()
        self.assertEqual(set(names(state)), set(first))
        self.assertEqual([r.version for r in state if r.name == "numpy"], [first["numpy"].version])
        self.install("python")
        after = solver(remove=["numpy"], command="remove").solve_final_state()
        self.assertNotIn("numpy", names(after))
        self.assertIn("python", names(after))
        kept = solver(remove=["python"]).solve_final_state(force_remove=True)
        self.assertEqual(set(names(kept)), set(first) - {"python"})

    def test_pins_hold_unless_ignored(self):
        newest = self.install("python")["python"].version
        fake_conda.PREFIX.__init__()
        older = ".".join(newest.split(".")[:1] + [str(int(newest.split(".")[1]) - 1)])
        fake_conda.PREFIX.pinned = [f"python {older}.*"]
        state = solver(["python"]).solve_final_state()
        self.assertTrue([r for r in state if r.name == "python"][0].version.startswith(older))
        state = solver(["python"]).solve_final_state(ignore_pinned=True)
        self.assertEqual([r for r in state if r.name == "python"][0].version, newest)

    def test_only_deps_and_no_deps(self):
        only = fake_conda.DepsModifier.ONLY_DEPS
        state = solver(["numpy"]).solve_final_state(deps_modifier=only)
        self.assertNotIn("numpy", names(state))
        self.assertIn("python", names(state))
        none = fake_conda.DepsModifier.NO_DEPS
        state = solver(["numpy"]).solve_final_state(deps_modifier=none)
        self.assertEqual(names(state), ["numpy"])

    def test_says_why_there_is_no_plan(self):
        with self.assertRaises(SatchelUnsatisfiableError) as caught:
            solver(["numpy 0.1"]).solve_final_state()
        self.assertIn("numpy", str(caught.exception))
        self.assertFalse(caught.exception.allow_retry)
        with self.assertRaises(fake_conda.PackagesNotFoundError) as caught:
            solver(["no-such-package"]).solve_final_state()
        self.assertEqual(caught.exception.packages, ["no-such-package"])

    def test_what_is_not_installed_cannot_be_removed(self):
        with self.assertRaises(fake_conda.PackagesNotFoundError):
            solver(remove=["numpy"], command="remove").solve_final_state()

    def test_errors_carry_the_message(self):
        with _library.Request() as request:
            with self.assertRaises(satchel.SatchelError) as caught:
                request.add_spec("numpy >=>2")
        self.assertEqual(caught.exception.code, 2)
        self.assertIn("numpy", str(caught.exception))


if __name__ == "__main__":
    unittest.main()
