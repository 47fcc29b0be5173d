// The frame of every widget, and what is said in it.

import { button } from "./controls.js";
import { html } from "./elements.js";

/**
 * The frame of every widget: a named group with a bar of buttons, a picture, the same as a table, and what is said.
 *
 * `label` names the widget, `keys` maps a key to the button that it presses, `tabulate()` makes the table when it is
 * looked at. Returns { element, bar, picture, below, toggle, tell(...nodes), say(text, aloud), refresh() }: put controls into
 * `bar` and `below`, what explains the picture into `tell`, call `refresh` after each change. The key "t" and the button Table change between picture and table.
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
    const toggle = button(
        "Table",
        () => {
            tabular.hidden = !tabular.hidden;
            picture.hidden = !tabular.hidden;
            toggle.setAttribute("aria-pressed", String(!tabular.hidden));
            refresh();
        },
        { key: "t", title: "The same as a table (key t)" },
    );
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
        soon = setTimeout(() => {
            spoken.textContent = aloud;
        }, 400);
    };
    return { element, bar, picture, below, toggle, tell: (...nodes) => line.before(...nodes), say, refresh };
}

/** What is to be said of the student's function; `lines` are those of their code that are at fault. */
export function verdict({ text, wrong, lines = [] }) {
    const lead = lines.length === 1 ? "The line that sets it:" : "The lines that set it:";
    return html(
        "div",
        { class: wrong ? "chainrule-verdict chainrule-at-fault" : "chainrule-verdict" },
        html("p", {}, `${wrong ? "✗ " : ""}${text}`),
        ...(lines.length ? [html("p", {}, lead), html("pre", {}, lines.join("\n"))] : []),
    );
}
