"""What the reading of Kubernetes documents comes to."""

from dataclasses import dataclass

from seawall.model.diagnostic import Assumption, Diagnostic
from seawall.model.snapshot import KubernetesObjects


@dataclass(frozen=True, slots=True)
class KubernetesPart:
    """What the Kubernetes documents of an input mean."""

    objects: KubernetesObjects
    diagnostics: tuple[Diagnostic, ...]
    assumptions: tuple[Assumption, ...]
