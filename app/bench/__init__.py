"""Measures what the house promises about speed, each number as a ratio to a bare commit or to another number of the same run."""
