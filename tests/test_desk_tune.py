"""Differences between versions, and joining the edits of two people without losing either's."""

from matcher import desk_tune
from matcher.model import Concept, Priority, Profile, Rule


def concept(key: str, weight: float = 2, **more: object) -> Concept:
    return Concept.model_validate({"key": key, "weight": weight, "spellings": {"en": [key]}, **more})


def profile(*concepts: Concept, rules: tuple[Rule, ...] = (), version: int = 1, **more: object) -> Profile:
    first = Priority.model_validate(
        {"key": "green", "labels": {"en": "Green"}, "concepts": list(concepts), "rules": list(rules), **more}
    )
    return Profile(region="ruhr", priorities=[first, Priority(key="city", labels={"en": "City"})], version=version)


BASE = profile(concept("hydrogen", 3), concept("steel"), concept("water"))


def test_same_profiles_differ_in_nothing() -> None:
    assert desk_tune.edits(BASE, BASE.model_copy(deep=True)) == []


def test_each_changed_value_is_one_edit_with_old_and_new() -> None:
    new = profile(concept("hydrogen", 2.5), concept("steel", active=False), concept("drones"))
    found = [(e.part, e.key, e.field, e.old, e.new) for e in desk_tune.edits(BASE, new)]
    assert ("concept", "hydrogen", "weight", 3, 2.5) in found
    assert ("concept", "steel", "active", True, False) in found
    assert [(f[0], f[1], f[2]) for f in found if f[4] is None] == [("concept", "water", None)]
    assert [(f[0], f[1], f[2]) for f in found if f[3] is None] == [("concept", "drones", None)]
    assert len(found) == 4


def test_two_rules_with_the_same_prefixes_stay_apart() -> None:
    one, two = Rule(prefixes=["RFCS-"], add=1), Rule(prefixes=["RFCS-"], add=2)
    old, new = profile(rules=(one, two)), profile(rules=(one, two.model_copy(update={"add": 3})))
    assert [(e.part, e.field, e.old, e.new) for e in desk_tune.edits(old, new)] == [("rule", "add", 2, 3)]


def test_edits_in_different_places_are_joined_without_a_clash() -> None:
    mine = profile(concept("hydrogen", 1), concept("steel"), concept("water"), concept("drones"))
    theirs = profile(concept("hydrogen", 3), concept("steel", 3), version=2)
    joined, clashes = desk_tune.merge(BASE, mine, theirs)
    assert clashes == []
    assert {c.key: c.weight for c in joined.priorities[0].concepts} == {"hydrogen": 1, "steel": 3, "drones": 2}
    assert joined.version == 2


def test_both_changed_the_same_concept_is_a_clash_with_both_values() -> None:
    mine, theirs = profile(concept("hydrogen", 1)), profile(concept("hydrogen", 2), version=2)
    base = profile(concept("hydrogen", 3))
    joined, clashes = desk_tune.merge(base, mine, theirs)
    assert [c.weight for c in joined.priorities[0].concepts] == [2]
    clash = clashes[0]
    assert isinstance(clash.mine, Concept) and isinstance(clash.theirs, Concept)
    assert (clash.mine.weight, clash.theirs.weight) == (1, 2)
    joined, _ = desk_tune.merge(base, mine, theirs, prefer="mine")
    assert [c.weight for c in joined.priorities[0].concepts] == [1]


def test_one_removed_what_the_other_changed_is_a_clash() -> None:
    base, mine = profile(concept("hydrogen", 3)), profile()
    joined, clashes = desk_tune.merge(base, mine, profile(concept("hydrogen", 2), version=2))
    assert len(clashes) == 1 and clashes[0].mine is None
    assert [c.key for c in joined.priorities[0].concepts] == ["hydrogen"]


def test_a_priority_that_one_added_or_removed_is_kept_or_gone() -> None:
    added = BASE.model_copy(
        update={"priorities": [*BASE.priorities, Priority(key="drones", labels={"en": "Drones"})]}
    )
    joined, clashes = desk_tune.merge(BASE, added, BASE.model_copy(update={"version": 2}))
    assert [p.key for p in joined.priorities] == ["green", "city", "drones"] and clashes == []
    removed = BASE.model_copy(update={"priorities": BASE.priorities[:1]})
    joined, clashes = desk_tune.merge(BASE, removed, BASE.model_copy(update={"version": 2}))
    assert [p.key for p in joined.priorities] == ["green"] and clashes == []
