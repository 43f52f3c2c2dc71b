/* The marking desk on the keyboard. The form is the state: radios, text fields, and one field of
   evidence per criterion in the notation of the server ("2, 4-5, item:12-48", in code points).
   Saving is the business of drafts.js, which hears the input events that are sent from here.
   Single keys act outside of text fields alone, and can be switched off (WCAG 2.1.4). */

const form = document.querySelector("form.rubric[data-draft]");
const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
const panels = $$(".crit", form);
const words = (element) => element.dataset.words;
const changed = (control) => control.dispatchEvent(new Event("input", { bubbles: true }));

if (location.search) history.replaceState(null, "", location.pathname); // fetched ahead, read once

// --- Sentences ---

const sentences = $$(".sentences li").map((element) => ({
  element,
  number: element.id.slice(1),
  item: element.parentElement.dataset.item,
  start: Number(element.dataset.start),
  end: Number(element.dataset.end),
  said: $(".st", element),
  drawn: "",
}));
const numbered = new Map(sentences.map((one) => [one.number, one]));
const bySpan = new Map(sentences.map((one) => [`${one.item}:${one.start}-${one.end}`, one]));
const ofElement = new Map(sentences.map((one) => [one.element, one]));

/* The text as written, without the numbers of marks. */
function textOf(sentence) {
  sentence.text ??= nodesOf(sentence).map((node) => node.data).join("");
  return sentence.text;
}

function nodesOf(sentence) {
  const walk = document.createTreeWalker(sentence.said, NodeFilter.SHOW_TEXT);
  const nodes = [];
  while (walk.nextNode()) if (!walk.currentNode.parentElement.closest(".ref")) nodes.push(walk.currentNode);
  return nodes;
}

const points = (text) => Array.from(text).length;
const sliced = (text, start, end) => Array.from(text).slice(start, end).join("");

// --- Evidence: what the fields say ---

function passagesOf(field) {
  return field.value
    .split(/[,;]\s*/)
    .map((token) => token.trim())
    .filter(Boolean)
    .flatMap((token) => {
      const range = token.match(/^(.+):(\d+)-(\d+)$/);
      if (range) return [{ token, item: range[1], start: Number(range[2]), end: Number(range[3]) }];
      const run = token.match(/^[sS]?(\d+)(?:\s*[-–]\s*[sS]?(\d+))?$/);
      if (!run) return [];
      const found = [];
      for (let at = Number(run[1]); at <= Number(run[2] ?? run[1]); at++) {
        const one = numbered.get(String(at));
        if (one) found.push({ token, item: one.item, start: one.start, end: one.end, number: one.number });
      }
      return found;
    });
}

const groups = $$("[data-evidence]", form).map((element) => ({
  element,
  field: $("input[name]", element),
  number: element.dataset.number,
  panel: element.closest(".crit"),
  chips: $("[data-chips]", element),
}));
const groupIn = (element) => groups.find((group) => group.element === element);
let target = null; // where the next words cited go

function cite(token) {
  const tokens = target.field.value.split(/[,;]\s*/).map((each) => each.trim()).filter(Boolean);
  const at = tokens.indexOf(token);
  if (at >= 0) tokens.splice(at, 1);
  else tokens.push(token);
  target.field.value = tokens.join(", ");
  changed(target.field);
  draw();
}

/* Whole characters only: what a reader takes for one is never cut in two. */
function whole(text, start, end) {
  if (!("Segmenter" in Intl)) return [start, end];
  let at = 0;
  const cuts = [0];
  for (const { segment } of new Intl.Segmenter().segment(text)) cuts.push((at += points(segment)));
  return [Math.max(...cuts.filter((cut) => cut <= start)), Math.min(...cuts.filter((cut) => cut >= end))];
}

