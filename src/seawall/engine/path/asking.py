"""Questions as flows: from a start and a target end to headers, before any walk."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property

from seawall.engine.path.access import door_of
from seawall.engine.path.dns.client import Clients
from seawall.engine.path.dns.resolution import Answers, Resolution
from seawall.engine.path.dns.resolve import Resolver
from seawall.engine.path.ground.atlas import Atlas
from seawall.engine.path.ground.branch import Branch, Question, Start, StartKind
from seawall.engine.path.ground.rewrite import Rewrite
from seawall.engine.path.ground.space import HOST, METADATA, NOWHERE, PRIVATE, Space
from seawall.engine.path.ground.verdicts import NOTHING, Ruling, constant
from seawall.engine.path.start import Places
from seawall.engine.path.ways_in.backends import Backends, OuterDoor
from seawall.flowspace import FlowSet
from seawall.model.address import AddressRange
from seawall.model.end import (
    AddressEnd,
    ApiServerEnd,
    End,
    InnerEnd,
    InternetEnd,
    NameEnd,
    NodeEnd,
    OnPremisesEnd,
    PlatformEnd,
    PodEnd,
    ServiceEnd,
    SubnetEnd,
    TagEnd,
)
from seawall.model.network import NetworkGateway
from seawall.model.service import Service, ServiceType
from seawall.model.trace import Layer

SERVICE_SOURCE = "Kubernetes docs, Virtual IPs and Service Proxies"


class Asking:
    """Turns ends into branches that are ready to walk."""

    def __init__(self, atlas: Atlas, places: Places) -> None:
        self._atlas = atlas
        self._places = places
        self._backends = Backends(atlas)
        self.resolver = Resolver(atlas)
        self.clients = Clients(atlas, self.resolver)

    def asked(
        self, start: Start, target: End, services: FlowSet
    ) -> Iterator[tuple[Branch, bool]]:
        """Yield the branches of a question, and for each whether it can be walked.

        Args:
            start: Where the packets come from.
            target: What they are meant for.
            services: Protocols and ports to ask about.
        """
        match target:
            case NameEnd():
                found = self.resolved(start, target)
                if found.end is not None:
                    yield from self._in_cluster(start, found, found.end, services)
                    return
                yield self._named(start, target, found, services)
            case ApiServerEnd():
                found = self.resolved(start, target)
                yield self._named(start, target, found, services)
            case InnerEnd():
                inner = self.resolver.inner(target)
                if inner is not None and start.kind is not StartKind.NOWHERE:
                    yield self._named(start, target, inner, services)
            case ServiceEnd():
                yield from self._service(start, target.service, services)
            case TagEnd():
                question = Question(target, tag=target.tag.lower())
                to = self.addresses(target)
                flows = _between(start.sources, to) & services
                yield Branch(start, question, flows), True
            case _:
                flows = _between(start.sources, self.addresses(target)) & services
                yield Branch(start, Question(target), flows), True

    def addresses(self, target: End) -> Space:
        """Return the addresses that an end has or may have, names aside."""
        atlas = self._atlas
        found = NOWHERE
        match target:
            case PodEnd():
                found = self._places.addresses(target.workload)
            case NodeEnd():
                pool = atlas.cluster.pool(target.pool) if atlas.cluster else None
                found = self._places.nodes_asked(pool) if pool else NOWHERE
            case SubnetEnd():
                subnet = atlas.subnet(target.subnet)
                found = Space.of(subnet.prefixes) if subnet else NOWHERE
            case AddressEnd():
                found = Space.of(target.ranges)
            case InternetEnd():
                found = atlas.others
            case TagEnd():
                listed = atlas.tag_space(target.tag)
                found = atlas.others if listed is None else atlas.others & listed
            case OnPremisesEnd():
                found = self._premises
            case PlatformEnd():
                found = METADATA if target.name == "imds" else HOST
            case _:
                pass
        return found

    @cached_property
    def _premises(self) -> Space:
        """The addresses that may lie on premises.

        Source:
            docs/semantics/path.md, S5.
        """
        atlas, found = self._atlas, NOWHERE
        for gateway in atlas.fabric.gateways:
            found = found | (atlas.behind(gateway) - _beside(atlas, gateway))
        # What a pod of an overlay has never leads out of the cluster.
        return (found or atlas.elsewhere) - atlas.pod_space

    def resolved(self, start: Start, target: NameEnd | ApiServerEnd) -> Resolution:
        """Return where a name leads for whoever stands at a start.

        Source:
            Azure docs, private-endpoint-dns.
        """
        name = ""
        if isinstance(target, NameEnd):
            name = target.name.lower().rstrip(".")
        if start.kind is StartKind.ON_PREMISES:
            return Resolution(
                name, Answers.UNKNOWN, "how names resolve on premises is not known"
            )
        if start.kind is StartKind.NOWHERE and start.workload is None:
            return Resolution(name, Answers.UNKNOWN, start.why)
        if isinstance(target, ApiServerEnd):
            if start.kind is StartKind.NOWHERE:
                return Resolution(name, Answers.UNKNOWN, start.why)
            return self.resolver.api_server(
                start.network, from_cluster=start.is_in_cluster
            )
        return self.clients.resolve(start, target.name)

    def somewhere(self, start: Start, target: End) -> tuple[Space, ...]:
        """Return spaces that each hold one address of a target that is not known.

        Source:
            docs/semantics/path.md, V6.
        """
        match target:
            case ServiceEnd() if target.service.type is ServiceType.EXTERNAL_NAME:
                return self.somewhere(start, NameEnd(target.service.external_name))
            case NameEnd() | ApiServerEnd():
                found = self.resolved(start, target)
                if found.end is not None:
                    return self.somewhere(start, found.end)
                if found.answer in (Answers.PUBLIC, Answers.UNKNOWN):
                    return (self._destinations(found),)
                return found.somewhere
            case InnerEnd():
                inner = self.resolver.inner(target)
                return inner.somewhere if inner is not None else ()
        return ()

    def _destinations(self, found: Resolution) -> Space:
        """Return the addresses that the answer to a name may be."""
        if found.answer is Answers.PRIVATE:
            return found.addresses
        others = self._atlas.others
        return others | PRIVATE if found.answer is Answers.UNKNOWN else others

    def _in_cluster(
        self,
        start: Start,
        found: Resolution,
        end: ServiceEnd | ApiServerEnd,
        services: FlowSet,
    ) -> Iterator[tuple[Branch, bool]]:
        """Yield the ways to what a name of the cluster stands for.

        Source:
            Kubernetes docs, DNS for Services and Pods.
        """
        for branch, leads_on in self.asked(start, end, services):
            question = branch.question
            if not question.name:
                path = door_of(self._atlas, found)
                question = replace(question, name=found.name, path=path)
            said = constant(found.says, found.source, found.rule)
            told = Ruling(NOTHING, NOTHING, said)
            bare = replace(branch, question=question, steps=(), rewrites=())
            lead = _looked_up(bare, found, str(end), told)
            before = len(lead.steps)
            yield (
                replace(
                    branch,
                    question=question,
                    steps=(*lead.steps, *branch.steps),
                    policy_at=branch.policy_at + before,
                ),
                leads_on,
            )

    def _named(
        self, start: Start, target: End, found: Resolution, services: FlowSet
    ) -> tuple[Branch, bool]:
        to = self._destinations(found)
        question = Question(
            target,
            name=found.name,
            canonical=found.canonical or found.name,
            resource=found.resource,
            is_public=found.answer is Answers.PUBLIC,
            endpoints=found.endpoints,
            path=door_of(self._atlas, found),
        )
        branch = Branch(start, question, _between(start.sources, to) & services)
        ruling = Ruling(
            NOTHING, NOTHING, constant(found.says, found.source, found.rule)
        )
        if found.answer is Answers.NOTHING:
            ruling = Ruling.denying(found.says, found.source, found.rule)
        elif found.doubt:
            ruling = Ruling.not_known(found.doubt, found.source, found.rule)
        elif found.answer is Answers.UNKNOWN:
            ruling = Ruling.not_known(found.says, found.source, found.rule)
        judged = _looked_up(branch, found, str(target), ruling)
        leads_on = found.answer in (Answers.PRIVATE, Answers.PUBLIC)
        return replace(judged, policy_at=len(judged.steps)), leads_on

    def _service(
        self, start: Start, service: Service, services: FlowSet
    ) -> Iterator[tuple[Branch, bool]]:
        """Yield the ways to the backends of a Service.

        Source:
            Kubernetes docs, Virtual IPs and Service Proxies; network policy is asked
            about the backend (Kubernetes docs, Network Policies, "ipBlock").
        """
        if service.type is ServiceType.EXTERNAL_NAME:
            yield from self.asked(start, NameEnd(service.external_name), services)
            return
        if service.headless:
            for workload in self._backends.of(service):
                yield from self.asked(start, PodEnd(workload), services)
            outer = self._backends.outer(service, service.listed_addresses)
            if outer:
                yield from self.asked(start, AddressEnd(outer.ranges), services)
            return
        to = Space.of(self._virtual(service))
        flows = _between(start.sources, to) & services
        end = ServiceEnd(service)
        whole = Branch(start, Question(end), flows)
        if start.kind is StartKind.NOWHERE and start.workload is None:
            ruling = Ruling.not_known(start.why, SERVICE_SOURCE)
            yield whole.judged(Layer.SERVICE, service.label, ruling), False
            return
        # A pod is in the cluster, even if nothing says where.
        if not start.is_in_cluster and start.workload is None:
            ruling = self._from_outside(service)
            yield whole.judged(Layer.SERVICE, service.label, ruling), False
            return
        yield from self._to_backends(whole, service)

    def _to_backends(
        self, whole: Branch, service: Service
    ) -> Iterator[tuple[Branch, bool]]:
        near = self._backends.near(service, whole.start.workload)
        served = NOTHING
        for door in self._backends.doors(service):
            part = whole.within(door.headers)
            served |= door.headers
            rewrite = Rewrite(
                destinations=self._places.addresses(door.workload),
                port=door.port,
                by=service.label,
            )
            question = Question(PodEnd(door.workload))
            way = replace(part, question=question, backend=door.workload)
            says = f"leads to {door.workload.label} port {door.port}"
            if near is not None:
                way = way.judged(Layer.SERVICE, service.label, near)
            sent = way.rewritten(
                Layer.SERVICE,
                service.label,
                rewrite,
                say=constant(says, SERVICE_SOURCE),
            )
            at = len(sent.steps)
            yield (
                replace(sent, policy_at=at, policy_rewrites=sent.rewrites),
                True,
            )
        for beyond in self._backends.outer_doors(service):
            served |= beyond.headers
            part = whole.within(beyond.headers)
            yield self._outward(part, service, beyond, near), True
        rest = whole.within(whole.flows - served)
        if rest.flows:
            ruling = self._backends.without(service)
            yield rest.judged(Layer.SERVICE, service.label, ruling), False

    def _outward(
        self, branch: Branch, service: Service, door: OuterDoor, near: Ruling | None
    ) -> Branch:
        """Return the way to addresses that are listed behind a Service.

        Source:
            Kubernetes docs, Service, "Services without selectors".
        """
        if near is not None:
            branch = branch.judged(Layer.SERVICE, service.label, near)
        says = f"leads to {door.addresses} port {door.port}"
        sent = replace(branch, question=Question(AddressEnd(door.addresses.ranges)))
        sent = sent.rewritten(
            Layer.SERVICE,
            service.label,
            Rewrite(destinations=door.addresses, port=door.port, by=service.label),
            say=constant(says, SERVICE_SOURCE),
        )
        return replace(sent, policy_at=len(sent.steps), policy_rewrites=sent.rewrites)

    def _from_outside(self, service: Service) -> Ruling:
        """Return what becomes of packets to a Service that come by none of its doors.

        Without a cluster in the input it is not known where its doors are.
        """
        published = service.type is not ServiceType.CLUSTER_IP
        published |= bool(service.external_addresses)
        if self._atlas.cluster is None and published:
            says = (
                "no cluster is in the input, so where the Service listens is not known"
            )
            return Ruling.not_known(says, SERVICE_SOURCE)
        says = "a Service's virtual address exists inside the cluster only"
        if service.type is ServiceType.LOAD_BALANCER:
            says += ", and its load balancer has no address that is reached from here"
        return Ruling.denying(says, SERVICE_SOURCE)

    def _virtual(self, service: Service) -> tuple[AddressRange, ...]:
        if service.cluster_addresses:
            return tuple(AddressRange.of(each) for each in service.cluster_addresses)
        cluster = self._atlas.cluster
        ranges = cluster.service_ranges.value if cluster else None
        return ranges or PRIVATE.ranges


def _looked_up(
    branch: Branch, found: Resolution, target: str, ruling: Ruling
) -> Branch:
    """Return a branch with what each server said on the way to an answer."""
    for link in found.chain:
        said = constant(link.says, link.source, link.rule)
        branch = branch.judged(Layer.NAME, link.at, Ruling(NOTHING, NOTHING, said))
    return branch.judged(Layer.NAME, found.name or target, ruling)


def _between(sources: Space, to: Space) -> FlowSet:
    return FlowSet.box(sources=sources.intervals, destinations=to.intervals)


def _beside(atlas: Atlas, gateway: NetworkGateway) -> Space:
    """Return what ranges behind a gateway only seem to hold, as they sum up more.

    Source:
        Azure docs, virtual-networks-udr-overview: the network itself and its peers
        have longer routes. docs/semantics/path.md, S5.
    """
    home = gateway.network or ""
    near = atlas.space(home)
    for peering in atlas.peerings_of(home):
        near = near | (atlas.peer_space(peering) or NOWHERE)
    return Space(
        tuple(
            each
            for each in near.ranges
            if any(wide.covers(each) for wide in gateway.narrow)
        )
    )
