import pytest

import satchel
from conftest import MACHINE


def test_no_plan_is_explained(solve):
    with pytest.raises(satchel.Unsatisfiable) as caught:
        solve(["numpy", "python 3.12.*"])
    conflict = caught.value
    assert isinstance(conflict, satchel.SatchelError) and conflict.code == 1
    assert "numpy" in str(conflict) and "python" in str(conflict)
    assert len(conflict.blamed) == 2 and conflict.missing == []
    texts = [(depth, reason.text) for root in conflict.reasons for depth, reason in root.walk()]
    assert texts and texts[0][0] == 0
    assert {reason.kind for root in conflict.reasons for _, reason in root.walk()} <= {
        "requested",
        "needs",
    }
    (fix,) = conflict.fixes
    assert fix.changes and fix.cost > 0 and str(fix) in str(conflict)
    assert any(package["name"] == "numpy" for package in fix.packages)
    assert "<html" in conflict.html and "srcdoc" in conflict._repr_html_()
    assert "<script" not in conflict._repr_html_()  # Escaped.


def test_explain_does_not_raise(channels):
    conflict = satchel.explain(["numpy", "python 3.12.*"], channels, virtual_packages=MACHINE)
    assert isinstance(conflict, satchel.Unsatisfiable) and len(conflict.fixes) >= 2
    assert satchel.explain(["numpy"], channels, virtual_packages=MACHINE) is None


def test_unknown_packages(solve):
    with pytest.raises(satchel.Unsatisfiable) as caught:
        solve(["nunpy"])
    assert caught.value.missing == ["nunpy"] and "nunpy" in str(caught.value)


def test_why(solve, channels):
    plan = solve("scipy")
    reasons = plan.why("zlib")
    assert "python" in str(reasons) and reasons[0].kind == "requested" and reasons[0].children
    every = plan.why("zlib", every=True)
    assert len(list(every[0].walk())) >= len(list(reasons[0].walk()))
    same = satchel.why("zlib", ["scipy"], channels, virtual_packages=MACHINE)
    assert str(same) == str(reasons) and "<pre>" in same._repr_html_()
    with pytest.raises(satchel.InvalidError, match="gpu"):
        plan.why("gpu")
    with pytest.raises(satchel.InvalidError, match="installed"):
        satchel.why("zlib")


def test_why_not(solve, channels):
    plan = solve("numpy")
    answer = plan.why_not("python >=3.12")
    assert answer.blocked and answer.plan is None and "numpy" in str(answer)
    answer = plan.why_not("python <3.11")
    assert answer.blocked and answer.plan["numpy"].version == "1.0"
    assert answer.plan.verify()
    answer = plan.why_not("scipy")
    assert not answer.blocked and "scipy" in answer.plan and "Nothing stops" in str(answer)
    same = satchel.why_not("scipy", ["numpy"], channels, virtual_packages=MACHINE)
    assert same.plan == answer.plan
    there = satchel.why_not("scipy", channels=channels, installed=plan, virtual_packages=MACHINE)
    assert there.plan == answer.plan