function offsetIn(sentence, node, offset) {
  let before = 0;
  for (const each of nodesOf(sentence)) {
    if (each === node) return before + points(each.data.slice(0, offset));
    const position = node.compareDocumentPosition(each);
    if (position & Node.DOCUMENT_POSITION_PRECEDING) before += points(each.data);
  }
  return before;
}

/* The words selected in the response, as one token for each answer they lie in. */
function selectedTokens() {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return [];
  const range = selection.getRangeAt(0);
  const found = new Map();
  const root = range.commonAncestorContainer;
  const near = (root.nodeType === 1 ? root : root.parentElement)?.closest(".sentences li");
  const touched = near ? [ofElement.get(near)] : sentences.filter((one) => range.intersectsNode(one.said));
  for (const sentence of touched) {
    const inside = (node) => sentence.said.contains(node);
    let start = inside(range.startContainer) ? offsetIn(sentence, range.startContainer, range.startOffset) : 0;
    let end = inside(range.endContainer) ? offsetIn(sentence, range.endContainer, range.endOffset) : points(textOf(sentence));
    if (start >= end || !sliced(textOf(sentence), start, end).trim()) continue;
    [start, end] = whole(textOf(sentence), start, end);
    const span = found.get(sentence.item);
    if (span) span.end = sentence.start + end;
    else found.set(sentence.item, { start: sentence.start + start, end: sentence.start + end });
  }
  return [...found].map(([item, { start, end }]) => {
    const token = `${item}:${start}-${end}`;
    return bySpan.get(token)?.number ?? token;
  });
}

function citeSelection() {
  const tokens = selectedTokens();
  if (!tokens.length || !target) return false;
  tokens.forEach(cite);
  getSelection().removeAllRanges();
  return true;
}

// --- Drawing: chips beside the level, marks in the text; only what changed ---

function make(tag, name, text) {
  const element = document.createElement(tag);
  if (name) element.className = name;
  if (text !== undefined) element.textContent = text;
  return element;
}

function draw() {
  const marks = new Map();
  for (const group of groups) {
    const harm = group.element.closest("[data-harm]");
    const passages = harm && !$("input[type=checkbox]", harm).checked ? [] : passagesOf(group.field);
    for (const passage of passages) {
      const here = marks.get(passage.item) ?? [];
      marks.set(passage.item, [...here, { ...passage, mark: group.number }]);
    }
    chips(group, passages);
  }
  const current = target?.number;
  for (const sentence of sentences) {
    const all = marks.get(sentence.item);
    const here = all?.filter((one) => one.start < sentence.end && one.end > sentence.start) ?? [];
    const signature = here.map((one) => `${one.start}-${one.end}=${one.mark}${one.mark === current ? "*" : ""}`).join();
    if (signature !== sentence.drawn) redraw(sentence, here, current);
    sentence.drawn = signature;
  }
  for (const panel of panels) {
    const shown = $("[data-cited]", panel);
    const own = groups.find((group) => group.panel === panel && !group.element.closest("[data-harm]"));
    if (shown && own) shown.textContent = passagesOf(own.field).map((one) => (one.number ? `S${one.number}` : "“…”")).join(" ");
  }
}

function chips(group, passages) {
  const seen = new Set();
  const buttons = passages.filter((one) => !seen.has(one.token) && seen.add(one.token)).map((passage) => {
    const chip = make("button", "chip-cited");
    chip.type = "button";
    const label = passage.number && !/[-–]/.test(passage.token) ? `S${passage.number}` : wordsOf(passage);
    chip.append(make("span", "", label), make("span", "visually-hidden", group.chips.dataset.remove), "×");
    chip.addEventListener("click", () => {
      target = group;
      cite(passage.token);
    });
    return chip;
  });
  group.chips.replaceChildren(...(buttons.length ? buttons : [make("span", "muted", group.chips.dataset.none)]));
}

function wordsOf({ item, start, end }) {
  const parts = sentences.filter((one) => one.item === item && one.start < end && one.end > start);
  return parts.map((one) => sliced(textOf(one), Math.max(0, start - one.start), end - one.start)).join(" ");
}

