"""Assertions about a network, for those who write tests in Python.

    case = Network.read("k8s", "plan.json")
    case.assert_forbidden("ns:batch", "payments/api:8080")

Each assertion is one intent, judged over all packets as `seawall test` judges it. What
is not known to hold fails as what does not hold, and says what is missing.
"""

import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path

from seawall.app.cli.read import read_input
from seawall.app.cli.show.intents import judged_lines
from seawall.model.diagnostic import Level
from seawall.model.intent import Demand, Exemption, Intent, Written
from seawall.model.origin import Origin, Pointer
from seawall.model.snapshot import Snapshot
from seawall.query.case import Case
from seawall.query.intents.answer import judge
from seawall.query.intents.crossing import Asking
from seawall.query.intents.verdict import Judged, Standing, Tested
from seawall.query.words.end import split_port

Texts = str | Iterable[str]
FEW = 3


class Network:
    """What was read, and the day by which it is judged.

    Attributes:
        snapshot: What was read.
        day: By which exceptions expire.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        *,
        engine: str | None = None,
        as_of: date | None = None,
    ) -> None:
        self.snapshot = snapshot
        self.day = as_of or datetime.now(UTC).date()
        self._engine = engine

    @classmethod
    def read(
        cls,
        *paths: str,
        engine: str | None = None,
        cluster: str | None = None,
        default_namespace: str = "default",
        parameters: Mapping[str, str] | None = None,
        as_of: date | None = None,
    ) -> "Network":
        """Read files and folders, as every verb does.

        Args:
            paths: What to read; the current folder if there is none.
            engine: Who enforces network policies, if not as the cluster is set up.
            cluster: The cluster to ask about, where the input holds several.
            default_namespace: Namespace of manifests that name none.
            parameters: Values for ARM templates and variables of Terraform.
            as_of: The day by which exceptions expire; today if not given.

        Raises:
            InputError: Nothing that could be read is there.
            click.UsageError: The cluster is not there.
        """
        snapshot = read_input(
            paths,
            default_namespace=default_namespace,
            cluster=cluster,
            values=tuple((parameters or {}).items()),
        )
        return cls(snapshot, engine=engine, as_of=as_of)

    @cached_property
    def case(self) -> Case:
        """What was read, ready for questions."""
        return Case(self.snapshot, self._engine)

    @cached_property
    def _asking(self) -> Asking:
        return Asking(self.case)

    def judged(self, intent: Intent) -> Judged:
        """Return what becomes of one intent."""
        return judge(self._asking, intent, self.day)

    def assert_forbidden(
        self, from_: Texts, to: Texts, *, ports: Texts = (), exceptions: Texts = ()
    ) -> None:
        """Fail unless no packet of any source arrives at any destination.

        Args:
            from_: One end or several, as on the command line: `ns:batch`, `internet`.
            to: Likewise; one end may carry its port, as in `payments/api:8080`.
            ports: `443`, `udp/53`, `8000-8010`, a name; every port if not given.
            exceptions: Sources that the assertion does not speak of.

        Raises:
            AssertionError: A packet arrives, or may.
        """
        __tracebackhide__ = True
        self._hold(Demand.FORBID, from_, to, ports, exceptions=exceptions)

    def assert_required(
        self, from_: Texts, to: Texts, *, ports: Texts = (), path: str = ""
    ) -> None:
        """Fail unless every packet of every source arrives, and its reply returns.

        Args:
            from_: One end or several.
            to: Likewise; one end may carry its port.
            ports: Services; every protocol and port if not given.
            path: `private` if a name must be reached by its private endpoint.

        Raises:
            AssertionError: A packet or a reply is lost, or may be.
        """
        __tracebackhide__ = True
        self._hold(Demand.REQUIRE, from_, to, ports, path=path)

    def assert_only(
        self, from_: Texts, to: Texts, *, ports: Texts = (), exceptions: Texts = ()
    ) -> None:
        """Fail unless nobody but the sources reaches the destinations.

        Raises:
            AssertionError: Somebody else does, or may.
        """
        __tracebackhide__ = True
        self._hold(Demand.ONLY, from_, to, ports, exceptions=exceptions)

    def assert_confined(
        self, from_: Texts, to: Texts, *, ports: Texts = (), exceptions: Texts = ()
    ) -> None:
        """Fail unless the sources reach nobody but the destinations.

        Raises:
            AssertionError: They reach somebody else, or may.
        """
        __tracebackhide__ = True
        self._hold(Demand.CONFINE, from_, to, ports, exceptions=exceptions)

    def assert_default_deny(self, *pods: str) -> None:
        """Fail unless policy holds these pods both ways, and every new one beside them.

        Raises:
            AssertionError: Some pod is open, or may be.
        """
        __tracebackhide__ = True
        self._hold(Demand.DEFAULT_DENY, pods or ("pods",), ())

    def assert_firewall_only(self, *from_: str) -> None:
        """Fail unless what leaves for the internet passes an Azure Firewall.

        Raises:
            AssertionError: Something passes it by, or may.
        """
        __tracebackhide__ = True
        self._hold(Demand.FIREWALL_ONLY, from_ or ("pods",), ())

    def assert_private_control_plane(self) -> None:
        """Fail unless nothing from the internet arrives at the API server.

        Raises:
            AssertionError: Something does, or may.
        """
        __tracebackhide__ = True
        self._hold(Demand.PRIVATE_CONTROL_PLANE, (), ())

    def assert_holds(self, name: str) -> None:
        """Fail unless an intent of the input holds.

        Args:
            name: Its whole name.

        Raises:
            AssertionError: It does not, or is not known to, or there is none.
        """
        __tracebackhide__ = True
        held = [each for each in self.snapshot.intents if each.name == name]
        if not held:
            known = ", ".join(f"`{each.name}`" for each in self.snapshot.intents)
            raise AssertionError(
                f"no intent is named `{name}`; there are {known or 'none'}"
            )
        for intent in held:
            self.hold(intent)

    def hold(self, intent: Intent) -> None:
        """Fail unless an intent holds.

        Raises:
            AssertionError: It does not, or is not known to.
        """
        __tracebackhide__ = True
        judged = self.judged(intent)
        if judged.standing is not Standing.HOLDS:
            raise AssertionError(self.told(judged))

    def told(self, judged: Judged) -> str:
        """Return what speaks against an intent, with its packets and their ways.

        Where something is not known, what could not be read is told too.
        """
        lines = judged_lines(Tested((judged,), self.day), paint=False, verbose=True)
        if judged.standing is Standing.UNKNOWN:
            broken = [it for it in self.snapshot.diagnostics if it.level is Level.ERROR]
            lines += [f"not read: {item}" for item in broken[:FEW]]
            if len(broken) > FEW:
                lines.append(f"and {len(broken) - FEW} more things could not be read")
        return "\n".join(lines)

    def _hold(
        self,
        demand: Demand,
        sources: Texts,
        targets: Texts,
        ports: Texts = (),
        *,
        exceptions: Texts = (),
        path: str = "",
    ) -> None:
        __tracebackhide__ = True
        origin = _caller()
        ends, services = _split(_texts(targets), _texts(ports))
        held = [
            Exemption((Written(text, origin),), (), (), "an exception", None, origin)
            for text in _texts(exceptions)
        ]
        given = _texts(sources)
        self.hold(
            Intent(
                _name(demand, given, ends, services),
                demand,
                tuple(Written(text, origin) for text in given),
                tuple(Written(text, origin) for text in ends),
                tuple(Written(text, origin) for text in services),
                path,
                tuple(held),
                "",
                origin,
            )
        )


def _texts(given: Texts) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)


def _split(
    targets: Sequence[str], ports: Sequence[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return ends without ports, and ports; one end alone may carry its own.

    Raises:
        ValueError: One of several ends carries a port, or ports are given twice.
    """
    parts = [split_port(text) for text in targets]
    if not any(port for _, port in parts):
        return tuple(targets), tuple(ports)
    if len(parts) > 1 or ports:
        raise ValueError(
            "name the ports once: either with the only destination, as in "
            "`payments/api:8080`, or as `ports`"
        )
    return (parts[0][0],), (parts[0][1],)


