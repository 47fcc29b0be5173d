// Progress: see progress.py.

import { table } from "./shared/controls.js";
import { html } from "./shared/elements.js";

/** The page's one place from which checks are spoken. It outlives the cell, which JupyterLab removes when far away. */
function speaker() {
    const there = document.getElementById("chainrule-speaker");
    if (there) return there;
    const region = html("div", {
        id: "chainrule-speaker",
        role: "status",
        "aria-live": "polite",
        style: "position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)",
    });
    document.body.append(region);
    return region;
}

const marked = (right) => (right ? "✓ passes" : "… open");

function render({ model, el }) {
    const region = speaker();
    const element = html("div", { class: "chainrule-widget", role: "group", "aria-label": "Progress" });
    element.addEventListener("keydown", (event) => event.stopPropagation());
    el.append(element);

    function draw() {
        const here = Object.entries(model.get("here"));
        const others = model.get("others");
        const count = here.filter(([, right]) => right).length;
        const open = element.querySelector("details")?.open ?? false;
        const meter = html("meter", { min: 0, max: Math.max(1, here.length), value: count, "aria-hidden": "true" });
        const sum = ` ${count} of ${here.length} answers pass their checks`;
        const lists = html(
            "details",
            open ? { open: "" } : {},
            html("summary", { tabindex: "0", "data-lm-suppress-shortcuts": "true" }, meter, sum),
            table(
                "In this notebook's folder",
                ["answer", "checks"],
                here.map(([name, right]) => [name, marked(right)]),
            ),
        );
        if (others.length) {
            lists.append(
                table(
                    "In the folders beside it",
                    ["folder", "answers that pass"],
                    others.map(([name, right, of]) => [name, `${right} of ${of}`]),
                ),
            );
        }
        const focused = element.contains(document.activeElement);
        element.replaceChildren(lists);
        if (focused) lists.querySelector("summary").focus();
    }
    let soon;
    function speak() {
        clearTimeout(soon);
        region.textContent = "";
        soon = setTimeout(() => {
            region.textContent = model.get("spoken").text ?? "";
        }, 100);
    }
    model.on("change:here", draw);
    model.on("change:spoken", speak);
    draw();
    return () => {
        model.off("change:here", draw);
        model.off("change:spoken", speak);
    };
}

export default { render };
