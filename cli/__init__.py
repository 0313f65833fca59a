"""Thin commands: words to parameters, rows to tables. Imports loaders, queries and graph."""
