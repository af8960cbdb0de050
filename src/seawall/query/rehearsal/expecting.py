"""What was proved about one packet of the twin, asked of the engine."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Protocol

from seawall.engine.path.policies.words import said
from seawall.engine.policy import PolicyTable
from seawall.engine.policy.reasons.explain import PolicyExplanation, explain
from seawall.engine.policy.reasons.place import PodOf, PolicyEnd
from seawall.model.address import Address, AddressRange
from seawall.model.trace import Verdict
from seawall.model.workload import Workload
from seawall.query.case import Case
from seawall.twin.classes.cast import (
    Cast,
    NodeStand,
    PodStand,
    ServiceStand,
    enacted,
)
from seawall.twin.classes.services import backings
from seawall.twin.sampling.questions import Question, Stand


@dataclass(frozen=True, slots=True)
class Expectation:
    """What should become of one packet.

    Attributes:
        verdict: Allowed, denied, or unknown.
        of_input: Whether it holds for the input as it is; if not, it is not settled
            there, and holds for the cast of the twin alone.
        answers: Whether an answer should come back.
        sources: As what the far end may see the sender; empty where that is not told.
        named: For a name: the addresses that it may resolve to, none if it does not;
            None for every other packet.
    """

    verdict: Verdict
    of_input: bool
    answers: bool
    sources: tuple[AddressRange, ...] = ()
    named: tuple[AddressRange, ...] | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why the engine says so.

    Attributes:
        says: As a clause.
        rule: The rule that decided; empty if none did.
        place: Where that stands, as `file:line`; empty if nowhere.
    """

    says: str
    rule: str = ""
    place: str = ""


class Expectations(Protocol):
    """Tells what was proved about packets."""

    def of(self, question: Question) -> Expectation:
        """Return what should become of a packet."""

    def why(self, question: Question) -> tuple[Reason, ...]:
        """Return why, the source's side first."""


class PolicyExpectations:
    """Asks the policy layer alone: the input first, and where it leaves open the cast.

    The input may not tell where a pod is, and so not which blocks hold it. The cast has
    an address for everyone, so there the same question has an answer.
    """

    def __init__(self, case: Case, cast: Cast) -> None:
        """Ask a case, and the cast that stands for it.

        Policies of a mesh are left out: the twin has no proxies to follow them.
        """
        objects = case.snapshot.objects
        ranked = objects.ranked_policies
        network = tuple(it for it in ranked if not it.language.of_mesh)
        if len(network) < len(ranked):
            objects = replace(objects, ranked_policies=network)
            case = case.changed(replace(case.snapshot, objects=objects))
        self._case = case
        self._cast = cast

    @cached_property
    def _enacted(self) -> PolicyTable:
        snapshot = enacted(self._case.snapshot, self._cast)
        return self._case.changed(snapshot).table

    @cached_property
    def _nodes(self) -> frozenset[Address]:
        """The addresses of nodes that the input tells."""
        objects = self._case.snapshot.objects
        pods = (pod for workload in objects.workloads for pod in workload.pods)
        return frozenset(
            (
                *(address for node in objects.nodes for address in node.addresses),
                *(address for pod in pods for address in pod.node_addresses),
            )
        )

    @cached_property
    def _acting(self) -> dict[str, Workload]:
        return {it.label: it for it in self._enacted.index.workloads}

    @cached_property
    def _stated(self) -> dict[str, Workload]:
        return {it.label: it for it in self._case.table.index.workloads}

    @cached_property
    def _may_be_by_ipv6(self) -> bool:
        """Whether what passes may pass by IPv6 alone, which the twin does not have."""
        units = self._case.table.index.units.units
        return any(6 in unit.families for unit in units)  # noqa: PLR2004

    def of(self, question: Question) -> Expectation:
        """Return what should become of a packet."""
        if isinstance(question.target, ServiceStand):
            return self._of_service(question, question.target)
        verdict = self._in_the_input(question)
        if verdict is Verdict.DENIED or (
            verdict is Verdict.ALLOWED and not self._may_be_by_ipv6
        ):
            return _expected(question, verdict, of_input=True)
        found = self._explained(question).verdict
        return _expected(question, found, of_input=False)

    def _of_service(self, question: Question, target: ServiceStand) -> Expectation:
        """Return what becomes of a packet for a Service: a pod behind it gets it.

        Nodes translate before policy: path.md, P1. Which pod it is nobody tells, so
        only what holds for each is expected; what a pod may be led back to itself for
        differs by engine (engines.md, D23).
        """
        legs = tuple(_legs(question, target, self._cast))
        if not legs:
            return _expected(question, Verdict.DENIED, of_input=False)
        here = any(leg.target is question.source for leg in legs)
        found = {self.of(leg).verdict for leg in legs}
        unclear = here or len(found) > 1 or target.service.local_inside_only
        verdict = Verdict.UNKNOWN if unclear else found.pop()
        return _expected(question, verdict, of_input=False)

    def _explained(self, question: Question) -> PolicyExplanation:
        return explain(
            self._enacted,
            self._acting_end(question.source),
            self._acting_end(question.target),
            question.protocol,
            question.port,
        )

    def why(self, question: Question) -> tuple[Reason, ...]:
        """Return what the engine says of both ends, the source first."""
        if isinstance(question.target, ServiceStand):
            legs = _legs(question, question.target, self._cast)
            return tuple(reason for leg in legs for reason in self.why(leg))
        found = self._explained(question)
        out = []
        for decision in (found.egress, found.ingress):
            text = said(decision, decision.verdict)
            rule, place = "", ""
            if text.rule is not None:
                rule = text.rule.name
                place = str(text.rule.origin) if text.rule.origin is not None else ""
            out.append(Reason(f"{decision.direction.value}: {text.says}", rule, place))
        return tuple(out)

    def _in_the_input(self, question: Question) -> Verdict | None:
        """Return what holds for the input; None if it does not have the ends."""
        source = self._stated_end(question.source)
        target = self._stated_end(question.target)
        if source is None or target is None:
            return None
        return explain(
            self._case.table, source, target, question.protocol, question.port
        ).verdict

    def _stated_end(self, stand: Stand) -> PolicyEnd | None:
        if not isinstance(stand, PodStand):
            # That a node of the twin has its address need not be in the input.
            is_own = isinstance(stand, NodeStand) and stand.address not in self._nodes
            return None if is_own else stand.address
        workload = self._stated.get(stand.workload.label)
        if workload is None:
            return None
        pod = next((it for it in workload.pods if stand.address in it.addresses), None)
        if pod is not None:
            return PodOf(workload, pod)
        return workload if not workload.pods else None

    def _acting_end(self, stand: Stand) -> PolicyEnd:
        if isinstance(stand, PodStand):
            return PodOf(self._acting[stand.workload.label], stand.pod)
        return stand.address


def _legs(question: Question, target: ServiceStand, cast: Cast) -> Iterator[Question]:
    """Yield what a node may make of a packet for a Service."""
    for port in target.service.ports:
        if (port.protocol, port.port) == (question.protocol, question.port):
            for item in backings(target.service, port, cast.pods):
                yield replace(question, target=item.stand, port=item.port)


def _expected(question: Question, verdict: Verdict, *, of_input: bool) -> Expectation:
    """Return what policies alone make of a packet: nothing hides its sender."""
    own = AddressRange.of(question.source.address)
    return Expectation(
        verdict, of_input, answers=verdict is Verdict.ALLOWED, sources=(own,)
    )
