import datetime
import json
import os
import subprocess
import sys

import pytest

import satchel
from conftest import MACHINE, record, write_channel


def versions(plan):
    return {one["name"]: one["version"] for one in plan.records}


def test_the_program_and_the_library_are_of_one_version():
    program = os.path.join(os.path.dirname(sys.executable), "satchel")
    if not os.path.exists(program):
        pytest.skip("the program is not installed beside this Python")
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    assert satchel.__version__ in said.stdout
    assert satchel._library.version() == satchel.__version__


def test_solves(solve, channels):
    plan = solve(["numpy"])
    assert versions(plan) == {"numpy": "2.0", "python": "3.11.0", "zlib": "1.3"}
    assert plan.proven and len(plan) == 3 and "numpy" in plan and "scipy" not in plan
    names = [one.name for one in plan]
    assert names.index("zlib") < names.index("python") < names.index("numpy")
    assert plan["numpy"].url.startswith("file://") and plan["numpy"].build == "py311_0"
    assert plan["zlib"].license == "Zlib" and plan["zlib"]["constrains"] == ["old-zlib <0"]
    assert plan.link == plan.records and plan.unlink == []
    assert [level.level for level in plan.levels][0] == "requested"
    assert plan.requested_names == {"numpy"}
    assert [p["held_by"] for p in plan.packages if p["name"] == "python"] == ["numpy"]
    assert plan.platform == channels.platform == "linux-64"
    assert "numpy" in str(plan) and "<td>numpy</td>" in plan._repr_html_()
    with pytest.raises(KeyError):
        plan["scipy"]
    with pytest.raises(AttributeError):
        plan["zlib"].no_such_key


def test_one_spec_is_a_list_of_one(solve):
    assert solve("numpy") == solve(["numpy"]) == solve(satchel.MatchSpec("numpy"))
    with pytest.raises(TypeError):
        solve([b"numpy"])
    with pytest.raises(TypeError):
        solve(7)
    with pytest.raises(TypeError, match="no option"):
        solve("numpy", channel="x")


def test_channels_that_are_not_open(place):
    plan = satchel.solve("numpy", place, platform="linux-64", virtual_packages=MACHINE)
    again = satchel.solve("numpy", [str(place)], platform="linux-64", virtual_packages=MACHINE)
    assert plan == again and plan.verify()
    with pytest.raises(satchel.ChannelError, match="/no/such"):
        satchel.solve("numpy", "/no/such/channel", platform="linux-64")
    with pytest.raises(OSError):
        satchel.Channels.open("/no/such/channel")
    with pytest.raises(TypeError):
        satchel.Channels.open([7])
    with pytest.raises(satchel.InvalidError):
        satchel.Channels.open(place, platform="beos-64")


def test_options(solve, place):
    assert versions(solve("numpy", pins=["python 3.10.*"]))["numpy"] == "1.0"
    assert versions(solve("numpy", objective="lowest"))["numpy"] == "1.0"
    assert [one.name for one in solve("numpy", no_deps=True)] == ["numpy"]
    with pytest.raises(satchel.InvalidError, match="objective"):
        solve("numpy", objective="best")
    with pytest.raises(satchel.InvalidError):
        solve("numpy", channel_priority="perhaps")
    with pytest.raises(satchel.InvalidError, match="open for linux-64"):
        solve("numpy", platform="osx-64")
    with pytest.raises(satchel.InvalidError):
        solve("numpy", timeout=-1)
    assert solve("numpy", timeout=datetime.timedelta(seconds=60)).proven
    assert solve("numpy", channel_priority="strict", config={"offline": True}).proven
    with pytest.raises(satchel.InvalidError, match="no_such_key"):
        solve("numpy", config={"no_such_key": 1})


@pytest.mark.parametrize(
    "early",
    ["2019-01-01", datetime.date(2019, 1, 1), datetime.datetime(2019, 1, 1, 12)],
)
def test_exclude_newer(solve, early):
    with pytest.raises(satchel.Unsatisfiable):
        solve("numpy", exclude_newer=early)
    assert solve("numpy", exclude_newer=datetime.timedelta(days=1)).proven
    with pytest.raises(satchel.InvalidError):
        solve("numpy", exclude_newer="soon")
    with pytest.raises(TypeError):
        solve("numpy", exclude_newer=7)


