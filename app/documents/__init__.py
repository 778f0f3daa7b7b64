"""The numbers of documents."""