_NAMES = {
    Demand.FORBID: "{} must not reach {}",
    Demand.REQUIRE: "{} must reach {}",
    Demand.ONLY: "nobody but {} may reach {}",
    Demand.CONFINE: "{} may reach nobody but {}",
    Demand.DEFAULT_DENY: "policy must hold {} both ways",
    Demand.FIREWALL_ONLY: "what {} sends to the internet must pass an Azure Firewall",
    Demand.PRIVATE_CONTROL_PLANE: "the internet must not reach the API server",
}


def _name(
    demand: Demand, sources: Sequence[str], targets: Sequence[str], ports: Sequence[str]
) -> str:
    words = _NAMES[demand].format(", ".join(sources), ", ".join(targets))
    return f"{words} on {', '.join(ports)}" if ports else words


def _caller() -> Origin:
    """Return the line that asserts: the nearest one outside of this module."""
    frame = sys._getframe()  # noqa: SLF001
    while frame.f_back is not None and frame.f_globals["__name__"] == __name__:
        frame = frame.f_back
    line = frame.f_lineno

    def found(_document: int, _pointer: Pointer) -> int:
        return line

    file, here = Path(frame.f_code.co_filename), Path.cwd()
    shown = file.relative_to(here) if file.is_relative_to(here) else file
    return Origin(str(shown), finder=found)
