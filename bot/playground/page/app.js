/* The playground's page: it shows the state that /api/events sends and posts what people do to /api/act.
 * It holds no truth of its own beyond what a phone's owner has on the screen: the open chat, drafts, what is read.
 *
 * Hooks for browser tests (nothing else is promised):
 *   section[data-phone="<person id>"][data-role="<role>"][data-blocked]   a phone; the next lines are inside of one
 *     [role=log][data-chat="<chat id>"]   the open chat (only one is in the page at a time)
 *     article[data-message="<id>"][data-kind][data-mine][data-edited][data-protected]   a message; its words: .text,
 *       its file: img.picture or a.file[download]
 *     button[data-button="<row>,<column>"]   an inline button in a message, named by its label ([data-url] when a link)
 *     button[data-open="<chat id>"][data-unread="<n>"]   the chat switcher;  [data-typing="true|false"]
 *     textarea[name=text]  select[name=language]  [data-reply-keyboard] button
 *     button[data-do="send|attach|commands|more|start|unblock|add_bot|cancel|jump|actions"]
 *     [data-lock]   the locked screen's last notification;  [data-toast="open"]   a toast that is on the screen
 *   #menu [data-item="<name>"]   the open menu: photo voice sticker location contact foreign forward, a command's name,
 *     edit delete, link block unblock add_bot remove_bot, a role
 *   dialog#ask: input[name=answer], button[value=ok], button[value=cancel]
 *   #now[datetime]  button[data-minutes]  #hours input[name=hours]  #add  #reset  #calls-toggle  #method  #pause
 *   #call-list [data-call="<seq>"][data-method][data-ok]
 *   #tools-toggle and #picker button[data-pick="<person id>"] on narrow screens;  #lost   shown without a connection
 */
"use strict";

const $ = (selector, root = document) => root.querySelector(selector);
const narrow = matchMedia("(max-width: 700px)");
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const format = (options) => new Intl.DateTimeFormat("en-GB", { timeZone: "Europe/Helsinki", ...options });
const TIME = format({ hour: "2-digit", minute: "2-digit" });
const SECONDS = format({ hour: "2-digit", minute: "2-digit", second: "2-digit" });
const DAY = format({ weekday: "short", day: "numeric", month: "short" });
const KILOBYTES = new Intl.NumberFormat("en-GB", { style: "unit", unit: "kilobyte", maximumFractionDigits: 1 });
const NOW = format({ weekday: "short", day: "numeric", month: "short", year: "numeric", hour: "2-digit",
  minute: "2-digit" });
const KINDS = { photo: "Photo", voice: "Voice message", sticker: "Sticker", location: "Location", contact: "Contact",
  document: "Document" };
const SENDS = ["text", "start", "photo", "voice", "sticker", "location", "contact", "forward"];
const LOCK_LENGTH = 60;
const TYPING_LASTS = 5000; // nobody tells that it ended
const CALLS_KEPT = 500;

let world = null; // the last state; null until the first one came
let current = null; // the phone shown on a narrow screen
let expecting = false; // a phone was asked for: show it when it comes
let heardAt = 0; // when world.now was true, on the page's own clock
const phones = new Map();

// ── building blocks ─────────────────────────────────────────────────────────────────────────────────────────────────

function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value !== null && value !== false) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter(Boolean)); // strings become text nodes, never markup
  return node;
}

function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

function setText(node, text) {
  if (node.textContent !== text) node.textContent = text; // an equal text must not disturb selections or readers
}

function atEnd(list) {
  return list.scrollHeight - list.scrollTop - list.clientHeight < 40;
}

/** Brings `parent`'s children in line with `items` ({key, …}) and touches only what differs. `nodes` is key → node. */
function sync(parent, nodes, items, make, paint = () => {}, drop = (node) => node.remove()) {
  const wanted = new Set(items.map((item) => item.key));
  for (const [key, node] of nodes) if (!wanted.has(key)) { nodes.delete(key); drop(node); }
  let place = parent.firstElementChild;
  for (const item of items) {
    const isNew = !nodes.has(item.key);
    if (isNew) nodes.set(item.key, make(item));
    const node = nodes.get(item.key);
    while (place?.classList.contains("gone")) place = place.nextElementSibling;
    if (node === place) place = place.nextElementSibling;
    else parent.insertBefore(node, place);
    const seen = JSON.stringify(item);
    if (node.seen !== seen) { node.seen = seen; paint(node, item, isNew); }
  }
}

