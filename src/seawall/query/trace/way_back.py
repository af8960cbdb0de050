"""What a lost reply means for whoever asks, and what mends it."""

from seawall.engine.path import Replied
from seawall.flowspace import Field
from seawall.model.end import InternetEnd
from seawall.model.trace import Hop, Reply, Verdict
from seawall.query.ask import Asked
from seawall.query.case import Case
from seawall.query.services import ranges_of
from seawall.query.trace.parts import few

IN_PRACTICE = "denied in practice"
"""What is said of packets that arrive and whose answer does not come back."""

_BY_FIREWALL = (
    "let clients come to a public address of the firewall, and translate it (DNAT) to "
    "the internal front end of the Service"
)
_BY_INGRESS = (
    "make the Service internal and put a private ingress in front, such as an "
    "application gateway"
)
_THROUGH = (
    "send both directions through the same firewall: give the subnet of the other side "
    "the mirrored route, `GatewaySubnet` for clients on premises"
)
_PAST = "lead both directions past it, by a longer route on the answering subnet"


def in_practice(verdict: Verdict, reply: Reply) -> Verdict:
    """Return what a client gets to see: an answer, none, or that is not known.

    Source: AKS docs, limit-egress-traffic, asymmetric routing: a stateful firewall
    drops a reply whose request it did not see.
    """
    if verdict is not Verdict.ALLOWED:
        return verdict
    if reply is Reply.LOST:
        return Verdict.DENIED
    return Verdict.UNKNOWN if reply is Reply.UNKNOWN else Verdict.ALLOWED


def mends(verdict: Verdict, reply: Reply, source: object) -> tuple[str, ...]:
    """Return what usually mends a lost reply; nothing if it is not lost.

    Args:
        verdict: Whether the packet arrives.
        reply: What becomes of the reply.
        source: Who sent the packet: an end, or its words.

    Source: AKS docs, limit-egress-traffic, "Add a DNAT rule to Azure Firewall".
    """
    if verdict is not Verdict.ALLOWED or reply is not Reply.LOST:
        return ()
    is_public = str(source) == str(InternetEnd())
    return (_BY_FIREWALL, _BY_INGRESS) if is_public else (_THROUGH, _PAST)


def lost_at(back: tuple[Hop, ...]) -> str:
    """Return why a reply is lost, with the place of the route that leads it astray."""
    for hop in back:
        if hop.verdict is Verdict.DENIED:
            place = f" ({hop.rule.origin})" if hop.rule and hop.rule.origin else ""
            says = hop.says.removesuffix("; the reply is lost")
            return f"{says}{place}"
    return "its way back is another"


def other_replies(case: Case, asked: Asked) -> tuple[Replied, ...]:
    """Return the arriving flows whose replies fare otherwise than the one explained.

    Complexity: a reply for each group of sources that routes on the way back tell
    apart.
    """
    if asked.witness is None or asked.verdict is not Verdict.ALLOWED:
        return ()
    found = case.paths.replied(asked.answer, asked.partition.allowed)
    return tuple(item for item in found if item.fate is not asked.reply)


def others_text(others: tuple[Replied, ...]) -> str:
    """Return what becomes of other replies, as clauses; empty if there are none."""
    return "".join(f"; {_other_text(item)}" for item in others)


def _other_text(item: Replied) -> str:
    whose = f"the reply to {few(ranges_of(item.flows.project(Field.SOURCE)))}"
    if item.fate is Reply.LOST:
        return f"{whose} is lost: {lost_at(item.back)}"
    if item.fate is Reply.UNKNOWN:
        return f"whether {whose} returns is not known"
    return f"{whose} returns"
