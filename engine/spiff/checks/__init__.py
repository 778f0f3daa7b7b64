"""The rules of the check, by what they look at. Each is a function of one :class:`engine.spiff.checks.judged.Judged`."""