async function post(path, body) {
  try {
    const answer = await fetch(path, {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
    });
    const data = await answer.json().catch(() => ({}));
    return answer.ok ? "" : data.error || `${answer.status} ${answer.statusText}`;
  } catch {
    return "the playground does not answer";
  }
}

function announce(text) {
  const line = el("p", {}, text);
  $("#announce").append(line);
  setTimeout(() => line.remove(), 8000);
}

/** One question in a dialog: the answer, "" when there is nothing to type, null when cancelled. */
function ask({ title, text = "", label = "", value = "", ok }) {
  const dialog = $("#ask"), input = $("input", dialog);
  setText($("#ask-title"), title);
  setText($("#ask-text"), text);
  setText($("#ask-label span"), label);
  $("#ask-label").hidden = !label;
  input.required = Boolean(label);
  input.value = value;
  setText($("[value=ok]", dialog), ok);
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => dialog.addEventListener("close", () =>
    resolve(dialog.returnValue === "ok" ? input.value.trim() : null), { once: true }));
}

const menu = { node: $("#menu"), anchor: null, pressed: null };

function openMenu(anchor, label, items) {
  if (menu.pressed === anchor) return; // this very click has just closed it
  const box = anchor.getBoundingClientRect(), node = menu.node;
  node.replaceChildren(...items.map((item) => el("button", {
    type: "button", role: "menuitem", tabindex: "-1", "data-item": item.name, disabled: !item.run,
    onclick: () => { node.hidePopover(); item.run(); },
  }, item.icon && icon(item.icon), el("span", {}, item.label), item.hint && el("small", {}, item.hint))));
  node.setAttribute("aria-label", label);
  node.showPopover();
  const size = node.getBoundingClientRect(), above = box.top > innerHeight / 2;
  const top = above ? box.top - size.height - 4 : box.bottom + 4;
  node.style.left = `${Math.max(8, Math.min(box.left, innerWidth - size.width - 8))}px`;
  node.style.top = `${Math.max(8, Math.min(top, innerHeight - size.height - 8))}px`;
  menu.anchor = anchor;
  anchor.setAttribute("aria-expanded", "true");
  $("button:enabled", node)?.focus();
}

document.addEventListener("pointerdown", ({ target }) => {
  menu.pressed = menu.anchor?.contains(target) ? menu.anchor : null;
}, true);
menu.node.addEventListener("beforetoggle", (event) => {
  if (event.newState !== "closed" || !menu.anchor) return;
  menu.anchor.setAttribute("aria-expanded", "false");
  if (menu.node.contains(document.activeElement)) menu.anchor.focus();
  menu.anchor = null;
});
menu.node.addEventListener("keydown", (event) => {
  const items = [...menu.node.querySelectorAll("button:enabled")], here = items.indexOf(document.activeElement);
  const to = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: -1 }[event.key];
  if (event.key === "Tab") menu.node.hidePopover();
  if (to === undefined || !items.length) return;
  event.preventDefault();
  items.at(to % items.length).focus();
});

// ── one message ─────────────────────────────────────────────────────────────────────────────────────────────────────

function makeMessage(phone, { day, message }) {
  if (day) return el("p", { class: "day" }, day);
  const node = el("article", { class: "message", tabindex: "-1", "data-message": message.id });
  node.body = el("div", { class: "bubble" });
  node.keys = el("div", { class: "keys", role: "group", "aria-label": "Buttons" });
  const line = el("div", { class: "line" }, node.body);
  if (message.mine && message.kind !== "service") {
    const label = `Actions for the message of ${TIME.format(new Date(message.date))}, ${phone.data.name}`;
    line.prepend(el("button", { type: "button", class: "icon actions", "data-do": "actions", "aria-haspopup": "menu",
      "aria-label": label }, icon("more")));
  }
  node.append(line, node.keys);
  return node;
}

