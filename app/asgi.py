"""What uvicorn serves: the Flask application behind a small ASGI router, with the scheduler beside it."""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext

from a2wsgi import WSGIMiddleware
from starlette.applications import Starlette
from starlette.routing import Mount

from app.current import HOUSE
from app.scheduler import serves_jobs, ticking
from app.web import create_app

WORKER_THREADS = 10


def create_asgi() -> Starlette:
    """Return the ASGI application of the installation that config.toml and the environment describe."""
    app = create_app()
    house = app.extensions[HOUSE]

    @asynccontextmanager
    async def lifespan(_router: Starlette) -> AsyncIterator[None]:
        with ticking(house, in_turn=True) if serves_jobs(house) else nullcontext():
            yield

    gc.collect()
    gc.freeze()  # what was made at start lives for ever: the collector need not look at it in every request
    return Starlette(routes=[Mount("/", app=WSGIMiddleware(app, workers=WORKER_THREADS))], lifespan=lifespan)
