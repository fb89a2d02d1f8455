"""The use cases, run against the databases they are made for."""
