/* What stands still in a scene: floor, tables and chairs, rostrum, capitals, the title. */
window.gfmd_parts = window.gfmd_parts || {};
(function (parts) {
  "use strict";
  const { W, H, clamp, type, lines, cut } = parts;

  function sceneName(view, s) {
    const { say, num, many, data } = view;
    const meeting = s.consultation === 4
      ? say("summit") : say("consultation", { n: num(s.consultation), dates: data.roundtable.dates[s.consultation - 1] || "" });
    const what = {
      open: () => (s.notes && s.notes.length ? many("reading", s.learners.length) : say("opening")),
      sitting: () => say("sitting", { n: num(s.sitting), tables: num(s.tables.length) }),
      plenary: () => say("plenary", { n: num(s.reports.length), learners: num(s.learners.length) }),
      note: () => many("note", s.points.length),
      home: () => say("home"),
      turnover: () => many("turnover", s.who.length),
      ballot: () => many("ballot", data.solutions.filter((x) => x.is_balloted).length),
      partners: () => many("partners", s.partnerships.length),
    }[s.kind]();
    return [meeting, what];
  }
  /* Where the film is, in a sentence; at its end what came of the Forum. */
  function headline(view, s, convergence) {
    const { say, num, pct, data, stage } = view;
    if (view.t >= stage.length - .05) return data.finding || "";
    const where = say(s.consultation === 4 && s.kind === "open" ? "now_summit" : "now_" + s.kind, { n: num(s.consultation), s: num(s.sitting || 0) });
    const moved = Math.round(100 * convergence);
    return say(moved > 0 ? "so_far" : moved < 0 ? "so_far_apart" : "so_far_none", { where, share: pct(Math.abs(moved) / 100) });
  }
  /* The largest letters, from ``size`` down to a share of it, in which ``fits`` holds. */
  function fitted(c, weight, size, least, fits) {
    let now = size;
    for (c.font = type(weight, now); !fits() && now > size * least; c.font = type(weight, now)) now -= 1;
    return now;
  }
  function title(c, view, s) {
    const [meeting, what] = sceneName(view, s), colours = view.colours;
    c.textAlign = "left"; c.textBaseline = "alphabetic";
    c.font = type(600, view.size(40)); c.fillStyle = colours.ink; c.fillText(meeting, 36, 58);
    const x = 36 + c.measureText(meeting).width + 22;
    c.fillStyle = colours.soft;
    fitted(c, 400, view.size(36), .7, () => c.measureText(what).width <= W - 30 - x);
    c.fillText(cut(c, what, W - 30 - x), x, 58);
  }
  function chair(c, x, y, angle, size) {
    c.save(); c.translate(x, y); c.rotate(angle);
    c.beginPath(); c.roundRect(-size * 1.15, -size * 1.3, size * 2.75, size * 2.6, size * .7); c.fill(); c.stroke();
    c.restore();
  }
  function table(c, colours, r, size) {
    c.fillStyle = colours.chair; c.strokeStyle = colours.line; c.lineWidth = 1;
    for (let j = 0; j < r.chairs; j++) {
      const angle = -Math.PI / 2 + j * 2 * Math.PI / r.chairs;
      chair(c, r.ring * Math.cos(angle), r.ring * Math.sin(angle), angle, size);
    }
    c.beginPath(); c.arc(0, r.disc * .05, r.disc, 0, 7); c.fillStyle = colours.shade; c.fill();
    c.beginPath(); c.arc(0, 0, r.disc, 0, 7); c.fillStyle = colours.wood; c.fill();
    c.lineWidth = 1.5; c.strokeStyle = colours.grain; c.stroke();
    c.beginPath(); c.arc(0, 0, r.disc * .86, 0, 7); c.globalAlpha = .45; c.stroke(); c.globalAlpha = 1;
  }
  /* Tables of as many chairs look alike: each kind is drawn once and copied, whole pixels apart. */
  function tables(c, view, s) {
    const colours = view.colours, scale = c.getTransform().a, kinds = new Map();
    for (const r of s.round) {
      if (!kinds.has(r.chairs)) {
        const one = document.createElement("canvas"), half = Math.ceil((r.ring + s.size * 2) * scale);
        one.width = one.height = 2 * half;
        const d = one.getContext("2d");
        d.setTransform(scale, 0, 0, scale, half, half); table(d, colours, r, s.size);
        kinds.set(r.chairs, one);
      }
      const one = kinds.get(r.chairs), half = one.width / 2;
      c.setTransform(1, 0, 0, 1, 0, 0);
      c.drawImage(one, Math.round(r.x * scale) - half, Math.round(r.y * scale) - half);
    }
    c.setTransform(scale, 0, 0, scale, 0, 0);
    numbers(c, view, s);
    if (s.n_away) {
      c.font = type(400, view.size(24)); c.textAlign = "right"; c.textBaseline = "middle";
      c.fillStyle = colours.soft; c.fillText(view.say("away"), s.away_x - 4, H - 27);
    }
  }
  /* The tables' numbers, with a halo: once more above lines that cross a table. */
  function numbers(c, view, s) {
    c.fillStyle = view.colours.soft; c.strokeStyle = view.colours.wood; c.lineJoin = "round";
    c.textAlign = "center"; c.textBaseline = "middle";
    for (const [k, r] of s.round.entries()) {
      const size = clamp(r.disc * .7, 11, Math.max(38, Math.min(view.floor, r.disc * .9)));
      c.font = type(600, size); c.lineWidth = size * .35;
      c.strokeText(String(k + 1), r.x, r.y + 1); c.fillText(String(k + 1), r.x, r.y + 1);
    }
  }
  function capitals(c, view, s) {
    const colours = view.colours;
    c.textAlign = "center"; c.textBaseline = "alphabetic";
    const named = (p) => lines(c, view.data.groups[p.group].label, p.wide, 3);
    for (const p of s.spots.places) {
      c.beginPath(); c.arc(p.x, p.y, p.radius + 8, 0, 7);
      c.fillStyle = colours.wood; c.fill(); c.strokeStyle = colours.line; c.lineWidth = 1.5; c.stroke();
      c.fillStyle = colours.ink;
      const full = (row) => !row.endsWith("…"), size = fitted(c, 600, view.size(29), .6, () => named(p).every(full));
      const tall = size * 1.12, rows = named(p), y = p.y + p.radius + 18 + tall;
      rows.forEach((row, k) => c.fillText(row, p.x, y + k * tall));
      c.fillStyle = colours.soft; c.font = type(400, view.size(27));
      c.fillText(view.num(p.n), p.x, y + (rows.length - 1) * tall + view.size(27) * 1.15);
    }
  }
  function forum(c, view, s) {
    const colours = view.colours, n = view.data.people.id.length;
    c.fillStyle = colours.chair; c.strokeStyle = colours.line; c.lineWidth = 1;
    for (let i = 0; i < n; i++) {
      const x = s.spots[2 * i], y = s.spots[2 * i + 1];
      c.beginPath(); c.arc(x, y, s.size * 1.34, 0, 7); c.fill();
    }
    if (s.kind === "open" || s.kind === "plenary") rostrum(c, colours);
    if (s.kind === "open") purpose(c, view, s);
  }
  /* What the meeting is for, in the middle of the room. */
  function purpose(c, view, s) {
    const text = view.data.roundtable.purpose[s.consultation - 1] || view.data.roundtable.title;
    const wide = clamp(s.inner * 1.35, 420, 860);
    let size = view.size(36), rows = [];
    for (; size > 18; size -= 2) {
      c.font = `400 ${size}px 'Source Serif 4', Georgia, serif`;
      rows = lines(c, text, wide, 9);
      if (rows.length * size * 1.32 < s.inner * .62) break;
    }
    c.fillStyle = view.colours.ink; c.textAlign = "center"; c.textBaseline = "alphabetic";
    const top = 152 + s.inner * .42 - rows.length * size * .66 + size;
    rows.forEach((row, k) => c.fillText(row, W / 2, top + k * size * 1.32));
  }
  function rostrum(c, colours) {
    c.beginPath(); c.moveTo(W / 2 - 120, 152); c.lineTo(W / 2 + 120, 152); c.lineTo(W / 2 + 92, 100); c.lineTo(W / 2 - 92, 100); c.closePath();
    c.fillStyle = colours.wood; c.fill(); c.strokeStyle = colours.grain; c.lineWidth = 1.5; c.stroke();
    c.beginPath(); c.roundRect(W / 2 - 44, 112, 88, 28, 5); c.fillStyle = colours.paper; c.fill(); c.stroke();
    c.strokeStyle = colours.dot;
    for (const y of [120, 126, 132]) { c.beginPath(); c.moveTo(W / 2 - 34, y); c.lineTo(W / 2 + 34, y); c.stroke(); }
  }
  function scenery(c, view, s) {
    c.fillStyle = view.colours.floor; c.fillRect(0, 0, W, H);
    if (s.round) tables(c, view, s);
    else if (s.spots.places) capitals(c, view, s);
    else forum(c, view, s);
    title(c, view, s);
  }
  Object.assign(parts, { scenery, numbers, sceneName, headline });
})(window.gfmd_parts);
