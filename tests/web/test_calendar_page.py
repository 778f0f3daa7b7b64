"""The working calendar on its pages, and what lists and items say of the time that is left."""

import io
import re
from dataclasses import replace
from html import unescape

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app.current import HOUSE
from app.formats import due, overdue, provisional
from app.house import House
from app.scheduler import follow, run_due
from app.settings import CalendarSettings
from app.transaction import reading, transaction
from app.web import create_app
from tests.incoming import RECEIVED, REGISTERED, Registry, settle_incoming
from tests.office import DRAFT, TITLE, Desk
from tests.web.clerk import Clerk, alert, case_of, field_errors
from tests.workflows.calendars import at, published
from workflows.calendar import files, library
from workflows.calendar.working_time import WorkingTime
from workflows.verification import verify

NOTICE = "国办发明电〔2025〕7号"
TWO_YEARS, ONE_YEAR = published(2025, 2026), published(2025)
TAG = re.compile(r"<[^>]+>")


def set_clock(house: House, text: str) -> None:
    with transaction(house.pool) as connection:
        house.office.engine.set_clock(connection, at(text))


def catch_up(house: House) -> None:
    while run_due(house) or follow(house):
        pass


def text_of(page: TestResponse) -> str:
    return re.sub(r"\s+", " ", unescape(TAG.sub("", page.text)))


def imported(clerk: Clerk, **form: object) -> TestResponse:
    return clerk.post("/calendar/imports", **{"year": "2026", "origin": "library", "source": NOTICE, **form})


def sent(content: bytes, name: str = "2026.csv") -> tuple[io.BytesIO, str]:
    return io.BytesIO(content), name


def test_everybody_reads_the_calendar(site: Flask, sqlite_house: House) -> None:
    set_clock(sqlite_house, "2025-11-10 09:00")
    clerk = Clerk(site, "gexingyao")
    page = clerk.get("/calendar")
    said = text_of(page)
    assert "2025年工作日历" in said
    assert "国庆节、中秋：10月1日（周三）至10月8日（周三）放假，共8天。9月28日（周日）、10月11日（周六）上班。" in said
    assert "国办发明电〔2024〕12号" in said
    assert "尚可为导入，柏若溪于 2025-11-07 09:00 复核生效" in said
    assert page.text.count("<caption>") == 12
    assert "26班春节调休上班" in said
    assert "28休春节放假" in said
    assert 'aria-current="date">10<' in page.text
    assert "导入日历" not in said
    assert "2026年日历没有生效" in text_of(clerk.get("/calendar?year=2026"))


@pytest.mark.parametrize("year", ["1999", "2101", "no", "99999999999999999999"])
def test_a_year_that_no_calendar_is_about_shows_this_one(site: Flask, sqlite_house: House, year: str) -> None:
    set_clock(sqlite_house, "2025-11-10 09:00")
    assert "2025年工作日历" in text_of(Clerk(site, "gexingyao").get(f"/calendar?year={year}"))


def test_a_year_is_imported_by_one_and_put_into_force_by_another(each_site: Flask, house: House) -> None:
    set_clock(house, "2025-12-31 09:00")
    drafter = Clerk(each_site, "gexingyao")
    item = drafter.start(TITLE)
    for path in ("/worklist", item, case_of(item)):
        said = text_of(drafter.get(path))
        assert "剩余 3 个工作日" in said, path
        assert "暂定（2026年日历未导入）" in said, path
    duty, deputy = Clerk(each_site, "shangkewei"), Clerk(each_site, "boruoxi")
    place = imported(duty).location
    own = duty.get(place)
    assert "须由另一人与依据核对后复核生效" in text_of(own)
    assert "put_into_force" not in own.text
    assert "暂定（2026年日历待复核生效）" in text_of(drafter.get("/worklist"))
    assert alert(duty.post(f"{place}/put_into_force")).startswith("您导入的2026年日历，须由另一人")
    assert "2026年日历由尚可为于 2025-12-31 09:00 导入，待另一人复核生效。" in text_of(deputy.get("/calendar"))
    assert deputy.post(f"{place}/put_into_force").location == place
    assert "还在重新计算" in text_of(deputy.get(place))
    assert "暂定（正在重新计算）" in text_of(drafter.get("/worklist"))
    catch_up(house)
    found = text_of(deputy.get(place))
    assert "变动 1 项，其中由“暂定”变为“确定” 1 项。" in found
    assert "发文办理（您无权查看标题）起草2026-01-05 17:30 （暂定）2026-01-06 17:30暂定→确定" in found
    assert TITLE not in found
    assert TITLE in text_of(drafter.get(place))
    said = text_of(drafter.get(case_of(item)))
    assert "2026年工作日历变动，时限重新计算" in said
    assert "暂定" not in text_of(drafter.get("/worklist"))
    with reading(house.pool) as connection:
        assert verify(connection, house.office) == []


