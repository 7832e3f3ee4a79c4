"""Records: dictionaries as in repodata, and their forms in other libraries."""

import datetime
import json
from collections.abc import Mapping


class Record(dict):
    """One package file: a dictionary with the keys of repodata (``name``, ``version``, ``build``,
    ``build_number``, ``depends``, ``constrains``, ``size`` in bytes, ``timestamp`` in milliseconds
    since 1970, ``sha256``, ...), with ``channel``, ``subdir``, ``fn`` and ``url``.

    Its keys can be read as attributes too. A list of records is what ``pandas.DataFrame`` takes.
    """

    __slots__ = ()

    def __getattr__(self, name):
        try:
            return self[name]
        except KeyError:
            raise AttributeError(f"this record has no {name!r}") from None

    def __repr__(self):
        place = f"{self.get('channel', '')}/{self.get('subdir', '')}::"
        words = (self.get("name", ""), self.get("version", ""), self.get("build", ""))
        return f"<Record {place}{'-'.join(words)}>"

    def to_rattler(self):
        """The same as a ``rattler.RepoDataRecord`` (py-rattler must be installed).

        py-rattler's records keep neither ``track_features`` nor keys that it does not know.
        """
        import rattler

        build = getattr(rattler, "BuildString", str)  # Since 0.28 it is no str.
        known = {key: self[key] for key in ("license", "license_family", "size") if self.get(key)}
        for key in ("depends", "constrains", "flags", "extra_depends"):
            if self.get(key):
                known[key] = self[key]
        for key in ("sha256", "md5"):
            if self.get(key):
                known[key] = bytes.fromhex(self[key])
        if self.get("python_site_packages_path"):
            known["python_site_packages_path"] = self["python_site_packages_path"]
        record = rattler.PackageRecord(
            self["name"],
            self["version"],
            build(self.get("build", "")),
            self.get("build_number", 0),
            self.get("subdir", "noarch"),
            noarch=self.get("noarch") or None,
            **known,
        )
        if self.get("timestamp"):
            record.timestamp = datetime.datetime.fromtimestamp(
                self["timestamp"] / 1000, datetime.timezone.utc
            )
        return rattler.RepoDataRecord(
            record, self.get("fn", ""), self.get("url", ""), self.get("channel", "")
        )

    def to_conda(self):
        """The same as a ``conda.models.records.PackageRecord`` (conda must be installed)."""
        from conda.models.channel import Channel
        from conda.models.records import PackageRecord

        fields = dict(self)
        fields["channel"] = Channel(fields["url"].rsplit("/", 1)[0])
        return PackageRecord(**fields)


def as_record(thing):
    """A ``Record`` of a dictionary, of a record of py-rattler or of one of conda."""
    if isinstance(thing, Record):
        return thing
    if isinstance(thing, Mapping):
        return Record(thing)
    if hasattr(thing, "to_json") and hasattr(thing, "build_number"):
        return _of_rattler(thing)
    if hasattr(thing, "dump"):  # conda's
        return Record(json.loads(json.dumps(thing.dump(), default=str)))
    raise TypeError(f"a record is a dictionary or a record of rattler or conda, not {thing!r}")


def _of_rattler(record):
    fields = Record(json.loads(record.to_json()))
    for key, attribute in (("url", "url"), ("fn", "file_name"), ("channel", "channel")):
        value = getattr(record, attribute, None)
        if value is not None:
            fields[key] = str(value)
    specs = getattr(record, "requested_specs", None) or []
    if specs:
        fields["requested_specs"] = list(specs)
    return fields


def requested_spec(record):
    """The spec with which an installed package was once asked for, as conda-meta has it."""
    specs = record.get("requested_specs") or [record.get("requested_spec")]
    return specs[0] if specs[0] not in (None, "", "None") else None
