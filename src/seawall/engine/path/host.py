"""Addresses that the host of a machine answers itself."""

from collections.abc import Iterator

from seawall.engine.path.filters.filter import SOURCE as GROUP_SOURCE
from seawall.engine.path.filters.filter import Filters
from seawall.engine.path.ground.atlas import Atlas, known_none
from seawall.engine.path.ground.branch import Arrival, ArrivalKind, Branch, StartKind
from seawall.engine.path.ground.headers import TCP, TCP_UDP, port
from seawall.engine.path.ground.space import HOST, LOCAL_DNS, METADATA, Space
from seawall.engine.path.ground.verdicts import NOTHING, Ruling, constant
from seawall.flowspace import FlowSet
from seawall.model.dataplane import PolicyEngine
from seawall.model.network import Subnet
from seawall.model.policy import Direction
from seawall.model.setting import Setting
from seawall.model.trace import Layer

_HOST_SOURCE = "Azure docs, what-is-ip-address-168-63-129-16"
_METADATA_SOURCE = "AKS docs, imds-restriction"
_LOCAL_DNS_SOURCE = "AKS docs, localdns-custom"
_WIRE_SERVER = (80, 32526)
_DNS = 53
_TAGS = {"imds": "AzurePlatformIMDS", "dns": "AzurePlatformDNS"}


class Host:
    """What the host and the node answer before the network sees it."""

    def __init__(self, atlas: Atlas, filters: Filters) -> None:
        self._atlas = atlas
        self._filters = filters

    def answered(self, branch: Branch) -> tuple[tuple[Branch, ...], Space]:
        """Return the ways that end at the host, and the addresses that do so."""
        here = METADATA | HOST
        ways = [*self._metadata(branch), *self._host(branch)]
        if branch.start.is_in_cluster and self._has_local_dns():
            here = here | LOCAL_DNS
            ways += self._local_dns(branch)
        return tuple(way for way in ways if way.flows), here

    def _metadata(self, branch: Branch) -> Iterator[Branch]:
        """Yield the way to the instance metadata service.

        Source:
            Azure docs, network-security-groups-overview, "Azure platform
            considerations"; AKS docs, imds-restriction.
        """
        way = branch.toward(METADATA)
        if not way.flows:
            return
        cluster = self._atlas.cluster
        if cluster is not None and way.start.kind is StartKind.POD:
            blocked = cluster.instance_metadata_blocked
            if blocked.is_surely(value=True):
                ruling = Ruling.denying(
                    "the cluster keeps pods from IMDS", _METADATA_SOURCE
                )
                way = way.judged(Layer.PLATFORM, "IMDS restriction", ruling)
            elif not blocked.known:
                says = f"whether pods are kept from IMDS: {blocked.why}"
                ruling = Ruling.not_known(says, _METADATA_SOURCE)
                way = way.judged(Layer.PLATFORM, "IMDS restriction", ruling)
        way = self._by_tag(way, _TAGS["imds"], METADATA.as_destinations())
        yield way.judged(
            Layer.PLATFORM,
            "IMDS",
            Ruling.passing("the host answers; no route applies", GROUP_SOURCE),
        ).arrived(Arrival(ArrivalKind.PLATFORM))

    def _host(self, branch: Branch) -> Iterator[Branch]:
        """Yield the way to 168.63.129.16.

        Source:
            Azure docs, what-is-ip-address-168-63-129-16; AKS docs,
            how-to-apply-fqdn-filtering-policies (`block-wireserver`).
        """
        way = branch.toward(HOST)
        if not way.flows:
            return
        cluster = self._atlas.cluster
        is_cilium = cluster is not None and cluster.policy_engine.may_be(
            PolicyEngine.CILIUM
        )
        if is_cilium and way.start.is_in_cluster:
            doubtful = TCP & port(*_WIRE_SERVER)
            says = "AKS blocks WireServer under Cilium; the ports are not documented"
            ruling = Ruling(NOTHING, doubtful, constant(says, _HOST_SOURCE))
            way = way.judged(Layer.PLATFORM, "WireServer", ruling)
        dns = HOST.as_destinations() & port(_DNS)
        way = self._by_tag(way, _TAGS["dns"], dns)
        yield way.judged(
            Layer.PLATFORM,
            "168.63.129.16",
            Ruling.passing("the host answers; no route applies", _HOST_SOURCE),
        ).arrived(Arrival(ArrivalKind.PLATFORM))

    def _by_tag(self, way: Branch, tag: str, headers: FlowSet) -> Branch:
        subnet = self._atlas.subnet(way.start.subnet)
        if subnet is None:
            return way
        pool = way.start.pool
        asked = [(Layer.SUBNET_FILTER, subnet.name, subnet.security_group)]
        if pool is not None:
            asked.insert(0, (Layer.NIC_FILTER, pool.name, pool.nic_security_group))
        # Whether admin rules reach platform addresses is not documented.
        admin = self._filters.admin.at(
            subnet, direction=Direction.EGRESS, tag=way.question.tag
        )
        perhaps = admin.possibly if admin is not None else None
        if perhaps is not None:
            way = way.judged(Layer.ADMIN_FILTER, subnet.name, perhaps.ruling)
        for layer, at, setting in asked:
            ruling = self._tag_ruling(setting, subnet, tag, headers)
            if ruling is not None:
                if perhaps is not None:
                    ruling = perhaps.sparing(ruling)
                way = way.judged(layer, at, ruling)
        return way

    def _tag_ruling(
        self, setting: Setting[str], subnet: Subnet, tag: str, headers: FlowSet
    ) -> Ruling | None:
        if known_none(setting):
            return None
        group = self._atlas.group(setting.value or "") if setting.known else None
        if group is None:
            says = f"whether a security group denies `{tag}` is not known"
            return Ruling(NOTHING, headers, constant(says, GROUP_SOURCE))
        return self._filters.platform_ruling(group, subnet, tag, headers)

    def _has_local_dns(self) -> bool:
        cluster = self._atlas.cluster
        return cluster is not None and cluster.local_dns.may_be(value=True)

    def _local_dns(self, branch: Branch) -> Iterator[Branch]:
        """Yield the way to the DNS server on the node.

        Source:
            AKS docs, localdns-custom.
        """
        cluster = self._atlas.cluster
        way = branch.toward(LOCAL_DNS)
        if cluster is None or not way.flows:
            return
        answered = TCP_UDP & port(_DNS)
        says = "the node's DNS server answers port 53 only"
        ruling = Ruling(~answered, NOTHING, constant(says, _LOCAL_DNS_SOURCE))
        if not cluster.local_dns.known and not branch.question.supposes_local_dns:
            says = f"whether LocalDNS is on: {cluster.local_dns.why}"
            ruling = Ruling(~answered, answered, constant(says, _LOCAL_DNS_SOURCE))
        judged = way.judged(Layer.PLATFORM, "LocalDNS", ruling)
        yield judged.arrived(Arrival(ArrivalKind.PLATFORM, is_local_dns=True))
