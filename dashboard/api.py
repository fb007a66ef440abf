"""What the browser's scripts ask for beside Dash's callbacks: playbacks, news of jobs, type."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import flask

from dashboard.jobs import News, QueueFull
from dashboard.language import Words, words

if TYPE_CHECKING:
    from dashboard.app import Settings
    from dashboard.jobs import Jobs

PATIENCE = 30.0  # seconds that a browser waits for a playback
MAX_SEED = 2**31 - 1


def blueprint(settings: Settings, jobs: Jobs) -> flask.Blueprint:
    """The routes."""
    api = flask.Blueprint("api", "dashboard")

    @api.get("/api/jobs/<job>")
    def news(job: str) -> flask.Response:
        said = words(flask.request.headers.get("Accept-Language", "en")[:2])
        return _json(news_of(jobs.news(job), said))

    @api.post("/api/jobs/<job>/cancel")
    def cancel(job: str) -> flask.Response:
        jobs.cancel(job)
        return _json({"state": jobs.news(job).state})

    @api.get("/api/playback")
    def playback() -> flask.Response:
        try:
            values = playback_values(flask.request.args, settings.scenario)
            job = jobs.start("playback", values, "quick")
        except ValueError as error:
            return _json({"error": str(error)}, 400)
        except QueueFull:
            return _json({"error": "queue"}, 503)
        found = jobs.wait(job, PATIENCE)
        if found.state == "done":
            return flask.Response(found.answer, mimetype="application/json")
        return _json({"error": found.error or found.state}, 422)

    @api.get("/api/comparison")
    def comparison() -> flask.Response:
        from dashboard import offer
        from dashboard.results import offline_comparison

        found = jobs.news(flask.request.args.get("job", "")).answer
        if found is None:
            flask.abort(404)
        name = offer.chosen(flask.request.args.get("scenario", ""), settings.scenario)
        said = words(flask.request.args.get("language", "en"))
        text = offline_comparison(found, offer.scenario(name), said)
        return _page(text, "comparison.html")

    @api.get("/api/run")
    def run() -> flask.Response:
        from dashboard import offer
        from dashboard.results import offline_run

        args = flask.request.args
        found = jobs.news(args.get("job", "")).answer
        if found is None:
            flask.abort(404)
        name = offer.chosen(args.get("scenario", ""), settings.scenario)
        said = words(args.get("language", "en"))
        seed = args.get("seed", "1")
        text = offline_run(
            found, name, args.get("rule", ""), int(seed) if seed.isdecimal() else 1, said
        )
        return _page(text, "run.html")

    @api.get("/api/room")
    def room() -> flask.Response:
        from dashboard.pages.room import offline

        try:
            values = playback_values(flask.request.args, settings.scenario)
            job = jobs.start("playback", values, "quick")
        except (ValueError, QueueFull):
            flask.abort(400)
        found = jobs.wait(job, PATIENCE)
        if found.state != "done":
            flask.abort(422)
        text = offline(found.answer, words(flask.request.args.get("language", "en")))
        return _page(text, "room.html")

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


def news_of(news: News, _: Words) -> dict[str, Any]:
    """News of a job as the browser shows it."""
    return {
        "state": news.state,
        "version": news.version,
        "done": news.done,
        "total": news.total,
        "is_over": news.is_over,
        "message": news.error if news.state == "failed" else "",
        "left": news.left,
    }


def playback_values(args: Any, scenario: str) -> dict[str, Any]:
    """What to play back, from the query of a request.

    Raises
    ------
    ValueError
        If a value cannot be used.
    """
    language = args.get("language", "en")
    from dashboard.offer import chosen

    values: dict[str, Any] = {
        "scenario": chosen(args.get("scenario", scenario), scenario),
        "levers": levers_of(args),
        "seed": _whole(args.get("seed", "0")),
        "replicate": _whole(args.get("replicate", "0")),
        "roundtable": _whole(args.get("roundtable", "1")),
        "language": words(language).engine,
        "says": words(language).code,
    }
    if args.get("change"):
        values["change"] = change_of(args["change"])
    return values


def _whole(text: str) -> int:
    value = int(text)
    if not 0 <= value <= MAX_SEED:
        raise ValueError(f"{value} is out of range")
    return value


def change_of(text: str) -> dict[str, int]:
    """``1.2.14.33``: in consultation 1, sitting 2, swap 14 and 33; ``1.2.14.t3``: 14 to table 3.

    Raises
    ------
    ValueError
        If it is neither.
    """
    parts = text.split(".")
    if len(parts) != 4:
        raise ValueError("a change is consultation.sitting.one.other")
    change = {
        "consultation": _whole(parts[0]),
        "sitting": _whole(parts[1]),
        "one": _whole(parts[2]),
    }
    if parts[3].startswith("t"):
        change["table"] = _whole(parts[3][1:])
    else:
        change["other"] = _whole(parts[3])
    return change


LEVERS = {  # short name in the URL -> parameter
    "rule": "seating.rule",
    "size": "seating.table_size",
    "sittings": "process.n_sittings",
    "host": "discussion.facilitation",
    "note": "note.capacity",
    "interpretation": "discussion.interpretation",
    "turnover": "population.turnover",
}


def levers_of(args: Any) -> dict[str, Any]:
    """The levers that a query sets.

    Raises
    ------
    ValueError
        If a value is no number where one is wanted.
    """
    return {LEVERS[key]: lever_value(key, args.get(key)) for key in LEVERS if args.get(key)}


def lever_value(key: str, text: str) -> Any:
    """A lever's value from the URL: ``5-8`` is a range of sizes."""
    if key == "rule":
        if not text.replace("_", "").isalnum() or len(text) > 40:
            raise ValueError("no such rule")
        return text
    if key == "size":
        low, _, high = text.partition("-")
        return [_whole(low), _whole(high or low)]
    if key in ("sittings", "note"):
        return _whole(text)
    return float(text)
