"""The rules of designs a second time: plain conditions, and every combination tried.

Nothing here is shared with `seawall.design.choose` but the words of options. A
condition names the decisions that it is about as its arguments, so that it is asked as
soon as they are made; that is the only cleverness.

Source: AKS docs, as named in `docs/design-choices.md`.
"""

import inspect
import itertools
import math
from collections.abc import Callable, Iterator
from datetime import date

from seawall.design.options import Choices
from seawall.design.requirements.needs import (
    Access,
    Desk,
    Egress,
    Entry,
    PodControl,
    Requirements,
    ServiceAccess,
    WayIn,
)

Condition = Callable[..., bool]
Weighed = tuple[int, Condition]
Picked = dict[str, str]

OPTIONS = {
    "api_server": [
        "private-link",
        "vnet-integration-private",
        "vnet-integration-public",
        "public",
    ],
    "outbound": [
        "userAssignedNATGateway",
        "managedNATGateway",
        "loadBalancer",
        "userDefinedRouting",
        "none",
    ],
    "firewall": ["none", "existing", "standard", "premium"],
    "network": ["own", "existing", "hub-and-spoke", "managed"],
    "level": ["none", "fqdn", "l7"],
    "dataplane": ["cilium", "azure"],
    "engine": ["cilium", "calico", "azure", "none"],
    "systems": ["linux", "linux-and-windows"],
    "images": ["direct", "cache"],
    "default_deny": ["on", "off"],
    "ingress": [
        "none",
        "internal-load-balancer",
        "public-load-balancer",
        "private-link-service",
        "firewall-dnat",
        "application-gateway",
    ],
    "paas": ["not-needed", "private-endpoint", "service-endpoint", "public"],
    "zone": ["not-needed", "system", "custom", "none"],
    "public_name": ["off", "on"],
    "ranges": ["stated", "none"],
    "run_command": ["off", "on"],
    "addressing": ["overlay", "pod-subnet", "node-subnet"],
    "encryption": ["none", "wireguard"],
    "seen_outside": ["no", "yes"],
}
"""The options of each decision; those that decide most come first.

`seen_outside` is none: whether services are used at addresses of the internet, which
needs say of one another.
"""

PRIVATE = ("private-link", "vnet-integration-private")
WALLS = ("standard", "premium")
SPACES = {"10.9.7.0/24": 256, "10.9.4.0/22": 1024, "10.32.0.0/16": 65_536}


FIXED: tuple[tuple[str, Condition], ...] = (
    ("AKSV003", lambda dataplane, systems: dataplane == "azure" or systems == "linux"),
    ("AKSV004", lambda dataplane, engine: (dataplane, engine) not in HALF_CILIUM),
    ("DES401", lambda dataplane, engine: (dataplane, engine) != ("cilium", "none")),
    ("DES402", lambda addressing, network: (addressing, network) != UNSEEN_PODS),
    ("AKSV056", lambda level, dataplane: level == "none" or dataplane == "cilium"),
    ("AKSV059", lambda encryption, dataplane: (encryption, dataplane) != WIRE_ALONE),
    ("AKSV010", lambda engine, systems: engine != "azure" or systems == "linux"),
    ("AKS401", lambda default_deny, engine: (default_deny, engine) != ("on", "none")),
    ("AKSV029", lambda api_server, ranges: not private(api_server) or ranges == "none"),
    ("AKSV030", lambda zone, public_name: zone != "none" or public_name == "on"),
    ("DES101", lambda api_server, zone: private(api_server) == (zone != "not-needed")),
    ("DES101", lambda api_server, public_name: private(api_server) >= on(public_name)),
    ("DES102", lambda api_server, network: not (vnet(api_server) and stands(network))),
    (
        "DES104",
        lambda api_server, ranges, outbound: (
            (api_server, ranges, outbound) != ("public", "stated", NAT_OF_AKS)
        ),
    ),
    ("DES103", lambda zone, network: (zone, network) != ("custom", "managed")),
    ("AKSV040", lambda outbound, network: (outbound, network) != (UDR, "managed")),
    ("AKSV040", lambda outbound, firewall: (outbound, firewall) != (UDR, "none")),
    ("AKSV042", lambda outbound, network: (outbound, network) != (NAT, "managed")),
    (
        "AKSV043",
        lambda outbound, network: outbound != NAT_OF_AKS or network == "managed",
    ),
    ("AKSV044", lambda outbound, images: outbound != "none" or images == "cache"),
    ("AKSV044", lambda outbound, api_server: outbound != "none" or private(api_server)),
    ("AKSV045", lambda outbound, systems: outbound != "none" or systems == "linux"),
    ("DES201", lambda firewall, outbound: firewall == "none" or outbound == UDR),
    ("DES202", lambda firewall, network: firewall not in WALLS or hub(network)),
    ("DES203", lambda firewall, network: firewall != "existing" or stands(network)),
    ("DES204", lambda outbound, network: (outbound, network) != (NAT, "existing")),
    ("DES205", lambda images, network: (images, network) != ("cache", "managed")),
    ("AKS203", lambda ingress, outbound: (ingress, outbound) != (BALANCED, UDR)),
    ("DES301", lambda ingress, firewall: ingress != "firewall-dnat" or wall(firewall)),
    ("DES302", lambda ingress, network: ingress != GATEWAY or ours(network)),
    ("DES303", lambda ingress, network: ingress != LINKED or ours(network)),
    ("DES304", lambda paas, network: "endpoint" not in paas or network != "managed"),
    ("DES305", lambda paas, network: paas != "service-endpoint" or not stands(network)),
)