def test_only_those_who_keep_the_calendar_import_it(site: Flask) -> None:
    clerk = Clerk(site, "shaxiaoman")
    refused = imported(clerk)
    assert refused.status_code == 403
    assert alert(refused) == "只有下列岗位可以这样做：办公室主任、流程管理员、值班员。"
    place = imported(Clerk(site, "zhenliyan")).location
    assert "put_into_force" not in clerk.get(place).text
    for deed in ("put_into_force", "discard"):
        assert clerk.post(f"{place}/{deed}").status_code == 403
    assert clerk.get("/calendar/imports/nothing").status_code == 404


@pytest.mark.parametrize(
    ("form", "field", "told"),
    [
        ({"source": " "}, "source", "请写明依据（通知名称和文号），不超过 200 个字符；没有依据的日历不能生效。"),
        ({"year": "二〇二六"}, "year", "格式不正确。"),
        ({"year": "1999"}, "year", "年度应为 2004 至 2100。"),
        ({"case": "收2025-0817"}, "case", "没有这个编号的事项，或者您无权查看。"),
        ({"origin": "file"}, "file", "请填写。"),
    ],
)
def test_what_cannot_be_imported_is_told_at_its_field_and_nothing_typed_is_lost(
    site: Flask, form: dict[str, str], field: str, told: str
) -> None:
    refused = imported(Clerk(site, "shangkewei"), **form)
    assert refused.status_code == 422
    assert field_errors(refused) == {field: told}
    assert f'value="{form.get("source", NOTICE)}"' in refused.text


def test_a_year_that_was_not_published_yet_is_told_with_those_there_are(site: Flask) -> None:
    last = max(library.published_years())
    refused = imported(Clerk(site, "shangkewei"), year=str(last + 1))
    assert field_errors(refused) == {
        "year": f"随软件提供的数据只有 2004 至 {last} 年，还没有{last + 1}年；请按通知填写 CSV 文件后导入。"
    }


def test_a_file_is_imported_and_its_bad_lines_are_named(site: Flask) -> None:
    clerk = Clerk(site, "shangkewei")
    refused = imported(clerk, file=sent("date,kind,name\n2026-02-16,workday,春节\n".encode()))
    assert refused.status_code == 422
    assert "第 2 行，kind：周一至周五本来就上班，不用列出" in text_of(refused)
    days = library.propose(2026, TWO_YEARS).days
    place = imported(clerk, file=sent(files.written(days).encode("gb18030"), "二〇二六.csv")).location
    assert "日期来自 二〇二六.csv" in text_of(clerk.get(place))


def test_the_days_in_force_are_downloaded_to_be_corrected(site: Flask) -> None:
    clerk = Clerk(site, "shangkewei")
    content, headers = clerk.download("/calendar/2025.csv")
    assert content.startswith(b"\xef\xbb\xbfdate,kind,name\n")
    assert "calendar-2025.csv" in headers["Content-Disposition"]
    corrected = content.decode("utf-8-sig") + "2025-12-26,holiday,厂休\n"
    place = imported(clerk, year="2025", file=sent(corrected.encode())).location
    assert "与现行日历不同的日期12月26日（周五）：照常 → 放假" in text_of(clerk.get(place))


