"""Schema changes, oldest first; shipped with the package so that every command can migrate."""
