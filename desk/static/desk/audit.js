// Follows the audit trail batch by batch, so that no single request lasts: the server says how far it has come.

const form = document.querySelector("[data-form=verify]");
const bar = form.querySelector("progress");
const failed = document.getElementById("verify-failed");

async function batch(first) {
  const body = new FormData(form);
  if (!first) body.set("go_on", "1");
  const answer = await fetch(form.action, { method: "POST", body, headers: { "X-Requested-With": "fetch" }, redirect: "manual" });
  return answer.ok ? answer.json() : null;
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  form.querySelector("button").disabled = true;
  bar.hidden = false;
  let found = await batch(true);
  while (found && !found.go) {
    bar.max = found.total;
    bar.value = found.lines;
    found = await batch(false);
  }
  if (found) location.assign(found.go);
  else failed.hidden = false;
});
