"""Speaks through the robot of a group: 企业微信 or 钉钉, by the web hook that the group gives it."""

import base64
import hashlib
import hmac
import http.client
import json
import socket
import ssl
import urllib.error
import urllib.parse
import urllib.request
from datetime import datetime
from typing import Any

from app.outside.delivery import NotDelivered, PerhapsDelivered
from app.settings import RobotSettings, outside_secret

MOST_BYTES = 65_536
SCHEMES = ("http://", "https://")
NOT_CONNECTED = (ConnectionRefusedError, TimeoutError, socket.gaierror, ssl.SSLError, str)
Body = dict[str, Any]


def send_by_robot(settings: RobotSettings, to: str, title: str, text: str, at: datetime) -> None:
    """Let the robot say something to one person of its group.

    Args:
        settings: The robot's.
        to: How the robot mentions the person: their userid.
        title: What the group's list shows of a Markdown message.
        text: What it says.
        at: Aware instant of the machine.

    Raises:
        NotDelivered: The robot cannot be reached, or refused.
        PerhapsDelivered: The connection broke after the message had been handed over.

    Source:
        企业微信 and 钉钉, developers' documents: 群机器人, 自定义机器人.
    """
    try:
        url, secret = outside_secret("ROBOT_URL"), outside_secret("ROBOT_SECRET")
    except OSError as error:
        raise NotDelivered(f"{type(error).__name__}: {error}") from error
    if not url.startswith(SCHEMES):
        raise NotDelivered("BANJIE_ROBOT_URL")
    if settings.format == "dingtalk":
        body, url = dingtalk(to, title, text, markdown=settings.markdown), _signed(url, secret, at)
    else:
        body = wecom(to, text, markdown=settings.markdown)
    answer = _post(url, body, settings.timeout_seconds)
    if answer.get("errcode") != 0:
        raise NotDelivered(f"{answer.get('errcode')} {answer.get('errmsg')}")


def wecom(to: str, text: str, *, markdown: bool) -> Body:
    """Return a message as a robot of 企业微信 takes it."""
    if markdown:
        return {"msgtype": "markdown", "markdown": {"content": f"<@{to}> {text}"}}
    return {"msgtype": "text", "text": {"content": text, "mentioned_list": [to]}}


def dingtalk(to: str, title: str, text: str, *, markdown: bool) -> Body:
    """Return a message as a robot of 钉钉 takes it; whom it mentions stands in the text as well."""
    at = {"atUserIds": [to], "isAtAll": False}
    if markdown:
        return {"msgtype": "markdown", "markdown": {"title": title, "text": f"@{to} {text}"}, "at": at}
    return {"msgtype": "text", "text": {"content": f"@{to} {text}"}, "at": at}


def _signed(url: str, secret: str, at: datetime) -> str:
    if not secret:
        return url
    milliseconds = str(int(at.timestamp() * 1000))
    digest = hmac.new(secret.encode(), f"{milliseconds}\n{secret}".encode(), hashlib.sha256).digest()
    sign = urllib.parse.quote_plus(base64.b64encode(digest))
    return f"{url}{'&' if '?' in url else '?'}timestamp={milliseconds}&sign={sign}"


def _post(url: str, body: Body, timeout_seconds: int) -> Body:
    content = json.dumps(body, ensure_ascii=False).encode()
    headers = {"Content-Type": "application/json; charset=utf-8"}
    request = urllib.request.Request(url, content, headers, method="POST")  # noqa: S310  (http or https, see above)
    try:
        with urllib.request.urlopen(request, timeout=timeout_seconds) as answer:  # noqa: S310
            said = json.loads(answer.read(MOST_BYTES))
    except urllib.error.HTTPError as error:
        error.close()
        raise NotDelivered(f"HTTP {error.code}") from error
    except urllib.error.URLError as error:  # while connecting, or while handing over
        kind = NotDelivered if isinstance(error.reason, NOT_CONNECTED) else PerhapsDelivered
        raise kind(type(error.reason).__name__) from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise PerhapsDelivered(type(error).__name__) from error
    return said if isinstance(said, dict) else {}
