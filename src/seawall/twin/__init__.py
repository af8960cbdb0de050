"""The twin: the network that was read, out of namespaces and real packets.

Does not say what may pass, and asks nobody who does: it builds what a plan lists,
sends what the plan asks, and tells what came back.
"""
