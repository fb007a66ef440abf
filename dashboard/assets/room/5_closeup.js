/* The close-up beside the hall: a table turn by turn, a delegate's journey, or the scene. It is also
   what a screen reader and the keyboard have of the hall. */
window.gfmd_parts = window.gfmd_parts || {};
(function (parts) {
  "use strict";
  const { el, svg, icon, clamp, meanOf, companions, tally, sceneName, momentOf, beatOf } = parts;

  const named = (view, i, tag) => el(tag || "span", { className: "who" }, icon(view.data.groups[view.data.people.group[i]], 16), document.createTextNode(view.name(i)));

  function utterance(view, s, k) {
    const [speaker, account, bits] = s.turns[view.table].slice(3 * k, 3 * k + 3), members = s.tables[view.table], data = view.data;
    if (speaker < 0) return null;
    return {
      speaker: members[speaker],
      item: account >= 0 ? data.items[data.accounts[account]] : null,
      account: account % data.per_item + 1,
      learners: members.filter((_, j) => j < 30 && bits >> j & 1),
    };
  }
  function tableView(view, s, k, hands) {
    const { say, num, many, data } = view, members = s.tables[view.table] || [], over = k >= s.n_turns;
    const out = [el("h2", { textContent: say("table_n", { n: num(view.table + 1), seats: num(members.length) }) })];
    const turn = clamp(k, 0, s.n_turns - 1), said = s.n_turns ? utterance(view, s, turn) : null, learned = new Map();
    for (let q = 0; q <= turn && q < s.n_turns; q++) { const u = utterance(view, s, q); if (u) for (const i of u.learners) learned.set(i, (learned.get(i) || 0) + 1); }
    if (k < 0) out.push(el("p", { className: "soft", textContent: say("sit_down") }));
    else if (!over && said) {
      out.push(el("blockquote", {},
        el("p", { className: "turn" }, named(view, said.speaker, "b"), el("small", { textContent: say("turn", { n: num(turn + 1), of: num(s.n_turns) }) })),
        said.item ? el("p", { className: "kind", textContent: say("account", { kind: data.kinds[said.item[0]], n: num(said.account), of: num(data.per_item) }) }) : null,
        el("p", {}, el("b", { textContent: said.item ? said.item[1] : say("silent") })),
        said.item ? el("p", { className: "words-said", textContent: said.item[2] }) : null,
        el("p", { className: "soft", textContent: said.learners.length ? many("learn", said.learners.length) : say("known") })));
    } else if (over) {
      const yes = s.endorsed[view.table].map((m) => (data.solutions[m] ? data.solutions[m].label : ""));
      out.push(el("p", { textContent: yes.length ? say("endorses", { list: yes.join("; ") }) : say("endorses_none") }));
    }
    out.push(el("ul", { className: "seats" }, ...members.map((i) => {
      const before = meanOf(data, s.before, i), after = meanOf(data, s.after, i), now = over ? after : before;
      const fill = el("i", {}); fill.style.width = now + "%";
      const speaking = !over && said && said.speaker === i && k >= 0, hears = !over && said && k >= 0 && said.learners.includes(i);
      const moved = Math.abs(after - before) >= .5 ? (after > before ? "▲ +" : "▼ −") + num(Math.abs(after - before), 0) : "";
      return el("li", { className: (speaking ? "speaks " : "") + (hears ? "learns" : "") },
        el("button", { type: "button", className: "link", onclick: () => hands.choose(i) }, named(view, i)),
        el("span", { className: "bar" }, fill),
        el("span", { className: "n", textContent: over ? moved : learned.get(i) && k >= 0 ? "+" + num(learned.get(i)) : "" }));
    })));
    out.push(el("p", { className: "soft", textContent: say(over ? "bars_after" : "bars") }));
    return out;
  }
  function sceneView(view, s, k, hands) {
    const { say, num, pct, many, data } = view, [meeting, what] = sceneName(view, s);
    const out = [el("h2", { textContent: meeting }), el("p", { textContent: what })];
    const purpose = data.roundtable.purpose[s.consultation - 1];
    if (s.kind === "open" && purpose) out.push(el("p", { className: "soft", textContent: purpose }));
    const sittings = view.stage.scenes.filter((x) => x.kind === "sitting" && x.consultation === s.consultation).length;
    const reported = (n, kind) => (n > 1 && sittings > 1 ? say("point_over", { n: num(n), kind, sittings: num(sittings) }) : many("point", n, { kind }));
    if (s.kind === "note") out.push(el("ol", { className: "points" }, ...s.points.map(([i, n]) => el("li", {}, el("b", { textContent: data.items[i][1] }), el("small", { textContent: " " + reported(n, data.kinds[data.items[i][0]]) }), el("br"), el("span", { className: "soft", textContent: data.items[i][2] })))));
    if (s.kind === "plenary") out.push(el("p", { className: "soft", textContent: say("plenary_title") }), el("ol", { className: "points" }, ...tally(s, k < 0 ? s.beats : k).map(([i, n]) => el("li", { textContent: data.items[i][1] + parts.colon(view.language) + num(n) }))));
    if (s.kind === "ballot") out.push(el("ul", { className: "points" }, ...data.solutions.map((x) => el("li", {}, el(x.is_adopted ? "b" : "span", { textContent: x.label }), el("small", { textContent: ` ${x.is_balloted ? pct(x.approval) + ", " : ""}${x.reason}` })))));
    if (s.kind === "partners") out.push(el("ul", { className: "points" }, ...s.partnerships.map((p) => el("li", {}, el("b", { textContent: data.solutions[p.solution].label }), el("span", { className: "members" }, ...p.members.map((i) => el("button", { type: "button", className: "link", title: view.name(i), "aria-label": view.name(i), onclick: () => hands.choose(i) }, icon(data.groups[data.people.group[i]], 18)))), el("small", { textContent: say(p.is_deliverable ? "delivers" : "speech") })))));
    if (s.kind === "home" || s.kind === "turnover") out.push(el("p", { className: "soft", textContent: say(s.kind + "_why") }));
    if (s.kind === "home") out.push(el("p", { className: "soft", textContent: say("arrows") }));
    return out;
  }
  function journey(view, s, hands) {
    const { say, num, data, who, stage } = view, g = data.groups[data.people.group[who]], met = companions(view);
    const out = [el("div", { className: "head" },
      el("h2", {}, icon(g, 22), document.createTextNode(" " + view.name(who))),
      el("button", { type: "button", className: "plain small", textContent: say("let_go"), onclick: () => hands.choose(-1) })),
      el("p", { className: "soft", textContent: [...new Set([data.people.id[who], g.label, data.people.region[who]])].filter(Boolean).join(" · ") }),
      spark(view)];
    if (s.kind === "sitting" && s.seat[who] >= 0 && hands.can_fork) out.push(mover(view, s, hands));
    out.push(el("p", { textContent: say("met", { n: num(met.size), groups: num(new Set([...met.keys()].map((i) => data.people.group[i])).size) }) }));
    out.push(el("ol", { className: "points plainlist" }, ...stage.scenes.filter((x) => x.kind === "sitting").map((x) => el("li", { className: x === s ? "now" : "" },
      el("button", { type: "button", className: "link", onclick: () => hands.visit(x), textContent: say("at_sitting", { c: num(x.consultation), s: num(x.sitting) }) }),
      document.createTextNode(" " + (x.seat[who] >= 0 ? say("at_table", { n: num(x.seat[who] + 1) }) : say("absent")))))));
    const last = stage.scenes[stage.scenes.length - 1];
    if (last.kind === "partners") {
      const mine = last.partnerships.filter((p) => p.members.includes(who));
      out.push(el("p", { textContent: mine.length ? say("partner_of", { list: mine.map((p) => data.solutions[p.solution].label).join("; ") }) : say("partner_none") }));
    }
    return out;
  }
  function spark(view) {
    const { data, who, say } = view, m = data.n_solutions, count = data.support.length, wide = 300, high = 84;
    const s = svg("svg", { viewBox: `0 0 ${wide} ${high}`, class: "spark", role: "img", "aria-label": say("spark") });
    const x = (k) => 4 + (wide - 8) * k / Math.max(1, count - 1), y = (v) => 4 + (high - 8) * (1 - v / 100);
    const path = (value, colour, width) => svg("path", { d: "M" + data.support.map((row, k) => `${x(k).toFixed(1)} ${y(value(row, k)).toFixed(1)}`).join("L"), fill: "none", stroke: colour, "stroke-width": width });
    s.append(svg("path", { d: `M0 ${y(100 * data.approval)}H${wide}`, stroke: "var(--line)", "stroke-dasharray": "3 3" }));
    for (let j = 0; j < m; j++) s.append(path((row) => row[who * m + j], "var(--dot)", "1.2"));
    s.append(path((_, k) => meanOf(data, k, who), "var(--accent)", "3"));
    return el("figure", { className: "sparkbox" }, s, el("figcaption", { textContent: say("spark") }));
  }
  function mover(view, s, hands) {
    const { say, num, who } = view, select = el("select", { id: "room-swap" });
    s.tables.forEach((members, k) => {
      if (k === s.seat[who]) return;
      const group = el("optgroup", { label: say("table_n", { n: num(k + 1), seats: num(members.length) }) });
      group.append(el("option", { value: "t" + k, textContent: say("move_to", { n: num(k + 1) }) }));
      for (const i of members) group.append(el("option", { value: String(i), textContent: say("swap_with", { id: view.name(i) }) }));
      select.append(group);
    });
    const act = () => hands.fork([s.consultation, s.sitting, who, select.value].join("."));
    return el("div", { className: "mover" }, el("h3", { textContent: say("what_if") }),
      el("label", { for: "room-swap", textContent: say("other_seat") }), select,
      el("div", { className: "row" }, el("button", { type: "button", onclick: act, textContent: say("both") })),
      el("p", { className: "soft", textContent: say("drag") }));
  }
  function closeup(view, s, hands) {
    const k = beatOf(s, view.t);
    if (view.who >= 0) return journey(view, s, hands);
    return s.kind === "sitting" ? tableView(view, s, k, hands) : sceneView(view, s, k, hands);
  }
  Object.assign(parts, { closeup, momentOf });
})(window.gfmd_parts);
