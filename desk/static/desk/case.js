// The sheet on a case's page: whole at first, and large around the point that was clicked.

const frame = document.querySelector(".sheet-frame");
const button = document.querySelector("[data-zooms]");

function zoom(x, y) {
  const large = frame.classList.toggle("large");
  button.setAttribute("aria-pressed", String(large));
  frame.scrollTo(x * frame.scrollWidth - frame.clientWidth / 2, y * frame.scrollHeight - frame.clientHeight / 2);
}

if (frame && button) {
  const picture = frame.querySelector("img");
  button.addEventListener("click", () => zoom(0.5, 0));
  picture.addEventListener("click", (event) => {
    const place = picture.getBoundingClientRect();
    zoom((event.clientX - place.left) / place.width, (event.clientY - place.top) / place.height);
  });
}
