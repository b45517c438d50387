// The picture of the sheet: lights the current field up, zooms, and cuts the enlarged crop out of it.

const MARGIN_SHARE = 0.012; // A little of the surroundings shows whether a stroke belongs to the field.
const LEAST_SHARE = 0.2; // A tick box is not blown up beyond a fifth of the sheet's width.
const PALE = "rgb(255 255 255 / 60%)";
const EDGE = "#0017c1";
const FIELD_FILLS = 0.8; // Zoomed on a field, it takes up this share of the pane.
const LARGEST_ZOOM = 4;

let picture;
let pane;
let lamp;
let buttons;
let zoom;
let box;
export let sheet;

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
  frame.hidden = !field.dataset.crop && !boxOf(field);
  if (frame.hidden) return;
  if (field.dataset.crop && !frame.firstChild) frame.append(sealedCrop(field, label, then));
  else if (!field.dataset.crop && picture.complete && picture.naturalWidth) {
    frame.replaceChildren(cut(boxOf(field), label, frame));
  }
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

// Fills the frame: around a small field more of the paper is seen, pale, so that it says where it stands.
function cut(place, label, frame) {
  const { naturalWidth: wide, naturalHeight: high } = picture;
  const margin = MARGIN_SHARE * wide;
  const shape = frame.clientWidth / frame.clientHeight;
  const width = Math.max(place.width * wide + 2 * margin, (place.height * high + 2 * margin) * shape, wide * LEAST_SHARE);
  const height = width / shape;
  const left = (place.x + place.width / 2) * wide - width / 2;
  const top = (place.y + place.height / 2) * high - height / 2;
  const canvas = document.createElement("canvas");
  const dots = window.devicePixelRatio;
  canvas.width = Math.round(frame.clientWidth * dots);
  canvas.height = Math.round(frame.clientHeight * dots);
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", label);
  const pen = canvas.getContext("2d");
  const scale = canvas.width / width;
  pen.setTransform(scale, 0, 0, scale, -left * scale, -top * scale);
  pen.imageSmoothingQuality = "high";
  pen.drawImage(picture, 0, 0);
  const around = [place.x * wide - margin / 3, place.y * high - margin / 3, place.width * wide + (margin * 2) / 3, place.height * high + (margin * 2) / 3];
  pen.fillStyle = PALE;
  pen.beginPath();
  pen.rect(left, top, width, height);
  pen.rect(...around);
  pen.fill("evenodd");
  pen.strokeStyle = EDGE;
  pen.lineWidth = dots / scale;
  pen.strokeRect(...around);
  return canvas;
}

const size = new ResizeObserver(lay);

export function beginPaper() {
  picture = document.getElementById("paper");
  sheet = document.querySelector(".paper-sheet");
  pane = document.querySelector(".paper-scroll");
  lamp = document.querySelector(".lamp");
  buttons = [...document.querySelectorAll("[data-zoom]")];
  box = null;
  for (const button of buttons) button.addEventListener("click", () => setZoom(button.dataset.zoom));
  size.disconnect();
  size.observe(pane);
  setZoom("width");
}

beginPaper();

export function whenLoaded(then) {
  if (picture.complete) then();
  else picture.addEventListener("load", then, { once: true });
}
