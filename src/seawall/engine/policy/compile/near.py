"""What passes between a pod and the node that it runs on, whatever policies say.

Source: Kubernetes, "Network Policies": a node always reaches the pods on it. The other
way round by engine: AKS docs, migrate-from-npm-to-cilium-network-policy; projectcalico
felix/rules; Azure/azure-container-networking npm/ chain-management_linux.go.
"""

from functools import cached_property

from seawall.engine.policy.compile.agreement import perhaps
from seawall.engine.policy.compile.index import Index
from seawall.engine.policy.ends.whereabouts import Stay, Whereabouts
from seawall.engine.policy.rows.row import Term
from seawall.model.dataplane import Tri
from seawall.model.policy import Direction


class Near:
    """Exemptions from policy, as answers to be added to those of rows."""

    def __init__(self, index: Index, free: int) -> None:
        """Prepare the exemptions.

        Args:
            index: The compiled snapshot.
            free: The answer where no policy applies.
        """
        self._index = index
        outward = index.dataplane.own_node_egress
        self._free = {
            Direction.INGRESS: free,
            Direction.EGRESS: 0 if outward is Tri.NO else free,
        }
        if outward is Tri.UNDEFINED:
            self._free[Direction.EGRESS] = perhaps(index.services, free)
        if index.apart:
            self._free = dict.fromkeys(Direction, 0)

    @cached_property
    def whereabouts(self) -> Whereabouts:
        """Who runs where."""
        index = self._index
        return Whereabouts(
            index.workloads, index.units, index.addresses, index.peers.node_classes
        )

    def free(self, direction: Direction) -> int:
        """Return what a pod and its own node surely or possibly exchange."""
        return self._free[direction]

    def exempt(self, end: Stay, far: Stay, direction: Direction) -> int:
        """Return what passes the policies of *end* because of where *far* runs.

        What holds for some pairs of pods alone is possible and not sure.
        """
        free = self._free[direction]
        if not free or end.host or not far.host:
            return 0
        together = self.whereabouts.together(end, far)
        if together is Tri.NO:
            return 0
        return free if together is Tri.YES else perhaps(self._index.services, free)

    def exempt_classes(self, end: Stay, direction: Direction) -> list[Term]:
        """Return what passes the policies of *end* for its own node's addresses.

        Returns:
            Disjoint cells over address classes.
        """
        free = self._free[direction]
        if not free or end.host or not self._index.peers.node_classes:
            return []
        sure, possible = self.whereabouts.own_classes(end)
        maybe = perhaps(self._index.services, free)
        cells = [(free, sure), (maybe, possible & ~sure)]
        return [cell for cell in cells if cell[1]]
