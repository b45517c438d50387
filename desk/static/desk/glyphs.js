// The picker of glyphs: all forms of one character of a name, large, beside the picture of what was written.

import { input } from "./fields.js";
import { keep } from "./keep.js";

let dialog;
let choices;
let picture;
let value;
const groups = JSON.parse(document.getElementById("variants").textContent);
const letters = new Intl.Segmenter("ja", { granularity: "grapheme" }); // A selector belongs to its character.
const KEYS = "123456789abcdefghijklmnopqrstuvwxyz";
let field = null;
let signs = []; // The value, character by character.
let at = 0;

const groupOf = (sign) => groups.find((group) => group.includes(sign)) ?? groups.find((group) => group[0] === [...sign][0]);
const hasForms = (sign) => groupOf(sign) !== undefined;

function codes(sign) {
  return [...sign].map((part) => `U+${part.codePointAt(0).toString(16).toUpperCase()}`).join(" ");
}

function draw() {
  value.replaceChildren(...signs.map((sign, place) => {
    const part = document.createElement(place === at ? "mark" : "span");
    part.textContent = sign;
    return part;
  }));
  choices.replaceChildren(...groupOf(signs[at]).map((glyph, number) => {
    const button = document.createElement("button");
    const shape = Object.assign(document.createElement("span"), { className: "glyph", textContent: glyph });
    const key = Object.assign(document.createElement("kbd"), { textContent: KEYS[number] });
    const code = Object.assign(document.createElement("small"), { textContent: codes(glyph) });
    button.type = "button";
    button.setAttribute("aria-pressed", String(glyph === signs[at]));
    button.append(key, shape, code);
    button.addEventListener("click", () => take(glyph));
    return button;
  }));
  choices.querySelector("[aria-pressed=true]")?.focus();
}

function take(glyph) {
  signs[at] = glyph;
  input(field).value = signs.join("");
  keep(field, input(field).value, false);
  dialog.close();
}

function move(step) {
  for (let place = at + step; signs[place] !== undefined; place += step) {
    if (!hasForms(signs[place])) continue;
    at = place;
    draw();
    return;
  }
}

// The character at the cursor, or the first one that has other forms.
export function pick(of) {
  field = of;
  const box = input(field);
  signs = [...letters.segment(box.value)].map((part) => part.segment);
  const all = box.selectionEnd - box.selectionStart === box.value.length;
  let end = 0;
  const places = signs.map((sign) => (end += sign.length));
  const under = all ? -1 : places.findIndex((place) => place > box.selectionStart);
  at = under >= 0 && hasForms(signs[under]) ? under : signs.findIndex(hasForms);
  dialog.querySelector(".glyph-none").hidden = at >= 0;
  choices.hidden = at < 0;
  value.textContent = box.value;
  const crop = field.querySelector(".crop canvas");
  picture.replaceChildren();
  if (crop) {
    const copy = crop.cloneNode();
    copy.getContext("2d").drawImage(crop, 0, 0);
    picture.append(copy);
  }
  dialog.showModal();
  if (at >= 0) draw();
}

export function beginGlyphs() {
  dialog = document.getElementById("glyphs");
  choices = dialog.querySelector(".glyph-choices");
  picture = dialog.querySelector(".glyph-picture");
  value = dialog.querySelector(".glyph-value");
  dialog.addEventListener("keydown", pressed);
}

function pressed(event) {
  if (event.isComposing || event.ctrlKey || event.altKey || at < 0) return;
  const number = KEYS.indexOf(event.key.toLowerCase());
  const buttons = [...choices.querySelectorAll("button")];
  const here = buttons.indexOf(document.activeElement);
  if (event.key.length === 1 && number >= 0 && buttons[number]) buttons[number].click();
  else if (event.key === "ArrowRight") buttons[(here + 1) % buttons.length].focus();
  else if (event.key === "ArrowLeft") buttons.at(here - 1).focus();
  else if (event.key === "ArrowDown") move(1);
  else if (event.key === "ArrowUp") move(-1);
  else return;
  event.preventDefault();
}

beginGlyphs();
