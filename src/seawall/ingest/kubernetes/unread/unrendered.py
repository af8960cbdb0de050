"""Templates that were not rendered: what they keep from view."""

from collections.abc import Sequence
from dataclasses import dataclass

from seawall.ingest.kubernetes.network_policy.policy import BOTH
from seawall.ingest.kubernetes.terms.tally import Tally, plural
from seawall.ingest.kubernetes.unread.foreign import Language, foreign_of
from seawall.ingest.text.template import TemplatedObject
from seawall.model.diagnostic import Diagnostic, Level
from seawall.model.origin import Origin
from seawall.model.policy import LOST, OpaquePolicy
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
_NOT_RENDERED = "its template is not rendered"


@dataclass(frozen=True, slots=True)
class Template:
    """One file whose objects are not known in full.

    Attributes:
        path: The file.
        objects: What it would make as a template, or names in what cannot be read.
        lost: Whether it is no template, but broken.
        why: Why its objects are not known, if for another reason.
    """

    path: str
    objects: tuple[TemplatedObject, ...]
    lost: bool = False
    why: str = ""


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
            if not template.lost:
                tally.add(item.kind, origin)
            language = policy_language(item.api_version, item.kind)
            if language is not None:
                why = LOST if template.lost else _NOT_RENDERED
                why = template.why or why
                policies.append(_policy(item, language, origin, why))
            elif item.kind in _WORKLOADS:
                name = item.name or "?"
                hidden.append(HiddenWorkloads(item.kind, item.namespace, name, origin))
    unrendered = [item for item in templates if not item.lost]
    told = [_told(unrendered, tally, len(policies))] if unrendered else []
    return Unrendered(tuple(policies), tuple(hidden), tuple(told))


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


def policy_language(api_version: str, kind: str) -> Language | None:
    """Return how a kind of policy is treated; None if it is none."""
    group = api_version.rpartition("/")[0]
    language = foreign_of(group, kind)
    if language is not None:
        return language
    if kind == "NetworkPolicy" and group in (
        "networking.k8s.io",
        "extensions",
        "",
    ):
        return _NETWORK_POLICY
    return None


def _policy(
    item: TemplatedObject, language: Language, origin: Origin, why: str
) -> OpaquePolicy:
    return OpaquePolicy(
        language.name,
        item.namespace if language.namespaced else None,
        item.name or "?",
        None,
        BOTH,
        language.engines,
        why,
        origin,
    )
