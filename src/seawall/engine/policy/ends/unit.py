"""Units: pods that no policy can tell apart."""

from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from functools import cached_property
from ipaddress import IPv4Address

from seawall.engine.policy.ends.addresses import AddressClasses
from seawall.engine.policy.ends.refused import Windows
from seawall.engine.policy.ends.twins import Twins
from seawall.engine.policy.ends.vocabulary import Vocabulary
from seawall.model.address import Address
from seawall.model.packet import Protocol
from seawall.model.workload import Pod, Workload

NamedNumber = tuple[Protocol, str, int]

Home = tuple[int, int | None]
"""A family, and an address class that blocks treat as they do the pod's address in it;
None if the address is not known."""


@dataclass(slots=True, unsafe_hash=True)
class Unit:
    """Pods that agree on everything that policies ask about; not to be changed.

    It is not frozen, because to make a frozen one takes three times as long.

    Attributes:
        namespace: Their namespace.
        labels: Their labels, as far as selectors mention the keys.
        ports: Their named ports, as far as rules mention the names; sorted.
        host: Whether they use their node's network.
        homes: For each family that they have, where their address lies; by family.
        account: The service account that they run as, if rules look at accounts.
        mesh: Their part in a mesh, if rules look at that; empty if not known.
        windows: Whether they may run on nodes that refuse some policies.
    """

    namespace: str
    labels: tuple[tuple[str, str], ...]
    ports: tuple[NamedNumber, ...]
    host: bool
    homes: tuple[Home, ...]
    account: str = ""
    mesh: str = ""
    windows: bool = False

    @property
    def families(self) -> tuple[int, ...]:
        """The families in which they have an address."""
        return tuple(family for family, _ in self.homes)


class Units:
    """The units of some workloads.

    Attributes:
        units: Each once, in the order of the workloads.
        of_workload: For each workload, by position, the units of its pods, ascending;
            empty for one that does not run.
    """

    def __init__(
        self,
        workloads: Sequence[Workload],
        words: Vocabulary,
        homes: "Homes",
        windows: Windows,
        known: tuple[Unit, ...] = (),
    ) -> None:
        """Group *workloads* by what *words* mention.

        Args:
            workloads: The workloads.
            words: What is told apart.
            homes: Where pods have their addresses.
            windows: Which pods may run on Windows.
            known: Units that come first, even if no workload is in them.

        Complexity: linear in the number of pods.
        """
        self._words, self._homes, self._windows = words, homes, windows
        self._labels: dict[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]]
        self._labels = {}
        self._ports: dict[int, tuple[object, tuple[NamedNumber, ...]]] = {}
        keys = [self._keys(workload) for workload in workloads]
        number = self._number = {unit: at for at, unit in enumerate(known)}
        self.of_workload = [
            tuple(sorted(number.setdefault(unit, len(number)) for unit in found))
            for found in keys
        ]
        self.units = tuple(number)

    def regrouped(self, twins: Twins) -> "Units | None":
        """Group others into the same units; None if some are in none of these.

        Args:
            twins: These workloads, and the others.

        Complexity: linear in workloads, and in the pods of those that differ.
        """
        found = copy(self)
        for name in ("present", "alone", "scattered"):
            found.__dict__.pop(name, None)
        found.of_workload = []
        for was, workload in zip(twins.of, twins.after, strict=True):
            if was is not None and twins.before[was] is workload:
                found.of_workload.append(self.of_workload[was])
                continue
            numbers = [self._number.get(unit) for unit in self._keys(workload)]
            known = sorted(number for number in numbers if number is not None)
            if len(known) < len(numbers):
                return None
            found.of_workload.append(tuple(known))
        return found

    @cached_property
    def present(self) -> tuple[int, ...]:
        """The units that some workload is in."""
        held = {unit for found in self.of_workload for unit in found}
        return tuple(sorted(held))

    @cached_property
    def alone(self) -> list[list[int]]:
        """For each unit, the positions of the workloads that are in no other."""
        found: list[list[int]] = [[] for _ in self.units]
        for at, held in enumerate(self.of_workload):
            if len(held) == 1:
                found[held[0]].append(at)
        return found

    @cached_property
    def scattered(self) -> list[int]:
        """The positions of the workloads whose pods are in several units."""
        return [at for at, held in enumerate(self.of_workload) if len(held) > 1]

    @property
    def windows(self) -> Windows:
        """What tells which pods may run on Windows."""
        return self._windows

    def of_pod(self, workload: Workload, pod: Pod) -> int:
        """Return the number of the unit of one pod of a workload that was given."""
        return self._number[self._unit(workload, self._homes.of(workload, pod))]

    def _keys(self, workload: Workload) -> list[Unit]:
        if not workload.runs:
            return []
        if not workload.pods:
            return [self._unit(workload, self._homes.of(workload, None))]
        places = self._homes.of_all(workload)
        return [self._unit(workload, place) for place in sorted(places, key=_order)]

    def _unit(self, workload: Workload, homes: tuple[Home, ...]) -> Unit:
        labels = self._labels.get(workload.labels)
        if labels is None:
            wanted = self._words.label_keys
            labels = tuple(item for item in workload.labels if item[0] in wanted)
            self._labels[workload.labels] = labels
        return Unit(
            workload.namespace,
            labels,
            self._named(workload),
            workload.host_network,
            homes,
            workload.service_account if self._words.accounts else "",
            workload.mesh.value if self._words.mesh and workload.mesh else "",
            self._windows.may_run(workload),
        )

    def _named(self, workload: Workload) -> tuple[NamedNumber, ...]:
        """Return the named ports that matter, found once for ports of one object."""
        known = self._ports.get(id(workload.ports))
        if known is None:
            ports = sorted(
                (port.protocol, port.name, port.port)
                for port in workload.ports
                if (port.protocol, port.name) in self._words.names
            )
            # The ports are kept, so that no others get their identity.
            known = workload.ports, tuple(dict.fromkeys(ports))
            self._ports[id(workload.ports)] = known
        return known[1]


