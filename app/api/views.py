from pathlib import Path
from typing import Any

from flask import Response, current_app, g, jsonify, render_template, request
from flask_babel import gettext as _
from flask_openapi3 import Info, OpenAPI
from pydantic import ValidationError
from sqlalchemy import Connection

from app.api import operations as _operations  # noqa: F401  (hangs its endpoints on the blueprint)
from app.api import shapes, tokens
from app.api.answers import acted_on, instance, work_item
from app.api.blueprint import Answer, api, flows, instances, items, office
from app.api.malformed import malformed_sentence
from app.api.once import once
from app.attachments import hand_out, receive, secrets_refused
from app.credentials import person_by_password
from app.current import current_house, looking_at_a_case, now
from app.errors import PROBLEM, told
from app.ledgers import TOKEN_ISSUED
from app.messages import incident_sentence
from app.security import current_person
from app.transaction import reading
from engine.definitions import errors_of, file_of
from engine.errors import DefinitionRefused
from engine.model import Finding
from workflows import boxes, cases, definitions, interventions, worklist
from workflows.comments import actions as comments
from workflows.notices import reading as notices
from workflows.operations import hands
from workflows.organisation import passwords, queries
from workflows.substitutions import actions as substitutions
from workflows.substitutions import queries as substitution_rows
from workflows.substitutions.values import Arrangement
from workflows.visibility import record_reading
from workflows.worklist import Submission

OPEN = frozenset({"api.token"})


def create_api(name: str, root: Path) -> OpenAPI:
    """Return an application that carries the REST API and describes it."""
    app = OpenAPI(
        name,
        info=Info(title="Banjie 办结", version="1"),
        doc_ui=False,
        validation_error_callback=_malformed,
        root_path=str(root),
    )
    app.register_api(api)

    @app.get("/api/v1/openapi.json")
    def openapi_json() -> Answer:
        return jsonify(app.api_doc)

    @app.get("/api/v1/docs")
    def openapi_docs() -> Answer:
        return render_template("api/docs.html", doc=app.api_doc)

    return app


@api.before_request
def authenticate() -> None:
    if request.endpoint in OPEN:
        return
    scheme, _sep, token = request.headers.get("Authorization", "").partition(" ")
    house = current_house()
    if scheme.lower() != "bearer":
        raise tokens.TokenRefused
    secret = str(current_app.config["SECRET_KEY"])
    g.person = tokens.person_of(secret, token, house.settings.web.session_hours, house)


@api.post("/token", tags=[office])
def token(body: shapes.Credentials) -> Answer:
    house = current_house()
    person = person_by_password(house, body.username, body.password, TOKEN_ISSUED)
    with reading(house.pool) as connection:
        stamp, must_change = passwords.credentials_of(connection, person.username)
    if must_change:
        raise tokens.PasswordChangeRequired
    return jsonify(token=tokens.issue(str(current_app.config["SECRET_KEY"]), person.username, stamp))


@api.get("/definitions", tags=[flows])
def list_definitions() -> Answer:
    with reading(current_house().pool) as connection:
        offered = cases.offered_to_start(connection, current_house().office, current_person())
        startable = {one.definition.id for one in offered if one.refusal is None}
        newest = definitions.list_newest(connection)
    return jsonify([shapes.definition(one, startable=one.id in startable) for one in newest])


@api.get("/definitions/<key>", tags=[flows])
def get_definition(path: shapes.DefinitionPath) -> Answer:
    house = current_house()
    with reading(house.pool) as connection:
        deployed = house.office.engine.deployed_version(connection, path.key)
        fields = cases.start_form(connection, house.office, deployed)
    may_start = cases.people_start(deployed) and cases.why_not_start(current_person(), deployed) is None
    told = shapes.definition(deployed.definition, startable=may_start)
    return jsonify({**told, "start_form": {"fields": [shapes.field(one) for one in fields]}})


