"""The request: its candidates, in order of preference and with their costs, and what they need."""

from . import Refused
from .conditions import parse_condition
from .matching import spec_name
from .repodata import NO_DAY, Repodata, Row
from .ways import Ways

GAP_WITHOUT_TIMESTAMP = 30
ACCELERATOR_COST = 365
FEATURE_COST = 100
ACCELERATOR_NAMES = {"__cuda", "cuda-version", "cudatoolkit", "pytorch-cuda"}
OBJECTIVES = {"newest", "ordered", "lowest", "lowest-direct", "fewest-changes"}
PRIORITIES = {"strict", "flexible", "disabled"}


class Candidate:
    """A row that a plan may choose for its name."""

    __slots__ = ("row", "rank", "is_installed", "repodata", "rank_class", "lag", "accelerator",
                 "features")

    def __init__(self, row, rank, is_installed, repodata=None):
        self.row = row
        self.repodata = repodata  # None: not of a channel.
        self.rank = rank
        self.is_installed = is_installed
        self.rank_class = self.lag = self.accelerator = self.features = 0


class Installed:
    """A package of the environment, with its role in the request."""

    def __init__(self, row, requested, stands_alone):
        self.row = row
        self.name = row.name
        self.requested = requested
        self.stands_alone = stands_alone
        self.is_leaving = self.is_root = self.must_stay = False


class Specs:
    """Specs by their text, each read once."""

    def __init__(self, matcher):
        self.matcher = matcher
        self.known = {}

    def of(self, text):
        if text not in self.known:
            self.known[text] = self.matcher.spec(text)
        return self.known[text]

    def matches(self, text, row):
        return spec_name(text) == row.name and self.of(text).matches(row)

    def names_channel(self, text):
        return self.of(text).has_channel


