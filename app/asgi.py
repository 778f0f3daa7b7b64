"""What uvicorn serves: a small ASGI router with the event stream and the Flask application, and what runs beside them."""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext

from a2wsgi import WSGIMiddleware
from starlette.applications import Starlette
from starlette.routing import Mount, Route

from app.announcing import announcing
from app.current import HOUSE
from app.live.endpoint import Live
from app.scheduler import serves_jobs, ticking
from app.web import create_app

WORKER_THREADS = 10


def create_asgi() -> Starlette:
    """Return the ASGI application of the installation that config.toml and the environment describe."""
    app = create_app()
    house = app.extensions[HOUSE]
    live = Live(app, house)

    @asynccontextmanager
    async def lifespan(_router: Starlette) -> AsyncIterator[None]:
        jobs = ticking(house, in_turn=True) if serves_jobs(house) else nullcontext()
        with announcing(house.pool), jobs:
            async with live.running():
                yield

    gc.collect()
    gc.freeze()  # what was made at start lives for ever: the collector need not look at it in every request
    return Starlette(
        routes=[Route("/live", live.answer), Mount("/", app=WSGIMiddleware(app, workers=WORKER_THREADS))],
        lifespan=lifespan,
    )
