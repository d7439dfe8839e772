// The wall comes alive: new texts appear, phones light up, replies leave without a reload.
// Every piece of markup is made by the server; without this script the forms post and the page reloads.
"use strict";

const wall = document.getElementById("wall");
const news = document.getElementById("news");
const LAST_TEXTS = 12;
const NEW_PHONES_A_BEAT = 4; // a campaign's flood must not fetch a thousand frames
const limit = Number(wall.dataset.limit);
const arriving = new Set(); // numbers whose frame is on its way
let heard = { texts: 0, names: new Set() };
let broken = false;

const phoneOf = (number) => document.getElementById(`phone-${number.slice(1)}`);

function made(html) {
  const holder = document.createElement("template");
  holder.innerHTML = html.trim();
  return holder.content.firstElementChild;
}

function lightUp(phone, fresh) {
  const badge = phone.querySelector(".badge");
  const count = Number(badge.dataset.count || 0) + fresh;
  badge.dataset.count = count;
  badge.textContent = `${count} new`;
  badge.hidden = false;
  phone.classList.remove("lit");
  void phone.offsetWidth; // starts the animation again
  phone.classList.add("lit");
}

function calm(phone) {
  const badge = phone.querySelector(".badge");
  badge.dataset.count = 0;
  badge.hidden = true;
  phone.classList.remove("lit");
}

function put(phone, text) {
  const thread = phone.querySelector(".thread");
  const bubble = made(text.html);
  const known = thread.querySelector(`[data-sid="${CSS.escape(text.sid)}"]`);
  if (known) {
    known.replaceWith(bubble);
    return;
  }
  bubble.classList.add("new");
  thread.append(bubble);
  while (thread.children.length > LAST_TEXTS) thread.firstElementChild.remove();
  if (text.incoming) {
    lightUp(phone, 1);
    heard.texts += 1;
    heard.names.add(text.name);
  }
}

async function frameOf(number) {
  const response = await fetch(`/phones/${encodeURIComponent(number)}`);
  return response.ok ? made(await response.text()) : null;
}

async function addStranger(number, fresh) {
  arriving.add(number);
  const frame = await frameOf(number).catch(() => null);
  arriving.delete(number);
  if (!frame || phoneOf(number)) return;
  if (wall.children.length >= limit && !wall.querySelector("[data-stranger]")) return; // none gives way
  document.getElementById("empty")?.remove();
  wall.insertBefore(frame, wall.querySelector("[data-stranger]"));
  if (fresh) {
    lightUp(frame, fresh);
    heard.texts += fresh;
    heard.names.add(frame.querySelector("h2").textContent);
  }
  const strangers = [...wall.querySelectorAll("[data-stranger]")].reverse();
  for (const old of strangers) {
    if (wall.children.length <= limit) break;
    if (!old.contains(document.activeElement) && !old.querySelector(".write input").value) old.remove();
  }
}

function announce() {
  if (!heard.texts) return;
  const [first] = heard.names;
  const where = heard.names.size === 1 ? `on the phone of ${first}` : `on ${heard.names.size} phones`;
  news.textContent = heard.texts === 1 ? `New text ${where}` : `${heard.texts} new texts ${where}`;
  heard = { texts: 0, names: new Set() };
}

function showTotals(totals) {
  for (const [name, count] of Object.entries(totals)) {
    const place = document.querySelector(`[data-total="${name}"]`);
    place.textContent = count.toLocaleString("en-US");
    if (name === "failed") place.parentElement.classList.toggle("some", count > 0);
  }
}

function showNews(message) {
  const { totals, texts, calls = [] } = JSON.parse(message.data);
  showTotals(totals);
  calls.forEach(showCall);
  const strangers = new Map();
  for (const text of texts) {
    const phone = phoneOf(text.phone);
    if (phone) put(phone, text);
    else strangers.set(text.phone, (strangers.get(text.phone) || 0) + (text.incoming ? 1 : 0));
  }
  if (wall.dataset.query) return; // a search shows what was searched for
  for (const [number, fresh] of [...strangers].slice(-NEW_PHONES_A_BEAT)) {
    if (!arriving.has(number)) addStranger(number, fresh);
  }
}

function showCall({ phone: number, html }) {
  const phone = phoneOf(number);
  if (phone) phone.querySelector(".call-slot").replaceWith(made(html));
  else if (!wall.dataset.query && !arriving.has(number)) addStranger(number, 0);
}

async function act(event) {
  const form = event.target.closest(".call");
  if (!form) return;
  event.preventDefault();
  const headers = { Accept: "application/json" };
  await fetch(form.action, { method: "POST", headers, body: new URLSearchParams({ do: event.submitter.value }) });
}

async function catchUp() {
  for (const phone of wall.querySelectorAll(".phone")) {
    const frame = await frameOf(phone.dataset.number).catch(() => null);
    if (!frame) continue;
    for (const part of [".thread", ".call-slot"]) phone.querySelector(part).replaceWith(frame.querySelector(part));
  }
}

async function send(event) {
  const form = event.target.closest(".reply");
  if (!form) return;
  event.preventDefault();
  const phone = form.closest(".phone");
  const box = form.querySelector("input[name=body]");
  const body = event.submitter?.classList.contains("chip") ? event.submitter.value : box.value;
  phone.querySelector(".trouble")?.remove();
  try {
    const headers = { "Content-Type": "application/json" };
    const response = await fetch(form.action, { method: "POST", headers, body: JSON.stringify({ body }) });
    if (!response.ok) throw new Error(String(response.status));
    if (box) box.value = "";
    calm(phone);
  } catch {
    phone.append(made('<p class="trouble" role="alert">This text did not leave: the simulator does not answer.</p>'));
  }
}

wall.addEventListener("submit", send);
wall.addEventListener("submit", act);
wall.addEventListener("focusin", (event) => calm(event.target.closest(".phone")));
wall.addEventListener("click", (event) => event.target.closest(".phone") && calm(event.target.closest(".phone")));
setInterval(announce, 1500);

const stream = new EventSource("/events");
stream.addEventListener("message", showNews);
stream.addEventListener("error", () => { broken = true; });
stream.addEventListener("open", () => {
  if (broken) catchUp();
  broken = false;
});
