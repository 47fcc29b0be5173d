// What all widgets share; base.py puts it before the text of each. No imports, no build step.

/** A number as the lectures write it, the same text as chainrule.figures.number: 4, −0.53, 0.20, 1.2e−05. */
export function number(value) {
    const size = Math.abs(value);
    const minus = value < 0 ? "−" : "";
    if (!Number.isFinite(value)) return Number.isNaN(value) ? "nan" : `${minus}inf`;
    if (Number.isInteger(value) && size < 1e6) return `${minus}${size}`;
    if (size >= 0.005 && size < 1e5) {
        // Halves go to the even digit, as in Python: of two decimals, only eighths lie halfway.
        return minus + ((size * 8) % 4 === 1 ? size - 0.004 : size).toFixed(2);
    }
    const halfway = /^(\d\.\d)50*e(.*)$/.exec(size.toExponential(40));
    const even = halfway && "02468".includes(halfway[1][2]);
    const [digits, power] = (even ? `${halfway[1]}e${halfway[2]}` : size.toExponential(1)).split("e");
    const exponent = Number(power);
    if (exponent >= -4 && exponent < 0) return minus + trimmed(Number(`${digits}e${power}`).toFixed(1 - exponent));
    const sign = exponent < 0 ? "−" : "+";
    return `${minus}${trimmed(digits)}e${sign}${String(Math.abs(exponent)).padStart(2, "0")}`;
}

const trimmed = (digits) => digits.replace(/\.?0+$/, "");

/** 1 / (1 + exp(−z)), without overflow. */
export const sigmoid = (z) => (z >= 0 ? 1 / (1 + Math.exp(-z)) : Math.exp(z) / (1 + Math.exp(z)));

const SVG = "http://www.w3.org/2000/svg";
const MATHML = "http://www.w3.org/1998/Math/MathML";

/** An element of HTML with attributes, handlers (`onclick`) and children; `null` leaves an attribute out. */
export const html = (tag, attributes = {}, ...children) => fill(document.createElement(tag), attributes, children);

/** The same of SVG. */
export const svg = (tag, attributes = {}, ...children) =>
    fill(document.createElementNS(SVG, tag), attributes, children);

/** The same of MathML. */
export const math = (tag, attributes = {}, ...children) =>
    fill(document.createElementNS(MATHML, tag), attributes, children);

function fill(element, attributes, children) {
    for (const [name, value] of Object.entries(attributes)) {
        if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
        else if (value !== null && value !== undefined) element.setAttribute(name, value);
    }
    element.append(...children.filter((child) => child !== null && child !== undefined));
    return element;
}

/** A formula from its parts: a number or a word in quotes of its own element, signs between them. */
export function formula(...parts) {
    return math("math", {}, ...parts.map((part) => {
        if (part instanceof Node) return part;
        if (typeof part === "number") return math("mn", {}, number(part));
        return math(/^[\wΑ-ω]+$/.test(part) ? "mi" : "mo", {}, part);
    }));
}

/** ∂ above over ∂ below, for a formula. */
export const derivative = (above, below) =>
    math("mfrac", {},
        math("mrow", {}, math("mo", {}, "∂"), math("mi", {}, above)),
        math("mrow", {}, math("mo", {}, "∂"), math("mi", {}, below)));

// JupyterLab's command mode takes every key from a control that does not say this.
const OWN_KEYS = { "data-lm-suppress-shortcuts": "true" };

/** A button; `key`, if given, is pressed anywhere in the widget for the same effect. */
export function button(label, onclick, { key, title } = {}) {
    return html("button", {
        type: "button", class: "chainrule-button", onclick, ...OWN_KEYS,
        title: title ?? null, "aria-keyshortcuts": key ?? null,
    }, label);
}

/** Anything else that takes keys (a gate in a picture): the attributes that make it reachable. */
export const reachable = (label) => ({ tabindex: "0", role: "button", "aria-label": label, ...OWN_KEYS });

/**
 * A slider with its name, and a field beside it where the number can be typed.
 *
 * `oninput(value)` is called at each movement. Returns { element, set(value), describe(text) }; what `describe` is
 * given is spoken as the slider's value.
 */
export function slider({ name, value, min, max, step, oninput }) {
    const range = html("input", { type: "range", step, "aria-label": name, ...OWN_KEYS });
    const field = html("input", { type: "number", step: "any", "aria-label": `${name}, typed`, ...OWN_KEYS });
    const set = (next) => {
        range.min = Math.min(min, next);
        range.max = Math.max(max, next);
        range.value = next;
        if (document.activeElement !== field && root(field)?.activeElement !== field) field.value = next;
    };
    const changed = (next) => {
        if (next === "" || !Number.isFinite(Number(next))) return;
        set(Number(next));
        oninput(Number(next));
    };
    range.addEventListener("input", () => changed(range.value));
    field.addEventListener("input", () => changed(field.value));
    set(value);
    const label = html("span", { class: "chainrule-name", "aria-hidden": "true" }, name);
    return {
        element: html("div", { class: "chainrule-slider" }, label, range, field),
        set,
        describe: (text) => range.setAttribute("aria-valuetext", text),
    };
}

