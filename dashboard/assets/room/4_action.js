/* What moves among the people: speech, learning, support, notes handed out, a delegate's network. */
window.gfmd_parts = window.gfmd_parts || {};
(function (parts) {
  "use strict";
  const { W, clamp, ease, ring, still, beatOf } = parts;

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
  const handedOut = (local) => (still() ? 1 : ease((local - .3) / 1.6));
  function notes(c, view, s, local, sheets) {
    const { colours, data } = view, share = handedOut(local);
    if (s.kind === "home") {
      for (const p of s.spots.places) page(c, colours, W / 2 + (p.x - W / 2) * share, 170 + (p.y - p.radius - 40 - 170) * share, 22);
      return;
    }
    const image = sheets(s.size * .72), half = s.size * 1.1;
    for (const [i] of s.learners) {
      if (i >= data.people.id.length) continue;
      const x = s.spots[2 * i], y = s.spots[2 * i + 1];
      c.drawImage(image, W / 2 + (x + half - W / 2) * share - half, 126 + (y - s.size * .8 - 126) * share - half, 2 * half, 2 * half);
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
  Object.assign(parts, { meanOf, snapshotAt, speech, shifts, page, notes, handedOut, learning, companions, network, different });
})(window.gfmd_parts);
