"""Files that mean harm, or are no models at all: refused as unreadable, quickly, without an entity or a network."""

import statistics
import time

import pytest

from app.house import House
from engine.model import Finding
from engine.spiff import reader, xml
from tests.engine.broken_models import LINE, files, node, script, step
from tests.flows import HEAD
from workflows import definitions

FINE = files(LINE)["flow.bpmn"].decode()
SMALL_ONES = 40
"""How many checks of a small model tell the pace of the machine."""
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
ATTACKS = {
    "external entity": '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    + FINE.replace('name="a"', 'name="&e;"'),
    "external entity in a text": '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    + FINE.replace("</bpmn:userTask>", "<bpmn:documentation>&e;</bpmn:documentation></bpmn:userTask>"),
    "parameter entity": '<!DOCTYPE x [<!ENTITY % e SYSTEM "http://127.0.0.1:9/x.dtd"> %e;]>' + FINE,
    "entity expansion": f'<!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]>' + FINE.replace("gexingyao", "&l9;"),
    "external document type": '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">' + FINE,
    "plain document type": "<!DOCTYPE x>" + FINE,
    "undeclared entity": FINE.replace('name="a"', 'name="&nbsp;"'),
    "nesting": "<a>" * 300 + "</a>" * 300,
    "nesting of subprocesses": HEAD
    + '<bpmn:process id="flow">'
    + "".join(f'<bpmn:subProcess id="b{n}">' for n in range(250))
    + "</bpmn:subProcess>" * 250
    + "</bpmn:process></bpmn:definitions>",
    "attributes": FINE.replace("<bpmn:userTask", "<bpmn:userTask " + " ".join(f'x{n}="1"' for n in range(5_000))),
    "no xml": "Ceci n'est pas un modèle",
    "empty": "",
    "white space": " \n\t ",
    "only a declaration": '<?xml version="1.0"?>',
    "a web page": "<html><head><title>登录</title></head><body><br></body></html>",
    "a web page that is xml": '<html xmlns="http://www.w3.org/1999/xhtml"><body /></html>',
    "another namespace": FINE.replace("20100524/MODEL", "20030101/MODEL"),
    "no namespace": FINE.replace("bpmn:", "").replace("xmlns:bpmn", "xmlns:x"),
    "a process alone": HEAD.partition(">")[0].replace("definitions", "process") + " />",
    "only a picture": HEAD + '<bpmn:collaboration id="c" /></bpmn:definitions>',
    "cut off": FINE[:-40],
    "an element left open": FINE.replace("</bpmn:userTask>", ""),
    "two roots": FINE + FINE,
    "control characters": FINE.replace('name="a"', 'name="\x01"'),
    "an unknown prefix": FINE.replace("</bpmn:process>", "<zzz:x /></bpmn:process>"),
    "an unknown encoding": f'<?xml version="1.0" encoding="klingon"?>{FINE}',
}
BYTES = {
    "NUL": FINE.replace("gexingyao", "gexi\0ngyao").encode(),
    "only NUL": b"\0" * 1000,
    "wrong encoding": f'<?xml version="1.0" encoding="UTF-8"?>{FINE.replace("gexingyao", "葛星遥")}'.encode("gb18030"),
    "half a character": FINE.encode() + b"\xe4\xb8",
    "a packed file": b"PK\x03\x04" + bytes(range(256)) * 20,
    "a picture": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20,
    "five megabytes": FINE.encode() + b" " * (5 * 1024 * 1024),
}
HOSTILE = {**{name: text.encode() for name, text in ATTACKS.items()}, **BYTES}
READABLE = {
    "utf-8": FINE.encode(),
    "utf-8 with a mark": FINE.encode("utf-8-sig"),
    "utf-16": f'<?xml version="1.0" encoding="UTF-16"?>{FINE}'.encode("utf-16"),
    "utf-16 that does not say so": FINE.encode("utf-16"),
    "utf-16 that says utf-8": f'<?xml version="1.0" encoding="UTF-8"?>{FINE}'.encode("utf-16-le"),
    "gb18030": f'<?xml version="1.0" encoding="GB18030"?>{FINE}'.encode("gb18030"),
    "gbk": f'<?xml version="1.0" encoding="GBK"?>{FINE}'.encode("gbk"),
    "latin 1": f'<?xml version="1.0" encoding="ISO-8859-1"?>{FINE}'.encode("latin-1"),
    "windows line ends": FINE.replace("\n", "\r\n").encode(),
    "white space behind": FINE.encode() + b"\n\n",
}


def told(house: House, content: bytes) -> tuple[list[Finding], float]:
    begun = time.process_time()
    found = definitions.check(house.office, {"flow.bpmn": content})
    return found, time.process_time() - begun


def longest(house: House) -> float:
    """The processor seconds that as many small models take as have together the size of the largest file there may be."""
    _found, _seconds = told(house, FINE.encode())
    spans = [told(house, FINE.encode())[1] for _ in range(SMALL_ONES)]
    return statistics.mean(spans) * xml.LARGEST_FILE_BYTES / len(FINE.encode())


