#!/usr/bin/env python3
"""Checks exported cases without Banjie: python3 verify_case.py [folder or ZIP] [--key FILE] [--english].

One file, the standard library alone, Python 3.9 or later, so that whoever is handed an export can check it on a machine that has
nothing else, and can read all that it does. It shares no line with the system that wrote the export.

Sources: RFC 8032 (Ed25519), RFC 9162 section 2.1.3 (inclusion proofs), docs/adr/0025-anchors.md (the formats).
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import sys
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any, Callable, Tuple

GENESIS = "0" * 64
Point = Tuple[int, int, int, int]
P = 2**255 - 19
Q = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)
BASE_X = 15112221349535400772501151409588531511454012693041857206046113283949847762202
BASE_Y = 4 * pow(5, P - 2, P) % P
BASE: Point = (BASE_X, BASE_Y, 1, BASE_X * BASE_Y % P)
FIELDS = ("chain", "seq", "at", "actor", "on_behalf_of", "recorded_by", "kind", "activity_id", "work_item_id")
SEALS = ("payload_digest", "previous_hash", "hash", "salt", "payload")
REDACTED = "content_redacted"

TEXTS = {
    "chain": (
        "{n} 条记录首尾相连，内容与摘要一致。",
        "{n} events are linked without gap, and every payload is as it was.",
    ),
    "redacted": (
        "其中 {n} 条的内容已依规清除（见第 {by} 条记录）。",
        "The contents of {n} of them were redacted (told by {by}).",
    ),
    "definition": ("流程文件与摘要一致。", "The files of the flow are as they were deployed."),
    "files": ("{n} 个附件与登记的摘要一致。", "{n} attached files are as they were stored."),
    "proof": (
        "第 {seq} 条及之前的记录包含在第 {number} 号锚定（{at}）中，签名有效。",
        "Events up to {seq} are contained in anchor {number} of {at}, and its signature is valid.",
    ),
    "later": (
        "第 {first} 至 {last} 条记录在该锚定之后，只由记录链证明。",
        "Events {first} to {last} came after that anchor and are covered by the chain alone.",
    ),
    "no_proof": ("没有锚定证明，只检查了记录链。", "There is no proof by an anchor; only the chain was checked."),
    "given_key": ("公钥与另处保存的一致。", "The public key is the one that was kept elsewhere."),
    "own_key": (
        "公钥取自导出包，指纹 {print}；请与另处保存的公钥核对，或用 --key 指定。",
        "The public key is the export's own, fingerprint {print}; compare it with the one kept elsewhere, or name that by --key.",
    ),
    "holds": ("通过：{case}", "HOLDS: {case}"),
    "fails": ("不通过：{case}：{why}", "FAILS: {case}: {why}"),
    "unreadable": ("第 {seq} 条记录无法读出。", "Event {seq} cannot be read."),
    "header": (
        "导出的首行无法读出，或与流程文件的摘要不符。",
        "The first line cannot be read, or the flow's files are others.",
    ),
    "missing": ("第 {seq} 条记录缺失，或顺序不对。", "Event {seq} is missing or out of order."),
    "previous_hash": ("第 {seq} 条记录与上一条不相连。", "Event {seq} is not linked to the one before."),
    "payload": ("第 {seq} 条记录的内容被改动。", "The payload of event {seq} was changed."),
    "hash": ("第 {seq} 条记录被改动。", "Event {seq} was changed."),
    "file": ("附件 {name} 被改动。", "The file {name} was changed."),
    "proof_event": ("第 {seq} 条记录与锚定时的不同。", "Event {seq} is not the one that was anchored."),
    "proof_missing": (
        "锚定时有 {seq} 条记录，导出中没有那么多。",
        "There were {seq} events when it was anchored; here are fewer.",
    ),
    "proof_path": ("包含证明不成立。", "The proof of inclusion does not hold."),
    "signature": ("锚定的签名无效。", "The signature of the anchor is not valid."),
    "key": ("锚定不是用另处保存的那把密钥签的。", "The anchor was not signed by the key that was kept elsewhere."),
    "nothing": ("这里没有导出的事项。", "There is no exported case here."),
    "no_such": ("没有这个文件，或无法读出：{name}", "There is no such file, or it cannot be read: {name}"),
}


class Broken(Exception):
    """Something does not hold; ``code`` names the sentence, the rest its facts."""

    def __init__(self, code: str, **facts: Any) -> None:
        """Remember what is to be said."""
        super().__init__(code)
        self.code, self.facts = code, facts


def canonical(value: object) -> bytes:
    """Return the one form in which values are hashed: sorted keys, no white space, large numbers as text."""
    return json.dumps(_plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def digest(content: bytes) -> str:
    """Return the SHA-256 of bytes in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def read(line: bytes) -> Any:
    """Return what a line of JSON says; floats, which nothing is written with, are kept as they stand."""
    return json.loads(line, parse_float=Decimal)


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, Decimal):
        return {"$decimal": str(value)}
    return value


