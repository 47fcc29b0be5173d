// One entry's error against the step.

import { svg, text } from "../shared/elements.js";
import { between, power, scientific } from "../shared/numbers.js";
import { AGREES, EXPONENTS, nameOf } from "./model.js";

const PLOT = { width: 460, height: 250, left: 52, top: 14, right: 10, bottom: 40 };
const BOTTOM = PLOT.height - PLOT.bottom;
const [LOW, HIGH] = [-14, 1]; // exponents of the errors

const x = (exponent) => PLOT.left + ((exponent + 15) / 14) * (PLOT.width - PLOT.left - PLOT.right);
const y = (error) => {
    const exponent = between(LOW, Math.log10(Math.max(error, 1e-14)), HIGH);
    return PLOT.top + ((HIGH - exponent) / (HIGH - LOW)) * (PLOT.height - PLOT.top - PLOT.bottom);
};

const label = (words, at, anchor = "middle") => text({ ...at, "text-anchor": anchor }, words);

/**
 * One entry's error against the step, both axes logarithmic, with what makes it grow at either end.
 * Returns { element, at(exponent) }: the step that is looked at.
 */
export function plot(curve, entry) {
    const line = curve.map((error, i) => `${i ? "L" : "M"}${x(EXPONENTS[i])} ${y(error)}`).join("");
    const smallest = curve.indexOf(Math.min(...curve));
    const words =
        `Relative error of ${nameOf(entry)} against the step. It is smallest, ${scientific(curve[smallest])}, ` +
        `at the step ${scientific(10 ** EXPONENTS[smallest])}. Round-off makes it grow to the left, truncation to the right.`;
    const now = svg("path", { class: "chainrule-now-h" });
    const { width, height, left, right, top } = PLOT;
    const element = svg(
        "svg",
        { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": words },
        svg("path", { class: "chainrule-edge", d: `M${left} ${top}V${BOTTOM}H${width - right}` }),
        ...[-15, -12, -9, -6, -3].map((e) => label(power(e), { x: x(e), y: BOTTOM + 16 })),
        ...[-12, -9, -6, -3, 0].map((e) => label(power(e), { x: left - 4, y: y(10 ** e) + 4 }, "end")),
        label("step h", { x: width / 2, y: height - 4 }),
        label("round-off: ε |J| / h", { x: left + 8, y: BOTTOM - 8 }, "start"),
        label("truncation: h²", { x: width - right - 4, y: BOTTOM - 8 }, "end"),
        svg("path", { class: "chainrule-agrees", d: `M${left} ${y(AGREES)}H${width - right}` }),
        label("below this line: the same", { x: left + 8, y: y(AGREES) - 4 }, "start"),
        svg("path", { class: "chainrule-curve", d: line }),
        now,
    );
    return { element, at: (exponent) => now.setAttribute("d", `M${x(exponent)} ${top}V${BOTTOM}`) };
}
