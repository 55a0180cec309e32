"use strict";
(function () {
  var never = Array.prototype.slice.call(document.querySelectorAll(".is-never")), at = -1;
  if (!never.length) return;
  document.getElementById("keys").hidden = false;
  function go(step) {
    if (at >= 0) never[at].classList.remove("is-at");
    at = (at + step + never.length) % never.length;
    var line = never[at], file = line.closest("details");
    if (file) file.open = true;
    line.classList.add("is-at");
    line.tabIndex = -1;
    line.focus({ preventScroll: true });
    line.scrollIntoView({ block: "center" });
  }
  document.addEventListener("keydown", function (e) {
    if (e.ctrlKey || e.metaKey || e.altKey || /^(INPUT|SELECT|TEXTAREA)$/.test(e.target.tagName)) return;
    if (e.key === "n") go(1);
    if (e.key === "p") go(at < 0 ? 0 : -1);
  });
})();
