/** Line drawings of the call, by the same hand as board/icons.tsx. */
import type { ComponentChildren } from "preact";

function icon(children: ComponentChildren) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      {children}
    </svg>
  );
}

const SLASH = <path d="M4 4l16 16" />;
const MICROPHONE = <path d="M12 3.500a3 3 0 013 3V11a3 3 0 01-6 0V6.500a3 3 0 013-3zM5.500 11a6.500 6.500 0 0013 0M12 17.500V21" />;
const CAMERA = <path d="M4.500 6.500h9A1.500 1.500 0 0115 8v8a1.500 1.500 0 01-1.500 1.500h-9A1.500 1.500 0 013 16V8a1.500 1.500 0 011.500-1.500zM15 10.500l6-3.500v10l-6-3.500" />;

export const callIcons = {
  join: icon(<path d="M6.500 3.500h2.300l1.500 4.200-2 1.600a12.500 12.500 0 006.400 6.400l1.600-2 4.200 1.500v2.300a2.500 2.500 0 01-2.700 2.500C10.500 19.400 4.600 13.500 4 6.200a2.500 2.500 0 012.500-2.700z" />),
  leave: icon(<path d="M3 14.500c-.700-1.600-.4-3.300.9-4.300C6.100 8.600 9 7.800 12 7.800s5.900.8 8.100 2.400c1.300 1 1.600 2.700.9 4.300l-.5 1.100-4.300-.9-.3-2.900a13 13 0 00-7.800 0l-.3 2.900-4.300.9z" />),
  microphone: icon(MICROPHONE),
  microphoneOff: icon(
    <>
      {MICROPHONE}
      {SLASH}
    </>,
  ),
  camera: icon(CAMERA),
  cameraOff: icon(
    <>
      {CAMERA}
      {SLASH}
    </>,
  ),
  screen: icon(<path d="M4.500 4.500h15A1.500 1.500 0 0121 6v9.500a1.500 1.500 0 01-1.500 1.500h-15A1.500 1.500 0 013 15.500V6a1.500 1.500 0 011.500-1.500zM9 20.500h6M12 13.500v-6M9 10l3-3 3 3" />),
  speaker: icon(<path d="M4 9.500h3.500L12 5.500v13l-4.500-4H4zM15.500 9.500a4 4 0 010 5M18 7a7.500 7.500 0 010 10" />),
  line: icon(<path d="M3 9.500a13 13 0 0118 0M6 13a8.500 8.500 0 0112 0M9 16.300a4.200 4.200 0 016 0M12 19.500h.01" />),
  window: icon(<path d="M4.500 5h15A1.500 1.500 0 0121 6.500V11M9 19H4.500A1.500 1.500 0 013 17.500v-11A1.500 1.500 0 014.500 5M13 13.500h7a1 1 0 011 1V18a1 1 0 01-1 1h-7a1 1 0 01-1-1v-3.500a1 1 0 011-1z" />),
} as const;
