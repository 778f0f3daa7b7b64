"""Sets extension properties of steps in a BPMN file and leaves every other byte of it as it was.

A model is drawn by people and compared by people, version by version. Writing it anew from a tree would change quotes, the
order of attributes, comments and white space everywhere; so the places are found by a parser and only those are rewritten.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from xml.parsers import expat
from xml.sax.saxutils import escape

from engine.errors import ActivityUnknown, FileUnreadable
from engine.spiff import xml
from engine.spiff.reader import FLOW_NODES

START_TAG = re.compile(rb"<([^\s/>]+)((?:\s+[^\s=/>]+\s*=\s*(?:\"[^\"]*\"|'[^']*'))*)\s*(/?)>")
ATTRIBUTE = re.compile(rb"\s+([^\s=/>]+)\s*=\s*(\"[^\"]*\"|'[^']*')")
FORM_ATTRIBUTES = ("formRef", "formKey")
OWN_PREFIX = "camunda"
OWN_NAMESPACE = xml.EXTENSIONS[0]
QUOTED = {'"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}
STEP = b"  "
UNICODE = frozenset({"", "utf-8", "utf8"})


@dataclass
class _Element:
    """An element with where its tags stand in the bytes; ``prefixes`` are those in scope, by namespace."""

    namespace: str
    name: str
    attributes: Mapping[str, str]
    prefixes: Mapping[str, str]
    start: int
    inside: int = 0
    inside_ends: int = 0
    end: int = 0
    written: bytes = b""
    parent: "_Element | None" = None
    children: list["_Element"] = field(default_factory=list)

    @property
    def is_empty_tag(self) -> bool:
        return self.inside_ends == self.end and self.inside == self.end

    def descendants(self) -> Iterator["_Element"]:
        for child in self.children:
            yield child
            yield from child.descendants()


@dataclass(frozen=True)
class _Change:
    start: int
    end: int
    text: bytes
    place: int


def set_properties(file: str, content: bytes, changes: Mapping[str, Mapping[str, str | None]]) -> bytes:
    """Return a model in which steps have these properties.

    Args:
        file: Its name, for errors.
        content: The model.
        changes: By the id of the step: the value of each property that changes, None to take it away.

    Returns:
        The model; what is not named is as it was, byte for byte.

    Raises:
        FileUnreadable: It is no XML that can be read.
        ActivityUnknown: It has no such step.
    """
    reading = _Reading(file, content)
    edits = _Edits(content, reading.encoding)
    for step, wanted in changes.items():
        edits.set(reading.step(step), wanted)
    return edits.carried_out()


def set_form(file: str, content: bytes, step: str, form: str) -> bytes:
    """Return a model in which a step uses a form.

    Args:
        file: Its name, for errors.
        content: The model.
        step: The id of the step.
        form: The name of the form.

    Returns:
        The model; what is not named is as it was, byte for byte.

    Raises:
        FileUnreadable: It is no XML that can be read.
        ActivityUnknown: It has no such step.
    """
    reading = _Reading(file, content)
    edits = _Edits(content, reading.encoding)
    edits.set_form(reading.step(step), form)
    return edits.carried_out()


class _Reading:
    """Reads a file into elements that know their places."""

    def __init__(self, file: str, content: bytes) -> None:
        xml.parse(file, content)
        self._file = file
        self._content = content
        self.encoding = ""
        self.root = _Element("", "", {}, {}, 0, 0, len(content), len(content))
        self._open = [self.root]
        self._declared: list[tuple[str, str]] = []
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.XmlDeclHandler = self._declare
        self._parser.StartNamespaceDeclHandler = self._name_space
        self._parser.StartElementHandler = self._begin
        self._parser.EndElementHandler = self._finish
        try:
            self._parser.Parse(content, True)
        except expat.ExpatError as error:
            raise FileUnreadable(file, error.lineno, f"不是格式良好的 XML（{error}）") from error

    def step(self, step: str) -> _Element:
        """Return a flow node; raise ``ActivityUnknown``."""
        for one in self.root.descendants():
            if one.namespace == xml.BPMN and one.name in FLOW_NODES and one.attributes.get("id") == step:
                return one
        raise ActivityUnknown(self._file, step)

    def _declare(self, _version: str, encoding: str | None, _standalone: int) -> None:
        self.encoding = (encoding or "").lower()

    def _name_space(self, prefix: str | None, uri: str | None) -> None:
        self._declared.append((prefix or "", uri or ""))

    def _begin(self, tag: str, attributes: Mapping[str, str]) -> None:
        parent = self._open[-1]
        prefixes = parent.prefixes
        if self._declared:
            hidden = {prefix for prefix, _uri in self._declared}
            kept = {uri: prefix for uri, prefix in prefixes.items() if prefix not in hidden}
            prefixes = kept | {uri: prefix for prefix, uri in self._declared}
            self._declared = []
        namespace, _space, name = tag.rpartition(" ")
        start = self._parser.CurrentByteIndex
        found = START_TAG.match(self._content, start)
        if found is None:
            raise FileUnreadable(self._file, self._parser.CurrentLineNumber, "不是 UTF-8 文件")
        element = _Element(namespace, name, attributes, prefixes, start, found.end(), parent=parent, written=found[1])
        if found[3]:
            element.inside_ends = element.end = found.end()
        parent.children.append(element)
        self._open.append(element)

    def _finish(self, _tag: str) -> None:
        element = self._open.pop()
        if not element.end:
            element.inside_ends = self._parser.CurrentByteIndex
            element.end = self._content.index(b">", element.inside_ends) + 1


class _Edits:
    """Gathers what is to be rewritten, and rewrites it at once."""

    def __init__(self, content: bytes, encoding: str) -> None:
        self._content = content
        self._encoding = "utf-8" if encoding in UNICODE else "ascii"
        self._changes: list[_Change] = []
        self._places = count()

    def set(self, node: _Element, wanted: Mapping[str, str | None]) -> None:
        holders = [one for one in node.children if (one.namespace, one.name) == (xml.BPMN, "extensionElements")]
        inside = [one for holder in holders for one in holder.descendants() if one.namespace in xml.EXTENSIONS]
        added: list[tuple[str, str]] = []
        for name, value in wanted.items():
            found = [one for one in inside if one.name == "property" and one.attributes.get("name") == name]
            if value is None:
                for one in found:
                    self._take_out(one)
            elif found:
                self._set_value(found[-1], value)
            else:
                added.append((name, value))
        if added:
            lists = [one for one in inside if one.name == "properties" and one.parent in holders]
            self._add(node, holders, lists, added)

    def set_form(self, node: _Element, form: str) -> None:
        tag = START_TAG.match(self._content, node.start)
        attributes = list(ATTRIBUTE.finditer(self._content, tag.start(2), tag.end(2))) if tag else []
        said = {f"{namespace} {name}" for namespace in xml.EXTENSIONS for name in FORM_ATTRIBUTES} & set(
            node.attributes
        )
        names = {f"{node.prefixes[one.split()[0]]}:{one.split()[1]}".encode() for one in said}
        written = [one for one in attributes if one[1] in names]
        for attribute in written:
            self._change(attribute.start(2), attribute.end(2), self._quoted(form))
        if not written:
            prefix, declaration = self._prefix(node)
            at = attributes[-1].end() if attributes else node.start + 1 + len(node.written)
            self._change(at, at, declaration + b" " + prefix + b":formRef=" + self._quoted(form))

    def carried_out(self) -> bytes:
        parts: list[bytes] = []
        done = 0
        for change in sorted(self._changes, key=lambda one: (one.start, one.place)):
            if change.start < done:  # it stands in something that was taken out
                continue
            parts += [self._content[done : change.start], change.text]
            done = change.end
        return b"".join([*parts, self._content[done:]])

    def _change(self, start: int, end: int, text: bytes) -> None:
        self._changes.append(_Change(start, end, text, next(self._places)))

    def _take_out(self, one: _Element) -> None:
        self._change(one.start - len(self._before(one)), one.end, b"")

    def _set_value(self, one: _Element, value: str) -> None:
        if one.attributes.get("value") == value:
            return
        tag = START_TAG.match(self._content, one.start)
        attributes = list(ATTRIBUTE.finditer(self._content, tag.start(2), tag.end(2))) if tag else []
        quoted = self._quoted(value)
        for attribute in attributes:
            if attribute[1] == b"value":
                self._change(attribute.start(2), attribute.end(2), quoted)
                return
        at = attributes[-1].end() if attributes else one.start + 1 + len(one.written)
        self._change(at, at, b" value=" + quoted)

    def _add(
        self, node: _Element, holders: list[_Element], lists: list[_Element], added: list[tuple[str, str]]
    ) -> None:
        if lists:
            listing = lists[-1]
            prefix = listing.written.rpartition(b":")[0]
            indent = self._before(listing.children[-1]) if listing.children else self._deeper(self._before(listing))
            self._put_last(listing, self._properties(prefix, indent, added), self._before(listing))
            return
        prefix, declaration = self._prefix(node)
        outer = self._before(node)
        around = self._deeper(outer)
        if holders:
            holder = holders[0]
            around = self._before(holder)
        indent = self._deeper(around)
        name = prefix + b":properties" if prefix else b"properties"
        properties = self._properties(prefix, self._deeper(indent), added)
        text = indent + b"<" + name + declaration + b">" + properties + indent + b"</" + name + b">"
        if holders:
            self._put_last(holders[0], text, around)
            return
        own = node.written.rpartition(b":")[0]
        wrapper = own + b":extensionElements" if own else b"extensionElements"
        text = around + b"<" + wrapper + b">" + text + around + b"</" + wrapper + b">"
        documented = [one for one in node.children if (one.namespace, one.name) == (xml.BPMN, "documentation")]
        if node.is_empty_tag:
            self._put_last(node, text, outer)
        else:
            at = documented[-1].end if documented else node.inside
            self._change(at, at, text)

    def _put_last(self, element: _Element, text: bytes, closing_indent: bytes) -> None:
        """Put text behind what an element contains; an empty tag becomes two."""
        if element.is_empty_tag:
            slash = self._content.rindex(b"/", element.start, element.end)
            tag = len(self._content[element.start : slash].rstrip())
            closing = b">" + text + closing_indent + b"</" + element.written + b">"
            self._change(element.start + tag, element.end, closing)
            return
        at = element.children[-1].end if element.children else element.inside_ends
        if not element.children:
            trailing = self._content[element.inside : element.inside_ends]
            at = element.inside if not trailing.strip() else element.inside_ends
        self._change(at, at, text)

    def _properties(self, prefix: bytes, indent: bytes, added: list[tuple[str, str]]) -> bytes:
        name = prefix + b":property" if prefix else b"property"
        return b"".join(
            indent + b"<" + name + b" name=" + self._quoted(key) + b" value=" + self._quoted(value) + b" />"
            for key, value in added
        )

    def _prefix(self, node: _Element) -> tuple[bytes, bytes]:
        """Return the prefix under which extensions are written here, and the declaration of it where there is none."""
        for namespace in xml.EXTENSIONS:
            if node.prefixes.get(namespace):
                return node.prefixes[namespace].encode(), b""
        return OWN_PREFIX.encode(), f' xmlns:{OWN_PREFIX}="{OWN_NAMESPACE}"'.encode()

    def _before(self, element: _Element) -> bytes:
        """Return the white space in front of an element, from the tag or text before it."""
        least = element.parent.inside if element.parent is not None else 0
        text = self._content[least : element.start]
        return text[len(text.rstrip()) :]

    def _deeper(self, indent: bytes) -> bytes:
        return indent + STEP if b"\n" in indent else indent

    def _quoted(self, value: str) -> bytes:
        return b'"' + escape(value, QUOTED).encode(self._encoding, "xmlcharrefreplace") + b'"'
