"""Ids of which parts are not known: which may be the same, and which never are."""

import pytest

from seawall.ingest.doubts.alike import hole, may_be_same

HOME = "/subscriptions/{s}/resourcegroups/rg/providers/microsoft.network/"


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("nsg", "NSG", True),
        ("nsg", "other", False),
        ("{a}", "nsg", True),
        ("{a}", "{b}", True),
        ("{a}-nsg", "shop-nsg", True),
        ("{a}-nsg", "shop-rt", False),
        ("shop-{a}", "club-nsg", False),
        ("{a}", "{a}-2", False),
        ("{a}-x", "{a}-y", False),
        ("{a}-x", "{b}-y", False),
        ("x-{a}", "y-{b}", False),
        ("nsg", "nsg{a}", True),
        ("{?}", "{?}-2", True),
        ("{?}-x", "{?}-y", False),
        ("a.c", "abc", False),
        ("a.{x}", "abc", False),
        (HOME + "routetables/rt", HOME + "routetables/{n}", True),
        (HOME + "routetables/rt", HOME + "networksecuritygroups/{n}", False),
        (
            HOME.replace("rg", "other") + "routetables/{n}",
            HOME + "routetables/rt",
            False,
        ),
        (HOME.replace("rg", "{g}") + "routetables/{n}", HOME + "routetables/rt", True),
        (HOME.replace("{s}", "1") + "x/y", HOME.replace("{s}", "2") + "x/y", False),
        (HOME + "x/{n}", HOME + "x/a/y/b", False),
        ("{?}", HOME + "routetables/rt", True),
        ("azurerm_subnet.a", "azurerm_subnet.b", False),
        ("azurerm_subnet.a", HOME + "virtualnetworks/v/subnets/{n}", False),
    ],
)
def test_two_ids_may_be_of_one_resource(left: str, right: str, expected: bool) -> None:  # noqa: FBT001
    assert may_be_same(left, right) is expected
    assert may_be_same(right, left) is expected


def test_a_hole_is_one_segment_whatever_its_label_says() -> None:
    assert hole('azurerm_subnet.a["x/{y}"]#name') == '{azurerm_subnet.a["x||y|"]#name}'
