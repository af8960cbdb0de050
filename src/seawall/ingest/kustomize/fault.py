"""What a kustomization asks for and cannot get."""


class BadBuild(Exception):  # noqa: N818  (it is told, not raised to callers of `load`)
    """A step of a build that `kustomize` would refuse, or that is not modelled.

    Args:
        what: What is wrong, in the words of a diagnostic.
        why: The rule that it breaks.
        mend: One thing to do.
        modelled: False if `kustomize` knows it and Seawall does not.
    """

    def __init__(
        self, what: str, why: str, mend: str, *, modelled: bool = True
    ) -> None:
        super().__init__(what)
        self.what = what
        self.why = why
        self.mend = mend
        self.modelled = modelled
