"""The clauses of a problem as docs/proofs.md defines them, over the variables of map.tsv."""

from . import Refused


def normal(clause):
    return tuple(sorted(set(clause)))


class Variables:
    """map.tsv: the variable of each meaning."""

    def __init__(self, lines):
        self.of_meaning = {}
        self.meanings = {}
        for number, line in enumerate(lines, 1):
            variable, _, meaning = line.rstrip("\n").partition("\t")
            if variable != str(number):
                raise Refused(f"map.tsv:{number}: is not about variable {number}")
            key = tuple(meaning.split("\t"))
            if key in self.of_meaning:
                raise Refused(f"map.tsv:{number}: a second variable for {' '.join(key)!r}")
            self.of_meaning[key] = number
            self.meanings[number] = key

    def names(self):
        """Of all packages, and of ways to satisfy a spec."""
        return [key[1] for key in self.of_meaning if key[0] == "present" and len(key) > 1]

    def __len__(self):
        return len(self.meanings)

    def get(self, *key):
        return self.of_meaning.get(tuple(map(str, key)))

    def __call__(self, *key):
        variable = self.get(*key)
        if variable is None:
            raise Refused(f"map.tsv: no variable for {' '.join(map(str, key))!r}")
        return variable

    def of_kind(self, *prefix):
        prefix = tuple(map(str, prefix))
        size = len(prefix)
        return [(key[size:], variable) for key, variable in self.of_meaning.items()
                if key[:size] == prefix]


class ProblemClauses:
    """Those of the problem; literals of its choices."""

    def __init__(self, problem, variables):
        self.problem = problem
        self.variables = variables
        self.clauses = set()
        self.present = {name: variables("present", name) for name in problem.links}
        self.chosen = {}
        self.requirements = {}
        for name in problem.links:
            self._add_name(name)
        for name in problem.links:
            self._add_links(name)
        for name in problem.required:
            self.add(self.present[name])
        for name, positions in problem.demanded:
            self.add(*(self.chosen[name][at] for at in positions))

    def add(self, *literals):
        self.clauses.add(normal(literals))

    def literal(self, name, at):
        """Of a choice; `at` is None for absence."""
        return -self.present[name] if at is None else self.chosen[name][at]

    def _add_name(self, name):
        variables = self.variables
        chosen = self.chosen[name] = []
        present = self.present[name]
        before = None
        for at in range(self.problem.size(name)):
            x = self._choice(name, at)
            upto = variables("upto", name, at)
            chosen.append(x)
            self.add(-x, present)
            self.add(-x, upto)
            if before is not None:
                self.add(-before, upto)
                self.add(-before, -x)
            before = upto
        self.add(-present, *chosen)

    def _choice(self, name, at):
        if name in self.problem.ways.pseudo:
            return self.variables("way", name, at)
        row = self.problem.candidates[name][at].row
        return self.variables("record", name, at, row.channel, row.subdir, row.fn)

    def _requirement(self, name, positions):
        key = (name, positions)
        if key not in self.requirements:
            variable = self.variables("requirement", name, ",".join(map(str, positions)))
            self.requirements[key] = variable
            self.add(-variable, *(self.chosen[name][at] for at in positions))
        return self.requirements[key]

    def _add_links(self, name):
        for x, (depends, constrains) in zip(self.chosen[name], self.problem.links[name]):
            for other, positions in depends:
                self.add(-x, self._requirement(other, positions))
            for other, positions in constrains:
                self.add(-x, -self.present[other], self._requirement(other, positions))
