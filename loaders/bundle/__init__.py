"""The facts that ship, one CSV file a fact class, compiled by `make bundle`."""
