"""Every intent as a claim with its proof, or with what speaks against it."""

from collections.abc import Iterable, Sequence
from xml.etree.ElementTree import Element

from seawall.app.report.element import Child, element, place, prose, table
from seawall.app.report.marks import hop_mark, standing_mark
from seawall.model.intent import Demand, Exemption, Intent, Written
from seawall.model.trace import HeaderView, Hop
from seawall.query.intents.verdict import Breach, Judged, Standing, Tested

_CLAIMS = {
    Demand.FORBID: "no packet that {from} sends on {ports} arrives at {to}",
    Demand.REQUIRE: "every packet that {from} sends on {ports} arrives at {to}, and "
    "the reply returns",
    Demand.ONLY: "nobody but {from} reaches {to} on {ports}",
    Demand.CONFINE: "{from} reaches nobody but {to} on {ports}",
    Demand.FIREWALL_ONLY: "what {from} sends to the internet passes an Azure Firewall",
    Demand.PRIVATE_CONTROL_PLANE: "nothing from the internet arrives at the API server",
    Demand.DEFAULT_DENY: "policy holds every pod of {from} both ways, and every new "
    "pod there, whatever its labels",
}
_NONE = (
    "No intent stands among the inputs, so nothing is claimed and nothing proved here; "
    "the overview and the findings stand for themselves."
)
_PROVED = (
    "Proved means: for every packet, of every protocol, port and address that the "
    "claim speaks of, through every layer that the inputs tell of. Nothing was sampled."
)


def claims(tested: Tested) -> list[Child]:
    """Return all claims: a table of them, then one after another."""
    if not tested.judged:
        return [element("p", _NONE)]
    rows = [
        (
            [element("a", f"Claim {number}", href=f"#claim-{number}")],
            prose(judged.intent.name),
            [standing_mark(judged.standing)],
            [judged.intent.because or "—"],
        )
        for number, judged in enumerate(tested.judged, 1)
    ]
    return [
        element("p", f"{_PROVED} Exceptions count as of {tested.day}."),
        table(
            f"Claims: {tested.counts}",
            ("Claim", "What must hold", "Verdict", "Because of"),
            rows,
        ),
        *(_claim(number, each) for number, each in enumerate(tested.judged, 1)),
    ]


def _claim(number: int, judged: Judged) -> Element:
    intent = judged.intent
    title = element("h3", f"Claim {number}: ", prose(intent.name), id=f"claim-{number}")
    facts: list[tuple[str, Iterable[Child]]] = [
        ("Verdict", [standing_mark(judged.standing)]),
        ("Asked", [*_asked(intent), "."]),
        ("Because of", [intent.because]) if intent.because else ("", ()),
        ("Written at", place(intent.origin)),
        (_WORDS[judged.standing], prose(_says(judged))),
        ("To settle it", prose(judged.mend)) if judged.mend else ("", ()),
    ]
    told = [
        [element("dt", name), element("dd", value)] for name, value in facts if name
    ]
    return element(
        "article",
        title,
        element("dl", [child for pair in told for child in pair]),
        _exceptions(judged),
        [_breach(breach) for breach in judged.breaches],
        _rest(judged),
        kind="claim",
    )


_WORDS = {
    Standing.HOLDS: "Proof",
    Standing.VIOLATED: "Counterexample",
    Standing.UNKNOWN: "What is missing",
}


def _asked(intent: Intent) -> list[Child]:
    """Return what an intent demands, as a clause with its ends in code."""
    parts = {
        "from": _written(intent.sources, "every pod"),
        "to": _written(intent.destinations, "anybody"),
        "ports": _written(intent.ports, "any port of any protocol"),
    }
    out: list[Child] = []
    for at, piece in enumerate(_CLAIMS[intent.demand].replace("}", "{").split("{")):
        out += parts[piece] if at % 2 else [piece]
    if intent.path:
        out.append(f", by the {intent.path} endpoint")
    return out


