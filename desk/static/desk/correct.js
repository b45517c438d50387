// The correction screen by keyboard: confirm, move on, take back, approve. The server decides what is open.

import "./clock.js";
import { forget, keep, kept } from "./keep.js";
import { fieldAt, hideCrop, light, sheet, showCrop, toggleZoom, whenLoaded } from "./paper.js";

const MESSAGE_MS = 5000;
const EDGE_PX = 40;
const main = document.querySelector("main");
const list = document.querySelector(".fields");
const fields = [...document.querySelectorAll("[data-field-id]")];
const approveButton = document.querySelector("[data-action=approve]");
const trouble = document.getElementById("trouble");
const words = document.getElementById("words").dataset; // Translated by the server, as everything that is shown.
let current = null;
let saving = Promise.resolve();

for (const name of ["open", "type", "done", "saving", "unsaved"]) {
  list.style.setProperty(`--word-${name}`, JSON.stringify(words[name]));
}

// ---- what a field holds

const input = (field) => field.querySelector("[data-value]");
const boxes = (field) => [...field.querySelectorAll(".choices input")];
const isOpen = (field) => field.dataset.state === "open";
const label = (field) => field.querySelector(".name").firstChild.textContent;
const visible = (field) => field.offsetParent !== null || !field.closest("details").open;

function textOf(field) {
  if (input(field)) return input(field).value;
  return boxes(field).filter((box) => box.checked).map((box) => box.value).join(",");
}

function setText(field, text) {
  if (input(field)) input(field).value = text;
  else for (const box of boxes(field)) box.checked = text.split(",").includes(box.value);
}

for (const field of fields) field.known = textOf(field);
const changed = (field) => textOf(field) !== field.known;

// ---- going from field to field

function focusOn(field) {
  field.closest("details").open = true;
  const target = input(field) ?? boxes(field).find((box) => box.checked) ?? boxes(field)[0];
  target.focus({ preventScroll: true });
  if (input(field)) input(field).select();
}

function stand(field) {
  if (field === current) return;
  leave();
  current = field;
  current.dataset.current = "";
  showCrop(current, words.picture.replace("%s", label(current)), bringIntoView);
  light(current);
  bringIntoView();
}

function leave() {
  if (!current) return;
  delete current.dataset.current;
  hideCrop(current);
  current = null;
}

// What comes next is seen below the field, so it stands a third down rather than at the edge.
function bringIntoView() {
  if (!current) return;
  const listScrolls = getComputedStyle(list).overflowY === "auto";
  const frame = list.getBoundingClientRect();
  const place = current.getBoundingClientRect();
  if (!listScrolls) current.scrollIntoView({ block: "end" });
  else if (place.top < frame.top + EDGE_PX || place.bottom > frame.bottom - EDGE_PX) {
    list.scrollBy({ top: place.top - frame.top - frame.height / 4 });
  }
}

function nextOpen(from, step = 1) {
  const start = fields.indexOf(from);
  for (let n = 1; n <= fields.length; n += 1) {
    const field = fields.at((start + step * n) % fields.length);
    if (isOpen(field) || field.dataset.unsaved !== undefined) return field;
  }
  return null;
}

function goOn(from) {
  const field = nextOpen(from);
  if (field && field !== from) focusOn(field);
  else if (!field && !approveButton.disabled) readyToApprove();
}

// The last field is done: the whole sheet is seen once more, and no My Number stays on the screen.
function readyToApprove() {
  leave();
  approveButton.focus();
}

function neighbour(from, step) {
  const shown = fields.filter(visible);
  return shown[shown.indexOf(from) + step];
}

// ---- saving: one after the other, each at once, kept in the tab until the server has it

