"""Who may call what: every address of the pages and of the REST API, by the posts that open it, or by what decides instead.

The table is printed in ``docs/permissions.md`` (``python -m app.rights``) and tried cell by cell: each right, by somebody who
holds one post and nothing else. An address that stands nowhere in it fails a test.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass

from app.documents.seals import SEAL_READERS
from app.navigation import REGISTRARS
from workflows.duties import (
    ADMINISTRATORS,
    ARCHIVE_READERS,
    ARCHIVISTS,
    AUDITORS,
    CALENDAR_KEEPERS,
    DIRECTORS,
    HANDERS_OVER,
    INTERVENERS,
    KEEPERS,
    MEETING_READERS,
    REGISTER_READERS,
    VOIDERS,
)
from workflows.incoming_document.corrections import CORRECTORS
from workflows.organisation.posts import POSTS
from workflows.redaction.rules import APPROVERS, ASKERS
from workflows.rooms import keeping as rooms
from workflows.supervision import board, bulletin, oral_orders


@dataclass(frozen=True)
class Right:
    """What holders of some posts may do, and by which addresses."""

    name: str
    posts: tuple[str, ...]
    acts: tuple[str, ...]


RIGHTS = (
    Right(
        "keep units, posts and people, and reset passwords",
        ADMINISTRATORS,
        (
            "GET /admin/people",
            "POST /admin/people",
            "POST /admin/people/<username>/disabled",
            "POST /admin/people/<username>/password",
            "POST /admin/people/import",
            "GET /admin/posts",
            "POST /admin/posts",
            "POST /admin/posts/<code>/disabled",
            "GET /admin/units",
            "POST /admin/units",
            "POST /admin/units/<code>/disabled",
            "POST /admin/units/import",
        ),
    ),
    Right(
        "look into the auditor's room and the audit log",
        AUDITORS,
        (
            "GET /audit",
            "GET /audit/log",
            "GET /audit/log.csv",
            "GET /audit/log.xlsx",
            "GET /audit/readings",
        ),
    ),
    Right(
        "read the chain of a case with its proof, and take it along",
        (*AUDITORS, *DIRECTORS),
        (
            "GET /audit/<instance_id>",
            "GET /audit/<instance_id>/export",
            "GET /audit/<instance_id>/export/verifiable",
            "GET /audit/<instance_id>/moment",
            "GET /audit/<instance_id>/proof",
            "GET /audit/<instance_id>/records",
        ),
    ),
    Right(
        "look for deviations and at anchors, draw samples, export logs of events",
        AUDITORS,
        (
            "GET /audit/anchors",
            "GET /audit/anchors/file",
            "GET /audit/anchors/key",
            "GET /audit/deviations",
            "GET /audit/deviations.<any(xlsx, csv):form>",
            "GET /audit/event-logs",
            "GET /audit/event-logs/<form>",
            "GET /audit/samples",
            "POST /audit/samples",
            "GET /audit/samples/<sample_id>",
            "GET /audit/samples/<sample_id>.xlsx",
            "GET /audit/samples/<sample_id>/<int:rank>",
            "POST /audit/samples/<sample_id>/<int:rank>",
        ),
    ),
    Right(
        "ask for a content to be cleared",
        ASKERS,
        ("GET /cases/<instance_id>/clearing", "POST /cases/<instance_id>/clearing"),
    ),
    Right(
        "see what was asked to be cleared, and what was",
        (*APPROVERS, *AUDITORS),
        ("GET /clearings", "GET /clearings/<clearing_id>"),
    ),
    Right(
        "let a content be cleared that somebody else asks for",
        APPROVERS,
        ("POST /clearings/<clearing_id>/approve", "POST /clearings/<clearing_id>/refuse"),
    ),
    Right(
        "look at the figures of flows",
        (*AUDITORS, *DIRECTORS),
        (
            "GET /audit/heat",
            "GET /audit/heat/cases",
            "GET /audit/heat/table.<any(csv, xlsx):form>",
        ),
    ),
    Right(
        "see, draw, try and deploy flows",
        DIRECTORS,
        (
            "POST /api/v1/definitions",
            "GET /definitions",
            "GET /definitions/<key>",
            "GET /definitions/<key>/<int:version>/files/<name>",
            "GET /definitions/<key>/compare",
            "GET /definitions/upload",
            "POST /definitions/upload",
            "GET /studio/<instance_id>/trial",
            "GET /studio/<instance_id>/walk",
            "POST /studio/<instance_id>/walk",
            "POST /studio/check",
            "GET /studio/new",
            "POST /studio/new",
            "GET /studio/people",
            "GET /studio/restore",
            "POST /studio/restore",
        ),
    ),
    Right(
        "move cases otherwise than their flow does: jump, migration, reassignment, messages",
        INTERVENERS,
        (
            "POST /api/v1/instances/<instance_id>/jump",
            "POST /api/v1/instances/<instance_id>/migrate",
            "POST /api/v1/instances/<instance_id>/reassign",
            "POST /api/v1/messages",
            "GET /cases/<instance_id>/do/<name>",
            "POST /cases/<instance_id>/do/<name>",
            "POST /definitions/<key>/migrate",
            "GET /definitions/<key>/running",
            "POST /definitions/<key>/running",
            "GET /interventions",
        ),
    ),
    Right(
        "suspend cases, try failed steps again, hand everything of a person over",
        DIRECTORS,
        (
            "POST /api/v1/handovers",
            "POST /api/v1/incidents/<incident_id>/retry",
            "POST /api/v1/instances/<instance_id>/suspend",
            "POST /cases/incidents/<incident_id>/retry",
            "GET /handover",
            "POST /handover",
        ),
    ),
    Right(
        "say whom secretaries serve",
        DIRECTORS,
        (
            "GET /secretaries",
            "POST /secretaries",
            "POST /secretaries/dismiss",
        ),
    ),
    Right(
        "keep the rules of signing",
        DIRECTORS,
        (
            "GET /documents/signing",
            "POST /documents/signing",
        ),
    ),
    Right(
        "keep the office's phrases",
        DIRECTORS,
        (
            "POST /phrases/<any(own, office):whose>",
            "POST /phrases/<any(own, office):whose>/<phrase_id>",
            "GET /phrases/office",
        ),
    ),
    Right(
        "keep the working calendar",
        CALENDAR_KEEPERS,
        (
            "POST /calendar/imports",
            "POST /calendar/imports/<import_id>/discard",
            "POST /calendar/imports/<import_id>/put_into_force",
        ),
    ),
    Right(
        "keep meeting rooms",
        rooms.KEEPERS,
        (
            "GET /rooms/list",
            "POST /rooms/list",
            "POST /rooms/list/<room_id>",
        ),
    ),
    Right(
        "open number series and read the numbers given",
        REGISTRARS,
        (
            "GET /documents/numbers",
            "POST /documents/numbers",
            "GET /documents/numbers/<code>/<int:year>",
            "GET /documents/numbers/<code>/<int:year>.xlsx",
        ),
    ),
    Right(
        "read the register of documents",
        REGISTER_READERS,
        (
            "GET /documents/register",
            "GET /documents/register.xlsx",
        ),
    ),
    Right(
        "read the register of seals",
        SEAL_READERS,
        (
            "GET /documents/seals",
            "GET /documents/seals.xlsx",
        ),
    ),
    Right(
        "make a number void",
        VOIDERS,
        (
            "GET /documents/<instance_id>/void",
            "POST /documents/<instance_id>/void",
        ),
    ),
    Right(
        "correct the register of incoming documents",
        CORRECTORS,
        (
            "GET /incoming/<instance_id>/correct",
            "POST /incoming/<instance_id>/correct",
        ),
    ),
    Right(
        "read the register of meetings",
        MEETING_READERS,
        (
            "GET /meetings",
            "GET /meetings/register.xlsx",
        ),
    ),
    Right(
        "read the archive",
        ARCHIVE_READERS,
        (
            "GET /archive",
            "GET /archive/catalogue",
            "GET /archive/catalogue.xlsx",
            "GET /archive/catalogue/print",
            "GET /archive/inspections",
            "GET /archive/items/<item_id>",
            "GET /archive/list.xlsx",
            "GET /archive/order",
            "GET /archive/transfers",
            "GET /archive/transfers/<transfer_id>",
        ),
    ),
    Right(
        "put the archive together, number and inspect it",
        ARCHIVISTS,
        (
            "POST /archive/assemble",
            "GET /archive/cases/<instance_id>",
            "POST /archive/cases/<instance_id>",
            "POST /archive/inspections",
            "POST /archive/items/<item_id>",
            "POST /archive/order",
            "GET /archive/paper",
            "POST /archive/paper",
            "POST /archive/transfers",
        ),
    ),
    Right(
        "sign a transfer list",
        (*ARCHIVISTS, *HANDERS_OVER),
        ("POST /archive/transfers/<transfer_id>",),
    ),
    Right(
        "read the registers of supervision and of tasks",
        board.READERS,
        (
            "GET /supervision",
            "GET /supervision/export",
            "GET /supervision/tasks",
            "GET /supervision/tasks/export",
        ),
    ),
    Right(
        "read the bulletin of supervision",
        bulletin.READERS,
        (
            "GET /supervision/bulletin",
            "GET /supervision/bulletin/<month>/<figure>",
            "GET /supervision/bulletin/export",
        ),
    ),
    Right(
        "choose what is supervised, and settle oral orders",
        KEEPERS,
        (
            "GET /supervision/candidates",
            "POST /supervision/candidates/merge",
            "POST /supervision/oral-orders/<order_id>",
        ),
    ),
    Right(
        "write oral orders down",
        oral_orders.RECORDERS,
        (
            "GET /supervision/oral-orders",
            "POST /supervision/oral-orders",
            "GET /supervision/oral-orders/export",
        ),
    ),
)
BY_CASE = (
    "GET /api/v1/attachments/<attachment_id>",
    "GET /api/v1/instances/<instance_id>",
    "POST /api/v1/instances/<instance_id>/cancel",
    "GET /api/v1/instances/<instance_id>/comments",
    "POST /api/v1/instances/<instance_id>/comments",
    "GET /api/v1/instances/<instance_id>/history",
    "GET /api/v1/instances/<instance_id>/incidents",
    "GET /api/v1/instances/<instance_id>/replay",
    "POST /api/v1/instances/<instance_id>/resume",
    "DELETE /api/v1/substitutions/<substitution_id>",
    "GET /api/v1/work-items/<work_item_id>",
    "POST /api/v1/work-items/<work_item_id>/add_signer",
    "POST /api/v1/work-items/<work_item_id>/circulate",
    "POST /api/v1/work-items/<work_item_id>/claim",
    "POST /api/v1/work-items/<work_item_id>/complete",
    "POST /api/v1/work-items/<work_item_id>/confirm",
    "POST /api/v1/work-items/<work_item_id>/delegate",
    "POST /api/v1/work-items/<work_item_id>/mark_read",
    "POST /api/v1/work-items/<work_item_id>/record_for",
    "POST /api/v1/work-items/<work_item_id>/release",
    "POST /api/v1/work-items/<work_item_id>/remove_signer",
    "POST /api/v1/work-items/<work_item_id>/resolve",
    "POST /api/v1/work-items/<work_item_id>/save_draft",
    "POST /api/v1/work-items/<work_item_id>/send_back",
    "POST /api/v1/work-items/<work_item_id>/send_back/preview",
    "POST /api/v1/work-items/<work_item_id>/transfer",
    "POST /api/v1/work-items/<work_item_id>/urge",
    "POST /api/v1/work-items/<work_item_id>/withdraw",
    "GET /attachments/<attachment_id>",
    "GET /attachments/<attachment_id>/inline",
    "GET /attachments/<attachment_id>/preview",
    "GET /cases/<instance_id>",
    "GET /cases/<instance_id>/comments",
    "POST /cases/<instance_id>/comments",
    "GET /cases/<instance_id>/mentionable",
    "GET /cases/<instance_id>/print",
    "GET /cases/<instance_id>/thread",
    "GET /cases/<instance_id>/versions/<key>",
    "POST /documents/<instance_id>/urge",
    "GET /meetings/<instance_id>/agenda",
    "POST /meetings/<instance_id>/agenda",
    "GET /meetings/<instance_id>/attendance",
    "POST /meetings/<instance_id>/attendance",
    "GET /meetings/<instance_id>/lines/<line_id>",
    "POST /meetings/<instance_id>/lines/<line_id>",
    "GET /meetings/<instance_id>/minutes",
    "POST /meetings/<instance_id>/minutes",
    "GET /meetings/<instance_id>/minutes/print",
    "GET /meetings/<instance_id>/record",
    "POST /meetings/<instance_id>/record",
    "GET /meetings/<instance_id>/written",
    "POST /meetings/<instance_id>/written",
    "GET /studio/<instance_id>",
    "POST /studio/<instance_id>/access",
    "GET /studio/<instance_id>/compare",
    "GET /studio/<instance_id>/draft",
    "POST /studio/<instance_id>/draft",
    "GET /studio/<instance_id>/form",
    "POST /studio/<instance_id>/preview",
    "POST /studio/<instance_id>/rebase",
    "GET /studio/<instance_id>/rules",
    "POST /substitutions/<substitution_id>/end",
    "GET /supervision/<instance_id>/ask/<what>",
    "POST /supervision/<instance_id>/ask/<what>",
    "GET /worklist/<work_item_id>",
    "POST /worklist/<work_item_id>",
    "POST /worklist/<work_item_id>/claim",
    "GET /worklist/<work_item_id>/do/<name>",
    "POST /worklist/<work_item_id>/do/<name>",
    "POST /worklist/<work_item_id>/draft",
    "POST /worklist/<work_item_id>/release",
    "POST /worklist/<work_item_id>/withdraw",
    "POST /worklist/batch",
)
"""Whoever has the case or the item in hand, or a part in it: ``workflows/permissions.py``, ``workflows/visibility.py``."""
OWN = (
    "POST /api/v1/attachments",
    "GET /api/v1/notices",
    "POST /api/v1/notices/<int:notice_id>/read",
    "POST /api/v1/notices/read",
    "POST /attachments",
    "GET /notices",
    "POST /notices/<int:notice_id>",
    "POST /notices/<int:notice_id>/read",
    "POST /notices/read",
    "GET /notices/settings",
    "POST /notices/settings",
    "GET /password",
    "POST /password",
    "GET /phrases/own",
    "POST /sign-out",
    "GET /worklist",
    "GET /worklist/counts",
    "POST /worklist/view",
)
"""Everybody, about themselves: their notices, phrases, password, drafts and files."""
EVERYBODY = (
    "GET /",
    "GET /api/v1/definitions",
    "GET /api/v1/definitions/<key>",
    "GET /api/v1/definitions/<key>/<int:version>/bpmn",
    "POST /api/v1/definitions/check",
    "GET /api/v1/docs",
    "GET /api/v1/instances",
    "POST /api/v1/instances",
    "GET /api/v1/openapi.json",
    "GET /api/v1/people",
    "GET /api/v1/substitutions",
    "POST /api/v1/substitutions",
    "GET /api/v1/units",
    "GET /api/v1/work-items",
    "GET /calendar",
    "GET /calendar/<int:year>.csv",
    "GET /calendar/imports/<import_id>",
    "GET /cases",
    "GET /cases/new",
    "POST /cases/new",
    "GET /definitions/<key>/<int:version>/bpmn",
    "GET /incoming",
    "GET /incoming/register.xlsx",
    "GET /rooms",
    "GET /rooms/book",
    "POST /rooms/book",
    "GET /rooms/bookings/<booking_id>",
    "POST /rooms/bookings/<booking_id>",
    "GET /substitutions",
    "POST /substitutions",
)
"""Everybody; lists show what the reader may see."""
OPEN = (
    "POST /api/v1/token",
    "GET /healthz",
    "POST /language",
    "GET /metrics",
    "GET /readyz",
    "GET /sign-in",
    "POST /sign-in",
    "GET /static/<path:filename>",
)
"""Without signing in."""


def every_act() -> Iterator[str]:
    """Yield every act of the table."""
    for right in RIGHTS:
        yield from right.acts
    for group in (BY_CASE, OWN, EVERYBODY, OPEN):
        yield from group


def printed() -> str:
    """Return the document."""
    codes = list(POSTS)
    head = "".join(f" {code.replace('_', ' ')} |" for code in codes)
    lines = [
        HEADING,
        f"| |{head}",
        "|---" * (len(codes) + 1) + "|",
        *(f"| {right.name} |" + "".join(" ● |" if code in right.posts else " |" for code in codes) for right in RIGHTS),
        "| change what history tells, or clear it alone |" + " |" * len(codes),
        "",
        "## The addresses of each right",
        "",
        *(f"- **{right.name}**: {_listed(right.acts)}" for right in RIGHTS),
        "",
        "## What no post decides",
        "",
        f"- **whoever has a part in the case** (`workflows/permissions.py`, `workflows/visibility.py`): {_listed(BY_CASE)}",
        f"- **everybody, about themselves**: {_listed(OWN)}",
        f"- **everybody** (lists show what the reader may see): {_listed(EVERYBODY)}",
        f"- **without signing in**: {_listed(OPEN)}",
        "",
    ]
    return "\n".join(lines)


def _listed(acts: tuple[str, ...]) -> str:
    return ", ".join(f"`{one}`" for one in acts)


HEADING = """# Who may do what

Printed from `app/rights.py` by `python -m app.rights > docs/permissions.md`; a test compares the two, and tries every cell of the
table as somebody who holds that post and no other. What people do in cases is decided by their part in the case and by its state
(`tests/workflows/test_permission_table.py`, `tests/web/test_permissions.py`), not by a post.

Who holds only posts that audit (auditor, security auditor) can call nothing that changes a case, a right, a setting or a
register, but for their own samples; who holds another post besides acts by that one alone, and can neither act nor comment in
cases that they see only because they audit. Who holds only posts that administer or audit starts no case. No post opens an
address that changes what history tells; a content is cleared by two people, whose names the chain keeps, and the database
refuses everything else (triggers on `history_event` and `history_payload`). The command line is for whoever may sign in to the
machine; what it does is told to the audit log in the name of the system.
"""

if __name__ == "__main__":
    sys.stdout.write(printed())