UNSEEN_PODS = ("pod-subnet", "managed")
UDR = "userDefinedRouting"
NAT = "userAssignedNATGateway"
NAT_OF_AKS = "managedNATGateway"
BALANCED = "public-load-balancer"
GATEWAY = "application-gateway"
LINKED = "private-link-service"
WIRE_ALONE = ("wireguard", "azure")
HALF_CILIUM = {("cilium", "azure"), ("cilium", "calico"), ("azure", "cilium")}


def private(api_server: str) -> bool:
    return api_server in PRIVATE


def vnet(api_server: str) -> bool:
    return api_server.startswith("vnet-integration")


def on(switch: str) -> bool:
    return switch == "on"


def stands(network: str) -> bool:
    return network == "existing"


def hub(network: str) -> bool:
    return network == "hub-and-spoke"


def ours(network: str) -> bool:
    return network in {"own", "hub-and-spoke"}


def wall(firewall: str) -> bool:
    return firewall in WALLS


def rules(needs: Requirements, day: date) -> Iterator[tuple[str, Condition]]:
    """Yield what must hold whatever is needed, by the code of the rule."""
    yield from FIXED
    if day >= date(2028, 9, 30):
        yield "AKSV011", lambda engine: engine != "azure"
    if needs.existing is None:
        yield "DES001", lambda network: not stands(network)
    elif not needs.existing.next_hop:
        yield "DES002", lambda firewall: firewall != "existing"
    if needs.existing is not None and not needs.existing.pod_subnet:
        yield (
            "DES003",
            lambda addressing, network: (
                addressing != "pod-subnet" or not stands(network)
            ),
        )
    offices = [each for each in needs.operators if each.desk is Desk.INTERNET]
    if needs.access is not Access.RANGES and not any(each.ranges for each in offices):
        yield "DES004", lambda ranges: ranges == "none"
    if not needs.services:
        yield "DES005", lambda paas: paas == "not-needed"
    if not needs.entries:
        yield "DES006", lambda ingress: ingress == "none"


def wants(needs: Requirements) -> Iterator[tuple[str, Condition]]:
    """Yield what each need asks for, by its path."""
    yield from _of_the_api_server(needs)
    yield from _of_ways_out(needs)
    yield from _of_pods(needs)
    yield from _of_segments(needs)
    yield from _of_doors(needs)
    yield from _of_room(needs)
    yield from _of_promises(needs)


