"""The faces of Seawall: thin layers that parse a question, ask, and show the answer."""
