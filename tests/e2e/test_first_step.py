"""What the README promises a newcomer: from an empty folder to the first completed step."""

import json
from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.browser import DESKTOP, screenshot, server
from tests.serving import banjie


def test_a_newcomer_gets_to_the_first_completed_step(browser: Browser, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/new.db"
    banjie(url, tmp_path, "init")
    logins = json.loads(banjie(url, tmp_path, "demo", "--json"))
    [password] = [login["password"] for login in logins if login["username"] == "gexingyao"]
    with server(url, tmp_path) as address:
        page = browser.new_context(viewport=DESKTOP, locale="zh-CN").new_page()
        page.goto(address)
        page.get_by_label("用户名").fill("gexingyao")
        page.get_by_label("密码").fill(password)
        page.get_by_role("button", name="登录").click()
        expect(page.get_by_role("heading", name="修改密码")).to_be_visible()
        page.goto(f"{address}/worklist")
        expect(page.get_by_role("heading", name="修改密码")).to_be_visible()
        page.get_by_label("原密码").fill(password)
        page.get_by_label("新密码", exact=True).fill("short")
        page.get_by_label("再次输入新密码").fill("short")
        page.get_by_role("button", name="保存").click()
        expect(page.get_by_text("新密码至少 10 个字符").first).to_be_visible()
        page.get_by_label("原密码").fill(password)
        for label in ("新密码", "再次输入新密码"):
            page.get_by_label(label, exact=True).fill("一个足够长又好记的新密码")
        page.get_by_role("button", name="保存").click()
        expect(page.get_by_text("密码已修改。")).to_be_visible()

        page.get_by_role("link", name="新建").last.click()
        page.get_by_label("标题").fill("关于2026年部分节假日安排的通知")
        page.get_by_role("button", name="新建并起草").click()
        page.get_by_role("button", name="提交", exact=True).click()
        expect(page.get_by_text("有内容需要更正").first).to_be_visible()
        screenshot(page, "first-step-what-is-missing")
        page.get_by_label("发文机关", exact=True).select_option("集团办公室")
        page.get_by_label("机关代字").select_option("沐原办")
        page.get_by_label("文种").select_option("通知")
        page.get_by_label("行文方向").select_option("下行文")
        page.get_by_label("主送").fill("各所属企业，总部各部门")
        page.locator("textarea[name=body]").fill("元旦放假三天。")
        page.get_by_role("button", name="提交", exact=True).dblclick()
        expect(page.get_by_text("已提交，转到：部门负责人审核（石砚秋）。")).to_be_visible()
        screenshot(page, "first-step-done")
    assert "全部一致" in banjie(url, tmp_path, "verify")
