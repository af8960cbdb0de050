"""What every audit rule is made of."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from seawall.audit.controls import Control
from seawall.audit.finding import Confidence, Finding, Severity
from seawall.model.origin import Origin
from seawall.model.trace import Hop
from seawall.query.case import Case
from seawall.query.fix.admission import Admission
from seawall.query.fix.change import Change


@dataclass(frozen=True, slots=True)
class Proposal:
    """Changes after which a finding should be gone.

    Attributes:
        changes: All are needed.
        meant: What policies among them are to deny, which is the finding itself.
        about: Pairs of ends, as they are written, of which the finding speaks: that
            nothing passes between them any more is no side effect.
    """

    changes: tuple[Change, ...]
    meant: tuple[Admission, ...] = ()
    about: tuple[tuple[str, str], ...] = ()


class Rule(ABC):
    """One audit rule; its docstring is its documentation.

    The docstring has a first line and the headings `Why it matters`, `When it is fine`
    and `Source`.

    Attributes:
        code: Never reused.
        name: In kebab case, the pattern that is found and not its cure.
        since: The version that brought it.
        severity: How bad a finding is, unless the finding says otherwise.
        controls: The controls of public frameworks that it bears on, where a public
            mapping says so.
        bad: Files by name whose findings stand on the lines marked `# finding`, in
            YAML. An Azure resource may be written in YAML too.
        good: Files by name in which the rule finds nothing.
        mends: Whether it proposes changes that mend what it finds.
        opens_its_subject: Whether these are to let packets through to the subject.
        tells_what_is_missed: Whether it finds what a cluster needs and does not get, so
            that no change that mends something else may make it find more.
    """

    code: ClassVar[str]
    name: ClassVar[str]
    since: ClassVar[str] = "0.1.0"
    severity: ClassVar[Severity]
    controls: ClassVar[tuple[Control, ...]] = ()
    bad: ClassVar[Mapping[str, str]]
    good: ClassVar[Mapping[str, str]]
    mends: ClassVar[bool] = False
    opens_its_subject: ClassVar[bool] = False
    tells_what_is_missed: ClassVar[bool] = False

    @abstractmethod
    def check(self, case: Case) -> Iterator[Finding]:
        """Yield what the rule finds in *case*, in stable order."""

    def fixes(self, case: Case, finding: Finding) -> "Iterator[Proposal]":
        """Yield changes after which *finding* should be gone, the best first.

        Whoever offers one proves it first.
        """
        del case, finding
        yield from ()

    def finding(  # noqa: PLR0913
        self,
        subject: str,
        message: str,
        mend: str,
        *,
        origin: Origin | None,
        confidence: Confidence = Confidence.PROVED,
        severity: Severity | None = None,
        evidence: tuple[Hop, ...] = (),
    ) -> Finding:
        """Return a finding of this rule."""
        return Finding(
            self.code,
            self.name,
            severity or self.severity,
            confidence,
            subject,
            message,
            mend,
            origin,
            evidence,
            self.controls,
        )
