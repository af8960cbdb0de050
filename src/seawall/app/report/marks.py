"""Words with a sign and a colour; the word alone tells which it is."""

from xml.etree.ElementTree import Element

from seawall.app.report.element import element
from seawall.audit.finding import Severity
from seawall.model.trace import Verdict
from seawall.query.intents.verdict import Standing

_STANDINGS = {
    Standing.HOLDS: ("✓ holds", "good"),
    Standing.VIOLATED: ("✗ violated", "bad"),
    Standing.UNKNOWN: ("? not known", "open"),
}
_OPENINGS = {
    Verdict.ALLOWED: ("● open", "plain"),
    Verdict.DENIED: ("○ closed", "plain"),
    Verdict.UNKNOWN: ("? not known", "open"),
}
_HOPS = {
    Verdict.ALLOWED: ("✓ passes", "plain"),
    Verdict.DENIED: ("✗ stopped", "plain"),
    Verdict.UNKNOWN: ("? not known", "open"),
}
_SEVERITIES = {
    Severity.HIGH: "bad",
    Severity.MEDIUM: "warn",
    Severity.LOW: "plain",
    Severity.INFO: "plain",
}


def standing_mark(standing: Standing) -> Element:
    """Return whether an intent holds."""
    return _mark(*_STANDINGS[standing])


def opening_mark(verdict: Verdict) -> Element:
    """Return whether something is open, where neither is good or bad by itself."""
    return _mark(*_OPENINGS[verdict])


def hop_mark(verdict: Verdict) -> Element:
    """Return what one place does with a packet."""
    return _mark(*_HOPS[verdict])


def severity_mark(severity: Severity) -> Element:
    """Return how bad a finding is."""
    return _mark(severity.value, _SEVERITIES[severity])


def _mark(text: str, kind: str) -> Element:
    return element("span", text, kind=f"mark {kind}")
