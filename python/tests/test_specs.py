import pickle

import pytest

import satchel
from satchel import MatchSpec, Version, VersionSpec

# conda's own order (tests/models/test_version.py, in short), each below the next.
ORDER = "0.4 0.4.1.rc 0.4.1 0.5a1 0.5b3 0.5C1 0.5 0.9.6 0.960923 1.0 1.1dev1 1.1_ 1.1a1 1.1.0dev1 1.1.0 1.1.post1 1996.07.12 1!0.4.1 1!3.1.1.6 2!0.4.1"
SAME = [("1.0", "1.0.0"), ("0.4.1.rc", "0.4.1.RC"), ("1.1", "1.1.0.0")]


def test_versions_are_ordered_as_conda_orders_them():
    versions = [Version(text) for text in ORDER.split()]
    assert sorted(reversed(versions)) == sorted(versions)
    assert Version("0.5a1") < Version("0.5b3") < Version("0.5") < Version("1!0.1")
    assert Version("1.1dev1") < Version("1.1a1") < Version("1.1") < Version("1.1.post1")
    for one, other in SAME:
        assert Version(one) == Version(other) and hash(Version(one)) == hash(Version(other))
        assert Version(one) <= Version(other) and not Version(one) != Version(other)
    assert Version("1") != "1" and Version(Version("1")) == Version("1")
    with pytest.raises(TypeError):
        Version("1") < "2"


@pytest.mark.parametrize("text", ["", "1..2", "1!2!3", "a\0b", "\udc80", "1.0 2", "x" * 5 + "!1"])
def test_what_is_no_version(text):
    with pytest.raises(ValueError):
        Version(text)


@pytest.mark.parametrize("thing", [None, 1.5, b"1.0", ["1"]])
def test_other_types_are_mistakes(thing):
    for kind in (Version, VersionSpec, MatchSpec):
        with pytest.raises(TypeError):
            kind(thing)


def test_version_specs():
    spec = VersionSpec(">=1.8,<2|3.*")
    assert "1.9" in spec and Version("3.1") in spec and "2.0" not in spec
    assert VersionSpec("~=1.4.2").matches("1.4.9") and not VersionSpec("~=1.4.2").matches("1.5")
    assert VersionSpec(">=1") == VersionSpec(">=1") and len({VersionSpec("1"), VersionSpec("1")}) == 1
    with pytest.raises(satchel.InvalidError):
        VersionSpec(">=>1")
    with pytest.raises(satchel.InvalidError):
        spec.matches("1..2")


def test_match_specs():
    spec = MatchSpec("conda-forge::numpy >=1.8,<2 py3*")
    assert (spec.name, str(spec.version), spec.build) == ("numpy", ">=1.8,<2", "py3*")
    assert spec.channel == "conda-forge" and spec.subdir is None
    assert MatchSpec("numpy=1.8") == MatchSpec("numpy 1.8.*") != MatchSpec("numpy ==1.8")
    assert sorted([MatchSpec("b"), MatchSpec("a")])[0].name == "a"
    assert MatchSpec("numpy").version is None
    record = dict(name="numpy", version="1.9", build="py310_0", channel="conda-forge")
    assert spec.matches(record) and spec.matches(satchel.Record(record))
    assert not spec.matches({**record, "version": "2.0"})
    assert MatchSpec("a[when='b>=1']").fields["when"]
    for text in ("numpy >=>2", "[", "a\0", "numpy[", "\ud800"):
        with pytest.raises(satchel.InvalidError):
            MatchSpec(text)


def test_pickles_and_copies():
    for thing in (Version("1.0"), VersionSpec(">=1"), MatchSpec("numpy >=1")):
        assert pickle.loads(pickle.dumps(thing)) == thing
        assert eval(repr(thing)) == thing
        assert len({thing, pickle.loads(pickle.dumps(thing))}) == 1
