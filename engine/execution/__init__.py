"""Moves the tokens of a case until only people and events are awaited, and tells every consequence.

Pure but for what :class:`engine.delegates.Outside` answers: the same marking, input and answers give the same marking and
the same consequences, live or in a replay.
"""
