"""会签意见采纳: what became of each opinion that a countersigning unit gave, whatever is being countersigned."""
