/* For whoever stands in front: full screen, and keys that lead through a story. */
(function () {
  "use strict";
  const R = window.React, h = R.createElement;
  const TYPES = "input, select, textarea, button, summary, a[href], [contenteditable], canvas";

  const whole = () => {
    if (document.fullscreenElement) return document.exitFullscreen();
    return document.documentElement.requestFullscreen().catch(() => 0);
  };
  const follow = (kind) => {
    const link = document.querySelector("a[data-" + kind + "]");
    if (link) link.click();
    return !!link;
  };

  function Presenter(props) {
    const [full, setFull] = R.useState(!!document.fullscreenElement);
    R.useEffect(() => {
      const changed = () => {
        setFull(!!document.fullscreenElement);
        document.documentElement.toggleAttribute("data-stage", !!document.fullscreenElement);
      };
      const key = (e) => {
        if (e.ctrlKey || e.metaKey || e.altKey || e.defaultPrevented) return;
        const hand = /^Digit([1-9])$/.exec(e.code);
        const at = e.target.closest && e.target.closest(TYPES);
        const clicked = at && at.matches("button, summary, a[href], input[type=range]") && window.gfmd_parts.pointed();
        const slides = at && at.matches("input[type=range]") && e.key.startsWith("Arrow");
        if (at && (!clicked || slides) && (at.matches("input, select, textarea") || e.key === " " || e.key === "Enter")) return;
        if (clicked && e.key === "Enter") return;
        let done = false;
        if (e.key === "ArrowRight" || e.key === "PageDown" || e.key === " ") done = follow("next");
        else if (e.key === "ArrowLeft" || e.key === "PageUp") done = follow("back");
        else if (e.key === "f" || e.key === "F") { whole(); done = true; }
        else if (hand) {
          const button = document.querySelectorAll(e.shiftKey ? ".hands .less" : ".hands .answer")[hand[1] - 1];
          if (button) { button.click(); done = true; }
        }
        if (!done) return;
        e.preventDefault();
        if (clicked) at.blur(); // or what was clicked would now look as if the key were its own
      };
      changed();
      document.addEventListener("keydown", key);
      document.addEventListener("fullscreenchange", changed);
      return () => {
        document.removeEventListener("keydown", key);
        document.removeEventListener("fullscreenchange", changed);
        document.documentElement.removeAttribute("data-stage");
      };
    }, []);
    return h("button", { id: props.id, type: "button", className: "plain stage-button", onClick: whole },
      h("span", { className: "icon-whole", "aria-hidden": "true" }), full ? props.words.leave : props.words.enter);
  }

  function Press(props) {
    const press = () => {
      if (props.does === "print") window.print();
      else document.getElementById("save").click();
    };
    return h("button", { id: props.id, type: "button", className: props.className, onClick: press }, props.label);
  }

  Object.assign(window.gfmd_dashboard, { Presenter, Press });
})();
