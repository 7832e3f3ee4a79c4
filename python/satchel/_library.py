"""libsatchel (api/satchel.h) by ctypes. ctypes releases the GIL during each call.

Handles are objects that free themselves when the last reference goes, so one that is closed or
forgotten while another thread uses it lives until that thread is done.
"""

import ctypes
import json
import os
import sys
import threading

from ._errors import error_of

ABI = 1
PACKAGES, LINK, UNLINK = 0, 1, 2  # satchel_list
RECORD_JSON = 9  # satchel_field
OBJECTIVES = {"newest": 0, "ordered": 1, "lowest": 2, "lowest-direct": 3, "fewest-changes": 4}
FLAGS = {"update_all": 0, "prune": 1, "no_deps": 2}
FORMATS = {"explicit": 0, "environment": 1, "conda-lock": 2, "pixi": 3, "html": 4}

_POINTER, _TEXT, _INT = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int
_TEXT_OUT, _INT_OUT = ctypes.POINTER(ctypes.c_void_p), ctypes.POINTER(ctypes.c_int)
_HANDLE_OUT, _ERROR = _TEXT_OUT, _TEXT_OUT
_SIGNATURES = {
    "version": (_TEXT, []),
    "abi": (_INT, []),
    "free": (None, [_POINTER]),
    "request_new": (_POINTER, []),
    "request_free": (None, [_POINTER]),
    "request_add_channel": (_INT, [_POINTER, _TEXT, _ERROR]),
    "request_add_spec": (_INT, [_POINTER, _TEXT, _ERROR]),
    "request_add_pin": (_INT, [_POINTER, _TEXT, _ERROR]),
    "request_add_removal": (_INT, [_POINTER, _TEXT, _ERROR]),
    "request_add_installed": (_INT, [_POINTER, _TEXT, _TEXT, _ERROR]),
    "request_set_prefix": (_INT, [_POINTER, _TEXT, _ERROR]),
    "request_add_virtual_package": (_INT, [_POINTER, _TEXT, _TEXT, _TEXT, _ERROR]),
    "request_set_platform": (_INT, [_POINTER, _TEXT, _ERROR]),
    "request_configure": (_INT, [_POINTER, _TEXT, _TEXT, _ERROR]),
    "request_read_configuration": (_INT, [_POINTER, _TEXT, _ERROR]),
    "request_set_objective": (None, [_POINTER, _INT]),
    "request_set_flag": (None, [_POINTER, _INT, _INT]),
    "request_set_timeout": (None, [_POINTER, ctypes.c_double]),
    "request_set_fixes": (None, [_POINTER, ctypes.c_size_t, ctypes.c_double]),
    "request_cancel": (None, [_POINTER]),
    "channels_open": (_INT, [_POINTER, _HANDLE_OUT, _ERROR]),
    "channels_free": (None, [_POINTER]),
    "channels_json": (_INT, [_POINTER, _TEXT_OUT, _ERROR]),
    "solve": (_INT, [_POINTER, _POINTER, _HANDLE_OUT, _ERROR]),
    "why": (_INT, [_POINTER, _TEXT, _INT, _HANDLE_OUT, _ERROR]),
    "why_not": (_INT, [_POINTER, _POINTER, _TEXT, _HANDLE_OUT, _ERROR]),
    "verify": (_INT, [_POINTER, _POINTER, _TEXT, _HANDLE_OUT, _ERROR]),
    "result_free": (None, [_POINTER]),
    "result_has_plan": (_INT, [_POINTER]),
    "result_is_proven": (_INT, [_POINTER]),
    "result_json": (_TEXT, [_POINTER]),
    "result_text": (_TEXT, [_POINTER]),
    "result_count": (ctypes.c_size_t, [_POINTER, _INT]),
    "result_record": (_TEXT, [_POINTER, _INT, ctypes.c_size_t, _INT]),
    "result_export": (_INT, [_POINTER, _INT, _TEXT_OUT, _ERROR]),
    "version_key": (_INT, [_TEXT, _TEXT_OUT, _ERROR]),
    "version_spec_text": (_INT, [_TEXT, _TEXT_OUT, _ERROR]),
    "version_spec_matches": (_INT, [_TEXT, _TEXT, _INT_OUT, _ERROR]),
    "spec_json": (_INT, [_TEXT, _TEXT_OUT, _ERROR]),
    "spec_matches": (_INT, [_TEXT, _TEXT, _INT_OUT, _ERROR]),
}


