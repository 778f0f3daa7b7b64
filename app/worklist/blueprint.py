"""The blueprints of the inbox and of what is done with work items; a script may ask for a part of a page, to show it there."""

from flask import Blueprint, Response, request

from app.worklist import listed

PART = "X-Banjie-Part"
"""A script sends this header when it shows what it gets inside a page that is there already."""
LOCATION = "X-Banjie-Location"
"""Where a script shall go instead of being redirected, since it would follow without a word."""
REDIRECTS = range(300, 400)

worklist = Blueprint("worklist", __name__)
operations = Blueprint("operations", __name__)


def as_part() -> bool:
    """Tell whether the answer is shown inside a page that is there already."""
    return PART in request.headers


@worklist.context_processor
@operations.context_processor
def part() -> dict[str, object]:
    return {"as_part": as_part(), "came_from": listed.given()}


@worklist.after_request
@operations.after_request
def tell_a_script_where_to_go(response: Response) -> Response:
    if as_part() and response.status_code in REDIRECTS:
        return Response(status=204, headers={LOCATION: response.location or ""})
    return response
