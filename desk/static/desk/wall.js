// The wall by keyboard: arrows go from crop to crop, space ticks, Enter confirms once every crop has been shown.

import "./clock.js";

const form = document.getElementById("wall");
const grid = form.querySelector(".wall");
const boxes = [...grid.querySelectorAll("[name=wrong]")];
const confirmButton = form.querySelector("[data-action=confirm]");

function perRow() {
  const top = (box) => Math.round(box.closest(".tile").getBoundingClientRect().top);
  return boxes.filter((box) => top(box) === top(boxes[0])).length;
}

function go(from, step) {
  const to = boxes[boxes.indexOf(from) + step];
  if (!to) return;
  for (const box of boxes) box.tabIndex = box === to ? 0 : -1;
  to.focus();
}

function tell() {
  document.getElementById("ticked").textContent = String(boxes.filter((box) => box.checked).length);
}

const steps = { ArrowRight: () => 1, ArrowLeft: () => -1, ArrowDown: perRow, ArrowUp: () => -perRow() };

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.repeat && event.key === "Enter") return event.preventDefault();
  const box = boxes.includes(event.target) ? event.target : null;
  if (event.altKey && event.code === "KeyZ") form.querySelector("[data-action=undo]")?.click();
  else if (event.ctrlKey || event.altKey || event.metaKey) return undefined;
  else if (event.key === "Enter" && (box || event.target === document.body)) confirmButton.click();
  else if (box && steps[event.key]) go(box, steps[event.key]());
  else return undefined;
  return event.preventDefault();
});
form.addEventListener("change", tell);

// What was not shown is not confirmed: a crop that fails is ticked, and Enter works when all have come.
function shown(image) {
  if (image.complete) return Promise.resolve(image.naturalWidth > 0);
  return new Promise((done) => {
    image.addEventListener("load", () => done(true), { once: true });
    image.addEventListener("error", () => done(false), { once: true });
  });
}

go(boxes[0], 0);
const images = [...grid.querySelectorAll("img")];
Promise.all(images.map(shown)).then((all) => {
  all.forEach((came, place) => {
    if (came) return;
    boxes[place].checked = true;
    boxes[place].addEventListener("click", (event) => event.preventDefault());
    document.getElementById("trouble").hidden = false;
  });
  tell();
  confirmButton.disabled = false;
  document.querySelector("main").dataset.ready = "";
});
