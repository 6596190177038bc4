/**
 * Whether a pen really measures how hard it is pressed. Devices that do not, report 0.5 (or 0, or 1)
 * for ever; a value in between gives away one that does.
 */
export class Pressure {
  private real = false;

  /** 0 for a device without pressure, else above 0 up to 1. */
  of(event: { readonly pointerType: string; readonly pressure: number }): number {
    if (event.pointerType !== "pen") return 0;
    const { pressure } = event;
    if (pressure > 0 && pressure < 1 && pressure !== 0.5) this.real = true;
    // A stroke that began with pressure keeps it down to the lightest touch.
    return this.real ? Math.min(1, Math.max(0.02, pressure)) : 0;
  }
}
