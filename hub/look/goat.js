// A little help for who has scripts: no page needs it.
"use strict";

// "/" goes to the search field.
document.addEventListener("keydown", (event) => {
  const at = document.activeElement;
  const typing = at && (at.matches("input, textarea, select") || at.isContentEditable);
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    const field = document.querySelector("header input[type=search]");
    if (field) {
      event.preventDefault();
      field.focus();
      field.select();
    }
  }
  // On source pages, n and p go to the next and previous line that never ran.
  if ((event.key === "n" || event.key === "p") && !typing && document.querySelector(".src")) {
    const lines = [...document.querySelectorAll(".src .is-never, .src .is-part")];
    const starts = lines.filter((line) => !lines.includes(line.previousElementSibling));
    const now = starts.findIndex((line) => line.classList.contains("is-at"));
    const next = starts[event.key === "n" ? Math.min(now + 1, starts.length - 1) : Math.max(now - 1, 0)];
    if (next) {
      document.querySelectorAll(".src .is-at").forEach((line) => line.classList.remove("is-at"));
      next.classList.add("is-at");
      next.scrollIntoView({ block: "center" });
    }
  }
});

// Heads of tables sort their rows.
for (const table of document.querySelectorAll("table.sort")) {
  table.querySelectorAll("thead th").forEach((head, column) => {
    if (!head.textContent.trim()) {
      return;
    }
    const button = document.createElement("button");
    button.type = "button";
    button.className = "head";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      table.querySelectorAll("th[aria-sort]").forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const body = table.tBodies[0];
      const value = (row) => {
        const cell = row.cells[column];
        return cell ? cell.dataset.value ?? cell.textContent.trim() : "";
      };
      const rows = [...body.rows].sort((a, b) => {
        const [x, y] = [value(a), value(b)];
        const [n, m] = [parseFloat(x), parseFloat(y)];
        const order = !isNaN(n) && !isNaN(m) ? n - m : x.localeCompare(y);
        return down ? -order : order;
      });
      body.append(...rows);
    });
  });
}

// A choice in a form of filters shows at once.
for (const form of document.querySelectorAll("form.filters")) {
  form.querySelectorAll("select").forEach((field) => field.addEventListener("change", () => form.requestSubmit()));
}

// Copies what a button names.
for (const button of document.querySelectorAll("button[data-copy]")) {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    const was = button.textContent;
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = was; }, 1500);
  });
}
