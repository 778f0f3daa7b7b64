"""Cases: new ones, the page for readers, the search."""
