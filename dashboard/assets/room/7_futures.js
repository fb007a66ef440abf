/* Two futures on the same luck: what changed, and for whom. */
window.gfmd_parts = window.gfmd_parts || {};
(function (parts) {
  "use strict";
  const { el, icon } = parts;

  function tellChanges(view, change, found, close) {
    const { say, num, many } = view, first = view.futures[0].data, [c, s, one, two] = change.split(".");
    const what = two[0] === "t"
      ? say("moved", { one: view.name(one), n: num(Number(two.slice(1)) + 1), c, s })
      : say("swapped", { one: view.name(one), other: view.name(two), c, s });
    const signed = (x, digits) => (Math.abs(x) < .5 * 10 ** -digits ? "" : x > 0 ? "+" : "−") + num(Math.abs(x), digits);
    const rows = found.outcomes.map(([name, a, b]) => el("tr", {}, el("th", { scope: "row", textContent: say("measure_" + name) }),
      ...[num(a, 2), num(b, 2), signed(b - a, 2)].map((x) => el("td", { className: "n", textContent: x }))));
    const people = found.people.map(([i, by, m]) => el("li", {}, icon(first.groups[first.people.group[i]], 16), document.createTextNode(` ${view.name(i)} `),
      el("b", { textContent: signed(by, 0) }), el("small", { textContent: " " + (first.solutions[m] ? first.solutions[m].label : "") })));
    const partners = [["won", found.won], ["lost", found.lost]].flatMap(([key, list]) => list.map(([m, ids]) => el("li", { textContent: say(key, { label: first.solutions[m].label, list: ids.map(view.name).join(", ") }) })));
    const votes = found.solutions.map(([m, , b]) => el("li", { textContent: say(b ? "now_adopted" : "now_rejected", { label: first.solutions[m].label }) }));
    const came = votes.length + partners.length ? [...votes, ...partners] : [el("li", { textContent: say("same_came") })];
    const head = [["measure", ""], ["future_a", "n"], ["future_b", "n"], ["difference", "n"]].map(([key, side]) => el("th", { scope: "col", className: side, textContent: say(key) }));
    return [el("h2", { textContent: many("changed", found.n_changed, { what }) }),
      el("div", { className: "cols" },
        el("table", {}, el("caption", { textContent: say("forum_whole") }), el("thead", {}, el("tr", {}, ...head)), el("tbody", {}, ...rows)),
        el("div", {}, el("h3", { textContent: say("most_changed") }), el("ul", { className: "points plainlist" }, ...people)),
        el("div", {}, el("h3", { textContent: say("what_came") }), el("ul", { className: "points plainlist" }, ...came))),
      el("p", { className: "soft", textContent: say("one_run") }),
      el("button", { type: "button", className: "plain", textContent: say("forget"), onclick: close })];
  }
  Object.assign(parts, { tellChanges });
})(window.gfmd_parts);
