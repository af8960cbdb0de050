"""What a cluster runs and how its nodes are kept: what decides whom it must reach."""

from dataclasses import dataclass, field
from enum import Enum

from seawall.model.setting import Setting


class Addon(Enum):
    """What AKS runs in a cluster beside its core, and that has needs of its own."""

    APP_ROUTING = "application routing"
    APPLICATION_INSIGHTS = "Application Insights"
    AZURE_POLICY = "Azure Policy"
    CONTAINER_INSIGHTS = "Container Insights"
    COST_ANALYSIS = "cost analysis"
    DEFENDER = "Defender for Containers"
    EXTENSIONS = "cluster extensions"
    ISTIO = "Istio add-on"
    KEY_VAULT = "Key Vault provider"
    OPEN_SERVICE_MESH = "Open Service Mesh"
    PROMETHEUS = "managed Prometheus"
    WORKLOAD_IDENTITY = "workload identity"


def _unread() -> Setting[bool]:
    return Setting.unknown("the input does not say where its artifacts come from")


def _no_registry() -> Setting[str]:
    return Setting.unknown("the input does not say which registry it starts from")


def _no_proxy() -> Setting[bool]:
    return Setting.unknown("the input does not say whether nodes use an HTTP proxy")


@dataclass(frozen=True, slots=True)
class Upkeep:
    """What a cluster runs beside workloads, and where its nodes get their software.

    Attributes:
        addons: Each add-on that was looked for, in the order of `Addon`.
        cached_artifacts: Whether images and binaries come from a private registry
            (`artifactSource: Cache`) and not from Microsoft's.
        registry: Id of that registry; a known None where none is named.
        http_proxy: Whether nodes and pods send HTTP and HTTPS to a proxy.
        unproxied: Names and domains that they send directly all the same.
    """

    addons: tuple[tuple[Addon, Setting[bool]], ...] = ()
    cached_artifacts: Setting[bool] = field(default_factory=_unread)
    registry: Setting[str] = field(default_factory=_no_registry)
    http_proxy: Setting[bool] = field(default_factory=_no_proxy)
    unproxied: tuple[str, ...] = ()

    def addon(self, which: Addon) -> Setting[bool]:
        """Return whether an add-on is on."""
        for each, is_on in self.addons:
            if each is which:
                return is_on
        return Setting.unknown(f"the input does not say whether {which.value} is on")
