"""Versions and specs, with conda's semantics."""

import functools
import json
from collections.abc import Mapping

from ._library import encode, text_of, truth_of
from ._records import as_record


def _text(value, what):
    if not isinstance(value, str):
        raise TypeError(f"{what} is a str, not {type(value).__name__}")
    return encode(value, what)


@functools.total_ordering
class Version:
    """A version as conda orders them: epochs, dev and post releases, letters before numbers.

    Versions that conda calls equal are equal and have one hash.

    >>> Version("1.0") == Version("1.0.0"), Version("1.0rc1") < Version("1.0")
    (True, True)

    Raises ``InvalidError`` (a ``ValueError``) for a text that is no version.
    """

    __slots__ = ("_text", "_key")

    def __init__(self, version):
        if isinstance(version, Version):
            self._text, self._key = version._text, version._key
            return
        self._key = text_of("version_key", _text(version, "a version"))
        self._text = version

    def __eq__(self, other):
        return self._key == other._key if isinstance(other, Version) else NotImplemented

    def __lt__(self, other):
        return self._key < other._key if isinstance(other, Version) else NotImplemented

    def __hash__(self):
        return hash(self._key)

    def __str__(self):
        return self._text

    def __repr__(self):
        return f"Version({self._text!r})"

    def __reduce__(self):
        return (Version, (self._text,))


@functools.total_ordering
class VersionSpec:
    """What versions will do: ``">=1.8,<2|3.*"``.

    >>> "1.9" in VersionSpec(">=1.8,<2"), VersionSpec("1.8.*").matches(Version("1.9"))
    (True, False)
    """

    __slots__ = ("_text",)

    def __init__(self, spec):
        if isinstance(spec, VersionSpec):
            self._text = spec._text
        else:
            self._text = text_of("version_spec_text", _text(spec, "a version spec"))

    def matches(self, version):
        """Whether the version, a ``Version`` or a text, will do."""
        version = str(version) if isinstance(version, Version) else version
        return truth_of("version_spec_matches", encode(self._text), _text(version, "a version"))

    __contains__ = matches

    def __eq__(self, other):
        return self._text == other._text if isinstance(other, VersionSpec) else NotImplemented

    def __lt__(self, other):
        return self._text < other._text if isinstance(other, VersionSpec) else NotImplemented

    def __hash__(self):
        return hash((VersionSpec, self._text))

    def __str__(self):
        return self._text

    def __repr__(self):
        return f"VersionSpec({self._text!r})"

    def __reduce__(self):
        return (VersionSpec, (self._text,))


@functools.total_ordering
class MatchSpec:
    """What packages will do, in any of conda's forms: ``"numpy >=1.8"``, ``"python=3.12"``,
    ``"conda-forge::numpy[build=py3*]"``.

    Equal if they say the same; ordered by text. ``str()`` is conda's canonical form.

    >>> spec = MatchSpec("conda-forge::numpy >=1.8")
    >>> spec.name, spec.version, spec.channel
    ('numpy', VersionSpec('>=1.8'), 'conda-forge')
    """

    __slots__ = ("_text", "_fields")

    def __init__(self, spec):
        if isinstance(spec, MatchSpec):
            self._text, self._fields = spec._text, spec._fields
            return
        self._fields = json.loads(text_of("spec_json", _text(spec, "a spec")))
        self._text = self._fields.pop("text")

    @property
    def name(self):
        """The package's name, or a pattern (``"py*"``)."""
        return self._fields.get("name", "*")

    @property
    def version(self):
        """A ``VersionSpec``; None if every version will do."""
        return VersionSpec(self._fields["version"]) if "version" in self._fields else None

    @property
    def build(self):
        """A build or a pattern of builds; None if every build will do."""
        return self._fields.get("build")

    @property
    def channel(self):
        return self._fields.get("channel")

    @property
    def subdir(self):
        return self._fields.get("subdir")

    @property
    def fields(self):
        """All that it mentions, by conda's names: ``{"name": "numpy", "version": ">=1.8"}``."""
        return dict(self._fields)

    def matches(self, record):
        """Whether a record will do: a dictionary, or one of py-rattler or conda."""
        text = json.dumps(record if isinstance(record, Mapping) else as_record(record))
        return truth_of("spec_matches", encode(self._text), encode(text, "the record"))

    def __eq__(self, other):
        return self._text == other._text if isinstance(other, MatchSpec) else NotImplemented

    def __lt__(self, other):
        return self._text < other._text if isinstance(other, MatchSpec) else NotImplemented

    def __hash__(self):
        return hash((MatchSpec, self._text))

    def __str__(self):
        return self._text

    def __repr__(self):
        return f"MatchSpec({self._text!r})"

    def __reduce__(self):
        return (MatchSpec, (self._text,))
