"""The page around a report: type, colours, and what no report claims."""

from __future__ import annotations

import base64
import functools

from markupsafe import Markup

from gfmd_sim import __version__
from gfmd_sim.language import translator
from gfmd_sim.reports import look
from gfmd_sim.reports.environment import ASSETS, html_environment
from gfmd_sim.scenario.agenda import Language


def render(template: str, language: Language, **values: object) -> str:
    """A whole HTML page: styles and type inside, no request to anywhere."""
    page = html_environment(language).get_template(template)
    return page.render(style=style(), version=__version__, **values)


@functools.cache
def style(sheet: str = "report.css") -> Markup:
    """A style sheet with its type; Source Sans 3 and Source Serif 4, SIL Open Font License."""
    css = (ASSETS / sheet).read_text(encoding="utf-8")
    for name in ("INK", "SOFT", "LINE", "BAND", "FAINT", "DOT", "PAPER", "ACCENT", "WARM"):
        css = css.replace(f"{name.lower()}-colour", getattr(look, name))
    faces = "".join(
        f"@font-face{{font-family:'{family}';font-weight:200 900;font-display:swap;"
        f"src:url(data:font/woff2;base64,{_encoded(file)}) format('woff2')}}"
        for family, file in (
            ("Source Sans 3", "source-sans-3.woff2"),
            ("Source Serif 4", "source-serif-4.woff2"),
        )
    )
    return Markup(faces + css)


def _encoded(file: str) -> str:
    return base64.b64encode((ASSETS / file).read_bytes()).decode("ascii")


def caveats(language: Language) -> list[str]:
    """What is not claimed."""
    _ = translator(language)
    return [
        _(
            "This is no forecast of what delegates will say or sign. It ranks designs under the "
            "assumptions listed here."
        ),
        _(
            "No data on outcomes of the Forum exist. How talk moves opinion was fitted to citizens "
            "in the United States (America in One Room) and to small groups in experiments."
        ),
        _(
            "Published studies report near-null effects of how groups are composed "
            "(Farrar et al. 2009; Barrett et al. 2024). A difference found here is a reason to "
            "test it, not a proof."
        ),
        _(
            "Who raises which point, which solutions it bears on and what a solution needs are our "
            "reading of the concept note."
        ),
        _(
            "The quality of speech is not simulated: no Discourse Quality Index, no power behind "
            "the scenes, no negotiation of text."
        ),
        _("How large a difference must be to matter is a choice. Change it, and verdicts change."),
    ]
