// What a weight's gradient is made of, typeset with its numbers.

import { factor, formula, html, math } from "../shared/elements.js";
import { number } from "../shared/numbers.js";
import { meanOf, products } from "./model.js";

const MOST = 6; // products that are written out

const upper = (name, lower, layer) =>
    math(
        "msubsup",
        {},
        math("mi", {}, name),
        math("mn", {}, lower),
        math("mrow", {}, math("mo", {}, "("), math("mn", {}, String(layer)), math("mo", {}, ")")),
    );
const weightName = ([l, i, j]) => upper("Θ", `${i},${j}`, l);
const unit = ([l, , j]) => (j ? upper("a", String(j), l - 1) : "1");
const times = (a, b) => [a, "·", ...factor(b)];

const partial = (sign, edge) =>
    math(
        "mfrac",
        {},
        math("mrow", {}, math("mo", {}, "∂"), math("mi", {}, sign)),
        math("mrow", {}, math("mo", {}, "∂"), weightName(edge)),
    );

/** What a weight adds to a weighted sum. */
export function ofForward(edge, weight, a, mean) {
    const [l, i] = edge;
    return [
        html(
            "p",
            {},
            "It adds ",
            formula(weightName(edge), "·", unit(edge), "=", ...times(weight, a), "=", weight * a),
            " to the weighted sum ",
            formula(upper("z", String(i), l)),
            `${mean ? ", in the mean over the batch" : ""}.`,
        ),
    ];
}

/** Its gradient for one sample: δ times a. */
export function ofSample(edge, d, a, sample) {
    const [l, i, j] = edge;
    const why = html(
        "p",
        {},
        "A bias has a gradient, its unit's δ times 1. The 1 itself gets no δ: it depends on nothing.",
    );
    const made = formula(
        partial("L", edge),
        "=",
        upper("δ", String(i), l),
        "·",
        unit(edge),
        "=",
        ...times(d, a),
        "=",
        d * a,
    );
    return [html("p", {}, made, `, where L is the loss of sample ${sample}`), ...(j ? [] : [why])];
}

/** Its gradient over the batch: the mean of the products, beside the product of the means. */
export function ofBatch(edge, flow, meanDelta, meanBelow) {
    const [l, i, j] = edge;
    const each = products(flow, l, i, j);
    const mean = meanOf(each);
    const listed = each
        .slice(0, MOST)
        .flatMap((term, k) => [...(k ? [term < 0 ? "−" : "+"] : []), k ? Math.abs(term) : term]);
    const more = each.length > MOST ? ["+", "…"] : [];
    const sum = math(
        "mfrac",
        {},
        math("mrow", {}, ...formula(...listed, ...more).childNodes),
        math("mn", {}, String(each.length)),
    );
    const ofMeans = meanDelta * meanBelow;
    const contrast = j
        ? [
              "The product of the means would be ",
              formula(...times(meanDelta, meanBelow), "=", ofMeans),
              number(ofMeans) === number(mean)
                  ? ": here the two differ only in digits that are not shown."
                  : ": another number, for first come the products, then their mean.",
          ]
        : ["Here the mean of the products is the mean of δ, since the 1 is the same in every sample."];
    return [
        html(
            "p",
            {},
            formula(
                partial("J", edge),
                "=",
                math("mfrac", {}, math("mn", {}, "1"), math("mi", {}, "m")),
                "∑",
                upper("δ", String(i), l),
                "·",
                unit(edge),
                "=",
                sum,
                "=",
                mean,
            ),
        ),
        html("p", {}, ...contrast),
    ];
}
