/* Small comforts of the shell. Every page works without them. */
(function () {
  "use strict";

  /* A menu made of <details> closes when one leaves it, as a menu does. */
  document.addEventListener("click", function (event) {
    document.querySelectorAll("details[data-menu][open]").forEach(function (menu) {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    document.querySelectorAll("details[data-menu][open]").forEach(function (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  });

  /* Choices that send themselves: language and light or dark. Their buttons stay for those without scripts. */
  document.addEventListener("change", function (event) {
    var form = event.target.closest && event.target.closest("form[data-sends-itself]");
    if (form) form.requestSubmit();
  });

  /* Printing is the reader's act: a button may only ask the browser. */
  document.addEventListener("click", function (event) {
    if (event.target.closest && event.target.closest("[data-prints]")) window.print();
  });
})();
