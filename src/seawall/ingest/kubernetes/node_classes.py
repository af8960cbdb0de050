"""AKSNodeClasses: in which subnet node auto-provisioning makes nodes.

Source: AKS docs, node-auto-provisioning-networking, read 2026-11-30.
"""

from dataclasses import dataclass, field

from seawall.ingest.kubernetes.terms.fault import shown
from seawall.ingest.kubernetes.terms.placeholder import placeholder_in
from seawall.ingest.kubernetes.terms.record import Record
from seawall.model.diagnostic import Diagnostic, Level
from seawall.model.node_class import NodeClass
from seawall.model.setting import Setting

_KIND = ("karpenter.azure.com", "AKSNodeClass")
_DEFAULT = "AKS docs, node-auto-provisioning-networking"
_KEY = "vnetSubnetID"


@dataclass(slots=True)
class NodeClassReader:
    """Collects them."""

    read: list[NodeClass] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def takes(self, record: Record, default_namespace: str) -> bool:
        """Take an object if it is one, and say whether it was."""
        del default_namespace
        if record.type != _KIND:
            return False
        self.read.append(NodeClass(record.name, self._subnet(record), record.origin))
        return True

    def found(self) -> tuple[NodeClass, ...]:
        """Return them, sorted by name and subnet, each once."""
        by_key = {
            (it.name, it.subnet.value or "", it.subnet.why): it for it in self.read
        }
        return tuple(by_key[key] for key in sorted(by_key))

    def _subnet(self, record: Record) -> Setting[str]:
        value, place = record.spec.get(_KEY), record.origin.at("spec", _KEY)
        if record.doubt is not None:
            return Setting.unknown(record.doubt, record.origin)
        if value is None:
            return Setting.defaulted(None, _DEFAULT, record.origin)
        if isinstance(value, str) and value and placeholder_in(value) is None:
            return Setting.stated(value.strip().rstrip("/").lower(), place)
        why = f"`{_KEY}` of the node class `{record.name}` is no id of a subnet"
        self.diagnostics.append(
            Diagnostic(
                Level.ERROR,
                place,
                f"{why}: `{shown(value)}`",
                "where its nodes stand, and pods on them, is not known",
                "write the whole id of a subnet",
            )
        )
        return Setting.unknown(why, place)
