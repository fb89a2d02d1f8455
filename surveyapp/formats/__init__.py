"""A frozen release as files. Every format is written from the same rows of codes; none adds a column. Pure."""
