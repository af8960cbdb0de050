"""Questions: a folder or a file each; they ask the engine and put answers into words.

Nothing here prints, and nothing here decides: verdicts come from the engine.
"""
