"""Generators of network security perimeters around platform resources."""

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from seawall.model.address import AddressRange
from seawall.model.origin import Origin
from seawall.model.perimeter import Perimeter
from seawall.model.setting import Setting

ALONE = tuple(Setting.stated(each) for each in (True, True, False))


@st.composite
def perimeters(draw: DrawFn) -> Perimeter | None:
    """Return the perimeter around a resource, often none."""
    if draw(st.integers(0, 2)):
        return None
    admitted = draw(st.sampled_from(((), (), ("52.0.0.0/30",), ("0.0.0.0/0",))))
    settled = (*ALONE, Setting[bool].unknown("not in this test's input"))
    return Perimeter(
        id="nsp-a",
        name="nsp",
        alone=draw(st.sampled_from(settled)),
        ranges=tuple(AddressRange.parse(text) for text in admitted),
        tags=draw(st.sampled_from(((), (), ("Storage.West",)))),
        others=draw(st.sampled_from(("", "", "", "a rule names subscriptions"))),
        origin=Origin("network.json"),
    )