function redraw(sentence, marks, current) {
  const text = Array.from(textOf(sentence));
  const spans = marks.map((one) => ({ ...one, start: Math.max(0, one.start - sentence.start), stop: Math.min(text.length, one.end - sentence.start) }));
  const cuts = [...new Set([0, text.length, ...spans.flatMap((one) => [one.start, one.stop])])].sort((a, b) => a - b);
  const pieces = [];
  for (let at = 0; at + 1 < cuts.length; at++) {
    const [start, stop] = [cuts[at], cuts[at + 1]];
    const over = spans.filter((one) => one.start <= start && stop <= one.stop);
    const piece = text.slice(start, stop).join("");
    const on = over.some((one) => one.mark === current);
    pieces.push(over.length ? make("mark", on ? "on" : "", piece) : document.createTextNode(piece));
    const ending = [...new Set(spans.filter((one) => one.stop === stop && one.start < stop).map((one) => one.mark))];
    for (const mark of ending) pieces.push(make("span", `ref num${mark === current ? " on" : ""}`, mark));
  }
  sentence.said.replaceChildren(...pieces);
}

// --- Moving from panel to panel ---

let at = Math.max(0, panels.findIndex((panel) => panel.hasAttribute("data-at")));
const noteOf = (panel) => $("[data-note]", panel);
const levelsOf = (panel) => $$(".levels input", panel);

function open(index) {
  at = Math.max(0, Math.min(panels.length - 1, index));
  const panel = panels[at];
  for (const each of panels) each.toggleAttribute("data-at", each === panel);
  target = groups.find((group) => group.panel === panel) ?? null;
  grow(panel);
  draw();
  offer();
}

function go(index) {
  open(index);
  const panel = panels[at];
  const stop = levelsOf(panel).find((radio) => radio.checked) ?? levelsOf(panel)[0] ?? noteOf(panel);
  stop.focus({ preventScroll: true });
  panel.scrollIntoView({ block: "nearest" });
}

/* Where the browser cannot let a field grow with its words. */
function grow(root) {
  if (CSS.supports("field-sizing", "content")) return;
  for (const area of $$("textarea", root)) area.rows = Math.max(1, area.value.split("\n").length, Math.ceil(area.value.length / 70));
}

function count() {
  const rated = panels.filter((panel) => panel.dataset.code && levelsOf(panel).some((radio) => radio.checked));
  $("[data-rated]").textContent = rated.length;
  $("[data-progress]").value = rated.length;
}

// --- Own comments ---

function put(button) {
  const panel = button.closest(".crit");
  const note = noteOf(panel);
  const said = $("span", button).textContent;
  note.value = note.value.trim() ? `${note.value.trim()} ${said}` : said;
  changed(note);
  const next = panels.indexOf(panel) + 1;
  if (levelsOf(panel).some((radio) => radio.checked)) go(next);
  else go(next - 1);
}

async function keepComment(button) {
  const panel = button.closest(".crit");
  const text = noteOf(panel).value.trim();
  if (!text) return noteOf(panel).focus();
  const body = new FormData();
  body.set("text", text);
  body.set("criterion", panel.dataset.code);
  const answer = await post(form.dataset.commentsUrl, body).catch(() => null);
  if (!answer?.ok) return;
  const list = $("[data-comments]", panel);
  if ($$("[data-comment] span", list).some((each) => each.textContent === text)) return;
  const own = make("button", "own");
  own.type = "button";
  own.dataset.comment = "";
  const key = 5 + $$("[data-comment]", list).length;
  if (key <= 9) {
    own.dataset.key = key;
    own.append(make("kbd", "", key));
  }
  own.append(make("span", "", text));
  list.append(own);
}

function post(url, body) {
  const token = document.cookie.match(/csrftoken=([^;]+)/)?.[1] ?? $("[name=csrfmiddlewaretoken]", form).value;
  return fetch(url, { method: "POST", body, headers: { "X-CSRFToken": token, Accept: "application/json" } });
}

