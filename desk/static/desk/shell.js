// The menu at the head of the page closes like a menu: by Escape, and by a click elsewhere.

const menu = document.querySelector("details.who");

function close() {
  menu.open = false;
}

menu?.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !menu.open) return;
  event.stopPropagation();
  close();
  menu.querySelector("summary").focus();
});
document.addEventListener("click", (event) => menu?.open && !menu.contains(event.target) && close());

// A button that names a key (``data-alt="KeyZ"``) is pressed by Alt and that key.
document.addEventListener("keydown", (event) => {
  if (!event.altKey || event.ctrlKey || event.isComposing) return;
  const button = document.querySelector(`[data-alt="${event.code}"]`);
  if (!button) return;
  event.preventDefault();
  button.click();
});
