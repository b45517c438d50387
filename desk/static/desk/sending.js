// Sends what was answered, one after the other. What the line loses is kept and sent again by itself.

import { fields, main } from "./fields.js";
import { forget } from "./keep.js";

const FIRST_RETRY_MS = 1500;
const LONGEST_RETRY_MS = 15000;
const DOWN = new Set([502, 503, 504]); // The server is being started again, or a proxy does not reach it.
const wordOf = (name) => document.getElementById("words").dataset[name];
let queue = Promise.resolve();
let retryMs = FIRST_RETRY_MS;
let timer = null;

export function say(message) {
  const trouble = document.getElementById("trouble");
  trouble.textContent = message;
  trouble.hidden = !message;
}

// Resolves when everything that was sent so far has its answer.
export const settled = () => queue;
export const waiting = () => fields.filter((field) => field.lost);

// The answer whole, or null when the line is cut before it has come.
async function ask(address, values) {
  const body = new URLSearchParams(values);
  body.set("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value);
  try {
    const response = await fetch(address, { method: "POST", body, headers: { "X-Requested-With": "fetch" }, redirect: "manual" });
    return DOWN.has(response.status) ? null : { response, text: await response.text() };
  } catch {
    return null;
  }
}

function inTheAir(change) {
  main.dataset.pending = String(Number(main.dataset.pending) + change);
}

// ``then`` gets the answer and the field that it is about; ``always`` runs whatever became of it.
export function send(address, values, field, then, always) {
  inTheAir(1);
  if (field) field.dataset.saving = "";
  queue = queue.then(async () => {
    const answer = await ask(address, values);
    try {
      if (!answer) cutOff(address, values, field, then, always);
      else if (answer.response.ok) joined(field, () => then(answer.text, answer.response.headers.get("X-Field")));
      else joined(field, () => refused(answer, field));
    } finally {
      if (field) delete field.dataset.saving;
      inTheAir(-1);
      always();
    }
  });
}

function joined(field, then) {
  retryMs = FIRST_RETRY_MS;
  if (field) delete field.lost;
  then();
}

// Only the newest of a field is sent again; what was asked without a field, such as undoing, is not.
function cutOff(address, values, field, then, always) {
  if (field) {
    field.dataset.unsaved = "";
    field.lost = () => send(address, values, field, then, always);
  }
  say(wordOf("offline"));
  clearTimeout(timer);
  timer = setTimeout(sendAgain, retryMs);
  retryMs = Math.min(retryMs * 2, LONGEST_RETRY_MS);
}

function sendAgain() {
  clearTimeout(timer);
  for (const field of waiting()) field.lost();
}

window.addEventListener("online", sendAgain);

function refused({ response, text }, field) {
  if (field) field.dataset.unsaved = "";
  if (response.status === 401) {
    document.getElementById("expired").showModal();
    return;
  }
  const isOurs = response.headers.get("Content-Type")?.startsWith("application/json");
  const answer = isOurs ? JSON.parse(text) : { message: wordOf("failed") };
  // What was confirmed is not what stands there now: the person looks anew, and nothing is sent by itself.
  if (field && answer.code === "case.not_as_shown") forget(field);
  if (answer.go) location.assign(answer.go);
  else if (answer.reload) location.reload();
  else say(answer.message);
}