def test_the_case_that_holds_the_notice_is_linked_for_those_who_may_see_it(site: Flask, sqlite_house: House) -> None:
    director = Clerk(site, "zhenliyan")
    item = Clerk(site, "gexingyao").start(TITLE)
    case = case_of(item).removeprefix("/cases/")
    assert field_errors(imported(Clerk(site, "shangkewei"), case=case)) == {
        "case": "没有这个编号的事项，或者您无权查看。"
    }
    place = imported(director, case=f" {case} ").location
    link = f'href="/cases/{case}"'
    assert link in director.get(place).text
    assert link in Clerk(site, "gexingyao").get(place).text
    assert link not in Clerk(site, "boruoxi").get(place).text
    with reading(sqlite_house.pool) as connection:
        assert verify(connection, sqlite_house.office) == []


def test_a_notice_that_came_in_is_named_by_its_number_without_being_shown(site: Flask, sqlite_house: House) -> None:
    settle_incoming(sqlite_house)
    letter = Registry(sqlite_house).begin().register()
    keeper = Clerk(site, "shangkewei")
    place = imported(keeper, case="收2025-0817").location
    assert f"依据：{NOTICE} 收2025-0817" in text_of(keeper.get(place))
    link = f'<a class="text-decoration-underline" href="/cases/{letter.instance_id}">收2025-0817</a>'
    assert link not in keeper.get(place).text
    assert keeper.get(f"/cases/{letter.instance_id}").status_code == 403
    assert link in Clerk(site, "zhenliyan").get(place).text
    assert field_errors(imported(keeper, case="收2025-0818")) == {"case": "没有这个编号的事项，或者您无权查看。"}


def test_a_day_that_was_set_in_an_unknown_year_is_shown_as_provisional_too(site: Flask, sqlite_house: House) -> None:
    """The day itself stands, but how many working days are left of it nobody knows yet."""
    set_clock(sqlite_house, "2025-11-07 10:00")
    settle_incoming(sqlite_house)
    desk = Registry(sqlite_house).begin("2025-11-07 10:00")
    for username, decision, opinion, given in (
        ("shaxiaoman", "submit", "", RECEIVED),
        ("shaxiaoman", "submit", "", REGISTERED),
        ("ranqinghe", "pass", "", {}),
        ("ranqinghe", "submit", "请阅。", {"circulation": ["shangkewei"], "circulation_due": "2026-01-09"}),
        ("zhenliyan", "direct", "", {}),
        ("ranqinghe", "submit", "", {}),
    ):
        desk.do("2025-11-07 10:00", username, decision, opinion, **given)
    reader = Clerk(site, "shangkewei")
    assert "暂定（2026年日历未导入）" in text_of(reader.get("/worklist"))
    place = imported(reader).location
    Clerk(site, "boruoxi").post(f"{place}/put_into_force")
    assert "暂定" not in text_of(reader.get("/worklist"))


def test_an_import_is_discarded_and_stays_to_be_seen(site: Flask) -> None:
    clerk = Clerk(site, "shangkewei")
    place = imported(clerk).location
    assert clerk.post(f"{place}/discard").location == "/calendar?year=2026"
    assert "已作废" in text_of(clerk.get("/calendar?year=2026"))
    again = clerk.post(f"{place}/discard")
    assert again.status_code == 409
    assert alert(again).startswith("尚可为已于 ")


def test_what_was_done_late_says_by_how_many_working_days(site: Flask, sqlite_house: House) -> None:
    desk = Desk(sqlite_house)  # Friday, 2025-11-07
    desk.to_countersign()  # 部门会签, two working days: until Tuesday
    desk.now = at("2025-11-13 16:00")
    desk.act("luanhaiping", "agree")
    set_clock(sqlite_house, "2025-11-14 09:00")
    page = text_of(Clerk(site, "gexingyao").get(f"/cases/{desk.instance_id}"))
    assert "超期 2 个工作日" in page  # done on Thursday
    assert "超期 3 个工作日 2025-11-11 17:30" in page  # not done yet