def check_chain(lines: list[bytes]) -> tuple[str, list[str], set[tuple[int, int]]]:
    """Check a case's lines; return its id, the hashes of its events, and which were redacted by which.

    Raises Broken with the first event that does not hold.
    """
    try:
        header = read(lines[0])
        case = str(header["instance"])
        for one in [header, *header.get("later", ())]:
            for content in one["files"].values():
                base64.b64decode(content, validate=True)
            if digest(canonical(one["files"])) != one["definition_hash"]:
                raise Broken("header")
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise Broken("header") from error
    events: list[dict[str, Any]] = []
    first: int | None = None
    for place, line in enumerate(lines[1:], 1):
        try:
            event = read(line)
            event["salt"], event["payload"] = bytes.fromhex(event["salt"]), event["payload"].encode()
            events.append({name: event[name] for name in (*FIELDS, *SEALS)})
        except (ValueError, KeyError, TypeError, AttributeError):
            first = first or place  # what stands before it may be wrong already
            break
    redactions = told_redactions(events)
    previous = GENESIS
    cleared: set[tuple[int, int]] = set()
    for place, event in enumerate(events, 1):
        if event["chain"] != case or event["seq"] != place:
            raise Broken("missing", seq=place)
        if event["previous_hash"] != previous:
            raise Broken("previous_hash", seq=place)
        told = {name: event[name] for name in FIELDS}
        told["payload_digest"], told["previous_hash"] = event["payload_digest"], previous
        now = digest(event["salt"] + event["payload"])
        if digest(canonical(told)) != event["hash"]:
            raise Broken("hash", seq=place)
        if now != event["payload_digest"]:
            by, allowed = redactions.get(place, (0, ""))
            if by <= place or now != allowed:
                raise Broken("payload", seq=place)
            cleared.add((place, by))
        previous = event["hash"]
    if first is not None:
        raise Broken("unreadable", seq=first)
    if not events:
        raise Broken("missing", seq=1)
    return case, [event["hash"] for event in events], cleared


def told_redactions(events: list[dict[str, Any]]) -> dict[int, tuple[int, str]]:
    """Return, by event, which later event says last that its content was redacted, and the digest that it allows."""
    told: dict[int, tuple[int, str]] = {}
    for event in events:
        if event["kind"] == REDACTED:
            try:
                for one in read(event["payload"])["events"]:
                    told[int(one["seq"])] = (event["seq"], str(one["digest"]))
            except (ValueError, KeyError, TypeError):
                continue
    return told


def check_proof(
    proof: dict[str, Any], case: str, hashes: list[str], key: str | None
) -> list[tuple[str, dict[str, Any]]]:
    """Check that a case was in a signed anchor; return what is to be said of it. Raises Broken."""
    try:
        header, seq = proof["header"], int(proof["seq"])
        signed_by = str(header["key"])
        if key is not None and signed_by != key:
            raise Broken("key")
        if not is_signed(bytes.fromhex(signed_by), bytes.fromhex(proof["signature"]), canonical(header)):
            raise Broken("signature")
        if not 1 <= seq <= len(hashes):
            raise Broken("proof_missing", seq=seq)
        if hashes[seq - 1] != proof["hash"]:
            raise Broken("proof_event", seq=seq)
        leaf = canonical(["chain", case, seq, proof["hash"]])
        if not is_included(leaf, int(proof["index"]), int(header["size"]), proof["path"], header["root"]):
            raise Broken("proof_path")
        said = [("proof", {"seq": seq, "number": header["number"], "at": header["at"]})]
    except (ValueError, KeyError, TypeError) as error:
        raise Broken("proof_path") from error
    if seq < len(hashes):
        said.append(("later", {"first": seq + 1, "last": len(hashes)}))
    if key is None:
        said.append(("own_key", {"print": digest(bytes.fromhex(signed_by))}))
    else:
        said.append(("given_key", {}))
    return said


