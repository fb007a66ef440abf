"""``scenario list``, ``new``, ``check``, ``show``, ``schema``."""

from __future__ import annotations

import importlib
import json as json_
import textwrap
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from gfmd_sim.cli.as_json import print_json
from gfmd_sim.cli.commands import App
from gfmd_sim.cli.options import Json, Lang, ScenarioName, Sets
from gfmd_sim.errors import ScenarioError, UserError, refusal
from gfmd_sim.language import divided, told, translator, wording
from gfmd_sim.scenario.agenda import Language
from gfmd_sim.scenario.describe import Row, describe
from gfmd_sim.scenario.files import (
    LoadedScenario,
    find_scenario,
    load,
    save_text,
    shipped_names,
)

app = App(help="Write, check and read scenario files.")


@app.callback(invoke_without_command=True)
def start(context: typer.Context, lang: Lang = "en") -> None:
    """Write, check and read scenario files."""
    if context.invoked_subcommand is None:
        print(context.get_help())


@app.command("list")
def list_(lang: Lang = "en", json: Json = False) -> None:
    """The shipped scenarios, each with its question."""
    rows = []
    for name in shipped_names():
        question = load(name).scenario.question
        rows.append({"name": name, "question": "" if question is None else question.in_(lang)})
    if json:
        print_json(rows)
        return
    width = max(len(r["name"]) for r in rows)
    for r in rows:
        print(f"{r['name']:{width}}  {r['question']}")


_STARTER = {
    "en": """\
# {stem}: say here in a line what this is about.
# Check it:         python3 run.py scenario check {file}
# All parameters:   python3 run.py scenario show {file}
extends: {parent}
name: {stem}
question:  # one sentence, in three languages
  en: What changes if speakers take turns at every table?
  fr: Que change un tour de parole à chaque table ?
  es: ¿Qué cambia si en cada mesa se habla por turnos?
# Say only what differs from {parent}; change or delete the lines below.
discussion:
  facilitation: 0.8  # 0: who talks, talks; .3: a host; .8: a strict speakers' list
""",
    "fr": """\
# {stem} : dites ici en une ligne de quoi il s'agit.
# Vérifier :              python3 run.py scenario check {file}
# Tous les paramètres :   python3 run.py scenario show {file}
extends: {parent}
name: {stem}
question:  # une phrase, en trois langues
  en: What changes if speakers take turns at every table?
  fr: Que change un tour de parole à chaque table ?
  es: ¿Qué cambia si en cada mesa se habla por turnos?
# N'écrivez que ce qui diffère de {parent} ; modifiez ou supprimez les lignes suivantes.
discussion:
  facilitation: 0.8  # 0 : parole libre ; .3 : un animateur ; .8 : une liste d'orateurs stricte
""",
    "es": """\
# {stem}: diga aquí en una línea de qué se trata.
# Comprobar:             python3 run.py scenario check {file}
# Todos los parámetros:  python3 run.py scenario show {file}
extends: {parent}
name: {stem}
question:  # una frase, en tres idiomas
  en: What changes if speakers take turns at every table?
  fr: Que change un tour de parole à chaque table ?
  es: ¿Qué cambia si en cada mesa se habla por turnos?
# Escriba solo lo que difiere de {parent}; cambie o borre las líneas siguientes.
discussion:
  facilitation: 0.8  # 0: palabra libre; .3: un moderador; .8: una lista de oradores estricta
""",
}


@app.command()
def new(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="The file to write, ending in .yaml")
    ],
    parent: Annotated[
        str, typer.Option("--from", help="The scenario it extends.")
    ] = "gfmd-2024-25",
    lang: Lang = "en",
) -> None:
    """Write a starter file that extends another scenario."""
    found = find_scenario(parent)
    shipped = parent in shipped_names()
    text = _STARTER[lang].format(
        stem=json_.dumps(file.stem) if not file.stem.replace("-", "").isalnum() else file.stem,
        file=file,
        parent=parent if shipped else json_.dumps(str(found.resolve())),
    )
    save_text(text, file)
    print(f"python3 run.py scenario check {file}")


