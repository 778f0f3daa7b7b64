"""A log as XES (IEEE 1849-2016), written case by case.

The elements stand in no namespace: the schema of the standard declares none. Values are escaped here and written by hand, since
a log is longer than memory should hold, and has seven kinds of element.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime

from workflows.event_logs.people import People
from workflows.event_logs.values import LogEvent, Trace, Wanted

VERSION = "1849.2016"
EXTENSIONS = (
    ("Concept", "concept", "http://www.xes-standard.org/concept.xesext"),
    ("Time", "time", "http://www.xes-standard.org/time.xesext"),
    ("Lifecycle", "lifecycle", "http://www.xes-standard.org/lifecycle.xesext"),
    ("Organizational", "org", "http://www.xes-standard.org/org.xesext"),
)
NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
ESCAPED = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}
)
NOBODY = "无"
"""What stands in a log where an attribute that every event has says nothing."""
HEAD = f"""<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="{VERSION}" xes.features="">
"""
GLOBALS = f"""  <global scope="trace">
    <string key="concept:name" value="{NOBODY}"/>
  </global>
  <global scope="event">
    <string key="concept:name" value="{NOBODY}"/>
    <string key="lifecycle:transition" value="complete"/>
    <date key="time:timestamp" value="1970-01-01T00:00:00+00:00"/>
    <string key="org:resource" value="{NOBODY}"/>
  </global>
  <classifier name="Activity" scope="event" keys="concept:name lifecycle:transition"/>
  <classifier name="Resource" scope="event" keys="org:resource"/>
"""


def xes(wanted: Wanted, name: str, found: Iterable[Trace], known: People) -> Iterator[bytes]:
    """Yield a log, in UTF-8.

    Args:
        wanted: What was asked for; it is told in the log.
        name: Of the flow.
        found: The cases, in order.
        known: What people and units are called.

    Yields:
        Parts of the file; one for each case.

    Source:
        IEEE 1849-2016: elements and their order, extensions concept, time, lifecycle and org, globals and classifiers.
    """
    yield HEAD.encode()
    for extension, prefix, uri in EXTENSIONS:
        yield f'  <extension name="{extension}" prefix="{prefix}" uri="{uri}"/>\n'.encode()
    yield GLOBALS.encode()
    asked: dict[str, object] = {
        "concept:name": name,
        "lifecycle:model": "standard",
        "source": "办结 Banjie",
        "definition": wanted.key,
        "version": wanted.version,
        "from": wanted.since,
        "until": wanted.until,
        "units": "、".join(sorted(wanted.units)) or None,
        "pseudonyms": bool(known.salt),
    }
    yield "".join(_attributes(asked, "  ")).encode()
    for trace in found:
        yield _trace(trace, known).encode()
    yield b"</log>\n"


def _trace(trace: Trace, known: People) -> str:
    told: dict[str, object] = {
        "concept:name": trace.instance_id,
        "definition_version": trace.version,
        "org:group": known.unit(trace.initiator_unit, trace.started_at),
        "state": trace.state,
    }
    if not known.salt:
        told |= {"title": trace.title, "number": trace.number or None}
    events = [_event(event, known) for event in trace.events]
    return "".join(["  <trace>\n", *_attributes(told, "    "), *events, "  </trace>\n"])


def _event(event: LogEvent, known: People) -> str:
    who = known.named(event.resource, event.at)
    others = {
        name: known.named(username, event.at).name if username else None
        for name, username in (
            ("on_behalf_of", event.on_behalf_of),
            ("recorded_by", event.recorded_by),
            ("assignee", event.assignee),
        )
    }
    told: dict[str, object] = {
        "concept:name": event.name,
        "concept:instance": event.instance or None,
        "lifecycle:transition": event.transition,
        "time:timestamp": event.at,
        "org:resource": who.name,
        "org:role": who.role or None,
        "org:group": who.group or None,
        **others,
        "seat": known.unit(event.seat, event.at) if event.seat else None,
        "decision": event.decision or None,
        "activity_id": event.activity_id or None,
        "kind": event.kind,
        "seq": event.seq,
    }
    return "".join(["    <event>\n", *_attributes(told, "      "), "    </event>\n"])


def _attributes(told: Mapping[str, object], indent: str) -> Iterator[str]:
    for key, value in told.items():
        match value:
            case None:
                continue
            case bool():
                yield f'{indent}<boolean key="{key}" value="{str(value).lower()}"/>\n'
            case int():
                yield f'{indent}<int key="{key}" value="{value}"/>\n'
            case datetime():
                yield f'{indent}<date key="{key}" value="{written(value)}"/>\n'
            case _:
                yield f'{indent}<string key="{key}" value="{_escaped(str(value))}"/>\n'


def written(at: datetime) -> str:
    """Return an instant as the standard writes it: ``xs:dateTime`` with milliseconds, in UTC."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds")


def _escaped(text: str) -> str:
    return NO_XML.sub("", text).translate(ESCAPED)
