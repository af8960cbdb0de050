"""Templates that were not rendered: what they keep from view."""

from collections.abc import Sequence
from dataclasses import dataclass

from seawall.ingest.kubernetes.network_policy.policy import BOTH
from seawall.ingest.kubernetes.terms.tally import Tally, plural
from seawall.ingest.kubernetes.unread.foreign import Language, foreign_of
from seawall.ingest.text.template import TemplatedObject
from seawall.model.diagnostic import Diagnostic, Level
from seawall.model.origin import Origin
from seawall.model.policy import OpaquePolicy
from seawall.model.workload import HiddenWorkloads

_NETWORK_POLICY = Language("NetworkPolicy", None, namespaced=True)
_WORKLOADS = frozenset(
    {
        "Pod",
        "Deployment",
        "ReplicaSet",
        "ReplicationController",
        "StatefulSet",
        "DaemonSet",
        "Job",
        "CronJob",
        "DeploymentConfig",
        "Rollout",
        "HelmRelease",
    }
)


@dataclass(frozen=True, slots=True)
class Template:
    """One file that is a template: its path, and the objects that it would make."""

    path: str
    objects: tuple[TemplatedObject, ...]


@dataclass(frozen=True, slots=True)
class Unrendered:
    """What templates keep from view."""

    policies: tuple[OpaquePolicy, ...] = ()
    hidden: tuple[HiddenWorkloads, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()


def read_templates(templates: Sequence[Template]) -> Unrendered:
    """Return what is certain about templates: that they would make something."""
    policies: list[OpaquePolicy] = []
    hidden: list[HiddenWorkloads] = []
    tally = Tally()
    for template in sorted(templates, key=lambda item: item.path):
        for item in template.objects:
            origin = _origin(template.path, item.line)
            tally.add(item.kind, origin)
            language = _language(item)
            if language is not None:
                policies.append(_policy(item, language, origin))
            elif item.kind in _WORKLOADS:
                name = item.name or "?"
                hidden.append(HiddenWorkloads(item.kind, item.namespace, name, origin))
    if not templates:
        return Unrendered()
    return Unrendered(
        tuple(policies), tuple(hidden), (_told(templates, tally, len(policies)),)
    )


def _told(templates: Sequence[Template], tally: Tally, policies: int) -> Diagnostic:
    first = min(item.path for item in templates)
    what = plural(len(templates), "template is", "templates are") + " not rendered"
    if tally:
        what += f": {tally}"
    why = "their objects are not known"
    if policies:
        why += "; a policy among them may govern any pod, so verdicts stay unknown"
    return Diagnostic(
        Level.UNMODELLED,
        tally.first or Origin(first),
        what,
        why,
        "render first (`helm template`, `kustomize build`) and read the result",
    )


def _origin(path: str, line: int) -> Origin:
    return Origin(path, 0, (), lambda _document, _pointer: line)


def _language(item: TemplatedObject) -> Language | None:
    group = item.api_version.rpartition("/")[0]
    language = foreign_of(group, item.kind)
    if language is not None:
        return language
    if item.kind == "NetworkPolicy" and group in (
        "networking.k8s.io",
        "extensions",
        "",
    ):
        return _NETWORK_POLICY
    return None


def _policy(item: TemplatedObject, language: Language, origin: Origin) -> OpaquePolicy:
    return OpaquePolicy(
        language.name,
        item.namespace if language.namespaced else None,
        item.name or "?",
        None,
        BOTH,
        language.engines,
        "its template is not rendered",
        origin,
    )