def _candidates():
    """Where the library may be, the best place first: named by the user, in this package, in the
    environment (cmake --install, the conda package), wherever the system finds it."""
    named = os.environ.get("SATCHEL_LIBRARY")
    if named:
        return [named]
    own = os.path.join(os.path.dirname(os.path.abspath(__file__)), "libsatchel.so.1")
    environment = os.path.join(sys.prefix, "lib", "libsatchel.so.1")
    return [path for path in (own, environment) if os.path.exists(path)] or ["libsatchel.so.1"]


def _load():
    problems = []
    for path in _candidates():
        try:
            library = ctypes.CDLL(path)
        except OSError as problem:
            problems.append(str(problem))
            continue
        try:
            for name, (result, arguments) in _SIGNATURES.items():
                function = getattr(library, "satchel_" + name)
                function.restype, function.argtypes = result, arguments
        except AttributeError as missing:
            raise ImportError(
                f"{path} is of another version than this package: {missing}; install both anew"
            ) from None
        if library.satchel_abi() != ABI:
            raise ImportError(f"{path} has ABI {library.satchel_abi()}; this package needs {ABI}")
        return library
    raise ImportError("libsatchel is not there; set SATCHEL_LIBRARY: " + "; ".join(problems))


class _Lazy:
    """Loads the library at its first use: conda imports its plug-ins at every start."""

    def __init__(self):
        self._lock = threading.Lock()

    def __getattr__(self, name):
        if name not in _NAMES:
            raise AttributeError(name)
        with self._lock:
            if name not in self.__dict__:
                loaded = _load()
                self.__dict__.update((known, getattr(loaded, known)) for known in _NAMES)
        return self.__dict__[name]


_NAMES = frozenset("satchel_" + name for name in _SIGNATURES)
library = _Lazy()


def encode(text, what="text"):
    """UTF-8 for the library. Paths may have bytes that are none (os.fsdecode's surrogates)."""
    if text is None:
        return None
    data = os.fsencode(text) if isinstance(text, os.PathLike) else text
    if isinstance(data, str):
        try:
            data = data.encode("utf-8", "surrogateescape")
        except UnicodeEncodeError:
            raise error_of(2, f"{what} {text!r} is not valid text") from None
    if not isinstance(data, bytes):
        raise TypeError(f"{what} is a str, not {type(text).__name__}")
    if b"\0" in data:
        raise error_of(2, f"{what} {text!r} has a zero byte")
    return data


def decode(data):
    return data.decode("utf-8", "replace")


def _take(pointer):
    """The text that the library stored there, which is freed."""
    if not pointer:
        return ""
    try:
        return decode(ctypes.cast(pointer, _TEXT).value)
    finally:
        library.satchel_free(pointer)


def call(name, *arguments):
    """Calls a function that returns a satchel_code. Raises the error that it stands for."""
    error = ctypes.c_void_p()
    code = getattr(library, "satchel_" + name)(*arguments, ctypes.byref(error))
    if code != 0:
        raise error_of(code, _take(error) or f"libsatchel returned {code}")


def text_of(name, *arguments):
    """Calls a function that stores a text."""
    text = ctypes.c_void_p()
    call(name, *arguments, ctypes.byref(text))
    return _take(text)


def truth_of(name, *arguments):
    """Calls a function that stores a truth value."""
    value = ctypes.c_int()
    call(name, *arguments, ctypes.byref(value))
    return bool(value.value)


def version():
    return decode(library.satchel_version())


class Handle:
    """A pointer of the library, freed with this object. Not copied, not pickled."""

    __slots__ = ("pointer", "_free", "__weakref__")

    def __init__(self, pointer, free):
        self.pointer = pointer
        self._free = free  # Kept here: module globals may be gone at the end of the interpreter.

    def __del__(self):
        pointer, self.pointer = getattr(self, "pointer", None), None
        if pointer:
            self._free(pointer)

    def __reduce__(self):
        raise TypeError(f"{type(self).__name__} is of this process and cannot be pickled")


