"""Templates of Azure Resource Manager, read as the platform reads them.

`language/` evaluates expressions and keeps what is not known apart from what is;
`parse` reads ARM's notation for them; `scope` and `deployment` are what is around them;
`emit` turns the resources into records in the shape of ARM. Nothing is executed, and
nothing is opened: all files come as documents.
"""
