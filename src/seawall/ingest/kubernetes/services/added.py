"""Services that ask for labels which a controller adds and no template shows."""

from collections.abc import Iterable, Iterator, Sequence

from seawall.ingest.kubernetes.services.service import doubted
from seawall.ingest.kubernetes.workloads.selection import added_keys
from seawall.ingest.kubernetes.workloads.workload import is_volatile
from seawall.model.service import Service
from seawall.model.workload import Workload


def doubt_added(
    services: Iterable[Service], workloads: Sequence[Workload]
) -> Iterator[Service]:
    """Yield Services, those in doubt that ask pods of a template for such a label.

    A Service for one pod of a StatefulSet selects by its name, for one.

    Source: Kubernetes docs, concepts, StatefulSets, "Pod name label".
    """
    for service in services:
        selector = service.selector
        keys = [item.key for item in selector.requirements] if selector else []
        volatile = [key for key in keys if is_volatile(key)]
        if volatile:
            near = (it for it in workloads if it.namespace == service.namespace)
            added = added_keys(near)
            asked = [key for key in volatile if key.startswith(added)]
            if asked:
                why = (
                    f"it selects by `{asked[0]}`, which pods get from their controller"
                )
                yield doubted(service, why)
                continue
        yield service
