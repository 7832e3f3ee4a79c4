"""Versions and match specs, by py-rattler or else by conda: whatever of them can be imported."""

import functools
import re

from . import Refused

try:
    import rattler
except ImportError:
    rattler = None
try:
    from conda.models.match_spec import MatchSpec as CondaMatchSpec
    from conda.models.version import VersionOrder
except ImportError:
    CondaMatchSpec = None


class Spec:
    """Which records a spec matches, and what else it says."""

    __slots__ = ("matches", "has_channel", "condition", "extras")

    def __init__(self, matches, has_channel, condition=None, extras=()):
        self.matches = matches
        self.has_channel = has_channel
        self.condition = condition
        self.extras = extras


NAME_OF_SPEC = re.compile(r"\s*(?:[^\s\[=<>!~]*::)?([^\s\[=<>!~,;@]+)")
UNREADABLE = "{} {!r} cannot be read by {}: {}"


@functools.lru_cache(maxsize=None)
def spec_name(text):
    """The one name that a spec is about; empty if it is a pattern or there is none."""
    found = NAME_OF_SPEC.match(text)
    name = found[1].lower() if found else ""
    return "" if any(character in name for character in "*^$()") else name


class RattlerMatcher:
    """Of py-rattler."""

    title = "py-rattler"

    def version(self, text):
        try:
            return rattler.Version(text)
        except Exception as error:
            raise Refused(UNREADABLE.format("version", text, self.title, error)) from error

    def record(self, row):
        def digest(text):
            return bytes.fromhex(text) if text else None

        try:
            return rattler.PackageRecord(
                row.name, row.version_text, rattler.BuildString(row.build), row.build_number, row.subdir,
                md5=digest(row.md5), sha256=digest(row.sha256), flags=row.flags)
        except Exception as error:
            raise Refused(UNREADABLE.format("record", row.fn, self.title, error)) from error

    def spec(self, text):
        try:
            spec = rattler.MatchSpec(text)
        except Exception as error:
            raise Refused(UNREADABLE.format("spec", text, self.title, error)) from error
        channel = spec.channel.name if spec.channel else None
        subdir = spec.subdir

        def matches(row):
            return (spec.matches(row.record)
                    and (not channel or channel == row.channel)
                    and (not subdir or str(subdir) == row.subdir))

        return Spec(matches, bool(channel), spec.condition, tuple(spec.extras or ()))


class CondaMatcher:
    """Of conda."""

    title = "conda"

    def version(self, text):
        try:
            return VersionOrder(text)
        except Exception as error:
            raise Refused(UNREADABLE.format("version", text, self.title, error)) from error

    def record(self, row):
        return {"name": row.name, "version": row.version_text, "build": row.build,
                "build_number": row.build_number, "channel": row.channel, "subdir": row.subdir,
                "md5": row.md5, "sha256": row.sha256, "fn": row.fn}

    def spec(self, text):
        try:
            spec = CondaMatchSpec(text)
        except Exception as error:
            raise Refused(UNREADABLE.format("spec", text, self.title, error)) from error
        if any(spec.get_raw_value(field) for field in ("when", "extras", "flags")):
            raise Refused(UNREADABLE.format("spec", text, self.title, "conditions, extras, flags"))
        return Spec(lambda row: spec.match(row.record), bool(spec.get_raw_value("channel")))


def find_matcher():
    """None if there is none."""
    if rattler is not None:
        return RattlerMatcher()
    return CondaMatcher() if CondaMatchSpec is not None else None
