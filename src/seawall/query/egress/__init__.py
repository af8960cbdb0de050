"""What a cluster must reach to live, what it may reach, and the difference.

`answer` is the entry: it puts together which requirements of the dated catalogue apply
(`needs`, by the cluster's `facts`), whether the network lets them pass (`reached`), and
what passes beyond them (`beyond`). No verdict is made here: the path engine is asked.
"""
