/** The button that leads to a provider, which sends the browser back to the account's screen. */
import { ask, type ProviderOffer } from "./requests";
import { Submit } from "./Submit";

export interface ProviderButtonProps {
  readonly provider: ProviderOffer;
  readonly label: string;
  /** An invitation that is taken thereby. */
  readonly invitation?: string;
  /** Connects the account that is signed in, in place of signing in. */
  readonly connect?: boolean;
}

export function ProviderButton({ provider, label, invitation, connect = false }: ProviderButtonProps) {
  const leave = async (): Promise<void> => {
    // The provider knows this server by one address and sends browsers back to that one.
    if (location.origin !== provider.at) return location.assign(`${provider.at}${location.pathname}${location.search}${location.hash}`);
    const place = await ask<{ location: string }>("POST", "oidc/start", { connect, ...(invitation === undefined ? {} : { invitation }) });
    location.assign(place.location);
  };
  return <Submit label={label} send={leave} />;
}
