"""Measures satchel from Python: measure.py CHANNEL... (directories), with the wheel installed.

- What Python adds to a solve: satchel.solve() and reading its records, beside the C function alone.
- Four threads at once beside one after the other.
- py-rattler in the same process, if it is installed: opening the channels, a solve with them open, a
  hundred requests. Memory is that of a process of its own for each.

Each figure is the median of several; all are of channels with a warm index or cache.
"""

import asyncio
import os
import statistics
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import satchel
from satchel import _api, _request

MACHINE = {"__glibc": "2.36", "__linux": "6.1", "__unix": "0", "__archspec": "1=x86_64_v3"}
WANTED = """python=3.12 numpy|python=3.11 pandas|scipy matplotlib-base|scikit-learn|jupyterlab|requests
|python=3.10 numpy<2 pandas|xarray dask-core|pytest black mypy|flask sqlalchemy|pillow|h5py|networkx
|polars|cmake ninja|nodejs|geopandas|ipython numpy|seaborn|statsmodels"""
REQUESTS = [one.split() for one in WANTED.replace("\n", "").split("|")]


def median_ms(work, times=7, clock=time.perf_counter):
    spans = []
    for _ in range(times):
        start = clock()
        work()
        spans.append((clock() - start) * 1000)
    return statistics.median(spans)


def answerable(channels):
    answers = satchel.solve_many([options(one) for one in REQUESTS], channels)
    return [one for one, answer in zip(REQUESTS, answers) if isinstance(answer, satchel.Plan)]


def options(specs):
    return {"specs": specs, "virtual_packages": MACHINE}


def cost_of_python(channels, requests):
    """Milliseconds of each, of the processor (other processes don't matter): the C function, and
    solve(), and solve() with the records of the plan."""

    def ask(specs):
        return satchel.solve(channels=channels, **options(specs))

    rows = []
    for specs in requests:
        made = _request.Request(**options(specs)).make(channels, _api._ONE_FIX)
        works = (lambda: made.solve(channels.handle), lambda: ask(specs), lambda: ask(specs).records)
        rows.append([median_ms(work, 15, time.process_time) for work in works])
    return rows


def threads(channels, requests, count):
    def one(specs):
        return satchel.solve(channels=channels, **options(specs)).records

    work = requests * 5
    alone = median_ms(lambda: [one(specs) for specs in work], 3)
    expected = [one(specs) for specs in work]
    with ThreadPoolExecutor(count) as pool:
        right = list(pool.map(one, work)) == expected
        together = median_ms(lambda: list(pool.map(one, work)), 3)
    return alone / together, right


class Rattler:
    def __init__(self, places):
        import rattler

        self.rattler = rattler
        self.channels = [rattler.Channel("file://" + os.path.abspath(place)) for place in places]
        names = {name: words.split("=") for name, words in MACHINE.items()}
        build = getattr(rattler, "BuildString", str)
        self.machine = [
            rattler.GenericVirtualPackage(rattler.PackageName(n), rattler.Version(w[0]), build(w[-1]))
            for n, w in names.items()
        ]
        self.gateway = rattler.Gateway()

    async def ask(self, specs):
        return await self.rattler.solve(
            self.channels,
            [self.rattler.MatchSpec(spec) for spec in specs],
            gateway=self.gateway,
            platforms=["linux-64", "noarch"],
            virtual_packages=self.machine,
        )


def memory(which, places):
    code = f"import measure; measure.remember({which!r}, {places!r})"
    here = os.path.dirname(os.path.abspath(__file__))
    run = subprocess.run([sys.executable, "-c", code], cwd=here, capture_output=True, text=True)
    return float(run.stdout)


def remember(which, places):
    """Prints by how many MB the process has grown after all requests."""

    def resident():
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1]) * 4096 / 1e6

    before = resident()
    if which == "satchel":
        channels = satchel.Channels.open(places, platform="linux-64")
        kept = [satchel.solve(channels=channels, **options(one)) for one in REQUESTS[:1]]
        answers = satchel.solve_many([options(one) for one in REQUESTS], channels)
        kept += [answer for answer in answers if isinstance(answer, satchel.Plan)]
    else:
        other = Rattler(places)

        async def everything():
            for specs in REQUESTS:
                try:
                    await other.ask(specs)
                except Exception:  # noqa: BLE001, S112 - no plan.
                    continue

        asyncio.run(everything())
    print(resident() - before)


def beside_rattler(places, requests):
    other = Rattler(places)

    async def a_hundred(one):
        for specs in (requests * 100)[:100]:
            await one.ask(specs)

    def fresh():
        async def ask():
            await Rattler(places).ask(["tzdata"])

        asyncio.run(ask())

    asyncio.run(a_hundred(other))  # Warm.
    channels = satchel.Channels.open(places, platform="linux-64")
    hundred = (requests * 100)[:100]
    ratios = {
        "open and answer a first request": (
            median_ms(
                lambda: satchel.solve(
                    ["tzdata"],
                    satchel.Channels.open(places, platform="linux-64"),
                    virtual_packages=MACHINE,
                )
            ),
            median_ms(fresh),
        ),
        "100 requests, channels open": (
            median_ms(
                lambda: [satchel.solve(channels=channels, **options(o)).records for o in hundred], 3
            ),
            median_ms(lambda: asyncio.run(a_hundred(other)), 3),
        ),
        "memory of all requests, MB": (memory("satchel", places), memory("rattler", places)),
    }
    single = []
    for specs in requests:

        async def ask(specs=specs):
            await other.ask(specs)

        ours = median_ms(lambda: satchel.solve(channels=channels, **options(specs)).records, 5)
        single.append((ours, median_ms(lambda: asyncio.run(ask()), 5)))
    middle = sorted(single, key=lambda pair: pair[1] / pair[0])[len(single) // 2]
    ratios["a solve, channels open (the median ratio)"] = middle
    return ratios


def main(places):
    channels = satchel.Channels.open(places, platform="linux-64")
    requests = answerable(channels)
    print(f"{len(channels)} records; {len(requests)} requests with a plan; {os.cpu_count()} cores")
    rows = cost_of_python(channels, requests)
    for name, column in (("solve()", 1), ("solve().records", 2)):
        added = [row[column] - row[0] for row in rows]
        share = [100 * (row[column] - row[0]) / row[0] for row in rows]
        print(
            f"{name}: {statistics.median(added):.2f} ms ({statistics.median(share):.0f} %) over the C "
            f"function's {statistics.median(row[0] for row in rows):.2f} ms at the median; "
            f"at most {max(added):.2f} ms"
        )
    speed_up, right = threads(channels, requests, 4)
    print(f"four threads: {speed_up:.2f} times as fast as one, {'right' if right else 'WRONG'}")
    try:
        import rattler
    except ImportError:
        return
    print(f"py-rattler {rattler.__version__} takes, beside satchel:")
    for name, (ours, theirs) in beside_rattler(places, requests).items():
        print(f"  {name}: {theirs / ours:.1f} times ({theirs:.1f} / {ours:.1f})")


if __name__ == "__main__":
    main([os.path.abspath(place) for place in sys.argv[1:]])