@app.command()
def check(scenario: ScenarioName, set_: Sets = None, json: Json = False, lang: Lang = "en") -> None:
    """Check a scenario with everything it names: agenda, delegate list, plan, rules."""
    loaded = _loaded(scenario, set_)
    facts = check_whole(loaded)
    if json:
        print_json({"ok": True, **facts})
        return
    groups = ", ".join(f"{g} {n}" for g, n in facts["groups"].items())
    low, high = facts["table_size"]
    print(
        {
            "en": "{name}: in order. {n} delegates in all ({groups}); roundtables {rts}; "
            "rule {rule}, tables of {low} to {high}.",
            "fr": "{name}\u00a0: en ordre. {n} délégués en tout ({groups})\u202f; tables rondes {rts}\u202f; "
            "règle {rule}, tables de {low} à {high}.",
            "es": "{name}: en orden. {n} delegados en total ({groups}); mesas redondas {rts}; "
            "regla {rule}, mesas de {low} a {high}.",
        }[lang].format(
            name=facts["name"],
            n=facts["n_delegates"],
            groups=groups,
            rts=", ".join(map(str, facts["roundtables"])),
            rule=facts["rule"],
            low=low,
            high=high,
        )
    )


def check_whole(loaded: LoadedScenario) -> dict[str, Any]:
    """Settle a scenario as a run would, and say what came out.

    Raises
    ------
    UserError
        With the file and line of the key that is wrong, where it is one.
    """
    from gfmd_sim.experiments.forum_simulator import ForumSimulator

    scenario = loaded.scenario
    try:
        people = ForumSimulator.of(scenario).setup({}).people
    except UserError as error:
        raise loaded.locate(error) from None
    groups = [people.groups[g] for g in people.group[: people.n_consulted].tolist()]
    return {
        "name": scenario.name,
        "n_delegates": people.n_consulted,
        "groups": {g: groups.count(g) for g in people.groups},
        "roundtables": list(scenario.roundtables),
        "rule": scenario.seating.rule,
        "table_size": list(scenario.seating.table_size),
    }


_WORDS = {
    "en": {"lever": "lever", "uncertainty": "uncertainty", "frame": "frame", "was": "was",
           "allowed": "allowed", "unit": "unit", "source": "source", "extends": "extends",
           "none": "nothing differs"},
    "fr": {"lever": "levier", "uncertainty": "incertitude", "frame": "cadre", "was": "était",
           "allowed": "admis", "unit": "unité", "source": "source", "extends": "prolonge",
           "none": "rien ne diffère"},
    "es": {"lever": "palanca", "uncertainty": "incertidumbre", "frame": "marco", "was": "era",
           "allowed": "admitido", "unit": "unidad", "source": "fuente", "extends": "amplía",
           "none": "nada difiere"},
}  # fmt: skip


@app.command()
def show(
    scenario: ScenarioName,
    set_: Sets = None,
    changed: Annotated[
        bool, typer.Option("--changed", help="Only what differs from the parent.")
    ] = False,
    holder: Annotated[
        Literal["lever", "uncertainty", "frame"] | None,
        typer.Option(
            "--holder", help="Only what the organiser decides, the world does, or frames."
        ),
    ] = None,
    lang: Lang = "en",
    json: Json = False,
) -> None:
    """Every parameter: value, unit, range, source, who holds it, changed from the parent or not."""
    loaded = _loaded(scenario, set_)
    rows = [
        r
        for r in describe(loaded.scenario, loaded.parent)
        if (not changed or r.is_changed) and (holder is None or r.parameter.holder == holder)
    ]
    if json:
        print_json(
            {
                "name": loaded.scenario.name,
                "extends": [p.stem for p in loaded.parents],
                "parameters": [{**r.as_dict(), "choices": _choices(r)} for r in rows],
            }
        )
        return
    words = _WORDS[lang]
    question = loaded.scenario.question
    name = loaded.scenario.name
    print(told(name, question.in_(lang), lang) if question else name)
    if loaded.parents:
        print(f"{words['extends']} {' > '.join(p.stem for p in loaded.parents)}")
    if not {r.path for r in rows} - {"name", "question"}:
        print(words["none"])
    print("\n".join(_listing(rows, lang)))


