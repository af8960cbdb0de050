"""What stands for a file that cannot be read: it may hold whatever its name allows."""

import re
from pathlib import PurePath

from seawall.ingest.stored.form import StoredLost
from seawall.ingest.text.template import objects_lost

_SCRIPTS = (".tf", ".tf.json", ".bicep")
_VALUES = (".tfvars", ".tfvars.json", ".bicepparam")
_MANIFESTS = (".yaml", ".yml", ".json")
_NO_MANIFESTS = re.compile(
    r"(.*[-_.])?values([-_.].*)?|chart|package(-lock)?|tsconfig(\..*)?"
    r"|.*\.(tfvars|parameters|tfstate)",
    re.IGNORECASE,
)
_ANY_POLICY = StoredLost("networking.k8s.io/v1", "NetworkPolicy", 1)


def stand_in(path: str) -> str:
    """Return the text that stands for a file: of a script, one that is broken."""
    return "?" if path.lower().endswith((*_SCRIPTS, *_VALUES)) else ""


def may_give_parameters(path: str, text: str) -> bool:
    """Whether a file that is not read may give the parameters of a template of Azure.

    Source: Azure docs, parameter-files, read 2026-11.
    """
    name = PurePath(path.lower())
    if name.suffix != ".json":
        return False
    return ".parameters" in name.stem or "deploymentparameters.json" in text.lower()


def named_in(text: str) -> tuple[StoredLost, ...]:
    """Return the objects that a text names although it cannot be read."""
    found = objects_lost(text)
    return tuple(StoredLost(it.api_version, it.kind, it.line) for it in found)


def may_hold(path: str) -> tuple[StoredLost, ...]:
    """Return what a file may hold of which nothing but its name is known."""
    name = PurePath(path.lower())
    if name.suffix not in _MANIFESTS or path.lower().endswith(_SCRIPTS):
        return ()
    return () if _NO_MANIFESTS.fullmatch(name.stem) else (_ANY_POLICY,)
