"""Clients that take documents through the whole flow, over connections that break at any instant.

After a broken connection an act is sent again under its key until it is answered. Of some acts a rival sends the same
under a key of its own; of some the answer is asked for a second time.
"""

import random
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.office import BODY, DRAFT, TITLE
from tests.rest import BROKEN, Answer, RestClient
from tests.serving import Server
from tests.soak.journal import Acknowledged, Journal

GIVE_UP_SECONDS = 120.0
PAUSE_SECONDS = 0.02
SHARE_WITH_RIVAL, SHARE_ASKED_TWICE, SHARE_WITH_DRAFT, SHARE_RELEASED = 0.3, 0.2, 0.2, 0.3


@dataclass(frozen=True)
class Step:
    """What one person does in a round of the flow."""

    username: str
    decision: str
    opinion: str = ""
    variables: Mapping[str, Any] = field(default_factory=dict)


TEXT = {"title": TITLE, "body": BODY}
CHECKED = {**TEXT, "document_type": "通知", "main_recipients": "各所属企业，总部各部门"}
TOMORROW = (datetime.now(UTC) + timedelta(days=1)).date().isoformat()  # never before 成文日期, also around midnight
SEALED = {"sealed_copies": 19, "seal_basis": "签发意见", "seal_supervisor": "quanning"}
ROUNDS: tuple[tuple[Step, ...], ...] = (
    (Step("gexingyao", "submit", "", DRAFT),),
    (Step("shiyanqiu", "agree", "", {"countersign_units": ["AHB", "DQB", "CWB"]}),),
    (Step("luanhaiping", "amend", "补写报告时限。"), Step("wanliqing", "agree"), Step("zonghuaigu", "agree")),
    (Step("gexingyao", "submit", "", {**TEXT, "reconciliation": "安全环保部意见采纳。"}),),
    (Step("ranqinghe", "agree", "", CHECKED),),
    (Step("zhenliyan", "agree", "拟同意印发。"),),
    (Step("miaoyuanchuan", "agree"),),
    (Step("qiujingan", "agree", "同意印发。"),),
    (Step("shaxiaoman", "pass", "", TEXT),),
    (Step("shaxiaoman", "submit", "", {"copies": 19, "distribution_units": ["QY1", "QY2"]}),),
    (Step("quanning", "submit"),),
    (Step("gexingyao", "pass", "校对无误。"),),
    (Step("quanning", "submit"),),
    (Step("quanning", "submit", "", SEALED),),
    (Step("shaxiaoman", "submit", "", {"dispatched_on": TOMORROW}),),
    (Step("tanzhixing", "received"), Step("yuqinghe", "received")),
)
"""The acceptance story of an outgoing document, as far as persons act in it."""
PEOPLE = sorted({step.username for steps in ROUNDS for step in steps})


class Persistent:
    """One person's connections: it tries one server after the other until somebody answers."""

    def __init__(self, servers: Sequence[Server], token: str, chance: random.Random) -> None:
        self._clients = [RestClient(server.port, token) for server in servers]
        self._chance = chance

    def ask(self, method: str, *arguments: Any, **body: Any) -> tuple[Answer, int]:
        """Return the answer, and after how many attempts it came."""
        deadline = time.monotonic() + GIVE_UP_SECONDS
        attempts = 0
        while time.monotonic() < deadline:
            attempts += 1
            try:
                return getattr(self._chance.choice(self._clients), method)(*arguments, **body), attempts
            except BROKEN:
                time.sleep(PAUSE_SECONDS)
        raise TimeoutError(f"no answer to {method} {arguments} after {attempts} attempts")

    def close(self) -> None:
        for client in self._clients:
            client.close()


