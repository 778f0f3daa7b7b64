"""Part G: 审计, from 2026-07-06 to 07-10. 裴慎之 knows nothing of it, and finds each answer by the screens alone."""

import json
import subprocess
import venv
from pathlib import Path
from urllib.parse import quote
from zipfile import ZipFile

from playwright.sync_api import Locator, Page, expect

from tests.browser import wait_until_ready
from tests.e2e.story.part_a import NOTICE, NUMBER, ON_PAPER
from tests.e2e.story.part_b import TITLE
from tests.e2e.story.part_c import PLAN
from tests.e2e.story.part_d import VISITS, VISITS_NUMBER
from tests.e2e.story.year import Year

AUDITOR = "peishenzhi"
MOST_PLACES = 40


def replay_of(year: Year, title: str, wanted: str = "") -> Page:
    """Find a case among all, and open its replay; it executes again exactly."""
    auditor = year.who(AUDITOR)
    auditor.go(f"/audit?q={quote(wanted or title)}")
    auditor.page.get_by_role("link", name=title, exact=True).first.click()
    auditor.is_at(title)
    expect(auditor.page.locator("[data-proof]")).to_contain_text("重放验证通过")
    return auditor.page


def from_the_start(page: Page, jump: str) -> None:
    """Go to the beginning, and choose what is looked for."""
    page.locator("#replay-jump").select_option(label=jump)
    page.get_by_role("button", name="到开头").click()
    shown(page)


def forth(page: Page) -> Locator:
    """Go to the next place of what is looked for, and return what was known then."""
    page.get_by_role("button", name="下一处").click()
    return shown(page)


def shown(page: Page) -> Locator:
    moment = page.locator("[data-moment-here]")
    seq = page.locator("[data-slider]").input_value()
    expect(moment.locator("[data-moment-seq]")).to_have_attribute("data-moment-seq", seq)
    return moment


def forth_to(page: Page, text: str) -> Locator:
    """Go on until a moment says it."""
    for _place in range(MOST_PLACES):
        moment = forth(page)
        if text in moment.inner_text():
            return moment
    raise AssertionError(f"no moment of {page.url} says {text}: {moment.inner_text()}")


def deviations(year: Year, kind: str, since: str, until: str) -> Page:
    """Read the deviations of a period, and of one kind."""
    auditor = year.who(AUDITOR)
    auditor.go(f"/audit/deviations?since={since}&until={until}")
    auditor.page.locator(".banjie-chips").get_by_role("link", name=kind).click()
    wait_until_ready(auditor.page)
    return auditor.page


def g_the_wrong_date(year: Year) -> None:
    """谁把春节日期写错、谁发现、何时改."""
    year.at("2026-07-06 09:00")
    page = replay_of(year, TITLE)
    from_the_start(page, "退回、撤回")
    moment = forth(page)
    expect(moment).to_contain_text("石砚秋")
    expect(moment).to_contain_text("2025-11-07 16:00")
    expect(moment).to_contain_text("春节应为2月15日至23日共9天")
    expect(moment.locator("[data-part=form]")).to_contain_text("2月16日至23日")
    expect(moment.locator("[data-part=opinions]")).to_contain_text("葛星遥")
    from_the_start(page, "内容或记录的改动")
    moment = forth_to(page, "2025-11-10 09:00")
    expect(moment).to_contain_text("葛星遥")
    expect(moment.locator("[data-part=form] del").first).to_contain_text("16")
    expect(moment.locator("[data-part=form] ins").first).to_contain_text("15")
    year.who(AUDITOR).look("story-G-replay")


