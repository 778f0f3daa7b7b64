"""Units, posts and people: added, changed, disabled, imported; every change is told to the ledger."""

from datetime import timedelta

import pytest

from app.house import House
from app.transaction import reading, transaction
from engine.model import Actor
from tests.office import MORNING, PASSWORD
from workflows.organisation import actions, passwords, queries
from workflows.organisation.actions import PersonFields, UnitFields
from workflows.organisation.errors import AccountLocked, CodeTaken, FieldRefused, ImportRefused, PasswordTooWeak

LEDGER = "office:organisation"


def change(house: House, act):
    """Carry out a change, telling the ledger."""
    engine = house.office.engine
    with transaction(house.pool) as connection:
        return act(
            connection,
            lambda kind, data: engine.record_ledger(connection, LEDGER, kind, data, Actor("jiziheng"), MORNING),
        )


def last_told(house: House) -> tuple[str, dict]:
    with reading(house.pool) as connection:
        event = house.office.engine.history(connection, LEDGER)[-1]
    return event.kind, dict(event.data)


def test_the_demonstration_office_is_complete(house: House) -> None:
    with reading(house.pool) as connection:
        people = queries.list_people(connection)
        assert len(people) == 39
        assert queries.head_of(connection, "ZZB") == "shiyanqiu"
        assert queries.leader_of(connection, "ZZB") == "miaoyuanchuan"
        assert queries.leader_of(connection, "BGS") == "qiujingan"
        assert queries.holders(connection, "registry_clerk") == ["shaxiaoman"]
        assert {"unit_head", "auditor"} == queries.get_person(connection, "peishenzhi").posts
        assert queries.get_unit(connection, "DAS").parent == "BGS"


def test_one_person_holds_several_posts_in_several_units(house: House) -> None:
    held = (("AHB", "handler"), ("DQB", "unit_head"))
    change(house, lambda c, record: actions.add_person(c, "liming", PersonFields("黎明", "主管", held), record))
    with reading(house.pool) as connection:
        person = queries.get_person(connection, "liming")
    assert person.unit == "AHB"
    assert person.posts == {"handler", "unit_head"}
    assert person.unit_names == ("安全环保部", "党群工作部")
    assert last_told(house)[0] == "person:added"


def test_whoever_is_disabled_heads_and_holds_nothing(house: House) -> None:
    change(house, lambda c, record: actions.set_person_disabled(c, "shiyanqiu", MORNING, record))
    with reading(house.pool) as connection:
        assert queries.head_of(connection, "ZZB") == ""
        assert "shiyanqiu" not in queries.holders(connection, "unit_head")


def test_a_unit_cannot_belong_to_itself(house: House) -> None:
    with pytest.raises(FieldRefused):
        change(house, lambda c, record: actions.change_unit(c, "BGS", UnitFields("党办", parent="DAS"), record))


def test_a_renamed_unit_tells_what_it_was_called(house: House) -> None:
    change(house, lambda c, record: actions.change_unit(c, "DQB", UnitFields("党建工作部", "MYJT"), record))
    kind, data = last_told(house)
    assert (kind, data["before"]["name"], data["name"]) == ("unit:changed", "党群工作部", "党建工作部")


def test_a_disabled_post_is_not_given_anew_but_kept_by_its_holder(house: House) -> None:
    change(house, lambda c, record: actions.set_post_disabled(c, "archivist", MORNING, record))
    with reading(house.pool) as connection:
        assert "archivist" not in {one.code for one in queries.list_posts(connection)}
        assert queries.holders(connection, "archivist") == ["kuangyuheng"]


def test_codes_are_taken_once(house: House) -> None:
    with pytest.raises(CodeTaken):
        change(house, lambda c, record: actions.add_unit(c, "BGS", UnitFields("又一个"), record))
    with pytest.raises(CodeTaken):
        change(house, lambda c, record: actions.add_post(c, "auditor", "又一个", record))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_people_are_imported_with_all_their_posts(house: House, encoding: str) -> None:
    text = "username,name,title,unit,post\nxinren,辛仁,科员,AHB,handler\nxinren,辛仁,科员,DQB,handler\nlaoren,劳任,,,\n"
    assert change(house, lambda c, record: actions.import_people(c, text.encode(encoding), record)) == 2
    with reading(house.pool) as connection:
        assert [one.unit for one in queries.get_person(connection, "xinren").holdings] == ["AHB", "DQB"]
        assert queries.get_person(connection, "laoren").name == "劳任"


