"""Laws of looking into a set: boxes, witness, count, atoms and projection."""

from itertools import combinations, pairwise

from hypothesis import given

from flow_strategies import FLOWS, HEADERS
from seawall.flowspace import Field, FlowSet, Header


@given(FLOWS)
def test_boxes_are_disjoint_and_reunite_to_the_set(a: FlowSet) -> None:
    parts = [FlowSet.from_box(box) for box in a.boxes()]
    assert FlowSet.union_of(parts) == a
    assert all(left.isdisjoint(right) for left, right in combinations(parts, 2))
    assert all(parts)


@given(FLOWS)
def test_a_box_holds_the_headers_of_its_set(a: FlowSet) -> None:
    boxes = list(a.boxes())
    for header in HEADERS[::37]:
        assert sum(header in box for box in boxes) == (header in a)


@given(FLOWS)
def test_a_witness_is_a_member_and_only_the_empty_set_has_none(a: FlowSet) -> None:
    witness = a.witness()
    if witness is None:
        assert not a
    else:
        assert witness in a
        assert witness == a.witness()


@given(FLOWS, FLOWS, FLOWS)
def test_a_witness_keeps_to_the_preferences_that_can_be_had(
    a: FlowSet, b: FlowSet, c: FlowSet
) -> None:
    witness = a.witness(prefer=[b, c])
    if witness is not None and a & b:
        assert witness in b
        assert witness in c or a.isdisjoint(b & c)


@given(FLOWS, FLOWS)
def test_counts_of_disjoint_parts_add_up(a: FlowSet, b: FlowSet) -> None:
    assert (a | b).count() + (a & b).count() == a.count() + b.count()
    assert a.count() + (~a).count() == FlowSet.everything().count()
    assert (a.count() == 0) == (not a)


@given(FLOWS)
def test_a_count_is_the_sum_of_the_sizes_of_boxes_of_one_protocol(a: FlowSet) -> None:
    total = 0
    for protocol in range(256):
        alone = a & FlowSet.box(protocols=[(protocol, protocol)])
        for box in alone.boxes():
            product = 1
            for side in (
                box.sources,
                box.destinations,
                box.source_ports,
                box.destination_ports,
            ):
                product *= sum(last - first + 1 for first, last in side)
            total += product
    assert total == a.count()


def _moved(header: Header, field: Field, value: int) -> Header:
    name = field.name.lower()
    return header._replace(**{name: value})


@given(FLOWS)
def test_values_of_one_atom_are_treated_alike(a: FlowSet) -> None:
    for field in (Field.SOURCE, Field.DESTINATION):
        atoms = a.atoms(field)
        for header in HEADERS[::11]:
            value = getattr(header, field.name.lower())
            (cell,) = [c for c in atoms[header.family] if c[0] <= value <= c[1]]
            for end in cell:
                assert (_moved(header, field, end) in a) == (header in a)


@given(FLOWS)
def test_ports_of_one_atom_are_treated_alike(a: FlowSet) -> None:
    for field in (Field.SOURCE_PORT, Field.DESTINATION_PORT):
        atoms = a.atoms(field)
        for header in HEADERS[::11]:
            if header.protocol not in (6, 17, 132):
                continue
            value = getattr(header, field.name.lower())
            (cell,) = [c for c in atoms if c[0] <= value <= c[1]]
            for end in cell:
                assert (_moved(header, field, end) in a) == (header in a)


@given(FLOWS)
def test_at_each_cut_between_atoms_the_answer_changes(a: FlowSet) -> None:
    for field in (Field.SOURCE, Field.DESTINATION):
        for family, cells in a.atoms(field).items():
            mine = a & FlowSet.box(families=[family])
            for (_, left), (right, _) in pairwise(cells):
                assert mine.some(field, {family: [(left, left)]}) != mine.some(
                    field, {family: [(right, right)]}
                )
    ported = a & FlowSet.box(source_ports=[(0, 65535)])
    for port in (Field.SOURCE_PORT, Field.DESTINATION_PORT):
        cells = a.atoms(port)
        for (_, left), (right, _) in pairwise(cells):
            assert ported.some(port, [(left, left)]) != ported.some(
                port, [(right, right)]
            )


@given(FLOWS)
def test_a_projection_is_the_least_restriction_that_keeps_the_set(a: FlowSet) -> None:
    for field in (Field.SOURCE, Field.DESTINATION):
        values = a.project(field)
        assert a.restrict(field, values) == a
        for family, intervals in values.items():
            for first, last in intervals:
                assert a.restrict(field, {family: [(first, first)]})
                assert a.restrict(field, {family: [(last, last)]})
    ported = a & FlowSet.box(source_ports=[(0, 65535)])
    for port in (Field.SOURCE_PORT, Field.DESTINATION_PORT):
        occurring = a.project(port)
        assert a.restrict(port, occurring) == ported
        for first, last in occurring:
            assert a.restrict(port, [(first, first)])
            assert a.restrict(port, [(last, last)])
