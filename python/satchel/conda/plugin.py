"""The entry point for conda."""

from conda import plugins

from .solver import SatchelSolver

try:
    from conda.plugins.types import CondaSolver
except ImportError:  # conda before 24.1
    from conda.plugins import CondaSolver


@plugins.hookimpl
def conda_solvers():
    yield CondaSolver(name="satchel", backend=SatchelSolver)
