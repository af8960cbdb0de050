"""Reads the texts of Calico's objects: selectors and names."""

import re
from dataclasses import dataclass, field

from seawall.ingest.kubernetes.calico.selector import (
    Scope,
    SelectorError,
    read_calico_selector,
)
from seawall.ingest.kubernetes.terms.fault import Fault, Findings, shown
from seawall.ingest.kubernetes.terms.label import text_fault, wrong_type
from seawall.ingest.kubernetes.terms.placeholder import placeholder_in
from seawall.model.diagnostic import Diagnostic, Level
from seawall.model.ends import Labels
from seawall.model.origin import Origin, Pointer

RAW = "crd.projectcalico.org"
"""The API group of the objects as they are stored; the server of the other one
validates and fills in defaults."""

_GLOBAL = re.compile(r"\s*global\(\s*\)\s*")
_LABEL = r"[a-z0-9](?:[-a-z0-9]*[a-z0-9])?"
TIER_NAME = re.compile(_LABEL)
POLICY_NAME = re.compile(
    rf"(?:{_LABEL})(?:\.{_LABEL})?|(?:knp|ossg)\.default\.{_LABEL}(?:\.{_LABEL})*"
)
LONGEST_NAME = 253
_NAME_RULE = (
    "a policy is named by lower-case letters, digits and hyphens, with the name of its "
    "tier and one `.` before it at most"
)


@dataclass(slots=True)
class Found(Findings):
    """What was found in one object of Calico.

    Attributes:
        beyond: What may be right, and is too intricate to be read here.
    """

    beyond: list[Fault] = field(default_factory=list)

    @property
    def unread(self) -> list[Fault]:
        """What keeps the object from being understood."""
        return [*self.faults, *self.beyond]

    def told(self, origin: Origin) -> tuple[Diagnostic, ...]:
        """Return everything as diagnostics on the object at *origin*."""
        return (
            *(fault.diagnostic(origin) for fault in self.faults),
            *(fault.diagnostic(origin, Level.UNMODELLED) for fault in self.beyond),
            *(fault.diagnostic(origin, Level.WARNING) for fault in self.warnings),
        )


def read_text(value: object, pointer: Pointer, found: Found) -> str:
    """Return a text that may be left out; empty after a fault."""
    if value is None or isinstance(value, str):
        return value or ""
    found.faults.append(wrong_type(pointer, str(pointer[-1]), value, "text"))
    return ""


def read_flag(value: object, pointer: Pointer, found: Found) -> bool:
    """Return a boolean that may be left out; false after a fault."""
    if value is None or isinstance(value, bool):
        return bool(value)
    found.faults.append(wrong_type(pointer, str(pointer[-1]), value, "true or false"))
    return False


def read_condition(
    value: object,
    pointer: Pointer,
    scope: Scope,
    found: Found,
    *,
    may_be_global: bool = False,
) -> Labels | None:
    """Return what a selector asks for; None if it is left out, or after a fault.

    Source:
        projectcalico/calico libcalico-go/lib/validator/v3, validateEntityRule:
        `global()` stands alone, and in the namespace selector of a rule only.
    """
    written = read_text(value, pointer, found)
    if not written:
        return None
    if placeholder_in(written):
        found.faults.append(text_fault(written, pointer, "", ""))
        return None
    if "global(" in written and not (may_be_global and _GLOBAL.fullmatch(written)):
        found.faults.append(_misplaced(written, pointer, may_be_global=may_be_global))
        return None
    try:
        return read_calico_selector(written, scope)
    except SelectorError as error:
        fault = Fault(
            pointer,
            f"selector {shown(written)}: {error.what}, at character {error.column}",
            "the API server refuses a selector that it cannot read; a stored policy "
            "with one is not enforced as written",
            error.mend,
        )
        (found.beyond if error.too_deep else found.faults).append(fault)
        return None


def refuse_name(name: str, tier: str, found: Found) -> None:
    """Add a fault if a policy cannot have its name.

    Source:
        projectcalico/calico libcalico-go/lib/validator/v3, validateNetworkPolicy and
        validateGlobalNetworkPolicy.
    """
    place: Pointer = ("metadata", "name")
    if name == "?":
        found.faults.append(
            Fault(
                ("metadata",),
                "policy has no name",
                "the API server refuses an object without `metadata.name`",
                "give it a name",
            )
        )
    elif name.endswith("*"):
        return
    elif not POLICY_NAME.fullmatch(name) or len(name) > LONGEST_NAME:
        found.faults.append(text_fault(name, place, _NAME_RULE, "mend the name"))
    elif "." in name and name.split(".", maxsplit=1)[0] not in {tier, "knp", "ossg"}:
        found.faults.append(
            Fault(
                place,
                f"`{name}` is named after a tier that it is not in",
                f"the policy is in tier `{tier}`; servers before 3.30 refuse a name "
                "that starts with that of another tier",
                f"name it `{tier}.{name.split('.', 1)[1]}`, or set `tier`",
            )
        )


def _misplaced(text: str, pointer: Pointer, *, may_be_global: bool) -> Fault:
    return Fault(
        pointer,
        f"selector {shown(text)} holds `global()`",
        "`global()` stands alone, and only in the `namespaceSelector` of a rule; the "
        "API server refuses it elsewhere",
        "write `global()` alone, and make a rule of the rest"
        if may_be_global
        else "remove it, or move it to the `namespaceSelector` of a rule",
    )
