// The tour of the first visit: a few steps, by arrow keys or buttons; closing it in any way ends it for good.

const tour = document.querySelector("#tour");
const steps = [...tour.querySelectorAll("[data-step]")];
const [end, back, on] = ["end", "back", "on"].map((name) => tour.querySelector(`[data-action="tour-${name}"]`));
let here = 0;

function show(next) {
  if (next < 0) return;
  if (next >= steps.length) return end.click();
  here = next;
  steps.forEach((step, place) => (step.hidden = place !== here));
  back.disabled = here === 0;
}

on.addEventListener("click", () => show(here + 1));
back.addEventListener("click", () => show(here - 1));
tour.addEventListener("keydown", (event) => {
  if (event.key === "ArrowRight") show(here + 1);
  if (event.key === "ArrowLeft") show(here - 1);
});
tour.addEventListener("cancel", (event) => {
  event.preventDefault();
  end.click();
});
tour.showModal();
