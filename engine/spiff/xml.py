"""Reads XML that comes from outside: bounded, without entities, document types or network."""

from lxml import etree

from engine.errors import FileUnreadable

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BPMNDI = "http://www.omg.org/spec/BPMN/20100524/DI"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
EXTENSIONS = ("http://camunda.org/schema/1.0/bpmn", "http://flowable.org/bpmn", "http://activiti.org/bpmn")
LARGEST_FILE_BYTES = 4 * 1024 * 1024
DEEPEST_NESTING = 200


def parse(file: str, content: bytes) -> etree._Element:
    """Return the root element of an XML file.

    Args:
        file: Its name, for errors.
        content: Its bytes.

    Returns:
        The root; elements know their line.

    Raises:
        FileUnreadable: Too large, too deep, not well-formed, or with a document type (and so with entities).
    """
    if len(content) > LARGEST_FILE_BYTES:
        raise FileUnreadable(file, 1, f"超过 {LARGEST_FILE_BYTES} 字节的上限")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise FileUnreadable(file, getattr(error, "lineno", None) or 1, f"不是格式良好的 XML（{error}）") from error
    if root.getroottree().docinfo.doctype:
        raise FileUnreadable(file, 1, "不接受文档类型声明（DOCTYPE）和实体")
    if _depth(root) > DEEPEST_NESTING:
        raise FileUnreadable(file, 1, f"元素嵌套超过 {DEEPEST_NESTING} 层")
    return root


def bpmn(name: str) -> str:
    """Return the full tag of a BPMN element."""
    return f"{{{BPMN}}}{name}"


def local_name(element: etree._Element) -> str:
    """Return the tag of an element without its namespace."""
    name: str = etree.QName(element).localname
    return name


def is_bpmn(element: etree._Element) -> bool:
    """Tell whether this is an element of the BPMN namespace (comments and extensions are not)."""
    return isinstance(element.tag, str) and bool(etree.QName(element).namespace == BPMN)


def extension_attribute(element: etree._Element, name: str) -> str | None:
    """Return an attribute of the ``camunda:``, ``flowable:`` or ``activiti:`` namespace; they mean the same."""
    for namespace in EXTENSIONS:
        value: str | None = element.get(f"{{{namespace}}}{name}")
        if value is not None and value.strip():
            return value.strip()
    return None


def extension_elements(element: etree._Element, name: str) -> list[etree._Element]:
    """Return the extension elements of this name, at any depth below ``extensionElements``."""
    return [
        found
        for holder in element.findall(bpmn("extensionElements"))
        for namespace in EXTENSIONS
        for found in holder.iter(f"{{{namespace}}}{name}")
    ]


def _depth(root: etree._Element) -> int:
    deepest = depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    return deepest
