"""Checks a DRAT proof by unit propagation (RUP) with two watched literals. Steps that need the full RAT
rule are refused: the proofs of satchel have none."""

from . import Refused


class Formula:
    """Clauses, and what follows from them by propagation alone."""

    def __init__(self, num_variables, clauses):
        self.values = [0] * (2 * num_variables + 2)  # By coded literal: 1 true, -1 false.
        self.watches = [[] for _ in self.values]
        self.trail = []
        self.head = 0
        self.contradictory = False
        self.attached = []
        self.by_literals = None  # Made when the first clause is deleted.
        for clause in clauses:
            self._attach([2 * literal if literal > 0 else 1 - 2 * literal for literal in clause])
        self._settle()

    @staticmethod
    def code(literal):
        return 2 * literal if literal > 0 else 1 - 2 * literal

    def add(self, clause):
        self._attach([self.code(literal) for literal in clause])
        self._settle()

    def _settle(self):
        if not self.contradictory and not self._propagate():
            self.contradictory = True

    def _attach(self, codes):
        """Watches two literals that are not false for good, if there are as many."""
        values = self.values
        codes = list(set(codes))
        if self.trail:
            codes.sort(key=lambda code: values[code] < 0)
        if not codes or values[codes[0]] < 0:
            self.contradictory = True
            return
        if len(codes) == 1 or values[codes[1]] < 0:
            if values[codes[0]] == 0:
                self._assign(codes[0])
        if len(codes) > 1:
            self.watches[codes[0]].append(codes)
            self.watches[codes[1]].append(codes)
            self.attached.append(codes)
            if self.by_literals is not None:
                self.by_literals.setdefault(frozenset(codes), []).append(codes)

    def remove(self, clause):
        """Unit clauses stay, as in drat-trim."""
        codes = frozenset(map(self.code, clause))
        if len(codes) < 2:
            return
        if self.by_literals is None:
            self.by_literals = {}
            for other in self.attached:
                self.by_literals.setdefault(frozenset(other), []).append(other)
        same = self.by_literals.get(codes)
        if not same:
            raise Refused("proof.drat: deletes a clause that is not there")
        found = same.pop()
        for code in found[:2]:
            self.watches[code] = [other for other in self.watches[code] if other is not found]

    def _assign(self, code):
        self.values[code] = 1
        self.values[code ^ 1] = -1
        self.trail.append(code)

    def _propagate(self):
        """False: some clause is false."""
        values, watches, trail = self.values, self.watches, self.trail
        while self.head < len(trail):
            false = trail[self.head] ^ 1
            self.head += 1
            watching = watches[false]
            if not watching:
                continue
            kept = watches[false] = []
            for index, clause in enumerate(watching):
                first = clause[0]
                if first == false:
                    first = clause[0] = clause[1]
                    clause[1] = false
                value = values[first]
                if value > 0:
                    kept.append(clause)
                    continue
                for at in range(2, len(clause)):
                    other = clause[at]
                    if values[other] >= 0:
                        clause[1] = other
                        clause[at] = false
                        watches[other].append(clause)
                        break
                else:
                    kept.append(clause)
                    if value < 0:
                        kept.extend(watching[index + 1:])
                        return False
                    values[first] = 1
                    values[first ^ 1] = -1
                    trail.append(first)
        return True

    def follows(self, clause):
        """Whether propagation finds a conflict if every literal of the clause is false."""
        if self.contradictory:
            return True
        mark = len(self.trail)
        found = False
        for literal in clause:
            code = self.code(literal)
            if self.values[code] > 0:
                found = True
                break
            if self.values[code] == 0:
                self._assign(code ^ 1)
        found = found or not self._propagate()
        for code in self.trail[mark:]:
            self.values[code] = self.values[code ^ 1] = 0
        del self.trail[mark:]
        self.head = mark
        return found


def check(num_variables, clauses, steps):
    """`steps`: (is_deletion, clause), in order. Refuses what does not derive the empty clause."""
    formula = Formula(num_variables, clauses)
    has_empty = False
    for number, (is_deletion, clause) in enumerate(steps, 1):
        if any(abs(literal) > num_variables for literal in clause):
            raise Refused(f"proof.drat: step {number} has a variable that the problem has not")
        if is_deletion:
            formula.remove(clause)
            continue
        if not formula.follows(clause):
            raise Refused(f"proof.drat: step {number} does not follow")
        has_empty = has_empty or not clause
        formula.add(clause)
    if not has_empty:
        raise Refused("proof.drat: never derives the empty clause")