function paintMessage(phone, node, { day, message, group, quote }, isNew) {
  if (day) return;
  const { mine, kind, edited } = message, time = new Date(message.date), kindName = KINDS[kind] ?? "";
  node.className = `message ${kind === "service" ? "service" : mine ? "mine" : "theirs"}`;
  Object.assign(node.dataset, { kind, mine, edited, protected: message.protected });
  node.setAttribute("aria-label", `${mine ? phone.data.name : message.from}, ${TIME.format(time)}`);
  const parts = [];
  if (group && !mine && kind !== "service") parts.push(el("p", { class: "from" }, message.from));
  if (quote) parts.push(el("p", { class: "quote", dir: "auto" }, quote));
  if (message.file) parts.push(fileOf(kind, message.file));
  else if (kindName) parts.push(el("p", { class: "kind" }, icon(kind), kindName));
  if (message.text && message.text !== kindName) parts.push(el("p", { class: "text", dir: "auto" }, message.text));
  if (kind !== "service") parts.push(metaOf(message, time));
  node.body.replaceChildren(...parts);
  paintButtons(node, message.buttons ?? [], node.words === message.text);
  node.words = message.text;
  if (!isNew && !calm.matches) node.body.animate([{ filter: "brightness(.9)" }, { filter: "none" }], 500);
}

function fileOf(kind, { url, name, bytes, width, height }) {
  if (kind === "photo") return el("img", { class: "picture", src: url, alt: KINDS.photo, width, height });
  return el("a", { class: "file", href: url, download: name }, icon(kind), el("span", { dir: "auto" }, name),
    el("small", {}, KILOBYTES.format(bytes / 1000)));
}

function metaOf(message, time) {
  const meta = el("p", { class: "meta" });
  if (message.protected) {
    meta.append(el("span", { class: "protected", title: "Protected: it cannot be forwarded or saved" }, icon("shield"),
      el("span", { class: "sr" }, "protected ")));
  }
  if (message.edited) meta.append(el("span", { class: "edited" }, "edited "));
  meta.append(el("time", { datetime: message.date }, TIME.format(time)));
  return meta;
}

/** New buttons; the focus stays on the same label, else on the same place of the same question, else on the message. */
function paintButtons(node, buttons, sameWords) {
  const { keys } = node, wanted = JSON.stringify(buttons), all = () => [...keys.querySelectorAll("button")];
  if (keys.wanted === wanted) return;
  const before = all(), held = before.find((button) => button === document.activeElement);
  keys.wanted = wanted;
  keys.hidden = !buttons.length;
  keys.replaceChildren(...buttons.map((row, y) => el("div", { class: "row" }, ...row.map(({ label, url }, x) =>
    el("button", { type: "button", "data-button": `${y},${x}`, "data-url": url, title: url, dir: "auto" },
      label, url && icon("link"))))));
  if (!held) return;
  const now = all(), same = now.find((button) => button.textContent === held.textContent);
  const place = sameWords && now.length === before.length ? now[before.indexOf(held)] : null;
  (same ?? place ?? node).focus({ preventScroll: true });
}

// ── one phone ───────────────────────────────────────────────────────────────────────────────────────────────────────

const newestOf = (chat) => chat.messages.at(-1)?.id ?? 0;

class Phone {
  constructor(data) {
    this.data = data;
    this.open = data.chats[0].id; // the chat on the screen
    this.read = new Map(data.chats.map((chat) => [chat.id, newestOf(chat)])); // chat → newest message that was seen
    this.places = new Map(); // chat → where its reader left it
    this.nodes = new Map();
    this.tabs = new Map();
    this.editing = null;
    this.fresh = true; // the open chat was not shown yet: nothing in it is news
    this.unread = 0;
    this.stick = true; // the end of the chat stays in view until the person scrolls back
    this.toastId = data.toast?.id; // an old toast is not shown again
    this.node = $("#phone").content.firstElementChild.cloneNode(true);
    this.log = $(".log", this.node);
    this.input = $("textarea", this.node);
    this.nameParts();
    this.listen();
  }

  nameParts() {
    const { id, name, role } = this.data, node = this.node;
    Object.assign(node.dataset, { phone: id, role });
    for (const part of [node, ...node.querySelectorAll("[aria-label]")]) {
      part.setAttribute("aria-label", part.getAttribute("aria-label").replace("{name}", name).replace("{role}", role));
    }
    setText($("h2", node), name);
    setText($(".role", node), role);
    setText($(".avatar", node), name.slice(0, 1));
    $(".avatar", node).dataset.hue = Math.abs(id) % 6;
  }