def _listing(rows: list[Row], lang: Language) -> list[str]:
    """A paragraph a parameter; those that groups and regions share, once for all of them."""
    _, words = translator(lang), _WORDS[lang]
    lines: list[str] = []
    room = None
    paths = list(dict.fromkeys(r.parameter.path for r in rows))
    paths = [p for p in paths if p not in ("name", "question")]  # these stand at the head
    for path in paths:
        mine = [r for r in rows if r.parameter.path == path]
        p = mine[0].parameter
        if path.partition(".")[0] != room:
            room = path.partition(".")[0]
            lines.append("")
        if "*" in path:
            lines.append(f"{path}   [{words[p.holder]}]")
            lines += [f"  {'* ' if r.is_changed else '  '}{r.path.split('.')[2]} = {_value(r, lang)}"
                      for r in mine]  # fmt: skip
        else:
            mark = "* " if mine[0].is_changed else ""
            lines.append(f"{mark}{path} = {_value(mine[0], lang)}   [{words[p.holder]}]")
        facts = [_(p.meaning) + (f" ({p.symbol})" if p.symbol else "")] if p.meaning else []
        allowed = ", ".join(rules_of(mine[0].path)) or p.allowed.said(wording(lang))
        facts.append(told(words["allowed"], allowed, lang))
        facts += [told(words["unit"], _(p.unit), lang)] if p.unit else []
        facts += [told(words["source"], _(p.source), lang)] if p.source else []
        lines += textwrap.wrap(divided(facts, lang), 96, initial_indent="      ",
                               subsequent_indent="      ")  # fmt: skip
    return lines


def _value(row: Row, lang: Language) -> str:
    def short(value: object) -> str:
        if isinstance(value, dict) and isinstance(text := value.get(lang), str):
            return text  # else shares of those who speak English, French, Spanish
        if value is None:
            return "-"
        if isinstance(value, float):
            return f"{value:.6g}"
        text = value if isinstance(value, str) else json_.dumps(value, ensure_ascii=False)
        return text if len(text) <= 90 else text[:89] + "…"

    was = f" ({_WORDS[lang]['was']} {short(row.parent_value)})" if row.is_changed else ""
    return f"{short(row.value)}{was}"


def _choices(row: Row) -> list[str]:
    """The words allowed: from the schema, or the rules known for a rule."""
    return rules_of(row.path) or list(row.parameter.choices)


def rules_of(path: str) -> list[str]:
    """The rules that can be named at ``path``; none where it does not name a rule."""
    room, _, leaf = path.partition(".")
    if leaf != "rule":
        return []
    module = "gfmd_sim.seating.rules" if room == "seating" else f"gfmd_sim.{room}"
    return list(importlib.import_module(module).RULES)


@app.command()
def schema(
    out: Annotated[Path | None, typer.Option("--out", help="Write it to this file.")] = None,
    lang: Lang = "en",
) -> None:
    """JSON Schema of scenario files, for editors."""
    from gfmd_sim.scenario.describe import file_schema

    text = json_.dumps(file_schema(), indent=2, ensure_ascii=False) + "\n"
    if out is None:
        print(text, end="")
        return
    if out.exists():
        raise ScenarioError("the file exists already", file=out, remedy="choose another name")
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ScenarioError(
            "the file cannot be written", file=out, given=refusal(error),
            remedy="choose a folder you may write to",
        ) from error  # fmt: skip


def _loaded(scenario: str, sets: list[str] | None) -> LoadedScenario:
    from gfmd_sim.experiments.typed import parse_setting

    return load(scenario, dict(parse_setting(text) for text in sets or []))


def add_to(command_line: typer.Typer) -> None:
    """Register the commands."""
    command_line.add_typer(app, name="scenario")
