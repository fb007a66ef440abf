/* The browser's half of dashboard/components.py. No build step: React comes with Dash. */
(function () {
  "use strict";
  const R = window.React, h = R.createElement;
  const go = (href, replace) => {
    if (replace) history.replaceState(null, "", href); else history.pushState(null, "", href);
    window.dispatchEvent(new Event("gfmd:moved"));
  };
  window.gfmd_go = go;
  const here = () => location.pathname + location.search;
  const asker = Array.from(crypto.getRandomValues(new Uint8Array(12)), (b) => b.toString(16)).join("");
  /* What takes a while is answered 202 until it is there: it is asked for again, ever less often. */
  window.gfmd_fetch = async (url, goes_on) => {
    for (let wait = 30; ; wait = Math.min(wait * 1.3, 500)) {
      const answer = await fetch(url, { headers: { "X-Asker": asker } });
      if (answer.status !== 202 || !goes_on()) return answer;
      await new Promise((next) => setTimeout(next, wait));
      if (!goes_on()) return answer;
    }
  };

  function Location(props) {
    R.useEffect(() => {
      const tell = () => props.setProps({ href: here(), asker });
      const follow = (e) => {
        const a = e.target.closest && e.target.closest("a[href]");
        if (!a || e.defaultPrevented || e.button || e.metaKey || e.ctrlKey || e.shiftKey || e.altKey) return;
        if (a.target || a.hasAttribute("download") || a.origin !== location.origin) return;
        if (a.dataset.reload !== undefined || a.getAttribute("href")[0] === "#") return;
        e.preventDefault();
        go(a.pathname + a.search);
      };
      window.addEventListener("popstate", tell);
      window.addEventListener("gfmd:moved", tell);
      document.addEventListener("click", follow);
      tell();
      return () => {
        window.removeEventListener("popstate", tell);
        window.removeEventListener("gfmd:moved", tell);
        document.removeEventListener("click", follow);
      };
    }, []);
    return null;
  }

  let shown = null;
  function Page(props) {
    const ref = R.useRef(null);
    R.useEffect(() => {
      document.title = props.title;
      document.documentElement.dataset.theme = props.theme;
      document.documentElement.lang = props.lang;
      document.documentElement.dataset.ready = props.name;
      window.dispatchEvent(new Event("gfmd:theme"));
      if (shown !== null && shown !== props.name) {
        window.scrollTo(0, 0);
        const top = ref.current && ref.current.querySelector("h1");
        if (top) { top.tabIndex = -1; top.focus({ preventScroll: true }); }
      }
      shown = props.name;
    }, [props.title, props.theme, props.lang, props.name]);
    return h("div", { id: props.id, ref, className: "page", "data-name": props.name }, props.children);
  }

  /* What is drawn anew while somebody looks keeps his place: opened tables, how far they are
     scrolled, and the focus; not on another page. A thing is known by its id, or by the nearest one
     above it, its tag and its order. */
  class Results extends R.Component {
    constructor(props) { super(props); this.ref = R.createRef(); }
    name(thing) {
      if (thing.id) return "#" + thing.id;
      const above = thing.parentElement.closest("[id]"), tag = thing.tagName;
      return [above.id, tag, [...above.querySelectorAll(tag)].indexOf(thing)].join(" ");
    }
    find(name) {
      if (name[0] === "#") return document.getElementById(name.slice(1));
      const [id, tag, k] = name.split(" "), above = document.getElementById(id);
      return above && above.querySelectorAll(tag)[Number(k)];
    }
    getSnapshotBeforeUpdate() {
      const all = (what) => [...this.ref.current.querySelectorAll(what)], focused = document.activeElement;
      return {
        page: this.page(),
        open: all("details[open]").map((d) => this.name(d)),
        scrolled: all(".scroll, .picture").filter((d) => d.scrollLeft || d.scrollTop).map((d) => [this.name(d), d.scrollLeft, d.scrollTop]),
        focused: this.ref.current.contains(focused) && focused !== this.ref.current ? this.name(focused) : "",
      };
    }
    page() { const page = document.getElementById("page"); return page && page.dataset.name; }
    componentDidUpdate(_, __, kept) {
      if (this.page() !== kept.page) return;
      for (const name of kept.open) { const d = this.find(name); if (d) d.open = true; }
      for (const [name, left, top] of kept.scrolled) { const d = this.find(name); if (d) { d.scrollLeft = left; d.scrollTop = top; } }
      const held = kept.focused && this.find(kept.focused);
      if (held && document.activeElement !== held) held.focus({ preventScroll: true });
    }
    render() { return h("div", { id: this.props.id, ref: this.ref, "data-state": this.props["data-state"] }, this.props.children); }
  }

  function Form(props) {
    const ref = R.useRef(null);
    const send = (e) => {
      const button = e && e.nativeEvent ? e.nativeEvent.submitter : null;
      if (e) e.preventDefault();
      const query = new URLSearchParams(props.keep || "");
      for (const [k, v] of new FormData(ref.current, button)) if (typeof v === "string" && v !== "") query.append(k, v);
      go(props.action + "?" + query.toString(), !button && props.live);
    };
    return h("form", {
      id: props.id, ref, className: props.className, onSubmit: send, action: props.action,
      onChange: props.live ? () => send(null) : undefined,
    }, props.children);
  }

  const labelled = (props, id, control) =>
    h("div", { className: "field " + (props.className || "") },
      h("label", { htmlFor: id }, props.label), control,
      props.hint ? h("small", { id: id + "-hint" }, props.hint) : null);

  // A native control keeps its place and the focus when the server says what it holds.
  const useValue = (key, value) => {
    const ref = R.useRef(null);
    R.useEffect(() => { if (ref.current && ref.current[key] !== value) ref.current[key] = value; }, [value]);
    return ref;
  };

  function Choice(props) {
    const id = props.id || "choice-" + props.name;
    const ref = useValue("value", props.value);
    return labelled(props, id, h("select", {
      id, name: props.name, defaultValue: props.value, ref,
      "aria-describedby": props.hint ? id + "-hint" : undefined,
    }, props.options.map((o) => h("option", { key: o.value, value: o.value }, o.label))));
  }

  function Field(props) {
    const id = props.id || "field-" + props.name;
    const box = props.kind === "checkbox" || props.kind === "radio";
    const ref = box ? useValue("checked", !!props.checked) : useValue("value", String(props.value));
    const input = h("input", {
      id, name: props.name, type: props.kind, ref,
      min: props.min, max: props.max, step: props.step,
      defaultValue: props.value, defaultChecked: box ? !!props.checked : undefined,
      "aria-describedby": props.hint ? id + "-hint" : undefined,
    });
    R.useEffect(() => {
      // a number out of its range is shown as the one that is taken, in the URL too
      const asked = new URLSearchParams(location.search).get(props.name), n = Number(asked);
      if (props.kind !== "number" || asked === null || asked === String(props.value)) return;
      const bad = !Number.isFinite(n) || n < props.min || n > props.max || (Number(props.step) === 1 && !Number.isInteger(n));
      if (bad) { ref.current.value = String(props.value); carry(props.name, props.value); }
    });
    if (!box) return labelled(props, id, input);
    return h("div", { className: "field box " + (props.className || "") },
      h("label", { htmlFor: id }, input, h("span", null, props.label)),
      props.hint ? h("small", { id: id + "-hint" }, props.hint) : null);
  }

  // What was changed on the page goes into its URL, and on with the links that keep it.
  const carry = (name, value) => {
    const query = new URLSearchParams(location.search);
    query.set(name, value);
    history.replaceState(null, "", location.pathname + "?" + query);
    for (const a of document.querySelectorAll("a[data-carry]")) {
      const to = new URL(a.href);
      to.searchParams.set(name, value);
      if (a.dataset.tried && name !== "hands") to.searchParams.set("step", a.dataset.tried);
      a.href = to.pathname + to.search;
    }
  };

  function Slider(props) {
    const [place, setPlace] = R.useState(props.value);
    const last = props.stops.length - 1;
    R.useEffect(() => setPlace(props.value), [props.value]);
    const move = (e) => {
      const value = Number(e.target.value);
      setPlace(value);
      carry(props.name, value);
      props.setProps({ value });
    };
    const id = props.id + "-input";
    return h("div", { className: "slider", id: props.id },
      h("label", { htmlFor: id }, props.label, h("output", { htmlFor: id }, props.stops[place])),
      h("input", {
        id, type: "range", min: 0, max: last, step: 1, value: place, onChange: move,
        "aria-valuetext": props.stops[place],
      }),
      h("div", { className: "ends", "aria-hidden": "true" },
        h("span", null, props.stops[0]), h("span", null, props.stops[last])));
  }

  function Picture(props) {
    const ref = R.useRef(null);
    R.useEffect(() => { if (props.markup) ref.current.innerHTML = props.markup; }, [props.markup]);
    R.useEffect(() => {
      if (!props.source) return undefined;
      let live = true;
      ref.current.dataset.state = "waiting";
      window.gfmd_fetch(props.source, () => live).then((a) => (a.ok ? a.text() : "")).catch(() => "").then((text) => {
        if (!live) return;
        ref.current.innerHTML = text;
        ref.current.dataset.state = text ? "done" : "empty";
      });
      return () => { live = false; };
    }, [props.source]);
    if (props.still) return h("div", { id: props.id, ref, className: props.className });
    return h("div", {
      id: props.id, ref, className: "picture " + (props.className || ""),
      tabIndex: 0, role: "group", "aria-label": props["aria-label"],
    });
  }

  function Upload(props) {
    const [said, setSaid] = R.useState(""), [bad, setBad] = R.useState(false);
    const tell = (text, isBad) => { setSaid(text); setBad(!!isBad); };
    const send = async (e) => {
      e.stopPropagation();
      const input = e.target, file = input.files[0];
      if (!file) return;
      input.value = "";
      if (file.size > props.most) return tell(props.words.large, true);
      tell(props.words.busy);
      const form = new FormData();
      form.append("roster", file);
      form.append("language", props.language);
      const chosen = document.querySelector("select[name=scenario]"); // whose groups the list must have
      if (chosen) form.append("scenario", chosen.value);
      try {
        const answer = await fetch("/api/upload", { method: "POST", body: form });
        const found = await answer.json();
        if (!found.token) return tell(found.error, true);
        tell("");
        const query = new URLSearchParams(location.search);
        query.set("roster", found.token);
        go(location.pathname + "?" + query);
      } catch (error) { tell(props.words.failed, true); }
    };
    return h("div", { className: "field", id: props.id },
      h("input", { id: props.id + "-file", type: "file", accept: ".csv,.xlsx", onChange: send }),
      h("label", { htmlFor: props.id + "-file", className: "button plain" }, props.words.choose),
      h("div", { role: "alert", className: bad ? "notice complaint" : "soft", hidden: !said },
        said && said.problem ? complaint(said) : said));
  }

  // What somebody can mend, as the server tells it: the problem, then fact by fact.
  const complaint = (error) => [h("p", { key: "problem" }, error.problem),
    error.facts.length ? h("dl", { key: "facts" }, error.facts.map(([label, text], k) =>
      h(R.Fragment, { key: k }, h("dt", null, label), h("dd", null, text)))) : null];

  const number = (x) => new Intl.NumberFormat(document.documentElement.lang).format(x);
  let heard = 0; // news in this window: each has a number of its own
  function Poll(props) {
    const nothing = { state: "waiting", done: 0, total: 0, left: null };
    const [seen, setSeen] = R.useState(nothing);
    const words = props.words || {};
    R.useEffect(() => {
      if (!props.job) { setSeen(nothing); return undefined; }
      let live = true, known = "", wait = 120, timer = null;
      const ask = async () => {
        if (!live) return;
        let soon = 500;
        try {
          const answer = await fetch("/api/jobs/" + props.job + "?language=" + document.documentElement.lang, { cache: "no-store" });
          const news = await answer.json();
          if (!live) return;
          setSeen(news);
          if (news.version + news.state !== known) {
            known = news.version + news.state;
            props.setProps({ version: ++heard, state: news.state });
          }
          if (news.is_over) return;
          if (news.total && news.left !== null) soon = Math.max(60, 500 * news.left); // near the end more often
        } catch (error) {
          if (!live) return;
          setSeen({ state: "unreachable", done: 0, total: 0, left: null });
        }
        wait = Math.min(wait * 1.25, soon, 500);
        timer = setTimeout(ask, wait);
      };
      ask();
      return () => { live = false; clearTimeout(timer); };
    }, [props.job]);
    const stop = () => fetch("/api/jobs/" + props.job + "/cancel", { method: "POST" });
    const busy = seen.state === "running" || seen.state === "waiting";
    const compiling = busy && (seen.is_compiling || props.compiles);
    const adding = seen.state === "running" && !compiling && seen.total > 0 && seen.done >= seen.total;
    const says = compiling ? words.compiling : adding ? words.adding : words[seen.state] || seen.state;
    const count = (compiling ? words.compiled : words.count) || "";
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (!props.words || (props.passing && !compiling)) {
      return h("div", { id: props.id, hidden: true, "data-state": seen.state });
    }
    return h("div", { id: props.id, className: "poll is-" + (compiling ? "compiling" : seen.state), "data-state": seen.state },
      h("div", { className: "line" },
        h("span", { role: "status" }, says),
        busy && seen.done && seen.total && !adding ? h("span", { className: "count" }, count.replace("{done}", number(seen.done)).replace("{total}", number(seen.total)).replace("{left}", number(Math.ceil(seen.left || 0)))) : null,
        busy && !props.passing ? h("button", { type: "button", onClick: stop, className: "plain" }, words.cancel) : null),
      seen.error ? h("div", { className: "notice complaint", role: "alert" }, complaint(seen.error)) : null,
      busy ? h("progress", {
        max: seen.total || 1, value: seen.total ? seen.done : still ? 0 : undefined, "aria-label": says,
      }) : null);
  }

  function Room(props) {
    const ref = R.useRef(null);
    R.useEffect(() => {
      const room = window.gfmd_room(ref.current, props.source, props.words, props.at || {}, props.language);
      return () => room.close();
    }, [props.source]);
    return h("div", { id: props.id, ref, className: "room" });
  }

  function Hands(props) {
    const [counts, setCounts] = R.useState(props.counts);
    const add = (k, n) => {
      const next = counts.map((c, i) => (i === k ? Math.max(0, c + n) : c));
      setCounts(next);
      carry("hands", next.join("."));
    };
    const total = counts.reduce((a, b) => a + b, 0);
    return h("ul", { className: "hands", id: props.id }, props.answers.map((answer, k) =>
      h("li", { key: k },
        h("button", { type: "button", className: "answer", onClick: () => add(k, 1) },
          h("span", null, answer), h("b", { "aria-live": "polite" }, counts[k])),
        h("button", {
          type: "button", className: "less", onClick: () => add(k, -1), disabled: !counts[k],
          "aria-label": props.words.less + window.gfmd_parts.colon(document.documentElement.lang) + answer,
        }, "−"),
        h("meter", { min: 0, max: Math.max(total, 1), value: counts[k], "aria-label": answer }))));
  }

  // A cell is text, or text with something small beneath it or a mark before it.
  const cell = (c) => (typeof c === "object" && c !== null)
    ? [c.badge ? h("span", { key: "b", className: "badge" }, c.badge) : null, c.badge ? " " : null,
      c.text, c.small ? h("br", { key: "r" }) : null, c.small ? h("small", { key: "s" }, c.small) : null]
    : c;
  function Table(props) {
    const side = (k) => (k >= props.first ? "n" : undefined);
    return h("div", { id: props.id, className: "scroll", tabIndex: 0, role: "region", "aria-label": props.label },
      h("table", null,
        h("thead", null, h("tr", null, props.header.map((t, k) => h("th", { key: k, scope: "col", className: side(k) }, t)))),
        h("tbody", null, props.rows.map((row, i) => h("tr", { key: i },
          row.map((c, k) => h("td", { key: k, className: side(k) }, cell(c))))))));
  }

  window.gfmd_dashboard = { Location, Page, Results, Form, Choice, Field, Slider, Picture, Poll, Room, Hands, Upload, Table };
})();
