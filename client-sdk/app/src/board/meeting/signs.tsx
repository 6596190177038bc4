/** The signs that are given without a word, by the numbers that travel; what each means is in `words.talk.signs`. */
import type { ComponentChildren } from "preact";

function sign(color: string, children: ComponentChildren) {
  return (
    <svg class="sign-icon" viewBox="0 0 24 24" style={{ color }} aria-hidden="true" focusable="false">
      {children}
    </svg>
  );
}

/** Drawn here, so that they look alike on every device. */
export const SIGNS: readonly ComponentChildren[] = [
  sign("var(--accent)", <path d="M7.5 10.500v9H4.500v-9zM7.500 11l3.800-7.500c1.500 0 2.300 1.200 2.100 2.500L13 9.500h5.300c1.200 0 2 1 1.800 2.200l-1.200 6.300c-.2 1-.9 1.500-1.900 1.500H7.500" />),
  sign("var(--busy)", <path d="M12 3.500l2.600 5.500 6 .8-4.400 4.200 1.100 6L12 17.100 6.700 20l1.100-6-4.400-4.200 6-.8z" />),
  sign("var(--bad)", <path d="M12 20C7 16.500 3.500 13.300 3.500 9.300A4.500 4.500 0 0112 7.200a4.500 4.500 0 018.500 2.100C20.500 13.300 17 16.500 12 20z" />),
  sign(
    "var(--good)",
    <>
      <circle cx="12" cy="12" r="8.500" />
      <path d="M8 12.300l2.800 2.800L16 9.500" />
    </>,
  ),
  sign(
    "var(--accent)",
    <>
      <circle cx="12" cy="12" r="8.500" />
      <path d="M9.500 9.700a2.500 2.500 0 115 0c0 1.700-2.500 2-2.500 3.800M12 16.500h.01" />
    </>,
  ),
  sign("var(--ink-soft)", <path d="M6.500 3.500h11M6.500 20.500h11M8 3.500v3c0 2.500 4 3.800 4 5.500s-4 3-4 5.500v3M16 3.500v3c0 2.500-4 3.800-4 5.500s4 3 4 5.500v3" />),
];
