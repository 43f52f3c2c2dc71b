/* A sitting's page: the clock, counts of words and ticks, and ranking by drag, buttons and keys.
   Saving is drafts.js. Whatever happens here, the server's clock decides. */

const fill = (words, ...values) => words.replace(/\{(\d)\}/g, (_, place) => values[place]);
const changed = (element) => element.dispatchEvent(new Event("input", { bubbles: true }));
const each = (root, name, act) => root.querySelectorAll(name).forEach(act);

// --- The clock ---

const SPOKEN_AT = [10, 5, 1];

function clock(root) {
  const { left, allowed } = root.dataset;
  const began = performance.now();
  const hide = root.querySelector("[data-clock-hide]");
  const spoken = root.querySelector("[data-clock-spoken]");
  let before = Number(left) / 60;
  let over = false;

  function tick() {
    const seconds = Math.max(0, Number(left) - (performance.now() - began) / 1000);
    const minutes = Math.ceil(seconds / 60);
    const words = seconds > 60 ? fill(root.dataset.minutes, minutes) : root.dataset.last;
    root.querySelector("[data-clock-words]").textContent = words;
    const share = Math.round((100 * seconds) / Number(allowed));
    root.querySelector("[data-ring]").setAttribute("stroke-dasharray", `${share} 100`);
    const reached = SPOKEN_AT.find((at) => before > at && seconds / 60 <= at);
    if (reached) {
      const one = root.dataset.spokenOne, many = root.dataset.spokenMany;
      spoken.textContent = reached === 1 ? one : fill(many, reached);
    }
    before = seconds / 60;
    if (seconds === 0 && !over) end();
  }

  function end() {
    over = true;
    spoken.textContent = root.dataset.spokenOver;
    const leave = () => location.assign(root.dataset.over);
    document.dispatchEvent(new CustomEvent("drafts:flush", { detail: leave }));
  }

  function show(hidden) {
    root.classList.toggle("is-hidden", hidden);
    hide.setAttribute("aria-pressed", hidden);
    localStorage.setItem("clock", hidden ? "hidden" : "shown");
  }

  hide.hidden = false;
  hide.addEventListener("click", () => show(!root.classList.contains("is-hidden")));
  show(localStorage.getItem("clock") === "hidden");
  tick();
  setInterval(tick, 1000);
}

// --- Words, as the server counts them: two characters a word for scripts without spaces ---

