"""Laws of the algebra of packet sets, and of having one representation each."""

import copy
import pickle

from hypothesis import given

from flow_strategies import FLOWS, HEADERS, MODELLED, Modelled
from seawall.flowspace import FlowSet

EMPTY = FlowSet.empty()
ALL = FlowSet.everything()


@given(FLOWS)
def test_empty_and_everything_are_the_identities(a: FlowSet) -> None:
    assert a | EMPTY == a
    assert a & ALL == a
    assert a - EMPTY == a
    assert a ^ EMPTY == a
    assert a | ALL == ALL
    assert a & EMPTY == EMPTY


@given(FLOWS)
def test_union_and_intersection_are_idempotent(a: FlowSet) -> None:
    assert a | a == a
    assert a & a == a


@given(FLOWS, FLOWS)
def test_operands_of_symmetric_operations_may_change_places(
    a: FlowSet, b: FlowSet
) -> None:
    assert a | b == b | a
    assert a & b == b & a
    assert a ^ b == b ^ a


@given(FLOWS, FLOWS, FLOWS)
def test_brackets_do_not_matter(a: FlowSet, b: FlowSet, c: FlowSet) -> None:
    assert (a | b) | c == a | (b | c)
    assert (a & b) & c == a & (b & c)
    assert (a ^ b) ^ c == a ^ (b ^ c)


@given(FLOWS, FLOWS, FLOWS)
def test_each_operation_distributes_over_the_other(
    a: FlowSet, b: FlowSet, c: FlowSet
) -> None:
    assert a & (b | c) == (a & b) | (a & c)
    assert a | (b & c) == (a | b) & (a | c)
    assert a & (b ^ c) == (a & b) ^ (a & c)


@given(FLOWS, FLOWS)
def test_de_morgan_holds(a: FlowSet, b: FlowSet) -> None:
    assert ~(a | b) == ~a & ~b
    assert ~(a & b) == ~a | ~b


@given(FLOWS)
def test_a_complement_is_all_the_rest_and_its_complement_the_set(a: FlowSet) -> None:
    assert ~~a == a
    assert a | ~a == ALL
    assert a & ~a == EMPTY
    assert ALL - a == ~a


@given(FLOWS, FLOWS)
def test_difference_is_intersection_with_the_complement(a: FlowSet, b: FlowSet) -> None:
    assert a - b == a & ~b
    assert a ^ b == (a - b) | (b - a)
    assert (a - b) | (a & b) == a


@given(FLOWS, FLOWS)
def test_absorption_holds(a: FlowSet, b: FlowSet) -> None:
    assert a | (a & b) == a
    assert a & (a | b) == a


@given(FLOWS, FLOWS)
def test_equal_sets_are_one_representation_with_one_hash(
    a: FlowSet, b: FlowSet
) -> None:
    assert (a == b) == (not a ^ b)
    assert (a == b) == (a._node is b._node)
    rebuilt = (a - b) | (a & b)
    assert rebuilt._node is a._node
    assert hash(rebuilt) == hash(a)


@given(FLOWS, FLOWS)
def test_order_is_containment(a: FlowSet, b: FlowSet) -> None:
    assert (a <= b) == (not a - b)
    assert (a < b) == (a <= b and a != b)
    assert (a >= b) == (b <= a)
    assert a.isdisjoint(b) == (not a & b)


@given(MODELLED)
def test_a_set_holds_exactly_what_its_construction_says(a: Modelled) -> None:
    wrong = [h for h in HEADERS if (h in a.flows) != a.holds(h)]
    assert wrong == []


@given(FLOWS)
def test_a_copied_or_pickled_set_is_the_same_set(a: FlowSet) -> None:
    assert pickle.loads(pickle.dumps(a)) == a  # noqa: S301  # our own bytes
    assert copy.deepcopy(a) == a


@given(FLOWS, FLOWS, FLOWS)
def test_a_union_of_many_is_their_unions(a: FlowSet, b: FlowSet, c: FlowSet) -> None:
    assert FlowSet.union_of([a, b, c]) == a | b | c
    assert FlowSet.union_of(iter([a])) == a
    assert FlowSet.union_of([]) == EMPTY
