"""Sends e-mail by SMTP."""

import smtplib
import ssl
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime

from app.outside.delivery import NotDelivered, PerhapsDelivered
from app.settings import MailSettings, outside_secret

NOT_BEGUN = (OSError, smtplib.SMTPException)


def send_mail(settings: MailSettings, to: str, subject: str, text: str, reference: str, at: datetime) -> None:
    """Send one message.

    Args:
        settings: The server's.
        to: An address.
        subject: One line.
        text: The whole message.
        reference: Names the message; the same one for the same message.
        at: Aware instant of the machine.

    Raises:
        NotDelivered: The server cannot be reached, or refused.
        PerhapsDelivered: The connection broke after the message had been handed over.
    """
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = settings.sender, to, subject
    message["Date"] = format_datetime(at)
    domain = settings.sender.rpartition("@")[2]
    message["Message-ID"] = f"<{reference}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    try:
        server = smtplib.SMTP(settings.host, settings.port, domain, timeout=settings.timeout_seconds)
    except NOT_BEGUN as error:
        raise NotDelivered(f"{type(error).__name__}: {error}") from error
    try:
        _hand_over(server, settings, to, message)
    finally:
        server.close()


def _hand_over(server: smtplib.SMTP, settings: MailSettings, to: str, message: EmailMessage) -> None:
    try:
        server.ehlo()
        if settings.starttls:
            server.starttls(context=ssl.create_default_context())
            server.ehlo()
        if settings.username:
            server.login(settings.username, outside_secret("MAIL_PASSWORD"))
        for code, answer in (server.mail(settings.sender), server.rcpt(to)):
            if code not in (250, 251):
                raise smtplib.SMTPResponseException(code, answer)
    except NOT_BEGUN as error:
        raise NotDelivered(f"{type(error).__name__}: {error}") from error
    try:
        code, answer = server.data(message.as_bytes())
    except smtplib.SMTPDataError as error:
        raise NotDelivered(f"{type(error).__name__}: {error}") from error
    except NOT_BEGUN as error:
        raise PerhapsDelivered(f"{type(error).__name__}: {error}") from error
    if code != 250:  # noqa: PLR2004  (RFC 5321, 4.2.3: completed)
        raise NotDelivered(f"{code} {answer!r}")
