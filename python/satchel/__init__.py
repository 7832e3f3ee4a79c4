"""satchel: the best set of conda packages, with a proof.

>>> import satchel
>>> channels = satchel.Channels.open(["conda-forge"])  # doctest: +SKIP
>>> plan = satchel.solve(["python=3.12", "numpy"], channels)  # doctest: +SKIP

docs/python.md is the tutorial; ``help(satchel.solve)`` lists the options.
"""

from ._answers import Fix, Reason, Reasons, Unsatisfiable, Verification, WhyNot
from ._api import (
    explain,
    explain_async,
    solve,
    solve_async,
    solve_many,
    solve_many_async,
    verify,
    why,
    why_not,
    why_not_async,
)
from ._channels import Channels
from ._errors import (
    Cancelled,
    ChannelError,
    InternalError,
    InvalidError,
    SatchelError,
    SolveTimeout,
)
from ._plan import Level, Plan
from ._records import Record
from ._records import as_record as record
from ._request import Request
from ._specs import MatchSpec, Version, VersionSpec

__version__ = "0.2.0"
__all__ = [
    "Cancelled",
    "ChannelError",
    "Channels",
    "Fix",
    "InternalError",
    "InvalidError",
    "Level",
    "MatchSpec",
    "Plan",
    "Reason",
    "Reasons",
    "Record",
    "Request",
    "SatchelError",
    "SolveTimeout",
    "Unsatisfiable",
    "Verification",
    "Version",
    "VersionSpec",
    "WhyNot",
    "explain",
    "explain_async",
    "record",
    "solve",
    "solve_async",
    "solve_many",
    "solve_many_async",
    "verify",
    "why",
    "why_not",
    "why_not_async",
]