def is_included(leaf: bytes, index: int, size: int, path: list[str], root: str) -> bool:
    """Tell whether a path leads from a leaf to the root (RFC 9162, section 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    last, hashed = size - 1, hashlib.sha256(b"\x00" + leaf).digest()
    for text in path:
        other = bytes.fromhex(text)
        if last == 0:
            return False
        if index & 1 or index == last:
            hashed = hashlib.sha256(b"\x01" + other + hashed).digest()
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            hashed = hashlib.sha256(b"\x01" + hashed + other).digest()
        index, last = index >> 1, last >> 1
    return last == 0 and hashed.hex() == root


def is_signed(public: bytes, signature: bytes, content: bytes) -> bool:
    """Tell whether an Ed25519 signature holds (RFC 8032, section 5.1.7)."""
    if len(public) != 32 or len(signature) != 64:
        return False
    key, commitment = _point(public), _point(signature[:32])
    scalar = int.from_bytes(signature[32:], "little")
    if key is None or commitment is None or scalar >= Q:
        return False
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + public + content).digest(), "little") % Q
    left, right = _times(scalar, BASE), _plus(commitment, _times(challenge, key))
    same_x = (left[0] * right[2] - right[0] * left[2]) % P == 0
    return same_x and (left[1] * right[2] - right[1] * left[2]) % P == 0


def _point(content: bytes) -> Point | None:
    """Return the point that 32 bytes stand for, in extended coordinates (section 5.1.3), or None."""
    number = int.from_bytes(content, "little")
    sign, y = number >> 255, number & ((1 << 255) - 1)
    if y >= P:
        return None
    squared = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(squared, (P + 3) // 8, P)
    if (x * x - squared) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - squared) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


def _plus(one: Point, other: Point) -> Point:
    """Add two points (section 5.1.4)."""
    a = (one[1] - one[0]) * (other[1] - other[0]) % P
    b = (one[1] + one[0]) * (other[1] + other[0]) % P
    c, d = 2 * one[3] * other[3] * D % P, 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def _times(scalar: int, point: Point) -> Point:
    """Multiply a point by a number."""
    product: Point = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            product = _plus(product, point)
        point, scalar = _plus(point, point), scalar >> 1
    return product


def contents_of(place: Path) -> dict[str, bytes]:
    """Return the files of a folder or ZIP by name."""
    if place.is_dir():
        return {one.relative_to(place).as_posix(): one.read_bytes() for one in place.rglob("*") if one.is_file()}
    if zipfile.is_zipfile(place):
        with zipfile.ZipFile(place) as archive:
            return {name: archive.read(name) for name in archive.namelist()}
    return {f"{place.stem}.jsonl": place.read_bytes()}


def check_all(contents: dict[str, bytes], key: str | None, say: Callable[..., None]) -> bool:
    """Check every case among files; return whether all hold."""
    cases = sorted(name for name in contents if name.endswith(".jsonl"))
    if not cases:
        say("nothing")
        return False
    whole = True
    for name in cases:
        lines = [line for line in contents[name].split(b"\n") if line]
        stem = name[: -len(".jsonl")]
        try:
            case, hashes, cleared = check_chain(lines)
            said: list[tuple[str, dict[str, Any]]] = [("chain", {"n": len(hashes)}), ("definition", {})]
            if cleared:
                by = ", ".join(str(one) for one in sorted({by for _seq, by in cleared}))
                said.append(("redacted", {"n": len(cleared), "by": by}))
            proof = contents.get(f"{stem}.proof.json")
            try:
                said += [("no_proof", {})] if proof is None else check_proof(read(proof), case, hashes, key)
            except ValueError as error:
                raise Broken("proof_path") from error
        except Broken as error:
            whole = False
            say("fails", case=stem.rpartition("/")[2], why=(error.code, error.facts))
        else:
            say("holds", case=case)
            for code, facts in said:
                say(code, **facts)
    return check_files(contents, say) and whole


def check_files(contents: dict[str, bytes], say: Callable[..., None]) -> bool:
    """Check that attached files are what their names, the SHA-256 of their contents, say; return whether they are."""
    files = [name for name in contents if name.startswith("files/")]
    for name in sorted(files):
        if digest(contents[name]) != name.rpartition("/")[2]:
            say("fails", case=name, why=("file", {"name": name}))
            return False
    if files:
        say("files", n=len(files))
    return True


def main(arguments: list[str] | None = None) -> int:
    """Check what is named, or what lies beside this file; the exit status is 0 where all of it holds."""
    parser = argparse.ArgumentParser(description="离线验证办结导出的事项 / checks cases exported by Banjie offline")
    parser.add_argument("place", nargs="?", default=str(Path(__file__).resolve().parent), help="文件夹、ZIP 或 .jsonl")
    parser.add_argument("--key", help="另处保存的公钥文件 / file of the public key that was kept elsewhere")
    parser.add_argument("--english", action="store_true", help="say it in English")
    given = parser.parse_args(arguments)
    language = 1 if given.english else 0

    def say(code: str, **facts: Any) -> None:
        if isinstance(facts.get("why"), tuple):
            why, inner = facts["why"]
            facts["why"] = TEXTS[why][language].format(**inner)
        indent = "" if code in ("holds", "fails", "nothing", "no_such") else "    "
        print(indent + TEXTS[code][language].format(**facts))

    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8", errors="replace")
    key = None
    try:
        if given.key:
            name = given.key
            key = Path(given.key).read_text(encoding="ascii").strip()
        name = given.place
        contents = contents_of(Path(given.place))
    except (OSError, ValueError, zipfile.BadZipFile):
        say("no_such", name=name)
        return 2
    return 0 if check_all(contents, key, say) else 1


if __name__ == "__main__":
    sys.exit(main())
