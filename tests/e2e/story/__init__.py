"""The acceptance story in a browser: one year of one office on one database, each part of the story in a file of its own."""
