/* The query page at speed: Enter asks, Escape begins again, and an answer without instruction returns to the box. */
(function () {
  "use strict";
  var MRZ_LINE = /^[A-Z0-9<]{30}$|^[A-Z0-9<]{36}$|^[A-Z0-9<]{44}$/;
  var MRZ_LINES_BY_LENGTH = { 30: 3, 36: 2, 44: 2 };

  function box() { return document.getElementById("query-text"); }

  /* Scanners send Enter after every line: an unfinished MRZ goes on instead of being asked. */
  function isUnfinishedMrz(text) {
    var lines = text.trim().split(/\s*\n\s*/);
    var last = lines[lines.length - 1];
    return MRZ_LINE.test(last) && /^[ACIPV]/.test(lines[0]) && lines.length < MRZ_LINES_BY_LENGTH[last.length];
  }

  document.addEventListener("keydown", function (event) {
    var field = box();
    if (!field) return;
    if (event.target === field && event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      if (isUnfinishedMrz(field.value)) return;
      event.preventDefault();
      field.form.requestSubmit();
    } else if (event.key === "Escape" && event.target.form === field.form) {
      field.value = "";
      field.focus();
    } else if (event.key === "/" && !/^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) {
      event.preventDefault();
      field.focus();
      field.select();
    }
  });

  document.addEventListener("submit", function (event) {
    var offered = event.target.closest("form[data-fills-the-box]");
    var field = box();
    if (!offered || !field) return;
    event.preventDefault();
    field.value = offered.elements.text.value;
    var purpose = field.form.elements.purpose;
    if (!purpose.value) purpose.value = offered.elements.purpose.value;
    field.form.requestSubmit();
  });

  document.addEventListener("htmx:afterSwap", function (event) {
    var field = box();
    if (!field || event.detail.target.id !== "answer") return;
    if (event.detail.target.querySelector("[data-returns-to-the-box]")) {
      field.focus();
      field.select();
    }
  });
})();