class Walker:
    """Takes one document after the other through the flow, until it is told to stop between two documents."""

    def __init__(
        self, name: str, servers: Sequence[Server], tokens: Mapping[str, str], journal: Journal, seed: int
    ) -> None:
        self._name = name
        self._servers = servers
        self._tokens = tokens
        self._journal = journal
        self._chance = random.Random(f"{seed}-{name}")
        self._count = 0
        self.finished = 0
        self.error: BaseException | None = None

    def walk_until(self, stop: threading.Event) -> None:
        try:
            while not stop.is_set():
                self._document()
                self.finished += 1
        except BaseException as error:
            self.error = error
            raise

    def _document(self) -> None:
        title = f"{TITLE}（{self._name}第{self.finished + 1}件）"
        started = self._act("start", "gexingyao", "post", "/instances", definition="outgoing_document", title=title)
        case = started.body["id"]
        for steps in ROUNDS:
            with ThreadPoolExecutor(len(steps)) as together:
                for done in [together.submit(self._step, case, step) for step in steps]:
                    done.result()
        answer = self._ask("gexingyao", "get", f"/instances/{case}")
        if answer.body["state"] != "completed":
            raise AssertionError(answer.body)

    def _step(self, case: str, step: Step) -> None:
        item = self._item(case, step.username)
        path, version = f"/work-items/{item['id']}", item["version"]
        if item["assignee"] is None:
            version = self._claimed(item, step)
        if self._chance.random() < SHARE_WITH_DRAFT:
            self._act("save_draft", step.username, "post", f"{path}/save_draft", version=version, opinion="草稿")
        body = {
            "version": version,
            "decision": step.decision,
            "opinion": step.opinion,
            "variables": dict(step.variables),
        }
        if step.decision == "submit" and step.username == "gexingyao":
            uploaded = self._act("upload", step.username, "upload", "附件.pdf", b"%PDF-1.4 " + case.encode())
            body["attachments"] = [uploaded.body["id"]]
        rivals = 2 if self._chance.random() < SHARE_WITH_RIVAL else 1
        with ThreadPoolExecutor(rivals) as together:
            sent = [
                together.submit(self._act, "complete", step.username, "post", f"{path}/complete", **body)
                for _ in range(rivals)
            ]
            statuses = sorted(one.result().status for one in sent)
        if statuses != [200, 409][:rivals]:
            raise AssertionError(f"{rivals} completions of {item['id']} were answered {statuses}")

    def _claimed(self, item: dict[str, Any], step: Step) -> int:
        """Take an item out of its pool, sometimes after putting it back once; return its version."""
        path, version = f"/work-items/{item['id']}", item["version"]
        for act in ("claim", "release", "claim") if self._chance.random() < SHARE_RELEASED else ("claim",):
            version = self._act(act, step.username, "post", f"{path}/{act}", version=version).body["version"]
        return int(version)

    def _item(self, case: str, username: str) -> dict[str, Any]:
        items = [
            item
            for box in ("todo", "claimable")
            for item in self._ask(username, "get", f"/work-items?box={box}&instance={case}").body["items"]
        ]
        if len(items) != 1:
            raise AssertionError(f"{username} has {len(items)} items of {case}")
        return items[0]

    def _act(self, act: str, username: str, method: str, *arguments: Any, **body: Any) -> Answer:
        """Do something under a key of its own, and write down how it was answered."""
        self._count += 1
        key = f"{self._name}-{self._count}"
        person = Persistent(self._servers, self._tokens[username], self._chance)
        answer, attempts = person.ask(method, *arguments, key=key, **body)
        subject = answer.body.get("id", "") if act in ("start", "upload") else arguments[0].split("/")[2]
        self._journal.write(Acknowledged(act, key, username, subject, answer.status, attempts, answer.body))
        if answer.status < 300 and self._chance.random() < SHARE_ASKED_TWICE:
            again, _attempts = person.ask(method, *arguments, key=key, **body)
            if again != answer:
                raise AssertionError(f"{key} was answered {answer} and then {again}")
        person.close()
        return answer

    def _ask(self, username: str, method: str, path: str) -> Answer:
        person = Persistent(self._servers, self._tokens[username], self._chance)
        answer, _attempts = person.ask(method, path)
        person.close()
        if answer.status != 200:
            raise AssertionError(answer)
        return answer
