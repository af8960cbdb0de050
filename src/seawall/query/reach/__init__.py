"""`reach`: every connection that is possible, through one layer or through all.

`answer` chooses; `policy` asks network policies alone, `every_layer` all of them;
`count`, `summary`, `text`, `table` and the documents write what they found.
"""
