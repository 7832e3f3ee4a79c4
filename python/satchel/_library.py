"""libsatchel (api/satchel.h) by ctypes: solves a Request to a Result."""

import ctypes
import ctypes.util
import json
import os
import sys

ABI = 1
OK = 0
PACKAGES = 0  # satchel_list
RECORD_JSON = 9  # satchel_field
FLAGS = {"update_all": 0, "prune": 1, "no_deps": 2}


class SatchelError(Exception):
    """A call failed; `code` is a satchel_code."""

    def __init__(self, code, message):
        super().__init__(message)
        self.code = code


def _candidates():
    named = os.environ.get("SATCHEL_LIBRARY")
    if named:
        return [named]
    beside = os.path.join(sys.prefix, "lib", "libsatchel.so.1")
    return [beside] if os.path.exists(beside) else ["libsatchel.so.1"]


def _declare(library):
    """The signatures: without them pointers would be truncated to ints."""
    pointer, text, error = ctypes.c_void_p, ctypes.c_char_p, ctypes.POINTER(ctypes.c_void_p)
    size, number = ctypes.c_size_t, ctypes.c_int
    signatures = {
        "version": (text, []),
        "abi": (number, []),
        "free": (None, [pointer]),
        "request_new": (pointer, []),
        "request_free": (None, [pointer]),
        "request_add_channel": (number, [pointer, text, error]),
        "request_add_spec": (number, [pointer, text, error]),
        "request_add_pin": (number, [pointer, text, error]),
        "request_add_removal": (number, [pointer, text, error]),
        "request_add_installed": (number, [pointer, text, text, error]),
        "request_add_virtual_package": (number, [pointer, text, text, text, error]),
        "request_set_platform": (number, [pointer, text, error]),
        "request_configure": (number, [pointer, text, text, error]),
        "request_read_configuration": (number, [pointer, text, error]),
        "request_set_flag": (None, [pointer, number, number]),
        "request_set_fixes": (None, [pointer, size, ctypes.c_double]),
        "solve": (number, [pointer, pointer, ctypes.POINTER(pointer), error]),
        "result_free": (None, [pointer]),
        "result_has_plan": (number, [pointer]),
        "result_json": (text, [pointer]),
        "result_text": (text, [pointer]),
        "result_count": (size, [pointer, number]),
        "result_record": (text, [pointer, number, size, number]),
    }
    for name, (result, arguments) in signatures.items():
        function = getattr(library, "satchel_" + name)
        function.restype, function.argtypes = result, arguments


def load():
    problems = []
    for path in _candidates():
        try:
            library = ctypes.CDLL(path)
        except OSError as problem:
            problems.append(str(problem))
            continue
        _declare(library)
        if library.satchel_abi() != ABI:
            raise ImportError(f"{path} has ABI {library.satchel_abi()}; this needs {ABI}")
        return library
    raise ImportError("libsatchel is not there; set SATCHEL_LIBRARY: " + "; ".join(problems))


class Result:
    """A plan's records, or why there is none."""

    def __init__(self, library, handle):
        self.has_plan = bool(library.satchel_result_has_plan(handle))
        self.json = json.loads(library.satchel_result_json(handle))
        self.text = library.satchel_result_text(handle).decode()
        # Dictionaries as in repodata, dependencies first.
        self.records = [
            json.loads(library.satchel_result_record(handle, PACKAGES, i, RECORD_JSON))
            for i in range(library.satchel_result_count(handle, PACKAGES))
        ]


class Request:
    """A request. Every method raises SatchelError for input that libsatchel does not understand."""

    def __init__(self):
        self._library = load()
        self._handle = self._library.satchel_request_new()

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self._library.satchel_request_free(self._handle)
        self._handle = None

    def _call(self, name, *arguments):
        error = ctypes.c_void_p()
        words = [word.encode() if isinstance(word, str) else word for word in arguments]
        function = getattr(self._library, "satchel_" + name)
        code = function(self._handle, *words, ctypes.byref(error))
        if code != OK:
            message = ctypes.cast(error, ctypes.c_char_p).value
            self._library.satchel_free(error)
            raise SatchelError(code, message.decode() if message else f"error {code}")

    def add_channel(self, channel):
        self._call("request_add_channel", channel)

    def add_spec(self, spec):
        self._call("request_add_spec", spec)

    def add_pin(self, spec):
        self._call("request_add_pin", spec)

    def add_removal(self, spec):
        self._call("request_add_removal", spec)

    def add_installed(self, record, requested=None):
        self._call("request_add_installed", json.dumps(record), requested)

    def add_virtual_package(self, name, version, build):
        self._call("request_add_virtual_package", name, version, build)

    def set_platform(self, platform):
        self._call("request_set_platform", platform)

    def configure(self, key, value):
        self._call("request_configure", key, value)

    def read_configuration(self, prefix):
        self._call("request_read_configuration", prefix)

    def set_flag(self, flag, on=True):
        self._library.satchel_request_set_flag(self._handle, FLAGS[flag], int(on))

    def set_fixes(self, max_fixes, seconds):
        self._library.satchel_request_set_fixes(self._handle, max_fixes, seconds)

    def solve(self):
        handle = ctypes.c_void_p()
        self._call("solve", None, ctypes.byref(handle))
        try:
            return Result(self._library, handle)
        finally:
            self._library.satchel_result_free(handle)
