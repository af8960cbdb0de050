"""Reads AuthorizationPolicies, with the validation of Istio's webhook."""

from collections.abc import Iterator
from dataclasses import dataclass

from seawall.ingest.kubernetes.istio.doubtful import (
    ALLOW_ORDER,
    CUSTOM_ORDER,
    DENY_ORDER,
    INGRESS,
    MESH_TIER,
    TCP,
    doubtful,
    first_fault,
    in_namespace,
    place,
    with_role,
)
from seawall.ingest.kubernetes.istio.rule import (
    PROXY_PORTS,
    Proxy,
    ReadRule,
    lowered,
    port,
    read_rule,
)
from seawall.ingest.kubernetes.istio.target import (
    read_selector_or_target,
)
from seawall.ingest.kubernetes.language import Placed
from seawall.ingest.kubernetes.network_policy.policy import repeated_key
from seawall.ingest.kubernetes.terms.api_version import version_faults
from seawall.ingest.kubernetes.terms.condition import condition
from seawall.ingest.kubernetes.terms.fault import (
    Fault,
    Findings,
    near,
    number_of,
    shown,
)
from seawall.ingest.kubernetes.terms.label import refuse_unknown_fields, wrong_type
from seawall.model.dataplane import Language
from seawall.model.ends import ANYTHING, EVERYONE, AllOf, Facet, Labels
from seawall.model.origin import Origin
from seawall.model.ranked import Action, RankedPolicy, RankedRule
from seawall.model.selector import Selector
from seawall.model.workload import MeshRole

KIND = "Istio AuthorizationPolicy"
_TOP = frozenset({"apiVersion", "kind", "metadata", "spec", "status"})
_FIELDS = frozenset(
    {"selector", "targetRef", "targetRefs", "rules", "action", "provider"}
)
_ACTIONS = ("ALLOW", "DENY", "AUDIT", "CUSTOM")
_DRY_RUN = "istio.io/dry-run"
_YES = frozenset({"1", "t", "T", "true", "TRUE", "True"})


@dataclass(frozen=True, slots=True)
class Authorization:
    """One policy as read.

    Attributes:
        namespace: Its namespace.
        name: Its name.
        action: One of the four.
        selector: The pods that it governs; None if it is bound to a *target*.
        target: The proxy or service that it is bound to, as words.
        rules: Its rules.
        origin: Where it stands.
        dry_run: Whether it is only tried out.
    """

    namespace: str
    name: str
    action: str
    selector: Selector | None
    target: str | None
    rules: tuple[ReadRule, ...]
    origin: Origin
    dry_run: bool = False


def read_authorization(
    item: Placed, found: Findings
) -> Authorization | RankedPolicy | None:
    """Return one policy; a doubtful one after a fault; None if it does nothing.

    Source:
        istio/istio pkg/config/validation/validation.go, ValidateAuthorizationPolicy;
        istio.io, reference, Authorization Policy.
    """
    record, namespace = item.record, item.namespace or ""
    spec = record.body.get("spec")
    found.faults.extend(version_faults(record))
    found.faults.extend(repeated_key(each) for each in record.repeated)
    refuse_unknown_fields(dict(record.body), _TOP, (), found.faults)
    if spec is not None and not isinstance(spec, dict):
        found.faults.append(wrong_type(("spec",), "spec", spec, "a mapping"))
    spec = spec if isinstance(spec, dict) else {}
    refuse_unknown_fields(spec, _FIELDS, ("spec",), found.faults)
    action = _action(spec, found)
    before = number_of(found.faults)
    selector, target = read_selector_or_target(spec, found)
    certain = number_of(found.faults) == before and not record.repeated
    rules = _rules(spec, action, namespace, record.origin, found)
    if found.faults:
        why = f"it cannot be read: {first_fault(found)}"
        wanted = condition(selector, Facet.LABELS) if selector and certain else ANYTHING
        return doubtful(KIND, namespace, record.name, why, record.origin, wanted)
    if action == "AUDIT":
        return None
    notes = record.metadata.get("annotations")
    tried = notes.get(_DRY_RUN) if isinstance(notes, dict) else None
    return Authorization(
        namespace,
        record.name,
        action,
        selector,
        target,
        rules,
        record.origin,
        dry_run=str(tried) in _YES,
    )


def _action(spec: dict[object, object], found: Findings) -> str:
    action = spec.get("action", "ALLOW")
    if action not in _ACTIONS:
        close = near(action, _ACTIONS)
        names = ", ".join(f"`{name}`" for name in _ACTIONS)
        found.faults.append(
            Fault(
                ("spec", "action"),
                f"action {shown(action)} does not exist",
                f"Istio knows {names}",
                f"write `{close}`" if close else f"choose one of {names}",
            )
        )
        return "ALLOW"
    provider = spec.get("provider")
    name = provider.get("name") if isinstance(provider, dict) else None
    if action == "CUSTOM" and not (isinstance(name, str) and name):
        found.faults.append(
            Fault(
                ("spec", "provider") if "provider" in spec else ("spec",),
                "`provider.name` is missing",
                "Istio refuses `CUSTOM` without the one that decides",
                "name an extension provider of the mesh's configuration",
            )
        )
    elif action != "CUSTOM" and provider is not None:
        found.faults.append(
            Fault(
                ("spec", "provider"),
                f"`provider` beside the action `{action}`",
                "Istio refuses it with any action but `CUSTOM`",
                "remove it, or write `action: CUSTOM`",
            )
        )
    return str(action)


