"""The door in front of the application: who may come in, how much, and what the browser may do.

Plain WSGI, so that it answers while everything else is still being loaded. It checks the Host and
where a request comes from, limits what is sent, sets the security headers and compresses.
"""

from __future__ import annotations

import base64
import contextlib
import gzip
import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

MAX_BODY = 2_000_000  # bytes that may be sent to us
HSTS_FREE_HEADERS = (
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), microphone=(), geolocation=(), browsing-topics=()"),
)
_TEXT = ("text/", "application/json", "application/javascript", "image/svg+xml")
_LOCAL = ("127.0.0.1", "localhost", "::1")
SMALL = 900  # bytes below which compressing costs more than it saves

Start = Callable[..., Any]
App = Callable[[dict[str, Any], Start], Iterable[bytes]]


def content_policy(script_hashes: Iterable[str] = (), style_hashes: Iterable[str] = ()) -> str:
    """Nothing from elsewhere, no inline script or style sheet but those named by their hash."""
    scripts = " ".join(["'self'", *script_hashes])
    styles = " ".join(["'self'", *style_hashes])
    return (
        f"default-src 'none'; script-src {scripts}; style-src {styles}; img-src 'self' data:; "
        "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'; manifest-src 'self'"
    )


def host_of(header: str) -> str:
    """The name in a Host header, without its port."""
    return (urlsplit(f"//{header}").hostname or "").lower()


class Door:
    """WSGI: lets in who may come in, and passes on to ``inner`` once that is there.

    Parameters
    ----------
    hosts
        Names under which we are called; others are turned away (DNS rebinding).
    waiting
        The page shown until ``inner`` is there.
    """

    def __init__(self, hosts: Iterable[str] = _LOCAL, waiting: str = "") -> None:
        self.hosts = frozenset(h.lower() for h in hosts)
        self.waiting = waiting.encode()
        self.inner: App | None = None
        self.script_hashes: tuple[str, ...] = ()
        self.style_hashes: tuple[str, ...] = ()
        self._packed: dict[tuple[str, str], bytes] = {}

    def __call__(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        refusal = self.refusal(environ)
        if refusal is not None:
            status, text = refusal
            return self._plain(start, status, text)
        if self.inner is None:
            if environ.get("REQUEST_METHOD") != "GET" or _path(environ).startswith("/_dash"):
                return self._plain(start, "503 Service Unavailable", "Starting.")
            body = self.waiting
            start("200 OK", self._headers("text/html; charset=utf-8", len(body), "no-store"))
            return [body]
        return self._pass_on(environ, start)

    def refusal(self, environ: Mapping[str, Any]) -> tuple[str, str] | None:
        """Why a request is turned away, None if it is not."""
        if host_of(environ.get("HTTP_HOST", "")) not in self.hosts:
            return "421 Misdirected Request", "This name is not served here."
        site = environ.get("HTTP_SEC_FETCH_SITE", "none")
        is_page = environ.get("HTTP_SEC_FETCH_MODE") == "navigate"
        if site in ("cross-site", "same-site") and not (
            is_page and environ.get("REQUEST_METHOD") == "GET"
        ):
            return "403 Forbidden", "Requests from other sites are not answered."
        origin = environ.get("HTTP_ORIGIN", "")
        if origin and origin != "null" and host_of(urlsplit(origin).netloc) not in self.hosts:
            return "403 Forbidden", "Requests from other sites are not answered."
        try:
            length = int(environ.get("CONTENT_LENGTH") or 0)
        except ValueError:
            return "400 Bad Request", "Content-Length is no number."
        if length > MAX_BODY:
            return "413 Content Too Large", f"At most {MAX_BODY:,} bytes."
        return None

    # -- passing on ------------------------------------------------------------------------------

    def _pass_on(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        told: dict[str, Any] = {}

        def hear(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
            told.update(status=status, headers=headers)

        assert self.inner is not None
        answer = self.inner(environ, hear)
        try:
            body = b"".join(answer)
        finally:
            close = getattr(answer, "close", None)
            if close is not None:
                close()
        headers = {k.lower(): (k, v) for k, v in told["headers"]}
        kind = headers.get("content-type", ("", ""))[1]
        packed = environ.get("HTTP_ACCEPT_ENCODING", "")
        way = "br" if "br" in packed else "gzip" if "gzip" in packed else ""
        fits = told["status"].startswith("200") and len(body) >= SMALL and kind.startswith(_TEXT)
        if way and fits and "content-encoding" not in headers:
            body = self._pack(environ, way, body)
            headers["content-encoding"] = ("Content-Encoding", way)
            headers["vary"] = ("Vary", "Accept-Encoding")
            headers.pop("etag", None)
        if environ.get("REQUEST_METHOD") != "HEAD":
            headers["content-length"] = ("Content-Length", str(len(body)))
        for name, value in self._security():
            headers[name.lower()] = (name, value)
        start(told["status"], list(headers.values()))
        return [body]

    def _pack(self, environ: dict[str, Any], way: str, body: bytes) -> bytes:
        """Files are compressed once and well, answers quickly."""
        path = _path(environ) + "?" + environ.get("QUERY_STRING", "")
        if not path.startswith(("/assets/", "/_dash-component-suites/", "/type/")):
            return _compressed(body, way, 1)
        key = (path, way)
        if key not in self._packed:
            self._packed[key] = _compressed(body, way, 6)
        return self._packed[key]

    def _security(self) -> list[tuple[str, str]]:
        allowed = content_policy(self.script_hashes, self.style_hashes)
        policy = ("Content-Security-Policy", allowed)
        return [policy, *HSTS_FREE_HEADERS]

    def _headers(self, kind: str, length: int, cache: str) -> list[tuple[str, str]]:
        return [
            ("Content-Type", kind),
            ("Content-Length", str(length)),
            ("Cache-Control", cache),
            *self._security(),
        ]

    def _plain(self, start: Start, status: str, text: str) -> Iterable[bytes]:
        body = (text + "\n").encode()
        start(status, self._headers("text/plain; charset=utf-8", len(body), "no-store"))
        return [body]


def style_hashes(script: str) -> list[str]:
    """Hashes of the style sheets that a bundle of webpack's style-loader sets into the page.

    It makes an empty element first, and so the empty sheet is among them.
    """
    sheets = [""]
    for text in re.findall(r'\.push\(\[\w+\.id,("(?:[^"\\]|\\.)*")', script):
        with contextlib.suppress(ValueError):
            sheets.append(json.loads(text))
    digests = (hashlib.sha256(s.encode()).digest() for s in sheets)
    return [f"'sha256-{base64.b64encode(d).decode()}'" for d in digests]


def _path(environ: Mapping[str, Any]) -> str:
    return str(environ.get("PATH_INFO", "/"))


def _compressed(body: bytes, way: str, effort: int) -> bytes:
    if way == "br":
        import brotli

        return bytes(brotli.compress(body, quality=effort))
    return gzip.compress(body, effort)


def waiting_page(message: str, style: Path) -> str:
    """What is shown for the second or two until everything is loaded; it asks again by itself."""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta http-equiv="refresh" content="1"><title>gfmd-sim</title>'
        f'<meta name="viewport" content="width=device-width"></head><body><main><h1>{message}</h1>'
        "</main></body></html>"
    )
