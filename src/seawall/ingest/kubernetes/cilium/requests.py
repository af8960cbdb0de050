"""Reads what a rule asks of requests and names, which no packet header shows."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from seawall.ingest.kubernetes.terms.fault import Fault, Findings, shown
from seawall.ingest.kubernetes.terms.label import (
    refuse_unknown_fields,
    text_fault,
    wrong_type,
)
from seawall.model.dataplane import Feature
from seawall.model.origin import Pointer

NAMES = frozenset({Feature.NAMES})
REQUESTS = frozenset({Feature.REQUESTS})
_RULES = frozenset({"dns", "http", "kafka", "l7", "l7proto"})
_FIELDS = {
    "dns": frozenset({"matchName", "matchPattern"}),
    "http": frozenset({"path", "method", "host", "headers", "headerMatches"}),
    "kafka": frozenset(
        {"role", "apiKey", "apiVersion", "clientID", "topic"},
    ),
}
_ASKED = {
    "dns": "the name that is asked for",
    "http": "what the HTTP request asks for",
    "kafka": "what the Kafka request asks for",
    "l7": "what is said over the connection",
}
_NAME = re.compile(r"[-a-zA-Z0-9_]+(?:\.[-a-zA-Z0-9_]+)*\.?")
_PATTERN = re.compile(r"[-a-zA-Z0-9_*]+(?:\.[-a-zA-Z0-9_*]+)*\.?")
_MOST_LETTERS = 255
_MOST_TOLD = 6


@dataclass(frozen=True, slots=True)
class Requests:
    """What is asked beside addresses and ports, as in `ports.Match`."""

    condition: str | None = None
    needs: frozenset[Feature] = frozenset()
    resolves: bool = False


def read_requests(
    entry: dict[object, object],
    ports: Sequence[object],
    pointer: Pointer,
    found: Findings,
    *,
    inbound: bool,
) -> Requests:
    """Return what an entry of `toPorts` asks of requests.

    Source:
        cilium pkg/policy/api rule_validation.go, PortRule and L7Rules: one form of
        rules; on TCP alone, except for DNS; never on port 0; DNS only on the way out.
    """
    conditions, needs = _tls(entry, pointer, found)
    form = _form(entry.get("rules"), (*pointer, "rules"), found)
    if form is None:
        return Requests(conditions, needs)
    name, rules = form
    place = (*pointer, "rules", name)
    _check_ports(name, ports, (*pointer, "ports"), found, inbound=inbound)
    if entry.get("listener") is not None:
        found.faults.append(_beside("listener", pointer))
    if entry.get("serverNames") and entry.get("terminatingTLS") is None:
        found.faults.append(_beside("serverNames", pointer))
    condition: str | None = _ASKED[name] + (_asked_for(rules) if name == "http" else "")
    resolves = False
    if name == "dns":
        needs |= NAMES
        resolves = True
        names = [_dns_rule(item, (*place, at), found) for at, item in enumerate(rules)]
        if "*" in names:
            # Every question is answered, so that it is as if nothing were asked.
            condition = None
    else:
        needs |= REQUESTS
        _check_fields(name, rules, place, found)
    both = " and ".join(item for item in (condition, conditions) if item)
    return Requests(both or None, needs, resolves)


def read_name(
    value: object, pointer: Pointer, faults: list[Fault], kind: str
) -> str | None:
    """Return a name or pattern of an entry with `matchName` or `matchPattern`.

    Source:
        cilium pkg/policy/api fqdn.go, FQDNSelector: exactly one of the two.
    """
    if not isinstance(value, dict):
        faults.append(wrong_type(pointer, kind, value, "a mapping"))
        return None
    refuse_unknown_fields(value, _FIELDS["dns"], pointer, faults)
    given = [key for key in ("matchName", "matchPattern") if value.get(key)]
    if len(given) != 1:
        faults.append(
            Fault(
                pointer,
                "both `matchName` and `matchPattern` are given"
                if given
                else "entry names no domain",
                "Cilium takes exactly one of `matchName` and `matchPattern`",
                "make an entry of each" if given else 'write `matchName: "..."`',
            )
        )
        return None
    key, written = given[0], value[given[0]]
    rule = _NAME if key == "matchName" else _PATTERN
    if not isinstance(written, str):
        faults.append(wrong_type((*pointer, key), key, written, "a domain name"))
        return None
    if len(written) > _MOST_LETTERS or not rule.fullmatch(written):
        words = "letters, digits, `-`, `_` and dots"
        mend = "mend the name"
        if key == "matchPattern":
            words += ", and `*` for any letters of a label"
        elif "*" in written:
            mend = "write it as `matchPattern`"
        rule_in_words = f"a name is of {words}"
        faults.append(text_fault(written, (*pointer, key), rule_in_words, mend))
        return None
    return written.lower()


def _tls(
    entry: dict[object, object], pointer: Pointer, found: Findings
) -> tuple[str | None, frozenset[Feature]]:
    names = entry.get("serverNames")
    if names is not None and not (
        isinstance(names, list) and all(isinstance(n, str) and n for n in names)
    ):
        place = (*pointer, "serverNames")
        wanted = "a list of names"
        found.faults.append(wrong_type(place, "serverNames", names, wanted))
    conditions = []
    if names:
        conditions.append("the server name that TLS shows")
    for key in ("terminatingTLS", "originatingTLS", "listener"):
        value = entry.get(key)
        if value is not None and not isinstance(value, dict):
            found.faults.append(wrong_type((*pointer, key), key, value, "a mapping"))
    if entry.get("listener") is not None:
        conditions.append("what the listener of Envoy does")
    proxied = conditions or any(
        entry.get(key) is not None for key in ("terminatingTLS", "originatingTLS")
    )
    return " and ".join(conditions) or None, REQUESTS if proxied else frozenset()


def _form(
    value: object, pointer: Pointer, found: Findings
) -> tuple[str, list[object]] | None:
    """Return the one form of rules, and its entries; None if nothing is asked."""
    if value is None:
        return None
    if not isinstance(value, dict):
        found.faults.append(wrong_type(pointer, "rules", value, "a mapping"))
        return None
    refuse_unknown_fields(value, _RULES, pointer, found.faults)
    given: list[tuple[str, list[object]]] = []
    for name in ("dns", "http", "kafka", "l7"):
        rules = value.get(name)
        if rules is not None and not isinstance(rules, list):
            found.faults.append(wrong_type((*pointer, name), name, rules, "a list"))
        elif rules:
            given.append((name, rules))
    parser = value.get("l7proto")
    if parser and not any(name == "l7" for name, _ in given):
        given.append(("l7", []))
    elif not parser and any(name == "l7" for name, _ in given):
        found.faults.append(
            Fault(
                pointer,
                "`l7` without `l7proto`",
                "Cilium does not know how to read the rules, and refuses the policy",
                "name the parser in `l7proto`",
            )
        )
    if len(given) > 1:
        names = " and ".join(f"`{name}`" for name, _ in given)
        found.faults.append(
            Fault(
                pointer,
                f"rules of several kinds: {names}",
                "Cilium takes one kind for one list of ports and refuses the policy",
                "make an entry of `toPorts` of each",
            )
        )
    return given[0] if given else None


def _check_ports(
    name: str,
    ports: Sequence[object],
    pointer: Pointer,
    found: Findings,
    *,
    inbound: bool,
) -> None:
    if name == "dns" and inbound:
        found.faults.append(
            Fault(
                (*pointer[:-1], "rules", "dns"),
                "`dns` rules on the way in",
                "Cilium reads names on the way out only, and refuses the policy",
                "move the rule to `egress`, or remove `dns`",
            )
        )
    for at, item in enumerate(ports):
        if not isinstance(item, dict):
            continue
        protocol = item.get("protocol") or "ANY"
        if name != "dns" and protocol != "TCP":
            found.faults.append(
                Fault(
                    (*pointer, at),
                    f"`{name}` rules on protocol {shown(protocol)}",
                    "Cilium reads requests on TCP only, and refuses the policy",
                    "write `protocol: TCP`",
                )
            )
        if item.get("port") == "0":
            found.faults.append(
                Fault(
                    (*pointer, at, "port"),
                    f"`{name}` rules on port `0`",
                    "Cilium refuses rules about requests on every port",
                    "name the port",
                )
            )
        if name == "dns" and item.get("endPort"):
            found.faults.append(
                Fault(
                    (*pointer, at, "endPort"),
                    "`dns` rules on a range of ports",
                    "Cilium refuses this",
                    "name port 53",
                )
            )
    if name == "dns" and not ports:
        found.faults.append(
            Fault(
                pointer,
                "`dns` rules without a port",
                "Cilium asks for the port of the resolver and refuses the policy",
                'write `ports: [{port: "53", protocol: ANY}]`',
            )
        )


def _dns_rule(value: object, pointer: Pointer, found: Findings) -> str | None:
    return read_name(value, pointer, found.faults, "dns")


def _check_fields(
    name: str, rules: Sequence[object], pointer: Pointer, found: Findings
) -> None:
    known = _FIELDS.get(name)
    for at, item in enumerate(rules):
        if not isinstance(item, dict):
            place = (*pointer, at)
            found.faults.append(wrong_type(place, name, item, "a mapping"))
        elif known is not None:
            refuse_unknown_fields(item, known, (*pointer, at), found.faults)


def _asked_for(rules: Sequence[object]) -> str:
    """Return the HTTP requests that rules name, in brackets; empty if not known."""
    told = []
    for item in rules:
        if not isinstance(item, dict) or not all(
            isinstance(item.get(key, ""), str) for key in ("method", "path", "host")
        ):
            return ""
        words = [item.get("method") or "any method"]
        words += [item[key] for key in ("path",) if item.get(key)]
        words += [f"of {item['host']}"] if item.get("host") else []
        if item.get("headers") or item.get("headerMatches"):
            words.append("with stated headers")
        told.append(" ".join(words))
    shown = told[:_MOST_TOLD]
    more = f" and {len(told) - len(shown)} more" if len(told) > len(shown) else ""
    return f" ({', '.join(shown)}{more})" if shown else ""


def _beside(name: str, pointer: Pointer) -> Fault:
    return Fault(
        (*pointer, name),
        f"`{name}` beside `rules`",
        "Cilium takes one of the two and refuses the policy",
        f"remove `{name}` or `rules`",
    )
