"""What one kustomization says, and what its fields are."""

from collections.abc import Mapping
from dataclasses import dataclass

from seawall.ingest.kubernetes.terms.record import sequence
from seawall.model.origin import Origin

MEANINGLESS = frozenset(
    {
        "apiVersion", "kind", "metadata", "images", "imageTags",
        "secretGenerator", "generatorOptions", "crds", "validators", "buildMetadata",
        "sortOptions", "inventory", "helmGlobals",
    }
)  # fmt: skip
"""Fields on which no packet depends."""
BUILT = frozenset(
    {
        "resources", "bases", "components", "namespace", "namePrefix", "nameSuffix",
        "labels", "commonLabels", "commonAnnotations", "patches", "replicas",
        "patchesStrategicMerge", "patchesJson6902", "configMapGenerator",
        "replacements", "transformers",
    }
)  # fmt: skip
"""Fields that are carried out."""
LISTS = frozenset(
    {
        "resources", "bases", "components", "labels", "patches", "replicas",
        "patchesStrategicMerge", "patchesJson6902", "transformers", "configurations",
        "replacements", "vars", "helmCharts", "helmChartInflationGenerator",
        "generators", "configMapGenerator",
    }
)  # fmt: skip
TEXTS = frozenset({"namePrefix", "nameSuffix", "namespace"})


@dataclass(frozen=True, slots=True)
class Plan:
    """What one kustomization says.

    Attributes:
        folder: Its folder.
        fields: Its fields.
        origin: Its place.
    """

    folder: str
    fields: Mapping[object, object]
    origin: Origin

    def entries(self, key: str) -> list[tuple[object, Origin]]:
        """Return the items of a list and their places."""
        items = sequence(self.fields.get(key))
        return [(item, self.origin.at(key, n)) for n, item in enumerate(items)]
