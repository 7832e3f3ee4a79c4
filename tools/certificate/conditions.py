"""Conditions of specs (CEP 43): specs joined with "and" and "or", of which "and" binds tighter."""

import re

from . import Refused

OPERATORS = "<>=!~"


class Condition:
    """A tree: of kind "spec" with a text, or "and" or "or" with parts."""

    def __init__(self, kind, text="", parts=()):
        self.kind = kind
        self.text = text
        self.parts = list(parts)

    def texts(self):
        """Of its specs."""
        return [self.text] if self.kind == "spec" else [
            text for part in self.parts for text in part.texts()]

    def evaluate(self, holds):
        if self.kind == "spec":
            return holds(self.text)
        return (all if self.kind == "and" else any)(part.evaluate(holds) for part in self.parts)

    def known(self, is_on_machine):
        """What the machine alone says of it; None if a plan decides. `is_on_machine` says that of a
        spec: None where it is about a package."""
        if self.kind == "spec":
            return is_on_machine(self.text)
        decides = self.kind == "or"
        values = [part.known(is_on_machine) for part in self.parts]
        if decides in values:
            return decides
        return None if None in values else not decides

    def key(self, key_of_spec):
        """Its meaning: the same for a list within a list of its kind as for one list."""
        if self.kind == "spec":
            return key_of_spec(self.text)
        parts = []
        for part in self.parts:
            if part.kind == self.kind:
                parts.extend(part.key(key_of_spec)[1:])
            else:
                parts.append(part.key(key_of_spec))
        return (self.kind, *parts)


def parse_condition(text):
    words = _words(text)
    condition, rest = _read(words, "or")
    if rest:
        raise Refused(f"condition {text!r}: {rest[0]!r} is not expected")
    return condition


def _words(text):
    """Parentheses, "and", "or" and specs: blanks about an operator or a comma, and all within
    brackets, belong to the spec."""
    text = re.sub(rf"\s*([{OPERATORS},]+)\s*", r"\1", text) if "[" not in text else text
    words = []
    word = ""
    depth = 0
    for character in text:
        depth += (character == "[") - (character == "]")
        if depth == 0 and character in "() ":
            words.append(word)
            words.append(character)
            word = ""
        else:
            word += character
    words.append(word)
    return [word for word in words if word.strip()]


def _read(words, kind):
    parts = []
    while True:
        part, words = _read(words, "and") if kind == "or" else _read_one(words)
        parts.append(part)
        if words[:1] != [kind]:
            return (parts[0] if len(parts) == 1 else Condition(kind, parts=parts)), words
        words = words[1:]


def _read_one(words):
    if words[:1] == ["("]:
        inner, words = _read(words[1:], "or")
        if words[:1] != [")"]:
            raise Refused("a condition has '(' without ')'")
        return inner, words[1:]
    if not words or words[0] in (")", "and", "or"):
        raise Refused("a condition ends before a spec")
    return Condition("spec", words[0]), words[1:]
