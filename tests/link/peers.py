"""What other tools make of our environments and package caches, and we of theirs.

usage: peers.py rattler-record PREFIX | conda-prefix PREFIX | rattler-install PREFIX CACHE CHANNEL
Prints one JSON value; any exception is a failure.
"""

import asyncio
import glob
import json
import sys


def rattler_record(prefix):
    import rattler

    records = [rattler.PrefixRecord.from_path(path) for path in glob.glob(prefix + "/conda-meta/*.json")]
    return {
        r.name.normalized: {
            "version": str(r.version),
            "requested": r.requested_spec,
            "files": sorted(str(f) for f in r.files),
        }
        for r in records
    }


def conda_prefix(prefix):
    from conda.core.prefix_data import PrefixData
    from conda.history import History

    history = History(prefix)
    return {
        "records": {r.name: {"version": r.version, "files": sorted(r.files)} for r in PrefixData(prefix).iter_records()},
        "requested": {name: str(spec) for name, spec in history.get_requested_specs_map().items()},
        "revisions": len(history.parse()),
    }


def rattler_install(prefix, cache, channel):
    import rattler

    records = []
    for subdir in ("linux-64", "noarch"):
        with open(f"{channel}/{subdir}/repodata.json") as file:
            repodata = json.load(file)
        packages = repodata["packages"] | repodata["packages.conda"]
        for fn, r in packages.items():
            record = rattler.PackageRecord(
                r["name"],
                r["version"],
                rattler.BuildString(r["build"]),
                r["build_number"],
                subdir,
                depends=r.get("depends", []),
                sha256=bytes.fromhex(r["sha256"]),
                size=r["size"],
            )
            records.append(rattler.RepoDataRecord(record, fn, f"file://{channel}/{subdir}/{fn}", f"file://{channel}"))
    asyncio.run(rattler.install(records, prefix, cache_dir=cache, show_progress=False))
    return len(records)


COMMANDS = {
    "rattler-record": rattler_record,
    "conda-prefix": conda_prefix,
    "rattler-install": rattler_install,
}

if __name__ == "__main__":
    print(json.dumps(COMMANDS[sys.argv[1]](*sys.argv[2:])))