class Homes:
    """Where pods have their addresses."""

    def __init__(
        self,
        classes: AddressClasses,
        default_families: tuple[int, ...],
        *,
        pods_matter: bool,
        nodes_matter: bool,
    ) -> None:
        """Remember what decides.

        Args:
            classes: The address classes.
            default_families: The families of a pod whose addresses are not known.
            pods_matter: Whether a block may match a pod's address.
            nodes_matter: Whether a block may match a node's address.
        """
        self._classes = classes
        self._matter = {False: pods_matter, True: nodes_matter}
        self._unknown = tuple((family, None) for family in default_families)
        self._single: dict[tuple[int, int | None], tuple[Home, ...]] = {}

    def of(self, workload: Workload, pod: Pod | None) -> tuple[Home, ...]:
        """Return where *pod* is at home; None asks for a pod that is not known."""
        host = workload.host_network
        addresses: tuple[Address, ...] = ()
        if pod is not None:
            addresses = pod.addresses or (pod.node_addresses if host else ())
        if not addresses:
            return self._unknown
        if len(addresses) > 1:
            return tuple(self._home(addresses, host=host))
        # Most pods have one address, and most of these lie in few classes.
        address = addresses[0]
        at = self._classes.alike_of(address) if self._matter[host] else None
        return self._alone(address.version, at)

    def of_all(self, workload: Workload) -> set[tuple[Home, ...]]:
        """Return where the pods of a workload are at home; it has some.

        Complexity: linear in the pods. Where each has one IPv4 address, and no border
        of a class lies among these, only the lowest and the highest are looked up.
        """
        pods = workload.pods
        if not workload.host_network:
            single = [pod.addresses[0] for pod in pods if len(pod.addresses) == 1]
            if len(single) == len(pods) and {*map(type, single)} == {IPv4Address}:
                if not self._matter[False]:
                    return {self._alone(4, None)}
                numbers = [int(address) for address in single]
                at = self._classes.alike_within(4, min(numbers), max(numbers))
                if at is not None:
                    return {self._alone(4, at)}
        return {self.of(workload, pod) for pod in pods}

    def _alone(self, family: int, at: int | None) -> tuple[Home, ...]:
        """Return the homes of a pod with one address; one object for each."""
        key = (family, at)
        found = self._single.get(key)
        if found is None:
            found = self._single[key] = (key,)
        return found

    def _home(self, addresses: Iterable[Address], *, host: bool) -> Iterable[Home]:
        first: dict[int, Address] = {}
        for address in addresses:
            first.setdefault(address.version, address)
        for family in sorted(first):
            matters = self._matter[host]
            yield family, self._classes.alike_of(first[family]) if matters else None


def _order(homes: tuple[Home, ...]) -> list[tuple[int, int]]:
    return [(family, -1 if at is None else at) for family, at in homes]
