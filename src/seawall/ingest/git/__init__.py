"""Trees of a Git repository, read without its work tree and without running its code.

`tool` starts `git` for what it keeps and nothing else; `tree` lays a revision out in a
folder that is thrown away, where it is read as any other folder.
"""
