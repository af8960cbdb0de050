from seawall.engine.path.ground.rewrite import (
    Rewrite,
    applied,
    possibly,
    sources,
    surely,
    toward,
)
from seawall.engine.path.ground.space import Space
from seawall.flowspace import FlowSet

NODES = Space.parse("10.1.0.0/24")
HALF = Space.parse("10.1.0.0/25")
PODS = FlowSet.box(families=[4], sources=Space.parse("10.244.0.0/16").intervals)


def test_a_decision_about_every_choice_is_sure() -> None:
    stack = (Rewrite(sources=NODES),)
    assert surely(stack, NODES.as_sources()) >= PODS
    assert not PODS & surely(stack, HALF.as_sources())
    assert possibly(stack, HALF.as_sources()) >= PODS


def test_a_source_that_may_stay_counts_among_the_choices() -> None:
    stack = (Rewrite(sources=NODES, may_keep=True),)
    assert not PODS & surely(stack, NODES.as_sources())
    assert possibly(stack, NODES.as_sources()) >= PODS
    assert surely(stack, NODES.as_sources() | PODS) >= PODS


def test_the_last_translation_of_the_source_is_what_is_seen() -> None:
    stack = (Rewrite(sources=NODES), Rewrite(sources=HALF))
    assert sources(stack, PODS) == HALF


def test_a_choice_of_destinations_is_narrowed_and_keeps_its_flows() -> None:
    stack = (Rewrite(destinations=NODES, port=80),)
    narrowed, flows = toward(stack, PODS, HALF)
    assert narrowed[0].destinations == HALF
    assert flows == PODS
    assert not toward(stack, PODS, Space.parse("10.9.0.0/16"))[1]


def test_a_rewritten_header_shows_the_new_address_and_port() -> None:
    web = FlowSet.box(families=[4], protocols=[(6, 6)], destination_ports=[(443, 443)])
    seen = applied((Rewrite(destinations=HALF, port=8443),), web & PODS)
    header = seen.witness()
    assert header is not None
    assert header.destination_port == 8443
    assert header in HALF.as_destinations()
