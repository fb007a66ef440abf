"""The application: Dash behind a door that answers at once. ``serve`` starts it."""

from __future__ import annotations

import contextlib
import logging
import signal
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dashboard.door import Door, style_hashes, waiting_page
from dashboard.jobs import Jobs, QueueFull
from dashboard.language import words
from dashboard.settings import Settings
from dashboard.uploads import Uploads

if TYPE_CHECKING:
    from dash import Dash

ASSETS = Path(__file__).parent / "assets"
PORT = 8050
THREADS = 16


@dataclass
class Dashboard:
    """The application and its queue."""

    settings: Settings
    door: Door
    jobs: Jobs
    uploads: Uploads
    dash: Dash | None = None

    def load(self) -> Dashboard:
        """Load Dash and the pages, and open the door to them."""
        from dashboard.shell import create_app  # Dash takes a second to load

        self.dash = create_app(self.settings, self.jobs, self.uploads)
        self.dash.server.test_client().get("/en/room", headers={"Host": "localhost"})
        self.door.script_hashes = tuple(self.dash.csp_hashes())
        self.door.style_hashes = tuple(style_hashes(_renderer()))
        self.door.inner = self.dash.server
        return self

    def close(self) -> None:
        """Stop the workers and forget what was uploaded."""
        self.jobs.close()
        self.uploads.close()


def _renderer() -> str:
    """Dash's own script, which sets a style sheet into the page."""
    import dash

    folder = Path(dash.__file__).parent / "dash-renderer" / "build"
    return (folder / "dash_renderer.min.js").read_text(encoding="utf-8")


def open_dashboard(settings: Settings, hosts: tuple[str, ...] = ()) -> Dashboard:
    """A dashboard that answers; :meth:`Dashboard.load` loads the rest."""
    names = ("127.0.0.1", "localhost", "::1", *hosts)
    door = Door(names, waiting_page("gfmd-sim", ASSETS))
    uploads = Uploads()
    return Dashboard(settings, door, Jobs(), uploads)


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
    said = words(language)
    print(said("gfmd-sim: {address}  (Ctrl-C ends it)", address=place + page), flush=True)
    threading.Thread(target=_load, args=(board,), daemon=True).start()
    with contextlib.suppress(ValueError):  # not the main thread: whoever runs us ends us
        signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        server.run()
    except KeyboardInterrupt:
        pass
    finally:
        board.close()


def _load(board: Dashboard) -> None:
    from gfmd_sim.compiled import is_complete

    said = words(board.settings.language)
    if not is_complete():
        print(said("Compiling the model, once on this machine; the pages say how far it is."),
              flush=True)  # fmt: skip
    board.load()
    board.jobs.warm()
    from dashboard import story

    with contextlib.suppress(QueueFull):
        board.jobs.start("compile", {}, "idle")  # before anything waits for it
        story.rehearsal(board.jobs)  # the sliders' answers are at hand before somebody asks
        board.jobs.start("evidence", {}, "idle")  # why believe it
        first = story.ask(board.jobs, *story.START)
        board.jobs.wait(first, 60.0)  # who answers quickly has run the model once


def _listen(door: Door, port: int | None) -> Any:
    """A server on the port asked for, else on the first free one from 8050 on."""
    import waitress

    # many sessions at once are no trouble that whoever started us should read of
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
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
