"""What goes wrong at the carrier, on demand: rules that tests and demonstrations set.

A rule is an object: `to` ("*" or one number), how often it fires (`times`: at most n; `every`: each n-th
match; `probability` with `seed`), and an `action`:

| action | effect |
|---|---|
| error `status` `code` | the API call is refused; nothing is taken |
| hang `seconds` | the answer comes late; the text is taken at once (`"take": false`: only after the wait) |
| cut_after | the text is taken, the connection closes without an answer |
| cut_before | the connection closes without an answer, nothing is taken |
| undeliver `code` | taken, then `undelivered` (or `"as": "failed"`) by callback |
| lose_callbacks, double_callbacks, reorder_callbacks | what happens to the status callbacks |
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

AT_CALL = frozenset({"error", "hang", "cut_after", "cut_before"})
LATER = frozenset({"undeliver", "lose_callbacks", "double_callbacks", "reorder_callbacks"})


NUMBERS = frozenset({"times", "every", "probability", "seed", "status", "code", "seconds"})


@dataclass(slots=True)
class Rule:
    action: str
    to: str = "*"
    times: int | None = None
    every: int = 1
    probability: float = 1.0
    seed: int = 0
    status: int = 400
    code: int = 30008
    seconds: float = 0.0
    take: bool = True
    final: str = "undelivered"
    seen: int = 0
    fired: int = 0
    dice: random.Random = field(default_factory=random.Random, repr=False)

    def fires(self, to: str) -> bool:
        if self.to not in ("*", to) or (self.times is not None and self.fired >= self.times):
            return False
        self.seen += 1
        hit = self.seen % self.every == 0 and (self.probability >= 1 or self.dice.random() < self.probability)
        self.fired += hit
        return hit

    def shown(self) -> dict[str, Any]:
        names = ("action", "to", "times", "every", "probability", "seed", "status", "code", "seconds")
        return {name: getattr(self, name) for name in (*names, "take", "seen", "fired")} | {"as": self.final}


@dataclass(frozen=True, slots=True)
class Fate:
    """What the rules decided for one text: at most one trouble at the call, any number of later ones."""

    at_call: Rule | None = None
    undeliver: Rule | None = None
    lose: bool = False
    double: bool = False
    reorder: bool = False


SMOOTH = Fate()


class Faults:
    """The rules in force, in the order given."""

    def __init__(self) -> None:
        self.rules: list[Rule] = []

    def decide(self, to: str) -> Fate:
        """Ask every rule once; the first trouble at the call wins; the later ones need a text taken."""
        if not self.rules:
            return SMOOTH
        at_call = next((rule for rule in self.rules if rule.action in AT_CALL and rule.fires(to)), None)
        if at_call and at_call.action in ("error", "cut_before"):
            return Fate(at_call)
        later = {rule.action: rule for rule in self.rules if rule.action in LATER and rule.fires(to)}
        undeliver, lose = later.get("undeliver"), "lose_callbacks" in later
        return Fate(at_call, undeliver, lose, "double_callbacks" in later, "reorder_callbacks" in later)


def parse_rules(entries: object) -> list[Rule]:
    """Rules from JSON (a list, or one object); raises ValueError naming what is wrong."""
    if isinstance(entries, Mapping):
        entries = [entries]
    if not isinstance(entries, Sequence) or isinstance(entries, str):
        raise ValueError("rules are a JSON list")
    return [_parse_rule(entry) for entry in entries]


def _parse_rule(entry: object) -> Rule:
    if not isinstance(entry, Mapping):
        raise ValueError("a rule is an object")
    wishes = {("final" if name == "as" else name): value for name, value in entry.items()}
    known = {"to", "times", "every", "probability", "seed", "status", "code", "seconds", "take", "final"}
    unknown = sorted(set(wishes) - known - {"action"})
    if unknown:
        raise ValueError(f"unknown in a rule: {', '.join(unknown)}")
    if wishes.get("action") not in AT_CALL | LATER:
        raise ValueError(f"action must be one of {', '.join(sorted(AT_CALL | LATER))}")
    for name in NUMBERS & wishes.keys():
        if not isinstance(wishes[name], int | float):
            raise ValueError(f"{name} must be a number")
    rule = Rule(**wishes)
    if rule.final not in ("undelivered", "failed") or rule.every < 1:
        raise ValueError("as is undelivered or failed; every is 1 or more")
    rule.dice = random.Random(rule.seed)  # noqa: S311 - repeatable trouble, not a secret
    return rule
