"""The verbs of the `kefu` command, one file each."""
