"""What differs between two inputs, or between one input under two engines.

`answer` compares two `side`s of the policy layer; `gather` and `change` group what
differs so that a person reads a few lines; `network` compares through all layers, and
`flows` is either. `cause` names the rules behind it. `settings`, `intents` and `unread`
are what else changes; `document` writes it.
"""
