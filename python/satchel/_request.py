"""What is asked, in Python's terms."""

import datetime
import json
import os
from collections.abc import Iterable, Mapping

from . import _library
from ._errors import InvalidError
from ._records import as_record, requested_spec
from ._specs import MatchSpec

_OPTIONS = {
    "installed": None,
    "pins": (),
    "remove": (),
    "virtual_packages": None,
    "platform": None,
    "channel_priority": None,
    "exclude_newer": None,
    "objective": "newest",
    "timeout": None,
    "update_all": False,
    "prune": False,
    "no_deps": False,
    "config": None,
    "condarc": False,
}


def _texts(value, what):
    """A list of texts: one text or MatchSpec is a list of one."""
    if isinstance(value, (str, MatchSpec)):
        value = [value]
    if not isinstance(value, Iterable):
        raise TypeError(f"{what} is a list of specs, not {type(value).__name__}")
    texts = []
    for one in value:
        # Not any object's str(): a spec of a wrong type is a mistake. py-rattler's and conda's
        # MatchSpec are fine.
        if not isinstance(one, str) and type(one).__name__ != "MatchSpec":
            raise TypeError(f"{what}: a spec is a str or a MatchSpec, not {type(one).__name__}")
        texts.append(str(one))
    return tuple(texts)


def _age(value):
    """A date, a moment or an age as .condarc has it."""
    if isinstance(value, datetime.datetime):
        moment = value if value.tzinfo else value.astimezone()
        return moment.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, datetime.timedelta):
        return str(max(0, round(value.total_seconds())))
    if isinstance(value, str):
        return value
    raise TypeError(f"exclude_newer is a str, date, datetime or timedelta, not {value!r}")


def _virtual(packages):
    """(name, version, build) of each."""
    if isinstance(packages, Mapping):
        packages = [(name, *str(words).split("=", 1)) for name, words in packages.items()]
    for package in packages:
        if isinstance(package, str):
            package = package.split("=")
        if hasattr(package, "build_string"):  # py-rattler's GenericVirtualPackage
            package = (package.name.normalized, package.version, package.build_string)
        words = [str(word) for word in package]
        if not 1 <= len(words) <= 3 or not words[0].startswith("__"):
            raise InvalidError(f"'{'='.join(words)}' is no virtual package, like '__cuda=12.4'")
        yield (words + ["0", "0"][len(words) - 1 :]) if len(words) < 3 else words


def _setting(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    return json.dumps(value) if isinstance(value, (Mapping, list, tuple)) else str(value)


def apply_config(request, config, condarc):
    """The settings that a request and the channels have in common."""
    if condarc:
        request.read_configuration(None if condarc is True else condarc)
    for key, value in (config or {}).items():
        request.configure(key, _setting(value))


def _installed(value):
    """A prefix as a path, or pairs of a record and the spec that once asked for it."""
    if value is None or isinstance(value, (str, os.PathLike)):
        return value
    pairs = []
    requested = getattr(value, "requested_names", frozenset())  # Of a Plan.
    for one in getattr(value, "records", value):
        record, spec = one if isinstance(one, tuple) else (one, None)
        record = as_record(record)
        if spec is None:
            spec = record["name"] if record.get("name") in requested else requested_spec(record)
        pairs.append((record, None if spec is None else str(spec)))
    return pairs


class Request:
    """A question: specs with the options of :func:`solve`, for :func:`solve_many`. Not changed by
    being asked, so it can be asked any number of times and by several threads."""

    __slots__ = ("specs", "options")

    def __init__(self, specs=(), **options):
        unknown = set(options) - set(_OPTIONS)
        if unknown:
            raise TypeError(f"no option {sorted(unknown)[0]!r}; there are {', '.join(_OPTIONS)}")
        self.specs = _texts(specs, "specs")
        self.options = {key: options.get(key, default) for key, default in _OPTIONS.items()}
        for key in ("pins", "remove"):
            self.options[key] = _texts(self.options[key], key)
        self.options["installed"] = _installed(self.options["installed"])
        if self.options["exclude_newer"] is not None:
            self.options["exclude_newer"] = _age(self.options["exclude_newer"])
        if self.options["virtual_packages"] is not None:
            self.options["virtual_packages"] = list(_virtual(self.options["virtual_packages"]))
        timeout = self.options["timeout"]
        if isinstance(timeout, datetime.timedelta):
            self.options["timeout"] = timeout.total_seconds()
        if timeout is not None and not self.options["timeout"] > 0:
            raise InvalidError(f"a timeout is a number of seconds above 0, not {timeout!r}")

    @classmethod
    def of(cls, thing):
        """A Request, the arguments of one as a dictionary, or its specs."""
        if isinstance(thing, cls):
            return thing
        return cls(**thing) if isinstance(thing, Mapping) else cls(thing)

    def but(self, **options):
        """The same with other options."""
        specs = options.pop("specs", self.specs)
        return Request(specs, **{**self.options, **options})

    def make(self, channels, fixes=(0, 0.0)):
        """The library's request; ``channels`` are its own places or open ones."""
        request = _library.Request()
        options = self.options
        apply_config(request, options["config"], options["condarc"])
        platform = options["platform"] or channels.platform
        if options["platform"] and channels.platform not in (None, platform):
            raise InvalidError(f"the channels are open for {channels.platform}, not for {platform}")
        if platform:
            request.set_platform(str(platform))
        for channel in channels.places:
            request.add_channel(channel)
        self._add_specs(request)
        self._add_machine(request)
        request.set_objective(options["objective"])
        for flag in _library.FLAGS:
            request.set_flag(flag, options[flag])
        request.set_timeout(options["timeout"] or 0.0)
        request.set_fixes(*fixes)
        return request

    def _add_specs(self, request):
        for spec in self.specs:
            request.add_spec(spec)
        for pin in self.options["pins"]:
            request.add_pin(pin)
        for spec in self.options["remove"]:
            request.add_removal(spec)
        installed = self.options["installed"]
        if installed is None:
            return
        if isinstance(installed, (str, os.PathLike)):
            request.set_prefix(installed)
            return
        for record, spec in installed:
            request.add_installed(record, spec)

    def _add_machine(self, request):
        options = self.options
        for name, version, build in options["virtual_packages"] or ():
            request.add_virtual_package(name, version, build)
        if options["channel_priority"] is not None:
            request.configure("channel_priority", str(options["channel_priority"]))
        if options["exclude_newer"] is not None:
            request.configure("exclude_newer", options["exclude_newer"])

    def __repr__(self):
        given = {k: v for k, v in self.options.items() if v != _OPTIONS[k] and k != "installed"}
        words = [repr(list(self.specs)), *(f"{key}={value!r}" for key, value in given.items())]
        return f"Request({', '.join(words)})"
