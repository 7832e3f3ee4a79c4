"""The levels of the objective with a plan in hand (docs/proofs.md): what is claimed of it, as clauses that
say "some plan is better", and the sums that the claims rest on."""

from . import Refused
from .matching import spec_name


class Item:
    """What a level counts of a name: (cost, what decides between equals) by choice."""

    def __init__(self, name, goodness, if_absent=1):
        self.name = name
        self.goodness = goodness
        self.if_absent = if_absent

    def good(self, at):
        return (self.if_absent, 0) if at is None else self.goodness[at]

    def cost(self, at):
        return self.good(at)[0]


class Steps:
    """The steps of levels.json, taken one after the other as the definition comes to them."""

    def __init__(self, steps):
        self.steps = steps
        self.number = 0

    def next(self, kind, level, names=None):
        if self.number == len(self.steps):
            raise Refused(f"levels.json: ends before {kind} of {level}")
        step = self.steps[self.number]
        self.number += 1
        where = f"levels.json: step {self.number}"
        if step.get("step") != kind:
            raise Refused(f"{where} is {step.get('step')!r}, but {kind!r} of {level} comes next")
        if kind != "certain" and step.get("level") != level:
            raise Refused(f"{where} is of level {step.get('level')!r}, but {level!r} comes next")
        if names is not None and step.get("names") != names:
            raise Refused(f"{where} is not about the names that {level!r} is about")
        return step


