"""What the user can choose about reading."""

from dataclasses import dataclass
from typing import Literal

LARGEST_FILE = 512 * 2**20


@dataclass(frozen=True, slots=True)
class LoadOptions:
    """Choices about how input is read.

    Attributes:
        default_namespace: The namespace of objects that state none.
        cluster: Name or id of the cluster to ask about, when the input holds several.
        largest_file: Files above this many bytes are refused.
        scripts_change_nothing: Whether commands and scripts that deployments run are
            taken to change nothing that is asked about.
        service_tags: A file that lists the addresses of service tags; it holds before
            any such list in the paths.
        charts: Whether Helm charts are rendered by `helm`, where it is installed.
        compile_bicep: Whether `bicep`, where it is installed, compiles files of Bicep;
            their source is read otherwise.
        parameters: Names and values of parameters of ARM templates and variables of
            Terraform; they hold before those in files.
        plan: Whether a plan of Terraform stands for what will be there `after` it, or
            for what was there `before`.
    """

    default_namespace: str = "default"
    cluster: str | None = None
    largest_file: int = LARGEST_FILE
    charts: bool = True
    compile_bicep: bool = False
    scripts_change_nothing: bool = False
    service_tags: str | None = None
    parameters: tuple[tuple[str, str], ...] = ()
    plan: Literal["after", "before"] = "after"
