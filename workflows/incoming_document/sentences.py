"""The sentences of an instruction, each of which gets a destination. Pure."""

import re

END = re.compile(r"(?<=[。！？!?；;])\s*|\n+")
BESIDE_WORDS = " \t\r\n\u3000。．.，,；;！!、“”\"'「」"
DATE = r"(?:\d{4}\s*[年./-]\s*)?\d{1,2}\s*[月./-]\s*\d{1,2}\s*日?"


def sentences_of(words: str, name: str) -> list[str]:
    """Return the sentences of what a leader has written, in order, each once.

    A signature at the end, which is the leader's name, a date, or both, is no sentence: on paper it belongs to the words, and
    whoever types them in copies it.

    Args:
        words: What was written or said.
        name: Of the leader.

    Returns:
        Sentences with their marks; none where nothing was said.
    """
    signed = rf"[\s，,]*{re.escape(name)}\s*(?:{DATE})?" if name else r"\s*"
    text = re.sub(rf"(?:{signed}|(?<=[。！？!?\n])\s*{DATE})\s*$", "", words.strip())
    parts = (part.strip() for part in END.split(text))
    return list(dict.fromkeys(part for part in parts if part.strip(BESIDE_WORDS)))


def asks_nothing(sentence: str, bare_words: tuple[str, ...]) -> bool:
    """Tell whether a sentence says no more than that somebody has read."""
    return sentence.strip(BESIDE_WORDS) in bare_words