  listen() {
    this.node.addEventListener("click", ({ target }) => this.clicked(target.closest("button")));
    $("form", this.node).addEventListener("submit", (event) => { event.preventDefault(); this.send(); });
    $("select", this.node).addEventListener("change", ({ target }) => this.act("language", { language: target.value }));
    this.input.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); this.send(); }
      if (event.key === "Escape" && this.editing) this.edit(null);
    });
    this.log.addEventListener("scroll", () => {
      if (this.log.clientHeight !== this.height) return; // the log was resized: nobody scrolled
      this.stick = atEnd(this.log);
      if (this.stick) $(".jump", this.node).hidden = true;
    });
    new ResizeObserver(() => {
      this.height = this.log.clientHeight;
      if (this.stick) this.toEnd();
    }).observe(this.log);
  }

  clicked(button) {
    if (!button) return;
    const { button: place, url, open, reply } = button.dataset, [row, column] = (place ?? "").split(",").map(Number);
    const message = Number(button.closest("[data-message]")?.dataset.message);
    const does = {
      start: () => this.act("start"), unblock: () => this.act("unblock"), add_bot: () => this.act("add_bot"),
      cancel: () => this.edit(null), jump: () => this.toEnd(), more: () => this.openMore(button),
      attach: () => this.openAttach(button), commands: () => this.openCommands(button),
      actions: () => this.openActions(button, message),
    };
    if (open) this.show(Number(open));
    else if (reply === "contact") this.shareContact(true);
    else if (reply) this.act("text", { text: button.textContent });
    else if (url && !url.includes(`t.me/${world.bot.username}`)) openUrl(url);
    else if (place) {
      this.act("press", { message, row, column });
      if (url) this.show(this.data.chats.find((chat) => chat.kind === "private").id); // a link to the bot opens its chat
    } else does[button.dataset.do]?.();
  }

  async act(what, details = {}) {
    if (SENDS.includes(what)) this.stick = true; // one's own words bring one to the end
    const error = await post("/api/act", { phone: this.data.id, do: what, chat: this.open, ...details });
    if (error) this.toast(`Not done: ${error}`);
    return !error;
  }

  get chat() {
    return this.data.chats.find((chat) => chat.id === this.open);
  }

  async send() {
    const text = this.input.value.trim(), message = this.editing;
    if (!text) return;
    if (message) this.edit(null);
    this.input.value = "";
    const done = await (message ? this.act("edit", { message, text }) : this.act("text", { text }));
    if (!done && !this.input.value) this.input.value = text;
  }

  edit(message) {
    this.editing = message?.id ?? null;
    $(".editing", this.node).hidden = !message;
    this.input.value = message?.text ?? "";
    if (message || this.node.contains(document.activeElement)) this.input.focus();
  }

  async shareContact(own) {
    const number = await ask({ title: own ? "Share your phone number?" : "Send somebody else's contact",
      label: "Phone number", value: own ? "+358 40 000 0000" : "+358 50 000 0000", ok: own ? "Share" : "Send" });
    if (number) this.act("contact", { number, own });
  }

  openAttach(button) {
    openMenu(button, "Attach", [
      ...["photo", "voice", "sticker", "location"].map((name) => (
        { name, icon: name, label: KINDS[name], run: () => this.act(name) })),
      { name: "contact", icon: "contact", label: "Own contact", run: () => this.shareContact(true) },
      { name: "foreign", icon: "contact", label: "Somebody else's contact", run: () => this.shareContact(false) },
      { name: "forward", icon: "forward", label: "Forwarded message", run: async () => {
        const text = await ask({ title: "Forward a message", label: "What it says", ok: "Forward" });
        if (text) this.act("forward", { text });
      } },
    ]);
  }

  openCommands(button) {
    const list = world.commands[this.data.language] ?? world.commands[""] ?? [];
    const suffix = this.chat.kind === "group" ? `@${world.bot.username}` : "";
    openMenu(button, "Commands", list.length ? list.map(({ command, description }) => ({
      name: command, label: `/${command}`, hint: description,
      run: () => this.act("text", { text: `/${command}${suffix}` }),
    })) : [{ name: "none", label: "The bot has set no commands" }]);
  }

  openActions(button, id) {
    const message = this.chat.messages.find((one) => one.id === id);
    const edit = { name: "edit", icon: "edit", label: "Edit", run: () => this.edit(message) };
    const remove = { name: "delete", icon: "delete", label: "Delete", run: () => this.act("delete", { message: id }) };
    openMenu(button, "Message", message.kind === "text" ? [edit, remove] : [remove]);
  }

  openMore(button) {
    const [block, label] = this.data.blocked ? ["unblock", "Unblock the bot"] : ["block", "Block the bot"];
    const groups = this.data.chats.filter((chat) => chat.kind === "group");
    openMenu(button, "More", [
      { name: "link", icon: "link", label: "Open an invitation link", run: () => this.openLink() },
      ...groups.map(({ id, title, bot_is_member: inside }) => ({
        name: inside ? "remove_bot" : "add_bot", icon: inside ? "close" : "add",
        label: `${inside ? "Remove the bot from" : "Add the bot to"} ${title}`,
        run: () => this.act(inside ? "remove_bot" : "add_bot", { chat: id }),
      })),
      { name: block, icon: "block", label, run: () => this.act(block) },
    ]);
  }

  async openLink() {
    const link = await ask({ title: "Open an invitation link", label: "Link or code", ok: "Open",
      value: handedOver(this.data.id), text: `A link such as t.me/${world.bot.username}?start=CODE, or its code alone. `
        + "The newest one on another phone stands here already." });
    if (link) this.act("start", { payload: link.split("start=").at(-1) });
  }

  toast(text) {
    const node = $(".toast", this.node);
    setText(node, text);
    node.dataset.toast = "open";
    clearTimeout(this.toastTimer);
    this.toastTimer = setTimeout(() => { node.dataset.toast = ""; }, 3000 + text.length * 50);
  }

  get visible() {
    return !document.hidden && (!narrow.matches || current === this.data.id);
  }

  toEnd() {
    this.stick = true;
    this.log.scrollTop = this.log.scrollHeight;
    $(".jump", this.node).hidden = true;
  }

  show(id) {
    if (id === this.open) return;
    if (this.editing) this.edit(null);
    this.places.set(this.open, { draft: this.input.value, stick: this.stick, top: this.log.scrollTop });
    const place = this.places.get(id) ?? { draft: "", stick: true };
    this.open = id;
    this.fresh = true;
    this.nodes.clear();
    this.log.replaceChildren();
    this.input.value = place.draft;
    this.stick = place.stick;
    this.update(this.data);
    if (!place.stick) this.log.scrollTop = place.top;
  }

  /** Shows `data`; returns what a screen reader should hear of it. */
  update(data) {
    const held = this.node.contains(document.activeElement), language = $("select", this.node);
    this.data = data;
    if (!this.chat) this.open = data.chats[0].id;
    this.node.dataset.blocked = data.blocked;
    if (document.activeElement !== language) language.value = data.language;
    this.updateLock();
    const elsewhere = this.updateChats();
    const { came, changed } = this.updateLog();
    this.updateFoot();
    if (data.toast && data.toast.id !== this.toastId) this.toast(data.toast.text);
    this.toastId = data.toast?.id ?? this.toastId;
    const active = document.activeElement; // what had the focus may have gone: stay on this phone
    if (held && !(this.node.contains(active) && active.checkVisibility())) this.log.focus({ preventScroll: true });
    if (held && changed.length) return `${data.name}: ${changed.join(" – ")}`;
    return came || elsewhere ? `${data.name}: new message` : "";
  }

  updateLock() {
    const { title = "No notifications", text = "", at, silent } = this.data.lock_screen ?? {};
    const lock = $("[data-lock]", this.node), letters = [...text.replace(/\s+/g, " ")];
    setText($("b", lock), title);
    setText($("time", lock), at ? `${silent ? "silent · " : ""}${TIME.format(new Date(at))}` : "");
    setText($("p", lock), letters.slice(0, LOCK_LENGTH).join("") + (letters.length > LOCK_LENGTH ? "…" : ""));
  }

  countUnread(chat) {
    const newest = newestOf(chat);
    const seen = this.visible && chat.id === this.open ? newest : Math.min(this.read.get(chat.id) ?? 0, newest);
    this.read.set(chat.id, seen);
    return chat.messages.filter((one) => !one.mine && one.kind !== "service" && one.id > seen).length;
  }

  updateChats() {
    const { chats, name, blocked } = this.data, { chat } = this, before = this.unread;
    const items = chats.map((one) => (
      { key: one.id, title: one.title, unread: this.countUnread(one), open: one === chat }));
    this.unread = items.reduce((sum, item) => sum + item.unread, 0);
    sync($(".chats", this.node), this.tabs, items, (item) => el("button", { type: "button", "data-open": item.key }),
      (tab, { title, unread, open }) => {
        tab.dataset.unread = unread;
        tab.setAttribute("aria-current", open);
        tab.setAttribute("aria-label", `${title}${unread ? `, ${unread} unread` : ""} – chat of ${name}`);
        tab.replaceChildren(el("span", {}, title), unread ? el("b", { class: "badge" }, String(unread)) : "");
      });
    const address = `@${world.bot.username}${blocked ? " · blocked" : ""}`;
    const about = chat.kind === "group" ? chat.members.join(", ") : address;
    setText($(".sub", this.node), chat.typing ? `${world.bot.name} is typing …` : about);
    $(".sub", this.node).dataset.typing = Boolean(chat.typing);
    clearTimeout(this.typingTimer);
    if (chat.typing) this.typingTimer = setTimeout(() => this.stopTyping(), TYPING_LASTS);
    return this.unread > before;
  }

  stopTyping() {
    this.data.chats.forEach((chat) => { chat.typing = false; });
    this.update(this.data);
  }

  updateLog() {
    const { chat, log, fresh } = this, group = chat.kind === "group", items = [], changed = [];
    let day = "", came = false;
    for (const message of chat.messages) {
      const today = DAY.format(new Date(message.date));
      if (today !== day) items.push({ key: `day ${today}`, day: today });
      day = today;
      const quote = message.reply_to && chat.messages.find((one) => one.id === message.reply_to)?.text.slice(0, 80);
      items.push({ key: message.id, message, group, quote });
    }
    this.fresh = false;
    log.dataset.chat = chat.id;
    log.setAttribute("aria-label", `${chat.title}, chat of ${this.data.name}`);
    sync(log, this.nodes, items, (item) => makeMessage(this, item), (node, item, isNew) => {
      const { words } = node;
      paintMessage(this, node, item, isNew);
      if (fresh || item.day) return;
      if (isNew && !calm.matches) node.animate([{ opacity: 0, translate: "0 6px" }, {}], 160);
      if (item.message.mine) return;
      came ||= isNew;
      if (isNew || words !== item.message.text) changed.push(item.message.text || KINDS[item.message.kind]);
    }, (node) => this.drop(node));
    if (this.stick) this.toEnd();
    else if (came) $(".jump", this.node).hidden = false;
    return { came, changed };
  }

  drop(node) {
    if (node.contains(document.activeElement)) this.log.focus({ preventScroll: true });
    if (this.editing && node.dataset.message === String(this.editing)) this.edit(null);
    delete node.dataset.message; // for tests and readers it is gone at once, the eye sees it go
    if (calm.matches || !this.visible) return node.remove();
    node.classList.add("gone");
    node.inert = true;
    node.animate([{ opacity: 1 }, { opacity: 0, scale: 0.96 }], 180).finished.finally(() => node.remove());
  }

  updateFoot() {
    const { chat, node } = this, own = chat.kind === "private", composer = $(".composer", node);
    const started = chat.messages.length > 0 || this.input.value !== "" || composer.contains(document.activeElement);
    $("[data-do=unblock]", node).hidden = !(own && this.data.blocked);
    $("[data-do=start]", node).hidden = !own || this.data.blocked || chat.messages.length > 0;
    composer.hidden = own && (this.data.blocked || !started);
    $(".missing", node).hidden = own || chat.bot_is_member;
    const keyboard = $("[data-reply-keyboard]", node), rows = chat.reply_keyboard ?? [], wanted = JSON.stringify(rows);
    keyboard.hidden = !rows.length;
    if (keyboard.wanted === wanted) return;
    keyboard.wanted = wanted;
    keyboard.replaceChildren(...rows.map((row) => el("div", { class: "row" }, ...row.map((button) => el("button",
      { type: "button", dir: "auto", "data-reply": button.request_contact ? "contact" : "text" }, button.label)))));
  }
}

