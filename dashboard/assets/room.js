/* The Room: one Forum seen from above, drawn on a canvas from a playback (dashboard/playback.py).

   gfmd_room(element, source, words, at, language) fills the element; source is a URL or the data.
   Everything is a function of the time t in seconds, so that to scrub is to set t. Text from
   outside is set as text, never as markup. */
(function () {
  "use strict";
  const W = 1600, H = 900;
  const WALK = 1.1, TURN = 0.36, SHIFT = 1.8;
  const STILL = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
  const ease = (x) => (x <= 0 ? 0 : x >= 1 ? 1 : x * x * (3 - 2 * x));
  const clamp = (x, a, b) => Math.min(b, Math.max(a, x));

  const SHAPES = {
    square: [[-.89, -.89], [.89, -.89], [.89, .89], [-.89, .89]],
    diamond: [[0, -1.25], [1.25, 0], [0, 1.25], [-1.25, 0]],
    triangle: [[0, -1.3], [1.2, .9], [-1.2, .9]],
    triangle_down: [[0, 1.3], [1.2, -.9], [-1.2, -.9]],
    bar: [[-1.4, -.55], [1.4, -.55], [1.4, .55], [-1.4, .55]],
    cross: [[-.45, -1.2], [.45, -1.2], [.45, -.45], [1.2, -.45], [1.2, .45], [.45, .45], [.45, 1.2],
      [-.45, 1.2], [-.45, .45], [-1.2, .45], [-1.2, -.45], [-.45, -.45]],
    pentagon: [0, 1, 2, 3, 4].map((k) => [1.15 * Math.sin(k * 2 * Math.PI / 5), -1.15 * Math.cos(k * 2 * Math.PI / 5)]),
    hexagon: [0, 1, 2, 3, 4, 5].map((k) => [1.1 * Math.sin(k * Math.PI / 3), -1.1 * Math.cos(k * Math.PI / 3)]),
    star: [...Array(10).keys()].map((k) => [(k % 2 ? .65 : 1.45) * Math.sin(k * Math.PI / 5), -(k % 2 ? .65 : 1.45) * Math.cos(k * Math.PI / 5)]),
  };
  function trace(c, shape, x, y, r) {
    c.beginPath();
    if (shape === "circle" || !SHAPES[shape]) { c.arc(x, y, r, 0, 7); return; }
    SHAPES[shape].forEach(([a, b], k) => (k ? c.lineTo(x + a * r, y + b * r) : c.moveTo(x + a * r, y + b * r)));
    c.closePath();
  }
  const SVG = "http://www.w3.org/2000/svg";
  function svg(name, attributes, ...children) {
    const e = document.createElementNS(SVG, name);
    for (const [k, v] of Object.entries(attributes)) e.setAttribute(k, v);
    e.append(...children);
    return e;
  }
  function el(name, attributes, ...children) {
    const e = document.createElement(name);
    for (const [k, v] of Object.entries(attributes || {})) {
      if (v === undefined || v === null) continue;
      if (k === "className") e.className = v;
      else if (k.startsWith("on")) e.addEventListener(k.slice(2), v);
      else if (k === "textContent" || k === "value" || k === "disabled" || k === "checked") e[k] = v;
      else e.setAttribute(k, v);
    }
    for (const c of children) if (c !== null && c !== undefined) e.append(c);
    return e;
  }
  function icon(group, size) {
    const s = svg("svg", { viewBox: "-1.7 -1.7 3.4 3.4", width: size, height: size, class: "icon", "aria-hidden": "true" });
    const look = { fill: group.colour, stroke: "var(--ink)", "stroke-width": ".22", "stroke-linejoin": "round" };
    s.append(SHAPES[group.shape]
      ? svg("polygon", { points: SHAPES[group.shape].map((p) => p.join(",")).join(" "), ...look })
      : svg("circle", { r: 1, ...look }));
    return s;
  }

  /* Where everybody is in each scene, and when each scene begins. */
  function plan(data) {
    const n = data.people.id.length, groups = data.people.group;
    const size = clamp(15.5 - n / 95, 5, 15);
    const order = [...Array(n).keys()].sort((a, b) => groups[a] - groups[b] || a - b);
    const seats = hemicycle(n, size);
    const forum = new Float32Array(2 * n);
    order.forEach((who, k) => { forum[2 * who] = seats[k][0]; forum[2 * who + 1] = seats[k][1]; });
    const home = capitals(data, groups, size);
    const scenes = [];
    let clock = 0, last = home;
    for (const scene of data.scenes) {
      const s = { ...scene, start: clock, walk: WALK };
      let length;
      if (scene.kind === "sitting") {
        const room = hall(scene, n, size);
        s.spots = room.spots; s.round = room.tables; s.size = room.size; s.seat = room.seat;
        length = WALK + scene.n_turns * TURN + SHIFT;
      } else if (scene.kind === "home" || scene.kind === "turnover") {
        s.spots = home; length = scene.kind === "home" ? 2.8 : 2;
      } else {
        s.spots = forum;
        length = { open: 2.8, plenary: 5.2, note: 3.4, ballot: 1.6 + 0.5 * data.solutions.length,
          partners: 3 + 0.5 * Math.min(30, (scene.partnerships || []).length) }[scene.kind] || 3;
      }
      s.size = s.size || size;
      s.from = last; s.length = length;
      clock += length; last = s.spots;
      scenes.push(s);
    }
    return { scenes, length: clock, size };
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
    const whole = rows.reduce((a, r) => a + r[1], 0), seats = [];
    let left = n;
    rows.forEach(([radius, here], k) => {
      const m = k === rows.length - 1 ? left : Math.min(left, Math.round(here * n / whole));
      left -= m;
      for (let j = 0; j < m; j++) {
        const angle = Math.PI * ((1 - share) / 2 + share * (m === 1 ? .5 : j / (m - 1)));
        seats.push([W / 2 - Math.cos(angle) * radius * 1.06, 152 + Math.sin(angle) * radius, angle]);
      }
    });
    return seats.sort((a, b) => a[2] - b[2] || a[1] - b[1]);
  }
  function capitals(data, groups, size) {
    const n = groups.length, counts = data.groups.map((_, g) => groups.filter((x) => x === g).length);
    const present = data.groups.map((_, g) => g).filter((g) => counts[g]);
    const spots = new Float32Array(2 * n);
    const widths = present.map((g) => Math.sqrt(counts[g]) * size * 2.1 + 70);
    const total = widths.reduce((a, b) => a + b, 0), gap = Math.max(0, (W - 120 - total) / Math.max(1, present.length));
    let x = 60 + gap / 2;
    const places = [];
    const shrink = Math.min(1, (W - 100) / total);
    present.forEach((g, k) => {
      const cx = x + widths[k] * shrink / 2, cy = 500;
      let j = 0;
      for (let i = 0; i < n; i++) {
        if (groups[i] !== g) continue;
        const radius = size * 1.28 * Math.sqrt(j + .5) * shrink, angle = j * 2.39996;
        spots[2 * i] = cx + radius * Math.cos(angle); spots[2 * i + 1] = cy + radius * Math.sin(angle);
        j++;
      }
      places.push({ group: g, x: cx, y: cy + size * 1.28 * Math.sqrt(counts[g]) * shrink + 44 });
      x += widths[k] * shrink + gap;
    });
    spots.places = places;
    return spots;
  }
  function hall(scene, n, size) {
    const t = scene.tables.length || 1, top = 104, high = H - top - 64, wide = W - 80;
    let columns = Math.max(1, Math.round(Math.sqrt(t * wide / high)));
    while (Math.ceil(t / columns) * (wide / columns) > high * 1.35) columns++;
    const rows = Math.ceil(t / columns), cw = wide / columns, ch = high / rows;
    const most = Math.max(...scene.tables.map((m) => m.length), 1);
    const ring = Math.min(cw, ch) * 0.39;
    const s = Math.min(15, ring * 0.27, Math.PI * ring / most * 0.8);
    const tables = [], spots = new Float32Array(2 * n).fill(-1), seat = new Int32Array(n).fill(-1);
    scene.tables.forEach((members, k) => {
      const row = Math.floor(k / columns), inRow = Math.min(columns, t - row * columns);
      const x = 40 + (wide - inRow * cw) / 2 + (k % columns + .5) * cw, y = top + (row + .5) * ch;
      tables.push({ x, y, ring, disc: ring - s * 1.45 });
      members.forEach((who, j) => {
        const angle = -Math.PI / 2 + j * 2 * Math.PI / members.length;
        spots[2 * who] = x + ring * Math.cos(angle); spots[2 * who + 1] = y + ring * Math.sin(angle);
        seat[who] = k;
      });
    });
    let away = 0;
    const outside = [...Array(n).keys()].filter((i) => seat[i] < 0);
    const step = Math.min(26, (W - 120) / Math.max(1, outside.length));
    for (const i of outside) { spots[2 * i] = 60 + step * away++; spots[2 * i + 1] = H - 26; }
    return { tables, spots, seat, size: s };
  }

  window.gfmd_room = function (root, source, words, at, language) {
    const say = (key, values) => (words[key] || key).replace(/\{(\w+)\}/g, (m, k) => (values && k in values ? values[k] : m));
    const num = (x, d) => new Intl.NumberFormat(language, { minimumFractionDigits: d || 0, maximumFractionDigits: d || 0 }).format(x);
    const pct = (x) => new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 0 }).format(x);
    let closed = false, playing = false, speed = Number(at.speed) || 1, t = 0, lastTime = 0, frame = 0;
    let data = null, other = null, changes = null, stage = null, showing = 0, who = -1, table = 0, picking = false;
    let colours = {}, sprites = [], scaleX = 1, drawn = "";
    const futures = [];

    /* -- what the page holds ------------------------------------------------------------------ */
    const canvas = el("canvas", { tabindex: "0", role: "img", "aria-label": say("loading") });
    const scene = el("p", { className: "scene", "aria-live": "polite" });
    const finding = el("h1", { className: "finding" });
    finding.textContent = say("loading");
    const message = el("div", { className: "notice", role: "alert", hidden: "" });
    const closeup = el("section", { className: "closeup", "aria-label": say("closeup"), tabindex: "0" });
    const playButton = el("button", { type: "button", className: "play", onclick: () => toggle() });
    const scrub = el("input", { type: "range", min: "0", max: "1000", step: "1", value: "0", "aria-label": say("time") });
    const speeds = el("select", { "aria-label": say("speed") });
    for (const s of [0.5, 1, 2, 4, 8]) speeds.append(el("option", { value: String(s), textContent: num(s, s < 1 ? 1 : 0) + "×" }));
    speeds.value = String(speed);
    const future = el("div", { className: "futures", role: "group", "aria-label": say("futures"), hidden: "" });
    const transport = el("div", { className: "transport" },
      el("button", { type: "button", onclick: () => step(-1), "aria-label": say("back"), textContent: "◂◂" }),
      playButton,
      el("button", { type: "button", onclick: () => step(1), "aria-label": say("step"), textContent: "▸▸" }),
      el("div", { className: "track" }, scrub, el("div", { className: "ticks", "aria-hidden": "true" })),
      speeds, future);
    const curves = el("figure", { className: "curves" });
    const pickWho = el("select", { id: "room-who" }), pickTable = el("select", { id: "room-table" });
    const follow = el("div", { className: "follow" },
      el("label", { for: "room-table", textContent: say("table") }), pickTable,
      el("label", { for: "room-who", textContent: say("delegate") }), pickWho);
    const tableBox = el("details", { className: "data" }, el("summary", { textContent: say("data") }));
    const changed = el("section", { className: "changed", hidden: "", "aria-live": "polite" });
    const legend = el("ul", { className: "legend" });
    root.replaceChildren(finding, message, legend,
      el("div", { className: "stage" }, el("div", { className: "hall" }, canvas, scene), el("div", { className: "side" }, follow, closeup)),
      transport, changed, curves, tableBox);
    const context = canvas.getContext("2d");

    /* -- loading ------------------------------------------------------------------------------ */
    async function read(url) {
      const answer = await fetch(url);
      const found = await answer.json();
      if (!answer.ok) throw new Error(found.error || say("failed"));
      return found;
    }
    async function load() {
      try {
        const found = typeof source === "string" ? await read(source) : source;
        if (closed) return;
        use(found);
        if (at.change && typeof source === "string") await fork(at.change);
      } catch (error) {
        if (closed) return;
        finding.textContent = say("failed");
        message.hidden = false;
        message.textContent = String(error.message || error);
        root.dataset.state = "failed";
      }
    }
    function use(found) {
      data = found;
      futures[0] = { data, stage: plan(data) };
      stage = futures[0].stage;
      finding.textContent = data.finding || "";
      legend.replaceChildren(...data.groups.map((g) => el("li", {}, icon(g, 20), el("span", { textContent: g.label }))));
      pickWho.replaceChildren(el("option", { value: "-1", textContent: say("nobody") }),
        ...data.people.id.map((id, i) => el("option", { value: String(i), textContent: id })));
      who = clamp(Number(at.who ?? -1), -1, data.people.id.length - 1);
      table = Math.max(0, Number(at.table ?? 1) - 1);
      t = clamp(Number(at.t ?? 0), 0, stage.length);
      pickWho.value = String(who);
      ticks(); theme(); resize(); drawCurves(); dataTable();
      root.dataset.state = "ready";
      if (!STILL() && at.t === undefined && at.still === undefined) toggle(true); else show();
    }
    function ticks() {
      const box = transport.querySelector(".ticks");
      box.replaceChildren();
      let seen = 0;
      for (const s of stage.scenes) {
        if (s.consultation === seen) continue;
        seen = s.consultation;
        const tick = el("span", { textContent: seen === 4 ? say("summit") : String(seen) });
        tick.style.left = 100 * s.start / stage.length + "%";
        box.append(tick);
      }
    }

    /* -- time --------------------------------------------------------------------------------- */
    function toggle(on) {
      playing = on === undefined ? !playing : on;
      if (playing && stage && t >= stage.length - 0.01) t = 0;
      playButton.textContent = playing ? "❚❚" : "▶";
      playButton.setAttribute("aria-label", playing ? say("pause") : say("play"));
      lastTime = 0;
      if (playing) { cancelAnimationFrame(frame); frame = requestAnimationFrame(tick); } else show();
      remember();
    }
    function tick(now) {
      if (closed || !playing) return;
      if (lastTime) t += Math.min(0.1, (now - lastTime) / 1000) * speed;
      lastTime = now;
      if (t >= stage.length) { t = stage.length; toggle(false); return; }
      show();
      frame = requestAnimationFrame(tick);
    }
    const sceneAt = (time) => {
      const s = stage.scenes;
      let k = 0;
      while (k + 1 < s.length && s[k + 1].start <= time + 1e-9) k++;
      return s[k];
    };
    function turnOf(s, time) {
      if (s.kind !== "sitting") return -1;
      return clamp(Math.floor((time - s.start - s.walk) / TURN + 1e-6), -1, s.n_turns);
    }
    function step(by) {
      if (!stage) return;
      if (playing) toggle(false);
      const s = sceneAt(t), k = turnOf(s, t), i = stage.scenes.indexOf(s);
      if (s.kind === "sitting" && k + by >= 0 && k + by <= s.n_turns) t = s.start + s.walk + (k + by) * TURN + 0.02;
      else if (by > 0) { const next = stage.scenes[i + 1]; t = next ? next.start + next.walk + 0.02 : stage.length; }
      else if (s.kind === "sitting" || t - s.start > s.walk + 0.1) t = i && s.kind === "sitting" && k >= 0 ? s.start : landing(i - 1);
      else t = landing(i - 1);
      show(); remember();
    }
    function landing(i) {
      const s = stage.scenes[Math.max(0, i)];
      return s.kind === "sitting" ? s.start + s.length - 0.05 : s.start + s.walk + 0.02;
    }
    function jump(time) { if (!stage) return; t = clamp(time, 0, stage.length); show(); remember(); }
    function remember() {
      if (typeof source !== "string" || closed || !stage) return;
      clearTimeout(remember.timer);
      remember.timer = setTimeout(() => {
        if (closed) return;
        const q = new URLSearchParams(location.search);
        q.set("t", t.toFixed(2)); q.set("table", table + 1);
        if (who >= 0) q.set("who", who); else q.delete("who");
        if (other) q.set("change", other); else q.delete("change");
        if (speed !== 1) q.set("speed", speed); else q.delete("speed");
        history.replaceState(null, "", location.pathname + "?" + q);
      }, 250);
    }

    /* -- drawing ------------------------------------------------------------------------------ */
    function theme() {
      const css = getComputedStyle(document.documentElement);
      for (const name of ["paper", "ink", "soft", "line", "band", "faint", "dot", "accent", "warm", "wood", "floor"]) {
        colours[name] = css.getPropertyValue("--" + name).trim();
      }
      sprites = [];
      drawn = "";
      if (data) show();
    }
    function sprite(g, size) {
      const key = g * 1000 + Math.round(size * scaleX * 4);
      if (!sprites[key]) {
        const box = Math.ceil(size * scaleX * 3.4), c = document.createElement("canvas");
        c.width = c.height = box;
        const d = c.getContext("2d"), group = data.groups[g];
        trace(d, group.shape, box / 2, box / 2, size * scaleX);
        d.fillStyle = group.colour; d.fill();
        d.lineWidth = Math.max(1, size * scaleX * .17); d.lineJoin = "round"; d.strokeStyle = colours.ink; d.stroke();
        sprites[key] = c;
      }
      return sprites[key];
    }
    function resize() {
      const box = canvas.getBoundingClientRect();
      const ratio = Math.min(2, window.devicePixelRatio || 1);
      const wide = Math.max(320, Math.round(box.width * ratio));
      if (canvas.width !== wide) { canvas.width = wide; canvas.height = Math.round(wide * H / W); sprites = []; }
      scaleX = canvas.width / W;
      if (data) show();
    }
    const base = document.createElement("canvas");
    function background(s) {
      const key = stage.scenes.indexOf(s) + "|" + canvas.width + "|" + showing;
      if (drawn === key) return;
      drawn = key;
      base.width = canvas.width; base.height = canvas.height;
      const c = base.getContext("2d");
      c.setTransform(scaleX, 0, 0, scaleX, 0, 0);
      c.fillStyle = colours.floor; c.fillRect(0, 0, W, H);
      if (s.round) {
        s.round.forEach((r, k) => {
          c.beginPath(); c.arc(r.x, r.y, r.disc, 0, 7);
          c.fillStyle = colours.wood; c.fill();
          c.lineWidth = 1.5; c.strokeStyle = colours.line; c.stroke();
          c.fillStyle = colours.soft; c.textAlign = "center"; c.textBaseline = "middle";
          c.font = `600 ${clamp(r.disc * .7, 11, 38)}px 'Source Sans 3', sans-serif`;
          c.fillText(String(k + 1), r.x, r.y + 1);
        });
        if ([...s.seat].some((k) => k < 0)) {
          c.font = "400 24px 'Source Sans 3', sans-serif"; c.textAlign = "left";
          c.fillStyle = colours.soft; c.fillText(say("away"), 44, H - 54);
        }
      } else if (s.spots.places) {
        c.textAlign = "center"; c.textBaseline = "alphabetic"; c.fillStyle = colours.ink;
        for (const p of s.spots.places) {
          c.font = "600 30px 'Source Sans 3', sans-serif";
          wrap(c, data.groups[p.group].label, p.x, p.y, 250, 34);
        }
      } else {
        if (s.kind !== "open" && s.kind !== "plenary") { title(c, s); return; }
        c.beginPath(); c.roundRect(W / 2 - 92, 108, 184, 46, 12);
        c.fillStyle = colours.wood; c.fill(); c.strokeStyle = colours.line; c.lineWidth = 1.5; c.stroke();
      }
      title(c, s);
    }
    function wrap(c, text, x, y, width, line) {
      const out = [];
      let row = "";
      for (const word of text.split(" ")) {
        if (row && c.measureText(row + " " + word).width > width) { out.push(row); row = word; } else row = row ? row + " " + word : word;
      }
      out.push(row);
      out.forEach((r, k) => c.fillText(r, x, y + k * line));
      return out.length;
    }
    function sceneName(s) {
      const meeting = s.consultation === 4 ? say("summit") : say("consultation", { n: num(s.consultation), dates: data.roundtable.dates[s.consultation - 1] || "" });
      const what = {
        open: s.notes && s.notes.length ? say("reading", { n: num(s.learners.length) }) : say("opening"),
        sitting: say("sitting", { n: num(s.sitting), tables: num((s.tables || []).length) }),
        plenary: say("plenary", { n: num((s.reports || []).length), learners: num((s.learners || []).length) }),
        note: say("note", { n: num((s.points || []).length) }),
        home: say("home"), turnover: say("turnover", { n: num((s.who || []).length) }),
        ballot: say("ballot", { n: num(data.solutions.filter((x) => x.is_balloted).length) }),
        partners: say("partners", { n: num((s.partnerships || []).length) }),
      }[s.kind];
      return [meeting, what];
    }
    function title(c, s) {
      const [meeting, what] = sceneName(s);
      c.textAlign = "left"; c.textBaseline = "alphabetic";
      c.font = "600 40px 'Source Sans 3', sans-serif"; c.fillStyle = colours.ink; c.fillText(meeting, 36, 54);
      const x = 36 + c.measureText(meeting).width + 24;
      c.font = "400 36px 'Source Sans 3', sans-serif"; c.fillStyle = colours.soft;
      if (x + c.measureText(what).width < W - 30) c.fillText(what, x, 54); else c.fillText(what, 36, 96);
    }
    const spot = new Float32Array(2);
    function place(s, i, move) {
      const a = s.from, b = s.spots;
      spot[0] = a[2 * i] + (b[2 * i] - a[2 * i]) * move;
      spot[1] = a[2 * i + 1] + (b[2 * i + 1] - a[2 * i + 1]) * move;
      return spot;
    }
    function show() {
      if (!data || closed) return;
      const s = sceneAt(t), local = t - s.start, move = STILL() ? 1 : ease(local / s.walk);
      const c = context;
      background(s);
      c.setTransform(1, 0, 0, 1, 0, 0);
      c.drawImage(base, 0, 0);
      c.setTransform(scaleX, 0, 0, scaleX, 0, 0);
      const k = turnOf(s, t), n = data.people.id.length, talking = s.kind === "sitting" && k >= 0 && k < s.n_turns;
      if (s.round && table < s.round.length) {
        const r = s.round[table];
        c.beginPath(); c.arc(r.x, r.y, r.ring + s.size * 1.7, 0, 7);
        c.strokeStyle = colours.accent; c.lineWidth = 4; c.stroke();
      }
      if (talking) speech(c, s, k);
      if (s.kind === "partners") links(c, s, local - s.walk);
      if (who >= 0) network(c, s, move);
      c.setTransform(1, 0, 0, 1, 0, 0);
      const size = s.size, groups = data.people.group;
      for (let i = 0; i < n; i++) {
        place(s, i, move);
        const image = sprite(groups[i], size), half = image.width / 2;
        const faint = s.seat && s.seat[i] < 0 && move > .9;
        if (faint) c.globalAlpha = .4;
        c.drawImage(image, Math.round(spot[0] * scaleX - half), Math.round(spot[1] * scaleX - half));
        if (faint) c.globalAlpha = 1;
      }
      c.setTransform(scaleX, 0, 0, scaleX, 0, 0);
      if (s.kind === "sitting" && k >= s.n_turns) shifts(c, s);
      if (s.learners && local > s.walk) learning(c, s, (local - s.walk) / (s.length - s.walk));
      if (s.kind === "note" || s.kind === "plenary") sheet(c, s, local);
      if (s.kind === "ballot" || s.kind === "partners") ballots(c, s, local - s.walk);
      if (s.kind === "turnover") for (const i of s.who) { place(s, i, move); ring(c, spot[0], spot[1], size * 1.8, colours.warm, 3); }
      if (who >= 0 && who < n) { place(s, who, move); ring(c, spot[0], spot[1], size * 2, colours.accent, 4.5); ring(c, spot[0], spot[1], size * 2.6, colours.ink, 1.5); }
      frames++;
      panel(s, k);
    }
    let frames = 0;
    function ring(c, x, y, r, colour, width) { c.beginPath(); c.arc(x, y, r, 0, 7); c.lineWidth = width; c.strokeStyle = colour; c.stroke(); }
    function speech(c, s, k) {
      for (let q = 0; q < s.turns.length; q++) {
        const speaker = s.turns[q][3 * k], bits = s.turns[q][3 * k + 2], members = s.tables[q];
        if (speaker < 0) continue;
        const i = members[speaker], x = s.spots[2 * i], y = s.spots[2 * i + 1];
        c.lineWidth = 2.5; c.strokeStyle = colours.accent;
        for (let j = 0; j < members.length && j < 30; j++) {
          if (!(bits >> j & 1)) continue;
          const m = members[j];
          c.beginPath(); c.moveTo(x, y); c.lineTo(s.spots[2 * m], s.spots[2 * m + 1]); c.stroke();
          ring(c, s.spots[2 * m], s.spots[2 * m + 1], s.size * 1.5, colours.accent, 2);
        }
        c.beginPath(); c.arc(x, y, s.size * 1.95, 0, 7); c.fillStyle = colours.accent; c.globalAlpha = .32; c.fill(); c.globalAlpha = 1;
        ring(c, x, y, s.size * 1.95, colours.accent, 2.5);
      }
    }
    const meanOf = (snap, i) => {
      const m = data.n_solutions, row = data.support[snap];
      let sum = 0;
      for (let j = 0; j < m; j++) sum += row[i * m + j];
      return sum / m;
    };
    function shifts(c, s) {
      for (const members of s.tables) for (const i of members) {
        const by = meanOf(s.after, i) - meanOf(s.before, i);
        if (Math.abs(by) < 1.5) continue;
        const x = s.spots[2 * i], y = s.spots[2 * i + 1], up = by > 0 ? -1 : 1, r = s.size * clamp(.5 + Math.abs(by) / 12, .6, 1.3);
        c.beginPath(); c.moveTo(x, y + up * (s.size * 1.3 + r * 1.5)); c.lineTo(x + r, y + up * s.size * 1.3); c.lineTo(x - r, y + up * s.size * 1.3); c.closePath();
        c.fillStyle = up < 0 ? colours.accent : colours.warm; c.fill(); c.strokeStyle = colours.paper; c.lineWidth = 1.2; c.stroke();
      }
    }
    function learning(c, s, share) {
      const fade = clamp(2 - 2 * share, 0, 1);
      if (!fade) return;
      c.globalAlpha = fade;
      for (const [i, n] of s.learners) {
        if (i >= data.people.id.length) continue;
        ring(c, s.spots[2 * i], s.spots[2 * i + 1], s.size * (1.5 + .1 * Math.min(6, n)), colours.accent, 2.2);
      }
      c.globalAlpha = 1;
    }
    function sheet(c, s, local) {
      const share = ease((local - s.walk * .4) / 1.6), isNote = s.kind === "note";
      const wide = 640, items = isNote ? s.points.map((p) => data.items[p[0]][1]) : topItems(s), high = 84 + 41 * Math.min(10, items.length);
      const x = W / 2 - wide / 2, y = 172 + (1 - share) * 40;
      c.globalAlpha = share;
      c.beginPath(); c.roundRect(x, y, wide, high, 8); c.fillStyle = colours.paper; c.fill(); c.strokeStyle = colours.ink; c.lineWidth = 1.6; c.stroke();
      c.fillStyle = colours.ink; c.textAlign = "left"; c.font = "600 32px 'Source Sans 3', sans-serif";
      c.fillText(isNote ? say("note_title") : say("plenary_title"), x + 22, y + 46);
      c.font = "400 28px 'Source Sans 3', sans-serif";
      const shown = Math.ceil(items.length * clamp((local - 1) / Math.max(.5, s.length - 2.4), 0, 1));
      items.slice(0, 10).forEach((label, k) => {
        if (k >= shown) return;
        let text = label;
        while (c.measureText("·  " + text).width > wide - 44 && text.length > 4) text = text.slice(0, -2);
        c.fillText("·  " + (text === label ? text : text + "…"), x + 22, y + 92 + 41 * k);
      });
      c.globalAlpha = 1;
    }
    function topItems(s) {
      if (s.top) return s.top;
      const count = new Map();
      for (const r of s.reports) count.set(r[3], (count.get(r[3]) || 0) + 1);
      s.top = [...count].sort((a, b) => b[1] - a[1]).slice(0, 8).map(([i, n]) => `${num(n)} × ${data.items[i][1]}`);
      return s.top;
    }
    function nodes() {
      const m = data.solutions.length, rows = m > 4 ? 2 : 1, perRow = Math.ceil(m / rows), wide = Math.min(370, (W - 60) / perRow);
      return data.solutions.map((_, k) => {
        const row = Math.floor(k / perRow), inRow = Math.min(perRow, m - row * perRow);
        return { x: W / 2 + (k % perRow - (inRow - 1) / 2) * wide, y: (rows === 1 ? 190 : 168) + row * 126, wide: wide - 14 };
      });
    }
    function ballots(c, s, local) {
      const all = nodes();
      data.solutions.forEach((one, k) => {
        const known = s.kind === "partners" || local > .4 + .5 * k, p = all[k];
        c.beginPath(); c.roundRect(p.x - p.wide / 2, p.y - 56, p.wide, 112, 10);
        const yes = known && one.is_adopted;
        c.fillStyle = yes ? colours.accent : colours.paper; c.globalAlpha = known && !one.is_adopted ? .92 : 1; c.fill(); c.globalAlpha = 1;
        c.strokeStyle = yes ? colours.accent : colours.line; c.lineWidth = 2; c.stroke();
        c.fillStyle = yes ? colours.paper : known ? colours.soft : colours.ink; c.textAlign = "center";
        c.font = `${yes ? 600 : 400} 25px 'Source Sans 3', sans-serif`;
        const n = wrapTop(c, one.label, p.x, p.y - 24, p.wide - 24, 28, 2);
        c.font = "600 24px 'Source Sans 3', sans-serif";
        if (known) c.fillText(one.is_balloted ? `${one.is_adopted ? "✓" : "✗"} ${pct(one.approval)}` : say("no_ballot"), p.x, p.y + 42);
      });
    }
    function wrapTop(c, text, x, y, width, line, most) {
      const out = [];
      let row = "";
      for (const word of text.split(" ")) {
        if (row && c.measureText(row + " " + word).width > width) { out.push(row); row = word; } else row = row ? row + " " + word : word;
      }
      out.push(row);
      if (out.length > most) { out.length = most; out[most - 1] = out[most - 1].slice(0, -1) + "…"; }
      out.forEach((r, k) => c.fillText(r, x, y + k * line));
      return out.length;
    }
    function links(c, s, local) {
      const all = nodes();
      s.partnerships.forEach((p, k) => {
        const share = STILL() ? 1 : ease((local - .4 * k) / 1);
        if (share <= 0) return;
        const to = all[p.solution];
        c.strokeStyle = p.n_groups >= 3 ? colours.accent : colours.soft; c.lineWidth = p.n_groups >= 3 ? 3 : 1.8;
        if (!p.is_stable) c.setLineDash([8, 6]);
        for (const i of p.members) {
          const x = s.spots[2 * i], y = s.spots[2 * i + 1];
          c.beginPath(); c.moveTo(to.x, to.y + 56);
          const ex = to.x + (x - to.x) * share, ey = to.y + 56 + (y - to.y - 56) * share;
          c.quadraticCurveTo(to.x + (ex - to.x) * .2, to.y + 56 + (ey - to.y - 56) * .7, ex, ey); c.stroke();
        }
        c.setLineDash([]);
      });
    }
    function companions() {
      const met = new Map();
      for (const s of stage.scenes) {
        if (s.kind !== "sitting" || s.start > t) continue;
        const k = s.seat[who];
        if (k >= 0) for (const i of s.tables[k]) if (i !== who) met.set(i, (met.get(i) || 0) + 1);
      }
      return met;
    }
    function network(c, s, move) {
      if (who >= data.people.id.length) return;
      const [x, y] = place(s, who, move);
      c.strokeStyle = colours.soft; c.globalAlpha = .55;
      for (const [i, n] of companions()) {
        place(s, i, move);
        c.lineWidth = .8 + n; c.beginPath(); c.moveTo(x, y); c.lineTo(spot[0], spot[1]); c.stroke();
      }
      c.globalAlpha = 1;
    }

    /* -- the close-up ------------------------------------------------------------------------- */
    let panelKey = "", sceneKey = -1;
    function panel(s, k) {
      const here = stage.scenes.indexOf(s) + showing * 1000;
      if (here !== sceneKey) {
        sceneKey = here;
        const [meeting, what] = sceneName(s);
        scene.textContent = meeting + ": " + what;
        canvas.setAttribute("aria-label", meeting + ": " + what);
        const count = s.tables ? s.tables.length : 0;
        pickTable.replaceChildren(...(count ? s.tables.map((m, q) => el("option", { value: String(q), textContent: num(q + 1) })) : [el("option", { value: "-1", textContent: "–" })]));
        pickTable.disabled = !count;
        if (count) { table = Math.min(table, count - 1); pickTable.value = String(table); }
        markCurve();
      }
      scrub.value = String(Math.round(1000 * t / stage.length));
      if (document.activeElement === scrub || !playing) scrub.setAttribute("aria-valuetext", scene.textContent);
      const mark = curves.querySelector(".now");
      if (mark && curveX) mark.setAttribute("transform", `translate(${curveX(t).toFixed(1)} 0)`);
      const key = [here, k, table, who, picking].join();
      if (key === panelKey) return;
      panelKey = key;
      const parts = [];
      if (who >= 0) parts.push(...journey(s));
      else if (s.kind === "sitting") parts.push(...tableView(s, k));
      else parts.push(...sceneView(s));
      closeup.replaceChildren(...parts);
    }
    const named = (i, strong) => el(strong ? "b" : "span", { className: "who" }, icon(data.groups[data.people.group[i]], 16), document.createTextNode(data.people.id[i]));
    function utterance(s, k) {
      const [speaker, account, bits] = s.turns[table].slice(3 * k, 3 * k + 3);
      const members = s.tables[table];
      if (speaker < 0) return null;
      const learners = members.filter((_, j) => j < 30 && bits >> j & 1);
      const item = account >= 0 ? data.items[data.accounts[account]] : null;
      return { speaker: members[speaker], item, account: account % data.per_item + 1, learners };
    }
    function tableView(s, k) {
      const members = s.tables[table] || [], over = k >= s.n_turns;
      const out = [el("h2", { textContent: say("table_n", { n: num(table + 1), seats: num(members.length) }) })];
      const turn = clamp(k, 0, s.n_turns - 1), said = s.n_turns ? utterance(s, turn) : null;
      const learned = new Map();
      for (let q = 0; q <= turn && q < s.n_turns; q++) { const u = utterance(s, q); if (u) for (const i of u.learners) learned.set(i, (learned.get(i) || 0) + 1); }
      if (k < 0) out.push(el("p", { className: "soft", textContent: say("sit_down") }));
      else if (!over && said) {
        out.push(el("p", { className: "soft", textContent: say("turn", { n: num(turn + 1), of: num(s.n_turns) }) }));
        out.push(el("blockquote", {}, el("p", {}, named(said.speaker, true)),
          said.item ? el("p", { className: "kind", textContent: say("account", { kind: data.kinds[said.item[0]], n: num(said.account), of: num(data.per_item) }) }) : null,
          el("p", { textContent: said.item ? said.item[1] : say("silent") }),
          el("p", { className: "soft", textContent: said.learners.length ? say("learn", { n: num(said.learners.length) }) : say("known") })));
      } else if (over) {
        const yes = s.endorsed[table].map((m) => data.solutions[m] ? data.solutions[m].label : "");
        out.push(el("p", { textContent: yes.length ? say("endorses", { list: yes.join("; ") }) : say("endorses_none") }));
      }
      out.push(el("ul", { className: "seats" }, ...members.map((i) => {
        const before = meanOf(s.before, i), after = meanOf(s.after, i), now = over ? after : before;
        const bar = el("span", { className: "bar" });
        const fill = el("i", {}); fill.style.width = now + "%"; bar.append(fill);
        const speaking = !over && said && said.speaker === i && k >= 0, hears = !over && said && k >= 0 && said.learners.includes(i);
        return el("li", { className: (speaking ? "speaks " : "") + (hears ? "learns" : "") },
          el("button", { type: "button", className: "link", onclick: () => choose(i) }, named(i)), bar,
          el("span", { className: "n", textContent: over && Math.abs(after - before) >= .5 ? (after > before ? "▲ +" : "▼ −") + num(Math.abs(after - before), 0) : learned.get(i) && k >= 0 ? "+" + num(learned.get(i)) : "" }));
      })));
      out.push(el("p", { className: "soft", textContent: over ? say("bars_after") : say("bars") }));
      return out;
    }
    function sceneView(s) {
      const [meeting, what] = sceneName(s), out = [el("h2", { textContent: meeting }), el("p", { textContent: what })];
      const purpose = data.roundtable.purpose[s.consultation - 1];
      if (s.kind === "open" && purpose) out.push(el("p", { className: "soft", textContent: purpose }));
      if (s.kind === "note") out.push(el("ol", { className: "points" }, ...s.points.map(([i, n]) => el("li", {}, data.items[i][1], el("small", { textContent: " " + say("point", { kind: data.kinds[data.items[i][0]], n: num(n) }) })))));
      if (s.kind === "plenary") out.push(el("ol", { className: "points" }, ...topItems(s).map((x) => el("li", { textContent: x }))));
      if (s.kind === "ballot") out.push(el("ul", { className: "points" }, ...data.solutions.map((x) => el("li", {}, el(x.is_adopted ? "b" : "span", { textContent: x.label }), el("small", { textContent: ` ${x.is_balloted ? pct(x.approval) + ", " : ""}${x.reason}` })))));
      if (s.kind === "partners") out.push(el("ul", { className: "points" }, ...s.partnerships.map((p) => el("li", {}, el("b", { textContent: data.solutions[p.solution].label }), el("span", { className: "members" }, ...p.members.map((i) => el("button", { type: "button", className: "link", title: data.people.id[i], "aria-label": data.people.id[i], onclick: () => choose(i) }, icon(data.groups[data.people.group[i]], 18)))), el("small", { textContent: say(p.is_deliverable ? "delivers" : "speech") })))));
      if (s.kind === "home" || s.kind === "turnover") out.push(el("p", { className: "soft", textContent: say(s.kind + "_why") }));
      return out;
    }
    function choose(i) { who = i; pickWho.value = String(i); panelKey = ""; show(); remember(); }
    function journey(s) {
      const g = data.groups[data.people.group[who]], met = companions();
      const out = [el("h2", {}, icon(g, 22), document.createTextNode(" " + data.people.id[who])),
        el("p", { className: "soft", textContent: [g.label, data.people.region[who]].filter(Boolean).join(" · ") }),
        el("button", { type: "button", className: "plain small", textContent: say("let_go"), onclick: () => choose(-1) })];
      out.push(spark());
      out.push(el("p", { textContent: say("met", { n: num(met.size), groups: num(new Set([...met.keys()].map((i) => data.people.group[i])).size) }) }));
      const rows = stage.scenes.filter((x) => x.kind === "sitting").map((x) => el("li", { className: x === s ? "now" : "" },
        el("button", { type: "button", className: "link", onclick: () => { if (x.seat[who] >= 0) table = x.seat[who]; jump(x.start + x.walk + .02); },
          textContent: say("at_sitting", { c: num(x.consultation), s: num(x.sitting) }) }),
        document.createTextNode(x.seat[who] >= 0 ? " " + say("at_table", { n: num(x.seat[who] + 1) }) : " " + say("absent"))));
      out.push(el("ol", { className: "points plainlist" }, ...rows));
      const last = stage.scenes[stage.scenes.length - 1];
      if (last.kind === "partners") {
        const mine = last.partnerships.filter((p) => p.members.includes(who));
        out.push(el("p", { textContent: mine.length ? say("partner_of", { list: mine.map((p) => data.solutions[p.solution].label).join("; ") }) : say("partner_none") }));
      }
      if (s.kind === "sitting" && s.seat[who] >= 0 && typeof source === "string") out.push(mover(s));
      return out;
    }
    function spark() {
      const m = data.n_solutions, count = data.support.length, wide = 300, high = 84;
      const s = svg("svg", { viewBox: `0 0 ${wide} ${high}`, class: "spark", role: "img", "aria-label": say("spark") });
      const x = (k) => 4 + (wide - 8) * k / Math.max(1, count - 1), y = (v) => 4 + (high - 8) * (1 - v / 100);
      s.append(svg("path", { d: `M0 ${y(60)}H${wide}`, stroke: "var(--line)", "stroke-dasharray": "3 3" }));
      for (let j = 0; j < m; j++) {
        s.append(svg("path", { d: "M" + data.support.map((row, k) => `${x(k).toFixed(1)} ${y(row[who * m + j]).toFixed(1)}`).join("L"), fill: "none", stroke: "var(--dot)", "stroke-width": "1.4" }));
      }
      s.append(svg("path", { d: "M" + data.support.map((_, k) => `${x(k).toFixed(1)} ${y(meanOf(k, who)).toFixed(1)}`).join("L"), fill: "none", stroke: "var(--accent)", "stroke-width": "3" }));
      return el("figure", { className: "sparkbox" }, s, el("figcaption", { textContent: say("spark") }));
    }
    function mover(s) {
      const select = el("select", { id: "room-swap" });
      s.tables.forEach((members, k) => {
        if (k === s.seat[who]) return;
        const group = el("optgroup", { label: say("table_n", { n: num(k + 1), seats: num(members.length) }) });
        group.append(el("option", { value: "t" + k, textContent: say("move_to", { n: num(k + 1) }) }));
        for (const i of members) group.append(el("option", { value: String(i), textContent: say("swap_with", { id: data.people.id[i] }) }));
        select.append(group);
      });
      const act = () => fork([s.consultation, s.sitting, who, select.value].join("."));
      return el("div", { className: "mover" }, el("h3", { textContent: say("what_if") }),
        el("label", { for: "room-swap", textContent: say("other_seat") }), select,
        el("div", { className: "row" }, el("button", { type: "button", onclick: act, textContent: say("both") }),
          el("button", { type: "button", className: "plain", "aria-pressed": String(picking), onclick: () => { picking = !picking; panelKey = ""; show(); }, textContent: say(picking ? "picking" : "pick") })));
    }

    /* -- two futures -------------------------------------------------------------------------- */
    async function fork(change) {
      message.hidden = true;
      closeup.setAttribute("aria-busy", "true");
      try {
        const glue = source.includes("?") ? "&" : "?";
        const found = await read(source + glue + "change=" + encodeURIComponent(change));
        if (closed) return;
        other = change;
        futures[1] = { data: found.future, stage: plan(found.future) };
        changes = found.differences;
        tellChanges(change);
        future.hidden = false;
        future.replaceChildren(...[0, 1].map((k) => el("button", { type: "button", "aria-pressed": String(showing === k), onclick: () => switchTo(k), textContent: say(k ? "future_b" : "future_a") })));
        switchTo(1);
        drawCurves(); remember();
      } catch (error) {
        message.hidden = false;
        message.textContent = String(error.message || error);
      }
      closeup.removeAttribute("aria-busy");
    }
    function switchTo(k) {
      if (!futures[k]) return;
      showing = k; data = futures[k].data; stage = futures[k].stage;
      [...future.children].forEach((b, j) => b.setAttribute("aria-pressed", String(j === k)));
      drawn = ""; panelKey = ""; sceneKey = -1;
      show();
    }
    function tellChanges(change) {
      const first = futures[0].data, [c, s, one, two] = change.split(".");
      const whose = (i) => first.people.id[i];
      const what = two[0] === "t" ? say("moved", { one: whose(one), n: num(Number(two.slice(1)) + 1), c, s }) : say("swapped", { one: whose(one), other: whose(two), c, s });
      const rows = changes.outcomes.map(([name, a, b]) => el("tr", {}, el("th", { scope: "row", textContent: say("measure_" + name) }), el("td", { textContent: num(a, 2) }), el("td", { textContent: num(b, 2) }), el("td", { textContent: (b > a ? "+" : b < a ? "−" : "") + num(Math.abs(b - a), 2) })));
      const people = changes.people.map(([i, by, m]) => el("li", {}, icon(first.groups[first.people.group[i]], 16), document.createTextNode(` ${whose(i)} `), el("b", { textContent: (by > 0 ? "+" : "−") + num(Math.abs(by)) }), el("small", { textContent: " " + (first.solutions[m] ? first.solutions[m].label : "") })));
      const partners = [["won", changes.won], ["lost", changes.lost]].flatMap(([key, list]) => list.map(([m, ids]) => el("li", { textContent: say(key, { label: first.solutions[m].label, list: ids.map(whose).join(", ") }) })));
      const votes = changes.solutions.map(([m, , b]) => el("li", { textContent: say(b ? "now_adopted" : "now_rejected", { label: first.solutions[m].label }) }));
      changed.hidden = false;
      changed.replaceChildren(el("h2", { textContent: say("changed", { what, n: num(changes.n_changed) }) }),
        el("div", { className: "cols" },
          el("table", {}, el("caption", { textContent: say("forum_whole") }), el("thead", {}, el("tr", {}, el("th", { scope: "col", textContent: say("measure") }), el("th", { scope: "col", textContent: say("future_a") }), el("th", { scope: "col", textContent: say("future_b") }), el("th", { scope: "col", textContent: say("difference") }))), el("tbody", {}, ...rows)),
          el("div", {}, el("h3", { textContent: say("most_changed") }), el("ul", { className: "points plainlist" }, ...people)),
          el("div", {}, el("h3", { textContent: say("what_came") }), el("ul", { className: "points plainlist" }, ...(votes.length + partners.length ? [...votes, ...partners] : [el("li", { textContent: say("same_came") })])))),
        el("p", { className: "soft", textContent: say("one_run") }),
        el("button", { type: "button", className: "plain", textContent: say("forget"), onclick: () => { switchTo(0); futures.length = 1; other = null; changes = null; changed.hidden = true; future.hidden = true; drawCurves(); remember(); } }));
    }

    /* -- curves and numbers ------------------------------------------------------------------- */
    let curveX = null;
    function moments(f) {
      const out = [[0, 0]];
      for (const s of f.stage.scenes) if (s.after !== undefined && s.after > out[out.length - 1][1]) out.push([s.start + s.length, s.after]);
      return out;
    }
    function drawCurves() {
      const wide = 1180, high = 150, left = 44, right = 220;
      const box = svg("svg", { viewBox: `0 0 ${wide} ${high + 26}`, role: "img", "aria-label": say("curves") });
      curveX = (time) => left + (wide - left - right) * clamp(time / stage.length, 0, 1);
      const most = Math.max(...futures.flatMap((f) => f.data.curve.map((p) => p.willing)), 1e-6);
      const top = (v) => 10 + (high - 20) * (1 - v);
      for (const v of [0, .5, 1]) {
        box.append(svg("path", { d: `M${left} ${top(v)}H${wide - right}`, stroke: "var(--line)" }));
        const label = svg("text", { x: left - 8, y: top(v) + 4, "text-anchor": "end", "font-size": 12.5, fill: "var(--soft)" }); label.textContent = num(v, v === .5 ? 1 : 0); box.append(label);
      }
      let seen = 0;
      for (const s of stage.scenes) {
        if (s.consultation === seen) continue;
        seen = s.consultation;
        box.append(svg("path", { d: `M${curveX(s.start)} 4V${high}`, stroke: "var(--line)", "stroke-dasharray": "2 4" }));
        const label = svg("text", { x: curveX(s.start) + 4, y: high + 20, "font-size": 13, fill: "var(--soft)" });
        label.textContent = seen === 4 ? say("summit") : say("consultation_n", { n: num(seen) }); box.append(label);
      }
      futures.forEach((f, which) => {
        const points = moments(f), dash = which ? "6 5" : "";
        for (const [key, colour, scale] of [["convergence", "var(--ink)", 1], ["willing", "var(--accent)", .9 / most]]) {
          const path = points.map(([time, k]) => `${curveX(time).toFixed(1)} ${top(clamp(f.data.curve[k][key] * scale, -.1, 1)).toFixed(1)}`);
          box.append(svg("path", { d: "M" + path.join("L"), fill: "none", stroke: colour, "stroke-width": 2.8, "stroke-dasharray": dash, "stroke-linejoin": "round" }));
          if (!which) {
            const value = f.data.curve[points[points.length - 1][1]][key], y = top(clamp(value * scale, -.1, 1));
            const label = svg("text", { x: wide - right + 10, y: y + (key === "willing" ? 14 : -2), "font-size": 14, "font-weight": 600, fill: colour });
            label.textContent = say("curve_" + key, { value: key === "willing" ? new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 1 }).format(value) : num(value, 2) });
            box.append(label);
          }
        }
      });
      const now = svg("g", { class: "now" }, svg("path", { d: `M0 4V${high}`, stroke: "var(--warm)", "stroke-width": 2 }));
      now.setAttribute("transform", `translate(${curveX(t)} 0)`);
      box.append(now);
      box.addEventListener("click", (e) => {
        const r = box.getBoundingClientRect(), x = (e.clientX - r.left) / r.width * wide;
        jump((x - left) / (wide - left - right) * stage.length);
      });
      curves.replaceChildren(box, el("figcaption", { textContent: say("curves") }));
    }
    function markCurve() {}
    function dataTable() {
      const rows = futures[0].stage.scenes.filter((s, k, all) => s.after !== undefined && (!k || s.after !== all[k - 1].after)).map((s) => {
        const [meeting, what] = sceneName(s), p = data.curve[s.after];
        return [meeting, what, num(p.convergence, 3), new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 1 }).format(p.willing)];
      });
      const head = [say("meeting"), say("stage"), say("measure_convergence"), say("willing")];
      const safe = (x) => '"' + (/^[=+\-@\t\r]/.test(x) && isNaN(Number(x)) ? "'" + x : x).replace(/"/g, '""') + '"';
      const csv = "\ufeff" + [head, ...rows].map((r) => r.map(safe).join(",")).join("\r\n") + "\r\n";
      const link = el("a", { className: "csv", download: "room.csv", "data-reload": "", textContent: say("csv") });
      link.href = "data:text/csv;charset=utf-8," + encodeURIComponent(csv);
      tableBox.append(el("div", { className: "scroll", tabindex: "0", role: "region", "aria-label": say("data") }, el("table", {},
        el("thead", {}, el("tr", {}, ...head.map((h, k) => el("th", { scope: "col", className: k > 1 ? "n" : "", textContent: h })))),
        el("tbody", {}, ...rows.map((r) => el("tr", {}, ...r.map((x, k) => el("td", { className: k > 1 ? "n" : "", textContent: x }))))))), link);
    }

    /* -- hands -------------------------------------------------------------------------------- */
    function hit(e) {
      const r = canvas.getBoundingClientRect(), x = (e.clientX - r.left) / r.width * W, y = (e.clientY - r.top) / r.height * H;
      const s = sceneAt(t), move = STILL() ? 1 : ease((t - s.start) / s.walk);
      let best = -1, least = s.size * 2.4;
      for (let i = 0; i < data.people.id.length; i++) { place(s, i, move); const d = Math.hypot(spot[0] - x, spot[1] - y); if (d < least) { least = d; best = i; } }
      let near = -1;
      if (s.round) s.round.forEach((q, k) => { if (Math.hypot(q.x - x, q.y - y) < q.ring * 1.25) near = k; });
      return [best, near, s];
    }
    canvas.addEventListener("click", (e) => {
      if (!data) return;
      const [i, k, s] = hit(e);
      if (picking && i >= 0 && s.kind === "sitting" && s.seat[i] >= 0 && s.seat[i] !== s.seat[who]) {
        picking = false;
        fork([s.consultation, s.sitting, who, i].join("."));
        return;
      }
      if (k >= 0) { table = k; pickTable.value = String(k); }
      choose(i);
    });
    pickWho.addEventListener("change", () => choose(Number(pickWho.value)));
    pickTable.addEventListener("change", () => { table = Number(pickTable.value); panelKey = ""; choose(-1); });
    scrub.addEventListener("input", () => { if (playing) toggle(false); jump(Number(scrub.value) / 1000 * stage.length); });
    speeds.addEventListener("change", () => { speed = Number(speeds.value); remember(); });
    const keys = (e) => {
      if (!stage || e.ctrlKey || e.metaKey || e.altKey) return;
      const on = e.target;
      if (on.closest("input, select, textarea, summary, a") || (on.closest("button") && e.key === " ")) return;
      if (on !== document.body && !root.contains(on)) return;
      const acts = {
        " ": () => toggle(), k: () => toggle(), ArrowRight: () => step(1), ArrowLeft: () => step(-1),
        Home: () => jump(0), End: () => jump(stage.length), b: () => futures[1] && switchTo(1 - showing),
        "+": () => faster(1), "-": () => faster(-1), ArrowUp: () => nextTable(-1), ArrowDown: () => nextTable(1), Escape: () => choose(-1),
      };
      if (acts[e.key]) { e.preventDefault(); acts[e.key](); }
    };
    function faster(by) { const k = clamp(speeds.selectedIndex + by, 0, speeds.options.length - 1); speeds.selectedIndex = k; speed = Number(speeds.value); remember(); }
    function nextTable(by) { const s = sceneAt(t); if (!s.tables) return; table = (table + by + s.tables.length) % s.tables.length; pickTable.value = String(table); panelKey = ""; choose(-1); }
    document.addEventListener("keydown", keys);
    window.addEventListener("gfmd:theme", theme);
    const watch = new ResizeObserver(resize);
    watch.observe(canvas);
    document.fonts && document.fonts.ready.then(() => { drawn = ""; if (data) show(); });
    toggle(false);
    load();
    root.gfmd = { frames: () => frames, seek: jump, play: toggle, step, length: () => stage && stage.length, time: () => t, scene: () => sceneAt(t).kind };
    return {
      close() {
        closed = true; playing = false;
        cancelAnimationFrame(frame); clearTimeout(remember.timer); watch.disconnect();
        document.removeEventListener("keydown", keys); window.removeEventListener("gfmd:theme", theme);
      },
    };
  };
})();