@api.get("/definitions/<key>/<int:version>/bpmn", tags=[flows])
def get_bpmn(path: shapes.VersionPath) -> Answer:
    house = current_house()
    with reading(house.pool) as connection:
        deployed = house.office.engine.deployed_version(connection, path.key, path.version)
    return Response(deployed.files[file_of(deployed.files, path.key)], mimetype="application/xml")


@api.post("/definitions", tags=[flows])
def deploy() -> Answer:
    files = _sent_files()
    house = current_house()

    def act(connection: Connection, at: Any) -> tuple[dict[str, Any], int]:
        deployed = definitions.deploy(connection, house.office, current_person(), files, at)
        told = [{"key": one.key, "version": one.version, "hash": one.hash} for one in deployed]
        return {"definitions": told}, 201

    try:
        return once(act)
    except DefinitionRefused as error:
        with reading(house.pool) as connection:
            findings = definitions.check(house.office, files, connection)
        body = {
            "type": "urn:banjie:error:DefinitionRefused",
            "title": "DefinitionRefused",
            "status": 422,
            "detail": told(error, house),
            "findings": [_finding(one) for one in findings],
        }
        answer = jsonify(body)
        answer.mimetype = PROBLEM
        return answer, 422


@api.post("/definitions/check", tags=[flows])
def check() -> Answer:
    house, files = current_house(), _sent_files()
    with reading(house.pool) as connection:
        findings = definitions.check(house.office, files, connection)
    return jsonify(deployable=not errors_of(findings), findings=[_finding(one) for one in findings])


@api.post("/instances", tags=[instances])
def start(body: shapes.StartInstance) -> Answer:
    house, person = current_house(), current_person()

    def act(connection: Connection, at: Any) -> tuple[dict[str, Any], int]:
        advanced = cases.start(
            connection,
            house.office,
            person,
            body.definition,
            body.title,
            body.variables,
            at,
            body.definition_version,
            body.source,
        )
        return instance(connection, advanced.instance_id, at), 201

    return once(act)


@api.get("/instances", tags=[instances])
def list_instances(query: shapes.InstanceQuery) -> Answer:
    narrowed = boxes.Filter(definition=query.definition, state=query.state, q=query.q)
    with reading(current_house().pool) as connection:
        page = boxes.visible_cases(connection, current_person(), narrowed, now(connection), query.after, query.limit)
    return jsonify(items=[shapes.instance(row.case) for row in page.rows], next=page.next)


@api.get("/instances/<instance_id>", tags=[instances])
def get_instance(path: shapes.InstancePath) -> Answer:
    with looking_at_a_case(current_person()) as connection:
        return jsonify(instance(connection, path.instance_id, now(connection)))


@api.get("/instances/<instance_id>/history", tags=[instances])
def get_history(path: shapes.InstancePath, query: shapes.HistoryQuery) -> Answer:
    house = current_house()
    with looking_at_a_case(current_person()) as connection:
        events = cases.history(
            connection,
            house.office,
            current_person(),
            path.instance_id,
            now(connection),
            query.after,
            query.limit + 1,
        )
    shown = events[: query.limit]
    following = shown[-1].seq if len(events) > query.limit else None
    return jsonify(events=[shapes.event(one) for one in shown], next=following)


@api.get("/instances/<instance_id>/replay", tags=[instances])
def get_replay(path: shapes.InstancePath) -> Answer:
    house = current_house()
    with reading(house.pool) as connection:
        result = cases.replay(connection, house.office, current_person(), path.instance_id, now(connection))
    divergence = None if result.verified else {"seq": result.divergence_seq, "reason": result.divergence}
    return jsonify(verified=result.verified, events=result.events, divergence=divergence)


@api.get("/instances/<instance_id>/incidents", tags=[instances])
def list_incidents(path: shapes.InstancePath) -> Answer:
    """For readers of the case, and for those who clear incidents (office_director, process_administrator)."""
    house, person = current_house(), current_person()
    with looking_at_a_case(person) as connection:
        found = interventions.list_incidents(connection, house.office, person, path.instance_id, now(connection))
    return jsonify([shapes.incident(one, incident_sentence(one)) for one in found])