/** The newest link on another phone: as if it was handed over, or the picture of it was read with the camera. */
function handedOver(to) {
  const said = world.phones.filter((phone) => phone.id !== to).flatMap((phone) => phone.chats)
    .flatMap((chat) => chat.messages).sort((one, other) => Date.parse(one.date) - Date.parse(other.date));
  return said.map((message) => message.text.match(/https:\/\/t\.me\/\S+\?start=[\w-]+/)?.[0]).findLast(Boolean) ?? "";
}

async function openUrl(url) {
  const sure = await ask({ title: "Open this link?", text: url, ok: "Open" });
  if (sure !== null && /^https?:/i.test(url)) open(url, "_blank", "noopener,noreferrer");
}

// ── the page ────────────────────────────────────────────────────────────────────────────────────────────────────────

const picks = new Map();

function render(state) {
  if (world && state.version < world.version) { // a reset: the same numbers now mean other messages
    phones.forEach((phone) => phone.node.remove());
    phones.clear();
    clearCalls();
  }
  const isNew = state.phones.find((phone) => !phones.has(phone.id));
  world = state;
  heardAt = performance.now();
  $("#waiting")?.remove();
  setText($("#bot"), `@${state.bot.username}`);
  if (!state.phones.some((phone) => phone.id === current)) current = state.phones[0]?.id;
  if (expecting && isNew) current = isNew.id;
  const nodes = new Map([...phones].map(([id, phone]) => [id, phone.node]));
  sync($("#phones"), nodes, state.phones.map(({ id }) => ({ key: id })), ({ key }) => {
    phones.set(key, new Phone(state.phones.find((phone) => phone.id === key)));
    return phones.get(key).node;
  });
  for (const id of phones.keys()) if (!nodes.has(id)) phones.delete(id);
  const news = state.phones.map((data) => phones.get(data.id).update(data)).filter(Boolean);
  if (news.length) announce(news.join(". "));
  pick(current);
  if (expecting && isNew) {
    expecting = false;
    phones.get(isNew.id).node.scrollIntoView({ inline: "nearest" });
  }
  tick();
}

