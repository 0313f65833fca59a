"""Typed questions: one Cypher file, one networkx answer, equal rows. Imports graph only."""
