"""Channels for the tests. Everything runs against the installed package, without the source tree."""

import json
import random

import pytest

import satchel

MACHINE = {"__glibc": "2.36", "__linux": "6.1", "__unix": "0"}


def record(name, version, depends=(), build="0", number=0, **fields):
    return dict(
        name=name,
        version=version,
        build=build,
        build_number=number,
        depends=list(depends),
        subdir="linux-64",
        timestamp=1_600_000_000_000,
        sha256="0" * 64,
        size=1000,
        **fields,
    )


def write_channel(directory, records):
    for subdir in ("linux-64", "noarch"):
        packages = {}
        for one in records if subdir == "linux-64" else ():
            packages[f"{one['name']}-{one['version']}-{one['build']}.conda"] = one
        folder = directory / subdir
        folder.mkdir(parents=True, exist_ok=True)
        repodata = {"info": {"subdir": subdir}, "packages": {}, "packages.conda": packages}
        (folder / "repodata.json").write_text(json.dumps(repodata))
    return directory


def hard_records(variables, clauses, seed):
    """Random 3-SAT: a package of two versions for each variable, one of three for each clause."""
    rng = random.Random(seed)
    records = []
    for i in range(variables):
        records += [record(f"v{i}", "0"), record(f"v{i}", "1")]
    for i in range(clauses):
        literals = rng.sample(range(variables), 3)
        for j, variable in enumerate(literals):
            records.append(record(f"c{i}", str(j), [f"v{variable} =={rng.randint(0, 1)}"]))
    return records


@pytest.fixture(scope="session", autouse=True)
def _cache(tmp_path_factory):
    patch = pytest.MonkeyPatch()
    patch.setenv("SATCHEL_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
    yield
    patch.undo()


@pytest.fixture(scope="session")
def place(tmp_path_factory):
    """The directory of a channel: python 3.10 to 3.12, numpy for the first two, scipy."""
    records = [
        record("python", "3.10.0", ["zlib"]),
        record("python", "3.11.0", ["zlib"]),
        record("python", "3.12.0", ["zlib"]),
        record("zlib", "1.3", ["__glibc >=2.17"], license="Zlib", constrains=["old-zlib <0"]),
        record("numpy", "1.0", ["python >=3.10,<3.11"], build="py310_0"),
        record("numpy", "2.0", ["python >=3.11,<3.12"], build="py311_0"),
        record("scipy", "1.0", ["numpy >=1", "python"]),
        record("gpu", "1.0", ["__cuda >=12"]),
    ]
    return write_channel(tmp_path_factory.mktemp("channels") / "lab", records)


@pytest.fixture(scope="session")
def hard_place(tmp_path_factory):
    """A channel and specs that have no plan, which takes longer to prove than any test lasts."""
    records = hard_records(400, 1740, 1)
    place = write_channel(tmp_path_factory.mktemp("hard") / "hard", records)
    return place, [f"c{i}" for i in range(1740)]


@pytest.fixture(scope="session")
def channels(place):
    return satchel.Channels.open([place], platform="linux-64")


@pytest.fixture
def solve(channels):
    def call(specs, **options):
        return satchel.solve(specs, channels, **{"virtual_packages": MACHINE, **options})

    return call