@pytest.mark.parametrize(
    ("now", "due_at", "written"),
    [
        ("2026-02-05 09:00", "2026-02-10 17:30", "剩余 3 个工作日"),
        ("2026-02-10 09:00", "2026-02-10 17:30", "今天 17:30 到期"),
        ("2026-02-10 09:00", "2026-02-11 00:00", "今天到期"),
        ("2026-02-10 18:00", "2026-02-10 17:30", "已超期"),
        ("2026-02-10 16:00", "2026-02-10 11:00", "超期 3 小时"),
        ("2026-02-11 08:00", "2026-02-11 00:00", "超期 1 个工作日"),
        ("2026-02-14 18:00", "2026-02-11 00:00", "超期 4 个工作日"),
        ("2026-02-20 10:00", "2026-02-11 00:00", "超期 4 个工作日"),
        ("2026-02-24 10:00", "2026-02-11 00:00", "超期 5 个工作日"),
        ("2026-02-13 10:00", "2026-03-01 00:00", "剩余 6 个工作日"),
        ("2026-02-14 10:00", "2026-02-19 00:00", "2月18日 到期"),
    ],
)
def test_time_that_is_left_is_written_in_working_days(site: Flask, now: str, due_at: str, written: str) -> None:
    with site.test_request_context(headers={"Accept-Language": "zh-CN"}):
        assert due(at(due_at), at(now), TWO_YEARS) == written


def test_nothing_due_has_no_limit_and_lateness_is_that_of_the_deed(site: Flask) -> None:
    with site.test_request_context(headers={"Accept-Language": "zh-CN"}):
        assert due(None, at("2026-02-05 09:00"), TWO_YEARS) == "无时限"
        assert overdue(at("2025-11-12 17:30"), at("2025-11-14 10:00"), TWO_YEARS) == "超期 2 个工作日"


@pytest.mark.parametrize(
    ("calendar", "due_at", "written"),
    [
        (ONE_YEAR, "2026-01-05 17:30", "暂定（2026年日历未导入）"),
        (ONE_YEAR, "2027-01-05 17:30", "暂定（2026、2027年日历未导入）"),
        (replace(ONE_YEAR, pending=frozenset({2026})), "2026-01-05 17:30", "暂定（2026年日历待复核生效）"),
        (replace(ONE_YEAR, pending=frozenset({2026})), "2027-01-05 17:30", "暂定（2027年日历未导入）"),
        (TWO_YEARS, "2026-01-05 17:30", "暂定（正在重新计算）"),
    ],
)
def test_what_is_provisional_says_which_years_are_missing(
    site: Flask, calendar: WorkingTime, due_at: str, written: str
) -> None:
    with site.test_request_context(headers={"Accept-Language": "zh-CN"}):
        assert provisional(at("2025-12-31 10:00"), at(due_at), calendar) == written


@pytest.mark.parametrize(
    ("days", "lamps"), [(0, ["green", "yellow"]), (1, ["yellow", "yellow"]), (3, ["yellow", "yellow"])]
)
def test_the_lamp_turns_yellow_so_many_working_days_before(sqlite_house: House, days: int, lamps: list[str]) -> None:
    settings = replace(sqlite_house.office.settings, near_due_days=days)
    house = replace(sqlite_house, office=replace(sqlite_house.office, settings=settings))
    app = create_app(sqlite_house.settings)
    app.extensions[HOUSE].pool.dispose()
    app.extensions[HOUSE] = house
    desk = Desk(sqlite_house)
    desk.start(title=TITLE)
    desk.act("gexingyao", "submit", **DRAFT)  # Friday; its head has until Monday
    shown = []
    for now in ("2025-11-07 11:00", "2025-11-10 09:00"):
        set_clock(sqlite_house, now)
        page = Clerk(app, "shiyanqiu").get("/worklist").text
        shown += re.findall(r"banjie-lamp-(green|yellow|red)", page)
    assert shown == lamps


@pytest.mark.parametrize(
    "hours",
    [
        [],
        ["8:30-12:00"],
        ["12:00-08:30"],
        ["08:30-12:00", "11:00-17:30"],
        ["08:30-12:00", "12:00-17:30"],
        ["24:00-25:00"],
    ],
)
def test_hours_that_do_not_follow_each_other_are_no_setting(hours: list[str]) -> None:
    with pytest.raises(ValueError, match="hours"):
        CalendarSettings(hours=tuple(hours))


def test_hours_are_read_from_the_setting() -> None:
    spans = CalendarSettings(hours=("09:00-12:00", "13:00-18:00")).spans
    assert [tuple(map(str, span)) for span in spans] == [("09:00:00", "12:00:00"), ("13:00:00", "18:00:00")]