def _of_the_api_server(needs: Requirements) -> Iterator[tuple[str, Condition]]:
    path = "api-server.access"
    if needs.access is Access.PRIVATE:
        yield path, lambda api_server: api_server in PRIVATE
    elif needs.access is not None:
        wanted = "stated" if needs.access is Access.RANGES else "none"
        yield path, lambda api_server: api_server not in PRIVATE
        yield path, lambda ranges: ranges == wanted
    if needs.run_command is not None:
        switch = "on" if needs.run_command else "off"
        yield "api-server.run-command", lambda run_command: run_command == switch
    if needs.region == "qatarcentral":
        yield "region", lambda api_server: "vnet" not in api_server
    for place, operator in enumerate(needs.operators):
        path = f"operators[{place}]"
        if operator.desk is Desk.INTERNET:
            yield path, lambda api_server: api_server not in PRIVATE
            continue
        good = {"hub-and-spoke", "existing"}
        if operator.desk in {Desk.PEERING, Desk.BASTION, Desk.PIPELINE}:
            good.add("own")
        yield (
            path,
            lambda api_server, network, good=good: (
                api_server not in PRIVATE or network in good
            ),
        )
        if operator.desk is Desk.PIPELINE:
            yield path, lambda zone, network: zone != "system" or not hub(network)
        else:
            yield path, lambda zone: zone != "system"
        if operator.desk in {Desk.VPN, Desk.EXPRESSROUTE, Desk.PEERING}:
            yield path, lambda ranges: ranges == "none"


def _of_ways_out(needs: Requirements) -> Iterator[tuple[str, Condition]]:
    path = "egress.to"
    if needs.egress is Egress.OPEN:
        yield path, lambda outbound: outbound != "none"
        yield path, lambda firewall: firewall not in WALLS
    elif needs.egress is Egress.NAMES:
        yield path, lambda outbound: outbound != "none"
        yield path, lambda firewall, level: firewall in WALLS or level != "none"
    elif needs.egress is Egress.FIREWALL:
        yield path, lambda firewall: firewall != "none"
    elif needs.egress is Egress.NONE:
        yield path, lambda outbound, firewall: outbound == "none" or firewall != "none"
        yield (
            path,
            lambda outbound, firewall, default_deny: (
                outbound == "none" or firewall in WALLS or default_deny == "on"
            ),
        )
        yield path, lambda paas: paas not in {"public", "service-endpoint"}
        yield path, lambda seen_outside: seen_outside == "no"
    for place, name in enumerate(needs.names):
        others = [it for it in needs.segments if it.name not in name.segments]
        if name.segments and others:
            yield f"egress.names[{place}].segments", lambda level: level != "none"
    if needs.fixed_address:
        yield (
            "egress.fixed-address",
            lambda outbound: (
                outbound
                in {"userAssignedNATGateway", "userDefinedRouting", "loadBalancer"}
            ),
        )


def _of_pods(needs: Requirements) -> Iterator[tuple[str, Condition]]:
    asked: dict[PodControl | None, Condition] = {
        PodControl.PORTS: lambda engine: engine != "none",
        PodControl.NAMES: lambda level: level != "none",
        PodControl.L7: lambda level: level == "l7",
    }
    if needs.control in asked:
        yield "pods.control", asked[needs.control]
    if needs.default_deny is not None:
        switch = "on" if needs.default_deny else "off"
        yield "pods.default-deny", lambda default_deny: default_deny == switch
    if needs.network_sees_pods:
        yield "pods.network-sees-pods", lambda addressing: addressing != "overlay"
    if needs.encrypted:
        yield "pods.encrypted", lambda encryption: encryption == "wireguard"
    if needs.windows:
        yield "nodes.windows", lambda systems: systems == "linux-and-windows"
    if needs.kubernetes == "1.28":
        yield "kubernetes", lambda level: level == "none"
        yield "kubernetes", lambda encryption: encryption == "none"
        yield "kubernetes", lambda outbound: outbound != "none"


def _of_segments(needs: Requirements) -> Iterator[tuple[str, Condition]]:
    tenants = {each.tenant for each in needs.segments} - {""}
    for place, segment in enumerate(needs.segments):
        path = f"segments[{place}]"
        if len(needs.segments) > 1 or segment.calls:
            yield path, lambda engine: engine != "none"
        if segment.tenant and len(tenants) > 1:
            yield f"{path}.tenant", lambda default_deny: default_deny == "on"
        for number, call in enumerate(segment.calls):
            if call.methods or call.paths:
                yield f"{path}.calls[{number}]", lambda level: level == "l7"


