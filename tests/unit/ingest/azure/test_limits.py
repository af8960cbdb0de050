"""What Azure refuses to hold is warned about; L-08 of the cloud provider's rules.

Source: Azure docs, azure-subscription-service-limits, networking limits; kubernetes-
sigs/cloud-provider-azure, securitygroup.go.
"""

import pytest

from azure_builders import at_level, convert, resource, rule
from seawall.model.diagnostic import Level


def warned(document: object) -> list[str]:
    told = at_level(convert(document), Level.WARNING)
    return [item.what for item in told if "more than" in item.what]


def group(*rules: object) -> object:
    return resource("networkSecurityGroups", "g", securityRules=list(rules))


def addresses(count: int) -> list[str]:
    return [f"10.{number // 250}.{number % 250}.0/24" for number in range(count)]


@pytest.mark.parametrize(("count", "expected"), [(4000, 0), (4001, 1)])
@pytest.mark.parametrize("side", ["source", "destination"])
def test_l_08_a_group_holds_four_thousand_prefixes_a_side(
    count: int, expected: int, side: str
) -> None:
    many = {f"{side}AddressPrefix": None, f"{side}AddressPrefixes": addresses(count)}
    found = warned(group(rule("many", **many)))
    assert len(found) == expected
    assert all(f"{count} {side} addresses" in text for text in found)


@pytest.mark.parametrize(("count", "expected"), [(1000, 0), (1001, 1)])
def test_l_08_a_group_holds_a_thousand_rules_without_the_default_ones(
    count: int, expected: int
) -> None:
    rules = [rule(f"r{number}", priority=100 + number) for number in range(count)]
    assert len(warned(group(*rules))) == expected


@pytest.mark.parametrize(("count", "expected"), [(10, 0), (11, 1)])
def test_a_rule_names_ten_application_security_groups(
    count: int, expected: int
) -> None:
    groups = [{"id": f"/asg/{number}"} for number in range(count)]
    one = rule("r", sourceAddressPrefix=None, sourceApplicationSecurityGroups=groups)
    assert len(warned(group(one))) == expected


@pytest.mark.parametrize(("count", "expected"), [(25, 0), (26, 1)])
def test_a_route_table_holds_twenty_five_routes_to_tags(
    count: int, expected: int
) -> None:
    routes = [
        {
            "name": f"r{number}",
            "properties": {"addressPrefix": f"Tag{number}", "nextHopType": "Internet"},
        }
        for number in range(count)
    ]
    assert len(warned(resource("routeTables", "t", routes=routes))) == expected
