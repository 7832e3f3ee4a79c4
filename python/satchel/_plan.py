"""A plan: the packages of an environment."""

import html

from . import _library
from ._answers import Reasons, Verification, WhyNot
from ._channels import Unopened, as_channels
from ._errors import InvalidError
from ._records import Record
from ._run import run

_COLUMNS = ("name", "version", "build", "channel", "held_by")
_LOCKS = ("conda-lock", "pixi", "explicit")


class Level:
    """The value of a plan at one level of the objective: smaller is better, 0 the best imaginable,
    in ``unit`` (``"days"`` or ``"packages"``)."""

    __slots__ = ("level", "value", "unit", "proven")

    def __init__(self, level, value, unit, proven):
        self.level, self.value, self.unit, self.proven = level, value, unit, proven

    def _fields(self):
        return (self.level, self.value, self.unit, self.proven)

    def __eq__(self, other):
        return self._fields() == other._fields() if isinstance(other, Level) else NotImplemented

    def __hash__(self):
        return hash(self._fields())

    def __reduce__(self):
        return (Level, self._fields())

    def __repr__(self):
        return f"<Level {self.level}: {self.value} {self.unit}{'' if self.proven else ', open'}>"


class Plan:
    """What :func:`solve` found: the best set of packages.

    A plan is a sequence of its ``records``, dependencies first; ``plan["numpy"]`` is the record of
    that name. It can be compared, pickled and printed, and has nothing open.
    """

    def __init__(self, result, request, channels):
        self._result = result  # Until its parts have been read.
        self._parts = {}
        #: The :class:`Request` that was asked, and the channels.
        self.request = request
        self.channels = channels
        #: Whether no better plan exists; False after a timeout.
        self.proven = result.is_proven

    def _part(self, name, make):
        """What is read of the result only if somebody wants it: most of the cost of a small solve
        would be that. Two threads may both read it, and get the same."""
        if name not in self._parts:
            self._parts[name] = make(self._result)
        return self._parts[name]

    @property
    def json(self):
        """All that ``satchel solve --json`` prints (docs/json.md), as a dictionary."""
        return self._part("json", lambda result: result.json)

    @property
    def records(self):
        """A list of :class:`Record`, dependencies first."""
        return self._list(_library.PACKAGES)

    @property
    def link(self):
        """The records that are new or changed, compared with what is installed."""
        return self._list(_library.LINK)

    @property
    def unlink(self):
        """The installed records that go or change."""
        return self._list(_library.UNLINK)

    def _list(self, which):
        return self._part(which, lambda result: [Record(r) for r in result.list(which)])

    @property
    def packages(self):
        """For each record how it stands: dictionaries with ``name``, ``version``, ``requested``,
        ``lag`` and ``days_behind`` in days, ``held_by``, ... (docs/json.md)."""
        return self.json["satchel"]["packages"]

    @property
    def levels(self):
        """The :class:`Level` values of the objective, in their order."""
        levels = self.json["satchel"]["levels"]
        return [Level(one["level"], one["value"], one["unit"], one["proven"]) for one in levels]

    @property
    def warnings(self):
        return list(self.json["satchel"]["warnings"])

    @property
    def platform(self):
        return self.json["satchel"]["platform"]

    @property
    def requested_names(self):
        """The names that were asked for."""
        return {package["name"] for package in self.packages if package["requested"]}

    def to_explicit(self):
        """The text of an ``@EXPLICIT`` file, for ``satchel create --file`` and conda and mamba."""
        return self._export("explicit")

    def to_environment_yaml(self):
        """The text of an ``environment.yml`` with exact versions and builds."""
        return self._export("environment")

    def to_lock(self, format="conda-lock"):
        """The text of a lock file for this platform: ``"conda-lock"``, ``"pixi"`` or
        ``"explicit"``. ``satchel lock`` locks several platforms into one file."""
        if format not in _LOCKS:
            raise InvalidError(f"no lock format {format!r}; there are {', '.join(_LOCKS)}")
        return self._export(format)

    def _export(self, form):
        return self._part("as " + form, lambda result: result.export(form))

    def verify(self, channels=None):
        """Checks this plan against its request without the solver, in its own channels or in
        others: a :class:`Verification`, which is true if the plan is valid."""
        return verify(self.to_explicit(), self.request, self._places(channels))

    def _places(self, channels):
        return self.channels if channels is None else as_channels(channels)

    def _as_installed(self):
        """The request as if this plan were installed."""
        return self.request.but(installed=self, remove=(), update_all=False)

    def why(self, package, *, every=False):
        """Why a package is in this plan: the shortest chain from a package that was asked for, or
        ``every`` chain. Raises ``InvalidError`` if it is not in it."""
        return ask_why(package, self._as_installed(), every)

    def why_not(self, spec, channels=None):
        """What stops ``spec`` (``"python>=3.13"``) from joining this plan: a :class:`WhyNot`."""
        return ask_why_not(spec, self._as_installed(), self._places(channels))

    def __getitem__(self, key):
        if isinstance(key, (int, slice)):
            return self.records[key]
        for record in self.records:
            if record["name"] == key:
                return record
        raise KeyError(key)

    def __contains__(self, name):
        if isinstance(name, str):
            return any(record["name"] == name for record in self.records)
        return name in self.records

    def __iter__(self):
        return iter(self.records)

    def __len__(self):
        return len(self.records)

    def __eq__(self, other):
        return self.records == other.records if isinstance(other, Plan) else NotImplemented

    __hash__ = None

    def __getstate__(self):
        for which in (_library.PACKAGES, _library.LINK, _library.UNLINK):
            self._list(which)
        for form in ("environment", *_LOCKS):
            self._export(form)
        parts = {**self._parts, "json": self.json}
        channels = self.channels
        if getattr(channels, "closed", False):
            channels = None
        return {"parts": parts, "request": self.request, "channels": channels, "proven": self.proven}

    def __setstate__(self, state):
        self._result = None
        self._parts = state["parts"]
        self.request, self.channels = state["request"], state["channels"]
        self.proven = state["proven"]

    def __repr__(self):
        state = "the best" if self.proven else "not proven to be the best"
        return f"<Plan for {', '.join(self.request.specs)}: {len(self)} packages, {state}>"

    def _rows(self):
        rows = [[str(package.get(key, "")) for key in _COLUMNS] for package in self.packages]
        marks = ["*" if package["requested"] else "" for package in self.packages]
        return sorted(([mark, *row] for mark, row in zip(marks, rows)), key=lambda row: row[1])

    def __str__(self):
        rows = [["", *_COLUMNS[:-1], "held by"], *self._rows()]
        widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
        lines = ["  ".join(word.ljust(width) for word, width in zip(row, widths)) for row in rows]
        end = "the best plan, proven" if self.proven else "not proven to be the best"
        return "\n".join(line.rstrip() for line in lines) + f"\n{len(self)} packages; {end}\n"

    def _repr_html_(self):
        def row(words, tag):
            return "".join(f"<{tag}>{html.escape(word)}</{tag}>" for word in words)

        body = "".join(f"<tr>{row(words, 'td')}</tr>" for words in self._rows())
        end = "the best plan, proven" if self.proven else "not proven to be the best"
        return (
            f"<table><thead><tr>{row(['', *_COLUMNS[:-1], 'held by'], 'th')}</tr></thead>"
            f"<tbody>{body}</tbody></table><p>{len(self)} packages; {end}</p>"
        )


def verify(plan, request, channels):
    """Checks the text of a plan."""
    made, handle = request.make(channels), channels.handle
    return Verification.of(run(lambda: made.verify(plan, handle), made.cancel))


def ask_why(package, request, every):
    made = request.make(Unopened(()))
    result = made.why(package, every)
    return Reasons(result.json, result.text)


def ask_why_not(spec, request, channels):
    made, handle = request.make(channels), channels.handle
    result = run(lambda: made.why_not(str(spec), handle), made.cancel)
    blocked = bool(result.text)
    reasons = Reasons(result.json if blocked else {"satchel": {"reasons": []}}, result.text)
    plan = Plan(result, request.but(specs=(*request.specs, str(spec))), channels)
    return WhyNot(str(spec), reasons, plan if result.has_plan else None)
