/* What is seen as one file that needs nothing but itself: styles and type inside, no scripts. */
(function () {
  "use strict";
  const R = window.React, h = R.createElement;
  const POLICY = "default-src 'none'; style-src 'unsafe-inline'; font-src data:; img-src data:";
  // What only works while a server answers.
  const LIVE = "script, link, style, noscript, input[type=hidden], .skip, .tools, nav, .poll, .live, [hidden], .button:not([href^='data:'])";

  const asData = (blob) => new Promise((done, failed) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result);
    reader.onerror = () => failed(reader.error);
    reader.readAsDataURL(blob);
  });

  async function styles() {
    const sheets = [...document.querySelectorAll("link[rel=stylesheet]")].map((l) => l.href);
    let css = (await Promise.all(sheets.map(async (s) => (await fetch(s)).text()))).join("\n");
    const faces = new Set([...css.matchAll(/url\((\/type\/[^)]+)\)/g)].map((m) => m[1]));
    for (const face of faces) css = css.replaceAll(face, await asData(await (await fetch(face)).blob()));
    return css.replaceAll("</", "<\\/");
  }

  // A copy holds what is written into the page, not what was typed or chosen since.
  function freeze(from, to) {
    const kinds = "input, select, button, canvas";
    const copies = to.querySelectorAll(kinds);
    from.querySelectorAll(kinds).forEach((control, k) => {
      const copy = copies[k];
      if (control.tagName === "CANVAS") {
        const image = document.createElement("img");
        image.src = control.toDataURL();
        image.alt = control.getAttribute("aria-label") || "";
        return copy.replaceWith(image);
      }
      if (control.tagName === "BUTTON") {
        if (!control.matches(".answer")) return copy.remove();
        const text = document.createElement("div");
        text.className = control.className;
        text.append(...copy.childNodes);
        return copy.replaceWith(text);
      }
      copy.setAttribute("disabled", "");
      if (control.tagName === "SELECT") {
        [...copy.options].forEach((o, i) => o.toggleAttribute("selected", i === control.selectedIndex));
      } else if (control.type === "checkbox" || control.type === "radio") {
        copy.toggleAttribute("checked", control.checked);
      } else if (control.tagName === "INPUT" && control.type !== "file") {
        copy.setAttribute("value", control.value);
      }
      return undefined;
    });
  }

  async function whole(words) {
    const root = document.documentElement.cloneNode(true);
    freeze(document.documentElement, root);
    root.querySelectorAll(LIVE).forEach((e) => e.remove());
    root.querySelectorAll("a[href]").forEach((a) => {
      if (/^(data:|#)/.test(a.getAttribute("href"))) return;
      const text = document.createElement("span");
      text.className = a.className;
      text.append(...a.childNodes);
      a.replaceWith(text);
    });
    root.removeAttribute("data-ready");
    const make = (tag, attributes, text) => {
      const e = document.createElement(tag);
      for (const k in attributes) e.setAttribute(k, attributes[k]);
      e.textContent = text || "";
      return e;
    };
    const head = root.querySelector("head");
    head.prepend(
      make("meta", { charset: "utf-8" }),
      make("meta", { "http-equiv": "Content-Security-Policy", content: POLICY }));
    head.append(make("style", {}, await styles()));
    const day = new Intl.DateTimeFormat(root.lang, { dateStyle: "long" }).format(new Date());
    root.querySelector("footer").append(
      make("p", {}, words.saved.replace("{day}", day)),
      make("p", { class: "address" }, location.pathname + location.search));
    return "<!doctype html>\n" + root.outerHTML;
  }

  function Save(props) {
    const [said, setSaid] = R.useState("");
    const save = async () => {
      const own = document.querySelector("#main a[data-save]");
      if (own) return own.click();  // this page saves itself in a way of its own
      try {
        const url = URL.createObjectURL(new Blob([await whole(props.words)], { type: "text/html" }));
        const link = document.createElement("a");
        link.href = url;
        link.download = "gfmd-sim-" + props.name + ".html";
        link.click();
        setTimeout(() => URL.revokeObjectURL(url), 60000);
        setSaid("");
      } catch (error) { setSaid(props.words.failed); }
      return undefined;
    };
    return h(R.Fragment, null,
      h("button", { id: props.id, type: "button", className: "save", onClick: save, title: props.words.hint, "data-reload": "" },
        h("span", { className: "icon-save", "aria-hidden": "true" }), props.words.save),
      h("span", { role: "alert", className: "notice", hidden: !said }, said));
  }

  window.gfmd_dashboard.Save = Save;
})();
