"""SPARQL questions to an export of RDF of all times; each file begins with what it asks."""