def test_one_bad_line_and_nobody_is_imported(house: House) -> None:
    text = (
        "username,name,title,unit,post\nxinren,辛仁,,AHB,handler\nBAD NAME,某,,AHB,handler\nother,某,,NOWHERE,handler\n"
    )
    with pytest.raises(ImportRefused) as refused:
        change(house, lambda c, record: actions.import_people(c, text.encode(), record))
    assert refused.value.lines == ((3, "username", "username"), (4, "unit", "unknown"))
    with reading(house.pool) as connection:
        assert queries.find_person(connection, "xinren") is None


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"\xff\xfe\x00\x01\x80", b"username,name,title,unit,post\n"])
def test_a_file_that_is_no_list_of_people_is_refused(sqlite_house: House, content: bytes) -> None:
    with pytest.raises(ImportRefused):
        change(sqlite_house, lambda c, record: actions.import_people(c, content, record))


def test_units_are_imported_parents_first(house: House) -> None:
    text = "code,name,parent,head,leader\nXM,新部门,MYJT,shiyanqiu,qiujingan\nXM1,新科室,XM,,\n"
    assert change(house, lambda c, record: actions.import_units(c, text.encode(), record)) == 2
    bad = "code,name,parent,head,leader\nXX,某,NOWHERE,,\nBGS,某,,,\nYY,某,,nobody,\n"
    with pytest.raises(ImportRefused) as refused:
        change(house, lambda c, record: actions.import_units(c, bad.encode(), record))
    assert [line[:2] for line in refused.value.lines] == [(2, "parent"), (3, "code"), (4, "head")]


def test_too_many_failures_pause_signing_in_for_a_while(house: House) -> None:
    def attempt(password: str, at=MORNING):
        with transaction(house.pool) as connection:
            known = passwords.stored(connection, "gexingyao", at)
            if passwords.is_right(known, password):
                return passwords.admit(connection, "gexingyao", known, at)
            return passwords.count_failure(connection, "gexingyao", at)

    assert attempt(PASSWORD) is not None
    for _ in range(passwords.FAILURES_BEFORE_PAUSE):
        assert attempt("wrong") is None
    with pytest.raises(AccountLocked):
        attempt(PASSWORD)
    assert attempt(PASSWORD, MORNING + passwords.PAUSE) is not None


def test_a_right_password_that_was_changed_while_it_was_compared_admits_nobody(house: House) -> None:
    with transaction(house.pool) as connection:
        known = passwords.stored(connection, "gexingyao", MORNING)
        assert passwords.is_right(known, PASSWORD)
        passwords.change_password(connection, "gexingyao", PASSWORD, "quite another password")
        assert passwords.admit(connection, "gexingyao", known, MORNING) is None


def test_failures_during_a_pause_are_answered_like_the_right_password_and_do_not_prolong_it(house: House) -> None:
    with transaction(house.pool) as connection:
        for _ in range(passwords.FAILURES_BEFORE_PAUSE):
            passwords.count_failure(connection, "gexingyao", MORNING)
        with pytest.raises(AccountLocked):
            passwords.count_failure(connection, "gexingyao", MORNING + timedelta(minutes=5))
        assert passwords.stored(connection, "gexingyao", MORNING + passwords.PAUSE).hash is not None


def test_a_reset_password_must_be_changed_and_ends_other_sessions(house: House) -> None:
    with reading(house.pool) as connection:
        before, _must_change = passwords.credentials_of(connection, "gexingyao")
    new = change(house, lambda c, record: passwords.reset_password(c, "gexingyao", record))
    assert last_told(house) == ("person:password_reset", {"username": "gexingyao"})
    with transaction(house.pool) as connection:
        stamp, must_change = passwords.credentials_of(connection, "gexingyao")
        assert must_change
        assert stamp != before
        with pytest.raises(PasswordTooWeak):
            passwords.change_password(connection, "gexingyao", new, "short")
        passwords.change_password(connection, "gexingyao", new, "a longer password")
        assert not passwords.credentials_of(connection, "gexingyao")[1]
