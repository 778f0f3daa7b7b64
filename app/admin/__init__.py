"""Units, posts and people."""