@pytest.mark.parametrize("attack", sorted(HOSTILE))
def test_what_is_no_model_is_refused_quickly(sqlite_house: House, attack: str) -> None:
    found, seconds = told(sqlite_house, HOSTILE[attack])
    assert [(one.rule, one.element) for one in found] == [("file_unreadable", None)], found
    assert found[0].line >= 1
    assert "root:" not in found[0].message
    assert seconds < longest(sqlite_house)


@pytest.mark.parametrize("encoding", sorted(READABLE))
def test_a_model_is_read_in_whatever_encoding_it_declares(sqlite_house: House, encoding: str) -> None:
    found, _seconds = told(sqlite_house, READABLE[encoding])
    assert found == []


def flow(identifier: str, source: str, target: str, condition: str = "") -> str:
    inside = f"<bpmn:conditionExpression>{condition}</bpmn:conditionExpression>" if condition else ""
    return (
        f'<bpmn:sequenceFlow id="{identifier}" sourceRef="{source}" targetRef="{target}">{inside}</bpmn:sequenceFlow>'
    )


def chain(length: int, made: str = "step", filler: str = "") -> str:
    drawn = {
        "step": lambda name: step(name, filler),
        "script": lambda name: script(name, "x = x + 1"),
        "message": lambda name: node("receiveTask", name, messageRef=f"m_{name}"),
    }[made]
    steps = "".join(drawn(f"t{n}") for n in range(length))
    flows = "".join(flow(f"f{n}", f"t{n}", f"t{n + 1}") for n in range(length - 1))
    ends = flow("fs", "s", "t0") + flow("fe", f"t{length - 1}", "e")
    return node("startEvent", "s") + steps + node("endEvent", "e") + flows + ends


def whole(inside: str, roots: str = "") -> bytes:
    return (
        f'{HEAD}{roots}<bpmn:process id="flow" isExecutable="true">{inside}</bpmn:process></bpmn:definitions>'.encode()
    )


def ladder(rungs: int) -> str:
    """Splits one behind the other, each with a script that writes the same variable."""
    drawn = node("startEvent", "s") + node("endEvent", "e") + flow("fs", "s", "p0") + flow("fe", f"p{rungs}", "e")
    for n in range(rungs):
        drawn += node("parallelGateway", f"p{n}") + script(f"a{n}", "x = 1")
        drawn += flow(f"a_{n}", f"p{n}", f"a{n}") + flow(f"b_{n}", f"p{n}", f"p{n + 1}") + flow(f"c_{n}", f"a{n}", "e")
    return drawn + node("parallelGateway", f"p{rungs}")


def fan(ways: int, more: str = "") -> str:
    drawn = node("startEvent", "s") + node("exclusiveGateway", "x", default="d") + node("endEvent", "e")
    drawn += flow("fs", "s", "x") + flow("d", "x", "e")
    return drawn + "".join(flow(f"f{n}", "x", "e", f"n == {n} and title != 'x{n}'{more}") for n in range(ways))


def rings(length: int) -> bytes:
    text = HEAD
    for n in range(length):
        call = node("callActivity", "c", calledElement=f"k{(n + 1) % length}")
        inside = node("startEvent", "s") + call + node("endEvent", "e") + flow("f", "s", "c") + flow("g", "c", "e")
        text += f'<bpmn:process id="k{n}" isExecutable="true">{inside}</bpmn:process>'
    return f"{text}</bpmn:definitions>".encode()


LARGE = {
    "a long chain": whole(chain(4_900)),
    "a chain of scripts": whole(chain(4_900, "script")),
    "a chain of messages": whole(
        chain(4_900, "message"), "".join(f'<bpmn:message id="m_t{n}" name="m{n}" />' for n in range(4_900))
    ),
    "long documentation": whole(chain(3_000, filler=f"<bpmn:documentation>{'字' * 250}</bpmn:documentation>")),
    "a ladder of splits": whole(ladder(1_900)),
    "a fan of conditions": whole(fan(9_000)),
    "long conditions": whole(fan(900, " or n == 3" * 45)),
    "far too long conditions": whole(fan(1_800, " or n == 3" * 190)),
    "starts without ids": whole("<bpmn:startEvent />" * 9_990),
    "far too many nodes": whole("<bpmn:startEvent />" * 150_000),
    "annotations": whole(chain(2) + "<bpmn:textAnnotation />" * 140_000),
    "extensions": whole(
        chain(1, filler="<bpmn:extensionElements>" + "<camunda:x />" * 200_000 + "</bpmn:extensionElements>")
    ),
    "a ring of calls": rings(100),
    "far too many processes": rings(5_000),
}


@pytest.mark.parametrize("name", sorted(LARGE))
def test_a_large_file_is_judged_as_fast_as_small_ones_of_its_size(sqlite_house: House, name: str) -> None:
    assert len(LARGE[name]) <= xml.LARGEST_FILE_BYTES
    _found, seconds = told(sqlite_house, LARGE[name])
    assert seconds < longest(sqlite_house)


def test_the_limits_are_those_of_the_file(sqlite_house: House) -> None:
    found, _seconds = told(sqlite_house, LARGE["a long chain"])
    assert found == []
    for name in ("far too many nodes", "far too many processes", "far too long conditions"):
        found, _seconds = told(sqlite_house, LARGE[name])
        assert [one.rule for one in found] == ["file_unreadable"]
    assert reader.MOST_NODES > 2 * 4_900
