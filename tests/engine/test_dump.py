"""Rows that are written back keep their numbers, and new ones are numbered on from there."""

from app.house import House
from app.transaction import transaction
from engine.persistence import jobs
from engine.persistence.dump import load_rows, rows_of
from engine.persistence.tables import job


def test_what_comes_after_a_restore_is_numbered_on(house: House) -> None:
    with transaction(house.pool) as connection:
        for name in ("one", "two"):
            jobs.enqueue(connection, jobs.SIGNAL, name, {"payload": {}}, None)
        lines = list(rows_of(connection, job))
        connection.execute(job.delete())
    with house.pool.connect() as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("ALTER SEQUENCE job_id_seq RESTART")
        load_rows(connection, job, lines)
    with transaction(house.pool) as connection:
        jobs.enqueue(connection, jobs.SIGNAL, "three", {"payload": {}}, None)
        assert len(list(rows_of(connection, job))) == len(lines) + 1
