// A stopwatch by keyboard: Space starts and goes to the next step, P interrupts, Enter ends the run and stores it.
// By the desk's own rule an interruption counts up to the idle limit; the time with it is kept beside.

const TICK_MS = 100;
const form = document.getElementById("run");
const face = document.getElementById("face");
const now = document.getElementById("now");
const list = document.getElementById("laps");
const state = document.getElementById("state");
const buttons = Object.fromEntries(["next", "pause", "finish", "back", "discard"].map((id) => [id, document.getElementById(id)]));
const idle = now.textContent;
let marks = []; // Moments in ms of the page's own clock: the start, then the end of each step.
let stops = []; // Interruptions as {from, to}; the last one has no end while it lasts.
let startedAt = null; // The wall clock at the start, for the record.
const idleLimitMs = form ? Number(form.dataset.idleLimitS) * 1000 : 0;

const stepNames = () => form.steps.value.split(/[、,，]/).map((name) => name.trim()).filter(Boolean);
const running = () => marks.length > 0;
const stopped = () => stops.length > 0 && stops.at(-1).to === undefined;
const pad = (number) => String(number).padStart(2, "0");
const wall = (moment) => `${pad(moment.getHours())}:${pad(moment.getMinutes())}:${pad(moment.getSeconds())}`;

function shown(ms) {
  const seconds = ms / 1000;
  return `${Math.floor(seconds / 60)}:${(seconds % 60).toFixed(1).padStart(4, "0")}`;
}

// Working time between two moments: what an interruption lasts beyond the limit is left out.
function worked(from, until) {
  const own = stops.filter((stop) => stop.from >= from && stop.from < until);
  const idle = own.map((stop) => Math.max(0, Math.min(stop.to ?? until, until) - stop.from - idleLimitMs));
  return idle.reduce((left, ms) => left - ms, until - from);
}

// Steps that are over, with the last moment as the end of the one that runs.
function laps(until) {
  const names = stepNames();
  return marks.map((mark, index) => [names[index] ?? "", worked(mark, marks[index + 1] ?? until)]);
}

function draw() {
  const at = performance.now();
  face.textContent = shown(running() ? worked(marks[0], at) : 0);
  document.getElementById("face-with-idle").textContent = shown(running() ? at - marks[0] : 0);
  const name = stepNames()[marks.length - 1];
  now.textContent = stopped() ? form.dataset.interrupted : running() ? (name ?? "") : idle;
  list.replaceChildren(
    ...laps(at).slice(0, -1).map(([step, ms]) => Object.assign(document.createElement("li"), { textContent: `${step} ${shown(ms)}` })),
  );
  for (const id of ["pause", "finish", "back", "discard"]) buttons[id].disabled = !running();
  buttons.pause.setAttribute("aria-pressed", String(stopped()));
  form.toggleAttribute("data-on", running() && !stopped());
  state.textContent = running() ? form.dataset.running : form.dataset.stopped;
}

function pause() {
  if (stopped()) stops.at(-1).to = performance.now();
  else if (running()) stops.push({ from: performance.now() });
  draw();
}

function next() {
  // Whoever goes on is back from an interruption.
  if (stopped()) return pause();
  // After the last step Space does nothing: the run ends with Enter.
  if (running() && marks.length >= Math.max(1, stepNames().length)) return undefined;
  if (!running()) startedAt = new Date();
  marks.push(performance.now());
  return draw();
}

function back() {
  const mark = marks.pop();
  stops = stops.filter((stop) => stop.from < mark);
  draw();
}

function discard() {
  marks = [];
  stops = [];
  draw();
}

function finish() {
  if (!running()) return;
  const end = performance.now();
  const endedAt = new Date();
  form.minutes.value = String(worked(marks[0], end) / 60000);
  form.elapsed_minutes.value = String((end - marks[0]) / 60000);
  form.laps.value = JSON.stringify(stepNames().length ? laps(end).map(([name, ms]) => [name, ms / 60000]) : []);
  const sameDay = startedAt.toDateString() === endedAt.toDateString();
  form.starts.value = sameDay ? wall(startedAt) : "";
  form.ends.value = sameDay ? wall(endedAt) : "";
  if (form.reportValidity()) send();
}

// A run is kept in the tab until the server has said that it has it: an expired session loses nothing.
const storeKey = `tenki/${document.body.dataset.user}/stopwatch`;
const kept = ["task", "kind", "timed_by", "sheets", "steps", "method", "minutes", "elapsed_minutes", "laps", "starts", "ends"];

function send() {
  sessionStorage.setItem(storeKey, JSON.stringify(Object.fromEntries(kept.map((name) => [name, form[name].value]))));
  form.submit();
}

function offerKept() {
  // Any answer of the server to the run, also a refusal, settles it.
  if (document.querySelector("[data-message]")) sessionStorage.removeItem(storeKey);
  const found = JSON.parse(sessionStorage.getItem(storeKey) ?? "null");
  if (!found) return;
  const lost = document.getElementById("lost");
  lost.hidden = false;
  lost.querySelector("strong").textContent = shown(Number(found.minutes) * 60000);
  document.getElementById("resend").addEventListener("click", () => {
    for (const name of kept) form[name].value = found[name];
    send();
  });
  document.getElementById("forget").addEventListener("click", () => {
    sessionStorage.removeItem(storeKey);
    lost.hidden = true;
  });
}

if (form) {
  const ways = { " ": next, p: pause, P: pause, Enter: finish, Backspace: back, Escape: discard };
  document.addEventListener("keydown", (event) => {
    // In a text field these keys write; everywhere else they are the stopwatch's.
    if (event.target.matches("input, select, textarea, summary, a") || event.repeat || !(event.key in ways)) return;
    if (event.target.matches("button") && event.target.closest("form") !== form) return;
    event.preventDefault();
    ways[event.key]();
  });
  for (const [id, way] of Object.entries({ next, pause, finish, back, discard })) buttons[id].addEventListener("click", way);
  form.addEventListener("submit", (event) => event.preventDefault());
  for (const field of [form.task, form.kind]) {
    field.addEventListener("change", () => {
      const kept = new URLSearchParams();
      for (const name of ["task", "kind", "timed_by", "sheets", "steps", "method"]) kept.set(name, form[name].value);
      location.search = kept.toString();
    });
  }
  setInterval(() => running() && draw(), TICK_MS);
  draw();
  offerKept();
}
