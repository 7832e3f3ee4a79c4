"""The adapter's side of the protocol that `satchel bench` speaks (docs/bench.md, "Adapters").

An adapter subclasses Adapter and calls serve(). Each line of standard input is one JSON object with a key "op";
each gets one line in reply. Whatever a solver's library prints goes to standard error instead.
"""

import json
import os
import resource
import sys
import time


class NotInstalled(Exception):
    """The solver is not installed; the message says how to install it."""


class Unsupported(Exception):
    """The problem needs something that this solver does not support."""


class Adapter:
    name = ""
    # The features that a problem may use besides specs: "pins", "installed", "exclude-newer", and each "priority:MODE".
    capabilities = ()

    def version(self):
        """The solver's version. Raises NotInstalled."""
        raise NotImplementedError

    def load(self, platform, channels):
        """Reads the channels: [{"name", "url", "subdirs": [{"subdir", "path"}]}], the most preferred first."""
        raise NotImplementedError

    def solve(self, problem):
        """Returns the plan as a list of URLs, or None if there is none. Raises TimeoutError, Unsupported."""
        raise NotImplementedError

    def close(self):
        """Called at the end."""

    def phases_ms(self):
        """The phases of the last solve, in ms."""
        return {}


def _milliseconds(begin):
    return (time.perf_counter() - begin) * 1e3


def _cpu_ms():
    own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return 1e3 * (own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime)


def _forget_peak():
    """Resets this process's peak memory (Linux)."""
    try:
        with open("/proc/self/clear_refs", "w", encoding="ascii") as file:
            file.write("5")
    except OSError:
        pass


def _peak_rss_kb():
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    try:
        with open("/proc/self/status", encoding="ascii") as file:
            own = next(int(line.split()[1]) for line in file if line.startswith("VmHWM"))
    except (OSError, StopIteration):
        pass
    return max(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)


def _load(adapter, message):
    _forget_peak()
    begin, cpu = time.perf_counter(), _cpu_ms()
    adapter.load(message["platform"], message["channels"])
    return {"ok": True, "wall_ms": _milliseconds(begin), "cpu_ms": _cpu_ms() - cpu, "peak_rss_kb": _peak_rss_kb()}


def _solve(adapter, problem):
    begin, cpu = time.perf_counter(), _cpu_ms()
    reply = {"ok": True, "packages": []}
    try:
        packages = adapter.solve(problem)
        reply["status"] = "unsatisfiable" if packages is None else "solved"
        reply["packages"] = packages or []
    except TimeoutError:
        reply["status"] = "timeout"
    except Unsupported as error:
        reply.update(status="unsupported", message=str(error))
    reply.update(wall_ms=_milliseconds(begin), cpu_ms=_cpu_ms() - cpu, peak_rss_kb=_peak_rss_kb())
    reply["phases_ms"] = adapter.phases_ms()
    return reply


def _answer(adapter, message):
    op = message.get("op")
    if op == "hello":
        try:
            return {"ok": True, "protocol": 1, "name": adapter.name, "version": adapter.version(),
                    "capabilities": list(adapter.capabilities)}
        except NotInstalled as error:
            return {"ok": False, "error": str(error), "not_installed": True}
    if op == "load":
        return _load(adapter, message)
    if op == "solve":
        return _solve(adapter, message["problem"])
    return {"ok": False, "error": f"unknown op {op!r}"}


def serve(adapter):
    """Answers until standard input ends or says "bye"."""
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # A library that prints must not break the protocol.
    for line in sys.stdin:
        message = json.loads(line)
        if message.get("op") == "bye":
            break
        try:
            reply = _answer(adapter, message)
        except Exception as error:  # The harness records it against this one problem.
            reply = {"ok": False, "error": f"{type(error).__name__}: {error}"}
        replies.write(json.dumps(reply) + "\n")
        replies.flush()
    adapter.close()
