/* The Room's alphabet: marks, elements, easing. Text from outside is set as text, never as markup. */
window.gfmd_parts = window.gfmd_parts || {};
(function (parts) {
  "use strict";
  const W = 1600, H = 900;
  const reduced = matchMedia("(prefers-reduced-motion: reduce)"), still = () => reduced.matches;
  const clamp = (x, a, b) => Math.min(b, Math.max(a, x));
  const ease = (x) => (x <= 0 ? 0 : x >= 1 ? 1 : x * x * (3 - 2 * x));

  const colon = (language) => (language === "fr" ? "\u00a0: " : ": ");

  const around = (n, radius, turn) => [...Array(n).keys()].map((k) => {
    const r = typeof radius === "number" ? radius : radius[k % radius.length];
    return [r * Math.sin(k * turn), -r * Math.cos(k * turn)];
  });
  const SHAPES = {
    square: [[-.89, -.89], [.89, -.89], [.89, .89], [-.89, .89]],
    diamond: [[0, -1.25], [1.25, 0], [0, 1.25], [-1.25, 0]],
    triangle: [[0, -1.3], [1.2, .9], [-1.2, .9]],
    triangle_down: [[0, 1.3], [1.2, -.9], [-1.2, -.9]],
    bar: [[-1.4, -.55], [1.4, -.55], [1.4, .55], [-1.4, .55]],
    cross: [[-.45, -1.2], [.45, -1.2], [.45, -.45], [1.2, -.45], [1.2, .45], [.45, .45], [.45, 1.2],
      [-.45, 1.2], [-.45, .45], [-1.2, .45], [-1.2, -.45], [-.45, -.45]],
    pentagon: around(5, 1.15, 2 * Math.PI / 5),
    hexagon: around(6, 1.1, Math.PI / 3),
    star: around(10, [1.45, .65], Math.PI / 5),
  };
  function trace(c, shape, x, y, r) {
    c.beginPath();
    if (!SHAPES[shape]) { c.arc(x, y, r, 0, 7); return; }
    SHAPES[shape].forEach(([a, b], k) => (k ? c.lineTo(x + a * r, y + b * r) : c.moveTo(x + a * r, y + b * r)));
    c.closePath();
  }
  function ring(c, x, y, r, colour, width) {
    c.beginPath(); c.arc(x, y, r, 0, 7); c.lineWidth = width; c.strokeStyle = colour; c.stroke();
  }
  const type = (weight, size) => `${weight} ${size}px 'Source Sans 3', sans-serif`;
  /* Words broken to a width, at most so many lines; the last is cut where there are more. */
  function lines(c, text, width, most) {
    const out = [];
    let row = "";
    for (const word of text.split(" ")) {
      const longer = row ? row + " " + word : word;
      if (row && c.measureText(longer).width > width) { out.push(row); row = word; } else row = longer;
    }
    out.push(row);
    if (out.length > most) { out.length = most; out[most - 1] += " …"; }
    return out.map((line) => cut(c, line, width));
  }
  /* A line cut to a width; remembered, for it is asked for in every frame. */
  const cuts = new Map();
  function cut(c, text, width) {
    const key = c.font + width + text;
    if (cuts.has(key)) return cuts.get(key);
    let short = text;
    if (c.measureText(text).width > width) {
      while (short.length > 3 && c.measureText(short + "…").width > width) short = short.slice(0, -1);
      short = short.trimEnd() + "…";
    }
    if (cuts.size > 2000) cuts.clear();
    cuts.set(key, short);
    return short;
  }

  function svg(name, attributes, ...children) {
    const e = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [k, v] of Object.entries(attributes)) e.setAttribute(k, v);
    e.append(...children);
    return e;
  }
  const PROPERTIES = new Set(["textContent", "value", "disabled", "checked", "className", "hidden"]);
  function el(name, attributes, ...children) {
    const e = document.createElement(name);
    for (const [k, v] of Object.entries(attributes || {})) {
      if (v === undefined || v === null) continue;
      if (k.startsWith("on")) e.addEventListener(k.slice(2), v);
      else if (PROPERTIES.has(k)) e[k] = v;
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
  function table(head, rows, numbers, label) {
    const side = (k) => (k >= numbers ? "n" : "");
    return el("div", { className: "scroll", tabindex: "0", role: "region", "aria-label": label }, el("table", {},
      el("thead", {}, el("tr", {}, ...head.map((h, k) => el("th", { scope: "col", className: side(k), textContent: h })))),
      el("tbody", {}, ...rows.map((r) => el("tr", {}, ...r.map((x, k) => el("td", { className: side(k), textContent: x })))))));
  }
  /* A table as a file in which no cell starts a formula. */
  function csvLink(name, head, rows, label) {
    const safe = (x) => '"' + (/^[=+\-@\t\r]/.test(x) && isNaN(Number(x)) ? "'" + x : x).replace(/"/g, '""') + '"';
    const text = "\ufeff" + [head, ...rows].map((r) => r.map((x) => safe(String(x))).join(",")).join("\r\n") + "\r\n";
    const link = el("a", { className: "csv", download: name, "data-reload": "", textContent: label });
    link.href = "data:text/csv;charset=utf-8," + encodeURIComponent(text);
    return link;
  }
  Object.assign(parts, { colon, W, H, still, clamp, ease, trace, ring, type, lines, cut, svg, el, icon, table, csvLink });
})(window.gfmd_parts);
