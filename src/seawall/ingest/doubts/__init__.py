"""What may be there, or may belong to one of several resources.

A part in doubt opens the list that it would stand in: what the list decides is then
not known. `alike` compares ids of which only parts are known, `lists` says what is a
part of what, and `astray` settles, once all inputs are read, what parts may belong to.
`commands` and `orders` read what a deployment runs for what that may change.
"""
