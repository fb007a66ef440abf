"""The Forum as one usually writes it with Mesa: an agent a delegate, a set of what he knows, a loop.

It follows the model's page (docs/ODD.md) with the mechanisms of the flagship scenario and shares
nothing with the engine but the scenario's numbers and the agendas; luck is Mesa's. So it must agree
with the engine in distribution, which a test holds it to, and not run by run. A ``step()`` is one
consultation, or the Summit. Written as one would for readers, not for the race in either direction:
nothing is computed that the model does not need, nothing is rewritten as arrays.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from math import exp, log
from statistics import fmean, pvariance

import mesa

from gfmd_sim.scenario.agenda import KINDS, Roundtable
from gfmd_sim.scenario.files import load_agenda, load_scenario
from gfmd_sim.scenario.schema import Scenario

SUMMIT = 4


@dataclass(eq=False)
class Account:
    """One telling of an agenda item, and which way it speaks on which solutions."""

    number: int
    item: str
    kind: int
    raised_by: set[str]
    bears_on: list[tuple[int, int]]  # (solution, +1 or -1)
    is_common: bool
    voiced: Counter[int] = field(default_factory=Counter)  # consultation -> times


@dataclass
class Mind:
    """What a delegate thinks and knows at one roundtable."""

    support: list[float]
    anchor: list[float]
    start: list[float]
    knows: dict[Account, None]  # a set that keeps its order
    learned: list[Account] = field(default_factory=list)

    def take_up(self, account: Account) -> None:
        self.knows[account] = None
        self.learned.append(account)

    def fit(self, account: Account, strength: float) -> float:
        """How well an account fits: exp(b sum_m v_am (2 x_m - 1))."""
        lean = sum(sign * (2.0 * self.support[m] - 1.0) for m, sign in account.bears_on)
        return exp(strength * lean)

    def argued(self, m: int, prior_weight: float) -> float:
        """f: where the anchor and what was learned since leave support of solution m."""
        signs = [sign for a in self.learned for n, sign in a.bears_on if n == m]
        total = prior_weight + len(signs)
        return (
            (prior_weight * self.anchor[m] + signs.count(1)) / total if total else self.support[m]
        )


class Delegate(mesa.Agent):
    """A delegate: a seat of a group, and whoever holds it."""

    def __init__(self, model: MesaForum, group: str, region: str) -> None:
        super().__init__(model)
        self.group, self.region = group, region
        self.minds: dict[int, Mind] = {}
        self.trust: dict[Delegate, float] = {}
        self.meetings: Counter[Delegate] = Counter()
        self.n_turns = self.n_sittings = 0
        self.joined = 0
        self.is_present = True
        self.spare = model.settings.partnering.capacity
        self.draw_traits()
        for r in model.roundtables:
            self.minds[r.number] = self.fresh_mind(r)

    def draw_traits(self) -> None:
        rng, p = self.model.random, self.model.settings.population
        spec = p.groups[self.group]
        self.status = spec.status + rng.gauss(0.0, p.status_sd)
        self.susceptibility, self.anchor_shift = spec.susceptibility, spec.anchor_shift
        self.resources = {r for r, share in spec.resources.items() if rng.random() < share}
        spoken = p.regions[self.region].languages or spec.languages
        self.languages = {name for name, share in spoken.items() if rng.random() < share}
        if not self.languages:
            self.languages = {max(spoken, key=lambda name: spoken[name])}

    def fresh_mind(self, r: Roundtable) -> Mind:
        rng, p, model = self.model.random, self.model.settings.population, self.model
        support = [
            min(1.0, max(0.0, p.support_mean + model.lean[r.number, self.group, m]
                         + rng.gauss(0.0, p.support_sd)))
            for m in range(len(r.solutions))
        ]  # fmt: skip
        knows = {
            a: None
            for a in model.accounts[r.number]
            if a.is_common
            or rng.random() < (p.knows_own if self.group in a.raised_by else p.knows_other)
        }
        return Mind(support, list(support), list(support), knows)

    def trust_in(self, other: Delegate) -> float:
        if other not in self.trust:
            t = self.model.settings.trust
            value = t.within_group if other.group == self.group else t.across_groups
            is_tied = not (self.joined or other.joined)
            if is_tied and self.model.random.random() < t.share_prior_ties:
                value = min(1.0, value + t.prior_tie)
            self.trust[other] = other.trust[self] = value
        return self.trust[other]

    def be_replaced(self, consultation: int) -> None:
        """A successor takes the seat, inherits half of the move and has read the notes."""
        self.joined = consultation
        self.draw_traits()
        for other in list(self.trust):
            del other.trust[self]
        for other in list(self.meetings):
            del other.meetings[self]
        self.trust.clear()
        self.meetings.clear()
        for r in self.model.roundtables:
            old, mind = self.minds[r.number], self.fresh_mind(r)
            for m, start in enumerate(mind.start):
                moved = old.anchor[m] - old.start[m]
                mind.anchor[m] = min(1.0, max(0.0, start + 0.5 * moved))
            mind.support = list(mind.anchor)
            self.minds[r.number] = mind
            for written in range(1, consultation):
                self.read(r, written)

    def read(self, r: Roundtable, written: int) -> None:
        mind, p_learn = self.minds[r.number], self.model.settings.note.p_learn
        for account in self.model.notes[r.number, written].accounts:
            if account not in mind.knows and self.model.random.random() < p_learn:
                mind.take_up(account)

    def speak(self, number: int) -> Account | None:
        """An account he knows, by how much it is asked for and how well it fits him."""
        d, mind = self.model.settings.discussion, self.minds[number]
        asked = d.phase_weights[self.model.consultation - 1]
        known = list(mind.knows)
        weights = [asked[a.kind] * mind.fit(a, d.own_side) for a in known]
        self.n_turns += 1
        return self.model.random.choices(known, weights)[0] if sum(weights) > 0.0 else None

    def listen(self, number: int, speaker: Delegate, account: Account) -> None:
        d, mind = self.model.settings.discussion, self.minds[number]
        if account in mind.knows:
            return
        understood = 1.0
        if not self.languages & speaker.languages:
            understood = d.no_common_language + (1.0 - d.no_common_language) * d.interpretation
        p = min(1.0, 2.0 * d.learning / (1.0 + 1.0 / mind.fit(account, d.biased_processing)))
        if self.model.random.random() < understood * p:
            mind.take_up(account)

    def argue_alone(self, number: int) -> None:
        o, mind = self.model.settings.opinion, self.minds[number]
        lam, gamma = self.susceptibility, o.argument_weight
        for m, x in enumerate(mind.support):
            moved = (1.0 - gamma) * x + gamma * mind.argued(m, o.prior_weight)
            mind.support[m] = lam * moved + (1.0 - lam) * mind.anchor[m]

    def approves(self, number: int, m: int) -> bool:
        return self.minds[number].support[m] >= self.model.settings.adoption.approval


@dataclass
class Report:
    """A point that a table reports: an account, or a solution that it endorses."""

    table: Table
    item: str
    account: Account | None
    n_voiced: int


@dataclass
class Note:
    """A summary note: the items it keeps and the accounts reported of them."""

    items: list[str]
    accounts: list[Account]


class Table:
    """The people seated together in one sitting."""

    def __init__(self, model: MesaForum, r: Roundtable, members: list[Delegate]) -> None:
        self.model, self.number, self.members = model, r.number, members
        self.solutions = r.solutions
        self.turns: Counter[Delegate] = Counter()
        self.mentions: Counter[Account] = Counter()

    def talk(self) -> None:
        d, rng = self.model.settings.discussion, self.model.random
        by_rank = sorted(
            self.members, key=lambda i: i.status - 0.5 * log(-log(rng.random())), reverse=True
        )
        for member in self.members:
            member.n_sittings += 1
        n = len(self.members)
        ratio = [d.talk_ratio**rank for rank in range(n)]
        share = [(1.0 - d.facilitation) * w / sum(ratio) + d.facilitation / n for w in ratio]
        for _ in range(d.n_turns):
            speaker = rng.choices(by_rank, share)[0]
            self.turns[speaker] += 1
            account = speaker.speak(self.number)
            if account is None:
                continue
            self.mentions[account] += 1
            account.voiced[self.model.consultation] += 1
            for listener in self.members:
                if listener is not speaker:
                    listener.listen(self.number, speaker, account)

    def form_opinions(self) -> None:
        o = self.model.settings.opinion
        n_turns = self.model.settings.discussion.n_turns
        new = []
        for i in self.members:
            mind = i.minds[self.number]
            pull = {
                j: (self.turns[j] / n_turns) ** o.talk_weight * i.trust_in(j) ** o.trust_weight
                for j in self.members
                if j is not i
            }
            total = sum(pull.values())
            moved = []
            for m, x in enumerate(mind.support):
                social = x
                if total > 0.0:
                    others = sum(c * j.minds[self.number].support[m] for j, c in pull.items())
                    social = (1.0 - o.table_pull) * x + o.table_pull * others / total
                drawn = (1.0 - o.argument_weight) * social
                drawn += o.argument_weight * mind.argued(m, o.prior_weight)
                moved.append(i.susceptibility * drawn + (1.0 - i.susceptibility) * mind.anchor[m])
            new.append(moved)
        for i, moved in zip(self.members, new, strict=True):
            i.minds[self.number].support = moved

    def build_trust(self) -> None:
        t = self.model.settings.trust
        talked = min(1.0, t.attention / (len(self.members) - 1))
        rate = t.gain * talked + t.decay * (1.0 - talked)
        rest = t.gain * talked / rate
        for i, j in itertools.combinations(self.members, 2):
            time = 1.0 / (1.0 + i.meetings[j]) ** 2 if t.repeats_add_less else 1.0
            grown = rest + (i.trust_in(j) - rest) * exp(-rate * time)
            i.trust[j] = j.trust[i] = grown
            i.meetings[j] += 1
            j.meetings[i] += 1

    def report(self) -> Iterable[Report]:
        ranked = sorted(self.mentions, key=lambda a: (-self.mentions[a], a.number))
        for account in ranked[: self.model.settings.plenary.points_reported]:
            yield Report(self, account.item, account, self.mentions[account])

    def endorse(self) -> None:
        needed = self.model.settings.adoption.endorsement * len(self.members) - 1e-9
        self.endorsed = [
            Report(self, s.id, None, 0)
            for m, s in enumerate(self.solutions)
            if sum(i.approves(self.number, m) for i in self.members) >= needed
        ]


@dataclass
class Outcome:
    """What became of a solution that was put to the vote."""

    roundtable: int
    index: int
    approval: float
    is_adopted: bool


class MesaForum(mesa.Model):
    """The Forum: three consultations and the Summit, one a step."""

    def __init__(
        self,
        settings: Scenario | str = "gfmd-2024-25",
        seed: int | None = None,
        agenda: dict[int, Roundtable] | None = None,
    ) -> None:
        super().__init__(seed=seed)
        self.settings = load_scenario(settings) if isinstance(settings, str) else settings
        agenda = dict(load_agenda(self.settings)) if agenda is None else agenda
        self.roundtables = [agenda[n] for n in self.settings.roundtables]
        self.consultation = 0
        self.notes: dict[tuple[int, int], Note] = {}
        self.outcomes: list[Outcome] = []
        self.partnerships: list[list[Delegate]] = []
        self.draw_agenda()
        self.draw_delegates()
        self.datacollector = mesa.DataCollector(
            model_reporters={
                "convergence": MesaForum.convergence,
                "solutions": MesaForum.share_adopted,
                "partnerships": MesaForum.partnerships_per_100,
                "voice": MesaForum.voice,
                "continuity": MesaForum.continuity,
            }
        )
        self.datacollector.collect(self)

    def draw_agenda(self) -> None:
        """Accounts, which way each speaks, and the groups' leans."""
        p, rng = self.settings.population, self.random
        groups = [g for g, spec in p.groups.items() if spec.share > 0]
        self.accounts: dict[int, list[Account]] = {}
        self.lean: dict[tuple[int, str, int], float] = {}
        for r in self.roundtables:
            quality = [rng.uniform(p.quality_low, p.quality_high) for _ in r.solutions]
            for g, m in itertools.product(groups, range(len(r.solutions))):
                self.lean[r.number, g, m] = rng.gauss(0.0, p.group_lean_sd)
            mine = self.accounts[r.number] = []
            for kind, entry in r.items():
                for _ in range(p.accounts_per_item):
                    bears_on = []
                    for m, s in enumerate(r.solutions):
                        against = entry.id in s.contested_by
                        if against or entry.id in {s.id, *s.addresses, *s.builds_on}:
                            p_for = 1.0 - quality[m] if against else quality[m]
                            bears_on.append((m, 1 if rng.random() < p_for else -1))
                    raised = {g for g in groups if g in entry.raised_by} or set(groups)
                    common = rng.random() < p.common_knowledge
                    mine.append(
                        Account(len(mine), entry.id, KINDS.index(kind), raised, bears_on, common)
                    )

    def draw_delegates(self) -> None:
        p, rng = self.settings.population, self.random
        total = sum(spec.share for spec in p.groups.values())
        regions, weights = list(p.regions), [r.share for r in p.regions.values()]
        for group, spec in p.groups.items():
            for _ in range(round(p.n_delegates * spec.share / total)):
                Delegate(self, group, rng.choices(regions, weights)[0])

    # -- the schedule ------------------------------------------------------------------------------

    def step(self) -> None:
        """Hold the next consultation, or the Summit."""
        self.consultation += 1
        self.hold_meeting()
        self.datacollector.collect(self)
        self.running = self.consultation < SUMMIT

    def hold_meeting(self) -> None:
        """Who comes, the notes so far, and then the roundtables or the Summit."""
        if 1 < self.consultation < SUMMIT:
            for delegate in self.agents:
                if self.random.random() < self.settings.population.turnover:
                    delegate.be_replaced(self.consultation)
        for delegate in self.agents:
            delegate.is_present = self.random.random() >= self.settings.population.no_shows
        present = list(self.agents.select(lambda d: d.is_present))
        for r in self.roundtables:
            self.open_with_notes(r, present)
        if self.consultation == SUMMIT:
            self.hold_summit(present)
            return
        for r in self.roundtables:
            self.hold_roundtable(r, present)
        for delegate in self.agents:
            rho = delegate.anchor_shift
            for mind in delegate.minds.values():
                mind.anchor = [
                    (1.0 - rho) * u + rho * x
                    for u, x in zip(mind.anchor, mind.support, strict=True)
                ]
                mind.support = list(mind.anchor)
                mind.learned = []

    def open_with_notes(self, r: Roundtable, present: list[Delegate]) -> None:
        c = self.consultation
        plan = (3,) if c == SUMMIT else r.consultations[c - 1].opens_with
        for written in plan:
            for d in present:
                if d.joined > written or self.random.random() < self.settings.note.p_read:
                    d.read(r, written)
        if c == SUMMIT:
            for d in present:
                d.argue_alone(r.number)

    def hold_roundtable(self, r: Roundtable, present: list[Delegate]) -> None:
        tables = []
        for _ in range(self.settings.process.n_sittings):
            now = [Table(self, r, members) for members in self.seat(present)]
            for table in now:
                table.talk()
                table.form_opinions()
                table.build_trust()
                table.endorse()
            tables += now
        reports = [report for table in tables for report in table.report()]
        if self.consultation == 3:
            reports += [report for table in tables for report in table.endorsed]
        heard = {report.account for report in reports if report.account is not None}
        for d in present:
            mind = d.minds[r.number]
            for account in heard:
                if (
                    account not in mind.knows
                    and self.random.random() < self.settings.plenary.p_learn
                ):
                    mind.take_up(account)
            d.argue_alone(r.number)
        self.write_note(r, reports)

    def write_note(self, r: Roundtable, reports: list[Report]) -> None:
        tables: dict[str, set[Table]] = {}
        voiced: Counter[str] = Counter()
        for report in reports:
            tables.setdefault(report.item, set()).add(report.table)
            voiced[report.item] += report.n_voiced
        order = {entry.id: place for place, (_, entry) in enumerate(r.items())}
        ranked = sorted(tables, key=lambda i: (-len(tables[i]), -voiced[i], order[i]))
        items = ranked[: self.settings.note.capacity]
        kept = {rep.account for rep in reports if rep.item in items and rep.account is not None}
        self.notes[r.number, self.consultation] = Note(items, list(kept))

    def seat(self, present: list[Delegate]) -> list[list[Delegate]]:
        """Every table mirrors the room: sorted by group and region, dealt out like cards."""
        smallest, largest = self.settings.seating.table_size
        n = len(present)
        fewest, most = -(-n // largest), n // smallest
        n_tables = min(max(round(2 * n / (smallest + largest)), fewest), most)
        lot = {name: self.random.random() for d in present for name in (d.group, d.region)}
        people = sorted(present, key=lambda d: (lot[d.group], lot[d.region], self.random.random()))
        return [people[t::n_tables] for t in range(n_tables)]

    # -- the Summit --------------------------------------------------------------------------------

    def hold_summit(self, present: list[Delegate]) -> None:
        a = self.settings.adoption
        by_group: dict[str, list[Delegate]] = {}
        for d in present:
            by_group.setdefault(d.group, []).append(d)
        blocs = [b for b in by_group.values() if len(b) >= a.small_group]
        small = [d for b in by_group.values() if len(b) < a.small_group for d in b]
        for r in self.roundtables:
            for m, s in enumerate(r.solutions):
                if s.id not in self.notes[r.number, 3].items:
                    continue

                def share(people: list[Delegate], n: int = r.number, m: int = m) -> float:
                    return sum(d.approves(n, m) for d in people) / len(people)

                is_adopted = share(present) >= a.share_overall - 1e-12 and all(
                    share(bloc) >= a.share_each_group - 1e-12 for bloc in (*blocs, small) if bloc
                )
                self.outcomes.append(Outcome(r.number, m, share(present), is_adopted))
        for o in sorted((o for o in self.outcomes if o.is_adopted), key=lambda o: -o.approval):
            self.find_partners(o, present)

    def find_partners(self, o: Outcome, present: list[Delegate]) -> None:
        """Champions gather partners: what is still missing first, then another group, then trust."""
        p = self.settings.partnering
        solution = next(r for r in self.roundtables if r.number == o.roundtable).solutions[o.index]
        needs = set(solution.needs)
        free = [d for d in present if d.approves(o.roundtable, o.index) and d.spare > 0]
        willing: dict[frozenset[Delegate], bool] = {}
        formed = 0
        champions = sorted(free, key=lambda d: -d.minds[o.roundtable].support[o.index])
        for champion in champions:
            if formed == p.per_solution:
                break
            if champion not in free:
                continue
            members = self.gather(champion, free, needs, o.roundtable, willing)
            if members:
                self.partnerships.append(members)
                formed += 1
                for d in members:
                    d.spare -= 1
                free = [d for d in free if d not in members]

    def gather(
        self,
        champion: Delegate,
        free: list[Delegate],
        needs: set[str],
        number: int,
        willing: dict[frozenset[Delegate], bool],
    ) -> list[Delegate]:
        p = self.settings.partnering

        def is_willing(i: Delegate, j: Delegate) -> bool:
            pair = frozenset((i, j))
            if pair not in willing:
                willing[pair] = self.random.random() < self.p_willing(i, j, needs, number)
            return willing[pair]

        members, missing = [champion], needs - champion.resources
        choice = [d for d in free if d is not champion and is_willing(champion, d)]
        while missing or len(members) < p.size[0] or len({d.group for d in members}) < 2:
            is_mixed = len({d.group for d in members}) > 1
            useful = [d for d in choice if not missing or d.resources & missing]
            if not useful or len(members) == p.size[1]:
                return []
            best = max(
                useful,
                key=lambda d: (
                    len(d.resources & missing),
                    not is_mixed and d.group != champion.group,
                    sum(m.trust_in(d) for m in members),
                ),
            )
            members.append(best)
            missing -= best.resources
            choice = [d for d in choice if d is not best and is_willing(best, d)]
        return members

    def p_willing(self, i: Delegate, j: Delegate, needs: set[str], number: int) -> float:
        p = self.settings.partnering
        x, y = i.minds[number].support, j.minds[number].support
        agree = 1.0 - fmean(abs(a - b) for a, b in zip(x, y, strict=True))
        mine, theirs = i.resources & needs, j.resources & needs
        more = len(mine | theirs) - max(len(mine), len(theirs))
        logit = (
            p.intercept
            + p.trust_weight * i.trust_in(j)
            + p.agreement_weight * 4.0 * (agree - 0.75)
            + p.complementarity_weight * (more / len(needs) if needs else 0.0)
            + (p.group_weight if i.group == j.group else 0.0)
        )
        return 1.0 / (1.0 + exp(-logit))

    # -- the five headline measures ----------------------------------------------------------------

    def convergence(self) -> float:
        """1 - V_end / V_start, mean over solutions and roundtables."""
        left = []
        for r in self.roundtables:
            minds = [d.minds[r.number] for d in self.agents]
            for m in range(len(r.solutions)):
                before = pvariance([mind.start[m] for mind in minds])
                left.append(1.0 - pvariance([mind.support[m] for mind in minds]) / before)
        return fmean(left)

    def share_adopted(self) -> float:
        n = len(self.outcomes)
        return sum(o.is_adopted for o in self.outcomes) / n if n else 0.0

    def partnerships_per_100(self) -> float:
        multi = sum(len({d.group for d in members}) >= 3 for members in self.partnerships)
        return 100.0 * multi / len(self.agents)

    def voice(self) -> float:
        """1 - Gini of turns per sitting attended."""
        rates = sorted(d.n_turns / d.n_sittings for d in self.agents if d.n_sittings)
        n = len(rates)
        if not any(rates):
            return 0.0
        return 1.0 - sum((2 * k - n - 1) * x for k, x in enumerate(rates, 1)) / (n * sum(rates))

    def continuity(self) -> float:
        """Points voiced in consultations 1 and 2 that are noted, voiced in 3 and known by half."""
        begun = arrived = 0
        for r in self.roundtables:
            known = Counter(a for d in self.agents for a in d.minds[r.number].knows)
            written = [self.notes[r.number, c] for c in (1, 2) if (r.number, c) in self.notes]
            noted = {a for note in written for a in note.accounts}
            for a in self.accounts[r.number]:
                if a.voiced[1] + a.voiced[2] > 0:
                    begun += 1
                    arrived += a in noted and a.voiced[3] > 0 and known[a] >= 0.5 * len(self.agents)
        return arrived / begun if begun else 0.0
