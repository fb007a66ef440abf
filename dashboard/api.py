"""What the browser's scripts ask for beside Dash's callbacks: playbacks, news of jobs, type."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import flask

from dashboard import offer
from dashboard.address import Address
from dashboard.designs import MOST
from dashboard.jobs import Jobs, News, QueueFull
from dashboard.language import Words, words
from dashboard.levers import levers_of, whole_number
from dashboard.settings import Settings, Visit
from dashboard.uploads import GONE, MAX_UPLOAD, Uploads
from dashboard.views.states import BUSY, JOB_WORDS
from gfmd_sim.errors import GfmdError, UserError

PATIENCE = 30.0  # seconds in which a page that is kept has to be there


def blueprint(settings: Settings, jobs: Jobs, uploads: Uploads) -> flask.Blueprint:
    """The routes."""
    api = flask.Blueprint("api", "dashboard")

    def visit(page: str) -> Visit:
        """Who asks, from the query of a request: the address of a page and the ``language``."""
        said = words(flask.request.args.get("language", "en"))
        address = Address.of(f"/{said.code}/{page}?{flask.request.query_string.decode()}")
        return Visit(address, said, settings, jobs, uploads)

    def asker() -> str:
        """The window that asks, if it says so."""
        return flask.request.headers.get("X-Asker", "")[:40]

    @api.get("/api/jobs/<job>")
    def news(job: str) -> flask.Response:
        said = words(flask.request.args.get("language", "en"))
        return _json(news_of(jobs.news(job), said, uploads))

    @api.post("/api/jobs/<job>/cancel")
    def cancel(job: str) -> flask.Response:
        jobs.cancel(job)
        return _json({"state": jobs.news(job).state})

    @api.get("/api/playback")
    def playback() -> flask.Response:
        said = words(flask.request.args.get("language", "en"))
        try:
            values = playback_values(flask.request.args, settings.scenario, uploads)
            job = jobs.start("playback", values, "quick", asker())
        except UserError as error:
            return _json({"error": told(error, said, uploads)}, 400)
        except QueueFull:
            return _json({"error": said.told(GfmdError(said(BUSY)))}, 503)
        found = jobs.news(job)
        if found.state == "done":
            return flask.Response(found.answer, mimetype="application/json")
        if not found.is_over:  # no thread waits for it: whoever asks again meets the same job
            return _json(news_of(found, said), 202)
        state_in_words = JOB_WORDS[found.state]
        error = found.error or GfmdError(said(state_in_words))
        return _json({"error": told(error, said, uploads)}, 422)

    @api.get("/api/comparison")
    def comparison() -> flask.Response:
        from dashboard.pages.compare import scenario_of
        from dashboard.views.compare import offline_comparison

        there = visit("compare")
        found = jobs.news(there.address.get("job")).answer
        if found is None or "frame" not in found:
            flask.abort(404)
        text = offline_comparison(found, scenario_of(there), there.words)
        return _page(text, "comparison.html")

    @api.get("/api/room")
    def room() -> flask.Response:
        from dashboard.pages.room import KEPT, offline

        args = flask.request.args
        try:
            values = playback_values(args, settings.scenario, uploads)
            if "roster" in args:  # a file is sent on: it has ids, and names only if asked for
                values["with_names"] = args.get("names") == "1"
            asked = [{k: v for k, v in values.items() if k != "change"}]
            asked += [values] if "change" in values else []
            started = [jobs.start("playback", v, "quick") for v in asked]
        except (UserError, QueueFull):
            flask.abort(400)
        found = [jobs.wait(job, PATIENCE) for job in started]
        if any(f.state != "done" for f in found):
            flask.abort(422)
        said = words(args.get("language", "en"))
        at = {key: args[key] for key in KEPT if args.get(key)}
        theme = Address("en", "room", tuple(args.items())).theme
        other = found[1].answer if len(found) > 1 else b""
        return _page(offline(found[0].answer, said, at, other, theme), "room.html")

    @api.get("/api/sketch")
    def sketch() -> flask.Response:
        from dashboard.pages.compare import sketch_of

        there = visit("compare")
        k = there.address.whole("k", 1, 1, MOST)
        try:
            text = sketch_of(there, k, asker() and f"{asker()} {k}")
        except (UserError, QueueFull):
            return flask.Response(status=204)  # what is wrong is said when the designs are started
        if text is None:
            return flask.Response(status=202)
        answer = flask.Response(text, mimetype="image/svg+xml")
        answer.headers["Cache-Control"] = "private, max-age=3600"
        return answer

    @api.post("/api/upload")
    def upload() -> flask.Response:
        said = words(flask.request.form.get("language", "en"))
        file = flask.request.files.get("roster")
        if file is None or not file.filename:
            return _json({"error": said.told(UserError("no file was chosen"))}, 400)
        try:
            name = offer.chosen(flask.request.form.get("scenario", ""), settings.scenario)
            groups = list(offer.scenario(name).population.groups)
            found = uploads.add(file.filename, file.stream.read(MAX_UPLOAD + 1), groups)
        except UserError as error:
            return _json({"error": said.told(error)})
        return _json({"token": found.token, "n": found.n_delegates})

    @api.get("/type/<name>")
    def type_(name: str) -> flask.Response:
        import gfmd_sim

        folder = Path(gfmd_sim.__file__).parent / "reports" / "assets"
        if not name.endswith(".woff2"):
            flask.abort(404)
        answer = flask.send_from_directory(folder, name, mimetype="font/woff2", max_age=31536000)
        return answer

    return api


def _json(value: Any, status: int = 200) -> flask.Response:
    answer = flask.Response(json.dumps(value), status=status, mimetype="application/json")
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _page(text: str, name: str) -> flask.Response:
    """A whole page to keep."""
    answer = flask.Response(text, mimetype="text/html")
    answer.headers["Content-Disposition"] = f"attachment; filename={name}"
    return answer


def told(error: Exception, said: Words, uploads: Uploads | None) -> dict[str, Any]:
    """What an error says; an uploaded list is called as its owner calls it."""
    return said.told(error) if uploads is None else said.told(error, uploads.named)


def news_of(news: News, said: Words, uploads: Uploads | None = None) -> dict[str, Any]:
    """News of a job as the browser shows it."""
    return {
        "state": news.state,
        "version": news.version,
        "done": news.done,
        "total": news.total,
        "is_over": news.is_over,
        "error": None if news.error is None else told(news.error, said, uploads),
        "left": news.left,
        "is_compiling": news.is_compiling,
    }


def playback_values(args: Any, scenario: str, uploads: Uploads | None = None) -> dict[str, Any]:
    """What to play back, from the query of a request.

    Raises
    ------
    UserError
        If a value cannot be used.
    """
    language = args.get("language", "en")
    values: dict[str, Any] = {
        "scenario": offer.chosen(args.get("scenario", scenario), scenario),
        "levers": levers_of(args),
        "seed": whole_number(args.get("seed", "0")),
        "replicate": whole_number(args.get("replicate", "0")),
        "roundtable": whole_number(args.get("roundtable", "1")),
        "language": words(language).engine,
        "says": words(language).code,
    }
    if args.get("roster"):
        found = None if uploads is None else uploads.get(args["roster"])
        if found is None:
            raise UserError(GONE)
        values["levers"]["population.roster"] = str(found.path)
    if args.get("change"):
        values["change"] = change_of(args["change"])
    return values


def change_of(text: str) -> dict[str, int]:
    """``1.2.14.33``: in consultation 1, sitting 2, swap 14 and 33; ``1.2.14.t3``: 14 to table 3.

    Raises
    ------
    UserError
        If it is neither.
    """
    parts = text.split(".")
    if len(parts) != 4:
        raise UserError(
            "this is not a move",
            given=text,
            remedy="write 1.2.14.33 or 1.2.14.t3: consultation, sitting, who, and with whom or where",
        )
    change = {
        "consultation": whole_number(parts[0]),
        "sitting": whole_number(parts[1]),
        "one": whole_number(parts[2]),
    }
    if parts[3].startswith("t"):
        change["table"] = whole_number(parts[3][1:])
    else:
        change["other"] = whole_number(parts[3])
    return change