def _of_doors(needs: Requirements) -> Iterator[tuple[str, Condition]]:
    good_ways = {
        WayIn.PUBLIC_WAF: {"application-gateway"},
        WayIn.PUBLIC: {"public-load-balancer", "firewall-dnat", "application-gateway"},
        WayIn.INTERNAL: set(OPTIONS["ingress"]) - {"none"},
        WayIn.PRIVATE_LINK: {"private-link-service"},
    }
    for place, entry in enumerate(needs.entries):
        good = good_ways[entry.way]
        path = f"ingress[{place}]"
        if entry.way is WayIn.PRIVATE_LINK:
            if any(map(_is_public, needs.entries)):
                good = good | good_ways[WayIn.PUBLIC]
            yield path, lambda network: network in {"own", "hub-and-spoke"}
        yield path, lambda ingress, good=good: ingress in good
    yield from _of_one_port(needs)
    strictness = ["not-needed", "public", "service-endpoint", "private-endpoint"]
    least = {
        ServiceAccess.ANY: 1,
        ServiceAccess.PUBLIC: 1,
        ServiceAccess.SERVICE_ENDPOINT: 2,
        ServiceAccess.PRIVATE: 3,
    }
    for place, service in enumerate(needs.services):
        bound = least[service.access]
        yield (
            f"services[{place}]",
            lambda paas, bound=bound: strictness.index(paas) >= bound,
        )
        path = f"services[{place}]"
        if service.access not in {ServiceAccess.ANY, ServiceAccess.PRIVATE}:
            yield path, lambda seen_outside: seen_outside == "yes"
        if service.access is ServiceAccess.SERVICE_ENDPOINT:
            yield path, lambda network: network in {"own", "hub-and-spoke"}
            yield path, lambda firewall: firewall == "none"


def _is_public(entry: Entry) -> bool:
    return entry.way in {WayIn.PUBLIC, WayIn.PUBLIC_WAF}


def _of_one_port(needs: Requirements) -> Iterator[tuple[str, Condition]]:
    public = [(at, it) for at, it in enumerate(needs.entries) if _is_public(it)]
    for (one, first), (place, second) in itertools.combinations(public, 2):
        if first.listen != second.listen:
            continue
        if set(first.ranges) != set(second.ranges):
            yield f"ingress[{place}]", lambda ingress: ingress != GATEWAY
        ways = (first.way, second.way)
        if ways == (WayIn.PUBLIC, WayIn.PUBLIC):
            yield f"ingress[{place}]", lambda ingress: ingress != "firewall-dnat"
        elif WayIn.PUBLIC in ways and first.host == second.host:
            plain = one if first.way is WayIn.PUBLIC else place
            yield f"ingress[{plain}]", lambda ingress: ingress != GATEWAY


def _of_room(needs: Requirements) -> Iterator[tuple[str, Condition]]:
    nodes, pods = needs.scale.nodes, needs.scale.pods_per_node
    with_surge = nodes + max(1, math.ceil(nodes / 10))
    taken = {
        "overlay": with_surge + 5,
        "pod-subnet": with_surge * math.ceil(pods / 16) * 16 + 5,
        "node-subnet": with_surge * (pods + 1) + 5,
    }
    if nodes > 250 or nodes * pods > 20_000:
        yield "nodes.count", lambda engine: engine != "azure"
    if nodes * pods > 65_000:
        yield "nodes.count", lambda addressing: addressing == "overlay"
    for text, size in SPACES.items():
        if needs.existing or [str(it) for it in needs.addresses.space] != [text]:
            continue
        for kind in ("pod-subnet", "node-subnet"):
            if 2 ** math.ceil(math.log2(taken[kind])) > size / 2:
                yield (
                    "addresses.space",
                    lambda addressing, kind=kind: addressing != kind,
                )
    for text, most in (("10.244.0.0/16", 256), ("100.64.0.0/10", 16_384)):
        mine = [str(it) for it in needs.addresses.pods] == [text]
        if mine and most < with_surge:
            yield "addresses.pods", lambda addressing: addressing != "overlay"
    if needs.existing is not None:
        yield from _of_the_network(needs, taken)


