"""Network managers: security admin rules, and the networks that they apply to.

Source: Azure docs, concept-security-admins, concept-network-groups and
concept-deployments, read 2026-08; azurerm provider 5.2, `azurerm_network_manager_*`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from seawall.ingest.azure.filters.admin_rules import rules_of
from seawall.ingest.azure.filters.unseen_rules import anything, may_hold
from seawall.ingest.azure.records.catalogue import Catalogue
from seawall.ingest.azure.records.deployments import SECURITY, Deployment, is_deployed
from seawall.ingest.azure.records.values import text, texts
from seawall.ingest.identity import last_name, parent_of, referenced_id
from seawall.ingest.notes import Notes
from seawall.ingest.resource import Field, ResourceRecord
from seawall.model.address import AddressRange
from seawall.model.admin import AdminAccess, AdminCollection
from seawall.model.origin import Origin
from seawall.model.snapshot import Fabric

MANAGERS = "microsoft.network/networkmanagers"
GROUPS = f"{MANAGERS}/networkgroups"
MEMBERS = f"{GROUPS}/staticmembers"
CONFIGURATIONS = f"{MANAGERS}/securityadminconfigurations"
COLLECTIONS = f"{CONFIGURATIONS}/rulecollections"
RULES = f"{COLLECTIONS}/rules"
_NETWORKS = "microsoft.network/virtualnetworks"
_INTENT = ("microsoft.sql/managedinstances", "microsoft.databricks/workspaces")
"""Services whose networks keep out admin rules, by the delegation of a subnet."""

_BY_STATUS = "list-deploy-status --deployment-types SecurityAdmin"
_Sure = bool | None


@dataclass(frozen=True, slots=True)
class _Collection:
    """A rule collection as it stands in the input.

    Attributes:
        id: In lower case.
        groups: Ids of the network groups that it applies to; None if not known.
    """

    id: str
    name: str
    groups: tuple[str, ...] | None
    rules: tuple[ResourceRecord, ...]
    origin: Origin


def admin_rules(
    catalogue: Catalogue,
    fabric: Fabric,
    deployments: Iterable[Deployment],
    notes: Notes,
) -> tuple[AdminCollection, ...]:
    """Return the rule collections with the networks that they apply to."""
    reader = _Reader(catalogue, fabric, tuple(deployments), notes)
    found = [part for each in reader.collections() for part in reader.converted(each)]
    return (*found, *reader.of_bare_managers())


class _Reader:
    def __init__(
        self,
        catalogue: Catalogue,
        fabric: Fabric,
        deployments: tuple[Deployment, ...],
        notes: Notes,
    ) -> None:
        self._catalogue = catalogue
        self._fabric = fabric
        self._deployments = tuple(it for it in deployments if it.kind == SECURITY)
        self._notes = notes
        self._places = {item.id: item.location for item in catalogue.of(_NETWORKS)}
        self._members = {
            group.id: tuple(self._static_members(group))
            for group in catalogue.of(GROUPS)
        }
        self._ranks = self._scopes()

    def _static_members(self, group: ResourceRecord) -> Iterator[str]:
        for record in self._catalogue.children(group.id, MEMBERS):
            field = record.body.get("resourceId")
            written = text(field) or referenced_id(field)
            if written:
                yield written.lower().rstrip("/")
            else:
                self._notes.error(
                    field.origin,
                    f"the member `{record.name}` of the network group `{group.name}` "
                    "names no network",
                    field.unresolved or "a static member names a virtual network",
                    "give an input in which its `resourceId` is known",
                )

    def _scopes(self) -> dict[str, int]:
        """Return the rank of each manager; all alike where one is not known.

        Source: Azure docs, concept-network-manager-scope: the higher scope wins.
        """
        known = self._catalogue.of(MANAGERS)
        ranks = {}
        for record in known:
            scopes = record.body.get("networkManagerScopes")
            groups = scopes.get("managementGroups")
            ranks[record.id] = 0 if list(groups.items()) else 1
            if not scopes.is_given or groups.unresolved:
                return {}
        return ranks

    def collections(self) -> Iterator[_Collection]:
        """Yield the rule collections, also those of which only rules are given."""
        by_parent: dict[str, list[ResourceRecord]] = {}
        for record in self._catalogue.of(RULES):
            parent = record.parent or parent_of(record.id, RULES)
            by_parent.setdefault(parent, []).append(record)
        for record in self._catalogue.of(COLLECTIONS):
            groups = _groups(record.body.get("appliesToGroups"))
            rules = tuple(by_parent.pop(record.id, ()))
            yield _Collection(record.id, record.name, groups, rules, record.origin)
        held = {
            record.parent or parent_of(record.id, COLLECTIONS)
            for record in self._catalogue.of(COLLECTIONS)
        } | {parent_of(each, COLLECTIONS) for each in by_parent}
        for record in self._catalogue.of(CONFIGURATIONS):
            if record.id not in held:
                id_ = f"{record.id}/rulecollections/{record.name.lower()}"
                yield _Collection(id_, record.name, None, (), record.origin)
        for parent, records in sorted(by_parent.items()):
            listed = records[0].body.get("ruleCollectionAppliesToGroups")
            yield _Collection(
                parent,
                last_name(parent),
                _groups(listed),
                tuple(records),
                records[0].origin,
            )

    def converted(self, found: _Collection) -> Iterator[AdminCollection]:
        """Yield a collection, and apart its rules that allow, where only they hold."""
        configuration = parent_of(found.id, COLLECTIONS)
        record = self._catalogue.find(COLLECTIONS, found.id)
        if record is not None and record.parent:
            configuration = record.parent
        manager = parent_of(configuration, CONFIGURATIONS)
        owner = self._catalogue.find(CONFIGURATIONS, configuration)
        if owner is not None and owner.parent:
            manager = owner.parent
        whole = AdminCollection(
            id=found.id,
            name=found.name,
            manager=manager,
            rank=self._ranks.get(manager, 0),
            rules=tuple(
                rule
                for each in found.rules
                for rule in rules_of(each, self._spaces, self._notes)
            )
            or anything(found.origin),
            networks=(),
            maybe=(),
            why="",
            origin=found.origin,
        )
        intent = None
        if owner is not None and not owner.body.get(_INTENT_KEY).unresolved:
            listed = texts(owner.body.get(_INTENT_KEY))
            intent = frozenset(word.lower() for word in listed)
        yield from self._placed(whole, found, configuration, intent)

    def _placed(
        self,
        whole: AdminCollection,
        found: _Collection,
        configuration: str,
        intent: frozenset[str] | None,
    ) -> Iterator[AdminCollection]:
        """Yield the parts of a collection, by what holds in which networks.

        Source: Azure docs, concept-security-admins, "Nonapplication of security admin
        rules at virtual network level".
        """
        plain: dict[str, _Sure] = {}
        allowing: dict[str, _Sure] = {}
        for network in self._fabric.networks:
            sure = _both(
                self._is_member(found, network.id),
                self._is_deployed(whole.manager, configuration, network.id),
            )
            if not found.rules:
                sure = None if sure else sure
            if not self._has_intent(network.id):
                plain[network.id] = sure
            elif intent is None or "all" in intent:
                plain[network.id] = None if sure else sure
            elif "allowrulesonly" in intent:
                allowing[network.id] = sure
        why = f"the admin rules of `{found.name}` are not in the input"
        mend = "security-admin-config rule-collection rule list"
        if found.rules:
            why = self._why(found, whole.manager, configuration)
            mend = _BY_STATUS
        only = tuple(rule for rule in whole.rules if rule.access is not _DENY)
        for places, rules in ((plain, whole.rules), (allowing, only)):
            networks = tuple(sorted(key for key, sure in places.items() if sure))
            maybe = tuple(sorted(key for key, sure in places.items() if sure is None))
            if networks or maybe:
                yield replace(
                    whole, rules=rules, networks=networks, maybe=maybe, why=why
                )
            if maybe:
                self._notes.unmodelled(
                    found.origin,
                    f"whether the admin rules of `{found.name}` apply is not known",
                    f"{why}; where they may deny, the answer is unknown",
                    f"add the output of `az network manager {mend} -o json`, and the "
                    "static members of its network groups",
                )

    def _is_member(self, found: _Collection, network: str) -> _Sure:
        """Whether a network is in a group; groups with listed members are complete.

        Source: Azure docs, concept-network-groups: static and dynamic membership.
        """
        if found.groups is None:
            return None
        sure: _Sure = False
        for group in found.groups:
            members = self._members.get(group, ())
            if network in members:
                return True
            if not members:
                sure = None
            else:
                self._notes.assume(
                    "network-groups-as-listed",
                    "network groups with listed members have no others: what policies "
                    "add to them is not in the input",
                    "Azure docs, concept-network-groups, read 2026-08",
                )
        return sure

    def _is_deployed(self, manager: str, configuration: str, network: str) -> _Sure:
        region = self._places.get(network, "")
        return is_deployed(self._deployments, manager, configuration, region)

    def _why(self, found: _Collection, manager: str, configuration: str) -> str:
        name = last_name(configuration)
        if not any(item.manager == manager for item in self._deployments):
            return f"where `{name}` is deployed is not in the input"
        groups = found.groups
        if groups is None or any(not self._members.get(each) for each in groups):
            return f"which networks `{found.name}` applies to is not in the input"
        return f"whether `{name}` is deployed in the region is not in the input"

    def _has_intent(self, network: str) -> bool:
        return any(
            delegation.lower() in _INTENT
            for subnet in self._fabric.subnets
            if subnet.network == network
            for delegation in subnet.delegations
        )

    def _spaces(self, group: str) -> tuple[AddressRange, ...] | None:
        """Return the addresses of a network group; None if its members are unknown."""
        members = self._members.get(group, ())
        known = {item.id: item.space for item in self._fabric.networks}
        if not members or any(member not in known for member in members):
            return None
        return tuple(item for member in members for item in known[member])

    def of_bare_managers(self) -> Iterator[AdminCollection]:
        """Yield what managers may do of whose admin rules nothing is in the input."""
        configured = {
            record.parent or parent_of(record.id, CONFIGURATIONS)
            for record in self._catalogue.of(CONFIGURATIONS)
        }
        for record in self._catalogue.of(MANAGERS):
            access = record.body.get("networkManagerScopeAccesses")
            secures = "securityadmin" in {
                (text(item) or "").lower() for item in access.items()
            }
            if record.id in configured or (access.is_given and not secures):
                continue
            places = tuple(
                sorted(
                    each.id
                    for each in self._fabric.networks
                    if may_hold(record, each.id)
                )
            )
            if not places and self._fabric.networks:
                continue
            why = (
                f"the admin rules of the network manager `{record.name}` are not in "
                "the input"
            )
            self._notes.unmodelled(
                record.origin,
                why,
                "they come before every security group: whatever they may deny, or "
                "allow past the groups, is unknown",
                "add its `securityAdminConfigurations` with their rule collections and "
                "rules, its network groups and their members; or leave the manager "
                "out, if it has none",
            )
            if not places:
                continue
            yield AdminCollection(
                id=f"{record.id}#unseen",
                name=record.name,
                manager=record.id,
                rank=self._ranks.get(record.id, 0),
                rules=anything(record.origin),
                networks=(),
                maybe=places,
                why=why,
                origin=record.origin,
            )


_INTENT_KEY = "applyOnNetworkIntentPolicyBasedServices"
_DENY = AdminAccess.DENY


def _groups(field: Field) -> tuple[str, ...] | None:
    if not isinstance(field.value, list | tuple):
        return None
    found: list[str] = []
    for item in field.items():
        written = text(item.get("networkGroupId")) or referenced_id(item)
        if not written:
            return None
        found.append(written.lower().rstrip("/"))
    return tuple(found)


def _both(one: _Sure, other: _Sure) -> _Sure:
    if one is False or other is False:
        return False
    return None if None in (one, other) else True
