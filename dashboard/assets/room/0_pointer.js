/* Which hand moved last: a key pressed after a click is for the page, not for what was clicked.
   Whoever comes to a button with Tab presses it with Space and Enter, as everywhere. */
window.gfmd_parts = window.gfmd_parts || {};
(function (parts) {
  "use strict";
  let pointed = false;
  document.addEventListener("pointerdown", () => { pointed = true; }, true);
  document.addEventListener("keydown", (e) => { if (e.key === "Tab") pointed = false; }, true);
  parts.pointed = () => pointed;
})(window.gfmd_parts);
