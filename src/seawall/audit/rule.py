"""What every audit rule is made of, and how they are found."""

import importlib
import pkgutil
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from functools import cache
from typing import ClassVar

from seawall.audit.finding import Confidence, Finding, Severity
from seawall.model.origin import Origin
from seawall.model.trace import Hop
from seawall.query.case import Case


class Rule(ABC):
    """One audit rule; its docstring is its documentation.

    The docstring has a first line and the headings `Why it matters`, `When it is fine`
    and `Source`.

    Attributes:
        code: Never reused.
        name: In kebab case, the pattern that is found and not its cure.
        since: The version that brought it.
        severity: How bad a finding is, unless the finding says otherwise.
        bad: Files by name whose findings stand on the lines marked `# finding`, in
            YAML. An Azure resource may be written in YAML too.
        good: Files by name in which the rule finds nothing.
    """

    code: ClassVar[str]
    name: ClassVar[str]
    since: ClassVar[str] = "0.1.0"
    severity: ClassVar[Severity]
    bad: ClassVar[Mapping[str, str]]
    good: ClassVar[Mapping[str, str]]

    @abstractmethod
    def check(self, case: Case) -> Iterator[Finding]:
        """Yield what the rule finds in *case*, in stable order."""

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
        )


@cache
def all_rules() -> tuple[Rule, ...]:
    """Return one of each rule, by code, found by listing the folder `rules`."""
    import seawall.audit.rules as folder  # noqa: PLC0415

    found: list[Rule] = []
    for module_info in pkgutil.iter_modules(folder.__path__):
        module = importlib.import_module(f"{folder.__name__}.{module_info.name}")
        found.extend(
            value()
            for value in vars(module).values()
            if isinstance(value, type)
            and issubclass(value, Rule)
            and value.__module__ == module.__name__
        )
    return tuple(sorted(found, key=lambda rule: rule.code))


def audit(case: Case) -> tuple[Finding, ...]:
    """Return the findings of all rules, the worst first, then by code and place."""
    found = [finding for rule in all_rules() for finding in rule.check(case)]
    return tuple(
        sorted(
            found,
            key=lambda item: (
                -item.severity.weight,
                item.rule,
                item.subject,
                str(item.origin),
            ),
        )
    )
