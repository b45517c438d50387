// The next sheet without loading the page anew: what does not change stays, and its picture is here already.

import { giveBack } from "./clock.js";
import { main } from "./fields.js";
import { say } from "./sending.js";

const AHEAD_AFTER_MS = 400; // First the sheet at hand has all of the line and of the machine.
const asScript = { "X-Requested-With": "fetch" };
let ahead = null; // A picture that was loaded ahead, and the address at which it is looked for.
let timer = null;
let leaving = false;

// Which sheet comes next is guessed; nobody holds it yet, and nothing of it is shown before somebody does.
async function loadAhead() {
  try {
    const answer = await fetch(main.dataset.aheadUrl, { headers: asScript });
    const { picture } = answer.ok ? await answer.json() : {};
    if (!picture || picture === ahead?.address) return;
    const bytes = await fetch(picture);
    if (!bytes.ok) return;
    drop();
    const image = new Image();
    image.src = URL.createObjectURL(await bytes.blob());
    await image.decode();
    ahead = { address: picture, image };
  } catch {
    ahead = null; // It was only a guess: the sheet then loads its picture itself.
  }
}

function drop() {
  if (ahead) URL.revokeObjectURL(ahead.image.src);
  ahead = null;
}

export function beginNext() {
  leaving = false;
  clearTimeout(timer);
  timer = setTimeout(loadAhead, AHEAD_AFTER_MS);
}

// Sends a form that lets the sheet go, and shows what comes next. ``begin`` starts the new page's parts.
export async function letGo(form, begin) {
  if (leaving) return;
  leaving = true;
  const body = new FormData(form);
  const answer = await ask(form.action, { method: "POST", body });
  if (answer?.ok) {
    const { go } = await answer.json();
    await show(go, begin);
    return;
  }
  leaving = false;
  giveBack(body);
  if (answer?.status === 401) document.getElementById("expired").showModal();
  else say(document.getElementById("words").dataset[answer ? "failed" : "notSent"]);
}

async function ask(address, how = {}) {
  try {
    return await fetch(address, { ...how, headers: asScript, redirect: "manual" });
  } catch {
    return null;
  }
}

async function show(address, begin) {
  const answer = address.endsWith("/correct") ? await ask(address) : null;
  if (!answer?.ok) {
    location.assign(address);
    return;
  }
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const picture = fresh.getElementById("paper");
  if (ahead && picture.getAttribute("src") === ahead.address) {
    for (const { name, value } of picture.attributes) if (name !== "src") ahead.image.setAttribute(name, value);
    picture.replaceWith(ahead.image);
    ahead = null;
  }
  URL.revokeObjectURL(document.getElementById("paper").src);
  document.body.replaceChildren(...fresh.body.childNodes);
  document.title = fresh.title;
  begin();
  history.pushState(null, "", address);
}

// An earlier sheet is no longer open with the person: its page is asked for anew.
window.addEventListener("popstate", () => location.reload());
