from seawall.ingest.default_rules import default_rules
from seawall.model.filter import Access
from seawall.model.origin import Origin
from seawall.model.policy import Direction


def test_there_are_six_and_each_direction_ends_in_a_denial() -> None:
    rules = default_rules(Origin("nsg.json"))
    assert len(rules) == 6
    for direction in Direction:
        last = max(
            (rule for rule in rules if rule.direction is direction),
            key=lambda rule: rule.priority,
        )
        assert last.access is Access.DENY
        assert last.priority == 65500