def _rules(
    spec: dict[object, object],
    action: str,
    namespace: str,
    origin: Origin,
    found: Findings,
) -> tuple[ReadRule, ...]:
    value = spec.get("rules")
    if value is None:
        if action in {"DENY", "CUSTOM"}:
            found.faults.append(
                Fault(
                    ("spec",),
                    f"`{action}` without `rules`",
                    "Istio refuses it: it would never match",
                    "write `rules: [{}]` if it is meant for every connection",
                )
            )
        return ()
    if not isinstance(value, list):
        found.faults.append(wrong_type(("spec", "rules"), "rules", value, "a list"))
        return ()
    return tuple(
        read_rule(
            item,
            ("spec", "rules", at),
            namespace,
            place(origin, ("spec", "rules", at)),
            found,
        )
        for at, item in enumerate(value)
    )


def enforced(policy: Authorization, proxy: Proxy) -> Iterator[RankedPolicy]:
    """Yield what a policy is to the pods behind one kind of proxy.

    Source:
        istio.io, reference, Authorization Policy: CUSTOM goes first, then DENY, then
        ALLOW, which isolates; all for TCP alone. `CUSTOM` in ambient mode has no
        effect: ambient/authorization.go, convertAuthorizationPolicy. Policies with
        targets are for the proxies that these name: "PolicyTargetReference".
    """
    is_node = proxy.role is MeshRole.NODE
    if policy.dry_run and not is_node:
        return
    where = (*in_namespace(policy.namespace), with_role(proxy.role))
    if policy.target is not None:
        if proxy.role is not MeshRole.SIDECAR:
            yield _bound(policy, AllOf(where))
        return
    subject = AllOf((*where, condition(policy.selector or Selector(()), Facet.LABELS)))
    if policy.dry_run:
        yield _unsettled(policy, subject, "it may be enforced although it is a trial")
    elif policy.action == "CUSTOM":
        if not is_node:
            rules = tuple(_asking(policy, proxy))
            yield _policy(policy, subject, CUSTOM_ORDER, rules)
    elif policy.action == "DENY":
        rules = tuple(
            each for it in policy.rules for each in lowered(it, Action.DENY, proxy)
        )
        yield _policy(policy, subject, DENY_ORDER, rules)
    else:
        rules = tuple(
            each for it in policy.rules for each in lowered(it, Action.ALLOW, proxy)
        )
        beyond = _untouched(policy, proxy)
        yield _policy(policy, subject, ALLOW_ORDER, (*beyond, *rules), isolates=True)


def _untouched(policy: Authorization, proxy: Proxy) -> Iterator[RankedRule]:
    """Yield what no proxy redirects: all but TCP, and its own ports."""
    origin = policy.origin
    yield RankedRule(Action.ALLOW, EVERYONE, origin, except_services=(TCP,))
    if proxy.sees_requests:
        own = tuple(map(port, sorted(PROXY_PORTS)))
        yield RankedRule(Action.ALLOW, EVERYONE, origin, services=own)


def _asking(policy: Authorization, proxy: Proxy) -> Iterator[RankedRule]:
    for rule in policy.rules:
        for each in lowered(rule, Action.DENY, proxy):
            why = "an external authorizer decides"
            yield RankedRule(
                each.action,
                each.far,
                each.origin,
                each.own,
                each.services,
                each.except_services,
                condition=why,
            )


def _bound(policy: Authorization, subject: Labels) -> RankedPolicy:
    why = f"it is bound to {policy.target}, and which pods those are is not known"
    return _unsettled(policy, subject, why)


def _unsettled(policy: Authorization, subject: Labels, why: str) -> RankedPolicy:
    rule = RankedRule(
        Action.DENY, EVERYONE, policy.origin, services=(TCP,), condition=why
    )
    return _policy(policy, subject, DENY_ORDER, (rule,))


def _policy(
    policy: Authorization,
    subject: Labels,
    order: int,
    rules: tuple[RankedRule, ...],
    *,
    isolates: bool = False,
) -> RankedPolicy:
    return RankedPolicy(
        KIND,
        Language.ISTIO,
        policy.namespace,
        policy.name,
        subject,
        MESH_TIER,
        order,
        None,
        INGRESS,
        INGRESS if isolates else frozenset(),
        rules,
        (),
        policy.origin,
    )
