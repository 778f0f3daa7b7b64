"""Safe and total expressions: a small, checked part of Python's expression language.

Foreign text is parsed to a syntax tree, every node of which must be on a short list, and is then computed by the modules
of this package; nothing is ever handed to Python's own evaluation. There is no attribute access: a dotted name such as
``passed.countersign`` is one key, looked up in the scope. The size of texts, of results and of the work in between is
bounded, so that every expression ends quickly. Reasons are written in Chinese: the director reads them beside his diagram.
"""
