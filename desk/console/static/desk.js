// Keys for people who answer all day. Off in text fields; every thing has a link or button too.
"use strict";

function isWriting(target) {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

function moveRow(step) {
  const rows = [...document.querySelectorAll("a.row")];
  const at = rows.indexOf(document.activeElement);
  const next = rows[at < 0 ? (step > 0 ? 0 : rows.length - 1) : at + step];
  if (next) { next.focus(); }
}

const KEYS = {
  "j": () => moveRow(1),
  "k": () => moveRow(-1),
  "/": () => document.getElementById("text")?.focus(),
  "r": () => document.getElementById("reply")?.focus(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target)) { return; }
  if (localStorage.getItem("firsthop-keys") === "off") { return; }
  const action = KEYS[event.key];
  if (action) { event.preventDefault(); action(); }
});

document.addEventListener("click", (event) => {
  if (event.target instanceof HTMLElement && event.target.closest("[data-print]")) { window.print(); }
});

// a second click while the first is on its way would only repeat it
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form instanceof HTMLFormElement && form.method === "post") {
    if (form.dataset.sent) { event.preventDefault(); }
    form.dataset.sent = "1";
  }
});
window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
});
