"""The questions in their order; each only if it matters after what was answered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from seawall.design.interview.asker import Asker, Choice
from seawall.design.interview.document import (
    Answer,
    Answers,
    fault,
    listed,
    ports_of,
)
from seawall.design.requirements.presets import PRESETS

_ACCESS = (
    Choice("private", "nobody from the internet: a private address"),
    Choice("ranges", "stated public addresses, such as the office"),
    Choice("anywhere", "everybody; credentials alone guard it"),
)
_DESKS = (
    Choice("bastion", "a machine in the network, by Azure Bastion"),
    Choice("vpn", "VPN"),
    Choice("expressroute", "ExpressRoute from a data centre"),
    Choice("peering", "a virtual network that is peered"),
    Choice("pipeline", "a build agent in the network"),
)
_EGRESS = (
    Choice("open", "everything"),
    Choice("names", "listed names, and nothing else"),
    Choice("firewall", "everything, seen and logged by a firewall"),
    Choice("none", "nothing: network isolated"),
)
_WAYS = (
    Choice("none", "nobody"),
    Choice("public-waf", "the internet, through a web application firewall"),
    Choice("public", "the internet, by a load balancer"),
    Choice("internal", "private networks, by an internal load balancer"),
    Choice("private-link", "partners and other networks, by a private link"),
)
_SERVICES = (
    Choice("key-vault", "Key Vault"),
    Choice("storage", "Storage"),
    Choice("registry", "Container Registry"),
    Choice("sql", "Azure SQL"),
    Choice("cosmos", "Cosmos DB"),
)
_SERVICE_ACCESS = (
    Choice("private", "an address of the network (private endpoint)"),
    Choice("service-endpoint", "the public address, open to this network alone"),
    Choice("any", "whatever is cheapest"),
)
_CONTROL = (
    Choice("ports", "by pods, addresses and ports"),
    Choice("names", "by names in the internet too (needs ACNS, which are paid for)"),
    Choice("l7", "by HTTP methods and paths too (needs ACNS)"),
    Choice("none", "not at all"),
)


@dataclass(slots=True)
class _Talk:
    """What was answered, and what was answered before an interruption.

    Attributes:
        asker: Who asks.
        answers: By the key of a question, in their order.
        before: Answers of an earlier talk; they are defaults.
        states: What the preset states.
    """

    asker: Asker
    answers: Answers
    before: Mapping[str, Answer]
    states: Mapping[str, object] = field(default_factory=dict)

    def preset(self, part: str, key: str, otherwise: object) -> object:
        """Return what the preset states; something else if it says nothing."""
        section = self.states.get(part)
        if isinstance(section, Mapping) and key in section:
            return section[key]
        return otherwise

    def choose(
        self, key: str, question: str, choices: Sequence[Choice], default: object
    ) -> str:
        """Ask for one of some choices."""
        known = self.before.get(key, default)
        values = [choice.value for choice in choices]
        start = known if isinstance(known, str) and known in values else values[0]
        answer = self.asker.choose(question, choices, start)
        self.answers[key] = answer
        return answer

    def several(self, key: str, question: str, choices: Sequence[Choice]) -> list[str]:
        """Ask for any of some choices."""
        known = listed(self.before.get(key))
        answer = self.asker.several(question, choices, known)
        self.answers[key] = answer
        return answer

    def text(
        self, key: str, question: str, default: str = "", *, needed: bool = False
    ) -> str:
        """Ask for a text that the reader of requirements takes."""
        known = self.before.get(key, default)

        def refused(text: str) -> str:
            if needed and not text.strip():
                return "nothing is written; it cannot be designed without"
            return fault({**self.answers, key: text.strip()})

        answer = self.asker.text(
            question, known if isinstance(known, str) else default, refused
        )
        self.answers[key] = answer.strip()
        return answer.strip()

    def yes(self, key: str, question: str, *, default: object = False) -> bool:
        """Ask for yes or no."""
        known = self.before.get(key, default)
        answer = self.asker.yes(question, default=known is True)
        self.answers[key] = answer
        return answer


def interview(
    asker: Asker, answers: Answers, before: Mapping[str, Answer] | None = None
) -> None:
    """Ask everything that matters.

    Args:
        asker: Who asks.
        answers: Takes each answer as it is given, so that none is lost where a person
            breaks off.
        before: Answers of an earlier talk, to begin with.

    Raises:
        KeyboardInterrupt: The person broke off.
    """
    talk = _Talk(asker, answers, before or {})
    talk.text("name", "What is the cluster called?", "cluster", needed=True)
    talk.text("region", "In which region of Azure?", "westeurope", needed=True)
    presets = [Choice(it.name, f"{it.name}: {it.says}") for it in PRESETS.values()]
    preset = talk.choose("preset", "What is it for?", presets, "private")
    talk.states = PRESETS[preset].states
    _who_operates(talk)
    _parts(talk)
    _ways_out(talk)
    _ways_in(talk)
    _services(talk)
    _pods(talk)
    _size(talk)
    _limits(talk)


def _who_operates(talk: _Talk) -> None:
    default = talk.preset("api-server", "access", "private")
    access = talk.choose("access", "Who may reach the API server?", _ACCESS, default)
    if access == "ranges":
        talk.text("ranges", "From which public ranges? (203.0.113.0/24 …)", needed=True)
    if access == "private":
        for desk in talk.several("operators", "How do operators come?", _DESKS):
            _desk(talk, desk)
    talk.yes(
        "run-command",
        "May `az aks command invoke` run commands in it, past the network?",
        default=talk.preset("api-server", "run-command", otherwise=False),
    )


def _desk(talk: _Talk, desk: str) -> None:
    if desk == "peering":
        talk.text(
            "operators.peering.network",
            "What is the resource ID of the network that is peered?",
            needed=True,
        )
    if desk in ("vpn", "expressroute", "peering"):
        key = f"operators.{desk}.from"
        talk.text(key, f"Which addresses have those who come by {desk}?", needed=True)
    if desk in ("vpn", "expressroute"):
        known = talk.answers.get(f"operators.{desk}.from", "")
        talk.text(
            "on-premises",
            "Which ranges are there in all, that the cluster must not use?",
            " ".join(
                dict.fromkeys(
                    (*listed(talk.answers.get("on-premises")), *listed(known))
                )
            ),
        )


def _parts(talk: _Talk) -> None:
    talk.text(
        "segments",
        "Which parts run on it, with the ports of their pods? (web:8080 api:8443)",
        "app:8080",
    )
    served = ports_of(talk.answers["segments"])
    serving = [name for name, ports in served.items() if ports]
    for name in served:
        others = [Choice(other, other) for other in serving if other != name]
        if others:
            talk.several(f"calls.{name}", f"What does {name} call?", others)


def _ways_out(talk: _Talk) -> None:
    default = talk.preset("egress", "to", "open")
    to = talk.choose("egress", "What may pods reach in the internet?", _EGRESS, default)
    if to == "names":
        talk.text("names", "Which names? (api.example.com *.example.org; may be none)")
    if to != "none":
        talk.yes(
            "fixed-address",
            "Must packets leave from addresses that stay the same?",
            default=talk.preset("egress", "fixed-address", otherwise=False),
        )


def _ways_in(talk: _Talk) -> None:
    served = ports_of(talk.answers["segments"])
    serving = [Choice(name, name) for name, ports in served.items() if ports]
    if not serving:
        return
    ways: tuple[Choice, ...] = _WAYS
    if talk.answers["egress"] == "none":
        ways = tuple(way for way in ways if not way.value.startswith("public"))
    way = talk.choose("way-in", "Who calls the cluster from outside?", ways, "none")
    if way == "none":
        return
    talk.answers["way-in.to"] = serving[0].value
    if len(serving) > 1:
        talk.choose("way-in.to", "Which part do they call?", serving, "")
    if way == "public-waf":
        talk.text("way-in.host", "By which name? (shop.example.com; may be empty)")


def _services(talk: _Talk) -> None:
    kinds = talk.several(
        "services", "Which services of the platform are used?", _SERVICES
    )
    if not kinds:
        return
    words = {choice.value: choice.says for choice in _SERVICES}
    for kind in kinds:
        talk.text(f"services.{kind}", f"What is the {words[kind]} called?", needed=True)
    talk.choose("services.access", "How are they reached?", _SERVICE_ACCESS, "private")


def _pods(talk: _Talk) -> None:
    default = talk.preset("pods", "control", "ports")
    control = talk.choose(
        "control", "How must policies tell packets of pods apart?", _CONTROL, default
    )
    if control == "none":
        return
    talk.yes(
        "default-deny",
        "Are pods closed unless a policy opens them?",
        default=talk.preset("pods", "default-deny", otherwise=True),
    )
    talk.yes(
        "encrypted",
        "Must packets between nodes be encrypted? (needs ACNS)",
        default=talk.preset("pods", "encrypted", otherwise=False),
    )
    talk.yes(
        "network-sees-pods",
        "Must security groups and the far end see addresses of pods?",
    )


def _size(talk: _Talk) -> None:
    count = talk.preset("nodes", "count", 5)
    talk.text("nodes", "How many nodes at most?", str(count), needed=True)
    engines = ("ports", "none")
    if talk.answers["control"] in engines and not talk.answers.get("encrypted"):
        talk.yes("windows", "Are Windows nodes needed?")
    talk.text("space", "Which addresses may its network use? (empty: chosen for you)")


def _limits(talk: _Talk) -> None:
    answers = talk.answers
    if answers["egress"] in ("names", "firewall"):
        default = talk.preset("limits", "firewall", otherwise=True)
        talk.yes("firewall", "May an Azure Firewall be paid for?", default=default)
    paid = answers["control"] in ("names", "l7") or answers.get("encrypted") is True
    if paid or answers["egress"] == "names":
        default = talk.preset("limits", "acns", otherwise=True)
        talk.yes(
            "acns",
            "May Advanced Container Networking Services be paid for?",
            default=default,
        )
