"""Reads what a policy of the mesh is bound to: pods by label, or proxies by name."""

from seawall.ingest.kubernetes.terms.fault import Fault, Findings
from seawall.ingest.kubernetes.terms.label import (
    read_selector,
    refuse_unknown_fields,
    text_fault,
    wrong_type,
)
from seawall.model.origin import Pointer
from seawall.model.selector import EVERYTHING, Selector

_SELECTOR = frozenset({"matchLabels"})
_TARGET = frozenset({"group", "kind", "name", "namespace"})


def read_selector_or_target(
    spec: dict[object, object], found: Findings
) -> tuple[Selector | None, str | None]:
    """Return the selector, or words for the targets; exactly one of them is None.

    Source:
        istio/istio pkg/config/validation/validation.go, validateWorkloadSelector,
        validateOneOfSelectorType; istio.io, reference, "Workload Selector",
        "PolicyTargetReference".
    """
    given = [
        name
        for name in ("selector", "targetRef", "targetRefs")
        if spec.get(name) not in (None, [])
    ]
    if len(given) > 1:
        words = " and ".join(f"`{name}`" for name in given)
        found.faults.append(
            Fault(
                ("spec", given[1]),
                f"policy has {words}",
                "Istio takes only one of them",
                "keep one, and make a policy of each other",
            )
        )
    if given and given[0] != "selector":
        return None, _targets(spec[given[0]], ("spec", given[0]), found)
    return read_workload_selector(spec.get("selector"), found), None


def read_workload_selector(value: object, found: Findings) -> Selector:
    """Return the pods that a `selector` of Istio means; after a fault, any."""
    pointer: Pointer = ("spec", "selector")
    if value is None:
        return EVERYTHING
    if not isinstance(value, dict):
        found.faults.append(wrong_type(pointer, "selector", value, "a mapping"))
        return EVERYTHING
    refuse_unknown_fields(value, _SELECTOR, pointer, found.faults)
    labels = value.get("matchLabels")
    for key, each in labels.items() if isinstance(labels, dict) else ():
        if "*" in str(key) or "*" in str(each):
            rule = "Istio takes no wildcards in a selector"
            at = (*pointer, "matchLabels", str(key))
            mend = "write the whole label"
            found.faults.append(text_fault(f"{key}: {each}", at, rule, mend))
            return EVERYTHING
    if not labels:
        found.warnings.append(
            Fault(
                pointer,
                "selector without labels",
                "it selects every pod in scope",
                "name labels, or remove `selector`",
            )
        )
    known = {name: value[name] for name in value if name == "matchLabels"}
    return read_selector(known, pointer, found.faults) or EVERYTHING


def _targets(value: object, pointer: Pointer, found: Findings) -> str:
    several = value if isinstance(value, list) else [value]
    words = []
    for at, item in enumerate(several):
        place = (*pointer, at) if isinstance(value, list) else pointer
        if not isinstance(item, dict):
            name = str(pointer[-1])
            found.faults.append(wrong_type(place, name, item, "a mapping"))
            continue
        refuse_unknown_fields(item, _TARGET, place, found.faults)
        for name in ("kind", "name"):
            if not isinstance(item.get(name), str) or not item[name]:
                found.faults.append(
                    Fault(
                        place,
                        f"target without `{name}`",
                        "Istio requires `kind` and `name` of a target",
                        f"write `{name}`",
                    )
                )
        words.append(f"{item.get('kind')} `{item.get('name')}`")
    return ", ".join(words)