const SPACELESS = /[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]/g;
const WORD = /[\p{L}\p{N}_]+(?:[’'-][\p{L}\p{N}_]+)*/gu;

function countWords(text) {
  const unmarked = text.replace(/\p{M}/gu, "");
  const spaceless = unmarked.match(SPACELESS)?.length ?? 0;
  const others = unmarked.replace(SPACELESS, " ").match(WORD)?.length ?? 0;
  return others + Math.ceil(spaceless / 2);
}

function words(task) {
  const foot = task.querySelector("[data-words-foot]");
  if (!foot) return;
  const count = countWords(task.querySelector("textarea").value);
  const [min, max] = [Number(foot.dataset.min), Number(foot.dataset.max)];
  const word = foot.querySelector("[data-words-word]");
  foot.hidden = false;
  foot.querySelector("[data-words-count]").textContent = count;
  word.textContent = count === 1 ? word.dataset.one : word.dataset.many;
  foot.querySelector("[data-words-over]").hidden = !max || count <= max;
  foot.querySelector("[data-words-bar]")?.setAttribute("width", max ? Math.min(150, (150 * count) / max) : 0);
  foot.querySelector("[data-words-min]")?.setAttribute("x", max ? (150 * min) / max : 0);
}

// --- Choosing ---

function ticks(task) {
  const told = task.querySelector("[data-ticks]");
  if (!told) return;
  const count = task.querySelectorAll(":checked").length;
  const most = Number(told.dataset.most);
  told.textContent =
    count > most ? fill(told.dataset.over, count, count - most) : fill(told.dataset.words, count, most);
}

/* The most helpful cannot be the least helpful too: the newer mark takes the place. */
function pickTwo(event) {
  const root = event.target.closest?.("[data-pick-two]");
  if (!root || !event.target.checked) return;
  each(root, `:checked[value="${CSS.escape(event.target.value)}"]`, (other) => {
    if (other !== event.target) other.checked = false;
  });
}

// --- Ranking: the places are in the selects, which the page shows as an order ---

class Rank {
  constructor(list) {
    this.list = list;
    this.task = list.closest("[data-draft]");
    list.addEventListener("click", ({ target }) => {
      const button = target.closest("[data-move]");
      if (button) this.move(button.closest("li"), Number(button.dataset.move), button);
    });
    list.addEventListener("keydown", (event) => this.key(event));
    this.task.querySelector("[data-rank-keep]")?.addEventListener("click", () => this.settle());
    this.task.addEventListener("draft:written", () => this.arrange());
    list.addEventListener("pointerdown", (event) => this.grab(event));
    this.arrange();
  }

  get items() {
    return [...this.list.querySelectorAll("[data-rank-item]")];
  }

  /* From the places to the page. */
  arrange() {
    const place = (item) => Number(item.querySelector("select").value) || 99;
    this.list.append(...this.items.sort((one, other) => place(one) - place(other)));
    this.draw();
  }

  /* From the page to the places. */
  settle() {
    this.items.forEach((item, place) => (item.querySelector("select").value = String(place + 1)));
    this.draw();
    changed(this.list);
  }

  draw() {
    const items = this.items;
    items.forEach((item, place) => {
      item.querySelector("[data-place]").textContent = item.querySelector("select").value || "–";
      const [up, down] = item.querySelectorAll("[data-move]");
      up.setAttribute("aria-disabled", place === 0);
      down.setAttribute("aria-disabled", place === items.length - 1);
    });
    const blank = items.every((item) => !item.querySelector("select").value);
    const keep = this.task.querySelector("[data-rank-blank]");
    if (keep) keep.hidden = !blank;
  }

  move(item, by, button) {
    const items = this.items;
    const to = items.indexOf(item) + by;
    if (to < 0 || to >= items.length) return;
    if (by < 0) items[to].before(item);
    else items[to].after(item);
    this.settle();
    this.say(item);
    button?.focus();
  }

  say(item) {
    const place = this.items.indexOf(item) + 1;
    const text = item.querySelector("label").textContent;
    const words = fill(this.list.dataset.moved, text, place, this.items.length);
    this.task.querySelector("[data-rank-spoken]").textContent = words;
  }

  key(event) {
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const button = event.target.closest("[data-move]");
    if (!by || !button) return;
    event.preventDefault();
    this.move(button.closest("li"), by, button);
  }

  grab(event) {
    const item = event.target.closest("[data-rank-item]");
    if (!item || event.target.closest("button, select") || event.button) return;
    if (event.pointerType === "touch" && !event.target.closest(".pos")) return; // or nobody could scroll
    event.preventDefault();
    item.classList.add("is-held");
    const before = this.items.indexOf(item);
    const drag = ({ clientY }) => {
      const others = this.items.filter((other) => other !== item);
      const below = others.find((other) => {
        const box = other.getBoundingClientRect();
        return clientY < box.top + box.height / 2;
      });
      if (below) below.before(item);
      else this.list.append(item);
    };
    const drop = () => {
      document.removeEventListener("pointermove", drag);
      item.classList.remove("is-held");
      if (this.items.indexOf(item) === before) return;
      this.settle();
      this.say(item);
    };
    document.addEventListener("pointermove", drag);
    document.addEventListener("pointerup", drop, { once: true });
    document.addEventListener("pointercancel", drop, { once: true });
  }
}

// --- The page ---

function answered(task) {
  const controls = [...task.querySelectorAll("textarea, select, input:not([type=hidden])")];
  return controls.some((one) => (one.type === "radio" || one.type === "checkbox" ? one.checked : one.value.trim()));
}

function count(form) {
  const tasks = [...form.querySelectorAll("[data-task]")];
  const blank = tasks.filter((task) => !answered(task));
  each(document, "[data-answered]", (told) => {
    told.textContent = fill(told.dataset.words, tasks.length - blank.length, tasks.length);
  });
  each(form, "[data-blanks]", (told) => {
    const numbers = blank.map((task) => task.dataset.task).join(", ");
    told.textContent = blank.length ? `${told.dataset.some} ${numbers}.` : told.dataset.none;
  });
}

function look(task) {
  words(task);
  ticks(task);
}

each(document, "[data-clock]", clock);
each(document, "[data-rank]", (list) => new Rank(list));
each(document, "[data-sitting]", (form) => {
  const again = ({ target }) => {
    const task = target.closest("[data-task]");
    if (task) look(task);
    count(form);
  };
  form.addEventListener("input", pickTwo, true);
  form.addEventListener("input", again);
  form.addEventListener("draft:written", again);
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches("input, select")) event.preventDefault();
  });
  each(form, "[data-task]", look);
  count(form);
});
document.documentElement.dataset.sitting = "ready";
