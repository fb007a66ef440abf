/* Where everybody is in each scene, and when each scene and each of its beats begins.

   A beat is what a step steps over: a turn at the tables, a table's report, a point of the note, a
   ballot, a partnership. */
window.gfmd_parts = window.gfmd_parts || {};
(function (parts) {
  "use strict";
  const { W, H, clamp } = parts;
  const WALK = 1.1, SHIFT = 2.2;
  const BEAT = { sitting: 0.36, plenary: 0.3, note: 0.55, ballot: 0.5, partners: 0.5 };
  const REST = { open: 1.9, sitting: SHIFT, plenary: 1.4, note: 1.2, home: 2.2, turnover: 1.2, ballot: 1.2, partners: 2.5 };

  function plan(data) {
    const n = data.people.id.length, groups = data.people.group;
    const size = clamp(15.5 - n / 95, 5, 15);
    const order = [...Array(n).keys()].sort((a, b) => groups[a] - groups[b] || a - b);
    const seats = hemicycle(n, size), forum = new Float32Array(2 * n);
    order.forEach((who, k) => { forum[2 * who] = seats[k][0]; forum[2 * who + 1] = seats[k][1]; });
    const home = capitals(data, groups, size);
    const scenes = [];
    let clock = 0, last = home, before = 0;
    for (const scene of data.scenes) {
      const s = { ...scene, start: clock, walk: WALK, beat: BEAT[scene.kind] || 0, beats: 0, size };
      if (scene.kind === "sitting") {
        Object.assign(s, hall(scene, n));
        s.beats = scene.n_turns;
      } else {
        s.spots = scene.kind === "home" || scene.kind === "turnover" ? home : forum;
        if (scene.kind === "plenary") { s.tables_reporting = reporting(scene); s.beats = s.tables_reporting.length; }
        s.inner = seats.inner;
        if (scene.kind === "note") s.beats = scene.points.length;
        if (scene.kind === "ballot") s.beats = data.solutions.length;
        if (scene.kind === "partners") s.beats = Math.min(40, scene.partnerships.length);
      }
      if (s.before === undefined) s.before = before;
      if (s.after !== undefined) before = s.after;
      s.from = last;
      s.length = WALK + s.beats * s.beat + (REST[s.kind] || 2);
      clock += s.length; last = s.spots;
      scenes.push(s);
    }
    return { scenes, length: clock, size };
  }
  /* Reports by table, in the order they are given: [sitting, table, items]. */
  function reporting(scene) {
    const by = new Map();
    for (const [sitting, table, , item] of scene.reports) {
      const key = sitting + "." + table;
      if (!by.has(key)) by.set(key, [sitting, table, []]);
      by.get(key)[2].push(item);
    }
    return [...by.values()];
  }
  function hemicycle(n, size) {
    /* Rows along a wide arc; what is put to the room has its middle. */
    const step = size * 2.65, outer = 700, share = 0.8;
    const rows = [];
    for (let room = 0, r = 0; room < n; r++) {
      const radius = Math.max(150, outer - r * step);
      const here = Math.max(1, Math.floor(Math.PI * share * radius / step));
      rows.push([radius, here]); room += here;
    }
    const whole = rows.reduce((a, r) => a + r[1], 0), seats = [], inner = rows[rows.length - 1][0] - size * 1.4;
    let left = n;
    rows.forEach(([radius, here], k) => {
      const m = k === rows.length - 1 ? left : Math.min(left, Math.round(here * n / whole));
      left -= m;
      for (let j = 0; j < m; j++) {
        const angle = Math.PI * ((1 - share) / 2 + share * (m === 1 ? .5 : j / (m - 1)));
        seats.push([W / 2 - Math.cos(angle) * radius * 1.06, 152 + Math.sin(angle) * radius, angle]);
      }
    });
    return Object.assign(seats.sort((a, b) => a[2] - b[2] || a[1] - b[1]), { inner });
  }
  function capitals(data, groups, size) {
    const n = groups.length, counts = data.groups.map((_, g) => groups.filter((x) => x === g).length);
    const present = data.groups.map((_, g) => g).filter((g) => counts[g]);
    const spots = new Float32Array(2 * n);
    /* As much room for each as the width gives: between crowded and at ease. */
    const roots = present.map((g) => Math.sqrt(counts[g])), edge = size * 1.5 + 14;
    const whole = roots.reduce((a, b) => a + b, 0);
    const ease = clamp((W - 80 - 2 * edge * present.length) / (2 * size * whole), .6, 1.8), places = [];
    const radii = roots.map((r) => Math.min(330, size * ease * r)), total = 2 * radii.reduce((a, b) => a + b + edge, 0);
    const gap = Math.max(0, (W - 40 - total) / present.length);
    let x = 20 + gap / 2;
    present.forEach((g, k) => {
      const radius = radii[k], cx = x + radius + edge, cy = 450, pace = radius / roots[k];
      let j = 0;
      for (let i = 0; i < n; i++) {
        if (groups[i] !== g) continue;
        const r = pace * Math.sqrt(j + .5), angle = j * 2.39996;
        spots[2 * i] = cx + r * Math.cos(angle); spots[2 * i + 1] = cy + r * Math.sin(angle);
        j++;
      }
      places.push({ group: g, x: cx, y: cy, radius: radius + size * 1.5, n: counts[g], wide: 2 * (radius + edge) + gap - 14 });
      x += 2 * (radius + edge) + gap;
    });
    spots.places = places;
    return spots;
  }
  function hall(scene, n) {
    const t = scene.tables.length || 1, top = 84, high = H - top - 56, wide = W - 60;
    let columns = Math.max(1, Math.round(Math.sqrt(t * wide / high)));
    while (Math.ceil(t / columns) * (wide / columns) > high * 1.35) columns++;
    const rows = Math.ceil(t / columns), cw = wide / columns, ch = high / rows;
    const most = Math.max(...scene.tables.map((m) => m.length), 1);
    const ring = Math.min(cw, ch) * 0.385;
    const size = Math.min(19, ring * 0.27, Math.PI * ring / most * 0.72);
    const round = [], spots = new Float32Array(2 * n).fill(-1), seat = new Int32Array(n).fill(-1);
    scene.tables.forEach((members, k) => {
      const row = Math.floor(k / columns), inRow = Math.min(columns, t - row * columns);
      const x = 30 + (wide - inRow * cw) / 2 + (k % columns + .5) * cw, y = top + (row + .5) * ch;
      round.push({ x, y, ring, disc: ring - size * 1.5, chairs: members.length });
      members.forEach((who, j) => {
        const angle = -Math.PI / 2 + j * 2 * Math.PI / members.length;
        spots[2 * who] = x + ring * Math.cos(angle); spots[2 * who + 1] = y + ring * Math.sin(angle);
        seat[who] = k;
      });
    });
    const outside = [...Array(n).keys()].filter((i) => seat[i] < 0);
    const step = Math.min(2.4 * size, (W - 420) / Math.max(1, outside.length));
    outside.forEach((i, j) => { spots[2 * i] = W - 40 - step * (outside.length - 1 - j); spots[2 * i + 1] = H - 28; });
    return { round, spots, seat, size, n_away: outside.length, away_x: W - 40 - step * outside.length };
  }
  const sceneAt = (stage, time) => {
    const s = stage.scenes;
    let k = 0;
    while (k + 1 < s.length && s[k + 1].start <= time + 1e-9) k++;
    return s[k];
  };
  /* The beat of a scene: -1 while people still walk, ``beats`` once all are over. */
  const beatOf = (s, time) => (s.beats ? clamp(Math.floor((time - s.start - s.walk) / s.beat + 1e-6), -1, s.beats) : time - s.start < s.walk ? -1 : 0);
  /* The moment to look at a beat: well inside it. */
  const momentOf = (s, beat) => s.start + s.walk + (s.beats ? beat * s.beat : 0) + 0.02;
  Object.assign(parts, { plan, sceneAt, beatOf, momentOf });
})(window.gfmd_parts);
