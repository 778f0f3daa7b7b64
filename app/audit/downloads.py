"""Answers with a file made part by part before the answer begins: what fails on the way is an error page, not half a file."""

import tempfile
from collections.abc import Iterable, Sequence

from flask import Response, send_file

from workflows.event_logs.comma_separated import comma_separated

IN_MEMORY = 1_000_000
CSV = "text/csv; charset=utf-8"


def download(name: str, media_type: str, parts: Iterable[bytes]) -> Response:
    file = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  (the answer closes it)
    try:
        for part in parts:
            file.write(part)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return send_file(file, mimetype=media_type, as_attachment=True, download_name=name, max_age=0)


def csv_answer(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    return download(f"{name}.csv", CSV, comma_separated(header, rows))
