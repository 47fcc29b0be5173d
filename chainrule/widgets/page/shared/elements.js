// Elements of HTML, SVG and MathML, and what is often done to them.

import { number } from "./numbers.js";

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
    return math(
        "math",
        {},
        ...parts.map((part) => {
            if (part instanceof Node) return part;
            if (typeof part === "number") return math("mn", {}, number(part));
            return math(/^[\wΑ-ω]+$/.test(part) ? "mi" : "mo", {}, part);
        }),
    );
}

/** ∂ above over ∂ below, for a formula. */
export const derivative = (above, below) =>
    math(
        "mfrac",
        {},
        math("mrow", {}, math("mo", {}, "∂"), math("mi", {}, above)),
        math("mrow", {}, math("mo", {}, "∂"), math("mi", {}, below)),
    );

/** A name that nothing else in the page has. (crypto.randomUUID is missing where a page came by plain http.) */
export const unique = () => `chainrule-${Math.random().toString(36).slice(2)}`;

/** Words in a picture. */
export function text(attributes, words) {
    const node = svg("text", attributes);
    node.textContent = words;
    return node;
}

/** Change words that have changed, so that nothing else is painted anew. */
export const write = (node, words) => {
    if (node.textContent !== words) node.textContent = words;
};

/** Show a part of a picture, or hide it. */
export const visible = (node, yes) => node.setAttribute("visibility", yes ? "visible" : "hidden");

/** A factor, in brackets where it is negative. */
export const factor = (value) => (value < 0 ? ["(", value, ")"] : [value]);
