"""Source files to facts: one module a loader, one TOML file a source, and the bundle that ships. Imports graph only."""
