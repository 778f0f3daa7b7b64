"""Files that people attach: kept once by content, handed out only to those who may see the case."""
