"""Functions of address ranges.

Source: Azure docs, template-functions-cidr, read 2026-11.
"""

from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from seawall.ingest.arm.language.signature import INT, STRING, Library
from seawall.ingest.arm.language.tree import Fault
from seawall.ingest.arm.language.values import Value

_POINT_TO_POINT = 31


def declare(library: Library) -> None:
    """Add them to a library."""
    library.add("parseCidr", STRING, kind="object")(_parse)
    library.add("cidrSubnet", STRING, INT, INT, kind="string")(_subnet)
    library.add("cidrHost", STRING, INT, kind="string")(_host)


def _network(text: str) -> IPv4Network | IPv6Network:
    try:
        return ip_network(text, strict=False)
    except ValueError:
        raise Fault(f"`{text[:60]}` is no address range in CIDR notation") from None


def _usable(network: IPv4Network | IPv6Network) -> tuple[int, int]:
    """Return the first and last address that hosts may have."""
    low, high = int(network.network_address), int(network.broadcast_address)
    if network.version == 4 and network.prefixlen < _POINT_TO_POINT:  # noqa: PLR2004
        return low + 1, high - 1
    return low, high


def _text(network: IPv4Network | IPv6Network, value: int) -> str:
    made = type(network.network_address)(value)
    return str(made)


def _parse(text: str) -> Value:
    network = _network(text)
    first, last = _usable(network)
    out = {"network": str(network.network_address), "netmask": str(network.netmask)}
    if isinstance(network, IPv4Network):
        out["broadcast"] = str(network.broadcast_address)
    return {
        **out,
        "firstUsable": _text(network, first),
        "lastUsable": _text(network, last),
        "cidr": network.prefixlen,
    }


def _subnet(text: str, length: int, index: int) -> Value:
    network = _network(text)
    if not network.prefixlen <= length <= network.max_prefixlen:
        raise Fault(f"`{text}` cannot be split into ranges with a prefix of {length}")
    if not 0 <= index < 2 ** (length - network.prefixlen):
        raise Fault(f"`{text}` has no range {index} with a prefix of {length}")
    step = 2 ** (network.max_prefixlen - length)
    start = int(network.network_address) + index * step
    return f"{_text(network, start)}/{length}"


def _host(text: str, index: int) -> Value:
    network = _network(text)
    first, last = _usable(network)
    if not 0 <= index <= last - first:
        raise Fault(f"`{text}` has no host {index}")
    return str(ip_address(_text(network, first + index)))
