"""Functions of addresses.

Source: Terraform docs, Functions, IP network functions.
"""

from collections.abc import Callable
from ipaddress import (
    IPv4Network,
    IPv6Network,
    ip_address,
    ip_network,
)

from seawall.ingest.terraform.evaluation.values import (
    Failed,
    Value,
    number_of,
    text_of,
)

Network = IPv4Network | IPv6Network


def _network(prefix: Value) -> Network:
    text = text_of(prefix)
    if "/" not in text:
        raise Failed(f"`{text[:40]}` is no CIDR")
    try:
        return ip_network(text, strict=False)
    except ValueError:
        raise Failed(f"`{text[:40]}` is no CIDR") from None


def _at(network: Network, number: int, length: int) -> str:
    """Return the network of so many bits that has a number within another."""
    free = length - network.prefixlen
    if free < 0 or length > network.max_prefixlen:
        raise Failed(f"`{network}` has no room for so many bits")
    if not 0 <= number < 2**free:
        raise Failed(f"`{network}` has no network of number {number} with {free} bits")
    first = int(network.network_address) + (number << (network.max_prefixlen - length))
    kind = type(network.network_address)
    return f"{kind(first)}/{length}"


def _cidrsubnet(prefix: Value, bits: Value, number: Value) -> Value:
    network = _network(prefix)
    length = network.prefixlen + int(number_of(bits))
    return _at(network, int(number_of(number)), length)


def _cidrsubnets(prefix: Value, *bits: Value) -> Value:
    network = _network(prefix)
    out: list[Value] = []
    start = int(network.network_address)
    end = start + network.num_addresses
    kind = type(network.network_address)
    for item in bits:
        length = network.prefixlen + int(number_of(item))
        if not network.prefixlen < length <= network.max_prefixlen:
            raise Failed(f"`{network}` has no room for so many bits")
        size = 2 ** (network.max_prefixlen - length)
        start = -(-start // size) * size
        if start + size > end:
            raise Failed(f"`{network}` has no room for so many networks")
        out.append(f"{kind(start)}/{length}")
        start += size
    return out


def _cidrhost(prefix: Value, number: Value) -> Value:
    network, host = _network(prefix), int(number_of(number))
    if not -network.num_addresses <= host < network.num_addresses:
        raise Failed(f"`{network}` has no address of number {host}")
    first = int(network.network_address)
    place = first + host if host >= 0 else first + network.num_addresses + host
    return str(type(network.network_address)(place))


def _cidrnetmask(prefix: Value) -> Value:
    network = _network(prefix)
    if isinstance(network, IPv6Network):
        raise Failed("IPv6 has no netmasks")
    return str(network.netmask)


def _cidrcontains(prefix: Value, inner: Value) -> Value:
    network, text = _network(prefix), text_of(inner)
    try:
        found = ip_network(text, strict=False) if "/" in text else ip_address(text)
    except ValueError:
        raise Failed(f"`{text[:40]}` is no address") from None
    if found.version != network.version:
        return False
    if isinstance(found, IPv4Network | IPv6Network):
        inside = found.network_address in network
        return inside and found.broadcast_address in network
    return found in network


NETWORKS: dict[str, Callable[..., Value]] = {
    "cidrcontains": _cidrcontains,
    "cidrhost": _cidrhost,
    "cidrnetmask": _cidrnetmask,
    "cidrsubnet": _cidrsubnet,
    "cidrsubnets": _cidrsubnets,
}