def _of_the_network(
    needs: Requirements, taken: dict[str, int]
) -> Iterator[tuple[str, Condition]]:
    existing = needs.existing
    assert existing is not None
    yield "network.node-subnet", lambda network: network == "existing"
    room = {"10.1.0.0/24": 256, "10.1.0.0/20": 4096}[str(existing.node_range)]
    for kind in ("overlay", "node-subnet"):
        if taken[kind] > room:
            path = "network.node-range"
            yield path, lambda addressing, kind=kind: addressing != kind
    if existing.pod_subnet:
        yield "network.pod-subnet", lambda addressing: addressing == "pod-subnet"
        if taken["pod-subnet"] > 4096:
            yield "network.pod-range", lambda addressing: addressing != "pod-subnet"
    if existing.next_hop:
        yield "network.next-hop", lambda firewall: firewall == "existing"


def _of_promises(needs: Requirements) -> Iterator[tuple[str, Condition]]:
    for place, _ in enumerate(needs.compliance):
        path = f"compliance[{place}]"
        yield path, lambda api_server: api_server in PRIVATE
        yield path, lambda run_command: run_command == "off"
        yield path, lambda default_deny: default_deny == "on"
        yield (
            path,
            lambda ingress: ingress not in {"public-load-balancer", "firewall-dnat"},
        )
        yield path, lambda outbound, firewall: outbound == "none" or firewall != "none"
        yield path, lambda paas: paas in {"not-needed", "private-endpoint"}
        yield path, lambda seen_outside: seen_outside == "no"
    if needs.limits.firewall is False:
        yield "limits.firewall", lambda firewall: firewall not in WALLS
    if needs.limits.acns is False:
        yield "limits.acns", lambda level: level == "none"
        yield "limits.acns", lambda encryption: encryption == "none"
    if needs.limits.nat_gateway is False:
        yield "limits.nat-gateway", lambda outbound: "NATGateway" not in outbound
    if needs.limits.application_gateway is False:
        path = "limits.application-gateway"
        yield path, lambda ingress: ingress != "application-gateway"
    if needs.limits.private_endpoints is False:
        path = "limits.private-endpoints"
        yield path, lambda paas: paas != "private-endpoint"
        yield path, lambda images: images != "cache"


PRICES = {
    "network": {"hub-and-spoke": 2},
    "addressing": {"pod-subnet": 2, "node-subnet": 4},
    "dataplane": {"azure": 3},
    "engine": {"calico": 3, "none": 8},
    "level": {"fqdn": 5, "l7": 6},
    "encryption": {"wireguard": 4},
    "api_server": {"private-link": 1},
    "zone": {"custom": 1, "none": 3},
    "public_name": {"on": 2},
    "run_command": {"on": 3},
    "outbound": {
        "managedNATGateway": 1,
        "userAssignedNATGateway": 1,
        "userDefinedRouting": 2,
        "none": 8,
    },
    "images": {"cache": 4},
    "ingress": {
        "internal-load-balancer": 1,
        "private-link-service": 2,
        "public-load-balancer": 2,
        "firewall-dnat": 3,
        "application-gateway": 5,
    },
    "systems": {"linux-and-windows": 3},
}


def prices(needs: Requirements, day: date) -> Iterator[Weighed]:
    """Yield what speaks against choices, and how much."""
    found = {name: dict(each) for name, each in PRICES.items()}
    if needs.preset == "learning":
        found["network"]["own"] = 1
        found["api_server"] |= {"public": 10, "vnet-integration-public": 11}
        found["outbound"]["managedNATGateway"] += 2
        found["outbound"]["userAssignedNATGateway"] += 2
    else:
        found["network"]["managed"] = 6
        found["api_server"] |= {"public": 12, "vnet-integration-public": 10}
        found["outbound"]["loadBalancer"] = 3
    uncontrolled = needs.control is PodControl.NONE
    found["default_deny"] = {"on": 2} if uncontrolled else {"off": 5}
    paid = needs.limits.firewall is True
    found["firewall"] = {"standard": 4 if paid else 20, "premium": 8 if paid else 24}
    if day < date(2028, 9, 30):
        found["engine"]["azure"] = 9
    asked = {each.access for each in needs.services}
    if not asked or asked & {ServiceAccess.ANY, ServiceAccess.PRIVATE}:
        order = {"private-endpoint": 1, "service-endpoint": 3, "public": 6}
    elif ServiceAccess.SERVICE_ENDPOINT in asked:
        order = {"service-endpoint": 1, "private-endpoint": 3, "public": 6}
    else:
        order = {"public": 1, "service-endpoint": 3, "private-endpoint": 4}
    found["paas"] = order
    for name, each in found.items():
        for option, price in each.items():
            yield price, about(name, option)
    yield 6, lambda api_server, ranges: api_server not in PRIVATE and ranges == "none"
    if paid and needs.egress is Egress.NAMES:
        yield 10, lambda level, firewall: level != "none" and firewall == "none"


