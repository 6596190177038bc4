/** What the server says of webhooks and their deliveries, and how they are asked for. */
import type { WebhookEvent } from "../../words/webhooks";
import { ask } from "../requests";

export type { WebhookEvent };

/** Those that one chooses from; a test is always told. */
export const EVENTS = ["session.started", "session.ended", "board.exported"] as const satisfies readonly WebhookEvent[];

export interface Webhook {
  readonly webhook: number;
  readonly url: string;
  readonly events: readonly WebhookEvent[];
  readonly description: string;
  readonly enabled: boolean;
  readonly disabled_by: "gone" | "failing" | null;
  readonly failing_since_ms: number | null;
  readonly old_secret_until_ms: number | null;
  readonly waiting: number;
  readonly dropped: number;
  readonly secret?: string;
}

export interface Delivery {
  readonly delivery: number;
  readonly event: WebhookEvent;
  readonly at_ms: number;
  readonly state: "waiting" | "delivered" | "failed";
  readonly attempts: number;
  readonly took_ms: number | null;
  readonly status: number | null;
  /** `address`, `timeout` or `unreachable`, a colon, and what it was. */
  readonly error: string | null;
  readonly due_ms: number | null;
}

export const askWebhooks = (): Promise<readonly Webhook[]> => ask("GET", "webhooks");

/** The host of an address: what stands behind it is a secret at some programs. */
export function hostOf(url: string): string {
  return new URL(url).host;
}
