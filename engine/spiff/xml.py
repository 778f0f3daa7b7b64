"""Reads XML that comes from outside: bounded, without entities, document types or network."""

from collections.abc import Mapping

from lxml import etree

from engine.errors import FileUnreadable

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BPMNDI = "http://www.omg.org/spec/BPMN/20100524/DI"
EXTENSIONS = ("http://camunda.org/schema/1.0/bpmn", "http://flowable.org/bpmn", "http://activiti.org/bpmn")
IN_BPMN = f"{{{BPMN}}}"
IN_EXTENSIONS = tuple(f"{{{namespace}}}" for namespace in EXTENSIONS)
EXTENSION_ELEMENTS = f"{{{BPMN}}}extensionElements"
LARGEST_FILE_BYTES = 4 * 1024 * 1024
DEEPEST_NESTING = 200
MOST_ATTRIBUTES = 200
PARSER: Mapping[str, bool] = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "huge_tree": False,
    "remove_comments": True,  # a comment inside a condition would hide what stands behind it
    "remove_pis": True,
}


def parse(file: str, content: bytes) -> etree._Element:
    """Return the root element of an XML file.

    Args:
        file: Its name, for errors.
        content: Its bytes.

    Returns:
        The root; elements know their line.

    Raises:
        FileUnreadable: Too large, too deep, too many attributes, not well-formed, or with a document type (and so with entities).
    """
    if len(content) > LARGEST_FILE_BYTES:
        raise FileUnreadable(file, 1, f"超过 {LARGEST_FILE_BYTES} 字节的上限")
    parser = etree.XMLParser(**PARSER)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise FileUnreadable(file, getattr(error, "lineno", None) or 1, f"不是格式良好的 XML（{error}）") from error
    if root.getroottree().docinfo.doctype:
        raise FileUnreadable(file, 1, "不接受文档类型声明（DOCTYPE）和实体")
    if _TOO_DEEP(root):
        raise FileUnreadable(file, 1, f"元素嵌套超过 {DEEPEST_NESTING} 层")
    if _TOO_MANY_ATTRIBUTES(root):
        raise FileUnreadable(file, 1, f"有元素的属性超过 {MOST_ATTRIBUTES} 个")
    return root


def bpmn(name: str) -> str:
    """Return the full tag of a BPMN element."""
    return f"{{{BPMN}}}{name}"


def local_name(element: etree._Element) -> str:
    """Return the tag of an element without its namespace."""
    name: str = element.tag
    return name.rpartition("}")[2]


def is_bpmn(element: etree._Element) -> bool:
    """Tell whether this is an element of the BPMN namespace (extensions are not)."""
    name: str = element.tag
    return name.startswith(IN_BPMN)


def is_extension(element: etree._Element) -> bool:
    """Tell whether this is an element of the ``camunda:``, ``flowable:`` or ``activiti:`` namespace."""
    name: str = element.tag
    return name.startswith(IN_EXTENSIONS)


def flag(element: etree._Element, name: str, *, otherwise: bool = False) -> bool:
    """Return an attribute that is true or false, in any of the ways XML Schema writes it."""
    value = element.get(name)
    return otherwise if value is None else value.strip() in ("true", "1")


def local_reference(element: etree._Element, reference: str) -> str:
    """Return a reference without its prefix, where that is a prefix of the file."""
    prefix, colon, local = reference.strip().rpartition(":")
    return local if colon and prefix in element.nsmap else reference.strip()


def text_of(element: etree._Element, name: str) -> str | None:
    """Return the text of a BPMN child element, or None where it is missing or empty."""
    child = element.find(bpmn(name))
    text = "".join(child.itertext()).strip() if child is not None else ""
    return text or None


def extension_attribute(element: etree._Element, name: str) -> str | None:
    """Return an attribute of the ``camunda:``, ``flowable:`` or ``activiti:`` namespace; they mean the same."""
    for namespace in EXTENSIONS:
        value: str | None = element.get(f"{{{namespace}}}{name}")
        if value is not None and value.strip():
            return value.strip()
    return None


def extension_elements(element: etree._Element, name: str) -> list[etree._Element]:
    """Return the extension elements of this name, at any depth below ``extensionElements``."""
    if not len(element):
        return []
    wanted = [prefix + name for prefix in IN_EXTENSIONS]
    return [found for holder in element.iterchildren(EXTENSION_ELEMENTS) for found in holder.iter(*wanted)]


_TOO_MANY_ATTRIBUTES = etree.XPath(f"boolean(//*[count(@*) > {MOST_ATTRIBUTES}])")
_TOO_DEEP = etree.XPath(f"boolean({'/*' * (DEEPEST_NESTING + 1)})")