@api.post("/incidents/<incident_id>/retry", tags=[instances])
def retry(path: shapes.IncidentPath) -> Answer:
    """For office_director and process_administrator; the case in the answer is blank to those who may not read it."""
    house, person = current_house(), current_person()

    def act(connection: Connection, at: Any) -> tuple[dict[str, Any], int]:
        advanced = interventions.retry_incident(connection, house.office, person, path.incident_id, at)
        return acted_on(connection, advanced.instance_id, at), 200

    return once(act)


@api.post("/instances/<instance_id>/jump", tags=[instances])
def jump(path: shapes.InstancePath, body: shapes.Jump) -> Answer:
    """For process_administrator; the case in the answer is blank to those who may not read it."""
    house, person = current_house(), current_person()

    def act(connection: Connection, at: Any) -> tuple[dict[str, Any], int]:
        interventions.jump(
            connection, house.office, person, path.instance_id, body.to, body.reason, at, from_=body.from_
        )
        return acted_on(connection, path.instance_id, at), 200

    return once(act)


@api.post("/instances/<instance_id>/reassign", tags=[instances])
def reassign(path: shapes.InstancePath, body: shapes.Reassign) -> Answer:
    """For process_administrator: give an open work item to somebody else; told as an intervention."""
    house, person = current_house(), current_person()

    def act(connection: Connection, at: Any) -> tuple[dict[str, Any], int]:
        given = (connection, house.office, person, path.instance_id, body.work_item, body.to, body.reason)
        hands.reassign(*given, at)
        return acted_on(connection, path.instance_id, at), 200

    return once(act)


@api.post("/instances/<instance_id>/migrate", tags=[instances])
def migrate(path: shapes.InstancePath, body: shapes.Migrate) -> Answer:
    """For process_administrator. A dry run says what would happen; else 409 where something is refused."""
    house, person = current_house(), current_person()

    def act(connection: Connection, at: Any) -> tuple[dict[str, Any], int]:
        asked = (connection, house.office, person, path.instance_id, body.version, body.map)
        planned = interventions.plan_migration(*asked) if body.dry_run else interventions.migrate(*asked, at)
        return shapes.migration(planned), 200

    return once(act)


@api.get("/instances/<instance_id>/comments", tags=[instances])
def list_comments(path: shapes.InstancePath) -> Answer:
    """For everyone who may see the case; who has read a comment is told to its author."""
    with looking_at_a_case(current_person()) as connection:
        return jsonify(_comments(connection, path.instance_id, now(connection)))


@api.post("/instances/<instance_id>/comments", tags=[instances])
def add_comment(path: shapes.InstancePath, body: shapes.AddComment) -> Answer:
    """For everyone who may see the case, also after its end; those who are mentioned must be able to see it."""
    house, person = current_house(), current_person()

    def act(connection: Connection, at: Any) -> tuple[list[dict[str, Any]], int]:
        comments.add_comment(connection, house.office, person, path.instance_id, body.text, body.mentions, at)
        return _comments(connection, path.instance_id, at), 201

    return once(act)


@api.get("/notices", tags=[office])
def list_notices(query: shapes.NoticeQuery) -> Answer:
    person = current_person()
    with reading(current_house().pool) as connection:
        at = now(connection)
        page = notices.list_notices(connection, person, at, unread=query.unread, after=query.after, limit=query.limit)
        unread = notices.count_unread(connection, person, at)
    return jsonify(items=[shapes.notice(one) for one in page.rows], next=page.next, unread=unread)


@api.post("/notices/<int:notice_id>/read", tags=[office])
def read_notice(path: shapes.NoticePath) -> Answer:
    def act(connection: Connection, at: Any) -> tuple[dict[str, Any], int]:
        return shapes.notice(notices.read_notice(connection, current_person(), path.notice_id, at)), 200

    return once(act)


