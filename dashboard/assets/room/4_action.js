/* What moves in a scene: speech, learning, the note, the vote, partnerships, a delegate's network. */
window.gfmd_parts = window.gfmd_parts || {};
(function (parts) {
  "use strict";
  const { W, clamp, ease, ring, type, lines, cut, still, beatOf } = parts;

  const meanOf = (data, snap, i) => {
    const m = data.n_solutions, row = data.support[snap];
    let sum = 0;
    for (let j = 0; j < m; j++) sum += row[i * m + j];
    return m ? sum / m : 0;
  };
  /* The snapshot of support that holds at a moment of a scene: talk moves it only once it is over. */
  const snapshotAt = (s, time) => (s.beats && beatOf(s, time) < s.beats ? s.before : s.after ?? s.before);

  function speech(c, view, s, k) {
    const accent = view.colours.accent;
    s.turns.forEach((turns, q) => {
      const speaker = turns[3 * k], bits = turns[3 * k + 2], members = s.tables[q];
      if (speaker < 0) return;
      const i = members[speaker], x = s.spots[2 * i], y = s.spots[2 * i + 1];
      c.lineWidth = 2.5; c.strokeStyle = accent;
      for (let j = 0; j < members.length && j < 30; j++) {
        if (!(bits >> j & 1)) continue;
        const m = members[j];
        c.beginPath(); c.moveTo(x, y); c.lineTo(s.spots[2 * m], s.spots[2 * m + 1]); c.stroke();
        ring(c, s.spots[2 * m], s.spots[2 * m + 1], s.size * 1.5, accent, 2.5);
      }
      c.beginPath(); c.arc(x, y, s.size * 1.95, 0, 7); c.fillStyle = accent; c.globalAlpha = .32; c.fill(); c.globalAlpha = 1;
      ring(c, x, y, s.size * 1.95, accent, 2.5);
    });
  }
  /* Arrows beside everybody whose support has moved since the scene before. */
  function shifts(c, view, s) {
    const { data, colours } = view, n = data.people.id.length;
    for (let i = 0; i < n; i++) {
      if (s.seat && s.seat[i] < 0) continue;
      const by = meanOf(data, s.after, i) - meanOf(data, s.before, i);
      if (Math.abs(by) < 1) continue;
      const x = s.spots[2 * i], y = s.spots[2 * i + 1], up = by > 0 ? -1 : 1, r = s.size * clamp(.45 + Math.abs(by) / 14, .5, 1.2);
      c.beginPath(); c.moveTo(x, y + up * (s.size * 1.1 + r * 1.5)); c.lineTo(x + r, y + up * s.size * 1.1); c.lineTo(x - r, y + up * s.size * 1.1); c.closePath();
      c.fillStyle = up < 0 ? colours.accent : colours.warm; c.fill(); c.strokeStyle = colours.paper; c.lineWidth = 1.2; c.stroke();
    }
  }
  function page(c, colours, x, y, size) {
    c.beginPath(); c.moveTo(x - size * .7, y - size); c.lineTo(x + size * .3, y - size); c.lineTo(x + size * .7, y - size * .6);
    c.lineTo(x + size * .7, y + size); c.lineTo(x - size * .7, y + size); c.closePath();
    c.fillStyle = colours.paper; c.fill(); c.strokeStyle = colours.ink; c.lineWidth = 1.4; c.stroke();
    c.strokeStyle = colours.dot; c.lineWidth = 1.2;
    for (const k of [-.3, .1, .5]) { c.beginPath(); c.moveTo(x - size * .45, y + k * size); c.lineTo(x + size * .45, y + k * size); c.stroke(); }
  }
  /* The notes go from the rostrum to all who learn from them, or home to the capitals. */
  function notes(c, view, s, local) {
    const { colours, data } = view, share = still() ? 1 : ease((local - .3) / 1.6);
    if (s.kind === "home") {
      for (const p of s.spots.places) page(c, colours, W / 2 + (p.x - W / 2) * share, 170 + (p.y - p.radius - 40 - 170) * share, 22);
      return;
    }
    for (const [i] of s.learners) {
      if (i >= data.people.id.length) continue;
      const x = s.spots[2 * i], y = s.spots[2 * i + 1];
      page(c, colours, W / 2 + (x + s.size * 1.1 - W / 2) * share, 126 + (y - s.size * .8 - 126) * share, s.size * .72);
    }
  }
  function learning(c, view, s, share) {
    const fade = clamp(2 - 2 * share, 0, 1);
    if (!fade) return;
    c.globalAlpha = fade;
    for (const [i, n] of s.learners) {
      if (i < view.data.people.id.length) ring(c, s.spots[2 * i], s.spots[2 * i + 1], s.size * (1.5 + .1 * Math.min(6, n)), view.colours.accent, 2.2);
    }
    c.globalAlpha = 1;
  }
  /* What the plenary has heard so far: items by the number of tables, most first. */
  function tally(s, k) {
    const count = new Map();
    for (const [, , items] of s.tables_reporting.slice(0, k + 1)) for (const i of new Set(items)) count.set(i, (count.get(i) || 0) + 1);
    return [...count].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, 8);
  }
  function sheet(c, view, s, local) {
    const { colours, data, say, num } = view, k = beatOf(s, view.t), isNote = s.kind === "note";
    if (k < 0) return;
    const share = still() ? 1 : ease((local - s.walk + .3) / .5);
    const rows = isNote ? s.points.map(([i, n]) => [i, n]) : tally(s, k);
    const wide = 660, high = 88 + 42 * Math.max(isNote ? s.points.length : 8, 1), x = W / 2 - wide / 2, y = 178 + (1 - share) * 30;
    c.globalAlpha = share;
    c.beginPath(); c.moveTo(x, y); c.lineTo(x + wide - 34, y); c.lineTo(x + wide, y + 34); c.lineTo(x + wide, y + high); c.lineTo(x, y + high); c.closePath();
    c.fillStyle = colours.paper; c.fill(); c.strokeStyle = colours.ink; c.lineWidth = 1.6; c.stroke();
    c.beginPath(); c.moveTo(x + wide - 34, y); c.lineTo(x + wide - 34, y + 34); c.lineTo(x + wide, y + 34); c.stroke();
    c.fillStyle = colours.ink; c.textAlign = "left"; c.textBaseline = "alphabetic"; c.font = type(600, 31);
    const now = !isNote && s.tables_reporting[Math.min(k, s.beats - 1)];
    const head = isNote ? say("note_title") : now && k < s.beats ? say("reports", { n: num(now[1] + 1), s: num(now[0]) }) : say("plenary_title");
    c.fillText(cut(c, head, wide - 80), x + 24, y + 48);
    const most = Math.max(1, ...rows.map((r) => r[1]));
    rows.forEach(([item, n], row) => {
      const at = y + 94 + 42 * row, label = data.items[item][1], fresh = now && k < s.beats && now[2].includes(item);
      c.font = type(fresh ? 600 : 400, 27);
      if (isNote) {
        if (row > k) return;
        const part = row === k && k < s.beats && !still() ? clamp((local - s.walk - k * s.beat) / (s.beat * .8), 0, 1) : 1;
        const text = cut(c, `${num(row + 1)}  ${label}`, wide - 60), shown = text.slice(0, Math.ceil(text.length * part));
        c.fillStyle = colours.ink; c.fillText(shown, x + 24, at);
        if (part < 1) { const nib = x + 30 + c.measureText(shown).width; c.strokeStyle = colours.accent; c.lineWidth = 5; c.beginPath(); c.moveTo(nib, at); c.lineTo(nib + 22, at - 34); c.stroke(); }
      } else {
        c.fillStyle = fresh ? colours.accent : colours.band; c.globalAlpha = share * (fresh ? .28 : 1);
        c.fillRect(x + 24, at - 28, (wide - 110) * n / most, 36); c.globalAlpha = share;
        c.fillStyle = colours.ink; c.fillText(cut(c, label, wide - 140), x + 34, at);
        c.textAlign = "right"; c.fillText(num(n), x + wide - 26, at); c.textAlign = "left";
      }
    });
    c.globalAlpha = 1;
    if (now && k < s.beats) {
      const from = view.stage.scenes.find((x_) => x_.kind === "sitting" && x_.consultation === s.consultation && x_.sitting === now[0]);
      for (const i of (from && from.tables[now[1]]) || []) ring(c, s.spots[2 * i], s.spots[2 * i + 1], s.size * 1.7, colours.accent, 4);
    }
  }
  function cards(view) {
    const m = view.data.solutions.length, rows = m > 4 ? 2 : 1, perRow = Math.ceil(m / rows), wide = Math.min(380, (W - 60) / Math.max(1, perRow));
    return view.data.solutions.map((_, k) => {
      const row = Math.floor(k / perRow), inRow = Math.min(perRow, m - row * perRow);
      return { x: W / 2 + (k % perRow - (inRow - 1) / 2) * wide, y: (rows === 1 ? 190 : 150) + row * 128, wide: wide - 14 };
    });
  }
  function ballots(c, view, s, k) {
    const { colours, data, say, pct } = view;
    cards(view).forEach((p, j) => {
      const one = data.solutions[j], known = s.kind === "partners" || j <= k, yes = known && one.is_adopted;
      c.beginPath(); c.roundRect(p.x - p.wide / 2, p.y - 58, p.wide, 116, 10);
      c.fillStyle = yes ? colours.accent : colours.paper; c.fill();
      c.strokeStyle = yes ? colours.accent : colours.line; c.lineWidth = 2; c.stroke();
      c.fillStyle = yes ? colours.paper : known ? colours.soft : colours.ink; c.textAlign = "center"; c.textBaseline = "alphabetic";
      c.font = type(yes ? 600 : 400, 25);
      lines(c, one.label, p.wide - 24, 2).forEach((row, r) => c.fillText(row, p.x, p.y - 26 + r * 28));
      c.font = type(600, 24);
      if (known) c.fillText(one.is_balloted ? `${one.is_adopted ? "✓" : "✗"} ${pct(one.approval)}` : say("no_ballot"), p.x, p.y + 44);
    });
  }
  function links(c, view, s, local) {
    const all = cards(view), colours = view.colours;
    s.partnerships.forEach((p, k) => {
      const share = still() ? 1 : ease((local - s.beat * Math.min(k, s.beats - 1)) / 1);
      if (share <= 0) return;
      const to = all[p.solution], top = to.y + 58;
      c.strokeStyle = p.n_groups >= 3 ? colours.accent : colours.soft; c.lineWidth = p.n_groups >= 3 ? 3.4 : 2;
      if (!p.is_stable) c.setLineDash([8, 6]);
      for (const i of p.members) {
        const x = s.spots[2 * i], y = s.spots[2 * i + 1], ex = to.x + (x - to.x) * share, ey = top + (y - top) * share;
        c.beginPath(); c.moveTo(to.x, top);
        c.quadraticCurveTo(to.x + (ex - to.x) * .2, top + (ey - top) * .7, ex, ey); c.stroke();
        if (share === 1) ring(c, x, y, s.size * 1.6, c.strokeStyle, 2.4);
      }
      c.setLineDash([]);
    });
  }
  /* With whom a delegate has sat so far, and how often. */
  function companions(view) {
    const met = new Map();
    for (const s of view.stage.scenes) {
      if (s.kind !== "sitting" || s.start > view.t) continue;
      const k = s.seat[view.who];
      if (k >= 0) for (const i of s.tables[k]) if (i !== view.who) met.set(i, (met.get(i) || 0) + 1);
    }
    return met;
  }
  function network(c, view, s, at) {
    const [x, y] = [...at(s, view.who)];
    c.strokeStyle = view.colours.soft; c.globalAlpha = .55;
    for (const [i, n] of companions(view)) {
      const to = at(s, i);
      c.lineWidth = .8 + n; c.beginPath(); c.moveTo(x, y); c.lineTo(to[0], to[1]); c.stroke();
    }
    c.globalAlpha = 1;
  }
  /* Who thinks otherwise in the other future at this moment. */
  function different(view, s) {
    const [a, b] = view.futures;
    if (!b) return [];
    const snap = snapshotAt(s, view.t), out = [];
    if (view.differ && view.differ.snap === snap) return view.differ.who;
    for (let i = 0; i < a.data.people.id.length; i++) if (Math.abs(meanOf(a.data, snap, i) - meanOf(b.data, snap, i)) >= .5) out.push(i);
    view.differ = { snap, who: out };
    return out;
  }
  Object.assign(parts, { meanOf, speech, shifts, notes, learning, tally, sheet, ballots, links, companions, network, different });
})(window.gfmd_parts);
