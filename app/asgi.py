"""What uvicorn serves: the Flask application behind a small ASGI router, so that live streams can stand beside it."""

import gc

from a2wsgi import WSGIMiddleware
from starlette.applications import Starlette
from starlette.routing import Mount

from app.web import create_app

WORKER_THREADS = 10


def create_asgi() -> Starlette:
    """Return the ASGI application of the installation that config.toml and the environment describe."""
    app = create_app()
    gc.collect()
    gc.freeze()  # what was made at start lives for ever: the collector need not look at it in every request
    return Starlette(routes=[Mount("/", app=WSGIMiddleware(app, workers=WORKER_THREADS))])
