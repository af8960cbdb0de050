"""The sources that packets may have after an Azure Firewall."""

from functools import cached_property

from seawall.engine.path.ground.atlas import Atlas, known_none
from seawall.engine.path.ground.space import PRIVATE, Space
from seawall.model.firewall import Firewall


class FirewallSources:
    """Knows the addresses that firewalls of one snapshot send from."""

    def __init__(self, atlas: Atlas) -> None:
        self._atlas = atlas

    def public(self, firewall: Firewall) -> Space:
        """Return the public addresses that a firewall sends from.

        Source:
            Azure docs, firewall integrate-with-nat-gateway.
        """
        atlas = self._atlas
        own, complete = atlas.ranges_of(firewall.public_addresses)
        if not complete or not own:
            own = own | atlas.internet
        subnet = atlas.subnet(firewall.subnet)
        if self._is_led_elsewhere(firewall):
            own = own | self.own(firewall)
        if subnet is None or known_none(subnet.nat_gateway):
            return own
        gateway = atlas.nat_gateway(subnet.nat_gateway.value or "")
        if gateway is None or not gateway.public_addresses.known:
            return own | atlas.internet
        lent, complete = atlas.ranges_of(gateway.public_addresses.value or ())
        if self._is_led_elsewhere(firewall):
            lent = lent | self.own(firewall)
        return lent if complete and lent else lent | atlas.internet

    def _is_led_elsewhere(self, firewall: Firewall) -> bool:
        """Say whether packets for the internet may leave with a private source.

        Source:
            Azure docs, firewall forced-tunneling.
        """
        subnet = self._atlas.subnet(firewall.subnet)
        routed = subnet is None or not known_none(subnet.route_table)
        return firewall.managed.may_be(value=True) and routed

    def own(self, firewall: Firewall) -> Space:
        """Return the addresses of a firewall's subnet."""
        subnet = self._atlas.subnet(firewall.subnet)
        return Space.of(subnet.prefixes) if subnet and subnet.prefixes else PRIVATE

    @cached_property
    def private_networks(self) -> Space:
        """Where packets stay off the internet, whatever addresses are used there.

        Source:
            Azure docs, firewall snat-private-range: registered ranges in private
            networks see an address of the firewall's subnet.
        """
        behind = (each.remote_ranges for each in self._atlas.fabric.gateways)
        remote = Space.of(item for ranges in behind for item in ranges)
        return PRIVATE | self._atlas.known | remote