def test_virtual_packages(solve):
    assert "gpu" in solve("gpu", virtual_packages={"__cuda": "12.4"})
    assert "gpu" in solve("gpu", virtual_packages=["__cuda=12.4=0"])
    assert "gpu" in solve("gpu", virtual_packages=[("__cuda", "12.4")])
    with pytest.raises(satchel.Unsatisfiable):
        solve("gpu")
    with pytest.raises(satchel.InvalidError):
        solve("gpu", virtual_packages=["cuda=12"])


def test_what_is_installed_stays(solve):
    old = solve(["numpy", "python 3.10.*"])
    new = solve("scipy", installed=old)
    assert versions(new)["numpy"] == "1.0" and [one.name for one in new.link] == ["scipy"]
    pairs = [(one, "numpy") if one.name == "numpy" else one for one in old]
    assert solve("scipy", installed=pairs).records == new.records
    assert solve("scipy", installed=[dict(one) for one in old]).records == new.records
    everything = solve((), installed=old, update_all=True)
    assert versions(everything)["numpy"] == "2.0" or "numpy" in versions(everything)
    without = solve((), installed=old, remove=["numpy"], prune=True)
    assert "numpy" not in without and [one.name for one in without.unlink][-1:] == ["numpy"]


def test_an_environment_on_disk(solve, tmp_path):
    meta = tmp_path / "conda-meta"
    meta.mkdir()
    (meta / "history").write_text("")
    for one in solve(["python 3.10.*"]):
        (meta / f"{one.name}-{one.version}-{one.build}.json").write_text(json.dumps(one))
    assert versions(solve("numpy", installed=tmp_path))["python"] == "3.10.0"
    assert satchel.why("zlib", installed=tmp_path)
    with pytest.raises(satchel.ChannelError):
        solve("numpy", installed="/no/such/environment")


def test_files(solve):
    plan = solve("numpy")
    assert "@EXPLICIT" in plan.to_explicit() and plan["numpy"].url in plan.to_explicit()
    assert "numpy=2.0=py311_0" in plan.to_environment_yaml()
    assert "content_hash" in plan.to_lock() and "version: 6" in plan.to_lock("pixi")
    assert plan.to_lock("explicit") == plan.to_explicit()
    with pytest.raises(satchel.InvalidError):
        plan.to_lock("html")


def test_verify(solve, channels):
    plan = solve("numpy")
    good = plan.verify()
    assert good and str(good) == "valid" and good.violations == []
    text = "\n".join(line for line in plan.to_explicit().splitlines() if "zlib" not in line)
    bad = satchel.verify(text, ["numpy"], channels, virtual_packages=MACHINE)
    assert not bad and "zlib" in str(bad)
    with pytest.raises(satchel.InvalidError):
        satchel.verify("numpy", ["numpy"], channels)


def test_later_channels_matter_less(place, tmp_path):
    other = write_channel(tmp_path / "other", [record("numpy", "3.0")])
    plan = satchel.solve("numpy", [place, other], platform="linux-64", virtual_packages=MACHINE)
    assert versions(plan)["numpy"] == "2.0"
    plan = satchel.solve("numpy", [other, place], platform="linux-64", virtual_packages=MACHINE)
    assert versions(plan)["numpy"] == "3.0"


def test_many(channels):
    requests = [["numpy"], {"specs": ["scipy"]}, satchel.Request("no-such"), ["numpy 0.1"]] * 5
    requests = [satchel.Request.of(one).but(virtual_packages=MACHINE) for one in requests]
    answers = satchel.solve_many(requests, channels, threads=4)
    assert [type(answer).__name__ for answer in answers[:4]] == [
        "Plan",
        "Plan",
        "Unsatisfiable",
        "Unsatisfiable",
    ]
    assert answers[0] == answers[4] == answers[16] and answers[2].missing == ["no-such"]
    assert satchel.solve_many([], channels) == []
    with pytest.raises(satchel.InvalidError):
        satchel.solve_many([["numpy >=>1"]], channels)
