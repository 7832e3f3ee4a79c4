"""Threads, processes, signals, handles that are closed too early or too late, odd texts."""

import asyncio
import copy
import gc
import multiprocessing
import os
import pickle
import signal
import subprocess
import sys
import textwrap
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

import satchel
from conftest import MACHINE

ODD = ["a\0b", "\ud800", "numpy\n", "(" * 100_000, "a" * 1_000_000, "[" * 1000, "\U0001f600"]


@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
def test_odd_texts_are_refused_or_answered(solve, channels, text):
    for call in (
        lambda: solve([text]),
        lambda: solve("numpy", pins=[text]),
        lambda: solve("numpy", virtual_packages={"__" + text: text}),
        lambda: solve("numpy", platform=text),
        lambda: solve("numpy", exclude_newer=text),
        lambda: solve("numpy", config={text: text}),
        lambda: solve("numpy", installed=text),
        lambda: solve("numpy", installed=[{"name": text, "version": text}]),
        lambda: satchel.Channels.open([text], offline=True),
        lambda: satchel.verify(text, ["numpy"], channels),
    ):
        try:
            call()
        except satchel.SatchelError as problem:
            assert not isinstance(problem, satchel.InternalError) and str(problem)
        else:
            assert "\0" not in text and "\ud800" not in text


def test_closed_channels(place):
    channels = satchel.Channels.open([place], platform="linux-64")
    plan = satchel.solve("numpy", channels, virtual_packages=MACHINE)
    with channels:
        assert not channels.closed
    channels.close()
    assert channels.closed and "closed" in repr(channels)
    with pytest.raises(satchel.InvalidError, match="closed"):
        satchel.solve("numpy", channels)
    with pytest.raises(satchel.InvalidError, match="closed"):
        plan.verify()
    with pytest.raises(satchel.InvalidError), channels:
        pass
    assert plan["numpy"].version == "2.0" and plan.to_explicit()  # A plan has nothing open.
    assert plan.verify(place)
    assert pickle.loads(pickle.dumps(plan)) == plan


def test_channels_are_closed_while_threads_solve(place):
    channels = satchel.Channels.open([place], platform="linux-64")
    started = threading.Barrier(5)

    def work():
        started.wait()
        for _ in range(50):
            try:
                satchel.solve("scipy", channels, virtual_packages=MACHINE)
            except satchel.InvalidError:
                return

    with ThreadPoolExecutor(4) as pool:
        jobs = [pool.submit(work) for _ in range(4)]
        started.wait()
        time.sleep(0.01)
        channels.close()
        for job in jobs:
            job.result()


def test_threads_share_channels_and_plans(channels, solve):
    expected = solve("scipy")
    shared = solve("scipy")

    def work(_):
        plan = satchel.solve("scipy", channels, virtual_packages=MACHINE)
        return plan == expected and shared.records == expected.records and shared.verify()

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(work, range(40)))


def test_pickles(channels, solve):
    plan = solve("numpy")
    again = pickle.loads(pickle.dumps(plan))
    assert again == plan and again.json == plan.json and again.levels == plan.levels
    assert again.to_lock("pixi") == plan.to_lock("pixi") and again.verify()
    assert str(again.why("zlib")) == str(plan.why("zlib"))
    assert copy.deepcopy(plan) == plan
    opened = pickle.loads(pickle.dumps(channels))
    assert len(opened) == len(channels) and opened.platform == "linux-64"
    with pytest.raises(satchel.Unsatisfiable) as caught:
        solve("numpy 0.1")
    conflict = pickle.loads(pickle.dumps(caught.value))
    assert str(conflict) == str(caught.value) and conflict.fixes[0].cost == caught.value.fixes[0].cost
    with pytest.raises(satchel.InvalidError) as caught:
        solve("numpy >=>1")
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)
    with pytest.raises(TypeError):
        pickle.dumps(channels.handle)


def _versions(channels):
    plan = satchel.solve("numpy", channels, virtual_packages=MACHINE)
    return [(one["name"], one["version"]) for one in plan.records]


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_other_processes(channels, method):
    with multiprocessing.get_context(method).Pool(2) as pool:
        assert pool.map(_versions, [channels] * 4) == [_versions(channels)] * 4


def test_a_forked_child_uses_what_it_inherited(channels):
    child = os.fork()
    if child == 0:
        os._exit(0 if _versions(channels) else 1)
    assert os.waitpid(child, 0)[1] == 0


def test_timeout(hard_place):
    place, specs = hard_place
    with satchel.Channels.open(place, platform="linux-64") as channels:
        try:
            plan = satchel.solve(specs, channels, virtual_packages=MACHINE, timeout=0.2)
        except satchel.SolveTimeout as late:
            assert isinstance(late, TimeoutError) and late.code == 3
        else:
            assert not plan.proven