class Claims:
    """Adds the clauses of each step to those of the problem."""

    def __init__(self, clauses, plan, models, steps):
        self.clauses = clauses
        self.problem = clauses.problem
        self.variables = clauses.variables
        self.plan = plan
        self.models = models
        self.steps = steps
        self.left = {name: list(range(self.problem.size(name))) for name in self.problem.links}
        self.may_be_absent = {name for name in self.problem.links} - self.problem.required
        self.fixed = None
        self.betters = []
        self.sums = []

    def of(self, name):
        return self.plan.get(name)

    def choices(self, name):
        return self.left[name] + ([None] if name in self.may_be_absent else [])

    def _claim(self, *meaning):
        claim = self.variables(*meaning)
        self.betters.append(claim)
        if self.fixed is not None:
            self.clauses.add(-claim, self.fixed)
        return claim

    def _fix(self, rule_out, more=()):
        fixed = self.variables("fixed", self.steps.number)
        if self.fixed is not None:
            self.clauses.add(-fixed, self.fixed)
        for name, at in rule_out:
            self.clauses.add(-fixed, -self.clauses.literal(name, at))
            if at is None:
                self.may_be_absent.discard(name)
            else:
                self.left[name].remove(at)
        for clause in more:
            self.clauses.add(-fixed, *clause)
        self.fixed = fixed

    def best(self, level, item):
        """A name by itself, as good as it can be."""
        of_plan = item.good(self.of(item.name))
        choices = self.choices(item.name)
        better = [at for at in choices if item.good(at) < of_plan]
        other = [(item.name, at) for at in choices if item.good(at) != of_plan]
        if not other:
            return
        self.steps.next("best", level, [item.name])
        if better:
            claim = self._claim("better", self.steps.number)
            self.clauses.add(-claim, *(self.clauses.literal(item.name, at) for at in better))
        self._fix(other)

    # --- Sums ------------------------------------------------------------------------------------

    def sum(self, level, items):
        """The least sum, and then each by itself."""
        if not items:
            return
        step = self.steps.next("sum", level, [item.name for item in items])
        number = self.steps.number
        value = sum(item.cost(self.of(item.name)) for item in items)
        if step.get("value") != value:
            raise Refused(f"levels.json: step {number} says {step.get('value')} for {level!r}, "
                          f"but the plan has {value}")
        least = {item.name: min(map(item.cost, self.choices(item.name))) for item in items}
        by_name = {item.name: item for item in items}
        dear = self._dear(number, by_name)
        cores = step.get("cores", [])
        for index, core in enumerate(cores, 1):
            if not core["costs"] or not isinstance(core["weight"], int) or core["weight"] <= 0:
                raise Refused(f"levels.json: step {number} has a core without names or weight")
            claim = self._claim("core", number, index)
            for name, cost in core["costs"].items():
                if (name, cost) not in dear:
                    raise Refused(f"levels.json: step {number} has a core about {name!r} at {cost}, "
                                  "which has no variable")
                self.clauses.add(-claim, -dear[name, cost])

        def slack(item, cost):
            paid = sum(core["weight"] for core in cores
                       if core["costs"].get(item.name, cost + 1) <= cost)
            return cost - least[item.name] - paid

        for item in items:
            if any(slack(item, item.cost(at)) < 0 for at in self.choices(item.name)):
                raise Refused(f"levels.json: step {number} has cores that cost more than {item.name}")
        bound = sum(least.values()) + sum(core["weight"] for core in cores)
        if bound == value:
            rule_out = [(item.name, at) for item in items for at in self.choices(item.name)
                        if slack(item, item.cost(at)) > 0]
            pairs = []
            for core in cores:
                literals = [-dear[key] for key in core["costs"].items()]
                pairs.extend((a, b) for i, a in enumerate(literals) for b in literals[:i])
            self._fix(rule_out, pairs)
        elif step.get("counted") is True:
            self._count(number, items, value, least, cores, dear)
        else:
            raise Refused(f"levels.json: step {number} shows that {level!r} is at least {bound}, "
                          f"and the plan has {value}")
        self.sums.append((items, value))
        for item in items:
            self.best(level, item)

    def _dear(self, number, by_name):
        """The variables of "costs at least so much" that the step has, each with its clauses."""
        dear = {}
        for (name, cost), variable in self.variables.of_kind("dear", number):
            if name not in by_name or not cost.isdigit():
                raise Refused(f"map.tsv: {name!r} is not in the sum of step {number}")
            dear[name, int(cost)] = variable
            for at in self.choices(name):
                if by_name[name].cost(at) >= int(cost):
                    self.clauses.add(-self.clauses.literal(name, at), variable)
        return dear

    def _count(self, number, items, value, least, cores, dear):
        """A counter over what the items cost beyond cores of their own."""
        least = dict(least)
        for core in cores:
            if len(core["costs"]) == 1:
                least[next(iter(core["costs"]))] += core["weight"]
        room = value - sum(least.values())
        claim = self._claim("better", number)
        bounded = self.variables("bounded", number)
        self.clauses.add(-claim, bounded)
        before = {0: None}
        too_dear = []
        for index, item in enumerate(items):
            excess = set()
            for at in self.choices(item.name):
                more = item.cost(at) - least[item.name]
                if more > room:
                    too_dear.append((item.name, at))
                    self.clauses.add(-bounded, -self.clauses.literal(item.name, at))
                elif more > 0:
                    excess.add(more)
            if not excess:
                continue
            now = {0: None}
            for total, so_far in before.items():
                for more in [0, *excess]:
                    reached = total + more
                    clause = [] if so_far is None else [-so_far]
                    if more:
                        clause.append(-dear[item.name, least[item.name] + more])
                    if reached > room:
                        self.clauses.add(-bounded, *clause)
                    elif reached > 0:
                        now[reached] = self.variables("sum", number, index, reached)
                        self.clauses.add(*clause, now[reached])
            before = now
        if room in before and before[room] is not None:
            self.clauses.add(-claim, -before[room])
        self._fix(too_dear, [(bounded,)])

    # --- Certain names ---------------------------------------------------------------------------

    def certain(self, names):
        """Those of the names, all in the plan, that every remaining plan has."""
        if not names:
            return []
        step = self.steps.next("certain", "dependencies")
        number = self.steps.number
        certain = step["names"]
        witnesses = step["not_certain"]
        if sorted([*certain, *witnesses]) != names or certain != sorted(certain):
            raise Refused(f"levels.json: step {number} is not about the names still open")
        for name, index in witnesses.items():
            if name not in self.may_be_absent:
                raise Refused(f"levels.json: step {number}: {name} cannot be absent")
            self._check_witness(number, name, index)
        for name in certain:
            self.may_be_absent.discard(name)
        if certain:
            claim = self._claim("better", number)
            self.clauses.add(-claim, *(-self.clauses.present[name] for name in certain))
        return certain

    def _check_witness(self, number, name, index):
        where = f"levels.json: step {number}: the model without {name}"
        if not isinstance(index, int) or not 0 <= index < len(self.models):
            raise Refused(f"{where} is not there")
        model = self.models[index]
        if name in model:
            raise Refused(f"{where} has it")
        flaw = self.problem.flaw(model)
        if flaw:
            raise Refused(f"{where} is none: {flaw}")
        for other in self.problem.links:
            if model.get(other) not in self.choices(other):
                raise Refused(f"{where} is worse at {other}")
        for items, value in self.sums:
            if sum(item.cost(model.get(item.name)) for item in items) != value:
                raise Refused(f"{where} has another sum")

    def finish(self):
        if self.steps.number != len(self.steps.steps):
            raise Refused("levels.json: has more steps than the definition")
        self.clauses.add(*self.betters)


