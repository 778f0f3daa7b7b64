"""Comments: what people say to each other in a case, for everyone who may see it."""
