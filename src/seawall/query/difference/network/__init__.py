"""What differs through all layers: policies together with the network around the pods.

`survey` is one side; `rows` and `facts` are what is asked of it; `compare` finds what
differs, and `because` says why.
"""
