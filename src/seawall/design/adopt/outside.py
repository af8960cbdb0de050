"""The steps of a way for what is no setting of the cluster."""

from collections.abc import Iterator
from dataclasses import replace

from seawall.design.adopt import becoming
from seawall.design.adopt.ahead import Ahead
from seawall.design.adopt.answer import Step, Today
from seawall.design.adopt.moments import Model
from seawall.design.adopt.proving import Proving
from seawall.design.choose.answer import Change
from seawall.design.options import (
    DefaultDeny,
    Firewall,
    Ingress,
    PaasAccess,
)
from seawall.model.snapshot import Snapshot
from seawall.query.intents.verdict import Standing as Verdict

_OWN = (Firewall.STANDARD, Firewall.PREMIUM)
_OF_PODS = ("pods.", "segments")
_ENDPOINTS = (
    "endpoints of services are not put into what runs; ask `seawall diff` of both"
)


def outside(
    proving: Proving, now: tuple[Today, ...], here: Snapshot
) -> Iterator[tuple[Step, Snapshot]]:
    """Yield the steps for ways in and the firewall's rules, and what runs after each.

    Args:
        proving: Asks what holds.
        now: What holds today.
        here: What runs once every setting is as wanted.
    """
    to = proving.ahead(proving.goal)
    for step, after in _doors(now, proving, here, to):
        yield step, after
        here = after
    lacking = {each.need for each in now if each.standing is not Verdict.HOLDS}
    walled = proving.start["firewall"] in _OWN and proving.goal["firewall"] in _OWN
    if walled and "egress.to" in lacking:
        step = replace(_RULES, sets={"firewall": proving.goal["firewall"]})
        if isinstance(to, str):
            yield replace(step, unasked=to), here
        else:
            after = becoming.inspected(here, to)
            yield proving.over(step, here, (Model("once it has them", after),)), after


def lacks_policies(proving: Proving, now: tuple[Today, ...]) -> bool:
    """Whether the policies of the design are needed for what does not hold today."""
    lacking = {each.need for each in now if each.standing is not Verdict.HOLDS}
    closed = {each.need for each in now} >= {"pods.default-deny"}
    held = closed and not any(each.startswith(_OF_PODS) for each in lacking)
    return proving.goal["default_deny"] is DefaultDeny.ON and not held


def _doors(
    now: tuple[Today, ...], proving: Proving, here: Snapshot, to: Ahead | str
) -> Iterator[tuple[Step, Snapshot]]:
    """Yield the steps for ways in and services, where they are not as they shall be."""
    public = [each for each in now if each.need.startswith("ingress[")]
    serves = bool(public) and all(it.standing is Verdict.HOLDS for it in public)
    ingress, paas = proving.goal["ingress"], proving.goal["paas"]
    if ingress is not Ingress.NONE and not (serves and ingress is Ingress.PUBLIC):
        step = Step(
            f"build the way in ({ingress.value}) beside what clients use now, "
            "if it does not stand yet, lead their names to it, and take the old one "
            "away",
            Change.IN_PLACE,
            {"ingress": ingress},
            "AKS docs, concepts-network-ingress",
        )
        if isinstance(to, str):
            yield replace(step, unasked=to), here
        else:
            built = becoming.opened(here, to)
            after = becoming.shut(built, to)
            models = (
                Model("once it stands beside", built),
                Model("once the old one is gone", after),
            )
            yield proving.over(step, here, models), after
    if paas in (PaasAccess.PRIVATE_ENDPOINT, PaasAccess.SERVICE_ENDPOINT):
        step = Step(
            "deploy the endpoints and see names lead to them, and close the services "
            "to the internet after that",
            Change.IN_PLACE,
            {"paas": paas},
            "Azure docs, private-endpoint-overview",
            unasked=_ENDPOINTS,
        )
        yield step, here


_RULES = Step(
    "write the rules of the firewall as the design has them: what it lets pass today "
    "is not known to be what is needed",
    Change.IN_PLACE,
    {},
    "AKS docs, limit-egress-traffic",
    meanwhile="what a rule let pass is cut as soon as it is gone",
)
POLICIES = Step(
    "apply the policies of the design: first those that open what is needed, then "
    "those that deny, and ask `seawall diff` before each",
    Change.IN_PLACE,
    {"default_deny": DefaultDeny.ON},
    "AKS docs, network-policy-best-practices",
)
