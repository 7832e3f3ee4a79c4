"""Channels that stay open."""

import os
import threading

from . import _library
from ._errors import InvalidError
from ._request import apply_config
from ._run import run, run_async


def place_of(channel):
    """A channel as on the command line: a name, a URL, a directory, a file."""
    if isinstance(channel, (str, bytes, os.PathLike)):
        return channel
    for attribute in ("base_url", "canonical_name"):  # py-rattler's and conda's Channel
        value = getattr(channel, attribute, None)
        if isinstance(value, str):
            return value
    raise TypeError(f"a channel is a name, a URL or a path, not {channel!r}")


def places_of(channels):
    if isinstance(channels, (str, bytes, os.PathLike)):
        channels = [channels]
    return tuple(place_of(channel) for channel in channels)


class Unopened:
    """Places that each question reads for itself, and only what it needs of them."""

    platform = None
    handle = None

    def __init__(self, channels):
        self.places = places_of(channels)


class Channels:
    """Channels in memory, for any number of questions from any number of threads.

    >>> channels = Channels.open(["conda-forge"], platform="linux-64")  # doctest: +SKIP

    Make one with :meth:`open`. Closing it (or leaving its ``with`` block) frees the memory when the
    last question that uses it is answered. It can be pickled: the other process opens it again.
    """

    places = ()  # Of a request that uses it: it brings its own.

    def __init__(self, handle, arguments):
        self._handle = handle
        self._arguments = arguments
        self._lock = threading.Lock()
        about = handle.json()
        self.platform = about["platform"]
        #: For each channel its ``name``, ``url`` and ``subdirs`` (with how many ``records``).
        self.about = about["channels"]
        #: What was odd about the repodata, in words.
        self.warnings = about["warnings"]

    @classmethod
    def _request(cls, channels, platform, specs, config, condarc):
        request = _library.Request()
        apply_config(request, config, condarc)
        if platform:
            request.set_platform(str(platform))
        for channel in channels:
            request.add_channel(channel)
        for spec in specs:
            request.add_spec(str(spec))
        return request

    @classmethod
    def _prepare(cls, channels, platform, specs, offline, config, condarc):
        places = places_of(channels)
        config = {**(config or {}), **({"offline": True} if offline else {})}
        arguments = (places, platform, tuple(map(str, specs)), False, config, condarc)
        request = cls._request(places, platform, specs, config, condarc)
        return request, lambda: cls(request.open_channels(), arguments)

    @classmethod
    def open(cls, channels, *, platform=None, specs=(), offline=False, config=None, condarc=False):
        """Reads channels.

        channels: names (``"conda-forge"``), URLs, directories or repodata files; the first is the
            most preferred.
        platform: ``"linux-64"``, ...; None is this machine's.
        specs: if given, only what requests for these packages need is fetched from servers with
            sharded repodata; otherwise everything.
        offline: uses only what is in the cache.
        config: settings by their names in ``.condarc``: ``{"ssl_verify": False}``.
        condarc: whether conda's configuration files and variables count, or of which environment.

        Raises ``ChannelError`` if one cannot be read, ``InvalidError`` for what is no channel.
        Ctrl-C stops it.
        """
        request, work = cls._prepare(channels, platform, specs, offline, config, condarc)
        return run(work, request.cancel)

    @classmethod
    async def open_async(
        cls, channels, *, platform=None, specs=(), offline=False, config=None, condarc=False
    ):
        """The same without blocking the event loop."""
        request, work = cls._prepare(channels, platform, specs, offline, config, condarc)
        return await run_async(work, request.cancel)

    @property
    def handle(self):
        handle = self._handle
        if handle is None:
            raise InvalidError("these channels are closed")
        return handle

    @property
    def closed(self):
        return self._handle is None

    @property
    def names(self):
        """The channels' names, the most preferred first."""
        return [channel["name"] for channel in self.about]

    def close(self):
        """Frees the memory, as soon as nothing uses it. May be called again."""
        self._handle = None

    def __enter__(self):
        self.handle  # noqa: B018 - closed ones cannot be entered.
        return self

    def __exit__(self, *exception):
        self.close()

    def __len__(self):
        """The number of records."""
        return sum(subdir["records"] for channel in self.about for subdir in channel["subdirs"])

    def __bool__(self):
        return True

    def __reduce__(self):
        self.handle  # noqa: B018
        return (_reopen, self._arguments)

    def __repr__(self):
        state = ", closed" if self.closed else ""
        return f"<Channels {', '.join(self.names)} for {self.platform}: {len(self)} records{state}>"


def _reopen(channels, platform, specs, offline, config, condarc):
    return Channels.open(
        channels, platform=platform, specs=specs, offline=offline, config=config, condarc=condarc
    )


def as_channels(channels):
    """Open channels as they are, others for one question."""
    return channels if isinstance(channels, (Channels, Unopened)) else Unopened(channels)
