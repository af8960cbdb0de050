"""What the audit reports."""

from dataclasses import dataclass, field
from enum import Enum

from seawall.audit.controls import Control
from seawall.model.origin import Origin
from seawall.model.trace import Hop
from seawall.query.fix.change import Change
from seawall.query.fix.effects import Effect
from seawall.query.fix.setting import SettingChange


class Severity(Enum):
    """How bad it is if it is true."""

    INFO = "info"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"

    @property
    def weight(self) -> int:
        """A number that grows with the severity."""
        return list(Severity).index(self)


class Confidence(Enum):
    """How sure it is that it is true."""

    PROVED = "proved"
    """The engine proved it over all packets, or the input states it."""
    LIKELY = "likely"
    """It rests on a stated assumption."""
    POSSIBLE = "possible"
    """It depends on something that the input does not say."""


@dataclass(frozen=True, slots=True)
class Mended:
    """Changes after which a finding is gone, as asking again has proved.

    Attributes:
        changes: All are needed.
        closes: What else no longer passes, or may not; nothing opens.
        is_weighed: Whether there are intents, none of which it breaks.
    """

    changes: tuple[Change, ...]
    closes: tuple[Effect, ...] = ()
    is_weighed: bool = False

    @property
    def says(self) -> str:
        """What they do, as a sentence without its full stop."""
        return "; ".join(change.says for change in self.changes)

    @property
    def proof(self) -> str:
        """What asking again has shown, as a clause."""
        beyond = "".join(f"; {text}" for text in self.beyond)
        if not self.closes:
            of = " that the model knows" if beyond else ""
            also = f"; beyond the model, {beyond[2:]}" if beyond else ""
            return f"verified: it opens and closes nothing else{of}{also}"
        count = len(self.closes)
        flows = f"{count} more flow" + ("" if count == 1 else "s")
        weighed = " that no intent requires" if self.is_weighed else ""
        it = "it" if count == 1 else "them"
        judge = "" if weighed else f"; whether somebody misses {it} is for you to judge"
        said = f"verified: it opens nothing else, and closes {flows}{weighed}{judge}"
        return said + beyond

    @property
    def beyond(self) -> tuple[str, ...]:
        """What it does that answers about packets do not tell, as clauses."""
        return tuple(
            text
            for change in self.changes
            if isinstance(change, SettingChange)
            for text in change.beyond
        )


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that somebody should look at.

    Attributes:
        rule: Code of the rule, such as `AKS101`.
        name: Name of the rule, such as `public-api-server`.
        severity: How bad.
        confidence: How sure.
        subject: What it is about, in the user's nouns: `payments/api[Deployment]`.
        message: Lower case, no final period, one sentence.
        mend: One thing to do, imperative.
        origin: Where the cause stands; None only when the cause is an absence that has
            no place.
        evidence: The hops that prove it; empty where a setting is the proof.
        controls: The controls of public frameworks that its rule bears on.
        fix: A change that mends it and was proved; None if none was found or asked for.
    """

    rule: str
    name: str
    severity: Severity
    confidence: Confidence
    subject: str
    message: str
    mend: str
    origin: Origin | None
    evidence: tuple[Hop, ...] = ()
    controls: tuple[Control, ...] = ()
    fix: Mended | None = field(default=None, compare=False)
