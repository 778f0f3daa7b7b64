"""The web, the REST API and the command line: nothing here decides anything about documents or processes."""
