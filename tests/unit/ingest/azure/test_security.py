"""Security groups: rules as written, and what cannot be read stays possible."""

import pytest

from azure_builders import at_level, convert, resource, resource_id, rule
from seawall.model.address import AddressRange
from seawall.model.diagnostic import Diagnostic, Level
from seawall.model.filter import (
    ANYWHERE,
    Access,
    ApplicationGroup,
    SecurityRule,
    ServiceTag,
    UnreadableTerm,
)
from seawall.model.packet import EVERY_PORT, PortRange
from seawall.model.policy import Direction


def read(*rules: object) -> tuple[list[SecurityRule], list[Diagnostic]]:
    part = convert(resource("networkSecurityGroups", "g", securityRules=list(rules)))
    (group,) = part.fabric.security_groups
    return [item for item in group.rules if not item.is_default], list(part.diagnostics)


def test_a_plain_rule_is_read_as_written() -> None:
    (found,), diagnostics = read(rule("https"))
    assert not diagnostics
    assert found.direction is Direction.INGRESS
    assert found.access is Access.ALLOW
    assert found.sources == (AddressRange.parse("10.0.0.0/8"),)
    assert found.destinations == (ANYWHERE,)
    assert found.source_ports == (EVERY_PORT,)
    assert found.destination_ports == (PortRange(443, 443),)


def test_every_group_ends_with_the_six_default_rules() -> None:
    part = convert(resource("networkSecurityGroups", "g"))
    (group,) = part.fabric.security_groups
    assert [item.name for item in group.rules] == [
        "AllowVnetInBound",
        "AllowAzureLoadBalancerInBound",
        "DenyAllInBound",
        "AllowVnetOutBound",
        "AllowInternetOutBound",
        "DenyAllOutBound",
    ]


def test_singular_and_plural_forms_are_taken_together() -> None:
    (found,), _ = read(
        rule(
            sourceAddressPrefix="",
            sourceAddressPrefixes=["10.1.0.0/16", "Storage.WestEurope"],
            destinationPortRange=None,
            destinationPortRanges=["80", "8000-8999"],
        )
    )
    assert found.sources == (
        AddressRange.parse("10.1.0.0/16"),
        ServiceTag("Storage.WestEurope"),
    )
    assert found.destination_ports == (PortRange(80, 80), PortRange(8000, 8999))


def test_powershell_writes_lists_where_others_write_one() -> None:
    """Source: Azure PowerShell reference, Get-AzNetworkSecurityGroup."""
    (found,), _ = read(rule(sourceAddressPrefix=["10.0.0.0/8", "Storage"]))
    assert found.sources == (AddressRange.parse("10.0.0.0/8"), ServiceTag("Storage"))


def test_a_rule_may_name_application_security_groups() -> None:
    asg = resource_id("applicationSecurityGroups", "Web")
    (found,), _ = read(
        rule(
            sourceAddressPrefix=None,
            sourceApplicationSecurityGroups=[{"id": asg}],
        )
    )
    assert found.sources == (ApplicationGroup(asg.lower()),)


def test_rules_of_their_own_stand_beside_inline_ones_and_win() -> None:
    child = resource("networkSecurityGroups/securityRules", "g", "r")
    child["properties"] = rule(access="Deny")["properties"]
    part = convert(
        [resource("networkSecurityGroups", "g", securityRules=[rule("r")]), child]
    )
    (group,) = part.fabric.security_groups
    assert [item.access for item in group.rules[:1]] == [Access.DENY]
    assert len(group.rules) == 7


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"sourceAddressPrefix": "10.0.0.0/99"}, "sources"),
        ({"sourceAddressPrefix": "<OFFICE>"}, "sources"),
        ({"sourceAddressPrefix": None}, "sources"),
        ({"sourceAddressPrefix": 7.5}, "sources"),
        ({"destinationAddressPrefix": "[parameters('x')]"}, "destinations"),
    ],
)
def test_an_address_that_cannot_be_read_may_be_anything(
    changes: dict[str, object], field: str
) -> None:
    (found,), diagnostics = read(rule(**changes))
    assert isinstance(getattr(found, field)[0], UnreadableTerm)
    assert diagnostics


@pytest.mark.parametrize("ports", ["9000-80", "http", "70000", "", None, [True]])
def test_ports_that_cannot_be_read_may_be_any(ports: object) -> None:
    (found,), diagnostics = read(rule(destinationPortRange=ports))
    assert found.destination_ports is None
    assert [item.level for item in diagnostics] == [Level.ERROR]


def test_a_backward_range_is_turned_round_in_the_advice() -> None:
    _, (diagnostic,) = read(rule(destinationPortRange="9000-80"))
    assert diagnostic.mend == "write `80-9000`"
    assert diagnostic.origin is not None
    assert diagnostic.origin.pointer[-1] == "destinationPortRange"


def test_an_unknown_protocol_may_be_any() -> None:
    (found,), _ = read(rule(protocol="Sctp2"))
    assert found.protocol == -1


def test_a_rule_whose_priority_is_unknown_may_come_before_any_other() -> None:
    (found,), diagnostics = read(rule(priority="soon"))
    assert found.priority == 0
    assert isinstance(found.sources[0], UnreadableTerm)
    assert diagnostics


def test_a_rule_that_does_not_say_allow_or_deny_does_both() -> None:
    found, _ = read(rule(access=None))
    assert {item.access for item in found} == set(Access)


def test_a_rule_without_direction_may_look_either_way() -> None:
    found, _ = read(rule(direction="Sideways"))
    assert {item.direction for item in found} == set(Direction)
    assert all(isinstance(item.sources[0], UnreadableTerm) for item in found)


def test_two_rules_of_one_direction_with_one_priority_are_a_warning() -> None:
    _, diagnostics = read(rule("a"), rule("b"), rule("c", direction="Outbound"))
    (found,) = diagnostics
    assert found.level is Level.WARNING
    assert "`a` and `b`" in found.what


def test_host_bits_are_cleared_with_a_warning() -> None:
    (found,), (diagnostic,) = read(rule(sourceAddressPrefix="10.1.2.3/16"))
    assert found.sources == (AddressRange.parse("10.1.0.0/16"),)
    assert diagnostic.level is Level.WARNING


def test_a_priority_outside_the_range_is_a_warning() -> None:
    (found,), (diagnostic,) = read(rule(priority=5000))
    assert found.priority == 5000
    assert diagnostic.level is Level.WARNING


def test_rules_of_a_list_that_is_an_expression_may_do_anything() -> None:
    part = convert(
        resource("networkSecurityGroups", "g", securityRules="[variables('rules')]")
    )
    (group,) = part.fabric.security_groups
    hidden = [item for item in group.rules if not item.is_default]
    assert {(item.direction, item.access) for item in hidden} == {
        (direction, access) for direction in Direction for access in Access
    }
    assert at_level(part, Level.UNMODELLED)
