// The menu at the head of the page closes like a menu: by Escape, and by a click elsewhere.

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest("details.who[open]");
  if (event.key !== "Escape" || !menu) return;
  event.stopPropagation();
  menu.open = false;
  menu.querySelector("summary").focus();
}, { capture: true });
document.addEventListener("click", (event) => {
  const menu = document.querySelector("details.who[open]");
  if (menu && !menu.contains(event.target)) menu.open = false;
});

// A button that names a key (``data-alt="KeyZ"``) is pressed by Alt and that key.
document.addEventListener("keydown", (event) => {
  if (!event.altKey || event.ctrlKey || event.isComposing) return;
  const button = document.querySelector(`[data-alt="${event.code}"]`);
  if (!button) return;
  event.preventDefault();
  button.click();
});
