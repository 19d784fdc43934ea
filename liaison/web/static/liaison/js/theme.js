/* Dark when the screen asks for it, before the first paint. A reader who chose light or dark is not overruled. */
(function () {
  "use strict";
  var root = document.documentElement;
  if (root.dataset.choice !== "auto") return;
  var dark = window.matchMedia("(prefers-color-scheme: dark)");
  function follow() { root.setAttribute("data-bs-theme", dark.matches ? "dark" : "light"); }
  dark.addEventListener("change", follow);
  follow();
})();
