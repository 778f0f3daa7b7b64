"""Notices: what people are told of cases, in the house and, without a word of content, outside of it."""
