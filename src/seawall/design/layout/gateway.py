"""Application Gateway with a web application firewall, before internal load balancers.

Source: Azure docs, application-gateway configuration-infrastructure, key-vault-certs
and web-application-firewall ag-overview; read 2026-11.
"""

from collections.abc import Iterator

from seawall.design.layout.demand import door
from seawall.design.layout.identities import IDENTITY
from seawall.design.layout.subjects import Subject, made
from seawall.design.layout.ways_out import public_address
from seawall.design.options import Ingress
from seawall.design.requirements.needs import Entry
from seawall.emit.tree import Given, Id, Keyed, PartId, Resource, Value
from seawall.model.address import Address

GATEWAY = "Microsoft.Network/applicationGateways"
POLICY = "Microsoft.Network/ApplicationGatewayWebApplicationFirewallPolicies"
_OWN = "gateway"
_PLAIN = 80
_SECURE = (443, 8443)


def gateway(subject: Subject) -> Iterator[Resource]:
    """Yield the gateway, its address, its identity and its policy."""
    entries = tuple(published(subject))
    if not entries:
        return
    yield public_address(
        subject, "gatewayAddress", "gateway", "Clients call this address.", "ingress"
    )
    secure = any(entry.listen != _PLAIN for _, entry, _ in entries)
    if secure:
        yield made(
            "gatewayIdentity",
            IDENTITY,
            subject.names.of("id", "gateway"),
            comment="As whom the gateway reads its certificate: give it the role Key "
            "Vault Secrets User on the vault of the certificate.",
            serves=subject.serves("ingress"),
        )
    yield made(
        "wafPolicy",
        POLICY,
        subject.names.packed("waf"),
        {
            "policySettings": {"state": "Enabled", "mode": "Prevention"},
            "managedRules": {
                "managedRuleSets": (
                    {
                        "ruleSetType": "Microsoft_DefaultRuleSet",
                        "ruleSetVersion": "2.1",
                    },
                )
            },
        },
        serves=subject.serves("ingress"),
    )
    body: dict[str, Value] = {}
    if secure:
        body["identity"] = {
            "type": "UserAssigned",
            "userAssignedIdentities": Keyed(((Id("gatewayIdentity"), {}),)),
        }
    yield made(
        _OWN,
        GATEWAY,
        subject.names.of("agw"),
        _properties(entries, secure=secure),
        body=body,
        comment="It ends clients' connections and opens its own to the load balancers.",
        serves=subject.serves("ingress"),
    )


def published(subject: Subject) -> Iterator[tuple[str, Entry, Address]]:
    """Yield what the gateway publishes: a label, the entry, and where it leads."""
    pairs = zip(subject.needs.entries, subject.plan.entries, strict=True)
    for index, (entry, own) in enumerate(pairs):
        if own is not None and door(entry, subject.choices) is (
            Ingress.APPLICATION_GATEWAY
        ):
            yield f"{entry.segment}-{index + 1}", entry, own


def needs_certificate(subject: Subject) -> bool:
    """Whether some listener takes HTTPS."""
    return any(entry.listen != _PLAIN for _, entry, _ in published(subject))


def _properties(
    entries: tuple[tuple[str, Entry, Address], ...], *, secure: bool
) -> dict[str, Value]:
    ports = sorted({entry.listen for _, entry, _ in entries})
    found: dict[str, Value] = {
        "sku": {"name": "WAF_v2", "tier": "WAF_v2"},
        "autoscaleConfiguration": {"minCapacity": 1, "maxCapacity": 3},
        "firewallPolicy": {"id": Id("wafPolicy")},
        "gatewayIPConfigurations": (
            _part("gateway", {"subnet": {"id": Id("gatewaySubnet")}}),
        ),
        "frontendIPConfigurations": (
            _part("public", {"publicIPAddress": {"id": Id("gatewayAddress")}}),
        ),
        "frontendPorts": tuple(_part(f"port-{it}", {"port": it}) for it in ports),
    }
    if secure:
        found["sslCertificates"] = (
            _part("certificate", {"keyVaultSecretId": Given("certificateSecretId")}),
        )
        found["sslPolicy"] = {
            "policyType": "Predefined",
            "policyName": "AppGwSslPolicy20220101",
        }
    return {
        **found,
        "backendAddressPools": tuple(
            _part(label, {"backendAddresses": ({"ipAddress": str(own)},)})
            for label, _, own in entries
        ),
        "probes": tuple(_part(label, _probe(entry)) for label, entry, _ in entries),
        "backendHttpSettingsCollection": tuple(
            _part(label, _backend(label, entry)) for label, entry, _ in entries
        ),
        "httpListeners": tuple(
            _part(label, _listener(entry)) for label, entry, _ in entries
        ),
        "requestRoutingRules": tuple(
            # What listens for one name comes before what listens for any.
            _part(label, _rule(label, (100 if entry.host else 10_000) + 10 * index))
            for index, (label, entry, _) in enumerate(entries)
        ),
    }


def _part(name: str, properties: dict[str, Value]) -> Value:
    return {"name": name, "properties": properties}


def _own(segment: str, name: str) -> Value:
    return {"id": PartId(_OWN, segment, name)}


def _protocol(entry: Entry) -> str:
    """Return how the gateway speaks to pods: by what their port is usually for."""
    return "Https" if entry.port in _SECURE else "Http"


def _probe(entry: Entry) -> dict[str, Value]:
    return {
        "protocol": _protocol(entry),
        "host": entry.host or "127.0.0.1",
        "path": "/",
        "interval": 30,
        "timeout": 30,
        "unhealthyThreshold": 3,
        "match": {"statusCodes": ("200-499",)},
    }


def _backend(label: str, entry: Entry) -> dict[str, Value]:
    return {
        "port": entry.port,
        "protocol": _protocol(entry),
        "cookieBasedAffinity": "Disabled",
        "requestTimeout": 30,
        **({"hostName": entry.host} if entry.host else {}),
        "probe": _own("probes", label),
    }


def _listener(entry: Entry) -> dict[str, Value]:
    found: dict[str, Value] = {
        "frontendIPConfiguration": _own("frontendIPConfigurations", "public"),
        "frontendPort": _own("frontendPorts", f"port-{entry.listen}"),
        "protocol": "Http" if entry.listen == _PLAIN else "Https",
    }
    if entry.listen != _PLAIN:
        found["sslCertificate"] = _own("sslCertificates", "certificate")
    if entry.host:
        found["hostName"] = entry.host
        found["requireServerNameIndication"] = entry.listen != _PLAIN
    return found


def _rule(label: str, priority: int) -> dict[str, Value]:
    return {
        "ruleType": "Basic",
        "priority": priority,
        "httpListener": _own("httpListeners", label),
        "backendAddressPool": _own("backendAddressPools", label),
        "backendHttpSettings": _own("backendHttpSettingsCollection", label),
    }
