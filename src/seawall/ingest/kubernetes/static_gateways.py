"""StaticGatewayConfigurations: what pods that ask for one send by it, and what not.

Source: Azure/kube-egress-gateway, api/v1alpha1, pkg/cni/routes: the default route of
a pod leads to the gateway unless `defaultRoute` says otherwise, and `excludeCidrs` take
the other way; AKS docs, configure-static-egress-gateway: pods of the same namespace.
"""

from dataclasses import dataclass, field
from ipaddress import IPv4Network

from seawall.ingest.kubernetes.terms.fault import shown
from seawall.ingest.kubernetes.terms.record import Record, text
from seawall.model.address import AddressRange
from seawall.model.diagnostic import Diagnostic, Level
from seawall.model.setting import Setting
from seawall.model.static_gateway import StaticGateway

_KIND = ("egressgateway.kubernetes.azure.com", "StaticGatewayConfiguration")
_VERSION = "v1alpha1"
_ROUTES = {"staticEgressGateway": True, "azureNetworking": False}
_DEFAULT = "egressgateway.kubernetes.azure.com/v1alpha1, defaultRoute"


@dataclass(slots=True)
class StaticGatewayReader:
    """Collects the configurations."""

    read: list[StaticGateway] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def takes(self, record: Record, default_namespace: str) -> bool:
        """Take an object if it is one, and say whether it was."""
        if record.type != _KIND:
            return False
        key = f"{text(record.namespace) or default_namespace}/{record.name}"
        routes, excluded = self._route(record), self._excluded(record)
        self.read.append(StaticGateway(key, routes, excluded, record.origin))
        return True

    def found(self) -> tuple[StaticGateway, ...]:
        """Return the configurations, sorted by key; one that differs is not known."""
        by_key: dict[str, StaticGateway] = {}
        for item in self.read:
            other = by_key.setdefault(item.key, item)
            if _says(other) != _says(item):
                why = f"`{item.key}` is stated twice, and differs"
                hidden = Setting[bool].unknown(why, item.origin)
                by_key[item.key] = StaticGateway(
                    item.key, hidden, item.excluded, other.origin
                )
        return tuple(by_key[key] for key in sorted(by_key))

    def _route(self, record: Record) -> Setting[bool]:
        value = record.spec.get("defaultRoute")
        why = record.doubt
        if record.version != _VERSION:
            why = f"the version `{record.version}` is not known"
        if why is not None:
            return Setting.unknown(why, record.origin)
        if value is None:
            return Setting.defaulted(value=True, why=_DEFAULT)
        known = _ROUTES.get(value) if isinstance(value, str) else None
        place = record.origin.at("spec", "defaultRoute")
        if known is not None:
            return Setting.stated(known, place)
        self._tell(record, "defaultRoute", value, " or ".join(_ROUTES))
        return Setting.unknown(f"`{shown(value)}` is no default route", place)

    def _excluded(self, record: Record) -> Setting[tuple[AddressRange, ...]]:
        value = record.spec.get("excludeCidrs")
        if value is None:
            return Setting.stated(())
        place = record.origin.at("spec", "excludeCidrs")
        listed = value if isinstance(value, list) else [value]
        try:
            # As the plug-in reads them: addresses of a network, with bits beyond it.
            nets = [IPv4Network(str(item), strict=False) for item in listed]
        except ValueError:
            nets = []
        plain = isinstance(value, list) and all("/" in str(item) for item in listed)
        if plain and len(nets) == len(listed):
            ranges = tuple(AddressRange.parse(str(net)) for net in nets)
            return Setting.stated(ranges, place)
        self._tell(record, "excludeCidrs", value, "IPv4 prefixes, such as 10.0.0.0/8")
        return Setting.unknown(f"`{shown(value)}` is no list of prefixes", place)

    def _tell(self, record: Record, key: str, value: object, wanted: str) -> None:
        self.diagnostics.append(
            Diagnostic(
                Level.ERROR,
                record.origin.at("spec", key),
                f"`{key}` of the static egress gateway `{record.name}` cannot be read: "
                f"`{shown(value)}`",
                "which packets of its pods take the gateway is not known",
                f"write {wanted}",
            )
        )


def _says(item: StaticGateway) -> tuple[object, ...]:
    return (
        item.takes_rest.known,
        item.takes_rest.value,
        item.excluded.known,
        item.excluded.value,
    )
