/* What is put before the room: the reports, the note, the vote, and the partnerships that come of it. */
window.gfmd_parts = window.gfmd_parts || {};
(function (parts) {
  "use strict";
  const { W, H, clamp, ease, ring, type, lines, cut, still, beatOf } = parts;

  /* What the plenary has heard so far: items by the number of tables, most first. */
  function tally(s, k) {
    const count = new Map();
    for (const [, , items] of s.tables_reporting.slice(0, k + 1)) for (const i of new Set(items)) count.set(i, (count.get(i) || 0) + 1);
    return [...count].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, 8);
  }
  /* The rows of a sheet: text, what stands at its right, a bar behind it, how much is written. */
  function rowsOf(view, s, k, local) {
    const { data, num, pct, say } = view, beat = (j) => (still() ? 1 : clamp((local - s.walk - j * s.beat) / (s.beat * .8), 0, 1));
    if (s.kind === "note") {
      return s.points.map(([i], j) => ({ text: `${num(j + 1)}  ${data.items[i][1]}`, written: j < k ? 1 : j === k ? beat(j) : 0 }));
    }
    if (s.kind === "ballot") {
      return data.solutions.map((x, j) => ({
        text: x.label, known: j <= k, bar: j <= k && x.is_balloted ? x.approval * beat(j) : 0, is_strong: j <= k && x.is_adopted,
        right: j > k ? "" : x.is_balloted ? `${pct(x.approval)} ${x.is_adopted ? "✓" : "✗"}` : say("no_ballot"),
      }));
    }
    const now = s.tables_reporting[Math.min(k, s.beats - 1)], rows = tally(s, k), most = Math.max(1, ...rows.map((r) => r[1]));
    return rows.map(([i, n]) => ({ text: data.items[i][1], right: num(n), bar: n / most, is_strong: k < s.beats && !!now && now[2].includes(i) }));
  }
  function headOf(view, s, k) {
    const { say, num } = view;
    if (s.kind !== "plenary") return say(s.kind === "note" ? "note_title" : "vote_title");
    const now = s.tables_reporting[Math.min(k, s.beats - 1)];
    return now && k < s.beats ? say("reports", { n: num(now[1] + 1), s: num(now[0]) }) : say("plenary_title");
  }
  /* A sheet in the middle of the room, as large as the inner row lets it be. */
  function sheet(c, view, s, local) {
    const { colours } = view, k = beatOf(s, view.t);
    if (k < 0) return;
    const share = still() ? 1 : ease((local - s.walk + .3) / .5), rows = rowsOf(view, s, k, local);
    const count = s.kind === "plenary" ? 8 : Math.max(1, rows.length), foot = s.kind === "ballot" ? 1 : 0;
    const top = s.kind === "plenary" ? 176 : 104, wide = clamp(s.inner * 1.32, 600, 840);
    const reach = Math.max(0, (s.inner - 14) ** 2 - (wide / 2.12) ** 2), room = Math.max(300, 152 + Math.sqrt(reach) - top);
    const tall = Math.min(view.size(27) * 1.6, (room - 26) / (count + foot + 1.25)), font = Math.min(view.size(27), tall * .72);
    const high = 26 + tall * (count + foot + 1.25), x = W / 2 - wide / 2, y = top + (1 - share) * 30;
    c.globalAlpha = share;
    c.beginPath(); c.moveTo(x, y); c.lineTo(x + wide - 34, y); c.lineTo(x + wide, y + 34); c.lineTo(x + wide, y + high); c.lineTo(x, y + high); c.closePath();
    c.fillStyle = colours.paper; c.fill(); c.strokeStyle = colours.ink; c.lineWidth = 1.6; c.stroke();
    c.beginPath(); c.moveTo(x + wide - 34, y); c.lineTo(x + wide - 34, y + 34); c.lineTo(x + wide, y + 34); c.stroke();
    c.fillStyle = colours.ink; c.textAlign = "left"; c.textBaseline = "alphabetic"; c.font = type(600, font * 1.12);
    c.fillText(cut(c, headOf(view, s, k), wide - 80), x + 24, y + 14 + tall * .85);
    c.font = type(600, font);
    const side = s.kind === "note" ? 0 : Math.max(c.measureText(view.pct(1) + " ✓").width, ...rows.map((r) => c.measureText(r.right).width)) + 22;
    const long = wide - 48 - (s.kind === "plenary" ? c.measureText("000").width : side);
    rows.forEach((row, j) => {
      const at = y + 14 + tall * (j + 2), base = at - tall * .28;
      if (row.bar) {
        c.fillStyle = row.is_strong ? colours.accent : colours.band; c.globalAlpha = share * (row.is_strong ? .3 : 1);
        c.fillRect(x + 24, at - tall * .92, long * row.bar, tall * .84); c.globalAlpha = share;
      }
      c.font = type(row.is_strong ? 600 : 400, font); c.fillStyle = row.known === false ? colours.soft : colours.ink;
      const text = cut(c, row.text, long - 16), shown = row.written === undefined ? text : text.slice(0, Math.ceil(text.length * row.written));
      c.fillText(shown, x + (s.kind === "note" ? 24 : 34), base);
      if (row.written > 0 && row.written < 1) { const nib = x + 30 + c.measureText(shown).width; c.strokeStyle = colours.accent; c.lineWidth = 5; c.beginPath(); c.moveTo(nib, base); c.lineTo(nib + 22, base - 34); c.stroke(); }
      if (row.right) { c.textAlign = "right"; c.fillText(row.right, x + wide - 24, base); c.textAlign = "left"; }
    });
    if (s.kind === "ballot") needed(c, view, x + 24 + long * view.data.need, y + 14 + tall, tall, count, font, share);
    c.globalAlpha = 1;
    if (s.kind === "plenary") reporters(c, view, s, k);
  }
  /* What adoption takes, as a line through the bars. */
  function needed(c, view, x, top, tall, count, font, share) {
    c.strokeStyle = view.colours.ink; c.lineWidth = 2; c.setLineDash([7, 6]); c.globalAlpha = share * .8;
    c.beginPath(); c.moveTo(x, top + tall * .02); c.lineTo(x, top + tall * (count + .1)); c.stroke(); c.setLineDash([]);
    c.globalAlpha = share; c.font = type(400, font * .86); c.fillStyle = view.colours.soft; c.textAlign = "center";
    c.fillText(view.say("needed", { share: view.pct(view.data.need) }), x, top + tall * (count + .72)); c.textAlign = "left";
  }
  function reporters(c, view, s, k) {
    const now = s.tables_reporting[Math.min(k, s.beats - 1)];
    if (!now || k >= s.beats) return;
    const from = view.stage.scenes.find((x) => x.kind === "sitting" && x.consultation === s.consultation && x.sitting === now[0]);
    for (const i of (from && from.tables[now[1]]) || []) ring(c, s.spots[2 * i], s.spots[2 * i + 1], s.size * 1.7, view.colours.accent, 4);
  }

  /* -- partnerships: the adopted solutions in a row, a knot for each partnership, a link to each member -- */
  function layout(c, view, s) {
    if (s.knots && s.knots_size === view.floor) return s.knots;
    const { data } = view, shown = data.solutions.map((_, j) => j).filter((j) => data.solutions[j].is_adopted || s.partnerships.some((p) => p.solution === j));
    const pitch = Math.min(460, (W - 90) / Math.max(1, shown.length)), wide = pitch - 16, of = new Map();
    let font = view.size(27), rows = [];
    for (; font > 15; font -= 1) {
      c.font = type(600, font);
      rows = shown.map((j) => lines(c, data.solutions[j].label, wide - 24, 3));
      if (rows.every((r) => !r.some((line) => line.endsWith("…")))) break;
    }
    const tall = Math.max(1, ...rows.map((r) => r.length)), high = font * 1.16 * (tall + 1.15) + 20, top = 92;
    const cards = shown.map((j, k) => {
      const x = W / 2 + (k - (shown.length - 1) / 2) * pitch;
      of.set(j, { x, bottom: top + high, made: [] });
      return { j, x: x - wide / 2, y: top, wide, high, rows: rows[k] };
    });
    s.partnerships.forEach((p, k) => of.get(p.solution).made.push(k));
    const r = clamp(s.size * .8, 7, 12), knots = [];
    for (const at of of.values()) {
      const across = Math.max(1, Math.min(at.made.length, Math.floor(wide / (r * 3.4))));
      at.made.forEach((k, q) => {
        const row = Math.floor(q / across), here = Math.min(across, at.made.length - row * across);
        knots[k] = { x: at.x + (q % across - (here - 1) / 2) * Math.min(wide / across, r * 6), y: at.bottom + 46 + row * r * 3.4, from: [at.x, at.bottom] };
      });
    }
    s.knots = { cards, knots, r, font }; s.knots_size = view.floor;
    return s.knots;
  }
  /* How far partnership ``k`` has come: 0 not begun, 1 all its members are bound. */
  const bound = (s, k, local) => (still() ? 1 : ease((local - s.beat * Math.min(k, s.beats - 1)) / 1));
  const colourOf = (view, p) => (p.n_groups >= 3 ? view.colours.accent : view.colours.soft);

  function link(c, view, s, k, share) {
    const p = s.partnerships[k], { knots } = layout(c, view, s), at = knots[k];
    c.strokeStyle = colourOf(view, p); c.lineWidth = p.n_groups >= 3 ? 3.6 : 2.2;
    c.beginPath(); c.moveTo(...at.from); c.lineTo(at.x, at.y); c.stroke();
    if (!p.is_stable) c.setLineDash([8, 6]);
    for (const i of p.members) {
      const x = s.spots[2 * i], y = s.spots[2 * i + 1], ex = at.x + (x - at.x) * share, ey = at.y + (y - at.y) * share;
      c.beginPath(); c.moveTo(at.x, at.y);
      c.quadraticCurveTo(at.x + (ex - at.x) * .25, at.y + (ey - at.y) * .75, ex, ey); c.stroke();
    }
    c.setLineDash([]);
  }
  /* Knots and rings of a partnership lie over the links. */
  function knot(c, view, s, k, share) {
    const p = s.partnerships[k], { knots, r } = layout(c, view, s), colour = colourOf(view, p);
    c.beginPath(); c.arc(knots[k].x, knots[k].y, r, 0, 7);
    c.fillStyle = p.is_deliverable ? colour : view.colours.paper; c.fill(); c.strokeStyle = colour; c.lineWidth = 3; c.stroke();
    if (share === 1) for (const i of p.members) ring(c, s.spots[2 * i], s.spots[2 * i + 1], s.size * 1.6, colour, 3);
  }
  function adopted(c, view, s) {
    const { colours, data, pct } = view, { cards, font } = layout(c, view, s);
    c.textAlign = "center"; c.textBaseline = "alphabetic";
    for (const card of cards) {
      const one = data.solutions[card.j], yes = one.is_adopted;
      c.beginPath(); c.roundRect(card.x, card.y, card.wide, card.high, 10);
      c.fillStyle = yes ? colours.accent : colours.paper; c.fill(); c.strokeStyle = colours.accent; c.lineWidth = 2; c.stroke();
      c.fillStyle = yes ? colours.paper : colours.ink;
      c.font = type(600, font);
      const free = card.high - font * 1.16 * (card.rows.length + 1.15);
      card.rows.forEach((row, q) => c.fillText(row, card.x + card.wide / 2, card.y + free / 2 + font * (.95 + 1.16 * q)));
      c.font = type(400, font);
      c.fillText(`${yes ? "✓ " : ""}${pct(one.approval)}`, card.x + card.wide / 2, card.y + free / 2 + font * (1.1 + 1.16 * card.rows.length));
    }
  }
  /* What the knots mean, in the corner that the arc leaves free. */
  function key(c, view, s) {
    if (!s.partnerships.length) return;
    const { colours, say } = view, r = 11, size = Math.min(view.size(25), 33), step = size * 1.3;
    c.font = type(400, size); c.textAlign = "left"; c.textBaseline = "middle";
    [["key_three", colours.accent, true], ["key_two", colours.soft, true], ["key_speech", colours.soft, false]].forEach(([word, colour, full], q) => {
      const y = H - 24 - step * (2 - q);
      c.beginPath(); c.arc(40, y, r, 0, 7); c.fillStyle = full ? colour : colours.paper; c.fill(); c.strokeStyle = colour; c.lineWidth = 3; c.stroke();
      c.fillStyle = colours.ink; c.fillText(say(word), 62, y + 1);
    });
  }
  Object.assign(parts, { tally, sheet, link, knot, bound, adopted, key });
})(window.gfmd_parts);
