"""Answers that explain: conflicts, reasons, fixes."""

import html

from ._errors import SatchelError


class Reason:
    """One line of an explanation.

    ``text`` is the line in words, ``because`` the facts at which it ends, ``kind`` one of the words
    of docs/json.md (``"needs"``, ``"requested"``, ...), ``subject`` and ``target`` the packages that
    it is about (dictionaries, or None), and ``children`` the reasons that explain it further.
    """

    __slots__ = ("kind", "text", "because", "subject", "target", "children")

    def __init__(self, fields):
        self.kind = fields["kind"]
        self.text = fields["text"]
        self.because = tuple(fields.get("because", ()))
        self.subject = fields.get("subject")
        self.target = fields.get("target")
        self.children = []

    def walk(self, depth=0):
        """``(depth, reason)`` of this one and all below it."""
        todo = [(depth, self)]
        while todo:  # No recursion: chains may be as long as channels have packages.
            level, reason = todo.pop()
            yield level, reason
            todo += [(level + 1, child) for child in reversed(reason.children)]

    def __repr__(self):
        return f"<Reason {self.text}>"


def tree_of(flat):
    """The roots of the reasons of the JSON output, where each follows its parent."""
    reasons = [Reason(fields) for fields in flat]
    for reason, fields in zip(reasons, flat):
        if fields["parent"] is not None:
            reasons[fields["parent"]].children.append(reason)
    return [reason for reason, fields in zip(reasons, flat) if fields["parent"] is None]


class Reasons(list):
    """A tree: a list of its roots. ``str()`` is as the program prints it."""

    def __init__(self, json, text):
        super().__init__(tree_of(json["satchel"]["reasons"]))
        self.json = json
        self.text = text

    def __str__(self):
        return self.text

    def __reduce__(self):
        return (Reasons, (self.json, self.text))

    def _repr_html_(self):
        return f"<pre>{html.escape(self.text)}</pre>"


class Fix:
    """Changes after which there is a plan; satchel has solved it.

    ``changes`` are texts, ``cost`` their cost (docs/json.md), ``packages`` those of the plan:
    dictionaries with ``name``, ``version``, ``build``, ``requested``. ``json`` has everything.
    """

    __slots__ = ("changes", "cost", "packages", "json")

    def __init__(self, json):
        self.json = json
        self.changes = [change["text"] for change in json["changes"]]
        self.cost = json["cost"]
        self.packages = json.get("packages", [])

    def __str__(self):
        return "; ".join(self.changes)

    def __repr__(self):
        return f"<Fix {self}>"

    def __reduce__(self):
        return (Fix, (self.json,))


class Unsatisfiable(SatchelError):
    """There is no plan.

    ``str()`` explains it as the program does; a notebook shows it as a graph. ``reasons`` is a tree
    of :class:`Reason`, ``fixes`` a list of :class:`Fix`, the cheapest first, ``blamed`` the parts of
    the request that conflict, in words, and ``missing`` the names that no channel has.
    """

    code = 1

    def __init__(self, json, text, page):
        super().__init__(text)
        self.json = json
        #: A self-contained HTML page with the conflict as a graph.
        self.html = page

    @classmethod
    def of(cls, result):
        return cls(result.json, result.text, result.export("html"))

    @property
    def reasons(self):
        return tree_of(self.json["satchel"]["reasons"])

    @property
    def fixes(self):
        return [Fix(fix) for fix in self.json["satchel"]["fixes"]]

    @property
    def blamed(self):
        return list(self.json["satchel"]["blamed"])

    @property
    def missing(self):
        return list(self.json.get("packages", ()))

    def __reduce__(self):
        return (Unsatisfiable, (self.json, self.args[0], self.html))

    def _repr_html_(self):
        return (
            '<iframe style="width: 100%; height: 32em; border: 0" '
            f'srcdoc="{html.escape(self.html)}"></iframe>'
        )


class Verification:
    """Whether a plan is valid: true if it is. ``violations`` are texts, one for each."""

    __slots__ = ("violations", "warnings")

    def __init__(self, violations, warnings=()):
        self.violations = list(violations)
        self.warnings = list(warnings)

    @classmethod
    def of(cls, result):
        ours = result.json["satchel"]
        return cls(ours["violations"], ours["warnings"])

    def __bool__(self):
        return not self.violations

    def __str__(self):
        return "valid" if self else "\n".join(self.violations)

    def __repr__(self):
        return f"<Verification: {self}>"

    def __reduce__(self):
        return (Verification, (self.violations, self.warnings))


class WhyNot:
    """What stops a package. ``reasons`` is empty if nothing does; ``plan`` is the plan that has it
    and changes as little as can be, None if there is none."""

    __slots__ = ("spec", "reasons", "plan")

    def __init__(self, spec, reasons, plan):
        self.spec = spec
        self.reasons = reasons
        self.plan = plan

    @property
    def blocked(self):
        return bool(self.reasons)

    def __str__(self):
        if not self.blocked:
            return f"Nothing stops {self.spec}.\n"
        text = f"{self.spec} is stopped:\n{self.reasons}"
        if self.plan is None:
            return text + "No allowed change would make it possible.\n"
        changes = len({record["name"] for record in self.plan.link + self.plan.unlink})
        return text + f"A plan with it changes {changes} package{'' if changes == 1 else 's'}.\n"

    def __repr__(self):
        return f"<WhyNot {self.spec}: {'stopped' if self.blocked else 'nothing stops it'}>"

    def _repr_html_(self):
        return f"<pre>{html.escape(str(self))}</pre>"
