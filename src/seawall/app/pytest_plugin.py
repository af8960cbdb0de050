"""The plug-in for pytest: fixtures, and intents as tests.

pytest loads it wherever Seawall is installed, so nothing of Seawall is imported before
a test asks for it or a file of intents is found.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

import pytest

if TYPE_CHECKING:
    from seawall.app.testing import Network

INPUT = "seawall_input"
DAY = "seawall_as_of"
ENGINE = "seawall_engine"
_FILES = (".intents.yaml", ".intents.yml")
_YAML = (".yaml", ".yml")
_MARK = b"seawall/v1"
_READ = pytest.StashKey[dict[object, "Network"]]()

Reader = Callable[..., "Network"]


class Choices(TypedDict, total=False):
    """What `Network.read` takes beside paths."""

    engine: str | None
    cluster: str | None
    default_namespace: str
    parameters: Mapping[str, str] | None
    as_of: date | None


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the settings of the plug-in."""
    parser.addini(
        INPUT,
        "Files and folders, from the root, that tell of the network under test: for "
        "the fixture `seawall_case` and for files of intents.",
        type="args",
        default=[],
    )
    parser.addini(
        ENGINE, "Who enforces network policies; default: as the cluster says."
    )
    parser.addini(DAY, "The day by which exceptions expire; default: today.")


def pytest_collect_file(
    file_path: Path, parent: pytest.Collector
) -> "IntentsFile | None":
    """Take up files of intents: by their name, or when they are named to pytest."""
    name = file_path.name
    if not name.endswith(_YAML):
        return None
    chosen = parent.session.isinitpath(file_path)
    if not (name.endswith(_FILES) or chosen) or _MARK not in file_path.read_bytes():
        return None
    return IntentsFile.from_parent(parent, path=file_path)


@pytest.fixture(scope="session")
def seawall(pytestconfig: pytest.Config) -> Reader:
    """Read files and folders, from the root of the project, into a network.

    `seawall("k8s", "plan.json")` returns what has `assert_forbidden`,
    `assert_required`, `assert_only` and more; what was read once is not read again.
    """

    def read(*paths: str, **choices: Unpack[Choices]) -> "Network":
        __tracebackhide__ = True
        return _network(pytestconfig, paths, choices)

    return read


@pytest.fixture(scope="session")
def seawall_case(pytestconfig: pytest.Config) -> "Network":
    """Return the network that the setting `seawall_input` names."""
    paths = pytestconfig.getini(INPUT)
    if not paths:
        pytest.fail(
            f"`seawall_case` needs the setting `{INPUT}`: the files and folders that "
            "tell of the network",
            pytrace=False,
        )
    return _network(pytestconfig, tuple(paths), {})


class IntentsFile(pytest.File):
    """A file of intents."""

    def collect(self) -> Iterator["IntentItem"]:
        """Yield a test for each intent, in their order."""
        from seawall.ingest import load

        for at, intent in enumerate(load([str(self.path)]).intents):
            yield IntentItem.from_parent(self, name=intent.name, at=at)


class IntentItem(pytest.Item):
    """One intent as a test."""

    def __init__(self, *, name: str, parent: IntentsFile, at: int) -> None:
        super().__init__(name, parent)
        self._at = at

    def runtest(self) -> None:
        """Judge the intent; it fails unless it holds."""
        paths = tuple(self.config.getini(INPUT)) or (str(self.path.parent),)
        network = _network(self.config, (*paths, str(self.path)), {})
        mine = [
            each
            for each in network.snapshot.intents
            if Path(each.origin.path).resolve() == self.path.resolve()
        ]
        judged = network.judged(mine[self._at])
        if judged.standing.value != "holds":
            pytest.fail(network.told(judged), pytrace=False)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Return where the intent stands, for reports."""
        return self.path, None, f"intent: {self.name}"


def _network(
    config: pytest.Config, paths: tuple[str, ...], choices: Choices
) -> "Network":
    """Return what was read from some paths; once for each session."""
    __tracebackhide__ = True
    held = config.stash.setdefault(_READ, {})
    settings = Choices(engine=config.getini(ENGINE) or None)
    if config.getini(DAY):
        settings["as_of"] = date.fromisoformat(config.getini(DAY))
    settings.update(choices)
    key = (paths, repr(sorted(settings.items())))
    if key not in held:
        held[key] = _read(config, paths, settings)
    return held[key]


def _read(
    config: pytest.Config, paths: tuple[str, ...], settings: Choices
) -> "Network":
    __tracebackhide__ = True
    import click

    from seawall.app.testing import Network
    from seawall.model.diagnostic import InputError

    try:
        return Network.read(*(_shown(config, path) for path in paths), **settings)
    except InputError as error:
        said = error.diagnostic
        pytest.fail(f"{said}\nwhy:  {said.why}\nmend: {said.mend}", pytrace=False)
    except click.UsageError as error:
        pytest.fail(error.format_message(), pytrace=False)


def _shown(config: pytest.Config, path: str) -> str:
    """Return a path from the root as it is shown: relative to where pytest runs."""
    whole = config.rootpath / path
    here = config.invocation_params.dir
    return str(whole.relative_to(here) if whole.is_relative_to(here) else whole)