class Walk:
    """Comes to the steps as ARCHITECTURE.md, "The objective", defines them."""

    def __init__(self, problem, claims):
        self.problem = problem
        self.claims = claims
        self.requested = sorted(name for name in problem.wanted_names if not name.startswith("__"))
        self.decided = set()
        self.installed = [one for one in problem.installed if not one.is_leaving]

    def item(self, name, cost):
        return Item(name, [(cost(at, one), one.lag)
                           for at, one in enumerate(self.problem.candidates[name])])

    def chosen(self, name, positions):
        size = len(self.problem.candidates[name])
        return Item(name, [(0 if at in positions else 1, 0) for at in range(size)])

    def run(self):
        self.environment()
        first = self.problem.objective == "fewest-changes"
        if first:
            self.unchanged()
        self.wanted()
        if not first:
            self.unchanged()
        rounds = 1
        features_are_open = True
        while True:
            if self.dependencies(rounds, features_are_open):
                rounds += 1
            elif not self.builds() and not self.variant():
                break
            features_are_open = False
        self.claims.finish()

    def environment(self):
        problem, claims = self.problem, self.claims
        claims.sum("removals", [
            self.chosen(one.name, range(len(problem.candidates[one.name])))
            for one in self.installed if one.is_root])
        claims.sum("history specs violated", [
            self.chosen(one.name, problem.allowed(one.requested)[1]) for one in self.installed
            if one.requested is not None and one.name not in self.requested
            and not problem.update_all])
        if problem.update_all:
            self.requested = sorted({*self.requested, *(
                one.name for one in self.installed
                if one.requested is not None and claims.of(one.name) is not None)})
            return
        for one in self.installed:
            if (one.name == "python" and one.is_root and claims.of("python") is not None
                    and "python" not in self.requested):
                same = [at for at, other in enumerate(problem.candidates["python"])
                        if minor(other.row.version_text) == minor(one.row.version_text)]
                claims.sum("python minor versions changed", [self.chosen("python", same)])

    def unchanged(self):
        if self.problem.update_all:
            return
        items = []
        for one in self.installed:
            before = [at for at, other in enumerate(self.problem.candidates[one.name])
                      if other.is_installed]
            at = self.claims.of(one.name)
            if one.is_root and at is not None and one.name not in self.requested and before:
                items.append(self.chosen(one.name, before))
                if at in before:
                    self.decided.add(one.name)
        self.claims.sum("changes", items)

    def wanted(self):
        def lag(_, one):
            return one.lag + one.accelerator

        if self.problem.objective == "ordered":
            in_order = list(dict.fromkeys(
                [name for name in map(spec_name, self.problem.wanted_always)
                 if not name.startswith("__")] + self.requested))
            for name in in_order:
                self.claims.sum(f"requested: {name}", [self.item(name, lag)])
        else:
            self.claims.sum("requested", [self.item(name, lag) for name in self.requested])
        self.decided.update(self.requested)

    def dependencies(self, rounds, features_are_open):
        """Whether there were any to decide."""
        names = sorted(name for name in self.claims.plan
                       if name not in self.decided and not name.startswith("__")
                       and name not in self.problem.ways.pseudo)
        certain = self.claims.certain(names)
        self.decided.update(certain)
        items = [self.item(name, lambda _, one: one.lag + one.accelerator + one.features)
                 for name in certain]
        if features_are_open:
            items.extend(self.item(name, lambda _, one: one.features) for name in self.requested
                         if any(one.features for one in self.problem.candidates[name]))
        items.sort(key=lambda item: item.name)
        self.claims.sum("dependencies" if rounds == 1 else f"dependencies {rounds}", items)
        return bool(items)

    def in_order(self):
        return self.requested + sorted(self.decided - set(self.requested))

    def builds(self):
        """Whether several build numbers of a name were left."""
        any_build = False
        for name in self.in_order():
            found = self.problem.candidates[name]
            if len({found[at].rank_class for at in self.claims.left[name]}) > 1:
                any_build = True
                self.claims.best("build", self.item(name, lambda _, one: one.rank_class))
        return any_build

    def variant(self):
        """Whether several variants of a name were left."""
        for name in self.in_order():
            if len(self.claims.left[name]) > 1:
                self.claims.best("variant", self.item(name, lambda at, _: at))
                return True
        return False


def minor(version):
    """"3.11" of "3.11.9"."""
    return ".".join(version.split(".")[:2])
