"""`test`: every intent of an input, judged."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date

from seawall.model.diagnostic import Assumption
from seawall.model.firewall import NetworkRule
from seawall.model.intent import Demand, Intent
from seawall.query.case import Case
from seawall.query.intents.crossing import Asking
from seawall.query.intents.default_deny import judge_default_deny
from seawall.query.intents.doors import judge_control_plane, judge_firewall_only
from seawall.query.intents.forbid import judge_forbidden
from seawall.query.intents.party import NotJudged
from seawall.query.intents.require import judge_required
from seawall.query.intents.verdict import Judged, Standing, Tested

NODES_REACH_THEIR_PODS = Assumption(
    "anyone-leaves-out-nodes",
    "`anyone` is every pod with a network of its own and every address outside the "
    "cluster. Nodes, and pods on their network, always reach the pods on them and are "
    "always reached from there; name `nodes`, or these pods, to ask about them.",
    "Kubernetes docs, Network Policies: traffic to and from the node where a pod is "
    "running is always allowed",
    ("intents about anyone",),
)

NAMES_HAVE_THEIR_OWN_ADDRESSES = Assumption(
    "names-share-no-address",
    "Policies, and network rules of a firewall, allow the addresses that names lead "
    "to. Another name that leads to one of them is reached as well, on the same ports; "
    "intents about names take it that none does.",
    'docs.cilium.io, security/policy/language, "DNS based"; Azure docs, firewall '
    "fqdn-filtering-network-rules: rules about names are rules about addresses",
    ("intents about names that policies and network rules allow",),
)

Judge = Callable[[Asking, Intent, date], Judged]

_JUDGES: dict[Demand, Judge] = {
    Demand.FORBID: judge_forbidden,
    Demand.ONLY: judge_forbidden,
    Demand.CONFINE: judge_forbidden,
    Demand.REQUIRE: judge_required,
    Demand.FIREWALL_ONLY: judge_firewall_only,
    Demand.PRIVATE_CONTROL_PLANE: judge_control_plane,
    Demand.DEFAULT_DENY: judge_default_deny,
}


def judge_all(case: Case, intents: Sequence[Intent], day: date) -> Tested:
    """Return what becomes of each intent, over all packets.

    Args:
        case: What was read.
        intents: What must hold.
        day: By which exceptions expire.
    """
    asking = Asking(case)
    judged = _idle_everywhere(judge(asking, intent, day) for intent in intents)
    taken = asking.assumptions
    closed = {Demand.ONLY, Demand.CONFINE}
    if any(
        intent.demand in closed
        or any(
            item.text == "anyone" for item in (*intent.sources, *intent.destinations)
        )
        for intent in intents
    ):
        taken = (*taken, NODES_REACH_THEIR_PODS)
    if intents and _go_by_addresses_of_names(case):
        taken = (*taken, NAMES_HAVE_THEIR_OWN_ADDRESSES)
    return Tested(judged, day, taken)


def _go_by_addresses_of_names(case: Case) -> bool:
    """Whether a policy, or a network rule of a firewall, allows names."""
    policies = case.snapshot.objects.ranked_policies
    return any(rule.names for each in policies for rule in each.egress) or any(
        isinstance(rule, NetworkRule) and bool(rule.destination_names)
        for firewall in case.snapshot.fabric.firewalls
        for collection in firewall.collections
        for rule in collection.rules
    )


def _idle_everywhere(judged: Iterable[Judged]) -> tuple[Judged, ...]:
    """Return answers without notes on exceptions that other parts of a preset use."""
    found = tuple(judged)
    used = {
        item
        for each in found
        for item in each.intent.exemptions
        if item not in each.idle
    }
    return tuple(
        replace(each, idle=tuple(item for item in each.idle if item not in used))
        for each in found
    )


def judge(asking: Asking, intent: Intent, day: date) -> Judged:
    """Return what becomes of one intent; one that cannot be judged is unknown."""
    if intent.fault:
        return Judged(
            intent,
            Standing.UNKNOWN,
            f"it cannot be read: {intent.fault}",
            mend="mend what the message about it says",
        )
    try:
        return _JUDGES[intent.demand](asking, intent, day)
    except NotJudged as said:
        where = said.written.origin
        return Judged(
            intent,
            Standing.UNKNOWN,
            f"{said.what} ({where})",
            mend=said.mend,
        )
