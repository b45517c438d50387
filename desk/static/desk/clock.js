// Counts working time: the interval between two actions, up to the idle limit, which a longer pause counts as.

const REPORT_AFTER_S = 20;
const main = document.querySelector("main");
const idleLimitS = Number(main.dataset.idleLimitS);
const face = document.getElementById("clock");
let lastActionMs = performance.now();
let totalS = 0;
let unreportedS = 0;

function count() {
  const nowMs = performance.now();
  const passedS = Math.min((nowMs - lastActionMs) / 1000, idleLimitS);
  lastActionMs = nowMs;
  totalS += passedS;
  unreportedS += passedS;
  face.textContent = `${Math.floor(totalS / 60)}:${String(Math.floor(totalS % 60)).padStart(2, "0")}`;
}

// Seconds counted and not yet reported; from here on they are the caller's to report.
export function take() {
  count();
  const seconds = unreportedS;
  unreportedS = 0;
  return seconds.toFixed(2);
}

function form(seconds) {
  const data = new FormData();
  data.set("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value);
  data.set("active_seconds", seconds);
  return data;
}

function acted() {
  count();
  if (unreportedS >= REPORT_AFTER_S) navigator.sendBeacon(main.dataset.timeUrl, form(take()));
}

// Forms that end the work carry the last seconds themselves, so that nothing is lost on the way out.
document.addEventListener("submit", (event) => {
  const field = event.target.querySelector("[name=active_seconds]");
  if (field) field.value = take();
});
window.addEventListener("pagehide", () => {
  // Time after the last action is no work, so it is not counted here.
  if (unreportedS > 0) navigator.sendBeacon(main.dataset.timeUrl, form(unreportedS.toFixed(2)));
  unreportedS = 0;
});
for (const kind of ["keydown", "pointerdown", "wheel"]) {
  document.addEventListener(kind, acted, { capture: true, passive: true });
}
