// Numbers: as they are written, and as they come from Python.

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

/** Two different numbers with as many digits as tell them apart. */
export function apart(one, other) {
    const short = [number(one), number(other)];
    if (one === other || short[0] !== short[1]) return short;
    for (let places = 4; places < 17; places += 1) {
        const told = [one, other].map((value) => value.toPrecision(places).replace("-", "−"));
        if (told[0] !== told[1]) return told;
    }
    return short;
}

const trimmed = (digits) => digits.replace(/\.?0+$/, "");

/** 1 / (1 + exp(−z)), without overflow. */
export const sigmoid = (z) => (z >= 0 ? 1 / (1 + Math.exp(-z)) : Math.exp(z) / (1 + Math.exp(z)));

/** A number that JSON can't hold comes as text: "NaN", "Infinity". */
export const numbers = (given) =>
    Object.fromEntries(Object.entries(given).map(([name, value]) => [name, Number(value)]));

/** A value, or the nearer of two limits. */
export const between = (low, value, high) => Math.min(high, Math.max(low, value));

/** Small numbers as a card writes them: two digits and a power of ten. */
export function scientific(value) {
    if (!Number.isFinite(value) || value === 0) return number(value);
    const [digits, exponent] = value.toExponential(1).split("e");
    return `${digits}${power(Number(exponent)).slice(1)}`;
}

/** A power of ten: 1e−05. */
export const power = (exponent) => `1e${exponent < 0 ? "−" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;

/** A number with six digits, for looking at closely. */
export const digits = (value) => String(Number(Number(value).toPrecision(6))).replace("-", "−");

/** Two numbers as a place: (1, −0.50). */
export const pair = (place) => `(${number(place[0])}, ${number(place[1])})`;
