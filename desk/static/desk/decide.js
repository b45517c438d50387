// Deciding between two values by keyboard: 1 and 2 choose, 3 types another one, F9 approves.

import "./clock.js";

const current = () => document.querySelector("[data-current]");
const click = (selector, within = document) => within?.querySelector(selector)?.click();

function pressed(event) {
  if (event.isComposing || event.keyCode === 229 || event.repeat) return;
  const typing = event.target.matches("input[type=text]");
  let done = true;
  if (event.key === "F9" || (event.ctrlKey && event.key === "Enter")) click("[data-action=approve]");
  else if (event.altKey && event.code === "KeyZ") click("[data-action=undo]");
  else if (event.key === "Escape" && typing) event.target.blur();
  else if (event.ctrlKey || event.altKey || event.metaKey || typing) done = false;
  else if (event.key === "1" || event.key === "2") click(`[data-side="${event.key}"]`, current());
  else if (event.key === "3") current()?.querySelector("[data-other]").focus();
  else done = false;
  if (done) event.preventDefault();
}

document.addEventListener("keydown", pressed);
const first = current();
if (first) first.scrollIntoView({ block: "nearest" });
if (first && !first.querySelector("[data-side]")) first.querySelector("[data-other]").focus();
else if (!first) document.querySelector("[data-action=approve]").focus();
document.querySelector("main").dataset.ready = "";
