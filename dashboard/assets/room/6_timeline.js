/* Time: the curves of convergence and of willingness over the same line as the slider. */
window.gfmd_parts = window.gfmd_parts || {};
(function (parts) {
  "use strict";
  const { el, svg, clamp, table, csvLink, sceneName } = parts;
  const HIGH = 78, EDGE = 9;

  function timeline(view, root, jump) {
    const { say, num } = view;
    const curves = el("div", { className: "curves" }), labels = el("div", { className: "labels" });
    const scrub = el("input", { type: "range", min: "0", max: "1000", step: "1", value: "0", "aria-label": say("time") });
    root.replaceChildren(el("div", { className: "track" }, curves, scrub), labels);
    const percent = new Intl.NumberFormat(view.language, { style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1, signDisplay: "negative" });
    const told = { convergence: (v) => num(v, 2), willing: (v) => percent.format(v) };
    let x = () => 0, y = {}, now = null, dots = {}, wide = 0;

    const moments = (f) => {
      const out = [[0, 0]];
      for (const s of f.stage.scenes) {
        const last = out[out.length - 1][1];
        if (s.after !== undefined && s.after > last) out.push([s.start, last], [s.start + s.length, s.after]); // nothing moves before it
      }
      return out;
    };
    /* A curve's value at a moment, between the snapshots on either side. */
    function valueAt(f, key, time) {
      const points = f.moments;
      let k = 0;
      while (k + 1 < points.length && points[k + 1][0] <= time) k++;
      const [t0, a] = points[k], [t1, b] = points[Math.min(k + 1, points.length - 1)];
      const share = t1 > t0 ? clamp((time - t0) / (t1 - t0), 0, 1) : 0;
      return f.data.curve[a][key] * (1 - share) + f.data.curve[b][key] * share;
    }
    function draw() {
      wide = Math.max(200, curves.clientWidth);
      const length = view.futures[0].stage.length;
      x = (time) => EDGE + (wide - 2 * EDGE) * clamp(time / length, 0, 1);
      for (const f of view.futures) f.moments = moments(f);
      const most = Math.max(...view.futures.flatMap((f) => f.data.curve.map((p) => p.willing)), 1e-6);
      const top = (v) => 6 + (HIGH - 12) * (1 - clamp(v, 0, 1));
      y = { convergence: top, willing: (v) => top(.92 * v / most) };
      const box = svg("svg", { width: wide, height: HIGH + 22, role: "img", "aria-label": say("curves") });
      box.append(svg("path", { d: `M${EDGE} ${HIGH}H${wide - EDGE}`, stroke: "var(--line)" }));
      const names = [];
      let seen = 0;
      for (const s of view.futures[0].stage.scenes) {
        if (s.kind === "sitting") box.append(svg("rect", { x: x(s.start), y: 0, width: x(s.start + s.length) - x(s.start), height: HIGH, fill: "var(--faint)" }));
        if (s.consultation === seen) continue;
        seen = s.consultation;
        box.append(svg("path", { d: `M${x(s.start)} 0V${HIGH + 18}`, stroke: "var(--dot)" }));
        const is_last = seen === 4 && wide - x(s.start) < 90;
        const label = svg("text", { x: is_last ? wide : x(s.start) + 6, y: HIGH + 17, class: "meeting", "text-anchor": is_last ? "end" : "start" });
        label.textContent = seen === 4 ? say("summit") : say("consultation_n", { n: num(seen) });
        box.append(label);
        names.push(label);
      }
      view.futures.forEach((f, which) => {
        for (const [key, colour] of [["convergence", "var(--ink)"], ["willing", "var(--accent)"]]) {
          const path = f.moments.map(([time, k]) => `${x(time).toFixed(1)} ${y[key](f.data.curve[k][key]).toFixed(1)}`);
          box.append(svg("path", { d: "M" + path.join("L"), fill: "none", stroke: colour, "stroke-width": 2.4, "stroke-dasharray": which ? "5 4" : "", "stroke-linejoin": "round" }));
        }
      });
      now = svg("path", { d: `M0 0V${HIGH}`, stroke: "var(--warm)", "stroke-width": 2 });
      box.append(now);
      dots = {};
      for (const [key, colour] of [["convergence", "var(--ink)"], ["willing", "var(--accent)"]]) {
        const look = { fill: colour, stroke: "var(--paper)", "stroke-width": 1.5 };
        dots[key] = key === "willing" ? svg("path", { d: "M0 -6.5L6.5 0L0 6.5L-6.5 0Z", ...look }) : svg("circle", { r: 5, ...look });
        box.append(dots[key]);
      }
      box.addEventListener("click", (e) => jump((e.clientX - box.getBoundingClientRect().left - EDGE) / (wide - 2 * EDGE) * length));
      curves.replaceChildren(box);
      /* Short names where a long one would reach into the next. */
      const ends = names.map((e) => e.getBBox()), meets = (e, k) => k + 1 < ends.length && e.x + e.width + 6 > ends[k + 1].x;
      if (ends.some(meets)) names.slice(0, -1).forEach((e, k) => { e.textContent = say("consultation_short", { n: num(k + 1) }); });
      const keys = ["convergence", "willing"];
      labels.replaceChildren(...keys.map((key) => el("p", { className: key }, el("b", {}), el("span", { textContent: say("curve_" + key) }))));
      mark();
    }
    function mark() {
      if (!now) return;
      const f = view.futures[view.showing], at = x(view.t);
      now.setAttribute("transform", `translate(${at.toFixed(1)} 0)`);
      for (const [k, key] of ["convergence", "willing"].entries()) {
        const value = valueAt(f, key, view.t);
        dots[key].setAttribute("transform", `translate(${at.toFixed(1)} ${y[key](value).toFixed(1)})`);
        const text = told[key](value), b = labels.children[k].firstChild;
        if (b.textContent !== text) b.textContent = text;
      }
      scrub.value = String(Math.round(1000 * view.t / view.stage.length));
    }
    const value = (key) => (view.futures[view.showing].moments ? valueAt(view.futures[view.showing], key, view.t) : 0); // until it is drawn
    return { draw, mark, scrub, value };
  }
  function dataTable(view, box) {
    const { say, num, data } = view;
    const rows = view.futures[0].stage.scenes.filter((s, k, all) => s.after !== undefined && (!k || s.after !== all[k - 1].after)).map((s) => {
      const p = data.curve[s.after];
      return [...sceneName(view, s), num(p.convergence, 3), num(100 * p.willing, 2) + " %"];
    });
    const head = [say("meeting"), say("stage"), say("measure_convergence"), say("willing")];
    const seats = view.futures[0].stage.scenes.filter((s) => s.kind === "sitting").flatMap((s) => s.tables.map((members, k) => [num(s.consultation), num(s.sitting), num(k + 1), members.map(view.name).join(", ")]));
    const seating = [say("meeting"), say("sitting_col"), say("table"), say("delegates_col")];
    box.append(el("p", { className: "soft", textContent: say("curves") }), table(head, rows, 2, say("data")), csvLink("room.csv", head, rows, say("csv")),
      el("h3", { textContent: say("seating_col") }), table(seating, seats, 9, say("seating_col")), csvLink("seating.csv", seating, seats, say("csv")));
  }
  Object.assign(parts, { timeline, dataTable });
})(window.gfmd_parts);