def g_the_missing_day(year: Year) -> None:
    """漏写的10月10日谁在签发后补的、签发人是否重新看过; 仇敬安签发时看到的正文."""
    page = deviations(year, "签发后改正文", "2025-11-01", "2025-11-30")
    row = page.locator("tbody tr").filter(has_text=TITLE).filter(has_text="10月10日")
    for text in ("仇敬安于 2025-11-12 15:30 签发后", "沙小满", "仇敬安于 2025-11-13 09:15 重新签署"):
        expect(row).to_contain_text(text)
    year.who(AUDITOR).look("story-G-deviations")
    page = replay_of(year, TITLE)
    from_the_start(page, "仇敬安")
    moment = forth_to(page, "2025-11-12 15:30")
    body = moment.locator("[data-part=form]")
    expect(body).to_contain_text("9月20日（周日）上班")
    expect(body).not_to_contain_text("10月10日")
    again = forth_to(page, "同意。")
    expect(again).to_contain_text("2025-11-13 09:15")
    expect(again.locator("[data-part=form]")).to_contain_text("10月10日（周六）上班")
    from_the_start(page, "沙小满")
    moment = forth_to(page, "2025-11-13 08:40")
    expect(moment.locator("[data-part=form] ins").filter(has_text="10月10日")).to_have_count(1)


def g_what_was_recorded(year: Year) -> None:
    """邵启衡 11-06 的批示是谁录入、相隔多久本人确认、原件在哪."""
    page = deviations(year, "代录", "2025-11-01", "2025-11-30")
    row = page.locator("tbody tr").filter(has_text=NOTICE).filter(has_text="邵启衡")
    for text in ("支明远", "2025-11-06 09:10", "2025-11-06 12:30"):
        expect(row).to_contain_text(text)
    page = replay_of(year, NOTICE, NUMBER)
    from_the_start(page, "代理、代录")
    moment = forth_to(page, "2025-11-06 09:10")
    for text in ("支明远代录", ON_PAPER):
        expect(moment).to_contain_text(text)
    page.get_by_role("link", name="事项全貌").click()
    wait_until_ready(page)
    expect(page.get_by_role("link", name="邵启衡批示扫描件.pdf").first).to_be_visible()


def g_why_he_was_late(year: Year) -> None:
    """卞从周为何逾期."""
    page = deviations(year, "逾期", "2025-11-01", "2025-11-30")
    row = page.locator("tbody tr").filter(has_text=NOTICE).filter(has_text="卞从周")
    for text in ("传阅", "2025-11-14 09:30", "逾期 2 个工作日", "催办 2 次"):
        expect(row).to_contain_text(text)


def g_a_written_opinion_is_no_vote(year: Year) -> None:
    """缪远川的书面意见为何不计票."""
    page = year.see(AUDITOR, "meeting")
    expect(page.locator("main")).to_contain_text("书面意见（不计票）")


def g_who_read_the_plan(year: Year) -> None:
    """谁看过乙议题材料."""
    page = logged(year, category="查阅", words=PLAN)
    page.get_by_role("link", name="只看此项").first.click()
    wait_until_ready(page)
    expect(page.locator("main")).to_contain_text(f"只看：{PLAN}")
    year.who(AUDITOR).look("story-G-log")
    readers = set(page.locator("tbody tr td:nth-child(2)").all_inner_texts())
    assert {"甄立言", "宗怀谷", "佟雪岭", "仇敬安"} <= readers, readers
    assert "隋一鸣" not in readers


def logged(year: Year, category: str = "", words: str = "", person: str = "") -> Page:
    """Look for something in the audit log."""
    auditor = year.who(AUDITOR)
    auditor.go("/audit/log")
    page = auditor.page
    if category:
        page.get_by_label("类别").select_option(label=category)
    page.get_by_label("姓名、行为、标题、文号或内容").fill(words)
    page.get_by_label("人员（姓名或用户名）").fill(person)
    page.get_by_role("button", name="查找").click()
    wait_until_ready(page)
    return page


def g_when_it_turned_red(year: Year) -> None:
    """19号何时变红."""
    page = replay_of(year, VISITS, VISITS_NUMBER)
    from_the_start(page, "催办、逾期")
    expect(forth_to(page, "逾期提醒")).to_contain_text("2026-02-11")
    page.get_by_role("link", name="事项全貌").click()
    wait_until_ready(page)
    reminded = page.locator("#supervision li").filter(has_text="逾期提醒").first
    expect(reminded).to_contain_text("2026-02-11")


