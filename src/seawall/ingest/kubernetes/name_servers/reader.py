"""ConfigMaps of the cluster's own DNS servers: the one of AKS, and the customer's.

Source: AKS docs, coredns-custom: keys that end in `.server` are server blocks, those
that end in `.override` stand in the block that AKS makes.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from seawall.ingest.kubernetes.name_servers.corefile import (
    CorefileError,
    Line,
    blocks_of,
    lines_of,
    merged,
)
from seawall.ingest.kubernetes.terms.record import Record, mapping, text
from seawall.model.diagnostic import Diagnostic, Level
from seawall.model.name_servers import OF_AKS, ServerBlock, Unread
from seawall.model.origin import Origin

_NAMESPACE = "kube-system"
_CONFIG_MAP = ("", "ConfigMap")
_OWN, _CUSTOM, _OLD = "coredns", "coredns-custom", "kube-dns"
_OVERRIDE, _SERVER = ".override", ".server"


@dataclass(slots=True)
class NameServerReader:
    """Collects the ConfigMaps; `blocks` is asked at the end."""

    own: list[Record] = field(default_factory=list)
    custom: list[Record] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def takes(self, record: Record, default_namespace: str) -> bool:
        """Take an object if it configures the servers, and say whether it was."""
        if record.type != _CONFIG_MAP or record.name not in (_OWN, _CUSTOM, _OLD):
            return False
        if (text(record.namespace) or default_namespace) != _NAMESPACE:
            return False
        if record.name == _OLD:
            self._tell_old(record)
        else:
            (self.own if record.name == _OWN else self.custom).append(record)
        return True

    def blocks(self) -> tuple[ServerBlock, ...]:
        """Return the server blocks; none where the input says nothing of them."""
        if not self.own and not self.custom:
            return ()
        faults = [*_doubts(self.own), *_doubts(self.custom)]
        overrides: list[tuple[Line, Origin]] = []
        servers: list[tuple[Line, Origin]] = []
        for key, value, origin in _files(self.custom[:1]):
            into = servers if key.endswith(_SERVER) else overrides
            if not key.endswith((_SERVER, _OVERRIDE)):
                self._tell_key(key, origin)
                continue
            into += [(line, origin) for line in self._read(value, origin, faults)]
        found: list[ServerBlock] = []
        for key, value, origin in _files(self.own[:1]):
            if key == "Corefile":
                lines = self._read(value, origin, faults)
                found += self._blocks([(it, origin) for it in lines], overrides, faults)
        if not found:
            found = [merged(OF_AKS, overrides)]
        found += self._blocks(servers, (), faults)
        unread = [each for block in found for each in block.unread]
        for each in dict.fromkeys((*faults, *unread)):
            self._tell(each)
        return tuple(
            replace(each, unread=(*faults, *each.unread)) if faults else each
            for each in found
        )

    def _read(
        self, value: object, origin: Origin, faults: list[Unread]
    ) -> tuple[Line, ...]:
        if not isinstance(value, str):
            faults.append(Unread("a part of its configuration is no text", (), origin))
            return ()
        try:
            return lines_of(value)
        except CorefileError as error:
            faults.append(Unread(f"its configuration: {error}", (), origin))
            return ()

    def _blocks(
        self,
        lines: list[tuple[Line, Origin]],
        overrides: list[tuple[Line, Origin]] | tuple[()],
        faults: list[Unread],
    ) -> list[ServerBlock]:
        found: list[ServerBlock] = []
        for line, origin in lines:
            try:
                found += blocks_of((line,), origin, overrides)
            except CorefileError as error:
                faults.append(Unread(f"its configuration: {error}", (), origin))
        return found

    def _tell(self, unread: Unread) -> None:
        under = " and ".join(f"under `{zone}`" for zone in unread.zones if zone)
        self.diagnostics.append(
            Diagnostic(
                Level.UNMODELLED,
                unread.origin,
                f"the cluster's DNS: {unread.what}",
                f"what names {under or 'that it may touch'} lead to is unknown for "
                "whoever asks there",
                "judge those names by hand, or ask about addresses",
            )
        )

    def _tell_key(self, key: str, origin: Origin) -> None:
        self.diagnostics.append(
            Diagnostic(
                Level.WARNING,
                origin,
                f"the cluster's DNS does not read the key `{key}`",
                "it reads keys that end in `.server` or `.override`",
                "let it end so, if it is meant to be read",
            )
        )

    def _tell_old(self, record: Record) -> None:
        self.diagnostics.append(
            Diagnostic(
                Level.WARNING,
                record.origin,
                "the ConfigMap `kube-dns` has no effect on AKS",
                "CoreDNS does not read stub domains and nameservers from it",
                "write them as `.server` keys of `coredns-custom`",
            )
        )


def _files(records: list[Record]) -> Iterator[tuple[str, object, Origin]]:
    for record in records:
        data = mapping(record.body.get("data"))
        for key in sorted(data, key=str):
            yield str(key), data[key], record.origin.at("data", str(key))


def _doubts(records: list[Record]) -> Iterator[Unread]:
    """Yield why it is not known what a ConfigMap says."""
    for record in records:
        if record.doubt is not None:
            yield Unread(f"its ConfigMap: {record.doubt}", (), record.origin)
    if len({_gist(record) for record in records}) > 1:
        what = f"its ConfigMap `{records[0].name}` stands twice and differs"
        yield Unread(what, (), records[1].origin)


def _gist(record: Record) -> tuple[tuple[str, str], ...]:
    """Return what a ConfigMap says, but for blanks at the ends of its texts."""
    data = mapping(record.body.get("data"))
    return tuple(sorted((str(key), str(data[key]).strip()) for key in data))