const root = (element) => (element.getRootNode() instanceof ShadowRoot ? element.getRootNode() : null);

/** A table with a caption; `rows` are lists of texts, the first of each names its row. */
export function table(caption, heads, rows) {
    const cells = ([first, ...others]) =>
        html("tr", {}, html("th", { scope: "row" }, first), ...others.map((text) => html("td", {}, text)));
    return html("table", { class: "chainrule-table" },
        html("caption", {}, caption),
        html("thead", {}, html("tr", {}, ...heads.map((head) => html("th", { scope: "col" }, head)))),
        html("tbody", {}, ...rows.map(cells)));
}

/**
 * The frame of every widget: a named group with a bar of buttons, a picture, the same as a table, and what is said.
 *
 * `label` names the widget, `keys` maps a key to the button that it presses, `tabulate()` makes the table when it is
 * looked at. Returns { element, bar, picture, below, say(text, politely), refresh() }: put controls into `bar` and
 * `below`, call `refresh` after each change. The key "t" and the button Table change between picture and table.
 * `say` shows a line and speaks it; changes that follow fast on one another are spoken once, when they stop.
 */
export function frame({ label, keys = {}, tabulate }) {
    const bar = html("div", { class: "chainrule-bar" });
    const picture = html("div", { class: "chainrule-picture" });
    const tabular = html("div", { class: "chainrule-tabular", hidden: "" });
    const below = html("div", { class: "chainrule-below" });
    const line = html("p", { class: "chainrule-line" });
    const spoken = html("p", { class: "chainrule-spoken", role: "status", "aria-live": "polite" });
    const refresh = () => {
        if (!tabular.hidden) tabular.replaceChildren(tabulate());
    };
    const toggle = button("Table", () => {
        tabular.hidden = !tabular.hidden;
        picture.hidden = !tabular.hidden;
        toggle.setAttribute("aria-pressed", String(!tabular.hidden));
        refresh();
    }, { key: "t", title: "The same as a table (key t)" });
    toggle.setAttribute("aria-pressed", "false");
    const presses = { ...keys, t: toggle };
    const element = html("div", { class: "chainrule-widget", role: "group", "aria-label": label });
    element.append(bar, picture, tabular, below, line, spoken);
    element.addEventListener("keydown", (event) => {
        const typing = event.target.matches?.("input[type=number], input[type=text]");
        const pressed = !typing && !event.ctrlKey && !event.metaKey && !event.altKey && presses[event.key];
        if (pressed) {
            event.preventDefault();
            pressed.click();
        }
        event.stopPropagation(); // what is typed here is no command to the notebook
    });
    let soon;
    const say = (text, aloud = text) => {
        line.textContent = text;
        clearTimeout(soon);
        soon = setTimeout(() => { spoken.textContent = aloud; }, 400);
    };
    return { element, bar, picture, below, toggle, say, refresh };
}

/**
 * Asks Python: `ask(what, values)` promises what `_answer_<what>` of the widget returns, or null where a newer
 * question of the same view took its place. One question is on its way at a time and only the newest waits, so that
 * a fast drag is never more than one behind. `again()` is called when the student has changed a function: what was
 * answered before holds no longer.
 */
export function asker(model, again) {
    const view = crypto.randomUUID();
    let waiting = null;
    let underway = null;
    let count = 0;
    const send = (question) => {
        underway = question;
        count += 1;
        question.id = `${view}-${count}`;
        model.send({ ask: question.what, values: question.values, id: question.id });
    };
    const answered = (message) => {
        if (message.changed) again();
        if (!underway || message.id !== underway.id) return;
        underway.resolve(message.answer);
        underway = null;
        if (waiting) send(waiting);
        waiting = null;
    };
    model.on("msg:custom", answered);
    return {
        ask: (what, values) => new Promise((resolve) => {
            waiting?.resolve(null);
            waiting = null;
            if (underway) waiting = { what, values, resolve };
            else send({ what, values, resolve });
        }),
        close: () => model.off("msg:custom", answered),
    };
}

/** A number that JSON can't hold comes as text: "NaN", "Infinity". */
export const numbers = (given) => Object.fromEntries(Object.entries(given).map(([name, value]) => [name, Number(value)]));
