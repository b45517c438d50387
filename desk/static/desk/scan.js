// A scanner types: a whole number and Enter opens its case from any page on which nobody is just typing.

const WHOLE = /^T[0-9]{2}-?[0-9]{1,6}$/i;
const LONGEST_PAUSE_MS = 100; // No hand types ten characters without a longer one.
let typed = "";
let lastMs = 0;

document.addEventListener("keydown", (event) => {
  const form = document.getElementById("find");
  if (!form || event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.target.matches("input, textarea, select") || document.querySelector("dialog[open]")) return;
  const soon = event.timeStamp - lastMs <= LONGEST_PAUSE_MS;
  lastMs = event.timeStamp;
  if (event.key === "Enter" && soon && WHOLE.test(typed)) {
    event.preventDefault();
    event.stopImmediatePropagation();
    form.elements.q.value = typed;
    form.requestSubmit();
  } else if (event.key.length === 1) typed = (soon ? typed : "") + event.key;
  else if (event.key !== "Shift") typed = "";
}, { capture: true });
