"""Laws of "some value" and "every value" of a field."""

from hypothesis import given
from hypothesis import strategies as st

from flow_strategies import (
    ADDRESSES,
    FLOWS,
    HEADERS,
    MAX_ADDRESS,
    MODELLED,
    PORTS,
    WITH_PORTS,
    Modelled,
    addresses,
    ports,
    within,
)
from seawall.flowspace import AddressField, Field, FlowSet, Header, PortField

ADDRESS_FIELDS = st.sampled_from((Field.SOURCE, Field.DESTINATION))
PORT_FIELDS = st.sampled_from((Field.SOURCE_PORT, Field.DESTINATION_PORT))
EVERY_ADDRESS = {family: [(0, top)] for family, top in MAX_ADDRESS.items()}
EVERY_PORT = [(0, 65535)]


def _replaced(header: Header, field: Field, value: int) -> Header:
    return header._replace(**{field.name.lower(): value})


@given(MODELLED, ADDRESS_FIELDS, addresses())
def test_address_quantifiers_agree_with_enumeration(
    a: Modelled, field: AddressField, values: dict[int, list[tuple[int, int]]]
) -> None:
    some, every = a.flows.some(field, values), a.flows.every(field, values)
    for header in HEADERS[::7]:
        family = header.family
        answers = [
            a.holds(_replaced(header, field, value))
            for value in ADDRESSES[family]
            if within(value, values.get(family, []))
        ]
        assert (header in some) == any(answers)
        assert (header in every) == (bool(answers) and all(answers))


@given(MODELLED, PORT_FIELDS, ports())
def test_port_quantifiers_agree_with_enumeration(
    a: Modelled, field: PortField, values: list[tuple[int, int]]
) -> None:
    some, every = a.flows.some(field, values), a.flows.every(field, values)
    for header in HEADERS[::7]:
        if header.protocol not in WITH_PORTS:
            assert (header in some) == (header in every) == a.holds(header)
            continue
        answers = [
            a.holds(_replaced(header, field, value))
            for value in PORTS
            if within(value, values)
        ]
        assert (header in some) == any(answers)
        assert (header in every) == (bool(answers) and all(answers))


@given(FLOWS, ADDRESS_FIELDS, addresses())
def test_every_address_is_not_some_address_outside(
    a: FlowSet, field: AddressField, values: dict[int, list[tuple[int, int]]]
) -> None:
    with_values = FlowSet.box(families=[f for f in values if values[f]])
    assert a.every(field, values) == ~(~a).some(field, values) & with_values


@given(FLOWS, PORT_FIELDS, ports().filter(bool))
def test_every_port_is_not_some_port_outside(
    a: FlowSet, field: PortField, values: list[tuple[int, int]]
) -> None:
    assert a.every(field, values) == ~(~a).some(field, values)


@given(FLOWS, ADDRESS_FIELDS, PORT_FIELDS)
def test_over_the_whole_field_every_is_inside_and_some_outside(
    a: FlowSet, field: AddressField, port: PortField
) -> None:
    assert a.every(field, EVERY_ADDRESS) <= a <= a.some(field, EVERY_ADDRESS)
    assert a.every(port, EVERY_PORT) <= a <= a.some(port, EVERY_PORT)


@given(FLOWS, FLOWS, ADDRESS_FIELDS, addresses())
def test_some_distributes_over_union_and_every_over_intersection(
    a: FlowSet,
    b: FlowSet,
    field: AddressField,
    values: dict[int, list[tuple[int, int]]],
) -> None:
    assert (a | b).some(field, values) == a.some(field, values) | b.some(field, values)
    assert (a & b).every(field, values) == a.every(field, values) & b.every(
        field, values
    )


@given(FLOWS, ADDRESS_FIELDS, PORT_FIELDS)
def test_a_quantified_field_no_longer_matters(
    a: FlowSet, field: AddressField, port: PortField
) -> None:
    free = a.some(field, EVERY_ADDRESS)
    assert free.atoms(field) == {f: ((0, top),) for f, top in MAX_ADDRESS.items()}
    assert a.some(port, EVERY_PORT).atoms(port) == ((0, 65535),)


@given(FLOWS, ADDRESS_FIELDS, addresses(), PORT_FIELDS, ports())
def test_a_restriction_is_the_intersection_with_a_box(
    a: FlowSet,
    field: AddressField,
    values: dict[int, list[tuple[int, int]]],
    port: PortField,
    numbers: list[tuple[int, int]],
) -> None:
    side = "sources" if field is Field.SOURCE else "destinations"
    assert a.restrict(field, values) == a & FlowSet.box(**{side: values})
    side = "source_ports" if port is Field.SOURCE_PORT else "destination_ports"
    assert a.restrict(port, numbers) == a & FlowSet.box(**{side: numbers})