def _written(given: Sequence[Written], absent: str) -> list[Child]:
    shown: list[Child] = []
    for at, item in enumerate(given):
        shown += [", "] if at else []
        shown.append(element("code", item.text))
    return shown or [absent]


def _says(judged: Judged) -> str:
    if judged.standing is Standing.HOLDS or not judged.breaches:
        return f"{judged.says}."
    more = "at least " if judged.is_more else ""
    is_one = judged.count == 1 and not more
    what = "speaks against it" if is_one else "speak against it"
    if judged.standing is Standing.UNKNOWN:
        what = "is not known" if is_one else "are not known"
    return f"{judged.says}, {more}{judged.count} {what}."


def _exceptions(judged: Judged) -> list[Child]:
    """Return what an intent does not speak of; each with its reason and end."""
    rows = [
        (
            _between(item),
            prose(item.reason),
            [item.expires.isoformat() if item.expires else "no end"],
            [_counts(item, judged)],
            place(item.origin),
        )
        for item in judged.intent.exemptions
    ]
    if not rows:
        return []
    heads = ("What is excepted", "Reason", "Until", "Counts", "Written at")
    return [table("Exceptions of this claim", heads, rows)]


def _between(item: Exemption) -> list[Child]:
    parts: list[Child] = []
    for word, given in (
        ("from ", item.sources),
        (" to ", item.destinations),
        (" on ", item.ports),
    ):
        if given:
            parts += [word, *_written(given, "")]
    return parts


def _counts(item: Exemption, judged: Judged) -> str:
    if item in judged.lapsed:
        return "no, it has expired"
    return "it excepts nothing" if item in judged.idle else "yes"


def _breach(breach: Breach) -> Element:
    """Return what speaks against a claim: who, by what, a packet and its way."""
    services = f": {breach.services}" if breach.services else ""
    head = element(
        "h4",
        standing_mark(breach.standing),
        " ",
        element("code", breach.ends.replace(" -> ", " → ")),
        services,
    )
    packet: list[Child] = []
    if breach.packet:
        shown = element("code", breach.packet.replace(" -> ", " → "))
        packet = [element("p", "One packet: ", shown)]
    decided = element("p", "What decides: ", prose(breach.says), " ")
    decided.extend(each for each in place(breach.origin) if isinstance(each, Element))
    back: list[Child] = []
    if breach.back:
        back = [element("p", "The way of the reply:"), *ladder(breach.back)]
    ways = [*ladder(breach.hops), *back]
    return element("section", head, packet, decided, ways, kind="breach")


def ladder(hops: Sequence[Hop]) -> list[Child]:
    """Return the way of a packet, a step for each place that it meets."""
    if not hops:
        return []
    return [element("ol", [_hop(hop) for hop in hops], kind="ladder")]


def _hop(hop: Hop) -> Element:
    where = f"{hop.layer.value}: {hop.at}" if hop.at else hop.layer.value
    told: list[Child] = [
        hop_mark(hop.verdict),
        " ",
        element("strong", where),
        element("br"),
        *prose(hop.says),
    ]
    if hop.before != hop.after:
        told += [element("br"), "it goes on as ", element("code", _header(hop.after))]
    origin = hop.rule.origin if hop.rule is not None else None
    if origin is not None:
        told += [element("br"), *place(origin)]
    if hop.source:
        told += [element("br"), element("small", f"Source: {hop.source}")]
    return element("li", told)


def _header(header: HeaderView) -> str:
    port = f" {header.port}" if header.port else ""
    return f"{header.source} → {header.destination} {header.protocol}{port}"


def _rest(judged: Judged) -> list[Child]:
    shown = sum(item.standing is judged.standing for item in judged.breaches)
    left = judged.count - shown
    if judged.standing is Standing.HOLDS or left <= 0:
        return []
    more = "at least " if judged.is_more else ""
    return [element("p", f"and {more}{left} more like these")]
