"""A stand-in for the parts of conda that the plug-in uses, with the names, arguments and behaviour
that conda 23.3 to 26 give them. It knows nothing of satchel. install() makes it importable as conda.

PREFIX stands for an environment on disk: set `records` (dictionaries as in conda-meta), `history`
(specs by name) and `pinned` (specs) before a solve.
"""

import enum
import sys
import types


class IndexedSet(list):
    """boltons.setutils.IndexedSet, as far as order and uniqueness go."""

    def __init__(self, items=()):
        super().__init__()
        for item in items:
            self.add(item)

    def add(self, item):
        if item not in self:
            self.append(item)


class Null:
    def __bool__(self):
        return False


NULL = Null()


class UpdateModifier(enum.Enum):
    SPECS_SATISFIED_SKIP_SOLVE = "specs_satisfied_skip_solve"
    FREEZE_INSTALLED = "freeze_installed"
    UPDATE_DEPS = "update_deps"
    UPDATE_SPECS = "update_specs"
    UPDATE_ALL = "update_all"

    def __str__(self):
        return self.name


class DepsModifier(enum.Enum):
    NOT_SET = "not_set"
    NO_DEPS = "no_deps"
    ONLY_DEPS = "only_deps"

    def __str__(self):
        return self.name


class ChannelPriority(enum.Enum):
    STRICT = "strict"
    FLEXIBLE = "flexible"
    DISABLED = "disabled"

    def __str__(self):
        return self.value


class MatchSpec:
    """Only NAME, NAME VERSION-WITH-GLOB and their forms with '='."""

    def __init__(self, text):
        self.text = str(text)
        words = self.text.replace("=", " ", 1).split()
        self.name = words[0]
        self.version = words[1].strip("=") if len(words) > 1 else "*"

    def match(self, record):
        start = self.version.rstrip("*").rstrip(".")
        return record.name == self.name and record.version.startswith(start)

    @staticmethod
    def merge(specs):
        return tuple(MatchSpec(spec) for spec in specs)

    def __str__(self):
        return self.text


class PackageRecord:
    REQUIRED = ("name", "version", "build", "build_number", "channel", "subdir", "fn")

    def __init__(self, **fields):
        for name in self.REQUIRED:
            if name not in fields:
                raise TypeError(f"a record without {name}")
        self.__dict__.update(fields)

    def dump(self):
        return {k: str(v) if isinstance(v, Channel) else v for k, v in self.__dict__.items()}

    def __eq__(self, other):
        return self.key() == other.key()

    def __hash__(self):
        return hash(self.key())

    def key(self):
        return (self.name, self.version, self.build, self.subdir)


class Channel:
    def __init__(self, value):
        self.base_url = value.base_url if isinstance(value, Channel) else str(value)

    def urls(self, with_credentials=False, subdirs=None):
        return [f"{self.base_url}/{subdir}" for subdir in subdirs]

    def __str__(self):
        return self.base_url

    def __eq__(self, other):
        return self.base_url == other.base_url

    def __hash__(self):
        return hash(self.base_url)


class Prefix:
    def __init__(self):
        self.records, self.history, self.pinned = [], {}, []


PREFIX = Prefix()


class PrefixData:
    def __init__(self, prefix):
        self.prefix = prefix

    def iter_records(self):
        return iter([PackageRecord(**fields) for fields in PREFIX.records])

    def get_pinned_specs(self):
        return tuple(MatchSpec(spec) for spec in PREFIX.pinned)


class History:
    def __init__(self, prefix):
        self.prefix = prefix

    def get_requested_specs_map(self):
        return {name: MatchSpec(spec) for name, spec in PREFIX.history.items()}


class VirtualPackages:
    @staticmethod
    def get_virtual_package_records():
        for name, version in (("__glibc", "2.36"), ("__linux", "6.1"), ("__unix", "0")):
            yield PackageRecord(
                name=name, version=version, build="0", build_number=0, channel="@", subdir="", fn=name
            )


class Context:
    subdirs = ("linux-64", "noarch")
    channel_priority = ChannelPriority.FLEXIBLE
    offline = True
    update_modifier = UpdateModifier.UPDATE_SPECS
    deps_modifier = DepsModifier.NOT_SET
    ignore_pinned = False
    force_remove = False
    plugin_manager = VirtualPackages


class CondaError(Exception):
    pass


class UnsatisfiableError(CondaError):
    def __init__(self, bad_deps, chains=True, strict=False):
        super().__init__(str(bad_deps))


class PackagesNotFoundError(CondaError):
    def __init__(self, packages, channel_urls=()):
        super().__init__(", ".join(packages))
        self.packages = packages


class Solver:
    def __init__(
        self,
        prefix,
        channels,
        subdirs=(),
        specs_to_add=(),
        specs_to_remove=(),
        repodata_fn="repodata.json",
        command=NULL,
    ):
        self.prefix = prefix
        self.channels = IndexedSet(Channel(c) for c in channels)
        self.subdirs = tuple(subdirs or Context.subdirs)
        self.specs_to_add = frozenset(MatchSpec.merge(specs_to_add))
        self.specs_to_remove = frozenset(MatchSpec.merge(specs_to_remove))
        self.neutered_specs = ()
        self._command = command


class CondaSolver:
    def __init__(self, name, backend):
        self.name, self.backend = name, backend


def install():
    def module(name, **content):
        made = types.ModuleType(name)
        made.__dict__.update(content)
        sys.modules[name] = made
        parent, _, child = name.rpartition(".")
        if parent:
            setattr(sys.modules[parent], child, made)

    module("boltons")
    module("boltons.setutils", IndexedSet=IndexedSet)
    module("conda", CondaError=CondaError)
    module("conda.base")
    module("conda.base.constants", UpdateModifier=UpdateModifier, DepsModifier=DepsModifier)
    module("conda.base.context", context=Context())
    module("conda.common")
    module("conda.common.constants", NULL=NULL)
    module("conda.core")
    module("conda.core.solve", Solver=Solver)
    module("conda.core.prefix_data", PrefixData=PrefixData)
    module(
        "conda.exceptions",
        UnsatisfiableError=UnsatisfiableError,
        PackagesNotFoundError=PackagesNotFoundError,
    )
    module("conda.history", History=History)
    module("conda.models")
    module("conda.models.channel", Channel=Channel)
    module("conda.models.match_spec", MatchSpec=MatchSpec)
    module("conda.models.records", PackageRecord=PackageRecord)
    module("conda.plugins", hookimpl=lambda function: function)
    module("conda.plugins.types", CondaSolver=CondaSolver)
