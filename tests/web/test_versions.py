"""文稿对比: the versions of a field, and what differs between two of them."""

import re
from io import BytesIO

from docx import Document
from flask import Flask

from app.house import House
from tests.office import BODY, DRAFT, TITLE, Desk
from tests.web.clerk import Clerk, case_of


def docx(*paragraphs: str) -> bytes:
    document, file = Document(), BytesIO()
    for text in paragraphs:
        document.add_paragraph(text)
    document.save(file)
    return file.getvalue()


def uploaded(clerk: Clerk, name: str, content: bytes) -> str:
    return str(clerk.upload(name, content).json["id"])


def item_in(clerk: Clerk, case: str) -> str:
    """Return the path of the one item that somebody has of a case."""
    [found] = set(re.findall(rf"/worklist/{case.removeprefix('/cases/')}-\d+", clerk.get("/worklist").text))
    return str(found)


def returned_case(site: Flask, first: tuple[str, bytes], second: tuple[str, bytes]) -> tuple[Clerk, str]:
    """A case whose draft was returned and handed in again with another file; its drafter and its path."""
    clerk, head = Clerk(site, "gexingyao"), Clerk(site, "shiyanqiu")
    item = clerk.start(TITLE)
    clerk.submit(item, **DRAFT, body_file=uploaded(clerk, *first))
    case = case_of(item)

    head.submit(item_in(head, case), decision="revise", opinion="请改日期。", countersign_units="")
    again = {**DRAFT, "body": BODY.replace("2月15日", "2月16日")}
    clerk.submit(item_in(clerk, case), **again, body_file=uploaded(clerk, *second))
    return clerk, case


def test_two_word_documents_are_compared_by_paragraph_and_word(each_site: Flask) -> None:
    clerk, case = returned_case(
        each_site,
        ("通知.docx", docx("各部门：", "春节2月15日放假。", "特此通知。")),
        ("通知.docx", docx("各部门：", "春节2月16日放假。", "特此通知。", "联系人：葛星遥。")),
    )
    assert "2 个版本，对比" in clerk.get(case).text
    page = clerk.get(f"{case}/versions/body_file").text
    assert "SHA-256" in page
    assert "<del><span" in page
    removed, added = page.partition("<del><span")[2], page.partition("<ins><span")[2]
    assert "</span>15<span" in removed
    assert "</span>16<span" in added
    assert "联系人：葛星遥。" in page


def test_a_text_field_is_compared_between_steps(site: Flask) -> None:
    clerk, case = returned_case(site, ("甲.txt", b"a"), ("乙.txt", b"b"))
    page = clerk.get(f"{case}/versions/body").text
    assert "起草" in page
    assert "</span>15<span" in page
    assert "</span>16<span" in page
    same = clerk.get(f"{case}/versions/body?old=1&new=1").text
    assert "两个版本的文字相同。" in same


def test_files_without_text_are_listed_and_said_to_be_different(site: Flask) -> None:
    clerk, case = returned_case(site, ("甲.pdf", b"%PDF-1.4 a"), ("乙.pdf", b"%PDF-1.4 b"))
    assert "内容已改变；只有 .docx 和纯文本可以逐字对比" in clerk.get(f"{case}/versions/body_file").text


def test_versions_are_for_those_who_may_see_the_case_and_only_of_fields_there_are(site: Flask) -> None:
    clerk, case = returned_case(site, ("甲.txt", b"a"), ("乙.txt", b"b"))
    assert Clerk(site, "tanzhixing").get(f"{case}/versions/body").status_code == 403
    assert clerk.get(f"{case}/versions/nothing").status_code == 404
    assert clerk.get(f"{case}/versions/body?old=1&new=99").status_code == 422
    auditor = Clerk(site, "peishenzhi")
    assert auditor.get(f"{case}/versions/body").status_code == 200
    assert (
        "查看文稿对比"
        in auditor.get("/audit/log?category=readings&act=case:read:versions").text.partition("<tbody>")[2]
    )


def test_a_field_that_was_never_changed_has_one_version_and_nothing_to_compare(
    site: Flask, sqlite_house: House
) -> None:
    desk = Desk(sqlite_house)
    desk.to_countersign()
    page = Clerk(site, "gexingyao").get(f"/cases/{desk.instance_id}/versions/main_recipients").text
    assert "第 1 版" in page
    assert "对比所选的两个版本" not in page
