// What a field on the correction screen holds, and which one comes next.

export let main;
export let list;
export let fields = [];

export const input = (field) => field.querySelector("[data-value]");
export const boxes = (field) => [...field.querySelectorAll(".choices input")];
export const after = (field) => field.querySelector(".after");
export const isOpen = (field) => field.dataset.state === "open";
export const isIllegible = (field) => field.dataset.state === "illegible";
export const isUnsaved = (field) => field.dataset.unsaved !== undefined;
export const label = (field) => field.querySelector(".name").firstChild.textContent;
export const byId = (id) => fields.find((field) => field.dataset.fieldId === id);
const visible = (field) => field.offsetParent !== null || !field.closest("details").open;

export function titleOf(field) {
  const section = field.closest("details").querySelector("summary").firstChild.textContent;
  return `${section} ${label(field)}`;
}

export function textOf(field) {
  if (input(field)) return input(field).value;
  return boxes(field).filter((box) => box.checked).map((box) => box.value).join(",");
}

export function setText(field, text) {
  if (input(field)) input(field).value = text;
  else for (const box of boxes(field)) box.checked = text.split(",").includes(box.value);
}

// What the page holds now. ``known`` is what the server has; what differs from it was changed here.
export function beginFields() {
  main = document.querySelector("main");
  list = document.querySelector(".fields");
  fields = [...document.querySelectorAll("[data-field-id]")];
  for (const field of fields) field.known = textOf(field);
}

export const changed = (field) => textOf(field) !== field.known;

export function nextOpen(from, step = 1) {
  const start = fields.indexOf(from);
  for (let n = 1; n <= fields.length; n += 1) {
    const field = fields.at((start + step * n) % fields.length);
    if (isOpen(field) || isUnsaved(field)) return field;
  }
  return null;
}

export function neighbour(from, step) {
  const shown = fields.filter(visible);
  return shown[shown.indexOf(from) + step];
}

// Selects the next character that another reading has otherwise, so that typing replaces it alone.
export function selectDoubtful(field) {
  const box = input(field);
  const places = after(field).dataset.doubtful;
  if (!box || !places || box.value !== after(field).dataset.text) return;
  const starts = places.split(",").map(Number);
  const all = box.selectionEnd - box.selectionStart === box.value.length;
  const place = (all ? undefined : starts.find((start) => start > box.selectionStart)) ?? starts[0];
  const length = (box.value.codePointAt(place) ?? 0) > 0xffff ? 2 : 1;
  box.setSelectionRange(place, place + length);
}

beginFields();
