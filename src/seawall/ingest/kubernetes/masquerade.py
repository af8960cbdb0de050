"""ConfigMaps of the agent that hides pods behind the addresses of their nodes.

Source: Azure/ip-masq-agent-v2, ip-masq-agent.go, and Azure/azure-container-networking,
azure-ip-masq-merger: every file whose name starts with `ip-masq` is read, lists are
united, switches are or-ed, and one file that is not valid stops the agent. AKS docs,
update-azure-cni: which ConfigMap is AKS's own and which the customer's.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_network

from seawall.ingest.kubernetes.terms.fault import shown
from seawall.ingest.kubernetes.terms.record import Record, mapping, text
from seawall.ingest.text.yaml_text import parse_stream
from seawall.model.address import AddressRange
from seawall.model.diagnostic import Diagnostic, Level
from seawall.model.masquerade import Keeper, MasqueradeList
from seawall.model.origin import Origin
from seawall.model.setting import Setting

OWN = "azure-ip-masq-agent-config-reconciled"
ADDED = "azure-ip-masq-agent-config"

_NAMESPACE = "kube-system"
_CONFIG_MAP = ("", "ConfigMap")
_AGENT = "ip-masq-agent"
_WITHOUT_EFFECT = frozenset({"azure-dns-imds-ip-masq-agent-config"})
"""AKS's own list for Cilium in pod subnets: it hides pods from the host's addresses
alone, which no rule of the network sees (docs/semantics/path.md, L1)."""
_MOST = 64
_DEFAULT = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")
"""What upstream's agent spares when it finds no list."""


class _NotRead(Exception):  # noqa: N818  (the input's fault, not ours)
    """Why the agent cannot read a list, as a clause."""


@dataclass(slots=True)
class MasqueradeReader:
    """Collects the lists."""

    found: list[MasqueradeList] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def takes(self, record: Record, default_namespace: str) -> bool:
        """Take an object if it is a list of the agent, and say whether it was."""
        if record.type != _CONFIG_MAP or _AGENT not in record.name:
            return False
        namespace = text(record.namespace) or default_namespace
        if namespace != _NAMESPACE or record.name in _WITHOUT_EFFECT:
            return False
        keeper = {OWN: Keeper.AKS, ADDED: Keeper.CUSTOMER}.get(
            record.name, Keeper.ANOTHER_AGENT
        )
        if keeper is Keeper.ANOTHER_AGENT:
            self._tell_foreign(record)
        data = mapping(record.body.get("data"))
        read = [str(key) for key in data if _is_read(str(key), keeper)]
        for key in data:
            if str(key) not in read:
                self._tell_key(record, str(key))
        if record.doubt is not None or record.body.get("binaryData"):
            why = record.doubt or "`binaryData` is not read"
            self._add(record, keeper, Setting.unknown(why, record.origin))
        for key in read:
            self._file(record, keeper, key, data[key])
        if not read and keeper is Keeper.ANOTHER_AGENT:
            usual = tuple(AddressRange.parse(item) for item in _DEFAULT)
            why = "what the agent spares when it finds no list"
            self._add(record, keeper, Setting.defaulted(usual, why, record.origin))
        return True

    def lists(self) -> tuple[MasqueradeList, ...]:
        """Return the lists that were found, each once, sorted by name."""
        unique = dict.fromkeys(self.found)
        return tuple(
            sorted(unique, key=lambda item: (item.name, str(item.ranges.value)))
        )

    def _file(self, record: Record, keeper: Keeper, key: str, value: object) -> None:
        place = record.origin.at("data", key)
        try:
            ranges, hides = _parsed(value)
        except _NotRead as error:
            level = Level.ERROR
            self.diagnostics.append(
                Diagnostic(
                    level,
                    place,
                    f"the agent cannot read this list: {error}",
                    "it stops then, and what nodes do to the source of packets is left "
                    "as it was: whether pods keep their address is unknown",
                    "write `nonMasqueradeCIDRs` as a list of prefixes without host "
                    "bits, and switches as `true` or `false`",
                    of_object=True,
                )
            )
            why = f"the list of {record.name} cannot be read: {error}"
            self._add(record, keeper, Setting.unknown(why, place), place=place)
            return
        self._add(record, keeper, Setting.stated(ranges, place), hides, place)

    def _add(
        self,
        record: Record,
        keeper: Keeper,
        ranges: Setting[tuple[AddressRange, ...]],
        hides: bool = False,  # noqa: FBT001, FBT002
        place: Origin | None = None,
    ) -> None:
        self.found.append(
            MasqueradeList(
                f"{_NAMESPACE}/{record.name}",
                keeper,
                ranges,
                hides,
                place or record.origin,
            )
        )

    def _tell_foreign(self, record: Record) -> None:
        self.diagnostics.append(
            Diagnostic(
                Level.UNMODELLED,
                record.origin,
                f"`{record.name}` is for an agent that AKS does not run",
                "if the cluster runs it, pods are hidden behind nodes towards whatever "
                "its list does not spare",
                "remove it if no such agent runs, or judge those packets by hand",
            )
        )

    def _tell_key(self, record: Record, key: str) -> None:
        self.diagnostics.append(
            Diagnostic(
                Level.WARNING,
                record.origin.at("data", key),
                f"the agent does not read the key `{key}`",
                "it reads files whose name starts with `ip-masq`",
                "call the key `ip-masq-agent`",
            )
        )


def _is_read(key: str, keeper: Keeper) -> bool:
    """Whether the agent reads a key; upstream's reads `config`."""
    return key.startswith("ip-masq") or (
        keeper is Keeper.ANOTHER_AGENT and key == "config"
    )


def _parsed(value: object) -> tuple[tuple[AddressRange, ...], bool]:
    """Return the ranges of one file, and whether it hides pods from link-local ones."""
    if not isinstance(value, str):
        raise _NotRead(f"{shown(value)} is not text")
    documents = list(parse_stream(value))
    if any(item.fault for item in documents):
        raise _NotRead("it is not YAML")
    content = documents[0].value if documents else None
    if content is None:
        return (), False
    if not isinstance(content, dict):
        raise _NotRead("it is not a mapping")
    # As Go does, keys are compared without regard to case.
    known = {str(key).lower(): item for key, item in content.items()}
    for name in ("masqlinklocal", "masqlinklocalipv6"):
        if not isinstance(known.get(name) or False, bool):
            raise _NotRead(f"{shown(known[name])} is neither `true` nor `false`")
    return _ranges(known), known.get("masqlinklocal") is True


def _ranges(known: Mapping[str, object]) -> tuple[AddressRange, ...]:
    listed = known.get("nonmasqueradecidrs")
    if listed is None:
        return ()
    if not isinstance(listed, list):
        raise _NotRead(f"{shown(listed)} is not a list")
    if len(listed) > _MOST:
        raise _NotRead(f"it takes {_MOST} prefixes at most, and {len(listed)} are here")
    return tuple(_range(item) for item in listed)


def _range(item: object) -> AddressRange:
    if not isinstance(item, str) or "/" not in item:
        raise _NotRead(f"{shown(item)} is not a prefix")
    try:
        return AddressRange.parse(str(ip_network(item)))
    except ValueError as error:
        raise _NotRead(f"{shown(item)} is not a prefix without host bits") from error
