"""The application: Dash behind a door that answers at once. ``serve`` starts it."""

from __future__ import annotations

import contextlib
import json
import re
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dashboard.door import Door, style_hashes, waiting_page
from dashboard.jobs import Jobs
from dashboard.language import LANGUAGES, PSEUDO

if TYPE_CHECKING:
    from dash import Dash

ASSETS = Path(__file__).parent / "assets"
PORT = 8050
THREADS = 16
# Bundles that our pages do not use: not sent.
_NOT_SENT = re.compile(r'<script src="[^"]*/(?:dcc|dash_table)/[^"]*"></script>\n?')


@dataclass(frozen=True)
class Settings:
    """What the dashboard opens with."""

    scenario: str = "gfmd-2024-25"
    store: str | None = None
    language: str = "en"
    is_pseudo: bool = False  # also /qps/..., the stretched language, for tests


@dataclass
class Dashboard:
    """The application and its queue."""

    settings: Settings
    door: Door
    jobs: Jobs
    dash: Dash | None = None

    def load(self) -> Dashboard:
        """Load Dash and the pages, and open the door to them."""
        self.dash = create_app(self.settings, self.jobs)
        self.dash.server.test_client().get("/en/room", headers={"Host": "localhost"})
        self.door.script_hashes = tuple(self.dash.csp_hashes())
        self.door.style_hashes = tuple(style_hashes(_renderer()))
        self.door.inner = self.dash.server
        return self

    def close(self) -> None:
        """Stop the workers."""
        self.jobs.close()


def _renderer() -> str:
    """Dash's own script, which sets a style sheet into the page."""
    import dash

    folder = Path(dash.__file__).parent / "dash-renderer" / "build"
    return (folder / "dash_renderer.min.js").read_text(encoding="utf-8")


def open_dashboard(settings: Settings, hosts: tuple[str, ...] = ()) -> Dashboard:
    """A dashboard that answers; :meth:`Dashboard.load` loads the rest."""
    names = ("127.0.0.1", "localhost", "::1", *hosts)
    door = Door(names, waiting_page("gfmd-sim", ASSETS))
    return Dashboard(settings, door, Jobs())


def create_app(settings: Settings, jobs: Jobs) -> Dash:
    """The Dash application: one layout, one callback a kind of event, and the small API."""
    import dash
    import flask
    from dash import html

    from dashboard import callbacks
    from dashboard.address import Address
    from dashboard.api import blueprint
    from dashboard.components import Location

    class Shell(dash.Dash):
        """Dash with our own page around it."""

        def interpolate_index(self, **parts: Any) -> str:
            address = Address.of(flask.request.full_path, settings.language)
            return _INDEX.format(
                language=address.engine_language,
                theme=address.theme,
                css=parts["css"],
                entry=parts["app_entry"],
                config=parts["config"],
                scripts=_NOT_SENT.sub("", parts["scripts"]),
                renderer=parts["renderer"],
            )

    server = flask.Flask("dashboard")
    app = Shell(
        "dashboard",
        server=server,
        assets_folder=str(ASSETS),
        assets_ignore=r".*\.(md|txt)$",
        include_assets_files=True,
        suppress_callback_exceptions=True,
        update_title=None,
        title="gfmd-sim",
    )
    app.layout = html.Div(
        [Location(id="location"), html.Div(html.Div(className="skeleton"), id="root")]
    )
    server.register_blueprint(blueprint(settings, jobs))
    callbacks.register(app, settings, jobs)

    @server.before_request
    def _to_a_language() -> Any:
        path = flask.request.path
        if path == "/" or (path.count("/") == 1 and path[1:] in (*LANGUAGES, PSEUDO)):
            best = flask.request.accept_languages.best_match(list(LANGUAGES))
            asked = path[1:] or (settings.language if settings.language != "en" else best) or "en"
            return flask.redirect(f"/{asked}/room")
        return None

    return app


_INDEX = """<!doctype html>
<html lang="{language}" data-theme="{theme}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>gfmd-sim</title>
<link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
<link rel="preload" href="/type/source-sans-3.woff2" as="font" type="font/woff2" crossorigin>
{css}
</head>
<body>
{entry}
{config}
{scripts}
{renderer}
</body>
</html>"""


def serve(
    scenario: str | None = None,
    store: str | Path | None = None,
    port: int | None = None,
    language: str = "en",
    *,
    is_pseudo: bool = False,
) -> None:
    """Serve the dashboard on 127.0.0.1 until Ctrl-C.

    Parameters
    ----------
    scenario
        Name or file of the scenario that the pages open with.
    store
        A result folder of a comparison, opened on the page Compare.
    port
        Default 8050, or the next free one.

    Raises
    ------
    UserError
        If the port is taken.
    """
    import waitress

    from gfmd_sim.errors import UserError

    settings = Settings(
        scenario=str(scenario or Settings.scenario),
        store=None if store is None else str(store),
        language=language,
        is_pseudo=is_pseudo,
    )
    board = open_dashboard(settings)
    try:
        server = _listen(board.door, port)
    except OSError as error:
        raise UserError(
            "this port is taken", key="--port", given=port, remedy="name another one"
        ) from error
    place = f"http://127.0.0.1:{server.effective_port}/"
    page = f"{language}/compare?store=1" if store is not None else ""
    print(f"gfmd-sim: {place}{page}  (Ctrl-C ends it)", flush=True)
    threading.Thread(target=_load, args=(board,), daemon=True).start()
    try:
        server.run()
    except KeyboardInterrupt:
        pass
    finally:
        board.close()
    del waitress


def _load(board: Dashboard) -> None:
    board.load()
    board.jobs.warm()
    with contextlib.suppress(ImportError):  # what pages need, before somebody asks
        import dashboard.results  # noqa: F401


def _listen(door: Door, port: int | None) -> Any:
    """A server on the port asked for, else on the first free one from 8050 on."""
    import waitress

    options: dict[str, Any] = {
        "host": "127.0.0.1",
        "threads": THREADS,
        "connection_limit": 1000,
        "backlog": 1024,
        "ident": None,
        "max_request_body_size": 2_500_000,
    }
    if port is not None:
        return waitress.create_server(door, port=port, **options)
    for tried in range(PORT, PORT + 20):
        with contextlib.suppress(OSError):
            return waitress.create_server(door, port=tried, **options)
    return waitress.create_server(door, port=0, **options)


def to_json(value: object) -> str:
    """JSON without spaces."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
