"""Runs the cells of a notebook, and shows what each ends with as a notebook would: run_notebook.py
FILE. Jupyter is not needed."""

import ast
import json
import sys


def show(value):
    """A notebook shows HTML where there is any."""
    rich = getattr(value, "_repr_html_", None)
    text = rich() if rich else repr(value)
    assert isinstance(text, str) and text
    return text


def run(path):
    with open(path, encoding="utf-8") as file:
        notebook = json.load(file)
    assert notebook["nbformat"] == 4
    scope, shown = {"__name__": "__main__"}, []
    for cell in notebook["cells"]:
        if cell["cell_type"] != "code":
            continue
        tree = ast.parse("".join(cell["source"]))
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, path, "exec"), scope)
        if last is not None:
            value = eval(compile(ast.Expression(last.value), path, "eval"), scope)
            if value is not None:
                shown.append(show(value))
    return shown


if __name__ == "__main__":
    shown = run(sys.argv[1])
    assert any("<table>" in text for text in shown), "no plan was shown"
    assert any("srcdoc" in text for text in shown), "no conflict was drawn"
    print(f"{len(shown)} cells showed something")