@api.post("/notices/read", tags=[office])
def read_notices(body: shapes.ReadNotices) -> Answer:
    def act(connection: Connection, at: Any) -> tuple[dict[str, Any], int]:
        return {"read": notices.read_all(connection, current_person(), at, body.up_to)}, 200

    return once(act)


@api.post("/messages", tags=[instances])
def send_message(body: shapes.Message) -> Answer:
    """For process_administrator, or an integration's account with that post. Kept until somebody waits for it."""
    house, person = current_house(), current_person()

    def act(connection: Connection, at: Any) -> tuple[dict[str, Any], int]:
        delivered = interventions.send_message(
            connection, house.office, person, body.name, body.correlation, body.variables, at
        )
        return {"delivered": delivered}, 202

    return once(act)


@api.get("/work-items", tags=[items])
def list_work_items(query: shapes.WorkItemQuery) -> Answer:
    house, person = current_house(), current_person()
    if query.box not in boxes.BOXES:
        raise boxes.UnknownBox(query.box, boxes.BOXES)
    narrowed = boxes.Filter(
        definition=query.definition, instance=query.instance, q=query.q, read=query.box == "copies" and query.read
    )
    with reading(house.pool) as connection:
        at = now(connection)
        near_until = house.office.near_until(house.office.calendars.current(connection), at)
        page = boxes.list_items(connection, person, query.box, narrowed, at, near_until, query.after, query.limit)
    return jsonify(
        items=[shapes.work_item(row.item, row.case, row.lamp, row.owner) for row in page.rows if row.item],
        next=page.next,
    )


@api.get("/work-items/<work_item_id>", tags=[items])
def get_work_item(path: shapes.WorkItemPath) -> Answer:
    person = current_person()
    with looking_at_a_case(person) as connection:
        told, office, at = work_item(connection, path.work_item_id), current_house().office, now(connection)
        record_reading(connection, office, person, told["instance_id"], "work_item", at)
        return jsonify(told)


@api.post("/work-items/<work_item_id>/claim", tags=[items])
def claim(path: shapes.WorkItemPath, body: shapes.AtVersion) -> Answer:
    house, person = current_house(), current_person()

    def act(connection: Connection, at: Any) -> tuple[dict[str, Any], int]:
        worklist.claim(connection, house.office, person, path.work_item_id, body.version, at)
        return {**work_item(connection, path.work_item_id), "opened": []}, 200

    return once(act)


@api.post("/work-items/<work_item_id>/release", tags=[items])
def release(path: shapes.WorkItemPath, body: shapes.AtVersion) -> Answer:
    house, person = current_house(), current_person()

    def act(connection: Connection, at: Any) -> tuple[dict[str, Any], int]:
        worklist.release(connection, house.office, person, path.work_item_id, body.version, at)
        return {**work_item(connection, path.work_item_id), "opened": []}, 200

    return once(act)


@api.post("/work-items/<work_item_id>/save_draft", tags=[items])
def save_draft(path: shapes.WorkItemPath, body: shapes.SaveDraft) -> Answer:
    house, person = current_house(), current_person()

    def act(connection: Connection, at: Any) -> tuple[dict[str, Any], int]:
        attached = None if body.attachments is None else tuple(body.attachments)
        given = (path.work_item_id, body.version, body.variables, body.opinion, at, attached)
        worklist.save_draft(connection, house.office, person, *given)
        return {**work_item(connection, path.work_item_id), "opened": []}, 200

    return once(act)


@api.post("/work-items/<work_item_id>/complete", tags=[items])
def complete(path: shapes.WorkItemPath, body: shapes.Complete) -> Answer:
    house, person = current_house(), current_person()
    submission = Submission(
        body.version, body.decision, body.opinion, body.variables, tuple(body.attachments), body.circled
    )

    def act(connection: Connection, at: Any) -> tuple[dict[str, Any], int]:
        advanced = worklist.complete(connection, house.office, person, path.work_item_id, submission, at)
        answer = work_item(connection, path.work_item_id)
        case = cases.get_row(connection, advanced.instance_id)
        answer["opened"] = [shapes.work_item(one, case, "none") for one in advanced.opened]
        return answer, 200

    return once(act)


