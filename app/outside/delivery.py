"""What can become of a message that is handed over to somebody outside."""


class NotDelivered(Exception):
    """The message has certainly not arrived; it may be tried again."""


class PerhapsDelivered(Exception):
    """Nobody knows whether the message has arrived, so it must not be tried again."""
