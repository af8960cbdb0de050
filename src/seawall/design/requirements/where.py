"""Where it stands: addresses, and a network that stands already."""

from dataclasses import replace

from seawall.design.requirements import names, ranges
from seawall.design.requirements.needs import (
    AddressPlan,
    ExistingNetwork,
    Limits,
    Requirements,
)
from seawall.design.requirements.part import Part
from seawall.design.requirements.ranges import Placed, bare
from seawall.design.requirements.who import needed
from seawall.model.address import AddressRange


def places(
    addresses: Part | None, network: Part | None, out: Requirements
) -> Requirements:
    """Return requirements with addresses and the network to fit into."""
    found: dict[str, tuple[Placed, ...]] = {}
    if addresses is not None:
        given = addresses.keys("addresses", "`addresses`")
        for key in ("space", "pods", "services", "on-premises", "in-use"):
            found[key] = ranges.prefixes(given.get(key), f"`{key}`")
    own: tuple[Placed, ...] = ()
    if network is not None:
        out, own = _network(network, out)
    _check(found, own)
    plan = AddressPlan(
        *(
            bare(found.get(key, ()))
            for key in ("space", "pods", "services", "on-premises", "in-use")
        )
    )
    return replace(out, addresses=plan)


def _check(found: dict[str, tuple[Placed, ...]], own: tuple[Placed, ...]) -> None:
    space = found.get("space", ())
    pods = found.get("pods", ())
    services = found.get("services", ())
    away = (
        ("the range on premises", found.get("on-premises", ())),
        ("the range in use", found.get("in-use", ())),
    )
    ranges.check_usable(space, "the space")
    ranges.check_usable(pods, "the range of pods")
    ranges.check_usable(services, "the range of Services")
    ranges.check_network(space)
    ranges.check_pods(pods)
    ranges.check_services(services)
    for word, group in (
        ("the space", space),
        ("the range of pods", pods),
        ("the range of Services", services),
    ):
        ranges.check_within(group, word)
    inside = (("the range of pods", pods), ("the range of Services", services))
    ranges.check_apart((("the space", space), *inside, away[0]))
    for name, group in (("the space", space), *inside):
        ranges.check_apart(((name, group), away[1]))
        if name != "the space":
            ranges.check_apart(((name, group), ("the existing subnet", own)))
    ranges.check_apart((("the existing subnet", own), away[0]))


def _network(part: Part, out: Requirements) -> tuple[Requirements, tuple[Placed, ...]]:
    given = part.keys("network", "`network`")
    needed(part, given, ("node-subnet", "node-range"), "`network`")
    for one, other in (("pod-subnet", "pod-range"), ("pod-range", "pod-subnet")):
        if one in given and other not in given:
            given[one].tell(
                f"`{one}` stands without `{other}`",
                "what may reach pods is told by their addresses",
                f"write `{other}:` too",
            )
    subnets = {
        key: names.subnet_id(given[key]) if key in given else ""
        for key in ("node-subnet", "pod-subnet")
    }
    if subnets["pod-subnet"]:
        _check_one_network(subnets, given["pod-subnet"])
    read = {
        key: ranges.prefix(given[key]) if key in given else None
        for key in ("node-range", "pod-range")
    }
    placed = tuple(
        Placed(found, given[key]) for key, found in read.items() if found is not None
    )
    ranges.check_within(placed, "the existing subnet")
    ranges.check_usable(placed, "the existing subnet")
    hop = _hop(given.get("next-hop"), read["node-range"])
    node_range = read["node-range"]
    if node_range is None:
        return out, placed
    existing = ExistingNetwork(
        subnets["node-subnet"],
        node_range,
        subnets["pod-subnet"],
        read["pod-range"],
        hop,
    )
    return replace(out, existing=existing), placed


def _check_one_network(subnets: dict[str, str], part: Part) -> None:
    vnets = {
        key: value.lower().rsplit("/subnets/", 1)[0] for key, value in subnets.items()
    }
    if vnets["node-subnet"] and vnets["node-subnet"] != vnets["pod-subnet"]:
        part.tell(
            "the subnet for pods stands in another virtual network than that for nodes",
            "AKS takes both from one virtual network",
            "name a subnet of the network of the nodes",
        )
    elif subnets["node-subnet"].lower() == subnets["pod-subnet"].lower():
        part.tell(
            "pods and nodes are to stand in one subnet",
            "a subnet for pods is theirs alone",
            "name another subnet, or leave `pod-subnet` and `pod-range` out",
        )


def _hop(part: Part | None, nodes: AddressRange | None) -> str:
    if part is None:
        return ""
    found = ranges.prefix(part)
    if found is None:
        return ""
    if found.first != found.last:
        part.tell(
            f"the next hop {found} is a range",
            "a route leads to one address",
            "write the address of the appliance, such as `10.0.1.4`",
        )
    elif nodes is not None and nodes.covers(found):
        part.tell(
            f"the next hop {found} stands in the subnet of the nodes",
            "packets of the appliance would be led to itself again",
            "put the appliance into a subnet of its own",
        )
    return str(found)


def limits(part: Part | None, out: Requirements) -> Requirements:
    """Return requirements with what may be spent."""
    if part is None:
        return out
    given = part.keys("limits", "`limits`")
    said = {key.replace("-", "_"): item.flag() for key, item in given.items()}
    return replace(out, limits=Limits(**said))