// --- Submitting: what is missing first, then ten seconds to take it back ---

const LEVELS_WITH_EVIDENCE = ["1", "4"];
const SECONDS = 10;

function lacking(panel) {
  const chosen = levelsOf(panel).find((radio) => radio.checked);
  if (levelsOf(panel).length && !chosen) return levelsOf(panel)[0];
  if (levelsOf(panel).length && !noteOf(panel).value.trim()) return noteOf(panel);
  const own = groups.find((group) => group.panel === panel && !group.element.closest("[data-harm]"));
  const asks = own && panel.dataset.code && LEVELS_WITH_EVIDENCE.includes(chosen?.value) && sentences.length;
  if (asks && !passagesOf(own.field).length) return $("[data-quick]", own.element);
  for (const harm of $$("[data-harm]", panel)) {
    if (!$("input[type=checkbox]", harm).checked) continue;
    if (!passagesOf($("[data-evidence] input[name]", harm)).length) return $("[data-quick]", harm);
    if (!$("textarea", harm).value.trim()) return $("textarea", harm);
  }
  return null;
}

const counting = $("[data-counting]");
const undo = $("[data-undo]");
const submit = $("[data-submit]");
let clock = 0;

function begin() {
  if (clock) return;
  for (const [index, panel] of panels.entries()) {
    const stop = lacking(panel);
    if (!stop) continue;
    open(index);
    stop.closest("details")?.setAttribute("open", "");
    stop.focus({ preventScroll: true });
    panel.scrollIntoView({ block: "nearest" });
    return;
  }
  let left = SECONDS;
  const say = () => ($("span", counting).textContent = words($("span", counting)).replace("{seconds}", left));
  say();
  counting.hidden = undo.hidden = false;
  submit.hidden = true;
  document.dispatchEvent(new Event("drafts:flush"));
  fetchNext();
  clock = setInterval(() => {
    left -= 1;
    say();
    if (left <= 0) finish();
  }, 1000);
  undo.focus();
}

function takeBack() {
  clearInterval(clock);
  clock = 0;
  counting.hidden = undo.hidden = true;
  submit.hidden = false;
  submit.focus();
}

function finish() {
  takeBack();
  form.dataset.certain = "yes";
  form.requestSubmit(submit);
  delete form.dataset.certain;
}

/* One page ahead and no more; its address is opened once. */
let fetched = false;
function fetchNext() {
  if (fetched || !form.dataset.nextUrl) return;
  fetched = true;
  fetch(form.dataset.nextUrl, { priority: "low" }).catch(() => {});
}

// --- What is heard ---

/* The button that cites what is selected shows while something is. */
const citeNow = $("[data-cite-selection]");
function offer() {
  const selection = getSelection();
  const here = selection.rangeCount && !selection.isCollapsed && $("#response").contains(selection.anchorNode);
  citeNow.hidden = !(here && target);
  if (!citeNow.hidden) $("span", citeNow).textContent = `${words($("span", citeNow))} ${target.number}`;
}
document.addEventListener("selectionchange", offer);
citeNow.addEventListener("mousedown", (event) => event.preventDefault());
citeNow.addEventListener("click", citeSelection);

form.addEventListener("submit", (event) => {
  if (form.dataset.certain || form.dataset.draftsSettled || event.submitter?.name === "keep") return;
  event.preventDefault();
  begin();
});
undo.addEventListener("click", takeBack);

