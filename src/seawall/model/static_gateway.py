"""Static egress gateways, by which annotated pods leave from fixed addresses."""

from dataclasses import dataclass

from seawall.model.address import AddressRange
from seawall.model.origin import Origin
from seawall.model.setting import Setting


@dataclass(frozen=True, slots=True)
class StaticGateway:
    """A StaticGatewayConfiguration: which packets of its pods take the gateway.

    Attributes:
        key: `namespace/name`.
        takes_rest: Whether it is the default route of its pods (`defaultRoute:
            staticEgressGateway`), so that *excluded* does not take it; if it is not,
            only *excluded* does.
        excluded: What its `excludeCidrs` keep from the default route.
        origin: Where it stands.
    """

    key: str
    takes_rest: Setting[bool]
    excluded: Setting[tuple[AddressRange, ...]]
    origin: Origin

    @property
    def known(self) -> bool:
        """Whether it is known what takes it."""
        return self.takes_rest.known and self.excluded.known
