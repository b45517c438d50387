// The picture of the sheet: lights the current field up, zooms, and cuts the enlarged crop out of it.

const MARGIN_SHARE = 0.012; // A little of the surroundings shows whether a stroke belongs to the field.
const FIELD_FILLS = 0.8; // Zoomed on a field, it takes up this share of the pane.
const LARGEST_ZOOM = 4;

const picture = document.getElementById("paper");
const sheet = document.querySelector(".paper-sheet");
const pane = document.querySelector(".paper-scroll");
const lamp = document.querySelector(".lamp");
const buttons = [...document.querySelectorAll("[data-zoom]")];
let zoom = "width";
let box = null;

export function boxOf(field) {
  if (!field.dataset.box) return null;
  const [x, y, width, height] = field.dataset.box.split(",").map(Number);
  return { x, y, width, height };
}

function sheetWidth() {
  const room = { width: pane.clientWidth - 16, height: pane.clientHeight - 16 };
  if (zoom === "page") return Math.min(room.width, (room.height * picture.width) / picture.height);
  if (zoom === "field" && box) {
    const wanted = (room.width * FIELD_FILLS) / Math.max(box.width, 0.05);
    return Math.min(Math.max(wanted, room.width), room.width * LARGEST_ZOOM);
  }
  return room.width;
}

function lay() {
  const width = sheetWidth();
  const height = (width * picture.getAttribute("height")) / picture.getAttribute("width");
  sheet.style.width = `${width}px`;
  lamp.hidden = !box;
  if (!box) return;
  lamp.style.left = `${box.x * 100}%`;
  lamp.style.top = `${box.y * 100}%`;
  lamp.style.width = `${box.width * 100}%`;
  lamp.style.height = `${box.height * 100}%`;
  pane.scrollTo({
    left: (box.x + box.width / 2) * width - pane.clientWidth / 2,
    top: (box.y + box.height / 2) * height - pane.clientHeight / 2.5,
  });
}

export function light(field) {
  box = boxOf(field);
  lay();
}

export function setZoom(wanted) {
  zoom = wanted;
  for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.zoom === zoom));
  lay();
}

export function toggleZoom() {
  setZoom(zoom === "field" ? "width" : "field");
}

// The field that lies under a point of the picture, for working with the mouse.
export function fieldAt(event, fields) {
  const frame = sheet.getBoundingClientRect();
  const x = (event.clientX - frame.left) / frame.width;
  const y = (event.clientY - frame.top) / frame.height;
  return fields.find((field) => {
    const place = boxOf(field);
    return place && x >= place.x && x <= place.x + place.width && y >= place.y && y <= place.y + place.height;
  });
}

// The crop of a field: cut out of the picture that is already here, so that the next field costs no waiting.
export function showCrop(field, label, then) {
  const frame = field.querySelector(".crop");
  if (frame.firstChild) {
    frame.hidden = false;
    return;
  }
  if (field.dataset.crop) frame.append(sealedCrop(field, label, then));
  else if (boxOf(field) && picture.complete && picture.naturalWidth) frame.append(cut(boxOf(field), label));
  else return;
  frame.hidden = false;
  then();
}

export function hideCrop(field) {
  const frame = field.querySelector(".crop");
  frame.hidden = true;
  // A My Number leaves the screen with its field; seeing it again is asked for, and logged, again.
  if (field.dataset.crop) frame.replaceChildren();
}

function sealedCrop(field, label, then) {
  const image = new Image();
  image.addEventListener("load", then);
  image.src = field.dataset.crop;
  image.alt = label;
  return image;
}

function cut(place, label) {
  const wide = picture.naturalWidth;
  const high = picture.naturalHeight;
  const margin = MARGIN_SHARE * wide;
  const left = Math.max(place.x * wide - margin, 0);
  const top = Math.max(place.y * high - margin, 0);
  const width = Math.min(place.width * wide + 2 * margin, wide - left);
  const height = Math.min(place.height * high + 2 * margin, high - top);
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(width);
  canvas.height = Math.round(height);
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", label);
  canvas.getContext("2d").drawImage(picture, left, top, width, height, 0, 0, canvas.width, canvas.height);
  return canvas;
}

for (const button of buttons) button.addEventListener("click", () => setZoom(button.dataset.zoom));
new ResizeObserver(lay).observe(pane);
setZoom(zoom);

export function whenLoaded(then) {
  if (picture.complete) then();
  else picture.addEventListener("load", then, { once: true });
}

export { sheet };