function post(address, values) {
  const body = new URLSearchParams(values);
  body.set("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value);
  return fetch(address, { method: "POST", body, headers: { "X-Requested-With": "fetch" }, redirect: "manual" });
}

function say(message) {
  trouble.textContent = message;
  trouble.hidden = !message;
}

function inTheAir(change) {
  main.dataset.pending = String(Number(main.dataset.pending) + change);
}

// Runs after all earlier saves; failing leaves the field marked as unsaved and its text kept in the tab.
function send(address, values, field, then) {
  inTheAir(1);
  if (field) field.dataset.saving = "";
  saving = saving.then(async () => {
    try {
      const response = await post(address, values);
      if (response.ok) then(await response.text(), response.headers.get("X-Field"));
      else await failed(response, field);
    } catch {
      if (field) field.dataset.unsaved = "";
      say(words.offline);
    } finally {
      if (field) delete field.dataset.saving;
      inTheAir(-1);
      settle();
    }
  });
}

async function failed(response, field) {
  if (field) field.dataset.unsaved = "";
  if (response.status === 401) {
    document.getElementById("expired").showModal();
    return;
  }
  const isOurs = response.headers.get("Content-Type")?.startsWith("application/json");
  const answer = isOurs ? await response.json() : { message: words.failed };
  if (answer.go) location.assign(answer.go);
  else if (answer.reload) location.reload();
  else say(answer.message);
}

// The server answers with the parts that changed; each takes the place of the part of the same id.
function replaceParts(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  for (const part of [...template.content.children]) document.getElementById(part.id)?.replaceWith(part);
}

function saved(html, fieldId) {
  replaceParts(html);
  for (const field of fields) field.dataset.state = field.querySelector(".after").dataset.state;
  const field = fields.find((other) => other.dataset.fieldId === fieldId);
  const after = field.querySelector(".after");
  say("");
  if (after.dataset.kept === "false") {
    field.dataset.unsaved = "";
  } else {
    delete field.dataset.unsaved;
    forget(field);
    // What was typed on meanwhile is newer than the answer.
    if (textOf(field) === field.sent) setText(field, after.dataset.text);
    field.known = after.dataset.text;
  }
  return field;
}

function settle() {
  const left = Number(document.getElementById("open-count").textContent);
  main.dataset.openCount = String(left);
  const unsaved = fields.some((field) => field.dataset.unsaved !== undefined);
  approveButton.disabled = left > 0 || unsaved;
  if (!approveButton.disabled && main.dataset.pending === "0" && current && !changed(current) && current.leaving) {
    readyToApprove();
  }
}

function save(field, confirm = false) {
  field.sent = textOf(field);
  keep(field, field.sent, true);
  const values = confirm ? { confirm: "1" } : { value: field.sent };
  send(field.dataset.save, values, field, (html, fieldId) => {
    const done = saved(html, fieldId);
    const again = isOpen(done) || done.dataset.unsaved !== undefined;
    // Only somebody who has not begun with the next field is called back.
    if (again && current !== done && !(current && changed(current))) focusOn(done);
  });
}

function confirmField(field) {
  // A second Enter before the answer is no second typing.
  if (field.dataset.saving !== undefined && textOf(field) === field.sent) return;
  const after = field.querySelector(".after");
  const confirmable = after.dataset.confirmable !== undefined;
  for (const other of fields) other.leaving = false;
  field.leaving = true;
  // With the reading hidden an empty input says nothing yet; that it is blank on paper is said by Alt+B.
  if (isOpen(field) && after.dataset.hidden !== undefined && !textOf(field)) {
    say(words.typeIt);
    return;
  }
  if (changed(field) || field.dataset.unsaved !== undefined) save(field);
  else if (isOpen(field) && confirmable) save(field, true);
  else if (isOpen(field)) save(field);
  goOn(field);
}

function undo() {
  send(main.dataset.undoUrl, {}, null, (html, fieldId) => {
    const field = fields.find((other) => other.dataset.fieldId === fieldId);
    field.sent = textOf(field);
    for (const other of fields) other.leaving = false;
    focusOn(saved(html, fieldId));
  });
}

// ---- keys

function choose(field, event) {
  const number = Number(event.key);
  if (event.key === "0" || event.key === "Delete" || event.key === "Backspace") setText(field, "");
  else if (boxes(field)[number - 1]) {
    const box = boxes(field)[number - 1];
    box.checked = box.type === "radio" || !box.checked;
    box.focus();
  } else return;
  event.preventDefault();
  keep(field, textOf(field), false);
}

function takeAlternative(field, number) {
  const button = field.querySelectorAll("[data-alternative]")[number - 1];
  if (button) setText(field, button.dataset.alternative);
}

function open(name) {
  document.getElementById(name).showModal();
}

function returnAsIllegible(field) {
  open("dispose-return");
  const reason = document.getElementById("r-return");
  const section = field.closest("details").querySelector("summary").firstChild.textContent;
  reason.value = words.illegible.replace("%s", `${section} ${label(field)}`);
}

function toggleFilter() {
  const on = list.classList.toggle("filtered");
  document.querySelector("[data-action=filter]").setAttribute("aria-pressed", String(on));
}

function approve() {
  // What stands in the field and was not confirmed yet is not approved unseen.
  if (current && changed(current)) confirmField(current);
  saving.then(() => {
    if (!approveButton.disabled) approveButton.form.requestSubmit();
    else goOn(current ?? fields.at(-1));
  });
}

const everywhere = {
  F1: () => open("keys"),
  F2: toggleZoom,
  F3: toggleFilter,
  F9: approve,
};
const withAlt = {
  KeyB: (field) => { setText(field, ""); save(field); goOn(field); },
  KeyU: returnAsIllegible,
  KeyZ: undo,
};

function inField(field, event) {
  if (event.key === "Enter" && event.shiftKey) focusOn(nextOpen(field, -1) ?? neighbour(field, -1) ?? field);
  else if (event.key === "Enter") confirmField(field);
  else if (event.key === "Escape") setText(field, field.known);
  else if (input(field) && event.key === "ArrowDown") move(field, 1);
  else if (input(field) && event.key === "ArrowUp") move(field, -1);
  else return false;
  return true;
}

function move(field, step) {
  const to = neighbour(field, step);
  if (to) focusOn(to);
}

function pressed(event) {
  // Enter that ends a kana-kanji conversion belongs to the input method.
  if (event.isComposing || event.keyCode === 229 || document.querySelector("dialog[open]")) return;
  const field = event.target.closest("[data-field-id]");
  const alternative = /^(?:Digit|Numpad)([1-9])$/.exec(event.code);
  let done = true;
  if (everywhere[event.key]) everywhere[event.key]();
  else if (event.ctrlKey && event.key === "Enter") approve();
  else if (event.altKey && !event.ctrlKey && withAlt[event.code]) withAlt[event.code](field ?? current);
  else if (event.altKey && !event.ctrlKey && alternative && field) takeAlternative(field, Number(alternative[1]));
  else if (event.ctrlKey || event.altKey || event.metaKey) done = false;
  else if (field && inField(field, event)) done = true;
  else {
    if (field && !input(field)) choose(field, event);
    return;
  }
  if (done) event.preventDefault();
}

// A key held down confirms one field, not ten.
document.addEventListener("keydown", (event) => (event.repeat && event.key === "Enter" ? event.preventDefault() : pressed(event)));

// ---- mouse, leaving a field, dialogs

list.addEventListener("focusin", (event) => {
  const field = event.target.closest("[data-field-id]");
  if (field) stand(field);
});
list.addEventListener("focusout", (event) => {
  const field = event.target.closest("[data-field-id]");
  if (!field || field.contains(event.relatedTarget)) return;
  if (changed(field) && field.dataset.saving === undefined) save(field);
});
list.addEventListener("input", (event) => {
  const field = event.target.closest("[data-field-id]");
  if (field) keep(field, textOf(field), false);
});
list.addEventListener("click", (event) => {
  const field = event.target.closest("[data-field-id]");
  const button = event.target.closest("[data-alternative]");
  if (button) setText(field, button.dataset.alternative);
  if (field && (button || !event.target.closest("input, label"))) focusOn(field);
});
sheet.addEventListener("click", (event) => {
  const field = fieldAt(event, fields);
  if (field) focusOn(field);
});
document.querySelector("[data-action=filter]").addEventListener("click", toggleFilter);
document.querySelector("[data-action=keys]").addEventListener("click", () => open("keys"));
for (const button of document.querySelectorAll("[data-opens]")) {
  button.addEventListener("click", () => open(button.dataset.opens));
}
for (const button of document.querySelectorAll("[data-closes]")) {
  button.addEventListener("click", () => button.closest("dialog").close());
}
for (const dialog of document.querySelectorAll("dialog")) {
  dialog.addEventListener("close", () => current && focusOn(current));
}

// ---- beginning: what the tab kept from before an expired session is put back, and saved if it had been confirmed

for (const field of fields) {
  const found = kept(field);
  if (!found) continue;
  if (found.text === field.known && !isOpen(field)) forget(field);
  else {
    setText(field, found.text);
    if (found.given) save(field);
  }
}
settle();
const unfinished = fields.find((field) => kept(field) && !kept(field).given);
const first = unfinished ?? fields.find(isOpen);
if (first) {
  focusOn(first);
  stand(first);
} else approveButton.focus();
whenLoaded(() => {
  if (!current) return;
  light(current);
  showCrop(current, words.picture.replace("%s", label(current)), bringIntoView);
});
setTimeout(() => document.querySelector(".work > .message.success")?.remove(), MESSAGE_MS);
main.dataset.ready = "";
