"""Backends of an application gateway that are names: where the gateway finds them."""

from seawall.engine.path.dns.resolution import Answers, Resolution
from seawall.engine.path.dns.resolve import Resolver
from seawall.engine.path.ground.atlas import Atlas
from seawall.engine.path.ground.branch import Branch, Question
from seawall.engine.path.ground.space import Space
from seawall.engine.path.ground.verdicts import NOTHING, Ruling, constant
from seawall.model.end import AddressEnd
from seawall.model.trace import Layer

SOURCE = "Azure docs, application-gateway-components, backend pools"


class NamedBackends:
    """Resolves the backend names of gateways as their networks do."""

    def __init__(self, atlas: Atlas) -> None:
        self._atlas = atlas
        self._resolver = Resolver(atlas)

    def resolved(self, name: str, network: str) -> Resolution:
        """Return what a backend's name leads to for a gateway in a network."""
        return self._resolver.resolve(name, network)

    def judged(self, branch: Branch, found: Resolution) -> Branch:
        """Put on a way how the gateway finds a backend by its name.

        Source:
            Azure docs, application-gateway-components: the DNS servers of the
            gateway's network are asked.
        """
        for link in found.chain:
            said = constant(link.says, link.source, link.rule)
            passing = Ruling(NOTHING, NOTHING, said)
            branch = branch.judged(Layer.NAME, link.at, passing)
        says = constant(found.says, found.source, found.rule)
        ruling = Ruling(NOTHING, NOTHING, says)
        if found.answer is Answers.NOTHING:
            ruling = Ruling.denying(found.says, found.source, found.rule)
        elif found.doubt or found.answer is Answers.UNKNOWN:
            why = found.doubt or found.says
            ruling = Ruling.not_known(why, found.source, found.rule)
        return branch.judged(Layer.NAME, found.name, ruling)

    def addresses(self, found: Resolution) -> Space:
        """Return the addresses that a backend may have; none if there are none."""
        if found.answer is Answers.PRIVATE:
            return found.addresses
        return self._atlas.others if found.answer is Answers.PUBLIC else Space()


def question(found: Resolution, to: Space) -> Question:
    """Return what is asked about the gateway's own connection to a named backend."""
    return Question(
        AddressEnd(to.ranges),
        name=found.name,
        canonical=found.canonical or found.name,
        resource=found.resource,
        is_public=found.answer is Answers.PUBLIC,
        endpoints=found.endpoints,
    )
