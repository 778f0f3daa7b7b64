"""Cases to be checked elsewhere: their histories, the proof that they are anchored, and the program that checks them."""

import zipfile
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import Connection, select

from engine import canonical
from engine.anchoring import verify_case
from engine.anchoring.anchors import Trail, follow_all, head_leaf
from engine.anchoring.merkle import proof_of
from engine.persistence import anchors
from workflows import cases
from workflows.attachments.records import attachment
from workflows.office import Office
from workflows.organisation.values import Person
from workflows.thread import thread_of

PROGRAM, PUBLIC_KEY, READ_ME = "verify_case.py", "anchor.pub", "说明.txt"
INSTRUCTIONS = """办结导出的事项，可在没有办结的机器上验证。

每个事项有两个文件：编号.jsonl 是全部历史记录和流程文件，编号.proof.json 是它包含在某次锚定中的证明（如已锚定）。
verify_case.py 只用 Python 3.9 及以上的标准库，无须安装任何东西：

    python3 verify_case.py                   验证本文件夹
    python3 verify_case.py --key 公钥文件    用另处保存的公钥验证（应当这样做）
    python3 verify_case.py --english         say it in English

anchor.pub 是导出时的公钥，只供核对指纹：改写整个导出的人也能换掉它，所以应使用另处保存的公钥。
全部成立时退出码为 0，否则指出不成立的第一条记录并以 1 退出。
"""


def proof_for(trail: Trail, instance_id: str) -> bytes | None:
    """Return the proof that a case is in the newest anchor, or None where no anchor has it.

    Args:
        trail: All anchors, followed.
        instance_id: The case.
    """
    head, anchor = trail.holdings.heads.get(instance_id), trail.last
    if head is None or anchor is None:
        return None
    leaves = trail.holdings.leaves()
    index = leaves.index(head_leaf(instance_id, head))
    return canonical.encode(
        {
            "header": anchor.header,
            "signature": anchor.signature,
            "seq": head.seq,
            "hash": head.hash,
            "index": index,
            "path": proof_of(leaves, index),
        }
    )


def write_archive(
    connection: Connection,
    office: Office,
    exports: Iterable[tuple[str, Iterable[bytes]]],
    target: BinaryIO,
    *,
    with_files: bool = False,
) -> None:
    """Write cases, with all that is needed to check them elsewhere, as a ZIP.

    Args:
        connection: In a transaction that sees one state of the database.
        office: The office.
        exports: Id and exported lines of each case.
        target: Where the ZIP goes.
        with_files: Whether the attachments of the cases go along, named by the SHA-256 of their content.
    """
    trail = follow_all(anchors.list_lines(connection))
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        packed: set[str] = set()
        for instance_id, lines in exports:
            archive.writestr(f"{instance_id}.jsonl", b"".join(line + b"\n" for line in lines))
            proof = proof_for(trail, instance_id)
            if proof is not None:
                archive.writestr(f"{instance_id}.proof.json", proof)
            for sha256 in sorted(_files_of(connection, instance_id) - packed) if with_files else ():
                packed.add(sha256)
                archive.write(office.store.path(sha256), f"files/{sha256}")
        if trail.last is not None:
            archive.writestr(PUBLIC_KEY, f"{trail.last.key}\n")
        archive.writestr(PROGRAM, Path(verify_case.__file__).read_bytes())
        archive.writestr(READ_ME, INSTRUCTIONS.encode())


def exported(
    connection: Connection, office: Office, person: Person, instance_ids: Sequence[str], now: datetime
) -> list[tuple[str, list[bytes]]]:
    """Return the lines of cases for somebody who may read their histories; each reading is recorded.

    Raises:
        CaseNotVisible: The person may not read one of them.
    """
    return [(one, list(cases.export(connection, office, person, one, now))) for one in instance_ids]


def cases_of_thread(
    connection: Connection, office: Office, person: Person, instance_id: str, now: datetime
) -> list[str]:
    """Return the cases that hang together with one, as far as a person may see them; raise ``CaseNotVisible``."""
    return [one.case.id for one in thread_of(connection, office, person, instance_id, now).cases]


def _files_of(connection: Connection, instance_id: str) -> set[str]:
    return set(connection.scalars(select(attachment.c.sha256).where(attachment.c.instance_id == instance_id)))
