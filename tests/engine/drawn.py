"""Files for a real engine from what :mod:`tests.judge.paper` writes: executable, and with somebody for every step."""

import re
from collections.abc import Mapping

from tests.flows import WHO
from tests.judge.paper import file


def files(content: str, others: Mapping[str, str] | None = None) -> dict[str, bytes]:
    """Return the file of a main process ``flow``, and of the processes it calls."""
    return {f"{key}.bpmn": _executable(file(xml, key)) for key, xml in {"flow": content, **(others or {})}.items()}


def _executable(content: bytes) -> bytes:
    text = re.sub(
        r'<bpmn:process id="(\w+)">', r'<bpmn:process id="\1" name="\1" isExecutable="true">', content.decode()
    )
    return re.sub(
        r'<bpmn:userTask id="(\w+)"(?! camunda:assignee)', rf'<bpmn:userTask id="\1" camunda:assignee="{WHO}"', text
    ).encode()
