"""To whom anything passes where both ends grant a part."""

import pytest

from policy_cluster import cluster, labelled, pod, pods, policy, port, rule
from seawall.engine.policy import PolicyTable
from seawall.engine.policy.rows import row
from seawall.model.dataplane import SPEC

A, B, C = (pod(f"x/{name}") for name in "abc")


def table(*policies: object) -> PolicyTable:
    return PolicyTable.build(cluster(*policies, workloads=(A, B, C)), SPEC)  # type: ignore[arg-type]


def test_neighbours_that_are_taken_on_other_ports_are_told_apart() -> None:
    made = table(
        *(
            policy(f"x/out-{name}", labelled(pod=name), egress=[rule(None, [port(80)])])
            for name in "ab"
        ),
        policy(
            "x/in",
            labelled(pod="c"),
            ingress=[
                rule([pods(labelled(pod="a"))], [port(80)]),
                rule([pods(labelled(pod="b"))], [port(81)]),
            ],
        ),
    )
    a, b, c = (made.units(one)[0] for one in (A, B, C))
    found = dict(made.sending().each(0b111))

    assert a >> 3 == b >> 3
    assert found[a].sure >> c & 1
    assert not found[b].sure >> c & 1
    assert not found[b].possible >> c & 1


SENDERS_BY_PORT = (
    policy("x/out-a", labelled(pod="a"), egress=[rule(None, [port(80)])]),
    policy("x/out-b", labelled(pod="b"), egress=[rule(None, [port(81)])]),
)


@pytest.mark.parametrize("limit", [1, 512])
def test_what_several_rules_take_is_found_whichever_takes_more(
    monkeypatch: pytest.MonkeyPatch, limit: int
) -> None:
    # Above the limit a row has a cell for each service, and senders in several.
    monkeypatch.setattr(row, "CELL_LIMIT", limit)
    both = [pods(labelled(pod="a")), pods(labelled(pod="b"))]
    for narrow, found_from in (
        (rule([pods(labelled(pod="b"))], [port(81)]), "ab"),
        (rule([pods(labelled(pod="b"))], [port(82)]), "a"),
    ):
        made = table(
            *SENDERS_BY_PORT,
            policy("x/in", labelled(pod="c"), ingress=[rule(both, [port(80)]), narrow]),
        )
        a, b, c = (made.units(one)[0] for one in (A, B, C))
        found = dict(made.sending().each(0b111))

        assert [one for one in (a, b) if found[one].sure >> c & 1] == [
            {"a": a, "b": b}[name] for name in found_from
        ]


def test_a_sender_that_few_take_is_found_among_those_whom_many_do() -> None:
    made = table(
        *SENDERS_BY_PORT,
        policy("x/out-c", labelled(pod="c"), egress=[rule(None, [port(80)])]),
        policy(
            "x/in",
            labelled(pod="c"),
            ingress=[
                rule([pods(labelled(pod="a")), pods(labelled(pod="c"))], [port(80)]),
                rule([pods(labelled(pod="b"))], [port(81)]),
            ],
        ),
    )
    a, b, c = (made.units(one)[0] for one in (A, B, C))
    found = dict(made.sending().each(0b111))

    assert found[a].sure >> c & 1
    assert found[b].sure >> c & 1


def test_whoever_no_policy_keeps_from_sending_is_counted_at_those_who_take() -> None:
    made = table(
        policy("x/in", labelled(pod="c"), ingress=[rule([pods(labelled(pod="a"))])]),
        policy("x/out", labelled(pod="b"), egress=[]),
    )
    a, b, c = (made.units(one)[0] for one in (A, B, C))
    sending = made.sending()

    assert sending.unheld == 1 << a | 1 << c
    assert sending.to(c) == (1 << a, 1 << a)
    assert sending.to(b) == (1 << a | 1 << c,) * 2
    assert sending.from_unheld(c, 0b111).sure == 1 << a | 1 << b