def g_the_thread_is_taken_along(year: Year) -> None:
    """导出该线索，离线验证；改一个字节，指出事件."""
    year.banjie("anchor")
    auditor = year.who(AUDITOR)
    auditor.go(f"/cases/{year.cases['notice']}/thread")
    page = auditor.page
    archive, key = year.folder / "thread.zip", year.folder / "anchor.pub"
    with page.expect_download() as taken:
        page.get_by_role("link", name="导出整条线索").click()
    taken.value.save_as(archive)
    auditor.go("/audit/anchors")
    auditor.look("story-G-anchors")
    with page.expect_download() as taken:
        page.get_by_role("link", name="下载公钥").click()
    taken.value.save_as(key)

    elsewhere = year.folder / "elsewhere"
    with ZipFile(archive) as packed:
        packed.extractall(elsewhere)
    python = empty_environment(year.folder / "empty")
    [verifier] = elsewhere.rglob("verify_case.py")
    code, said = verified(python, verifier, "--key", str(key))
    assert code == 0, said
    for text in ("公钥与另处保存的一致", "签名有效"):
        assert text in said
    assert said.count("通过：") >= len(("notice", "outgoing", "report", "plan", "meeting", "safety", "visits")), said
    history = next(path for path in elsewhere.rglob("*.jsonl") if path.stem == year.cases["outgoing"])
    seq = change_one_byte(history, "漏‘10月10日".encode())
    code, said = verified(python, verifier, "--key", str(key))
    assert code == 1
    assert f"不通过：{TITLE}" in said or f"不通过：{year.cases['outgoing']}" in said, said
    assert f"第 {seq} 条记录的内容被改动" in said


def empty_environment(folder: Path) -> Path:
    """Make a Python that has nothing but its own library."""
    venv.create(folder, with_pip=False)
    return folder / "bin" / "python"


def verified(python: Path, verifier: Path, *arguments: str) -> tuple[int, str]:
    done = subprocess.run(
        [python, "-I", verifier, *arguments], capture_output=True, text=True, encoding="utf-8", check=False
    )
    return done.returncode, done.stdout + done.stderr


def change_one_byte(path: Path, beside: bytes) -> int:
    """Write another digit into the first event that holds a text, and return the event's number."""
    seq = next(int(json.loads(line)["seq"]) for line in path.read_bytes().splitlines() if beside in line)
    content = bytearray(path.read_bytes())
    place = content.index(beside) + beside.index(b"10")
    content[place] = ord("2")
    path.write_bytes(bytes(content))
    return seq


def g_he_cannot_act_and_is_seen(year: Year) -> None:
    """他不能办理任何一件，他的查阅本身也留痕."""
    year.at("2026-07-10 16:00")
    program = year.program_of(AUDITOR)
    for case in (
        "plan",
        "meeting",
        "visits",
    ):  # he read the notice and signed for the document himself, as head of 审计部
        page = year.see(AUDITOR, case)
        expect(page.locator(".banjie-decisions, .banjie-operations")).to_have_count(0)
        expect(page.get_by_role("button", name="发表")).to_have_count(0)
        told = program.post(f"/instances/{year.cases[case]}/comments", text="请说明")
        assert told.status == 403, told.body
        for act, elsewhere in (("cancel", {}), ("suspend", {}), ("jump", {"to": "draft"})):
            answer = program.post(f"/instances/{year.cases[case]}/{act}", reason="核查", **elsewhere)
            assert answer.status in {403, 409}, (case, act, answer.body)  # 409: it has ended for everybody
    program.close()
    page = logged(year, category="查阅", person="裴慎之")
    for act in ("查看过程", "查看事项", "导出过程"):
        expect(page.locator("tbody")).to_contain_text(act)
    year.who(AUDITOR).look("story-G-seen")
