"""Azure resources as they were written, whatever tool wrote them.

`ingest.azure` and `ingest.terraform` bring every envelope to a `ResourceRecord`;
`ingest.aks` completes what AKS itself adds to a `RawAzure`. This module knows the
shapes only; it holds no meaning.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum

from seawall.model.cluster import Cluster
from seawall.model.diagnostic import Assumption, Diagnostic
from seawall.model.origin import Origin
from seawall.model.snapshot import Fabric


class Missing:
    """The value of a key that is not there; distinct from null."""

    def __bool__(self) -> bool:
        return False


MISSING = Missing()


class _Rest:
    """See `REST`."""

    def __repr__(self) -> str:
        return "REST"


REST = _Rest()
"""The key under which an object keeps why it may hold more than its other keys."""


DOUBT = "#doubt"
"""The key under which a resource keeps why it may not be there at all."""


@dataclass(frozen=True, slots=True)
class Unresolved:
    """A value that stands in the input only as a promise.

    Attributes:
        why: What keeps it from being known, without a final period.
        left_to_service: Whether the author wrote nothing, so that the service's own
            default will hold.
    """

    why: str
    left_to_service: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """One value of a resource, with its place.

    Keys are compared without regard to case, and `properties` is looked through, so
    that nested and flattened envelopes read alike. A value inside may itself be a
    `Field`, which then keeps its own place.

    Attributes:
        value: Plain data, MISSING, or an `Unresolved`.
        origin: Where it stands; for a missing one, where it would stand.
        default: Who gives this value although nobody wrote it; empty if written.
    """

    value: object
    origin: Origin
    default: str = ""

    def get(self, *keys: str) -> "Field":
        """Return the value under the first of *keys* that is there and not null.

        If none is, the result is missing, or null where null was written.
        """
        fallback: Field | None = None
        for key in keys:
            found = self._get(key)
            if found.is_given:
                return found
            if fallback is None or found.value is None:
                fallback = found
        return fallback or Field(MISSING, self.origin)

    def walk(self, *keys: str) -> "Field":
        """Return the value reached by taking *keys* one after the other."""
        here = self
        for key in keys:
            here = here.get(key)
        return here

    def _get(self, key: str) -> "Field":
        value = self.value
        if not isinstance(value, dict):
            return self if self.unresolved else Field(MISSING, self.origin)
        if key in value:
            return self._child(key, value[key])
        inner = value.get("properties")
        if isinstance(inner, dict) and key in inner:
            place = self.origin.at("properties")
            return Field(inner, place).get(key)
        # Only then the slow way: keys in another case.
        found = _lookup(value, key)
        if found is not None:
            return self._child(found, value[found])
        outer = _lookup(value, "properties")
        if outer is not None:
            inside = _within(self._child(outer, value[outer]), key)
            if inside.value is not MISSING:
                return inside
        return Field(value.get(REST, MISSING), self.origin)

    def _child(self, key: str | int, value: object) -> "Field":
        if isinstance(value, Field):
            return value
        return Field(value, self.origin.at(key))

    def items(self) -> Iterator["Field"]:
        """Yield the elements, if this is a list."""
        if isinstance(self.value, list | tuple):
            for index, item in enumerate(self.value):
                yield self._child(index, item)

    @property
    def is_given(self) -> bool:
        """Whether there is something here, even if not resolved."""
        return self.value is not None and self.value is not MISSING

    @property
    def unresolved(self) -> str:
        """Why the value is not known; empty when it is, or is not there."""
        if isinstance(self.value, Unresolved):
            return self.value.why
        if isinstance(self.value, str) and _is_expression(self.value):
            return f"the expression `{self.value}` is not evaluated"
        return ""

    @property
    def left_to_service(self) -> bool:
        """Whether nobody stated a value: absent, null, or not configured."""
        if isinstance(self.value, Unresolved):
            return self.value.left_to_service
        return not self.is_given


def _within(properties: Field, key: str) -> Field:
    """Return a value in the properties of a resource, where these can be read."""
    if properties.unresolved or isinstance(properties.value, dict):
        return properties.get(key)
    if properties.is_given:
        return Field(Unresolved("`properties` is no object"), properties.origin)
    return Field(MISSING, properties.origin)


def _lookup(mapping: Mapping[object, object], key: str) -> str | None:
    """Return *key* as the mapping spells it, or None."""
    folded, length = key.lower(), len(key)
    for known in mapping:
        if isinstance(known, str) and len(known) == length and known.lower() == folded:
            return known
    return None


def _is_expression(text: str) -> bool:
    """Whether *text* is an ARM expression; `[[` escapes a plain bracket."""
    return text.startswith("[") and text.endswith("]") and not text.startswith("[[")


class Source(Enum):
    """How far a record tells the truth about the resource."""

    AZURE = "azure"
    """What the platform reports, or a request to it."""
    PLAN = "terraform-plan"
    STATE = "terraform-state"
    TEMPLATE = "arm-template"
    CONFIGURATION = "terraform-configuration"
    """What a folder of Terraform declares."""
    PART = "terraform-configuration-part"
    """The same, where some modules of the deployment cannot be read."""
    DATA = "terraform-data"
    """A data source: part of what somebody else keeps."""


PLANNED = frozenset({Source.PLAN, Source.STATE, Source.TEMPLATE, Source.CONFIGURATION})
"""Sources that hold all parts of what they make."""


@dataclass(frozen=True, slots=True)
class ResourceRecord:
    """One resource, in the shape of Azure Resource Manager.

    Attributes:
        type: ARM type in lower case, such as `microsoft.network/virtualnetworks`.
        id: Resource id in lower case without a trailing slash; in Terraform, the
            address in lower case while the id is not known.
        name: Its own name, the last part for a child.
        resource_group: In lower case; empty when not known.
        location: In lower case without spaces; empty when not known.
        body: Its values by their ARM names.
        parent: Id of the resource that it is a part of; empty for none.
        source: Where it comes from.
        spelled: The id that it will have, what is not known of it in braces; empty
            where `id` is that.
        astray: Why it is not known what it is a part of, if it is known why.
        address: In Terraform, the address as the configuration writes it.
    """

    type: str
    id: str
    name: str
    resource_group: str
    location: str
    body: Field
    parent: str = ""
    source: Source = Source.AZURE
    spelled: str = ""
    astray: str = ""
    address: str = ""

    @property
    def origin(self) -> Origin:
        """Where it stands."""
        return self.body.origin

    @property
    def pattern(self) -> str:
        """Its id, as far as that is known."""
        return self.spelled or self.id


@dataclass(frozen=True, slots=True)
class Change(ResourceRecord):
    """What may change resources of a type, and is no resource of its own.

    `spelled` says which resources these may be, and `astray` why it may change them.

    Attributes:
        paths: Properties that it may set where nobody else does.
        adds: Whether they are lists, to which it adds.
        lays: Types of the parts that it may add.
        inner: Properties that it may set in the subnets of a network.
        is_called: Whether only what is surely called so is meant.
        overrules: Whether it may set the properties that others state, too.
    """

    paths: tuple[tuple[str, ...], ...] = ()
    adds: bool = False
    lays: tuple[str, ...] = ()
    inner: tuple[tuple[str, ...], ...] = ()
    is_called: bool = False
    overrules: bool = False


@dataclass(frozen=True, slots=True)
class ClusterRecord:
    """A cluster as far as it is written, with what only AKS's own additions need.

    Attributes:
        cluster: The cluster; pools without a subnet have an unknown one.
        managed_network: Whether AKS makes the network: True when no pool names a
            subnet, None when that is not known.
        application_gateway: Id or name of the application gateway that the ingress
            add-on runs; empty without the add-on.
        private_name: The private DNS name of the API server, when stated.
        public_name: Its public DNS name, when stated; a private cluster may have one.
        managed_outbound: Public addresses that AKS uses for outbound traffic, by id.
        source: Where the record comes from.
    """

    cluster: Cluster
    managed_network: bool | None = None
    application_gateway: str = ""
    private_name: str = ""
    public_name: str = ""
    managed_outbound: tuple[str, ...] = ()
    source: Source = Source.AZURE


@dataclass(frozen=True, slots=True)
class RawAzure:
    """What the user's documents say, before AKS's own additions.

    Attributes:
        cluster: The cluster that is asked about, or None.
        others: Further clusters.
        fabric: The network as far as it is written.
        diagnostics: In any order.
        assumptions: In any order.
        groups: Resource groups, in lower case, of which anything was read.
    """

    cluster: ClusterRecord | None = None
    others: tuple[ClusterRecord, ...] = ()
    fabric: Fabric = field(default_factory=Fabric)
    diagnostics: tuple[Diagnostic, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    groups: frozenset[str] = frozenset()
