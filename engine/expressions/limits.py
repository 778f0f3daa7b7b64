"""Bounds: of what may be written, of what may come out, and of the work in between."""

from decimal import Context, Decimal, DivisionByZero, InvalidOperation, Overflow

LONGEST_SOURCE = 2_000
LONGEST_SCRIPT = 20_000
MOST_NODES = 400
DEEPEST = 40
LARGEST_NUMBER = Decimal(10) ** 30
LONGEST_RESULT = 100_000
MOST_STEPS = 1_000_000
DIGITS = 28
LAST_KEY_CHARACTER = "\uffff"
EXACT = Context(prec=100, traps=[InvalidOperation, DivisionByZero, Overflow])
"""Enough digits for sums and products of the largest numbers; only a quotient is rounded, to ``DIGITS``."""