function pick(id) {
  const moved = current !== id;
  current = id;
  phones.forEach((phone) => phone.node.classList.toggle("current", phone.data.id === id));
  const phone = phones.get(id);
  if (moved && phone) { phone.update(phone.data); if (phone.stick) phone.toEnd(); }
  sync($("#picker"), picks, [...phones.values()].map(({ data, unread }) => (
    { key: data.id, name: data.name, role: data.role, unread, on: data.id === id })),
  ({ key }) => el("button", { type: "button", "data-pick": key, onclick: () => pick(key) }),
  (button, { name, role, unread, on }) => {
    button.setAttribute("aria-current", on);
    button.replaceChildren(el("span", {}, name), el("small", {}, role),
      unread ? el("b", { class: "badge" }, String(unread), el("span", { class: "sr" }, " unread")) : "");
  });
}

function tick() {
  if (!world) return;
  const now = new Date(Date.parse(world.now) + performance.now() - heardAt);
  $("#now").dateTime = now.toISOString();
  setText($("#now"), NOW.format(now));
}

async function tool(path, body, done) {
  const error = await post(path, body);
  announce(error ? `Not done: ${error}` : done);
  setText($("#lost"), error ? `Not done: ${error}` : "Connection lost. Trying again …");
  $("#lost").hidden = !error;
  return !error;
}

