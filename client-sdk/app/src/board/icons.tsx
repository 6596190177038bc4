/** Line drawings for buttons, 24 units square, in the colour of the text around them. */
import type { ComponentChildren } from "preact";

function icon(children: ComponentChildren) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      {children}
    </svg>
  );
}

export const icons = {
  select: icon(<path d="M5 3.500l5.500 16 2.600-6.400 6.400-2.600z" />),
  pen: icon(
    <>
      <path d="M4 20l1.200-4.800L16.700 3.700a1.800 1.800 0 012.600 0l1 1a1.800 1.800 0 010 2.600L8.800 18.800z" />
      <path d="M14.200 6.200l3.600 3.600" />
    </>,
  ),
  eraser: icon(
    <>
      <path d="M9 20l-5.300-5.300a1.700 1.700 0 010-2.400l8.600-8.600a1.700 1.700 0 012.400 0l5.600 5.600a1.700 1.700 0 010 2.400L12.600 19.400 12 20z" />
      <path d="M8 8l8 8M9 20h11" />
    </>,
  ),
  text: icon(<path d="M5 7V4.500h14V7M12 4.500v15M9 19.500h6" />),
  hand: icon(
    <path d="M7.500 12.500V6.200a1.500 1.500 0 013 0v5-6.700a1.500 1.500 0 013 0v6.700-5.700a1.500 1.500 0 013 0v7-3.800a1.500 1.500 0 013 0v5.300c0 4-2.500 7-6.300 7-3 0-4.500-1.200-6-3.600L4.300 13.600a1.600 1.600 0 012.600-1.900z" />,
  ),
  undo: icon(<path d="M8.500 5L4 9.500 8.500 14M4.500 9.500H14a5.500 5.500 0 010 11h-3.500" />),
  redo: icon(<path d="M15.500 5L20 9.500 15.500 14M19.500 9.500H10a5.500 5.500 0 000 11h3.500" />),
  remove: icon(<path d="M4.500 6.500h15M9.500 6V4h5v2M6.500 6.500l1 13.500h9l1-13.500M10 10.500v6M14 10.500v6" />),
  previous: icon(<path d="M14.500 5.500L8 12l6.500 6.500" />),
  next: icon(<path d="M9.500 5.500L16 12l-6.500 6.500" />),
  add: icon(<path d="M12 5v14M5 12h14" />),
  addPage: icon(<path d="M13 20.500H6.500V3.500h7l4 4V11M13.500 3.500v4h4M17.500 14v7M14 17.500h7" />),
  minus: icon(<path d="M5 12h14" />),
  fit: icon(<path d="M4 9V4.500h5M15 4.500h5V9M20 15v4.500h-5M9 19.500H4V15" />),
  close: icon(<path d="M6 6l12 12M18 6L6 18" />),
  copy: icon(
    <path d="M10 14a4 4 0 005.700 0l3-3a4 4 0 00-5.700-5.700L11.800 6.500M14 10a4 4 0 00-5.700 0l-3 3a4 4 0 005.700 5.700l1.200-1.200" />,
  ),
} as const;
