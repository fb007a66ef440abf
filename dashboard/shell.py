"""The Dash application: one layout, our own page around it, the callbacks and the small API."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import dash
import flask
from dash import html

from dashboard import callbacks
from dashboard.address import Address
from dashboard.api import blueprint
from dashboard.components import Location, Results
from dashboard.jobs import Jobs
from dashboard.language import LANGUAGES, PSEUDO
from dashboard.settings import Settings
from dashboard.uploads import Uploads

ASSETS = Path(__file__).parent / "assets"
FIRST_PAGE = "room"
# Bundles that our pages do not use: not sent.
_NOT_SENT = re.compile(r'<script src="[^"]*/(?:dcc|dash_table)/[^"]*"></script>\n?')


def create_app(settings: Settings, jobs: Jobs, uploads: Uploads) -> dash.Dash:
    """The application, wired."""

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
        [Location(id="location"), Results(id="root", children=html.Div(className="skeleton"))]
    )
    server.register_blueprint(blueprint(settings, jobs, uploads))
    callbacks.register(app, settings, jobs, uploads)

    @server.before_request
    def _to_a_language() -> Any:
        path = flask.request.path
        if path == "/" or (path.count("/") == 1 and path[1:] in (*LANGUAGES, PSEUDO)):
            best = flask.request.accept_languages.best_match(list(LANGUAGES))
            asked = path[1:] or (settings.language if settings.language != "en" else best) or "en"
            return flask.redirect(f"/{asked}/{FIRST_PAGE}")
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
