"""Functions of time.

Source: Azure docs, template-functions-date, read 2026-11. What depends on the day of
the deployment is unknown.
"""

import re
from datetime import UTC, datetime, timedelta

from seawall.ingest.arm.language.signature import INT, STRING, Library
from seawall.ingest.arm.language.tree import Fault
from seawall.ingest.arm.language.values import Value

_DURATION = re.compile(
    r"(?P<sign>-?)P(?:(?P<years>\d{1,4})Y)?(?:(?P<months>\d{1,5})M)?"
    r"(?:(?P<weeks>\d{1,6})W)?(?:(?P<days>\d{1,7})D)?"
    r"(?:T(?:(?P<hours>\d{1,8})H)?(?:(?P<minutes>\d{1,9})M)?(?:(?P<seconds>\d{1,9})S)?)?"
)
_PLACES = {
    "yyyy": "%Y",
    "MM": "%m",
    "dd": "%d",
    "HH": "%H",
    "mm": "%M",
    "ss": "%S",
}
_STANDARD = {"u": "yyyy-MM-dd HH:mm:ssZ", "s": "yyyy-MM-ddTHH:mm:ss"}
_MONTHS = 12


def declare(library: Library) -> None:
    """Add them to a library."""
    library.add("dateTimeAdd", STRING, STRING, STRING, optional=1, kind="string")(_add)
    library.add("dateTimeFromEpoch", INT, kind="string")(_from_epoch)
    library.add("dateTimeToEpoch", STRING, kind="int")(
        lambda text: int(_read(text).timestamp())
    )


def _read(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        raise Fault(f"`{text[:40]}` is no time as ISO 8601 writes it") from None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


def _from_epoch(seconds: int) -> Value:
    try:
        found = datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        raise Fault(f"{seconds} seconds are out of what can be told") from None
    return found.strftime("%Y-%m-%dT%H:%M:%SZ")


def _add(base: str, duration: str, form: str | None = None) -> Value:
    match = _DURATION.fullmatch(duration)
    if match is None or not any(match.groups()[1:]):
        raise Fault(f"`{duration[:40]}` is no span of time as ISO 8601 writes it")
    span = {
        key: int(text)
        for key, text in match.groupdict("0").items()
        if text != "" and key != "sign"
    }
    sign = -1 if match["sign"] else 1
    try:
        moved = _months(_read(base), sign * (span["years"] * _MONTHS + span["months"]))
        moved += sign * timedelta(
            weeks=span["weeks"],
            days=span["days"],
            hours=span["hours"],
            minutes=span["minutes"],
            seconds=span["seconds"],
        )
        return _shown(moved.astimezone(UTC), form)
    except (ValueError, OverflowError):
        raise Fault("a time is out of what can be told") from None


def _months(time: datetime, count: int) -> datetime:
    """Move a time by months; a day that the month does not have is its last."""
    year, month = divmod(time.year * _MONTHS + time.month - 1 + count, _MONTHS)
    for day in range(time.day, 27, -1):
        try:
            return time.replace(year=year, month=month + 1, day=day)
        except ValueError:
            continue
    return time.replace(year=year, month=month + 1)


def _shown(time: datetime, form: str | None) -> Value:
    """Return a time in a form; only the usual parts are known here."""
    if form is None:
        return NotImplemented
    form = _STANDARD.get(form, form)
    out = re.sub(
        r"'[^']*'|([A-Za-z])\1*",
        lambda match: _place(match[0], time),
        form,
    )
    return NotImplemented if "\0" in out else out


def _place(word: str, time: datetime) -> str:
    if word in _PLACES:
        return time.strftime(_PLACES[word])
    if word in {"T", "Z"}:
        return word
    return word[1:-1] if word.startswith("'") else "\0"
