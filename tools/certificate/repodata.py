"""Repodata as docs/proofs.md reads it: one row for each record that can be used."""

import hashlib
import json
import re

from . import Refused
from .matching import spec_name

MAX_SECONDS = 253_402_300_799
DAY_MS = 86_400_000
LAST_DAY = 2_932_896
NO_DAY = -1


class Row:
    """A record, with what the definitions ask of it."""

    __slots__ = (
        "name", "version_text", "version", "build", "build_number", "channel", "subdir", "fn", "md5",
        "sha256", "timestamp_ms", "num_track_features", "num_features", "depends", "constrains",
        "flags", "extra_depends",
        "record", "rank", "is_installed", "links")

    def __init__(self, matcher, fields, channel, subdir, fn):
        self.name = fields["name"]
        self.version_text = fields["version"]
        self.version = matcher.version(self.version_text)
        self.build = fields.get("build", "")
        self.build_number = fields.get("build_number", 0)
        self.channel = channel
        self.subdir = subdir
        self.fn = fn
        self.md5 = fields.get("md5") or ""
        self.sha256 = fields.get("sha256") or ""
        self.timestamp_ms = timestamp_ms(fields)
        self.num_track_features = num_features(fields.get("track_features"))
        self.num_features = num_features(fields.get("features"))
        self.depends = fields.get("depends") or []
        self.constrains = fields.get("constrains") or []
        self.flags = fields.get("flags") or []
        self.extra_depends = fields.get("extra_depends") or {}
        self.record = matcher.record(self)
        self.rank = 0
        self.is_installed = False
        self.links = None

    def day(self):
        return min(self.timestamp_ms // DAY_MS, LAST_DAY) if self.timestamp_ms > 0 else NO_DAY


def timestamp_ms(fields):
    if "timestamp_ms" in fields:
        return fields["timestamp_ms"]
    value = fields.get("indexed_timestamp") or fields.get("timestamp") or 0
    return int(value) if value > MAX_SECONDS else int(value * 1000)


def num_features(value):
    if value is None:
        return 0
    if isinstance(value, str):
        return len([word for word in re.split(r"[\s,]+", value) if word])
    return len([item for item in value if item.strip(" ,")])


class Repodata:
    """One repodata.json; its rows are made when their name is asked for."""

    def __init__(self, matcher, path, sha256, channel, subdir):
        try:
            with open(path, "rb") as file:
                content = file.read()
        except OSError as error:
            raise Refused(f"{path}: {error.strerror}") from error
        if hashlib.sha256(content).hexdigest() != sha256:
            raise Refused(f"{path}: is not the repodata of the certificate (another SHA-256)")
        self.matcher = matcher
        self.channel = channel
        repodata = json.loads(content)
        for key in repodata:
            if re.fullmatch(r"v\d+", key) and key != "v3":
                raise Refused(f"{path}: has records of revision {key[1:]}, which this checker does not know")
        self.subdir = repodata.get("info", {}).get("subdir") or subdir
        self.by_name = {}
        removed = set(repodata.get("removed") or [])
        taken = set()
        revision3 = repodata.get("v3") or {}
        sections = [(True, "", repodata.get("packages.conda")), (False, "", repodata.get("packages"))]
        for kind in ("conda", "tar.bz2", "whl"):
            sections.append((kind == "conda", f".{kind}", revision3.get(kind)))
        sections.sort(key=lambda section: not section[0])
        for is_conda, ending, records in sections:
            for stem, fields in (records or {}).items():
                fn = stem + ending
                if fn in removed:
                    continue
                key = (fields.get("name"), fields.get("version"), fields.get("build"))
                if is_conda:
                    taken.add(key)
                elif key in taken:
                    continue  # The same record, in the older format.
                self.by_name.setdefault(fields.get("name"), []).append((fn, fields))
        self.made = {}
        self.matched = {}

    def has(self, name):
        return name in self.by_name

    def rows(self, name):
        if name not in self.made:
            self.made[name] = [
                Row(self.matcher, fields, self.channel, self.subdir, fn)
                for fn, fields in self.by_name.get(name, [])]
        return self.made[name]

    def matching(self, text, matches):
        """The rows of the spec's name that it matches."""
        if text not in self.matched:
            self.matched[text] = frozenset(
                row for row in self.rows(spec_name(text)) if matches(row))
        return self.matched[text]
