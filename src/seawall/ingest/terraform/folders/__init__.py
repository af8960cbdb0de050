"""Folders of configuration, read as a deployment would read them.

`gather` finds what belongs together, `run` evaluates one module with its inputs,
`build` makes bodies of resources, and `deploy` hands on resources as plans have them.
"""
