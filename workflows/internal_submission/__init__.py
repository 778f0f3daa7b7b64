"""签报: a department asks its leaders in writing, and reports what came of their instruction. No red head, its own numbers."""
