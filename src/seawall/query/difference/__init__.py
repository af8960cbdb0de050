"""What differs between two answers of the policy layer: two engines, or two inputs.

`answer` compares two `side`s; `gather` and `change` group what differs so that a person
reads a few lines; `cause` names the rules behind it; `document` writes it.
"""
