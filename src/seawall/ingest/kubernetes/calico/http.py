"""Checks what a Calico rule asks of HTTP, which is not modelled."""

from seawall.ingest.kubernetes.terms.fault import Fault, Findings, shown
from seawall.ingest.kubernetes.terms.label import refuse_unknown_fields, wrong_type
from seawall.model.origin import Pointer

_PATH_FIELDS = frozenset({"exact", "prefix"})


def check_http(value: object, pointer: Pointer, found: Findings) -> None:
    """Add a fault for whatever the API server refuses.

    Source:
        projectcalico/calico libcalico-go/lib/validator/v3, validateHTTPMethods and
        validateHTTPPaths.
    """
    if not isinstance(value, dict):
        found.faults.append(wrong_type(pointer, "http", value, "a mapping"))
        return
    refuse_unknown_fields(value, frozenset({"methods", "paths"}), pointer, found.faults)
    methods, paths = value.get("methods"), value.get("paths")
    if methods is not None:
        texts = isinstance(methods, list) and all(isinstance(it, str) for it in methods)
        if not texts or len(set(methods)) < len(methods):
            wanted = "a list of methods, each once"
            place = (*pointer, "methods")
            found.faults.append(wrong_type(place, "methods", methods, wanted))
    if paths is not None and not isinstance(paths, list):
        place = (*pointer, "paths")
        found.faults.append(wrong_type(place, "paths", paths, "a list"))
        return
    for at, item in enumerate(paths or ()):
        _check_path(item, (*pointer, "paths", at), found)


def _check_path(value: object, pointer: Pointer, found: Findings) -> None:
    if not isinstance(value, dict):
        found.faults.append(wrong_type(pointer, "paths", value, "a mapping"))
        return
    refuse_unknown_fields(value, _PATH_FIELDS, pointer, found.faults)
    given = [value[name] for name in sorted(_PATH_FIELDS) if value.get(name)]
    path = given[0] if len(given) == 1 else None
    if isinstance(path, str) and path.startswith("/") and not set(path) & set("? #"):
        return
    found.faults.append(
        Fault(
            pointer,
            f"path {shown(path if len(given) == 1 else value)} is none",
            "a path is `exact` or `prefix`, starts with `/` and holds no `?`, `#` or "
            "space; the API server refuses anything else",
            "write `exact: /path` or `prefix: /path`",
        )
    )
