"""From what is needed to files that are proved.

`requirements/` reads what must hold; `choose/` decides every option by a solver and
says why; `layout/` plans addresses and resources, `objects/` the Kubernetes side;
`handover/` writes the files, reads them back and asks every requirement of them.
"""
