"""conda's Solver whose final state is satchel's plan."""

import json

from boltons.setutils import IndexedSet
from conda import CondaError
from conda.base.constants import DepsModifier, UpdateModifier
from conda.base.context import context
from conda.common.constants import NULL
from conda.core import solve as conda_solve
from conda.core.prefix_data import PrefixData
from conda.exceptions import PackagesNotFoundError, UnsatisfiableError
from conda.history import History
from conda.models.channel import Channel
from conda.models.match_spec import MatchSpec
from conda.models.records import PackageRecord

from .. import __version__
from .._errors import SatchelError
from .._library import Request

MAX_FIXES = 3
SECONDS_FOR_FIXES = 5


class SatchelUnsatisfiableError(UnsatisfiableError):
    """There is no plan; the message is satchel's explanation."""

    def __init__(self, message):
        super(UnsatisfiableError, self).__init__(message)
        self.allow_retry = False  # Nothing is left out at first: asking again changes nothing.


class SatchelSolver(conda_solve.Solver):
    """Passes conda's request to libsatchel, and the result back. Downloads, links and the history
    are conda's own, through solve_for_diff and solve_for_transaction of the base class."""

    # conda asks solvers for these (26.8): libsatchel reads the scopes from the same files.
    supports_exclude_newer_global = True
    supports_exclude_newer_channel = True
    supports_exclude_newer_package = True

    @staticmethod
    def user_agent():
        return f"satchel/{__version__}"

    def solve_final_state(
        self,
        update_modifier=NULL,
        deps_modifier=NULL,
        prune=NULL,
        ignore_pinned=NULL,
        force_remove=NULL,
        should_retry_solve=False,
    ):
        """The records of the final environment, dependencies first."""
        update = UpdateModifier(str(self._chosen(update_modifier, "update_modifier")).lower())
        deps = DepsModifier(str(self._chosen(deps_modifier, "deps_modifier")).lower())
        prune = self._chosen(prune, "prune", False)
        force_remove = self._chosen(force_remove, "force_remove", False)
        ignore_pinned = self._chosen(ignore_pinned, "ignore_pinned", False)
        installed = {record.name: record for record in PrefixData(self.prefix).iter_records()}
        if self.specs_to_remove and force_remove:
            return self._without_removed(installed)
        if update == UpdateModifier.SPECS_SATISFIED_SKIP_SOLVE and self._satisfied(installed):
            return IndexedSet(installed.values())
        history = History(self.prefix).get_requested_specs_map()
        try:
            result = self._solve(
                installed, history, update, deps, prune, ignore_pinned, should_retry_solve
            )
        except SatchelError as error:
            raise CondaError(str(error)) from error
        if not result.has_plan:
            self._raise(result)
        return self._final_state(result, installed, deps)

    def _solve(self, installed, history, update, deps, prune, ignore_pinned, should_retry_solve):
        with Request() as request:
            self._configure(request)
            self._add_installed(request, installed, history)
            self._add_wanted(request, installed, history, update, deps)
            # Where conda would try again without it, "frozen" is only its word for "first keep what
            # is installed", which satchel does in any case.
            frozen = update == UpdateModifier.FREEZE_INSTALLED and not should_retry_solve
            self._add_pins(request, installed, frozen, ignore_pinned)
            request.set_flag("update_all", update == UpdateModifier.UPDATE_ALL)
            request.set_flag("no_deps", deps == DepsModifier.NO_DEPS)
            request.set_flag("prune", prune or self._removal_prunes(installed, history))
            request.set_fixes(MAX_FIXES, SECONDS_FOR_FIXES)
            return request.solve()

    @staticmethod
    def _chosen(value, name, default=None):
        """A missing argument takes its value from the configuration."""
        return getattr(context, name, default) if value is NULL else value

    def _without_removed(self, installed):
        return IndexedSet(
            record
            for record in installed.values()
            if not any(spec.match(record) for spec in self.specs_to_remove)
        )

    def _satisfied(self, installed):
        return all(
            any(spec.match(record) for record in installed.values()) for spec in self.specs_to_add
        )

    def _configure(self, request):
        # Proxies, certificates and the like; conda's command line takes precedence.
        request.read_configuration(str(self.prefix))
        request.configure("channel_priority", str(context.channel_priority).lower())
        request.configure("offline", "true" if context.offline else "false")
        cutoff = getattr(getattr(self, "exclude_newer_policy", None), "global_cutoff", None)
        if cutoff is not None:
            age = self.exclude_newer_policy.now - cutoff
            request.configure("exclude_newer", str(max(round(age), 0)))
        subdirs = tuple(self.subdirs or ()) or context.subdirs
        request.set_platform(next(s for s in subdirs if s != "noarch"))
        seen = set()
        only_removes = self.specs_to_remove and not self.specs_to_add  # That needs no channel.
        for channel in () if only_removes else self.channels:
            for url in Channel(channel).urls(with_credentials=True, subdirs=subdirs):
                base = url.rstrip("/").rsplit("/", 1)[0]  # Without the subdir.
                if base not in seen:
                    seen.add(base)
                    request.add_channel(base)
        for name, version, build in self._virtual_packages():
            request.add_virtual_package(name, version or "0", build or "0")

    @staticmethod
    def _virtual_packages():
        """Those that conda's plug-ins detect; none if this conda lacks that: then satchel detects them."""
        manager = getattr(context, "plugin_manager", None)
        if hasattr(manager, "get_virtual_package_records"):
            for record in manager.get_virtual_package_records():
                yield record.name, record.version, record.build

    @staticmethod
    def _add_installed(request, installed, history):
        for record in installed.values():
            spec = history.get(record.name)
            fields = json.loads(json.dumps(record.dump(), default=str))
            request.add_installed(fields, str(spec) if spec is not None else None)

    def _add_wanted(self, request, installed, history, update, deps):
        for spec in self.specs_to_remove:
            matching = [record.name for record in installed.values() if spec.match(record)]
            if not matching:
                raise PackagesNotFoundError([spec.name])
            for name in matching:
                request.add_removal(name)
        for spec in self.specs_to_add:
            request.add_spec(str(self._named(spec)))
        if update == UpdateModifier.UPDATE_DEPS and deps != DepsModifier.NO_DEPS:
            named = {spec.name for spec in self.specs_to_add}
            for name in self._dependencies_of(named, installed) - named:
                request.add_spec(str(history.get(name, name)))

    def _named(self, spec):
        """conda's `*[track_features=mkl]`, as installing `@mkl` asks for it: the package that has it."""
        if spec.name != "*" or not spec.get_raw_value("track_features"):
            return spec
        from conda.core.subdir_data import SubdirData  # Slow, and hardly ever needed.

        feature = spec.get_raw_value("track_features")
        found = SubdirData.query_all(
            spec, channels=self.channels, subdirs=self.subdirs or context.subdirs
        )
        names = sorted({record.name for record in found})
        if not names:
            raise PackagesNotFoundError([str(spec)], [channel.base_url for channel in self.channels])
        wanted = next(iter(spec.get_exact_value("track_features")))
        return MatchSpec(name=wanted if wanted in names else names[0], track_features=feature)

    @staticmethod
    def _dependencies_of(names, installed):
        found, todo = set(), list(names)
        while todo:
            name = todo.pop()
            if name in installed and name not in found:
                found.add(name)
                todo += [MatchSpec(text).name for text in installed[name].depends]
        return found

    def _add_pins(self, request, installed, frozen, ignore_pinned):
        named = {spec.name for spec in (*self.specs_to_add, *self.specs_to_remove)}
        if not ignore_pinned:
            for spec in self._pinned_specs():
                request.add_pin(str(spec))
        python = installed.get("python")
        if python is not None and "python" not in named:
            # As in conda's other solvers: python's minor version changes only on request.
            minor = ".".join(python.version.split(".")[:2])
            request.add_pin(f"python {minor}.*")
        if frozen:
            for record in installed.values():
                if record.name not in named:
                    request.add_pin(f"{record.name} =={record.version} {record.build}")

    def _pinned_specs(self):
        prefix_data = PrefixData(self.prefix)
        if hasattr(prefix_data, "get_pinned_specs"):
            return prefix_data.get_pinned_specs()
        return conda_solve.get_pinned_specs(self.prefix)  # conda before 25.9

    def _removal_prunes(self, installed, history):
        """Removes unrequested packages with those that needed them. If no requests are known, that
        would be everything."""
        if not self.specs_to_remove:
            return False
        removed = {
            record.name
            for record in installed.values()
            if any(spec.match(record) for spec in self.specs_to_remove)
        }
        return any(name in installed and name not in removed for name in history)

    def _raise(self, result):
        missing = result.json.get("packages", [])
        if result.json.get("exception_name") == "PackagesNotFoundError" and missing:
            raise PackagesNotFoundError(missing, [Channel(c).base_url for c in self.channels])
        raise SatchelUnsatisfiableError("\n" + result.text)

    def _final_state(self, result, installed, deps):
        left_out = set()
        if deps == DepsModifier.ONLY_DEPS:
            left_out = {spec.name for spec in self.specs_to_add} - set(installed)
        state = IndexedSet()
        for fields in result.records:
            known = installed.get(fields["name"])
            if fields["name"] in left_out:
                continue
            if known is not None and _is_same(known, fields):
                state.add(known)  # With what conda knows of its files.
            else:
                fields["channel"] = Channel(fields["url"].rsplit("/", 1)[0])
                state.add(PackageRecord(**fields))
        return state


def _is_same(record, fields):
    return (record.version, record.build, record.subdir) == (
        fields["version"],
        fields["build"],
        fields["subdir"],
    )
