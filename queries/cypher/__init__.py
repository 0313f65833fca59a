"""The shipped Cypher questions, one a file; a package of its own so that the files are found in any installation."""
