"""Packages that no channel has: the ways to satisfy a spec with a condition or extras (docs/proofs.md)."""

from . import Refused
from .conditions import parse_condition
from .matching import spec_name

NOTHING = "@"  # What a spec with a condition that never holds asks for.


class Pseudo:
    """One of them; what its ways need is in Problem.links."""

    def __init__(self, base, size, condition=None, needs=None, groups=None):
        self.base = base
        self.size = size
        self.condition = condition  # Of a spec; None: of extras, or a part that must not hold.
        self.needs = needs  # Of a spec: (role, requirement).
        self.groups = groups


class Ways:
    """Finds the names that map.tsv has for them: by what they mean, not by how they are spelt."""

    def __init__(self, problem, names):
        """`names`: of map.tsv; None if any will do."""
        self.problem = problem
        self.names = None if names is None else {name for name in names if name.startswith("@")}
        self.by_key = None
        self.of_key = {}
        self.pseudo = {}
        self.links = {}  # Of those with a condition.
        self.reached = set()  # Names that specs and conditions are about.

    # --- What specs ask for ----------------------------------------------------------------------

    def requirement(self, text, role="depends"):
        """The name and positions that a spec comes to; None if it never asks for anything."""
        spec = self.problem.specs.of(text)
        if spec.condition is None and not spec.extras:
            return self._plain(text)
        known = True
        if spec.condition is not None:
            condition = parse_condition(spec.condition)
            known = condition.known(self.problem.on_machine)
        if known is False:
            self._add(NOTHING, Pseudo("", 1), [((), ())])
            return None
        if known is None:
            return self._conditional(text, condition, role)
        return self._with_extras(text) if role == "depends" else self._plain(text)

    def _plain(self, text):
        """Of the text without its condition and extras."""
        name, positions = self.problem.allowed(text)
        self.reached.add(name)
        return name, positions

    def is_pseudo(self, requirement):
        return requirement is not None and requirement[0] in self.pseudo

    def _conditional(self, text, condition, role):
        key = self._key_of_spec(text, role)
        if key not in self.of_key:
            name = self.of_key[key] = self._name(key, text)
            ways = self._ways_to_fail(condition)
            needed = self._with_extras(text) if role == "depends" else self._plain(text)
            ways.append(((needed,), ()) if role == "depends" else ((), (needed,)))
            self._add(name, Pseudo(needed[0], len(ways), condition, (role, needed)), ways)
        return self._all_of(self.of_key[key])

    def _with_extras(self, text):
        base, positions = plain = self._plain(text)
        groups = tuple(sorted(set(self.problem.specs.of(text).extras)))
        found = self.problem.find(base)
        if self.problem.ignore_dependencies or not any(
                group in one.row.extra_depends for one in found for group in groups):
            return plain
        key = ("extras", base, groups)
        if key not in self.of_key:
            name = self.of_key[key] = self._name(key, "")
            self.pseudo[name] = Pseudo(base, len(found), groups=groups)
        return self.of_key[key], positions

    def links_of(self, name):
        """What each way needs, and what it limits."""
        pseudo = self.pseudo[name]
        if pseudo.groups is None:
            return self.links[name]
        links = []
        for at, one in enumerate(self.problem.find(pseudo.base)):
            needed = {(pseudo.base, (at,))}
            for group in pseudo.groups:
                needed |= {self.requirement(spec) for spec in one.row.extra_depends.get(group, [])}
            links.append((needed - {None}, ()))
        return links

    def _all_of(self, name):
        return name, tuple(range(self.pseudo[name].size))

    def _add(self, name, pseudo, ways):
        self.pseudo[name] = pseudo
        self.links[name] = ways

    # --- Conditions that do not hold -------------------------------------------------------------

    def _ways_to_fail(self, condition):
        if condition.kind != "and":
            return [self._failure(condition)]
        return [self._failure(part) for part in condition.parts
                if part.known(self.problem.on_machine) is not True]

    def _failure(self, condition):
        """What is needed, and what is limited, for it not to hold."""
        if condition.kind == "spec":
            name, positions = self._plain(condition.text)
            others = tuple(at for at in range(len(self.problem.find(name))) if at not in positions)
            return (), ({(name, others)} if positions else ())
        if condition.kind == "or":
            depends, constrains = set(), set()
            for part in condition.parts:
                some, others = self._failure(part)
                depends |= set(some)
                constrains |= set(others)
            return depends, constrains
        key = ("not", self._key(condition))
        if key not in self.of_key:
            name = self.of_key[key] = self._name(key, "")
            ways = self._ways_to_fail(condition)
            self._add(name, Pseudo("", len(ways)), ways)
        return {self._all_of(self.of_key[key])}, ()

    # --- Names -----------------------------------------------------------------------------------

    def _key(self, condition):
        return condition.key(self.problem.allowed)

    def _key_of_spec(self, text, role):
        spec = self.problem.specs.of(text)
        return ("spec", role, self.problem.allowed(text), tuple(sorted(set(spec.extras))),
                self._key(parse_condition(spec.condition)))

    def _key_of_name(self, name):
        """What a name of map.tsv says that it means."""
        text = name[1:]
        if text.startswith("not "):
            return ("not", self._key(parse_condition(text[4:])))
        role = "constrains" if text.startswith("constrains ") else "depends"
        text = text.removeprefix("constrains ")
        spec = self.problem.specs.of(text)
        if spec.condition is None:
            return ("extras", spec_name(text), tuple(sorted(set(spec.extras))))
        return self._key_of_spec(text, role)

    def _name(self, key, text):
        if self.names is None:
            return f"@{len(self.of_key)}"
        if self.by_key is None:
            self.by_key = {}
            for name in sorted(self.names - {NOTHING}):
                self.by_key.setdefault(self._key_of_name(name), []).append(name)
        names = self.by_key.get(key, [])
        if len(names) > 1:  # They mean the same; which one it is, the spelling says.
            names = [name for name in names if squeezed(text) in squeezed(name)]
        if len(names) != 1:
            raise Refused(f"map.tsv: has {len(names)} names for the ways to satisfy {text or key!r}")
        return names[0]


def squeezed(text):
    return "".join(character for character in text if character not in " '\"")
