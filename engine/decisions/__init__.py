"""Decision tables as DMN 1.3 says: pure, total and exact.

A decision is read once from its file (:mod:`engine.spiff.dmn`), checked, and then decided as often as a case asks. Cells are
S-FEEL: they are parsed to small trees of which each node is on a list, numbers are decimal, and the work of one decision is
counted and bounded. Nothing here knows XML, SpiffWorkflow or a database.
"""
