"""Answers as a file of requirements, with comments for whoever changes it later."""

from collections.abc import Mapping

import yaml

from seawall.design.interview.document import Answer, document

_HEAD = """\
# What must hold. `seawall design` makes a cluster of it, and proves it.
# Change a line and design again; docs/guide/design.md tells every key.
"""
_COMMENTS = {
    "preset": "States what no line below says otherwise.",
    "api-server": "Who reaches it: `anywhere`, `private`, or a list of public ranges.",
    "operators": "Who operates the cluster, how they come, and from which addresses.",
    "egress": "What pods may reach in the internet:\n"
    "`open`, `names`, `firewall` or `none`.",
    "ingress": "Who calls the cluster from outside, and which segment.",
    "services": "Services of the platform, and how they are reached.",
    "pods": "By what policies tell packets apart, and what holds where none speaks.",
    "segments": "Pods that are kept apart: what they serve and what they call.\n"
    "Segments with another `tenant` never meet.",
    "nodes": "How large it may grow.",
    "addresses": "Which addresses it may use, and which it must not.",
    "limits": "What may be paid for.",
}


class _Dumper(yaml.SafeDumper):
    """Indents lists, and writes no anchors."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: FBT001, FBT002
        """Indent lists too."""
        del indentless
        super().increase_indent(flow, indentless=False)

    def ignore_aliases(self, data: object) -> bool:
        """Write equal values out each time."""
        del data
        return True


def written(answers: Mapping[str, Answer]) -> str:
    """Return the file that some answers make."""
    lines = [_HEAD]
    for key, value in document(answers).items():
        if key in _COMMENTS:
            lines.append("")
            lines += [f"# {line}" for line in _COMMENTS[key].split("\n")]
        lines.append(_dumped({key: value}))
    return "\n".join(line.rstrip("\n") for line in lines) + "\n"


def _dumped(value: Mapping[str, object]) -> str:
    text: str = yaml.dump(
        value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100
    )
    return text