def about(decision: str, option: str) -> Condition:
    """Return a condition about one decision."""

    def condition(**picked: str) -> bool:
        return picked[decision] == option

    condition.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [inspect.Parameter(decision, inspect.Parameter.KEYWORD_ONLY)]
    )
    return condition


class ByHand:
    """Tries every combination that no condition has refused yet."""

    def __init__(self, must: list[Condition], weighed: list[Weighed] = []) -> None:  # noqa: B006
        self._names = list(OPTIONS)
        self._must = self._by_last([(0, each) for each in must])
        self._weighed = self._by_last(weighed)

    def _by_last(
        self, conditions: list[Weighed]
    ) -> dict[str, list[tuple[int, Condition, list[str]]]]:
        found: dict[str, list[tuple[int, Condition, list[str]]]] = {}
        for weight, condition in conditions:
            parameters = inspect.signature(condition).parameters
            about_ = [name for name in parameters if name in OPTIONS]
            last = max(about_, key=self._names.index)
            found.setdefault(last, []).append((weight, condition, about_))
        return found

    def cheapest(self) -> tuple[int, Picked] | None:
        """Return the lowest price and a combination of it; None if there is none."""
        return self._search(0, {}, 0, None)

    def _search(
        self, depth: int, picked: Picked, price: int, best: tuple[int, Picked] | None
    ) -> tuple[int, Picked] | None:
        if best is not None and price >= best[0]:
            return best
        if depth == len(self._names):
            return price, dict(picked)
        name = self._names[depth]
        for option in OPTIONS[name]:
            picked[name] = option
            if all(self._asked(picked, it) for it in self._must.get(name, ())):
                more = sum(
                    it[0]
                    for it in self._weighed.get(name, ())
                    if self._asked(picked, it)
                )
                best = self._search(depth + 1, picked, price + more, best)
            del picked[name]
        return best

    @staticmethod
    def _asked(picked: Picked, item: tuple[int, Condition, list[str]]) -> bool:
        return item[1](**{name: picked[name] for name in item[2]})


def cheapest(needs: Requirements, day: date) -> tuple[int, Picked] | None:
    """Return the lowest price that meets everything, and a combination of it."""
    said = [*rules(needs, day), *wants(needs)]
    must = [condition for _, condition in said]
    return ByHand(must, list(prices(needs, day))).cheapest()


def possible(needs: Requirements, day: date, paths: set[str]) -> bool:
    """Whether the needs at these paths can hold together."""
    must = [condition for _, condition in rules(needs, day)]
    must += [condition for path, condition in wants(needs) if path in paths]
    return ByHand(must).cheapest() is not None


def words(choices: Choices) -> Picked:
    """Return choices as words."""
    return {
        name: getattr(choices, name).value for name in OPTIONS if name != "seen_outside"
    }


def price_of(needs: Requirements, day: date, picked: Picked) -> int:
    """Return what speaks against a combination."""
    return sum(
        weight
        for weight, condition in prices(needs, day)
        if condition(**{name: picked[name] for name in _names(condition)})
    )


def unmet(needs: Requirements, picked: Picked) -> set[str]:
    """Return the paths of the needs that a combination does not meet."""
    return _broken(wants(needs), picked)


def broken(needs: Requirements, day: date, picked: Picked) -> set[str]:
    """Return the codes of the rules that a combination breaks."""
    return _broken(rules(needs, day), picked)


def _broken(said: Iterator[tuple[str, Condition]], picked: Picked) -> set[str]:
    return {
        name
        for name, condition in said
        if set(_names(condition)) <= picked.keys()
        and not condition(**{name: picked[name] for name in _names(condition)})
    }


def _names(condition: Condition) -> list[str]:
    return [each for each in inspect.signature(condition).parameters if each in OPTIONS]
