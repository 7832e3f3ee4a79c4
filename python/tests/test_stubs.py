"""The stubs describe what is there: no name too many, none too few."""

import ast
import inspect
import os

import satchel

INTERNAL = {"code", "handle", "places", "make", "of"}  # The code is of SatchelError.


def _stubs():
    path = os.path.join(os.path.dirname(satchel.__file__), "__init__.pyi")
    with open(path, encoding="utf-8") as file:
        tree = ast.parse(file.read())
    kinds = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    return {node.name: node for node in tree.body if isinstance(node, kinds)}


def test_names():
    assert {name for name in _stubs() if not name.startswith("_")} == set(satchel.__all__)
    assert os.path.exists(os.path.join(os.path.dirname(satchel.__file__), "py.typed"))


def test_functions():
    for name, node in _stubs().items():
        if isinstance(node, ast.ClassDef):
            continue
        function = getattr(satchel, name)
        names = [arg.arg for arg in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
        names += [node.args.kwarg.arg] if node.args.kwarg else []
        assert list(inspect.signature(function).parameters) == names, name
        assert inspect.iscoroutinefunction(function) == isinstance(node, ast.AsyncFunctionDef)
        assert function.__doc__, name


def test_classes():
    for name, node in _stubs().items():
        if not isinstance(node, ast.ClassDef) or name.startswith("_"):
            continue
        kind = getattr(satchel, name)
        there = {key for key in vars(kind) if not key.startswith("_")} - INTERNAL
        told = {one.name for one in node.body if isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef))}
        told |= {one.target.id for one in node.body if isinstance(one, ast.AnnAssign)}
        assert there <= told, (name, there - told)
        assert kind.__doc__, name
