"""What the Linux kernel is asked for: namespaces, devices, routes, settings, filters.

Everything is made inside namespaces of this process alone, held by descriptors and
without names, so that nothing of it outlives the process and nothing of the host's
own network is ever touched. `docs/decisions/0016-a-twin-of-namespaces.md` tells why.
"""
