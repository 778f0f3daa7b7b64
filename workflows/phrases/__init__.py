"""常用语: short texts that are put into an opinion by one key; a person's own, and those of the office."""
