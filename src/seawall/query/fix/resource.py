"""Rules of a platform service's own firewall that let clients in."""

import json
import shlex
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from seawall.engine.path import Branch, Space, Step
from seawall.flowspace import FlowSet
from seawall.model.address import AddressRange, prefixes_of
from seawall.model.endpoint import PlatformResource
from seawall.model.snapshot import Snapshot
from seawall.model.trace import Layer
from seawall.query.case import Case
from seawall.query.fix.change import Advice, Snippet
from seawall.query.fix.group import resource_group
from seawall.query.fix.need import FEW_PREFIXES, ends_of, refused
from seawall.query.trace.blockers import Blocker

_COMMANDS = {
    "vault": "az keyvault network-rule add --name",
    "storage": "az storage account network-rule add --account-name",
    "registry": "az acr network-rule add --name",
}
"""Source: Azure CLI docs, the network-rule commands of each service."""

_WRITTEN = {"api-server", *_COMMANDS}
"""The kinds whose firewalls are written here; others have rules of other shapes."""


@dataclass(frozen=True, slots=True)
class ResourceChange:
    """Clients that the firewall of a platform service admits.

    Attributes:
        resource: Id of the service.
        name: Its name.
        service: Its kind.
        ranges: Public addresses that are admitted.
        subnets: Ids of subnets that are.
        known: Ranges that are admitted already.
        touches: The packets that it lets in.
    """

    resource: str
    name: str
    service: str
    ranges: tuple[AddressRange, ...]
    subnets: tuple[str, ...]
    known: tuple[AddressRange, ...]
    touches: FlowSet
    kind: str = "resource firewall rule"
    notes: tuple[str, ...] = ()

    @property
    def says(self) -> str:
        """What it does, as a sentence without its full stop."""
        whom = ", ".join((*map(str, self.ranges), *map(_short, self.subnets)))
        what = "its authorized ranges" if self.service == "api-server" else "its rules"
        return f"admits {whom} to {self.name}, in {what}"

    def applied(self, snapshot: Snapshot) -> Snapshot:
        """Return the snapshot with the clients admitted."""
        resources = tuple(
            replace(
                item,
                allowed_ranges=(*item.allowed_ranges, *self.ranges),
                allowed_subnets=(*item.allowed_subnets, *self.subnets),
            )
            if item.id == self.resource
            else item
            for item in snapshot.fabric.resources
        )
        return replace(snapshot, fabric=replace(snapshot.fabric, resources=resources))

    def snippets(self) -> tuple[Snippet, ...]:
        """Return the rule as a command, where there is one, and as the JSON of ARM."""
        body = json.dumps({"properties": self._properties()}, indent=2) + "\n"
        arm = Snippet("arm", self.name, body)
        command = self._command()
        return (Snippet("az", self.name, command), arm) if command else (arm,)

    def _command(self) -> str:
        group = f"--resource-group {shlex.quote(resource_group(self.resource))}"
        name = shlex.quote(self.name)
        if self.service == "api-server":
            every = ",".join(map(str, (*self.known, *self.ranges)))
            flag = f"--api-server-authorized-ip-ranges {shlex.quote(every)}"
            return f"az aks update {group} --name {name} \\\n  {flag}\n"
        if self.service not in _COMMANDS:
            return ""
        head = f"{_COMMANDS[self.service]} {name} {group}"
        lines = [f"{head} --ip-address {item}" for item in self.ranges]
        lines += [f"{head} --subnet {shlex.quote(item)}" for item in self.subnets]
        return "\n".join(lines) + "\n"

    def _properties(self) -> dict[str, object]:
        """Return the properties that change.

        Source: Azure REST, Managed Clusters, Vaults, Storage Accounts, Registries.
        """
        if self.service == "api-server":
            every = [str(item) for item in (*self.known, *self.ranges)]
            return {"apiServerAccessProfile": {"authorizedIPRanges": every}}
        addresses = [{"value": str(item)} for item in self.ranges]
        if self.service == "registry":
            rules = [{"action": "Allow", **item} for item in addresses]
            return {"networkRuleSet": {"ipRules": rules}}
        subnets = [{"id": item} for item in self.subnets]
        return {"networkAcls": {"ipRules": addresses, "virtualNetworkRules": subnets}}


def _short(id_: str) -> str:
    return id_.rsplit("/", 1)[-1]


def resource_rules_for(
    case: Case, blockers: Iterable[Blocker]
) -> Iterator[ResourceChange | Advice]:
    """Yield rules that let clients in, and advice where none can."""
    for blocker in blockers:
        for way, step in blocker.places:
            yield _for_place(case, blocker, way, step)


def _for_place(
    case: Case, blocker: Blocker, way: Branch, step: Step
) -> ResourceChange | Advice:
    hop, resource = blocker.hop, way.question.resource
    if resource is None or not resource.public.is_surely(value=True):
        turn = "turn public access on"
        if resource is not None and resource.perimeter is not None:
            turn = f"let a rule of {resource.perimeter.name} admit it"
        says = f"{hop.says}; reach it by a private endpoint, or {turn}"
        return Advice(hop.layer, hop.at, says)
    if resource.kind not in _WRITTEN:
        says = f"{hop.says}; admit the sender in the firewall of {resource.name}"
        return Advice(hop.layer, hop.at, says)
    held = [it for it in case.snapshot.fabric.resources if it.id == resource.id]
    known = held[0] if held else resource
    headers = refused(step, blocker.flows & way.flows)
    if _is_by_service_endpoint(way):
        subnet = way.arrival.subnet if way.arrival else None
        if subnet is not None:
            return _change(known, (), (subnet,), headers)
    sources, _ = ends_of(headers)
    ranges = prefixes_of(sources.ranges)
    owned: Space = case.paths.atlas.owned
    if len(ranges) > FEW_PREFIXES or not sources <= owned:
        says = f"{hop.says}; say by which public address its clients leave"
        return Advice(hop.layer, hop.at, says)
    return _change(known, ranges, (), headers)


def _is_by_service_endpoint(way: Branch) -> bool:
    return any(step.layer is Layer.SERVICE_ENDPOINT for step in way.steps)


def _change(
    resource: PlatformResource,
    ranges: tuple[AddressRange, ...],
    subnets: tuple[str, ...],
    headers: FlowSet,
) -> ResourceChange:
    return ResourceChange(
        resource.id,
        resource.name,
        resource.kind,
        ranges,
        subnets,
        resource.allowed_ranges,
        headers,
    )
