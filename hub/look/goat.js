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
  // Pages that have links for keys.
  const link = !typing && !event.ctrlKey && !event.metaKey && !event.altKey && event.key.length === 1 && /[a-z]/.test(event.key) && document.querySelector(`[data-key="${event.key}"]`);
  if (link) {
    link.click();
    return;
  }
  // On source pages, n and p go to the next and previous line that never ran.
  if ((event.key === "n" || event.key === "p") && !typing && document.querySelector(".src:not(.changed)")) {
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
const sortable = (table) => {
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
};

// A choice in a form of filters shows at once.
for (const form of document.querySelectorAll("form.filters")) {
  form.querySelectorAll("select").forEach((field) => field.addEventListener("change", () => form.requestSubmit()));
}

// Copies the text that a link leads to.
const copying = (link) => link.addEventListener("click", async (event) => {
  if (!navigator.clipboard || event.ctrlKey || event.metaKey || event.shiftKey) {
    return;
  }
  event.preventDefault();
  const was = link.textContent;
  try {
    const answer = await fetch(link.href);
    if (!answer.ok) {
      throw new Error(answer.statusText);
    }
    await navigator.clipboard.writeText(await answer.text());
    link.textContent = "Copied";
  } catch {
    location.href = link.href;
    return;
  }
  setTimeout(() => { link.textContent = was; }, 1500);
});

const equip = (root) => {
  root.querySelectorAll("table.sort").forEach(sortable);
  root.querySelectorAll("a[data-copy]").forEach(copying);
};
equip(document);

// A release's page follows what runs: the hub says when something has changed, and
// the parts that are live are taken from the page as it is then. A part in which
// somebody has the focus or has opened something stays.
const live = document.querySelector("[data-events]");
if (live && window.EventSource) {
  let source;
  const update = async () => {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok) {
      return;
    }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of document.querySelectorAll("[data-live]")) {
      const now = page.getElementById(part.id);
      if (now && !part.contains(document.activeElement) && !part.querySelector("details[open], th[aria-sort]")) {
        const fresh = document.adoptNode(now);
        part.replaceWith(fresh);
        equip(fresh);
      }
    }
  };
  const follow = () => {
    source = new EventSource(live.dataset.events);
    source.addEventListener("change", () => update().catch(() => {}));
  };
  // A page in the background holds no connection: browsers have few for each host.
  document.addEventListener("visibilitychange", () => {
    source.close();
    if (!document.hidden) {
      follow();
      update().catch(() => {});
    }
  });
  follow();
}