function listenToTools() {
  const push = (minutes) => tool("/api/clock", { minutes }, "The clock was pushed forward");
  document.querySelectorAll("[data-minutes]").forEach((button) =>
    button.addEventListener("click", () => push(Number(button.dataset.minutes))));
  $("#hours").addEventListener("submit", (event) => {
    event.preventDefault();
    push(Number(event.target.elements.hours.value) * 60);
    event.target.reset();
  });
  $("#tools-toggle").addEventListener("click", ({ target }) =>
    target.setAttribute("aria-expanded", $("#tools").classList.toggle("open")));
  const addPhone = async (role) => {
    expecting = true;
    if (!await tool("/api/phones", { role }, `A phone was added: ${role}`)) expecting = false;
  };
  $("#add").addEventListener("click", ({ target }) => openMenu(target, "Add a phone for",
    (world?.roles ?? []).map((role) => ({ name: role, icon: "add", label: role, run: () => addPhone(role) }))));
  $("#reset").addEventListener("click", async () => {
    const sure = await ask({ title: "Reset the playground?", ok: "Reset",
      text: "Every message, case and added phone disappears and the clock goes back to now." });
    if (sure !== null) tool("/api/reset", {}, "The playground was reset");
  });
  $("#ask [value=cancel]").addEventListener("click", () => $("#ask").close(""));
  const look = () => phones.forEach((phone) => phone.update(phone.data));
  narrow.addEventListener("change", look);
  document.addEventListener("visibilitychange", look);
  setInterval(tick, 1000);
}

