"""The questions: solve and explain, one or many, waiting or not."""

import os

from ._answers import Unsatisfiable
from ._channels import as_channels
from ._errors import InvalidError
from ._plan import Plan, ask_why, ask_why_not
from ._plan import verify as _verify
from ._request import Request
from ._run import run, run_async

# As `satchel solve` and `satchel explain` look for fixes.
_ONE_FIX = (1, 0.5)
_FIXES = (5, 10.0)


def _prepare(request, channels, fixes):
    """The library's request, and the work that answers it with a Plan or an Unsatisfiable."""
    channels = as_channels(channels)
    made, handle = request.make(channels, fixes), channels.handle

    def work():
        result = made.solve(handle)
        return Plan(result, request, channels) if result.has_plan else Unsatisfiable.of(result)

    return made, work


def _plan_or_raise(answer):
    if isinstance(answer, Unsatisfiable):
        raise answer
    return answer


def _conflict_or_none(answer):
    return answer if isinstance(answer, Unsatisfiable) else None


def solve(specs, channels, **options):
    """The best plan for the specs.

    specs: texts like ``"python=3.12"`` or :class:`MatchSpec`; all of them must hold.
    channels: open :class:`Channels`, or names, URLs, directories as for :meth:`Channels.open`,
        which are then read for this question.
    installed: what the environment has, which changes as little as can be: its directory, a
        :class:`Plan`, or records (dictionaries, py-rattler's or conda's; ``(record, spec)`` if it was
        asked for by that spec).
    pins: specs that hold for packages that are there; remove: packages that must go.
    virtual_packages: ``{"__cuda": "12.4"}`` or ``["__glibc=2.36=0"]``, instead of this machine's.
    platform: ``"linux-64"``, ...; None is that of open channels, else this machine's.
    channel_priority: ``"strict"``, ``"flexible"`` (the default), ``"disabled"``.
    exclude_newer: ignores later packages: a date, a datetime, a timedelta (so long ago), or a text
        (``"2024-05-31"``, ``"7d"``).
    objective: ``"newest"``, ``"ordered"``, ``"lowest"``, ``"lowest-direct"``, ``"fewest-changes"``.
    timeout: seconds; after that the best plan so far, with ``proven`` False.
    update_all, prune, no_deps: as the program's options.
    config, condarc: as for :meth:`Channels.open`.

    Raises :class:`Unsatisfiable` if there is no plan, ``SolveTimeout`` if none was found in time,
    ``InvalidError`` for what makes no sense, ``ChannelError`` if a channel cannot be read. The GIL
    is free meanwhile, and Ctrl-C stops it.
    """
    made, work = _prepare(Request(specs, **options), channels, _ONE_FIX)
    return _plan_or_raise(run(work, made.cancel))


async def solve_async(specs, channels, **options):
    """:func:`solve` without blocking the event loop; cancelling the task stops the solver."""
    made, work = _prepare(Request(specs, **options), channels, _ONE_FIX)
    return _plan_or_raise(await run_async(work, made.cancel))


def explain(specs, channels, **options):
    """Why there is no plan, with up to five fixes (up to ten seconds): an :class:`Unsatisfiable`,
    not raised. None if there is a plan. Options as for :func:`solve`."""
    made, work = _prepare(Request(specs, **options), channels, _FIXES)
    return _conflict_or_none(run(work, made.cancel))


async def explain_async(specs, channels, **options):
    """:func:`explain` without blocking the event loop."""
    made, work = _prepare(Request(specs, **options), channels, _FIXES)
    return _conflict_or_none(await run_async(work, made.cancel))


def why(package, specs=(), channels=(), *, every=False, **options):
    """Why a package is in the plan for the specs, or, without specs, in what is ``installed``: the
    shortest chain from a package that was asked for, or ``every`` chain, as a tree."""
    if specs:
        return solve(specs, channels, **options).why(package, every=every)
    if options.get("installed") is None:
        raise InvalidError("why in which plan? give specs and channels, or installed")
    return ask_why(package, Request(**options), every)


def why_not(spec, specs=(), channels=(), **options):
    """What stops ``spec`` in the plan for the specs, or, without specs, in what is ``installed``:
    a :class:`WhyNot`."""
    if specs:
        return solve(specs, channels, **options).why_not(spec)
    if options.get("installed") is None:
        raise InvalidError("why not in which plan? give specs and channels, or installed")
    return ask_why_not(spec, Request(**options), as_channels(channels))


def verify(plan, specs, channels, **options):
    """Checks a plan of any solver (the text of an ``@EXPLICIT`` file, or what ``satchel solve
    --json`` prints) against specs, without the solver: a :class:`Verification`."""
    return _verify(plan, Request(specs, **options), as_channels(channels))


def _prepare_many(requests, channels, threads):
    channels = as_channels(channels)
    prepared = [_prepare(Request.of(request), channels, _ONE_FIX) for request in requests]
    threads = min(threads or os.cpu_count() or 1, max(1, len(prepared)))

    def attempt(work):
        try:
            return work()
        except Exception as problem:  # noqa: BLE001 - it is the answer to this request.
            return problem

    def work():
        from concurrent.futures import ThreadPoolExecutor  # Slow to import.

        with ThreadPoolExecutor(threads) as pool:
            return list(pool.map(attempt, [work for made, work in prepared]))

    def cancel():
        for made, _ in prepared:
            made.cancel()

    return work, cancel


def solve_many(requests, channels, *, threads=None):
    """Answers many requests in several threads (None: one for each core).

    requests: lists of specs, :class:`Request` objects, or dictionaries of their arguments.

    Returns a list in the order of the requests: a :class:`Plan`, an :class:`Unsatisfiable`, or
    another ``SatchelError`` for each. Only a request that makes no sense raises.
    """
    return run(*_prepare_many(requests, channels, threads))


async def solve_many_async(requests, channels, *, threads=None):
    """:func:`solve_many` without blocking the event loop."""
    return await run_async(*_prepare_many(requests, channels, threads))


async def why_not_async(spec, specs=(), channels=(), **options):
    """:func:`why_not` in a thread. Cancelling the task does not stop it; ``timeout`` does."""
    import asyncio

    return await asyncio.to_thread(why_not, spec, specs, channels, **options)
