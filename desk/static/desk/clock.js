// Counts working time: the interval between two actions, up to the idle limit, which a longer pause counts as.
// Beside it the whole time between the same actions is counted, idle included.

const REPORT_AFTER_S = 20;
const unreported = { active: 0, elapsed: 0 };
let main;
let total;
let lastActionMs;

// Of each sheet the time is counted anew.
export function beginClock() {
  main = document.querySelector("main");
  total = { active: 0, elapsed: 0 };
  lastActionMs = performance.now();
}

const shown = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

function count() {
  const nowMs = performance.now();
  const elapsed = (nowMs - lastActionMs) / 1000;
  const passed = { active: Math.min(elapsed, Number(main.dataset.idleLimitS)), elapsed };
  lastActionMs = nowMs;
  for (const which of ["active", "elapsed"]) {
    total[which] += passed[which];
    unreported[which] += passed[which];
  }
  document.getElementById("clock").textContent = shown(total.active);
  document.getElementById("clock-with-idle").textContent = shown(total.elapsed);
}

// What was taken and did not arrive is still to be reported.
export function giveBack(data) {
  for (const which of ["active", "elapsed"]) unreported[which] += Number(data.get(`${which}_seconds`) ?? 0);
}

// Seconds counted and not yet reported; from here on they are the caller's to report.
function take() {
  const taken = { active_seconds: unreported.active.toFixed(2), elapsed_seconds: unreported.elapsed.toFixed(2) };
  unreported.active = 0;
  unreported.elapsed = 0;
  return taken;
}

function report(leaving = false) {
  const data = new FormData();
  if (leaving) data.set("leaving", "1");
  data.set("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value);
  for (const [name, seconds] of Object.entries(take())) data.set(name, seconds);
  navigator.sendBeacon(main.dataset.timeUrl, data);
}

function acted() {
  count();
  if (unreported.active >= REPORT_AFTER_S) report();
}

// Forms that end the work carry the last seconds themselves, so that nothing is lost on the way out.
document.addEventListener("formdata", (event) => {
  if (!event.formData.has("active_seconds")) return;
  count();
  for (const [name, seconds] of Object.entries(take())) event.formData.set(name, seconds);
});
window.addEventListener("pagehide", () => {
  // Time after the last action is no work, so it is not counted here. The sheet is soon free for others.
  report(true);
});
beginClock();
for (const kind of ["keydown", "pointerdown", "wheel"]) {
  document.addEventListener(kind, acted, { capture: true, passive: true });
}
