#!/usr/bin/env python3
"""py-rattler: its sparse repodata and its solver (resolvo), both in this process.

Its solve() also reads the records that the request can reach: the repodata is only scanned by load().
"""

import asyncio
import datetime
import inspect

from adapter import Adapter, NotInstalled, Unsupported, serve

try:
    import rattler
    from rattler.exceptions import SolverError
except ImportError:
    rattler = None


def _spec(text):
    """Not strictly: channels and environment files have specs in conda's older forms."""
    return rattler.MatchSpec(text, strict=False)


class Rattler(Adapter):
    name = "py-rattler"
    capabilities = ("pins", "installed", "exclude-newer", "priority:strict", "priority:disabled")

    def __init__(self):
        self.channels = []
        self.sources = []

    def version(self):
        if rattler is None:
            raise NotInstalled("py-rattler is not installed for this python: pip install py-rattler")
        return rattler.__version__

    def load(self, platform, channels):
        self.channels = channels
        self.sources = [
            rattler.SparseRepoData(rattler.Channel(channel["url"]), subdir["subdir"], subdir["path"])
            for channel in channels for subdir in channel["subdirs"]]

    def _installed(self, files):
        wanted = set(files)
        found = [record for source in self.sources for record in source.load_all_records()
                 if record.url in wanted]
        if len(found) < len(wanted):
            raise Unsupported("an installed record is in no channel")
        return found

    def solve(self, problem):
        strict = len(self.channels) == 1 or problem["channel_priority"] == "strict"  # Of one channel it is no matter.
        newest = problem.get("exclude_newer_ms")
        limit = problem.get("timeout_s")
        virtual = [rattler.GenericVirtualPackage(rattler.PackageName(name), rattler.Version(version),
                                                  rattler.BuildString(build))
                   for name, version, build in problem["virtual_packages"]]
        try:
            # Older versions do not know the policy, and take every record without a timestamp.
            policy = ({"timestamp_policy": "allow-missing"} if "timestamp_policy" in
                      inspect.signature(rattler.solve_with_sparse_repodata).parameters else {})
            records = asyncio.run(rattler.solve_with_sparse_repodata(
                specs=[_spec(text) for text in problem["specs"]],
                sparse_repodata=self.sources,
                locked_packages=self._installed(problem["installed"]) if problem.get("installed") else None,
                virtual_packages=virtual,
                constraints=[_spec(text) for text in problem.get("pins", ())],
                channel_priority=rattler.ChannelPriority.Strict if strict else rattler.ChannelPriority.Disabled,
                exclude_newer=newest and datetime.datetime.utcfromtimestamp(newest / 1e3),
                timeout=limit and datetime.timedelta(seconds=limit),
                **policy))
        except SolverError as error:
            if "cancel" in str(error).lower() or "timeout" in str(error).lower():
                raise TimeoutError from error
            return None
        return [record.url for record in records]


if __name__ == "__main__":
    serve(Rattler())
