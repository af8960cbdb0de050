"""Bicep source, read as the templates that it is compiled to.

`language/` reads the notation; `lowering/` makes of a file the template that it stands
for, with the lines of the source; what that means is evaluated by `ingest.arm`.
"""