form.addEventListener("click", (event) => {
  const on = (selector) => event.target.closest(selector);
  const panel = on(".crit");
  if (panel && !panel.hasAttribute("data-at") && (on("legend") || on(".levels"))) open(panels.indexOf(panel));
  if (on("[data-comment]")) put(on("[data-comment]"));
  else if (on("[data-keep-comment]")) keepComment(on("[data-keep-comment]"));
  else if (on("[data-cite]")) {
    target = groupIn(on("[data-evidence]"));
    if (!citeSelection()) $("[data-quick]", target.element).focus();
  }
});
form.addEventListener("mousedown", (event) => event.target.closest("[data-cite]") && event.preventDefault());
form.addEventListener("focusin", (event) => {
  const panel = event.target.closest(".crit");
  if (panel && !panel.hasAttribute("data-at")) open(panels.indexOf(panel));
  const harm = event.target.closest("[data-harm]");
  if (harm) target = groupIn($("[data-evidence]", harm));
});
form.addEventListener("input", (event) => {
  if (clock) takeBack();
  if (event.target.type === "radio") count();
  if (event.target.type === "checkbox") draw();
  if (event.target.matches("textarea")) grow(event.target.parentElement);
});
form.addEventListener("draft:written", () => {
  count();
  draw();
});

for (const list of $$(".sentences"))
  list.addEventListener("click", (event) => {
    const number = event.target.closest(".sn");
    if (!number || !target) return;
    event.preventDefault();
    cite(number.textContent.trim());
  });

const keysOn = () => form.dataset.singleKeys !== "off";
const typing = (element) => element.matches("textarea, select, input:not([type=radio], [type=checkbox])");

function inField(event) {
  if (event.key === "Escape") go(at);
  else if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  else if (event.target.matches("[data-quick]")) {
    target = groupIn(event.target.closest("[data-evidence]"));
    const known = event.target.value.split(/[\s,]+/).filter((number) => numbered.has(number));
    known.forEach(cite);
    event.target.value = "";
    if (!known.length) go(at);
  } else if (event.target.matches("[data-note]") && event.target.name !== "summary") go(at + 1);
  else return;
  event.preventDefault();
}

const COMMANDS = {
  j: () => go(at + 1),
  k: () => go(at - 1),
  n: () => noteOf(panels[at])?.focus(),
  e: () => citeSelection() || (target && $("[data-quick]", target.element).focus()),
  h: () => {
    const fold = $(".harm-fold", panels[at]);
    if (!fold) return;
    fold.open = !fold.open;
    (fold.open ? $("input", fold) : levelsOf(panels[at])[0])?.focus();
  },
  u: () => clock && takeBack(),
  v: () => {
    const folds = $$(".vignette");
    const shut = folds.some((fold) => !fold.open);
    for (const fold of folds) fold.open = shut;
  },
  "?": () => $("#keys").showPopover(),
};

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
    event.preventDefault();
    return begin();
  }
  if (typing(event.target)) return inField(event);
  if (event.key === "Enter" && event.target.matches("input")) {
    event.preventDefault(); // or the browser would send the form
    return go(at + 1);
  }
  if (!keysOn() || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("[popover]")) return;
  const key = event.key.toLowerCase();
  const level = levelsOf(panels[at])[Number(key) - 1];
  const comment = $(`[data-comment][data-key="${CSS.escape(key)}"]`, panels[at]);
  if (/^[1-4]$/.test(key) && level) {
    level.checked = true;
    level.focus({ preventScroll: true });
    changed(level);
  } else if (/^[5-9]$/.test(key) && comment) put(comment);
  else if (Object.hasOwn(COMMANDS, key)) COMMANDS[key]();
  else return;
  event.preventDefault();
});

$("[data-keys-form]").addEventListener("change", (event) => {
  const on = event.target.checked;
  form.dataset.singleKeys = on ? "on" : "off";
  const body = new FormData();
  if (on) body.set("single_keys", "on");
  post(form.dataset.keysUrl, body).catch(() => {});
  hints();
});

function hints() {
  $("[data-key-hints]").hidden = !keysOn();
}

for (const shown of $$(".evid-shown", form)) shown.hidden = false;
hints();
open(at);
count();
$("#problems")?.focus();
document.documentElement.dataset.desk = "ready";
