/** A bridge over quiet water, as a few strokes of a brush: it fills what is free on the front door while no board is there yet. */

/** Drawing units. The deck rises in a parabola from one end to the other. */
const LEFT = 60;
const RIGHT = 1140;
const FOOT = 176;
const RISE = 92;
const RAIL = 30;
/** Where the posts of the rail and the piers below stand, as shares of the way across. */
const POSTS = [0.06, 0.17, 0.28, 0.39, 0.5, 0.61, 0.72, 0.83, 0.94];
const PIERS = [0.2, 0.4, 0.6, 0.8];

function at(share: number): readonly [number, number] {
  return [LEFT + (RIGHT - LEFT) * share, FOOT - 4 * RISE * share * (1 - share)];
}

/** A stroke along the deck, raised above it, that swells towards its middle as a brush does. */
function arch(from: number, to: number, raised: number, thick: number): string {
  const steps = 24;
  const above: string[] = [];
  const below: string[] = [];
  for (let i = 0; i <= steps; i++) {
    const share = i / steps;
    const [x, y] = at(from + (to - from) * share);
    const half = thick * (0.3 + 0.7 * Math.sin(Math.PI * share)) * (1 + 0.12 * Math.sin(share * 17));
    above.push(`${x.toFixed(1)} ${(y - raised - half).toFixed(1)}`);
    below.unshift(`${x.toFixed(1)} ${(y - raised + half).toFixed(1)}`);
  }
  return `M${above.join("L")}L${below.join("L")}Z`;
}

/** An upright stroke, pressed where it begins. */
function upright(x: number, top: number, bottom: number, thick: number): string {
  return `M${x - thick} ${top}q${thick} ${-thick} ${thick * 2} 0L${x + thick * 0.5} ${bottom}h${-thick}Z`;
}

/** A line of water that runs out at both ends. */
function ripple(x: number, y: number, length: number): string {
  const third = length / 3;
  return `M${x} ${y}q${third / 2} -5 ${third} 0t${third} 0t${third} 0q${-third / 2} 6.5 ${-third} 1.6t${-third} .8t${-third} -2.400Z`;
}

export function Bridge() {
  return (
    <svg class="door-bridge" viewBox="0 0 1200 230" preserveAspectRatio="xMidYMax meet" aria-hidden="true" focusable="false">
      <circle class="sun" cx="893" cy="98" r="62" />
      <path class="hills" d="M0 186C90 176 140 132 214 128s120 44 196 50 120-30 210-34 150 34 236 36 130-62 200-62 100 52 144 68Z" />
      <path d={arch(0, 1, 0, 5.500)} />
      <path d={arch(0.03, 0.97, RAIL, 2.200)} />
      {POSTS.map((share) => {
        const [x, y] = at(share);
        return <path key={share} d={upright(x, y - RAIL - 7, y - 3, 2.400)} />;
      })}
      {PIERS.map((share) => {
        const [x, y] = at(share);
        return <path key={share} d={upright(x, y + 4, 204, 3)} />;
      })}
      <g class="water">
        <path d={ripple(30, 206, 330)} />
        <path d={ripple(420, 214, 250)} />
        <path d={ripple(820, 204, 340)} />
        <path d={ripple(230, 223, 180)} />
        <path d={ripple(690, 224, 220)} />
      </g>
    </svg>
  );
}
