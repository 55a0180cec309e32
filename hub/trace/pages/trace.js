// Keys and the slider of the step page: without scripts links and a button do the same.
"use strict";

const named = { ArrowLeft: 1, ArrowRight: 1, Home: 1, End: 1, u: 1 };

document.addEventListener("keydown", (event) => {
  const at = document.activeElement;
  if (!named[event.key] || event.ctrlKey || event.metaKey || event.altKey || (at && at.matches("input, textarea, select"))) {
    return;
  }
  const key = (event.shiftKey && event.key !== "u" ? "Shift+" : "") + event.key;
  const way = [...document.querySelectorAll("a[data-key]")].find((a) => a.dataset.key === key);
  if (way) {
    event.preventDefault();
    way.click();
  }
});

for (const form of document.querySelectorAll("form.slide")) {
  form.querySelector("input[type=range]").addEventListener("change", () => form.requestSubmit());
}

const here = document.querySelector(".steps .at");
if (here) {
  const list = here.parentElement;
  list.scrollTop = here.offsetTop - list.offsetTop - list.clientHeight / 2;
}
const line = document.querySelector(".src .is-at");
if (line) {
  const list = line.parentElement;
  list.scrollTop = line.offsetTop - list.offsetTop - list.clientHeight / 2;
}
