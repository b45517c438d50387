// The correction screen by keyboard: confirm, move on, take back, approve. The server decides what is open.

import { beginClock } from "./clock.js";
import { after, beginFields, boxes, byId, changed, fields, input, isIllegible, isOpen, isUnsaved, label, list, main } from "./fields.js";
import { neighbour, nextOpen, selectDoubtful, setText, textOf, titleOf } from "./fields.js";
import { beginGlyphs, pick } from "./glyphs.js";
import { forget, keep, kept } from "./keep.js";
import { beginNext, letGo } from "./next.js";
import { beginPaper, fieldAt, hideCrop, light, sheet, showCrop, toggleZoom, whenLoaded } from "./paper.js";
import { say, send, settled } from "./sending.js";

const MESSAGE_MS = 5000;
const SPOT_PX = 76; // The current field stands at one place, so that the eye need not look for it.
let returnButton;
let approveButton;
let words; // Translated by the server, as everything that is shown.
let current = null;
let byMouse = false;

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

// Below it stands what comes next. What was clicked stays under the pointer.
function bringIntoView() {
  if (!current) return;
  const listScrolls = getComputedStyle(list).overflowY === "auto";
  const frame = list.getBoundingClientRect();
  const place = current.getBoundingClientRect();
  if (!listScrolls) current.scrollIntoView({ block: "end" });
  else if (!byMouse || place.bottom > frame.bottom) list.scrollBy({ top: place.top - frame.top - SPOT_PX });
}

function goOn(from) {
  const field = nextOpen(from);
  if (field && field !== from) focusOn(field);
  else if (!field && isAnswered()) readyToLetGo();
}

const isAnswered = () => main.dataset.openCount === "0" && !fields.some(isUnsaved);

// The last field is done: the whole sheet is seen once more, and no My Number stays on the screen. One that
// nobody could read does not go on to the robot but back to the resident.
function readyToLetGo() {
  leave();
  (fields.some(isIllegible) ? returnButton : approveButton).focus();
}

// ---- saving: one after the other, each at once, kept in the tab until the server has it

// The server answers with the parts that changed; each takes the place of the part of the same id.
function replaceParts(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  for (const part of [...template.content.children]) {
    const old = document.getElementById(part.id);
    // Most parts are as they were; leaving them alone spares the browser the laying out of the whole list.
    if (old && !old.isEqualNode(part)) old.replaceWith(part);
  }
}

// Another tab, or another field's answer, may have changed what stands in a field: what was not touched follows.
function takeOver(field, text) {
  if (!changed(field)) setText(field, text);
  field.known = text;
}

function saved(html, fieldId) {
  replaceParts(html);
  const field = byId(fieldId);
  for (const other of fields) {
    other.dataset.state = after(other).dataset.state;
    if (other !== field && !isUnsaved(other) && other.dataset.saving === undefined) takeOver(other, after(other).dataset.text);
  }
  say("");
  if (after(field).dataset.kept === "false") {
    field.dataset.unsaved = "";
  } else {
    delete field.dataset.unsaved;
    forget(field);
    // What was typed on meanwhile is newer than the answer.
    if (textOf(field) === field.sent) setText(field, after(field).dataset.text);
    field.known = after(field).dataset.text;
  }
  return field;
}

function settle() {
  const left = Number(document.getElementById("open-count").textContent);
  main.dataset.openCount = String(left);
  approveButton.disabled = !isAnswered() || fields.some(isIllegible);
  if (isAnswered() && main.dataset.pending === "0" && current && !changed(current) && current.leaving) {
    readyToLetGo();
  }
}

function save(field, values = { value: textOf(field) }) {
  field.sent = textOf(field);
  keep(field, field.sent, true);
  const then = (html, fieldId) => {
    const done = saved(html, fieldId);
    // What a rule says of two fields may be mended in the next one; its turn comes again after the others.
    const canWait = after(done).dataset.confirmable !== undefined && current && current !== done && isOpen(current);
    const again = isUnsaved(done) || (isOpen(done) && !canWait);
    // Only somebody who has not begun with the next field is called back.
    if (again && current !== done && !(current && changed(current))) focusOn(done);
  };
  send(main.dataset.saveUrl.replace(/x$/, field.dataset.fieldId), values, field, then, settle);
}

function confirmField(field) {
  // A second Enter before the answer is no second typing.
  if (field.dataset.saving !== undefined && textOf(field) === field.sent) return;
  const confirmable = after(field).dataset.confirmable !== undefined;
  for (const other of fields) other.leaving = false;
  field.leaving = true;
  // With the reading hidden an empty input says nothing yet; that it is blank on paper is said by Alt+B.
  if (isOpen(field) && after(field).dataset.hidden !== undefined && !textOf(field)) {
    say(words.typeIt);
    return;
  }
  if (changed(field) || isUnsaved(field)) save(field);
  else if (isOpen(field) && confirmable) save(field, { confirm: "1", shown: after(field).dataset.confirmable });
  else if (isOpen(field)) save(field);
  goOn(field);
}

function undo() {
  const then = (html, fieldId) => {
    const field = byId(fieldId);
    field.sent = textOf(field);
    for (const other of fields) other.leaving = false;
    focusOn(saved(html, fieldId));
  };
  send(main.dataset.undoUrl, {}, null, then, settle);
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
  if (!button) return;
  setText(field, button.dataset.alternative);
  keep(field, textOf(field), false);
}

// Each press takes the next address of the postal code; Enter confirms what then stands there.
function takeAddress(field) {
  const offers = [...field.querySelectorAll("[data-fill]")].map((button) => button.dataset.fill);
  if (!offers.length) return;
  setText(field, offers[(offers.indexOf(textOf(field)) + 1) % offers.length]);
  keep(field, textOf(field), false);
}

