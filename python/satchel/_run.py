"""Calls that take long, so that Ctrl-C or the cancelling of a task stops them."""

import os
import queue
import threading


class _Helper:
    """A thread that works for the main thread, and stays: a new thread's memory is cold, which would
    make a small solve half as slow again."""

    def __init__(self):
        self._work = queue.SimpleQueue()
        threading.Thread(target=self._loop, name="satchel", daemon=True).start()

    def _loop(self):
        while True:
            work, outcome, done = self._work.get()
            try:
                outcome.append((True, work()))
            except BaseException as problem:  # noqa: BLE001 - it is raised again by run().
                outcome.append((False, problem))
            done.set()
            del work, outcome, done  # Nothing is kept until the next work comes.

    def start(self, work):
        outcome, done = [], threading.Event()
        self._work.put((work, outcome, done))
        return outcome, done


_idle = []
os.register_at_fork(after_in_child=_idle.clear)  # A child has no threads.


def _helper():
    try:
        return _idle.pop()
    except IndexError:
        return _Helper()


def run(work, cancel):
    """``work()``, which blocks in the library. A signal's handler that raises (Ctrl-C) calls
    ``cancel()``, and its exception comes out when the work has stopped.

    Python runs handlers in the main thread only, and only between two calls: so there the work is
    given to another thread. That costs about 0.1 ms.
    """
    if threading.current_thread() is not threading.main_thread():
        return work()
    try:
        helper = _helper()
    except RuntimeError:  # No thread can be had; then it cannot be interrupted.
        return work()
    outcome, done = helper.start(work)
    try:
        done.wait()
    except BaseException:
        cancel()
        _wait_whatever_comes(done)
        raise
    finally:
        _idle.append(helper)
    succeeded, value = outcome.pop()
    if succeeded:
        return value
    try:
        raise value
    finally:
        del value  # Its traceback refers to this frame.


def _wait_whatever_comes(done):
    """A second Ctrl-C changes nothing: the work stops at its next look at the clock."""
    while not done.is_set():
        try:
            done.wait()
        except BaseException:  # noqa: BLE001, S112
            continue


async def run_async(work, cancel):
    """The same for a task: in a thread of the loop's executor; cancelling the task stops it."""
    import asyncio  # Slow to import, and not always needed.

    try:
        return await asyncio.get_running_loop().run_in_executor(None, work)
    except asyncio.CancelledError:
        cancel()
        raise