// ── the log of calls ────────────────────────────────────────────────────────────────────────────────────────────────

const calls = { seen: new Set(), last: 0, held: [], paused: false, methods: new Set() };

function addCall(call) {
  const key = `${call.seq} ${call.at}`;
  if (calls.seen.has(key)) return; // a new connection brings the latest ones again
  if (calls.paused) { calls.held.push(call); return setText($("#pause"), `Resume (${calls.held.length})`); }
  const list = $("#call-list"), follow = atEnd(list);
  if (call.seq < calls.last) clearCalls(); // the playground began anew
  calls.last = call.seq;
  calls.seen.add(key);
  if (!calls.methods.has(call.method)) {
    calls.methods.add(call.method);
    $("#method").append(el("option", {}, call.method));
  }
  list.append(callNode(call));
  list.lastElementChild.key = key;
  if (list.childElementCount > CALLS_KEPT) {
    calls.seen.delete(list.firstElementChild.key);
    list.firstElementChild.remove();
  }
  if (follow) list.scrollTop = list.scrollHeight;
}

function clearCalls() {
  $("#call-list").replaceChildren();
  calls.seen.clear();
  calls.last = 0;
}

function callNode(call) {
  const { seq, at, method, ok, params, result, error } = call, id = params?.chat_id;
  const chat = world?.phones.flatMap((phone) => phone.chats).find((one) => one.id === Number(id));
  const whose = phones.get(Number(id))?.data.name ?? chat?.title ?? String(id ?? "");
  const node = el("details", { "data-call": seq, "data-method": method, "data-ok": String(ok) }, el("summary", {},
    el("time", {}, SECONDS.format(new Date(at))), el("b", {}, method),
    el("span", { class: "outcome" }, ok ? "ok" : "error"), el("span", { class: "whose" }, whose)));
  node.addEventListener("toggle", () => {
    const json = JSON.stringify(ok ? { params, result } : { params, error }, null, 2);
    node.append(el("pre", { tabindex: "0" }, json));
  }, { once: true });
  filterCall(node);
  return node;
}

function filterCall(node) {
  const wanted = $("#method").value;
  node.hidden = wanted === "!" ? node.dataset.ok === "true" : wanted !== "" && node.dataset.method !== wanted;
}

function listenToCalls() {
  const panel = $("#calls"), toggle = $("#calls-toggle"), list = $("#call-list");
  const show = (open) => {
    panel.hidden = !open;
    toggle.setAttribute("aria-expanded", open);
    if (open) list.scrollTop = list.scrollHeight;
    else toggle.focus();
  };
  toggle.addEventListener("click", () => show(panel.hidden));
  $("#calls-close").addEventListener("click", () => show(false));
  panel.addEventListener("keydown", (event) => { if (event.key === "Escape") show(false); });
  $("#method").addEventListener("change", () => [...list.children].forEach(filterCall));
  $("#pause").addEventListener("click", ({ target }) => {
    calls.paused = !calls.paused;
    target.setAttribute("aria-pressed", calls.paused);
    setText(target, "Pause");
    calls.held.splice(0).forEach(addCall);
  });
}

function connect() {
  const source = new EventSource("/api/events");
  source.addEventListener("state", (event) => { $("#lost").hidden = true; render(JSON.parse(event.data)); });
  source.addEventListener("call", (event) => addCall(JSON.parse(event.data)));
  source.addEventListener("error", () => {
    setText($("#lost"), "Connection lost. Trying again …");
    $("#lost").hidden = false;
    if (source.readyState === EventSource.CLOSED) setTimeout(connect, 2000); // else the browser itself tries again
  });
}

listenToTools();
listenToCalls();
connect();
