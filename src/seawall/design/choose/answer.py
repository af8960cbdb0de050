"""What the chooser answers: choices with reasons, or why there are none."""

from dataclasses import dataclass
from datetime import date
from enum import Enum

from seawall.design.options import Choices, Option
from seawall.model.origin import Origin


class Change(Enum):
    """What it takes to change a choice once the cluster stands."""

    IN_PLACE = "changes in place"
    REIMAGES = "changes in place, and every node is replaced"
    POOLS = "needs new node pools"
    ONE_WAY = "changes in one direction only"
    RECREATES = "needs a new cluster"
    RETIRES = "retires"


@dataclass(frozen=True, slots=True)
class Later:
    """What a choice costs later.

    Attributes:
        change: What kind of cost.
        says: A clause.
        source: Which documents say so.
        day: When it ends, of `Change.RETIRES`.
    """

    change: Change
    says: str
    source: str
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Rejected:
    """An option that was not chosen.

    Attributes:
        option: Which.
        why: A sentence.
        source: Which documents say so.
        because: Needs that exclude it; empty if rules alone or a preference do.
        rules: Codes of the rules that exclude it.
        is_possible: Whether needs and rules leave it open; a preference decided.
    """

    option: Option
    why: str
    source: str
    because: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    is_possible: bool = False


@dataclass(frozen=True, slots=True)
class Folklore:
    """What many say of an option, and what the documentation says.

    Attributes:
        option: About which option.
        said: What is said.
        documented: What is so.
        source: Which documents say so.
    """

    option: Option
    said: str
    documented: str
    source: str


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a decision fell as it did.

    Attributes:
        decision: The field of `Choices`.
        option: What was chosen.
        why: A sentence.
        source: Which documents say so.
        because: Paths of the needs that decided; empty if a preference did.
        rejected: The other options, in their order.
        later: What it costs later.
        folklore: Where what is often said differs from the documentation.
    """

    decision: str
    option: Option
    why: str
    source: str
    because: tuple[str, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    later: tuple[Later, ...] = ()
    folklore: tuple[Folklore, ...] = ()


@dataclass(frozen=True, slots=True)
class Decided:
    """One option of every decision.

    Attributes:
        choices: The options.
        reasons: One for each decision, in the order of `Choices`.
        cost: What the preferences against these choices weigh together.
    """

    choices: Choices
    reasons: tuple[Reason, ...]
    cost: int

    def reason(self, decision: str) -> Reason:
        """Return the reason of one decision.

        Raises:
            KeyError: There is no such decision.
        """
        for each in self.reasons:
            if each.decision == decision:
                return each
        raise KeyError(decision)


@dataclass(frozen=True, slots=True)
class Needed:
    """A need as a conflict shows it.

    Attributes:
        path: Its path.
        says: What is needed, as a clause.
        asks: What it asks of the choices, as clauses.
        sources: Which documents say so, one for each of *asks*.
        origin: Where it stands; None if nobody wrote it.
    """

    path: str
    says: str
    asks: tuple[str, ...]
    sources: tuple[str, ...]
    origin: Origin | None


@dataclass(frozen=True, slots=True)
class RuleSaid:
    """A rule that a conflict rests on.

    Attributes:
        code: As `AKSV003`.
        says: The rule as a clause.
        source: Which documents say so.
    """

    code: str
    says: str
    source: str


@dataclass(frozen=True, slots=True)
class Nearest:
    """The cheapest way out of a conflict.

    Attributes:
        give_up: Needs that are not met then.
        choices: What would be chosen without them.
    """

    give_up: tuple[Needed, ...]
    choices: Choices


@dataclass(frozen=True, slots=True)
class Conflict:
    """Needs that cannot hold together.

    Attributes:
        needs: A smallest set of them: without any one, the others can hold.
        rules: The rules that stand between them.
        nearest: What to give up so that the rest holds; needs of other conflicts too.
    """

    needs: tuple[Needed, ...]
    rules: tuple[RuleSaid, ...]
    nearest: Nearest

    @property
    def sentence(self) -> str:
        """The conflict in one sentence."""
        together = " and ".join(each.says for each in self.needs)
        asks = [ask for each in self.needs for ask in each.asks]
        because = "; ".join([*asks, *(rule.says for rule in self.rules)])
        return f"{together}: {because}"
