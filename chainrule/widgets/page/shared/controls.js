// What is pressed, moved and read: buttons, sliders, tables.

import { html } from "./elements.js";

// JupyterLab's command mode takes every key from a control that does not say this.
const OWN_KEYS = { "data-lm-suppress-shortcuts": "true" };

/**
 * A button; `key`, if given, is pressed anywhere in the widget for the same effect.
 *
 * @param {string} label
 * @param {() => void} onclick
 * @param {{key?: string, title?: string}} more
 */
export function button(label, onclick, { key, title } = {}) {
    return html(
        "button",
        {
            type: "button",
            class: "chainrule-button",
            onclick,
            ...OWN_KEYS,
            title: title ?? null,
            "aria-keyshortcuts": key ?? null,
        },
        label,
    );
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
    return html(
        "table",
        { class: "chainrule-table" },
        html("caption", {}, caption),
        html("thead", {}, html("tr", {}, ...heads.map((head) => html("th", { scope: "col" }, head)))),
        html("tbody", {}, ...rows.map(cells)),
    );
}

const WAYS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

/** Where an arrow key leads, [right, down], kept from scrolling the page; undefined for any other key. */
export function way(event) {
    if (WAYS[event.key]) event.preventDefault();
    return WAYS[event.key];
}

/** A handler of keys for which Enter and the space bar do what a click does. */
export const pressing = (press) => (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    press();
};