@api.get("/people", tags=[office])
def list_people(query: shapes.PeopleQuery) -> Answer:
    with reading(current_house().pool) as connection:
        people = queries.list_people(connection, query.q)
    return jsonify(
        [{"username": one.username, "name": one.name, "unit": one.unit, "posts": sorted(one.posts)} for one in people]
    )


@api.get("/units", tags=[office])
def list_units() -> Answer:
    with reading(current_house().pool) as connection:
        units = queries.list_units(connection)
    return jsonify([{"code": one.code, "name": one.name, "parent": one.parent, "head": one.head} for one in units])


@api.get("/substitutions", tags=[office])
def list_substitutions() -> Answer:
    """One's own, as owner and as substitute; all of them for office_director and process_administrator."""
    person = current_person()
    with reading(current_house().pool) as connection:
        at = now(connection)
        found = substitution_rows.list_seen_by(connection, person)
    return jsonify([shapes.substitution(one, at) for one in found])


@api.post("/substitutions", tags=[office])
def arrange(body: shapes.Arrange) -> Answer:
    """For oneself; for others by office_director and process_administrator, with a reason."""
    house, person = current_house(), current_person()
    flows_named = None if body.definitions is None else frozenset(body.definitions)
    asked = Arrangement(
        body.owner or person.username, body.substitute, body.starts_at, body.ends_at, flows_named, body.reason
    )

    def act(connection: Connection, at: Any) -> tuple[dict[str, Any], int]:
        return shapes.substitution(substitutions.arrange(connection, house.office, person, asked, at), at), 201

    return once(act)


@api.delete("/substitutions/<substitution_id>", tags=[office])
def end_substitution(path: shapes.SubstitutionPath) -> Answer:
    """Ends it now; it stays in the list, and what was done under it stays as it is."""
    house, person = current_house(), current_person()

    def act(connection: Connection, at: Any) -> tuple[dict[str, Any], int]:
        ended = substitutions.end(connection, house.office, person, path.substitution_id, at)
        return shapes.substitution(ended, at), 200

    return once(act)


@api.post("/attachments", tags=[office])
def upload() -> Answer:
    person = current_person()

    def act(connection: Connection, at: Any) -> tuple[dict[str, Any], int]:
        one = receive(connection, person, at)
        return {"id": one.id, "sha256": one.sha256, "size": one.size, "media_type": one.media_type}, 201

    with secrets_refused(person):
        return once(act)


@api.get("/attachments/<attachment_id>", tags=[office])
def download(path: shapes.AttachmentPath) -> Answer:
    return hand_out(current_person(), path.attachment_id)


def _sent_files() -> dict[str, bytes]:
    return {sent.filename: sent.read() for sent in request.files.getlist("files") if sent.filename}


def _finding(one: Finding) -> dict[str, Any]:
    return dict(vars(one))


def _comments(connection: Connection, instance_id: str, at: Any) -> list[dict[str, Any]]:
    person = current_person()
    said = comments.list_comments(connection, current_house().office, person, instance_id, at)
    own = [one.seq for one in said if one.author == person.username]
    told = notices.receipts_of(connection, instance_id, own)
    return [shapes.comment(one, told.get(one.seq, []) if one.seq in own else None) for one in said]


def _malformed(error: ValidationError) -> Response:
    errors = [
        {"field": ".".join(map(str, one["loc"])), "message": malformed_sentence(one["type"], one.get("ctx", {}))}
        for one in error.errors()
    ]
    answer = jsonify(
        {"type": "urn:banjie:error:Malformed", "title": "Malformed", "status": 422, "errors": errors}
        | {"detail": _("请求的内容格式不正确。")}
    )
    answer.status_code = 422
    answer.mimetype = PROBLEM
    return answer
