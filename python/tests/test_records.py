import json
import pickle

import pytest

import satchel


def test_pandas_takes_records(solve):
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(solve("numpy").records)
    assert set(frame["name"]) == {"numpy", "python", "zlib"} and frame["size"].sum() == 3000


def test_records_are_dictionaries(solve):
    for record in solve("scipy"):
        assert json.loads(json.dumps(record)) == record
        assert pickle.loads(pickle.dumps(record)) == record
        assert satchel.record(dict(record)) == record and record.name in repr(record)
    with pytest.raises(TypeError):
        satchel.record(7)


def test_py_rattler(solve):
    rattler = pytest.importorskip("rattler")
    plan = solve("numpy")
    records = [record.to_rattler() for record in plan]
    assert all(isinstance(record, rattler.RepoDataRecord) for record in records)
    assert records[-1].name.normalized == "numpy" and records[-1].sha256.hex() == "0" * 64
    back = [satchel.record(record) for record in records]
    for ours, theirs in zip(plan, back):
        for key in ("name", "version", "build", "depends", "url", "fn", "timestamp", "size"):
            assert theirs.get(key) == ours.get(key), key
    assert solve("scipy", installed=records) == solve("scipy", installed=list(plan))
    assert satchel.MatchSpec("numpy >=2").matches(records[-1])


def test_conda(solve):
    models = pytest.importorskip("conda.models.records")
    plan = solve("numpy")
    records = [record.to_conda() for record in plan]
    assert all(isinstance(record, models.PackageRecord) for record in records)
    back = [satchel.record(record) for record in records]
    assert [one["name"] for one in back] == [one.name for one in plan]
    assert solve("scipy", installed=records).link == solve("scipy", installed=list(plan)).link