class Problem:
    """What request.json asks, read against the repodata."""

    def __init__(self, request, matcher, specs, repodata, names=None):
        """`repodata`: those read before, by path and hash, to be shared between requests. `names`: of
        map.tsv, if there is one."""
        self.specs = specs
        self.objective = request["objective"]
        self.priority = request["channel_priority"]
        if self.objective not in OBJECTIVES or self.priority not in PRIORITIES:
            raise Refused("request.json: unknown objective or channel_priority")
        self.exclude_newer_ms = request["exclude_newer_ms"]
        self.age_limits = request.get("age_limits", [])
        self.update_all = request["update_all"]
        self.prune = request["prune"]
        self.ignore_dependencies = request["ignore_dependencies"]
        self.wanted = request["specs"]
        self.pins = request["pins"]
        self.remove = request["remove"]
        for text in self.wanted + self.pins + self.remove:
            if not spec_name(text):
                raise Refused(f"request.json: {text!r} names no single package")
        self.channels = []
        for channel in request["channels"]:
            subdirs = []
            for subdir in channel["subdirs"]:
                key = (subdir["repodata"], subdir["sha256"], channel["name"], subdir["subdir"])
                if key not in repodata:
                    repodata[key] = Repodata(matcher, subdir["repodata"], subdir["sha256"],
                                             channel["name"], subdir["subdir"])
                subdirs.append(repodata[key])
            self.channels.append((channel["name"], subdirs))
        self.virtual = [Row(matcher, record, "@", "", record["fn"])
                        for record in request["virtual_packages"]]
        self.has_accelerator = any(row.name == "__cuda" for row in self.virtual)
        self.installed = sorted(
            (Installed(self._row(matcher, record), record["requested"], record["stands_alone"])
             for record in request["installed"]), key=lambda one: one.name)
        self._find_standings()
        self.wanted_always = [text for text in self.wanted if self.counts_always(text)]
        self.wanted_names = {spec_name(text) for text in self.wanted_always}
        self.required = (self.wanted_names | {row.name for row in self.virtual}
                         | {one.name for one in self.installed if one.must_stay})
        self.candidates = {}
        self.ways = Ways(self, names)
        self._reach()

    @staticmethod
    def _row(matcher, record):
        return Row(matcher, record, record["channel"], record["subdir"], record["fn"])

    def _find_standings(self):
        pinned = {spec_name(text) for text in self.pins}
        for one in self.installed:
            one.is_leaving = any(self.specs.matches(text, one.row) for text in self.remove)
            is_claimed = one.requested is not None or one.name in pinned
            one.must_stay = not one.is_leaving and is_claimed
            one.is_root = one.must_stay or (not one.is_leaving and not self.prune)
        may_go = {one.name for one in self.installed if one.is_leaving}
        grows = bool(may_go)
        while grows:
            before = len(may_go)
            for one in self.installed:
                if any(spec_name(text) in may_go for text in one.row.depends):
                    may_go.add(one.name)
            grows = len(may_go) > before
        for one in self.installed:
            one.must_stay = one.must_stay and one.name not in may_go

    def on_machine(self, text):
        """Whether the machine has what a part of a condition names; None if that is about a package."""
        if not spec_name(text).startswith("__"):
            return None
        return any(self.specs.matches(text, row) for row in self.virtual)

    def counts_always(self, text):
        """Whether a spec of the request has no condition, or one that holds on the machine."""
        condition = self.specs.of(text).condition
        return condition is None or parse_condition(condition).known(self.on_machine) is True

    # --- Candidates ------------------------------------------------------------------------------

    def _newest_allowed(self, name, rank):
        """A name's limit counts before a channel's, of which the last does, and before that of all."""
        newest = self.exclude_newer_ms
        for of_name, of_channel, limit in self.age_limits:
            if of_name == name:
                return limit
            if of_name is None and of_channel == rank:
                newest = limit
        return newest

    def _visible(self, name):
        """All visible rows, as candidates."""
        if name.startswith("__"):
            return [Candidate(row, len(self.channels), False)
                    for row in self.virtual if row.name == name]
        overrides = any(spec_name(text) == name and self.specs.names_channel(text)
                        for text in self.wanted)
        found = []
        for rank, (_, subdirs) in enumerate(self.channels):
            newest = self._newest_allowed(name, rank)
            for repodata in subdirs:
                found.extend(
                    Candidate(row, rank, False, repodata) for row in repodata.rows(name)
                    if newest is None or row.timestamp_ms <= newest)
            if (self.priority == "strict" and not overrides
                    and any(repodata.has(name) for repodata in subdirs)):
                break
        ranks = {channel: rank for rank, (channel, _) in reversed(list(enumerate(self.channels)))}
        found.extend(Candidate(one.row, ranks.get(one.row.channel, len(self.channels)), True)
                     for one in self.installed if one.name == name)
        return found

    def _is_allowed(self, row):
        def applies(texts):
            return [text for text in texts if spec_name(text) == row.name]

        return (all(self.specs.matches(text, row) for text in applies(self.wanted_always))
                and all(self.specs.matches(text, row) for text in applies(self.pins)
                        if self.counts_always(text))
                and (row.name.startswith("__")
                     or not any(self.specs.matches(text, row) for text in applies(self.remove))))

    @staticmethod
    def _is_same(a, b):
        if (a.version_text != b.version_text or a.build_number != b.build_number
                or a.build != b.build):
            return False
        if a.sha256 and b.sha256:
            return a.sha256 == b.sha256
        if a.md5 and b.md5:
            return a.md5 == b.md5
        return a.channel == b.channel and a.subdir == b.subdir

    def _without_duplicate(self, name, found):
        """Where a channel still has the installed record, its own row stands for both."""
        installed = next((one for one in found if one.is_installed), None)
        if installed is None or any(one.stands_alone for one in self.installed if one.name == name):
            return found
        for one in found:
            if not one.is_installed and self._is_same(installed.row, one.row):
                one.is_installed = True
                return [other for other in found if other is not installed]
        return found

    def _is_lowest(self, name):
        return self.objective == "lowest" or (
            self.objective == "lowest-direct" and name in self.wanted_names)

    def _same_version(self, a, b):
        return a.row.version == b.row.version and (self.priority == "disabled" or a.rank == b.rank)

    def find(self, name):
        """The candidates of a name, best first."""
        if name in self.candidates:
            return self.candidates[name]
        found = self._visible(name)
        found.sort(key=lambda one: (one.rank, one.row.fn, one.row.subdir))
        found.sort(key=lambda one: one.row.build, reverse=True)
        found.sort(key=lambda one: (one.row.num_track_features, -one.row.build_number,
                                    one.row.num_features, -one.row.timestamp_ms))
        found.sort(key=lambda one: one.row.version, reverse=not self._is_lowest(name))
        if self.priority != "disabled":
            found.sort(key=lambda one: one.rank)
        versions = []
        for one in found:
            if not versions or not self._same_version(versions[-1][-1], one):
                versions.append([])
            versions[-1].append(one)
        days = []
        for version in versions:
            known = [one.row.day() for one in version if one.row.day() != NO_DAY]
            days.append(min(known) if known else NO_DAY)
        allowed = [one for one in found if self._is_allowed(one.row)]
        allowed = set(map(id, self._without_duplicate(name, allowed)))
        kept = []
        for version, day in zip(versions, days):
            candidates = [one for one in version if id(one) in allowed]
            if candidates:
                kept.append((candidates, day))
        self.candidates[name] = self._with_costs(name, kept)
        return self.candidates[name]

    def _with_costs(self, name, versions):
        def fewest(version):
            return min(one.row.num_track_features for one in version[0])

        versions.sort(key=fewest)
        gaps = self._gaps(name, versions, fewest)
        ordered = []
        lag = rank_class = 0
        for index, (candidates, _) in enumerate(versions):
            before = None
            for one in candidates:
                kind = (one.row.num_track_features, one.row.build_number)
                rank_class += kind != before
                before = kind
                one.rank_class = rank_class
                one.lag = lag
                one.features = FEATURE_COST * (one.row.num_track_features - fewest(versions[index]))
                ordered.append(one)
            lag += gaps[index]
        if self.has_accelerator:
            uses = [any(spec_name(text) in ACCELERATOR_NAMES
                        and self.specs.of(text).condition is None for text in one.row.depends)
                    for one in ordered]
            if any(uses):
                for one, used in zip(ordered, uses):
                    one.accelerator = 0 if used else ACCELERATOR_COST
        return ordered

    def _gaps(self, name, versions, fewest):
        gaps = [GAP_WITHOUT_TIMESTAMP] * len(versions)
        groups = {}
        for index, version in enumerate(versions):
            rank = 0 if self.priority == "disabled" else version[0][0].rank
            groups.setdefault((fewest(version), rank), []).append(index)
        for members in groups.values():
            older_first = members if self._is_lowest(name) else members[::-1]
            dated = [index for index in older_first if versions[index][1] != NO_DAY]
            dated.sort(key=lambda index: versions[index][1])
            for before, index in zip([None] + dated, dated):
                since = 1 if before is None else versions[index][1] - versions[before][1]
                gaps[index] = max(1, since)
        return gaps

    # --- What candidates need --------------------------------------------------------------------

    def allowed(self, text):
        """The name that a spec is about, and the positions that it matches."""
        name = spec_name(text)
        if not name:
            return "", ()
        found = self.find(name)
        matches = self.specs.of(text).matches
        rows = set()
        for repodata in {one.repodata for one in found}:
            rows |= (repodata.matching(text, matches) if repodata is not None else
                     {one.row for one in found if one.repodata is None and matches(one.row)})
        return name, tuple(at for at, one in enumerate(found) if one.row in rows)

    def _reach(self):
        """Every name that a spec of a candidate of a reached name is about."""
        self.links = {}
        self.demanded = []  # Ways to satisfy specs and pins of the request, beyond its names.
        known = {}

        def requirement(text, role="depends"):
            if (text, role) not in known:
                known[text, role] = self.ways.requirement(text, role)
            return known[text, role]

        for text, role in ([(text, "depends") for text in self.wanted]
                           + [(text, "constrains") for text in self.pins]):
            spec = self.specs.of(text)
            if spec.condition is not None or spec.extras:
                asked = requirement(text, role)
                if self.ways.is_pseudo(asked):
                    self.demanded.append(asked)
        open_names = sorted(self.required | {one.name for one in self.installed}
                            | {spec_name(text) for text in self.wanted})
        open_names.extend([*self.ways.pseudo, *self.ways.reached])
        while open_names:
            name = open_names.pop()
            if name not in self.links:
                before = len(self.ways.pseudo) + len(self.ways.reached)
                self.links[name] = (self.ways.links_of(name) if name in self.ways.pseudo else
                                    [self._links_of(one.row, requirement) for one in self.find(name)])
                for links in self.links[name]:
                    open_names.extend(other for some in links for other, _ in some)
                if len(self.ways.pseudo) + len(self.ways.reached) > before:
                    open_names.extend([*self.ways.pseudo, *self.ways.reached])

    def _links_of(self, row, requirement):
        """A constraint with a condition is something to satisfy, as a dependency is."""
        if self.ignore_dependencies:
            return (), ()
        depends = {requirement(text) for text in row.depends}
        constrains = set()
        for text in row.constrains:
            asked = requirement(text)
            if self.ways.is_pseudo(asked):
                asked = requirement(text, "constrains")
            (depends if self.ways.is_pseudo(asked) else constrains).add(asked)
        return depends - {None}, constrains - {None}

    # --- Plans -----------------------------------------------------------------------------------

    def flaw(self, chosen):
        """What is wrong with a choice of positions by name; virtual packages and ways included."""
        for name in sorted(self.required):
            if name not in chosen:
                return f"{name} is missing"
        for other, positions in self.demanded:
            if chosen.get(other) not in positions:
                return f"{other} is missing"
        for name, at in sorted(chosen.items()):
            depends, constrains = self.links[name][at]
            for other, positions in depends:
                if chosen.get(other) not in positions:
                    return f"{self.label(name, at)} lacks what it needs of {other}"
            for other, positions in constrains:
                if other in chosen and chosen[other] not in positions:
                    return f"{self.label(name, at)} does not go with its {other}"
        return ""

    def label(self, name, at):
        return name if name in self.ways.pseudo else self.candidates[name][at].row.fn

    def size(self, name):
        return self.ways.pseudo[name].size if name in self.ways.pseudo else len(self.candidates[name])

    def unneeded(self, chosen):
        """The names of a plan that nothing asks for. A spec with a condition asks for something if that
        holds in what is needed anyway; which way the plan has says nothing."""
        reached = set()
        needs = list(self.demanded)
        for name in chosen:
            one = next((one for one in self.installed if one.name == name), None)
            stays = one is not None and one.is_root
            if name in self.wanted_names or stays or name.startswith("__"):
                reached.add(name)
                needs.extend(self.links[name][chosen[name]][0])

        def is_there(text):
            name, positions = self.allowed(text)
            return name in reached and chosen[name] in positions

        waiting = set()
        while needs:
            name, positions = needs.pop()
            pseudo = self.ways.pseudo.get(name)
            if pseudo is not None and pseudo.groups is None:
                waiting.add(name)
            elif pseudo is not None:
                needs.extend(self.links[name][chosen[pseudo.base]][0] if pseudo.base in chosen else ())
            elif chosen.get(name) in positions and name not in reached:
                reached.add(name)
                needs.extend(self.links[name][chosen[name]][0])
            for other in [] if needs else sorted(waiting):
                pseudo = self.ways.pseudo[other]
                if pseudo.needs and pseudo.condition.evaluate(is_there):
                    waiting.remove(other)
                    needs.extend([pseudo.needs[1]] if pseudo.needs[0] == "depends" else [])
        return sorted(name for name in set(chosen) - reached if name not in self.ways.pseudo)