class ChannelsHandle(Handle):
    __slots__ = ()

    def json(self):
        return json.loads(text_of("channels_json", self.pointer))


class Result(Handle):
    """What a question was answered with. Everything in it is read-only: threads may share it."""

    __slots__ = ()

    @property
    def has_plan(self):
        return bool(library.satchel_result_has_plan(self.pointer))

    @property
    def is_proven(self):
        return bool(library.satchel_result_is_proven(self.pointer))

    @property
    def json(self):
        return json.loads(library.satchel_result_json(self.pointer))

    @property
    def text(self):
        return decode(library.satchel_result_text(self.pointer))

    def list(self, which):
        """The records of a list of the plan: dictionaries as in repodata, dependencies first."""
        record = library.satchel_result_record
        count = library.satchel_result_count(self.pointer, which)
        texts = [record(self.pointer, which, i, RECORD_JSON) for i in range(count)]
        return json.loads(b"[" + b",".join(texts) + b"]")

    @property
    def records(self):
        return self.list(PACKAGES)

    def export(self, form):
        return text_of("result_export", self.pointer, FORMATS[form])


class Request(Handle):
    """A request. Every method raises SatchelError for input that libsatchel does not understand.
    One thread at a time may use it, except for cancel()."""

    __slots__ = ()

    def __init__(self):
        super().__init__(library.satchel_request_new(), library.satchel_request_free)
        if not self.pointer:
            raise MemoryError

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.__del__()

    def _set(self, name, what, *words):
        call("request_" + name, self.pointer, *(encode(word, what) for word in words))

    def add_channel(self, channel):
        self._set("add_channel", "the channel", channel)

    def add_spec(self, spec):
        self._set("add_spec", "the spec", spec)

    def add_pin(self, spec):
        self._set("add_pin", "the pin", spec)

    def add_removal(self, spec):
        self._set("add_removal", "the spec", spec)

    def add_installed(self, record, requested=None):
        self._set("add_installed", "the record", json.dumps(record), requested)

    def set_prefix(self, prefix):
        self._set("set_prefix", "the prefix", prefix)

    def add_virtual_package(self, name, version, build):
        self._set("add_virtual_package", "the virtual package", name, version, build)

    def set_platform(self, platform):
        self._set("set_platform", "the platform", platform)

    def configure(self, key, value):
        self._set("configure", "the setting", key, value)

    def read_configuration(self, prefix=None):
        self._set("read_configuration", "the prefix", prefix)

    def set_objective(self, objective):
        if objective not in OBJECTIVES:
            words = ", ".join(map(repr, OBJECTIVES))
            raise error_of(2, f"no objective {objective!r}; there are {words}")
        library.satchel_request_set_objective(self.pointer, OBJECTIVES[objective])

    def set_flag(self, flag, on=True):
        library.satchel_request_set_flag(self.pointer, FLAGS[flag], int(bool(on)))

    def set_timeout(self, seconds):
        library.satchel_request_set_timeout(self.pointer, seconds)

    def set_fixes(self, max_fixes, seconds):
        library.satchel_request_set_fixes(self.pointer, max_fixes, seconds)

    def cancel(self):
        """Stops what another thread asks with this request."""
        library.satchel_request_cancel(self.pointer)

    def open_channels(self):
        handle = ctypes.c_void_p()
        call("channels_open", self.pointer, ctypes.byref(handle))
        return ChannelsHandle(handle.value, library.satchel_channels_free)

    def _result(self, name, *arguments):
        handle = ctypes.c_void_p()
        call(name, self.pointer, *arguments, ctypes.byref(handle))
        return Result(handle.value, library.satchel_result_free)

    def solve(self, channels=None):
        return self._result("solve", channels and channels.pointer)

    def why(self, name, every=False):
        return self._result("why", encode(name, "the name"), int(every))

    def why_not(self, spec, channels=None):
        return self._result("why_not", channels and channels.pointer, encode(spec, "the spec"))

    def verify(self, plan, channels=None):
        return self._result("verify", channels and channels.pointer, encode(plan, "the plan"))
