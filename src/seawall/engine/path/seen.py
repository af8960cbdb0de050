"""The source that far ends see, and which flows arrive with a given one."""

from dataclasses import dataclass

from seawall.engine.path.ground.atlas import Atlas
from seawall.engine.path.ground.branch import Arrival, ArrivalKind, Branch, Step
from seawall.engine.path.ground.rewrite import applied, possibly
from seawall.engine.path.ground.space import Space, from_intervals
from seawall.engine.path.ground.verdicts import Partition
from seawall.flowspace import Field, FlowSet
from seawall.model.trace import Verdict


@dataclass(frozen=True, slots=True)
class Sighting:
    """How flows of one way arrive with a source that is asked about.

    Attributes:
        sources: The sources that they may have on arrival, of those asked about.
        translator: Where their source was last changed; None if it never was.
        arrival: Where they arrive; None where that is not known.
        verdict: Allowed if something surely arrives that the platform may give such a
            source, unknown if it is not known what arrives, or which addresses the
            translator has.
        is_guess: Whether the translator's addresses are not known, so that the sources
            may be any that are public.
    """

    sources: Space
    translator: Step | None
    arrival: Arrival | None
    verdict: Verdict
    is_guess: bool = False


def sightings(
    atlas: Atlas, partition: Partition, ways: tuple[Branch, ...], wanted: Space
) -> tuple[Sighting, ...]:
    """Return how flows may arrive with one of the *wanted* sources.

    Args:
        atlas: The network.
        partition: What becomes of the flows.
        ways: The ways that they take.
        wanted: The sources asked about.
    """
    found = (_sighting(atlas, partition, way, wanted) for way in ways)
    return tuple(each for each in found if each is not None)


def _sighting(
    atlas: Atlas, partition: Partition, way: Branch, wanted: Space
) -> Sighting | None:
    arrival = way.arrival
    if arrival is not None and arrival.kind is ArrivalKind.PLATFORM:
        return None
    denied = FlowSet.union_of(step.denied for step in way.steps)
    hit = (way.flows - denied) & possibly(way.rewrites, wanted.as_sources())
    if not hit:
        return None
    step = translator(way)
    # Where the addresses of a translator are not in the input, any may be its own.
    guessed = step is not None and atlas.internet <= _lent(step)
    sure = bool(arrival and hit & partition.allowed) and not guessed
    verdict = Verdict.ALLOWED if sure else Verdict.UNKNOWN
    return Sighting(seen(way, hit) & wanted, step, arrival, verdict, guessed)


def seen(way: Branch, flows: FlowSet) -> Space:
    """Return the sources that flows of a way may have at its end."""
    headers = applied(way.rewrites, flows)
    return from_intervals(headers.project(Field.SOURCE))


def translator(way: Branch) -> Step | None:
    """Return the step that changed the source last."""
    for step in reversed(way.steps):
        new = step.after[len(step.before) :]
        if any(each.sources is not None for each in new):
            return step
    return None


def _lent(step: Step) -> Space:
    found = Space()
    for each in step.after[len(step.before) :]:
        found = found | (each.sources or Space())
    return found
