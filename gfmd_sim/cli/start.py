"""What ``run.py`` alone says: three ways to start. Standard library only: nothing is installed yet."""

from __future__ import annotations

_TEXT = {
    "en": """\
gfmd-sim: what does the mix of groups at a table change in what the Forum agrees on?

You organise a forum: five or more table compositions on the same luck, a verdict, a report
    {run} demo

You do research: runs of any scenario, and every parameter with its range and source
    {run} simulate gfmd-2024-25 --replicates 20 --out results/first
    {run} scenario show gfmd-2024-25

You train people: a scenario of your own, and two ways of seating compared
    {run} scenario new my-forum.yaml
    {run} compare my-forum.yaml --vary seating.rule=random,caucus

All commands: {run} --help
Français : {run} --lang fr        Español: {run} --lang es""",
    "fr": """\
gfmd-sim : que change la composition des tables dans les accords du Forum ?

Vous organisez un forum : au moins cinq compositions de tables à hasard égal, un verdict, un rapport
    {run} demo --lang fr

Vous faites de la recherche : tout scénario, et chaque paramètre avec son intervalle et sa source
    {run} simulate gfmd-2024-25 --replicates 20 --out results/premier
    {run} scenario show gfmd-2024-25 --lang fr

Vous formez : un scénario à vous, et deux façons de placer les délégués comparées
    {run} scenario new mon-forum.yaml --lang fr
    {run} compare mon-forum.yaml --vary seating.rule=random,caucus --lang fr

Toutes les commandes : {run} --lang fr --help
English: {run} --lang en        Español: {run} --lang es""",
    "es": """\
gfmd-sim: ¿qué cambia la composición de las mesas en los acuerdos del Foro?

Usted organiza un foro: cinco o más composiciones de mesas con el mismo azar, un veredicto, un informe
    {run} demo --lang es

Usted investiga: cualquier escenario, y cada parámetro con su intervalo y su fuente
    {run} simulate gfmd-2024-25 --replicates 20 --out results/primero
    {run} scenario show gfmd-2024-25 --lang es

Usted forma a otros: un escenario propio, y dos maneras de sentar a los delegados comparadas
    {run} scenario new mi-foro.yaml --lang es
    {run} compare mi-foro.yaml --vary seating.rule=random,caucus --lang es

Todas las órdenes: {run} --lang es --help
English: {run} --lang en        Français : {run} --lang fr""",
}


def start_text(language: str = "en", run: str = "python3 run.py") -> str:
    """Three ways to start, one each for organiser, researcher and trainer."""
    return _TEXT[language].format(run=run)