def test_ctrl_c_stops_a_solve(hard_place):
    """Twice: the second one comes while the first is being answered."""
    place, specs = hard_place
    code = f"""
        import os, satchel, signal, threading, time
        channels = satchel.Channels.open({str(place)!r}, platform="linux-64")
        def interrupt():
            for _ in range(2):
                time.sleep(0.3)
                os.kill(os.getpid(), signal.SIGINT)
        threading.Thread(target=interrupt, daemon=True).start()
        try:
            satchel.solve({specs!r}, channels)
            print("not interrupted")
        except KeyboardInterrupt:
            try:
                time.sleep(1)
            except KeyboardInterrupt:
                pass
            print("interrupted", threading.active_count() <= 2)
    """
    run = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, timeout=120
    )
    assert run.stdout == "interrupted True\n" and run.stderr == ""


def test_an_exception_of_a_signal_handler_comes_out(hard_place):
    place, specs = hard_place

    class Bell(Exception):
        pass

    def ring(number, frame):
        raise Bell

    before = signal.signal(signal.SIGALRM, ring)
    try:
        with satchel.Channels.open(place, platform="linux-64") as channels:
            signal.setitimer(signal.ITIMER_REAL, 0.3)
            with pytest.raises(Bell):
                satchel.solve_many([specs] * 3, channels)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_the_gil_is_free_meanwhile(hard_place):
    place, specs = hard_place
    ticks = []
    stop = threading.Event()

    def tick():
        while not stop.wait(0.01):
            ticks.append(1)

    thread = threading.Thread(target=tick)
    thread.start()
    try:
        with satchel.Channels.open(place, platform="linux-64") as channels:
            satchel.solve(specs, channels, timeout=0.5)
    except satchel.SolveTimeout:
        pass
    finally:
        stop.set()
        thread.join()
    assert len(ticks) > 5


def test_tasks(place, hard_place):
    async def ask():
        channels = await satchel.Channels.open_async(place, platform="linux-64")
        plan, conflict, many, why = await asyncio.gather(
            satchel.solve_async("numpy", channels, virtual_packages=MACHINE),
            satchel.explain_async("numpy 0.1", channels, virtual_packages=MACHINE),
            satchel.solve_many_async([["scipy"]] * 3, channels),
            satchel.why_not_async("python >=3.12", ["numpy"], channels, virtual_packages=MACHINE),
        )
        assert plan["numpy"].version == "2.0" and conflict.fixes and len(many) == 3 and why.blocked
        hard, specs = hard_place
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(satchel.solve_async(specs, hard, platform="linux-64"), 0.3)

    asyncio.run(ask())  # Waits for the executor: so the solver did stop.


def test_nothing_leaks_and_the_end_is_quiet(place):
    code = f"""
        import gc, satchel, sys
        channels = satchel.Channels.open({str(place)!r}, platform="linux-64")
        loop = [channels]
        loop.append(loop)                    # A cycle that the end of the interpreter frees.
        plan = satchel.solve("numpy", channels)
        loop.append(plan)
        class Late:
            def __del__(self):
                satchel_solve("numpy", channels)
        satchel_solve = satchel.solve
        sys.late = plan
    """
    run = subprocess.run(
        [sys.executable, "-X", "dev", "-c", textwrap.dedent(code)], capture_output=True, text=True
    )
    assert (run.returncode, run.stderr) == (0, "")


def test_memory_does_not_grow(channels):
    def pages():
        gc.collect()
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1])

    def work(times):
        for _ in range(times):
            plan = satchel.solve("scipy", channels, virtual_packages=MACHINE)
            assert plan.records and plan.to_explicit()
            satchel.explain("numpy 0.1", channels, virtual_packages=MACHINE)

    work(50)
    before = pages()
    work(200)
    assert pages() - before < 500  # 2 MB


def test_a_library_of_another_version(tmp_path):
    """One without the functions that this package needs, and one that is no library."""
    missing = subprocess.run(
        [sys.executable, "-c", "import satchel; satchel.Version('1')"],
        env={**os.environ, "SATCHEL_LIBRARY": "libm.so.6"},
        capture_output=True,
        text=True,
    )
    assert missing.returncode != 0 and "another version" in missing.stderr
    other = tmp_path / "libsatchel.so.1"
    other.write_text("no library")
    broken = subprocess.run(
        [sys.executable, "-c", "import satchel; satchel.Version('1')"],
        env={**os.environ, "SATCHEL_LIBRARY": str(other)},
        capture_output=True,
        text=True,
    )
    assert "ImportError" in broken.stderr and str(other) in broken.stderr


def test_importing_loads_nothing():
    """conda imports its plug-ins at every start."""
    code = "import satchel, sys; print('asyncio' in sys.modules, 'libsatchel' in open('/proc/self/maps').read())"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["False", "False"]
