"""Rules of the firewall: what AKS needs, what was asked for, and whom it lets in.

Source: AKS docs, outbound-rules-control-egress and limit-egress-traffic; Azure docs,
firewall rule-processing and domain-filtering-overview; read 2026-11.
"""

from collections.abc import Iterator, Mapping, Sequence

from seawall.design.layout.addresses import origin_of
from seawall.design.layout.demand import door, has_firewall, used_outside
from seawall.design.layout.hosts import hosts_of, ports_of
from seawall.design.layout.required import HTTP, HTTPS, required
from seawall.design.layout.subjects import Subject
from seawall.design.options import Choices, Ingress
from seawall.design.requirements.needs import Egress, Requirements
from seawall.emit.tree import Read, Value
from seawall.model.diagnostic import Diagnostic, Level

_WORDS = {HTTP: "Http", HTTPS: "Https"}
_FILTER = "FirewallPolicyFilterRuleCollection"
_REST = "Without it, names that Azure does not publish would pass."
_NAT = "FirewallPolicyNatRuleCollection"


def required_collections(subject: Subject) -> tuple[Value, ...]:
    """Return what AKS itself must reach."""
    rules: list[Value] = []
    known: set[tuple[str, int]] = set()
    for place in required(subject.needs, subject.choices):
        for port in place.ports:
            names = tuple(it for it in place.names if (it, port) not in known)
            known.update((name, port) for name in names)
            if names:
                rules.append(_by_name(subject, place.id, names, (port,), place.why))
    return (_allowing("required-by-aks", 200, rules),)


def asked_collections(subject: Subject) -> tuple[Value, ...]:
    """Return what was asked for; nothing if nothing was."""
    found: list[Value] = []
    others = [_by_address(subject, *each) for each in _other_ports(subject)]
    if others:
        found.append(_allowing("names-by-port", 200, others))
    if subject.needs.egress is Egress.NAMES:
        rules = [
            _by_name(subject, _rule_name(name), (name,), known, "Asked for.")
            for name, ports in _outside(subject)
            if (known := tuple(port for port in ports if port in _WORDS))
        ]
        found += [_allowing("names", 300, rules)] if rules else []
    elif subject.needs.egress is not Egress.NONE:
        everything = _by_name(
            subject, "everything", ("*",), (HTTP, HTTPS), "All of it is logged."
        )
        found.append(_allowing("everything", 300, (everything,)))
    if subject.needs.egress in (Egress.NAMES, Egress.NONE):
        rest = _by_name(subject, "rest", ("*",), (HTTP, HTTPS), _REST)
        found.append(_listing("rest", 65000, (rest,), "Deny"))
    return tuple(found)


def unsaid_names(needs: Requirements, choices: Choices) -> Iterator[Diagnostic]:
    """Yield what no rule of a firewall can say: many names, on a port without names."""
    if not has_firewall(choices) or needs.egress is not Egress.NAMES:
        return
    for index, item in enumerate(needs.names):
        ports = [port for port in item.ports if port not in _WORDS]
        if item.name.startswith("*") and ports:
            listed = ", ".join(map(str, ports))
            yield Diagnostic(
                Level.ERROR,
                origin_of(needs, f"egress.names[{index}]"),
                f"no rule of Azure Firewall lets `{item.name}` pass on port {listed}",
                "it knows names below another on ports 80 and 443 alone, and single "
                "names on others (Azure docs, firewall fqdn-filtering-network-rules)",
                "list each name, or leave the port out",
            )


def _outside(subject: Subject) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Yield the names that are reached in the internet, and at which ports."""
    needs = subject.needs
    known: dict[str, tuple[int, ...]] = {}
    if needs.egress is Egress.NAMES:
        known = {it.name: it.ports for it in needs.names}
    for service in used_outside(needs, subject.choices):
        for name in hosts_of(service, needs.region):
            ports = (*known.get(name, ()), *ports_of(service))
            known[name] = tuple(dict.fromkeys(ports))
    yield from known.items()


def _other_ports(subject: Subject) -> Iterator[tuple[str, int]]:
    for name, ports in _outside(subject):
        for port in ports:
            if port not in _WORDS:
                yield name, port


def incoming_collections(subject: Subject) -> tuple[Value, ...]:
    """Return whom the firewall lets in to internal load balancers."""
    rules: list[Value] = []
    pairs = zip(subject.needs.entries, subject.plan.entries, strict=True)
    for entry, own in pairs:
        if own is None or door(entry, subject.choices) is not Ingress.FIREWALL_DNAT:
            continue
        rules.append(
            {
                "ruleType": "NatRule",
                "name": f"to-{entry.segment}-{entry.listen}",
                "ipProtocols": ("TCP",),
                "sourceAddresses": tuple(map(str, entry.ranges)) or ("*",),
                "destinationAddresses": (
                    Read("firewallAddress", ("properties", "ipAddress")),
                ),
                "destinationPorts": (str(entry.listen),),
                "translatedAddress": str(own),
                "translatedPort": str(entry.port),
            }
        )
    if not rules:
        return ()
    collection: Value = {
        "ruleCollectionType": _NAT,
        "name": "incoming",
        "priority": 100,
        "action": {"type": "DNAT"},
        "rules": tuple(rules),
    }
    return (collection,)


def _allowing(name: str, priority: int, rules: Sequence[Value]) -> Value:
    return _listing(name, priority, rules, "Allow")


def _listing(name: str, priority: int, rules: Sequence[Value], action: str) -> Value:
    return {
        "ruleCollectionType": _FILTER,
        "name": name,
        "priority": priority,
        "action": {"type": action},
        "rules": tuple(rules),
    }


def _sources(subject: Subject) -> tuple[Value, ...]:
    """Return where packets of the cluster come from: pods of an overlay as nodes do."""
    subnets = subject.plan.subnets
    return tuple(str(subnets[key]) for key in ("nodes", "pods") if key in subnets)


def _rule_name(name: str) -> str:
    return name.replace("*.", "below-").replace(".", "-")


def _by_name(
    subject: Subject,
    name: str,
    names: tuple[str, ...],
    ports: tuple[int, ...],
    why: str,
) -> Mapping[str, Value]:
    return {
        "ruleType": "ApplicationRule",
        "name": name,
        "description": why,
        "sourceAddresses": _sources(subject),
        "protocols": tuple(
            {"protocolType": _WORDS[port], "port": port} for port in ports
        ),
        "targetFqdns": names,
    }


def _by_address(subject: Subject, name: str, port: int) -> Mapping[str, Value]:
    """Return a rule that lets pass what a name stands for, on a port without names."""
    return {
        "ruleType": "NetworkRule",
        "name": f"{_rule_name(name)}-{port}",
        "description": "Asked for.",
        "ipProtocols": ("TCP",),
        "sourceAddresses": _sources(subject),
        "destinationFqdns": (name,),
        "destinationPorts": (str(port),),
    }
