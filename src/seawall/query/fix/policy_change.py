"""A policy that is added, as it is read back once it is written."""

from dataclasses import dataclass, field, replace

from seawall.flowspace import FlowSet
from seawall.ingest.manifest import read_manifest
from seawall.model.diagnostic import Level
from seawall.model.snapshot import KubernetesObjects, Snapshot
from seawall.query.document import Json
from seawall.query.fix.change import Snippet
from seawall.query.migration.manifest import as_yaml

FILE = "fix.yaml"


@dataclass(frozen=True, slots=True)
class PolicyChange:
    """A policy that is added.

    Attributes:
        kind: The kind of the policy.
        name: Its name, `namespace/name` if it has a namespace.
        says: What it does, as a sentence without its full stop.
        text: The manifest.
        objects: What the manifest means to our own reader.
        notes: What whoever applies it must know, as sentences.
    """

    kind: str
    name: str
    says: str
    text: str
    objects: KubernetesObjects = field(compare=False, repr=False)
    notes: tuple[str, ...] = ()

    @classmethod
    def of(
        cls, manifest: Json, says: str, beside: Json | None = None
    ) -> "PolicyChange | None":
        """Return the change that a manifest makes; None if it is not read as meant.

        Args:
            manifest: The policy.
            says: What it does, as a sentence without its full stop.
            beside: An object that is there already, and that the policy refers to.
        """
        text = as_yaml(manifest)
        context = f"{as_yaml(beside)}---\n" if beside else ""
        objects, diagnostics = read_manifest(context + text, FILE)
        faults = [item for item in diagnostics if item.level is not Level.NOTE]
        if faults or objects.opaque_policies:
            return None
        metadata = manifest["metadata"]
        space = metadata.get("namespace") if isinstance(metadata, dict) else None
        name = str(metadata["name"]) if isinstance(metadata, dict) else ""
        return cls(
            str(manifest["kind"]),
            f"{space}/{name}" if space else name,
            says,
            text,
            objects,
        )

    @property
    def touches(self) -> FlowSet:
        """No headers: what policies let pass is told by the policy engine."""
        return FlowSet.empty()

    def applied(self, snapshot: Snapshot) -> Snapshot:
        """Return the snapshot with the policy in it."""
        held, more = snapshot.objects, self.objects
        policies = sorted(
            (*held.policies, *more.policies), key=lambda it: (it.namespace, it.name)
        )
        ranked = sorted(
            (*held.ranked_policies, *more.ranked_policies), key=lambda item: item.tier
        )
        objects = replace(held, policies=tuple(policies), ranked_policies=tuple(ranked))
        return replace(snapshot, objects=objects)

    def snippets(self) -> tuple[Snippet, ...]:
        """Return the manifest."""
        return (Snippet("yaml", self.name.replace("/", "-") + ".yaml", self.text),)
