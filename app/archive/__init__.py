"""整理归档: the archivist's pages, and those of the people who read the catalogue or sign for the office."""
