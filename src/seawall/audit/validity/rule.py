"""One rule of validity as a row: what it says, its source, and the code that asks."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum

from seawall.audit.finding import Severity
from seawall.audit.validity.site import Site
from seawall.audit.validity.term import Term


class Kind(Enum):
    """What it means that a rule is broken."""

    INVALID = "not valid"
    """AKS refuses it, or it does not work."""
    FRAGILE = "fragile"
    """It is accepted and may fail; the sources warn, or contradict each other."""
    WORTH_KNOWING = "worth knowing"

    @property
    def severity(self) -> Severity:
        """How bad a finding is."""
        return {
            Kind.INVALID: Severity.MEDIUM,
            Kind.FRAGILE: Severity.LOW,
            Kind.WORTH_KNOWING: Severity.INFO,
        }[self]


@dataclass(frozen=True, slots=True)
class Claim:
    """That a rule is broken somewhere.

    Attributes:
        term: Whether it is.
        of: What it is about: a pool, a subnet, a Service; empty for the cluster.
        says: What makes it so, as a clause; empty if the rule's text says it all.
    """

    term: Term
    of: str = ""
    says: str = ""


@dataclass(frozen=True, slots=True)
class Validity:
    """A rule.

    Attributes:
        code: As `AKSV001`; never reused.
        name: In kebab case.
        kind: What it means that it is broken.
        text: What the rule is, as a clause.
        mend: What to do, imperative.
        source: Which documents say so.
        ask: Yields where it may be broken.
        bad: An example that breaks it: properties of a cluster, as YAML.
        good: One that does not.
    """

    code: str
    name: str
    kind: Kind
    text: str
    mend: str
    source: str
    ask: Callable[[Site], Iterator[Claim]]
    bad: str
    good: str
