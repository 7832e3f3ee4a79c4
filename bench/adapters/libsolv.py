#!/usr/bin/env python3
"""libsolv (mamba's solver) through its C library, with the settings that mamba gives it.

Debian's build lacks conda's rules; conda-forge's package `libsolv` has them, as has a build with -DENABLE_CONDA=ON. The
directory of such a build is named by SATCHEL_LIBSOLV, unless the system finds it.

load() reads the repodata the first time and keeps it in libsolv's own form, as mamba does; then it reads that. One channel only.
"""

import ctypes
import ctypes.util
import json
import os
import shutil
import tempfile
from pathlib import Path

from adapter import Adapter, NotInstalled, Unsupported, serve

DISTTYPE_CONDA = 4
SOLVER_INSTALL_PROVIDES = 0x0100 | 0x03
FLAG_ALLOW_DOWNGRADE, FLAG_ALLOW_UNINSTALL, FLAG_STRICT_REPO_PRIORITY = 1, 4, 28


class Queue(ctypes.Structure):
    _fields_ = [("elements", ctypes.POINTER(ctypes.c_int)), ("count", ctypes.c_int),
                ("alloc", ctypes.POINTER(ctypes.c_int)), ("left", ctypes.c_int)]


def _open():
    """libsolv and libsolvext, or None."""
    directory = os.environ.get("SATCHEL_LIBSOLV", "")
    paths = [next((str(path) for path in Path(directory).rglob(f"lib{name}.so*")), None) if directory
             else ctypes.util.find_library(name) for name in ("solv", "solvext")]
    if None in paths:
        return None
    solv, ext = (ctypes.CDLL(path, mode=ctypes.RTLD_GLOBAL) for path in paths)
    for library, names in ((solv, ("pool_create", "repo_create", "solver_create", "pool_lookup_str", "pool_conda_matchspec")),
                           (ext, ("repo_add_conda",))):
        for name in names:
            if not hasattr(library, name):
                return None
    for name in ("pool_create", "repo_create", "solver_create"):
        getattr(solv, name).restype = ctypes.c_void_p
    solv.pool_lookup_str.restype = ctypes.c_char_p
    return solv, ext


LIBRARIES = _open()
C = ctypes.CDLL(None)
C.fopen.restype = ctypes.c_void_p


class File:
    """A C FILE."""

    def __init__(self, path, mode):
        self.file = C.fopen(os.fsencode(path), mode)
        if not self.file:
            raise OSError(f"cannot open {path}")

    def __enter__(self):
        return ctypes.c_void_p(self.file)

    def __exit__(self, *_):
        C.fclose(ctypes.c_void_p(self.file))


class Libsolv(Adapter):
    name = "libsolv"
    capabilities = ()

    def __init__(self):
        self.kept = Path(tempfile.mkdtemp(prefix="satchel-bench-"))
        self.pool = None
        self.channel = None

    def close(self):
        shutil.rmtree(self.kept, ignore_errors=True)

    def version(self):
        if LIBRARIES is None:
            raise NotInstalled("a libsolv with conda's rules is not installed, or not found: SATCHEL_LIBSOLV names its directory")
        return ctypes.string_at(ctypes.addressof(ctypes.c_char.in_dll(LIBRARIES[0], "solv_version"))).decode()

    def load(self, platform, channels):
        solv, _ = LIBRARIES
        if len(channels) != 1:
            raise Unsupported("more than one channel")
        if self.pool is not None:
            solv.pool_free(self.pool)
        self.channel = channels[0]
        self.pool = ctypes.c_void_p(solv.pool_create())
        solv.pool_setdisttype(self.pool, DISTTYPE_CONDA)
        for subdir in self.channel["subdirs"]:
            self._add(subdir["path"], subdir["subdir"])

    def _add(self, path, name):
        solv, ext = LIBRARIES
        repo = ctypes.c_void_p(solv.repo_create(self.pool, name.encode()))
        kept = self.kept / (str(path).replace("/", "_") + ".solv")
        if kept.exists():
            with File(kept, b"rb") as file:
                solv.repo_add_solv(repo, file, 0)
            return
        with File(path, b"rb") as file:
            if ext.repo_add_conda(repo, file, 0) != 0:
                raise RuntimeError(f"libsolv cannot read {path}")
        solv.repo_internalize(repo)
        with File(kept, b"wb") as file:
            solv.repo_write(repo, file)

    def solve(self, problem):
        solv, _ = LIBRARIES
        self._add_machine(problem["virtual_packages"])
        solv.pool_createwhatprovides(self.pool)
        jobs, decisions = Queue(), Queue()
        solv.queue_init(ctypes.byref(jobs))
        solv.queue_init(ctypes.byref(decisions))
        for spec in problem["specs"]:
            wanted = solv.pool_conda_matchspec(self.pool, spec.encode())
            solv.queue_insert2(ctypes.byref(jobs), jobs.count, SOLVER_INSTALL_PROVIDES, wanted)
        solver = ctypes.c_void_p(solv.solver_create(self.pool))
        for flag in (FLAG_ALLOW_DOWNGRADE, FLAG_ALLOW_UNINSTALL, FLAG_STRICT_REPO_PRIORITY):
            solv.solver_set_flag(solver, flag, 1)
        try:
            if solv.solver_solve(solver, ctypes.byref(jobs)) != 0:
                return None
            solv.solver_get_decisionqueue(solver, ctypes.byref(decisions))
            chosen = [decisions.elements[i] for i in range(decisions.count) if decisions.elements[i] > 1]
            return [url for url in map(self._url, chosen) if url is not None]
        finally:
            solv.solver_free(solver)

    def _add_machine(self, virtual_packages):
        """The virtual packages, as a channel of their own."""
        records = {f"{name}-{version}-{build}.conda": {"name": name, "version": version or "0", "build": build or "0",
                                                       "build_number": 0, "depends": [], "subdir": "machine"}
                   for name, version, build in virtual_packages}
        solv, ext = LIBRARIES
        path = self.kept / "machine.json"
        path.write_text(json.dumps({"info": {"subdir": "machine"}, "packages": {}, "packages.conda": records}))
        repo = ctypes.c_void_p(solv.repo_create(self.pool, b"machine"))
        with File(path, b"rb") as file:
            ext.repo_add_conda(repo, file, 0)
        solv.repo_internalize(repo)

    def _url(self, solvable):
        solv, _ = LIBRARIES
        directory, name = (solv.pool_lookup_str(self.pool, solvable, solv.pool_str2id(self.pool, key, 0))
                           for key in (b"solvable:mediadir", b"solvable:mediafile"))
        if directory == b"machine":
            return None
        return f'{self.channel["url"]}/{directory.decode()}/{name.decode()}'


if __name__ == "__main__":
    serve(Libsolv())
