"""What goes outside: how much waits for somebody, and never a word of what it is."""
