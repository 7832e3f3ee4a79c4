#!/usr/bin/env python3
"""rup_test.py TOOLS: the proof checker against brute force, on small random formulas: what it lets follow does
follow by plain unit propagation, and nothing else does; no satisfiable formula is refuted."""

import itertools
import random
import sys
import unittest

sys.path.insert(0, sys.argv.pop(1))

from certificate import Refused, rup

NUM_VARIABLES = 6


def is_satisfiable(clauses):
    for signs in itertools.product((1, -1), repeat=NUM_VARIABLES):
        truths = {sign * variable for variable, sign in enumerate(signs, 1)}
        if all(truths & set(clause) for clause in clauses):
            return True
    return False


def propagates_to_conflict(clauses, clause):
    """Without watched literals."""
    truths = {-literal for literal in clause}
    if any(-literal in truths for literal in truths):
        return True
    grows = True
    while grows:
        grows = False
        for other in clauses:
            if set(other) & truths:
                continue
            left = {literal for literal in other if -literal not in truths}
            if not left:
                return True
            if len(left) == 1:
                truths |= left
                grows = True
    return False


def random_clause(dice, size):
    return [variable * dice.choice((1, -1))
            for variable in dice.sample(range(1, NUM_VARIABLES + 1), size)]


class RupTest(unittest.TestCase):
    def test_follows_is_unit_propagation(self):
        dice = random.Random(1)
        yes = 0
        for _ in range(600):
            clauses = [random_clause(dice, dice.choice((1, 2, 2, 3, 3, 3)))
                       for _ in range(dice.randint(1, 14))]
            formula = rup.Formula(NUM_VARIABLES, clauses)
            for _ in range(8):
                clause = random_clause(dice, dice.randint(0, 3))
                if dice.random() < 0.3:
                    clauses.append(clause)
                    formula.add(clause)
                expected = propagates_to_conflict(clauses, clause)
                yes += expected
                self.assertEqual(formula.follows(clause), expected, (clauses, clause))
        self.assertGreater(yes, 300)

    def test_deletion_weakens(self):
        dice = random.Random(2)
        lost = 0
        for _ in range(600):
            clauses = [random_clause(dice, dice.choice((2, 3))) for _ in range(dice.randint(2, 14))]
            formula = rup.Formula(NUM_VARIABLES, clauses)
            gone = clauses.pop(dice.randrange(len(clauses)))
            before = formula.follows([])
            formula.remove(gone)
            for _ in range(8):
                clause = random_clause(dice, dice.randint(1, 3))
                expected = propagates_to_conflict(clauses, clause)
                if not before:
                    lost += not expected and propagates_to_conflict([*clauses, gone], clause)
                    self.assertEqual(formula.follows(clause), expected, (clauses, clause))
        self.assertGreater(lost, 30)

    def test_refutes_nothing_satisfiable(self):
        dice = random.Random(3)
        for _ in range(500):
            clauses = [random_clause(dice, 3) for _ in range(20)]
            if is_satisfiable(clauses):
                steps = [(False, random_clause(dice, dice.randint(1, 2))) for _ in range(5)]
                with self.assertRaises(Refused):
                    rup.check(NUM_VARIABLES, clauses, [*steps, (False, [])])

    def test_a_proof_ends_with_the_empty_clause(self):
        clauses = [[1, 2], [1, -2], [-1, 2], [-1, -2]]
        rup.check(2, clauses, [(False, [1]), (False, [])])
        for steps in ([], [(False, [1])], [(False, [])], [(False, [3]), (False, [])],
                      [(True, [1, 2]), (False, [1]), (False, [])], [(True, [1, 3]), (False, [1])]):
            with self.assertRaises(Refused):
                rup.check(2, clauses, steps)


if __name__ == "__main__":
    unittest.main()
