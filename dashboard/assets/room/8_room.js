/* The Room: one Forum seen from above, drawn on a canvas from a playback (dashboard/playback.py).

   gfmd_room(element, source, words, at, language, known) fills the element; source is a URL or the
   data, ``known`` the other future where there is no server to ask.
   Everything is a function of the time t in seconds, so that to scrub is to set t. */
(function (parts) {
  "use strict";
  const { W, H, still, clamp, ease, trace, ring, el, icon, sceneAt, beatOf, momentOf } = parts;
  const SPEEDS = [0.25, 0.5, 1, 2, 4, 8], COLOURS = ["paper", "ink", "soft", "line", "band", "faint", "dot", "accent", "warm", "wood", "floor", "chair", "grain", "shade"];

  window.gfmd_room = function (root, source, words, at, language, known) {
    const plural = new Intl.PluralRules(language);
    const say = (key, values) => (words[key] || key).replace(/\{(\w+)\}/g, (m, k) => (values && k in values ? values[k] : m));
    const formats = new Map(); // to make one takes longer than to use it a hundred times
    const format = (key, how) => formats.get(key) || formats.set(key, new Intl.NumberFormat(language, how)).get(key);
    const num = (x, d) => format(d || 0, { minimumFractionDigits: d || 0, maximumFractionDigits: d || 0, signDisplay: "negative" }).format(x);
    const many = (key, n, values) => say(plural.select(n) === "one" && words[key + "_one"] ? key + "_one" : key, { n: num(n), ...values });
    const pct = (x) => format("%", { style: "percent", maximumFractionDigits: 0 }).format(x);
    const view = { say, num, pct, many, language, data: null, stage: null, futures: [], showing: 0, t: 0, who: -1, table: 0, colours: {}, differ: null, floor: 0 };
    view.size = (units) => Math.max(units, view.floor); // letters no smaller than people can read
    view.name = (i) => (view.data.people.name || view.data.people.id)[i];
    const can_fork = typeof source === "string";
    let closed = false, playing = false, speed = Number(at.speed) || 1, lastTime = 0, frame = 0, frames = 0, busy = 0, other = at.change || null;
    let sprites = [], scale = 1, drawn = "", settled = "", panelKey = "", sceneKey = "", drag = null, wide = at.wide === "1", filled = false;

    /* -- what the page holds -- */
    const canvas = el("canvas", { tabindex: "0", role: "img", "aria-label": say("loading") });
    const scene = el("p", { className: "scene", "aria-live": "polite" });
    const finding = el("h1", { className: "finding", textContent: say("loading") });
    const message = el("div", { className: "notice complaint", role: "alert", hidden: true });
    const panel = el("section", { className: "closeup", "aria-label": say("closeup"), tabindex: "0" });
    const playButton = el("button", { type: "button", className: "play", onclick: () => toggle() });
    const speeds = el("select", { "aria-label": say("speed") }, ...SPEEDS.map((s) => el("option", { value: String(s), textContent: num(s, s < .5 ? 2 : s < 1 ? 1 : 0) + "×" })));
    speeds.value = String(SPEEDS.includes(speed) ? speed : 1);
    const future = el("div", { className: "futures", role: "group", "aria-label": say("futures"), hidden: true });
    const wider = el("button", { type: "button", className: "plain small wider", "aria-pressed": "false", onclick: () => fill(!wide) });
    const timeBox = el("div", { className: "timeline" });
    const transport = el("div", { className: "transport" },
      el("div", { className: "buttons" },
        el("button", { type: "button", className: "plain", onclick: () => step(-1), "aria-label": say("back"), textContent: "◂◂" }), playButton,
        el("button", { type: "button", className: "plain", onclick: () => step(1), "aria-label": say("step"), textContent: "▸▸" }), speeds, el("span", { className: "row-break" }), wider, future), timeBox);
    const pickWho = el("select", { id: "room-who" }), pickTable = el("select", { id: "room-table" });
    const follow = el("div", { className: "follow" }, el("label", { for: "room-table", textContent: say("table") }), pickTable, el("label", { for: "room-who", textContent: say("delegate") }), pickWho);
    const keyLine = el("p", { className: "soft keys", textContent: say("keys") });
    const box = el("details", { className: "data" }, el("summary", { textContent: say("data") }));
    const changed = el("section", { className: "changed", hidden: true, "aria-live": "polite" });
    const legend = el("ul", { className: "legend" }), differs = el("p", { className: "differs", role: "status", hidden: true });
    let sought = false; // the other future was, and there is none
    root.replaceChildren(finding, message, legend,
      el("div", { className: "stage" }, el("div", { className: "hall" }, canvas, scene), el("div", { className: "side" }, follow, differs, panel)), transport, keyLine, changed, box);
    const context = canvas.getContext("2d"), base = document.createElement("canvas"), layer = document.createElement("canvas");
    const time = parts.timeline(view, timeBox, (x) => jump(x));

    /* -- loading -- */
    async function read(url) {
      const answer = await window.gfmd_fetch(url, () => !closed).catch(() => { throw Object.assign(new Error(url), { told: { problem: say("unreachable"), facts: [] } }); });
      const found = await answer.json();
      if (!answer.ok) throw Object.assign(new Error(say("failed")), { told: found.error });
      return found;
    }
    /* What somebody can mend, as the server tells it: the problem, then fact by fact. */
    function complain(error) {
      if (!error.told) console.error(error); // ours
      const told = error.told || { problem: say("ours"), facts: [] };
      const facts = told.facts.flatMap(([label, text]) => [el("dt", { textContent: label }), el("dd", { textContent: text })]);
      message.replaceChildren(el("p", { textContent: told.problem }), ...(facts.length ? [el("dl", {}, ...facts)] : []));
      message.hidden = false;
    }
    async function load() {
      try {
        const found = can_fork ? await read(source) : source;
        if (closed) return;
        use(found);
        if (at.change && (can_fork || known)) await fork(at.change);
      } catch (error) {
        if (closed) return;
        finding.textContent = say("failed");
        complain(error);
        message.append(el("a", { href: location.pathname, className: "button", textContent: say("afresh") }));
        root.dataset.state = "failed";
      }
    }
    function use(found) {
      view.data = found;
      view.futures[0] = { data: found, stage: parts.plan(found) };
      view.stage = view.futures[0].stage;
      legend.replaceChildren(...found.groups.map((g) => el("li", {}, icon(g, 20), el("span", { textContent: g.label }))));
      pickWho.replaceChildren(el("option", { value: "-1", textContent: say("nobody") }), ...found.people.id.map((_, i) => el("option", { value: String(i), textContent: view.name(i) })));
      view.who = /^\d+$/.test(at.who ?? "") ? Math.min(Number(at.who), found.people.id.length - 1) : -1;
      view.table = Math.max(0, (Math.trunc(Number(at.table ?? 1)) || 1) - 1);
      view.t = clamp(Number(at.t ?? 0) || 0, 0, view.stage.length);
      pickWho.value = String(view.who);
      theme(); resize(); time.draw(); parts.dataTable(view, box);
      root.dataset.state = "ready";
      if (!still() && at.t === undefined && at.still === undefined) toggle(true); else show();
    }

    /* -- time -- */
    function toggle(on) {
      playing = on === undefined ? !playing : on;
      if (playing && view.stage && view.t >= view.stage.length - 0.01) view.t = 0;
      playButton.textContent = playing ? "❚❚" : "▶";
      playButton.setAttribute("aria-label", playing ? say("pause") : say("play"));
      lastTime = 0;
      if (playing) { cancelAnimationFrame(frame); frame = requestAnimationFrame(tick); } else show();
      remember();
    }
    function tick(now) {
      if (closed || !playing || !view.stage) return;
      if (lastTime) view.t += Math.min(0.1, (now - lastTime) / 1000) * speed;
      lastTime = now;
      if (view.t >= view.stage.length) { view.t = view.stage.length; toggle(false); return; }
      show();
      frame = requestAnimationFrame(tick);
    }
    function step(by) {
      if (!view.stage) return;
      if (playing) toggle(false);
      const scenes = view.stage.scenes, s = sceneAt(view.stage, view.t), i = scenes.indexOf(s), k = beatOf(s, view.t) + by;
      if (k >= 0 && k <= s.beats) view.t = momentOf(s, k);
      else if (k < 0) { const past = scenes[i - 1]; view.t = past ? momentOf(past, past.beats) : 0; }
      else { const next = scenes[i + 1]; view.t = next ? momentOf(next, 0) : view.stage.length; }
      show(); remember();
    }
    function jump(to) { if (!view.stage) return; view.t = clamp(to, 0, view.stage.length); show(); remember(); }
    function remember() {
      clearTimeout(remember.timer);
      remember.timer = setTimeout(write, 250);
    }
    function write() {
      clearTimeout(remember.timer);
      if (!can_fork || closed || !view.stage) return;
      const q = new URLSearchParams(location.search), keep = (key, value) => (value === null ? q.delete(key) : q.set(key, value));
      keep("t", view.t.toFixed(2)); keep("table", view.table + 1); keep("who", view.who >= 0 ? view.who : null);
      keep("change", other); keep("speed", speed !== 1 ? speed : null);
      keep("wide", wide ? 1 : null);
      history.replaceState(null, "", location.pathname + "?" + q);
    }
    /* Another theme or language of the same moment, or a copy of it to keep. */
    function carry(e) {
      const a = e.target.closest && e.target.closest("header .tools a[href], a[data-moment]");
      if (!a || !can_fork || !view.stage) return;
      write();
      const to = new URL(a.href), q = new URLSearchParams(location.search);
      if (a.dataset.moment === undefined) {
        q.set("theme", to.searchParams.get("theme") || q.get("theme") || "light");
        to.search = q;
      } else for (const key of ["t", "table", "who", "change", "speed", "theme"]) {
        if (q.has(key)) to.searchParams.set(key, q.get(key)); else to.searchParams.delete(key);
      }
      a.href = to.pathname + to.search;
    }
    document.addEventListener("click", carry, true);

    /* The hall alone, as large as the screen: the browser's own full screen where it lets us. */
    function fill(on, is_asked = true) {
      wide = on;
      root.toggleAttribute("data-wide", on);
      wider.textContent = say(on ? "narrower" : "wider");
      wider.setAttribute("aria-pressed", String(on));
      const page = document.documentElement;
      if (is_asked && on && page.requestFullscreen && !document.fullscreenElement) page.requestFullscreen().then(() => (filled = true), () => undefined);
      if (!on && filled && document.fullscreenElement) { filled = false; document.exitFullscreen().catch(() => undefined); }
      window.scrollTo(0, 0);
      resize(); remember();
    }
    const unfilled = () => { if (!document.fullscreenElement && filled) { filled = false; fill(false, false); } };
    document.addEventListener("fullscreenchange", unfilled);

    /* -- drawing -- */
    function theme() {
      const css = getComputedStyle(document.documentElement);
      for (const name of COLOURS) view.colours[name] = css.getPropertyValue("--" + name).trim();
      sprites = []; drawn = settled = "";
      if (view.data) show();
    }
    function sprite(g, size) {
      const key = g * 1000 + Math.round(size * scale * 4);
      if (!sprites[key]) {
        const wide = Math.ceil(size * scale * 3.4), c = document.createElement("canvas"), group = view.data.groups[g];
        c.width = c.height = wide;
        const d = c.getContext("2d");
        trace(d, group.shape, wide / 2, wide / 2, size * scale);
        d.fillStyle = group.colour; d.fill();
        d.lineWidth = Math.max(1, size * scale * .17); d.lineJoin = "round"; d.strokeStyle = view.colours.ink; d.stroke();
        sprites[key] = c;
      }
      return sprites[key];
    }
    /* The hall takes the height that is left; letters in it stay readable however small it is. */
    function resize() {
      const stage = canvas.closest(".stage"), above = stage.getBoundingClientRect().top + window.scrollY, below = transport.offsetHeight + keyLine.offsetHeight + 20;
      root.style.setProperty("--beside", Math.ceil(above + below) + "px");
      const across = canvas.getBoundingClientRect().width, em = parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
      const pixels = Math.max(320, Math.round(across * Math.min(2, window.devicePixelRatio || 1)));
      if (canvas.width !== pixels) { canvas.width = pixels; canvas.height = Math.round(pixels * H / W); sprites = []; drawn = settled = ""; }
      const floor = Math.min(48, .8 * em * W / Math.max(320, across));
      if (Math.abs(floor - view.floor) > .01) { view.floor = floor; drawn = settled = ""; }
      scale = canvas.width / W;
      if (view.data) { time.draw(); show(); }
    }
    function backdrop(s) {
      const key = view.stage.scenes.indexOf(s) + "|" + view.showing;
      if (drawn === key) return;
      drawn = key;
      const c = fresh(base);
      parts.scenery(c, view, s);
    }
    function fresh(sheet) {
      if (sheet.width !== canvas.width || sheet.height !== canvas.height) { sheet.width = canvas.width; sheet.height = canvas.height; }
      const c = sheet.getContext("2d");
      c.setTransform(scale, 0, 0, scale, 0, 0);
      return c;
    }
    function pages(size) {
      const key = "page" + size;
      if (!sprites[key]) {
        const half = size / .72 * 1.1, c = document.createElement("canvas");
        c.width = c.height = Math.ceil(2 * half * scale);
        const d = c.getContext("2d");
        d.scale(scale, scale); parts.page(d, view.colours, half, half, size);
        sprites[key] = c;
      }
      return sprites[key];
    }
    const spot = new Float32Array(2);
    function place(s, i, move) {
      const a = s.from, b = s.spots;
      spot[0] = a[2 * i] + (b[2 * i] - a[2 * i]) * move;
      spot[1] = a[2 * i + 1] + (b[2 * i + 1] - a[2 * i + 1]) * move;
      return spot;
    }
    const moveOf = (s) => (still() ? 1 : ease((view.t - s.start) / s.walk));
    /* All that stays as it is until the next beat: painted once, then copied a frame. */
    function paint(c, s, k, move, local) {
      const { data, colours, who } = view, n = data.people.id.length, at = (i) => place(s, i, move);
      c.setTransform(1, 0, 0, 1, 0, 0); c.drawImage(base, 0, 0);
      c.setTransform(scale, 0, 0, scale, 0, 0);
      if (s.round && view.table < s.round.length) {
        const r = s.round[view.table];
        c.beginPath(); c.arc(r.x, r.y, r.ring + s.size * 1.6, 0, 7); c.fillStyle = colours.accent; c.globalAlpha = .1; c.fill(); c.globalAlpha = 1;
        ring(c, r.x, r.y, r.ring + s.size * 1.6, colours.accent, 4);
      }
      if (s.kind === "sitting" && k >= 0 && k < s.beats) parts.speech(c, view, s, k);
      if (s.kind === "partners" && move === 1) for (const i of done(s, local)) parts.link(c, view, s, i, 1);
      if (who >= 0) parts.network(c, view, s, (scene_, i) => place(scene_, i, move));
      if (s.round) parts.numbers(c, view, s);
      c.setTransform(1, 0, 0, 1, 0, 0);
      for (let i = 0; i < n; i++) {
        place(s, i, move);
        const image = sprite(data.people.group[i], s.size), half = image.width / 2, faint = s.seat && s.seat[i] < 0 && move > .9;
        if (faint) c.globalAlpha = .45;
        c.drawImage(image, Math.round(spot[0] * scale - half), Math.round(spot[1] * scale - half));
        if (faint) c.globalAlpha = 1;
      }
      c.setTransform(scale, 0, 0, scale, 0, 0);
      if ((s.kind === "sitting" && k >= s.beats) || (s.kind === "home" && k >= 0)) parts.shifts(c, view, s);
      if (reading(s, k) && parts.handedOut(local - s.walk) === 1) parts.notes(c, view, s, local - s.walk, pages);
      if (s.kind === "partners") {
        parts.adopted(c, view, s); parts.key(c, view, s);
        if (move === 1) for (const i of done(s, local)) parts.knot(c, view, s, i, 1);
      }
      if (s.kind === "turnover") for (const i of s.who) if (i < n) { at(i); ring(c, spot[0], spot[1], s.size * 1.8, colours.warm, 3); }
      for (const i of parts.different(view, s)) { at(i); ring(c, spot[0], spot[1], s.size * 1.75, colours.warm, 3.5); }
      if (who >= 0 && who < n) { at(who); ring(c, spot[0], spot[1], s.size * 2, colours.accent, 4.5); ring(c, spot[0], spot[1], s.size * 2.6, colours.ink, 1.5); }
    }
    const reading = (s, k) => s.kind === "open" && s.notes.length && k >= 0;
    const done = (s, local) => [...s.partnerships.keys()].filter((i) => parts.bound(s, i, local - s.walk) === 1);
    function show() {
      if (!view.data || closed) return;
      const began = performance.now();
      const s = sceneAt(view.stage, view.t), local = view.t - s.start, move = moveOf(s), c = context, k = beatOf(s, view.t);
      backdrop(s);
      if (move === 1) {
        const stage = s.kind === "partners" ? done(s, local).length : reading(s, k) ? parts.handedOut(local - s.walk) === 1 : k;
        const key = [drawn, stage, view.table, view.who, parts.snapshotAt(s, view.t), view.futures.length].join();
        if (settled !== key) { settled = key; paint(fresh(layer), s, k, 1, local); }
        c.setTransform(1, 0, 0, 1, 0, 0); c.drawImage(layer, 0, 0);
      } else paint(c, s, k, move, local);
      c.setTransform(scale, 0, 0, scale, 0, 0);
      if (s.kind === "partners" && move === 1) {
        const growing = [...s.partnerships.keys()].map((i) => [i, parts.bound(s, i, local - s.walk)]).filter(([, x]) => x > 0 && x < 1);
        for (const [i, x] of growing) parts.link(c, view, s, i, x);
        for (const [i, x] of growing) parts.knot(c, view, s, i, x);
      }
      if (s.learners && s.kind !== "open" && k >= s.beats) parts.learning(c, view, s, (view.t - momentOf(s, s.beats)) / 1.2);
      if (reading(s, k) && parts.handedOut(local - s.walk) < 1) parts.notes(c, view, s, local - s.walk, pages);
      if (s.kind === "home") parts.notes(c, view, s, local, pages);
      if (s.kind === "note" || s.kind === "plenary" || s.kind === "ballot") parts.sheet(c, view, s, local);
      if (drag && drag.moved) { const g = view.data.groups[view.data.people.group[drag.who]]; c.globalAlpha = .85; trace(c, g.shape, drag.x, drag.y, s.size * 1.5); c.fillStyle = g.colour; c.fill(); c.globalAlpha = 1; }
      frames++;
      tell(s, k);
      busy += performance.now() - began;
    }
    const hands = { can_fork, choose, fork, visit: (x) => { if (x.seat[view.who] >= 0) view.table = x.seat[view.who]; jump(momentOf(x, 0)); } };
    function tell(s, k) {
      const here = view.stage.scenes.indexOf(s) + "|" + view.showing;
      if (here !== sceneKey) {
        sceneKey = here;
        scene.textContent = parts.sceneName(view, s).join(parts.colon(language));
        canvas.setAttribute("aria-label", scene.textContent);
        const count = s.tables ? s.tables.length : 0;
        if (pickTable.options.length !== count || !count) pickTable.replaceChildren(...(count ? s.tables.map((_, q) => el("option", { value: String(q), textContent: num(q + 1) })) : [el("option", { value: "-1", textContent: "–" })]));
        pickTable.disabled = !count;
        if (count) { view.table = Math.min(view.table, count - 1); pickTable.value = String(view.table); }
      }
      time.mark();
      const headline = parts.headline(view, s, time.value("convergence"));
      if (finding.textContent !== headline) finding.textContent = headline;
      if (!playing) time.scrub.setAttribute("aria-valuetext", scene.textContent);
      differs.hidden = !view.futures[1] && !sought;
      if (view.futures[1]) differs.textContent = many("different", parts.different(view, s).length);
      const key = [here, s.kind === "sitting" || s.kind === "plenary" ? k : "", view.table, view.who].join();
      if (key === panelKey) return;
      const same = panelKey.split(",")[0] === here && panel.scrollTop;
      panelKey = key;
      const focused = panel.contains(document.activeElement) && document.activeElement !== panel;
      panel.replaceChildren(...parts.closeup(view, s, hands));
      if (same) panel.scrollTop = same;
      if (focused) panel.focus({ preventScroll: true });
    }
    function choose(i) { view.who = i; pickWho.value = String(i); panelKey = ""; show(); remember(); }

    /* -- two futures -- */
    async function fork(change) {
      message.hidden = true;
      panel.setAttribute("aria-busy", "true");
      try {
        const found = known || await read(source + (source.includes("?") ? "&" : "?") + "change=" + encodeURIComponent(change));
        if (closed) return;
        other = change;
        sought = false;
        view.futures[1] = { data: found.future, stage: parts.plan(found.future) };
        view.differ = null;
        changed.replaceChildren(...parts.tellChanges(view, change, found.differences, forget));
        changed.hidden = false;
        future.hidden = false;
        future.replaceChildren(...[0, 1].map((k) => el("button", { type: "button", onclick: () => switchTo(k), textContent: say(k ? "future_b" : "future_a") })));
        time.draw(); switchTo(1); remember();
      } catch (error) {
        complain(error);
      }
      panel.removeAttribute("aria-busy");
    }
    function switchTo(k) {
      if (!view.futures[k]) return;
      view.showing = k; view.data = view.futures[k].data; view.stage = view.futures[k].stage;
      [...future.children].forEach((b, j) => b.setAttribute("aria-pressed", String(j === k)));
      drawn = settled = ""; panelKey = ""; sceneKey = "";
      show();
    }
    /* The other future is asked for and there is none: how to get one. */
    function seek() {
      sought = true;
      differs.textContent = say(can_fork ? "no_future" : "no_future_kept");
      show();
    }
    function forget() {
      sought = false;
      switchTo(0);
      view.futures.length = 1; view.differ = null; other = null;
      changed.hidden = true; future.hidden = true;
      time.draw(); show(); remember(); canvas.focus();
    }

    /* -- hands -- */
    function hit(e) {
      const r = canvas.getBoundingClientRect(), x = (e.clientX - r.left) / r.width * W, y = (e.clientY - r.top) / r.height * H;
      const s = sceneAt(view.stage, view.t), move = moveOf(s);
      let best = -1, least = s.size * 2.2, near = -1;
      for (let i = 0; i < view.data.people.id.length; i++) { place(s, i, move); const d = Math.hypot(spot[0] - x, spot[1] - y); if (d < least) { least = d; best = i; } }
      if (s.round) s.round.forEach((q, k) => { if (Math.hypot(q.x - x, q.y - y) < q.ring * 1.3) near = k; });
      return { i: best, k: near, s, x, y };
    }
    canvas.addEventListener("pointerdown", (e) => {
      if (!view.data || e.button) return;
      const { i, s, x, y } = hit(e);
      if (can_fork && i >= 0 && s.kind === "sitting" && s.seat[i] >= 0) { drag = { who: i, x, y, from: [x, y], moved: false }; canvas.setPointerCapture(e.pointerId); }
    });
    canvas.addEventListener("pointermove", (e) => {
      if (!drag) return;
      const { x, y } = hit(e);
      drag.x = x; drag.y = y;
      if (Math.hypot(x - drag.from[0], y - drag.from[1]) > 18) { if (!drag.moved && playing) toggle(false); drag.moved = true; show(); }
    });
    canvas.addEventListener("pointercancel", () => { drag = null; show(); });
    canvas.addEventListener("pointerup", (e) => {
      if (!view.data) return;
      const { i, k, s } = hit(e), held = drag;
      drag = null;
      if (held && held.moved) {
        show();
        if (s.kind !== "sitting") return;
        const mine = s.seat[held.who], target = i >= 0 && i !== held.who && s.seat[i] >= 0 && s.seat[i] !== mine ? i : k >= 0 && k !== mine ? "t" + k : null;
        if (target !== null) { choose(held.who); fork([s.consultation, s.sitting, held.who, target].join(".")); }
        return;
      }
      if (k >= 0) { view.table = k; pickTable.value = String(k); }
      choose(i);
    });
    pickWho.addEventListener("change", () => choose(Number(pickWho.value)));
    pickTable.addEventListener("change", () => { view.table = Number(pickTable.value); choose(-1); });
    time.scrub.addEventListener("input", () => { if (!view.stage) return; if (playing) toggle(false); jump(Number(time.scrub.value) / 1000 * view.stage.length); });
    speeds.addEventListener("change", () => { speed = Number(speeds.value); remember(); });
    function faster(by) { speeds.selectedIndex = clamp(speeds.selectedIndex + by, 0, SPEEDS.length - 1); speed = Number(speeds.value); remember(); }
    function nextTable(by) {
      const s = sceneAt(view.stage, view.t);
      if (!s.tables) return;
      view.table = (view.table + by + s.tables.length) % s.tables.length;
      pickTable.value = String(view.table); choose(-1);
    }
    const keys = (e) => {
      const on = e.target;
      if (!view.stage || e.ctrlKey || e.metaKey || e.altKey) return;
      const clicked = parts.pointed() && e.key !== "Enter" && on.matches("button, summary, a, input[type=range]");
      if (!clicked && on !== document.body && !root.contains(on)) return;
      if (!clicked && (on.closest("input, select, textarea, summary, a") || (on.closest("button") && (e.key === " " || e.key === "Enter")))) return;
      const acts = {
        " ": () => toggle(), k: () => toggle(), ArrowRight: () => step(1), ArrowLeft: () => step(-1),
        f: () => fill(!wide), Home: () => jump(0), End: () => jump(Infinity), b: () => (view.futures[1] ? switchTo(1 - view.showing) : seek()),
        "+": () => faster(1), "-": () => faster(-1), ArrowUp: () => nextTable(-1), ArrowDown: () => nextTable(1), Escape: () => choose(-1),
      };
      if ((e.key === "ArrowUp" || e.key === "ArrowDown") && on.closest(".closeup, .scroll")) return;
      if (!acts[e.key]) return;
      e.preventDefault();
      if (clicked) on.blur(); // or what was clicked would look as if the key were its own
      acts[e.key]();
    };
    document.addEventListener("keydown", keys);
    window.addEventListener("gfmd:theme", theme);
    const watch = new ResizeObserver(resize);
    watch.observe(canvas); watch.observe(timeBox);
    if (document.fonts) document.fonts.ready.then(() => { drawn = settled = ""; if (view.data) show(); });
    toggle(false);
    fill(wide, false);
    load();
    root.gfmd = { view, frames: () => frames, busy: () => busy, seek: jump, play: toggle, step, choose, length: () => view.stage && view.stage.length, time: () => view.t, scene: () => sceneAt(view.stage, view.t).kind, spot: (i) => [...place(sceneAt(view.stage, view.t), i, 1)] };
    return {
      close() {
        closed = true; playing = false;
        cancelAnimationFrame(frame); clearTimeout(remember.timer); watch.disconnect();
        document.removeEventListener("keydown", keys); document.removeEventListener("fullscreenchange", unfilled); document.removeEventListener("click", carry, true); window.removeEventListener("gfmd:theme", theme);
      },
    };
  };
})(window.gfmd_parts);