function open(name) {
  document.getElementById(name).showModal();
}

function callIllegible(field) {
  // A second checker does not change what the first has given; the sheet goes back as a whole.
  if (main.dataset.mode === "second") returnSheet([field]);
  else {
    for (const other of fields) other.leaving = false;
    field.leaving = true;
    setText(field, "");
    save(field, { illegible: "1" });
    goOn(field);
  }
}

// What is missing stands there already, a line each; the operator completes it.
function returnSheet(illegible = fields.filter(isIllegible)) {
  const reason = document.getElementById("r-return");
  const lines = illegible.map((field) => words.illegible.replace("%s", titleOf(field)));
  for (const field of fields.filter((other) => !illegible.includes(other))) {
    for (const note of field.querySelectorAll(".note.error")) lines.push(`${titleOf(field)}：${note.textContent}`);
  }
  if (!reason.value) reason.value = lines.join("\n");
  open("dispose-return");
}

function toggleFilter() {
  const on = list.classList.toggle("filtered");
  document.querySelector("[data-action=filter]").setAttribute("aria-pressed", String(on));
}

function approve() {
  // What stands in the field and was not confirmed yet is not approved unseen.
  if (current && changed(current)) confirmField(current);
  settled().then(() => {
    if (!approveButton.disabled) approveButton.form.requestSubmit();
    else goOn(current ?? fields.at(-1));
  });
}

const everywhere = {
  F1: () => open("keys"),
  F2: toggleZoom,
  F3: toggleFilter,
  F4: () => current && selectDoubtful(current),
  F8: () => open("ways"),
  F9: approve,
};
const withAlt = {
  KeyB: (field) => { if (field) { setText(field, ""); save(field); goOn(field); } },
  KeyG: (field) => field && input(field) && pick(field),
  KeyP: (field) => field && takeAddress(field),
  KeyQ: () => document.querySelector("[data-action=release]").form.requestSubmit(),
  KeyR: () => returnSheet(),
  KeyU: (field) => field && callIllegible(field),
  KeyZ: undo,
};

function chooseWay(dialog, event) {
  const button = [...dialog.querySelectorAll("[data-opens]")].find((way) => way.querySelector("kbd").textContent === event.key);
  if (!button) return;
  event.preventDefault();
  button.click();
}

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
  if (event.isComposing || event.keyCode === 229) return;
  const dialog = document.querySelector("dialog[open]");
  if (dialog) {
    if (dialog.id === "ways") chooseWay(dialog, event);
    if (event.ctrlKey && event.key === "Enter") dialog.querySelector("form")?.requestSubmit();
    return;
  }
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
document.addEventListener("keydown", () => { byMouse = false; }, { capture: true });
document.addEventListener("pointerdown", () => { byMouse = true; }, { capture: true });
document.addEventListener("keydown", (event) => (event.repeat && event.key === "Enter" ? event.preventDefault() : pressed(event)));

// ---- mouse, leaving a field, dialogs

function listen() {
  list.addEventListener("focusin", (event) => {
    const field = event.target.closest("[data-field-id]");
    if (field) stand(field);
  });
  list.addEventListener("focusout", (event) => {
    const field = event.target.closest("[data-field-id]");
    // A dialog over the field, such as the picker of glyphs, is no leaving.
    if (!field || field.contains(event.relatedTarget) || document.querySelector("dialog[open]")) return;
    if (changed(field) && field.dataset.saving === undefined) save(field);
  });
  list.addEventListener("input", (event) => {
    const field = event.target.closest("[data-field-id]");
    if (field) keep(field, textOf(field), false);
  });
  list.addEventListener("click", (event) => {
    const field = event.target.closest("[data-field-id]");
    const button = event.target.closest("[data-alternative], [data-fill]");
    if (button) setText(field, button.dataset.alternative ?? button.dataset.fill);
    if (field && (button || !event.target.closest("input, label"))) focusOn(field);
  });
  sheet.addEventListener("click", (event) => {
    const field = fieldAt(event, fields);
    if (field) focusOn(field);
  });
  document.querySelector("[data-action=filter]").addEventListener("click", toggleFilter);
  returnButton.addEventListener("click", () => returnSheet());
  document.querySelector("[data-action=keys]").addEventListener("click", () => open("keys"));
  for (const button of document.querySelectorAll("[data-opens]")) {
    button.addEventListener("click", () => {
      button.closest("dialog")?.close();
      open(button.dataset.opens);
    });
  }
  for (const button of document.querySelectorAll("[data-closes]")) {
    button.addEventListener("click", () => button.closest("dialog").close());
  }
  for (const dialog of document.querySelectorAll("dialog")) {
    dialog.addEventListener("close", () => current && focusOn(current));
  }
  for (const form of document.querySelectorAll("#approve, dialog[id^=dispose] form")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      letGo(form, beginAnew);
    });
  }
}

// ---- beginning: what the tab kept from before an expired session is put back, and saved if it had been confirmed

function begin() {
  returnButton = document.querySelector("[data-action=return]");
  approveButton = document.querySelector("[data-action=approve]");
  words = document.getElementById("words").dataset;
  current = null;
  for (const name of ["open", "type", "done", "illegibleMark", "saving", "unsaved"]) {
    list.style.setProperty(`--word-${name.replace("Mark", "")}`, JSON.stringify(words[name]));
  }
  listen();
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
  setTimeout(() => document.querySelector(".work > .message.success:not(:has(a))")?.remove(), MESSAGE_MS);
  main.dataset.ready = "";
  beginNext();
}

// The next sheet has taken the place of the one before.
function beginAnew() {
  for (const part of [beginFields, beginClock, beginPaper, beginGlyphs, begin]) part();
}

begin();
