"""The model in time and where it is kept: facts, kinds, stores, projection. Imports nothing of ours."""
