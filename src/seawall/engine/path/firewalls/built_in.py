"""What every Azure Firewall may let pass by rules that nobody wrote."""

from collections.abc import Iterator

from seawall.engine.path.dns.names import is_under
from seawall.engine.path.ground.atlas import Atlas
from seawall.engine.path.ground.branch import Question
from seawall.engine.path.ground.headers import TCP, port
from seawall.engine.path.ground.verdicts import NOTHING, Matcher
from seawall.model.catalogue import INFRASTRUCTURE_DOMAINS, INFRASTRUCTURE_PORTS

_ORDER = "after all collections"


def built_in(atlas: Atlas, question: Question) -> Iterator[Matcher]:
    """Yield what the built-in rules may allow after all application rules.

    Their names are the platform's own, so a name that a resource in the input owns is
    none of them; a question without a name is taken to be about none.

    Source:
        Azure docs, firewall infrastructure-fqdns and rule-processing.
    """
    name = question.name
    if not any(is_under(name, domain) for domain in INFRASTRUCTURE_DOMAINS):
        return
    if any(name in each.host_names for each in atlas.fabric.resources):
        return
    yield Matcher(
        NOTHING,
        TCP & port(*INFRASTRUCTURE_PORTS),
        allows=True,
        name="a built-in infrastructure rule",
        origin=None,
        order=_ORDER,
        doubt="which names of the platform it holds is not published",
    )
