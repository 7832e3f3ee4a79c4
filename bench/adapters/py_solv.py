#!/usr/bin/env python3
"""libsolv through its Python binding. Only a binding built with conda's rules of versions and specs will do."""

from adapter import Adapter, NotInstalled, serve

try:
    import solv
except ImportError:
    solv = None


class Solv(Adapter):
    name = "libsolv"

    def version(self):
        if solv is None:
            raise NotInstalled("the Python package solv is not installed for this python: pip install solv")
        if not hasattr(solv.Repo, "add_conda"):
            raise NotInstalled("this solv was built without conda support (ENABLE_CONDA): it can neither read "
                               "repodata.json nor compare conda's versions")
        return getattr(solv, "__version__", "unknown")

    def load(self, platform, channels):
        raise NotImplementedError("no binding with conda support was at hand to write this against")

    def solve(self, problem):
        raise NotImplementedError("no binding with conda support was at hand to write this against")


if __name__ == "__main__":
    serve(Solv())
