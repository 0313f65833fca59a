"""One TOML file a source; a package of its own so that the files are found in any installation."""
