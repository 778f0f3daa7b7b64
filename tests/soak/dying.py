"""A server that ends itself, as a power cut would, before the n-th statement of the first completion it is asked for.

Run as ``python -m tests.soak.dying STATEMENT --port PORT``; it says which statement it did not execute.
"""

import os
import signal
import sys

import uvicorn
from a2wsgi import WSGIMiddleware
from flask import request
from sqlalchemy import event

from app.current import HOUSE
from app.web import create_app
from tests.serving import LOOPBACK

THE_ANSWER = "the answer, after the commit"


def main() -> None:
    fatal, port = int(sys.argv[1]), int(sys.argv[3])
    app = create_app()
    executed = 0

    def die(instead_of: str) -> None:
        print(instead_of, flush=True)
        os.kill(os.getpid(), signal.SIGKILL)

    def count(statement: str) -> None:
        nonlocal executed
        executed += 1
        if executed == fatal:
            die(" ".join(statement.split())[:60])

    def is_completion() -> bool:
        return bool(request) and request.path.endswith("/complete")

    def before_statement(_connection, _cursor, statement, *_rest) -> None:
        if is_completion():
            count(statement)

    def before_commit(_connection) -> None:
        if is_completion():
            count("COMMIT")

    def before_answer(response):
        if is_completion():
            die(THE_ANSWER)
        return response

    event.listen(app.extensions[HOUSE].pool, "before_cursor_execute", before_statement)
    event.listen(app.extensions[HOUSE].pool, "commit", before_commit)
    app.after_request(before_answer)
    uvicorn.run(WSGIMiddleware(app), host=LOOPBACK, port=port, log_level="warning", access_log=False)


if __name__ == "__main__":
    main()
