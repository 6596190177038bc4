/** Signing in by a provider: the button, what became of it, and an account's connection with one. */

export interface ProviderWords {
  readonly signInWith: (label: string) => string;
  readonly joinWith: (label: string) => string;
  readonly orWithPassword: string;
  readonly signedOutHere: (label: string) => string;
  readonly signOutThere: (label: string) => string;
  readonly provider: (label: string) => string;
  readonly connectedTo: (label: string) => string;
  readonly connectedAs: (shown: string, since: string) => string;
  readonly notConnected: (label: string) => string;
  readonly connectWith: (label: string) => string;
  readonly disconnect: string;
  readonly disconnected: string;
  readonly onlyWay: string;
  readonly setPassword: string;
  readonly setPasswordHint: (label: string) => string;
  readonly providerProblems: Readonly<Record<ProviderProblem, string>>;
}

type ProviderProblem =
  | "no_provider"
  | "provider_unreachable"
  | "provider_refused"
  | "provider_proof"
  | "not_let_in"
  | "not_invited"
  | "closed_account"
  | "identity_taken"
  | "connected"
  | "not_connected"
  | "last_way"
  | "attempt";

export const en: ProviderWords = {
  signInWith: (label) => `Sign in with ${label}`,
  joinWith: (label) => `Make it with ${label}`,
  orWithPassword: "Or with a password of this server:",
  signedOutHere: (label) => `You are signed out here. At ${label} this browser may still be signed in.`,
  signOutThere: (label) => `Sign out of ${label} too`,
  provider: (label) => `Sign-in with ${label}`,
  connectedTo: (label) => `Connected to ${label}`,
  connectedAs: (shown, since) => (shown === "" ? `Since ${since}` : `As ${shown}, since ${since}`),
  notConnected: (label) => `If you connect this account, you can sign in with ${label} as well.`,
  connectWith: (label) => `Connect to ${label}`,
  disconnect: "Disconnect",
  disconnected: "The account is disconnected.",
  onlyWay: "It is the only way into this account. To disconnect it, set a password first.",
  setPassword: "Set a password",
  setPasswordHint: (label) => `With it you can sign in also while ${label} cannot be reached.`,
  providerProblems: {
    no_provider: "This server has no other way to sign in than a password.",
    provider_unreachable: "The other service cannot be reached at the moment. With a password of this server you can still sign in.",
    provider_refused: "The other service did not sign you in. Please try again, or sign in with a password.",
    provider_proof: "The other service’s answer could not be checked, so you are not signed in. Please try again.",
    not_let_in: "You are known there, but this server does not let you in. Please ask an administrator.",
    not_invited: "You have no account on this server yet. Please ask an administrator for an invitation.",
    closed_account: "This account is closed. An administrator can open it again.",
    identity_taken: "You have another account on this server with this sign-in already.",
    connected: "This account is connected with somebody else’s sign-in. Disconnect it first.",
    not_connected: "This account is not connected any more.",
    last_way: "It is the only way into this account. Set a password first.",
    attempt: "This sign-in was begun in another window or took too long. Please begin again.",
  },
};

export const ja: ProviderWords = {
  signInWith: (label) => `${label}でサインイン`,
  joinWith: (label) => `${label}で作る`,
  orWithPassword: "このサーバーのパスワードを使う場合：",
  signedOutHere: (label) => `ここではサインアウトしました。${label}には、まだサインインしたままかもしれません。`,
  signOutThere: (label) => `${label}からもサインアウト`,
  provider: (label) => `${label}でのサインイン`,
  connectedTo: (label) => `${label}と連携しています`,
  connectedAs: (shown, since) => (shown === "" ? `${since} から` : `${shown}（${since} から）`),
  notConnected: (label) => `連携すると、${label}でもこのアカウントにサインインできます。`,
  connectWith: (label) => `${label}と連携する`,
  disconnect: "連携をやめる",
  disconnected: "連携をやめました。",
  onlyWay: "このアカウントに入る方法はこれだけです。連携をやめるには、先にパスワードを設定してください。",
  setPassword: "パスワードを設定する",
  setPasswordHint: (label) => `${label}につながらないときも、サインインできるようになります。`,
  providerProblems: {
    no_provider: "このサーバーには、パスワードでサインインしてください。",
    provider_unreachable: "サインイン先のサービスに今はつながりません。このサーバーのパスワードがあれば、サインインできます。",
    provider_refused: "サービスでサインインできませんでした。もう一度試すか、パスワードでサインインしてください。",
    provider_proof: "サービスからの返事を確かめられなかったため、サインインしていません。もう一度試してください。",
    not_let_in: "このサーバーでは、そのアカウントでのサインインが許可されていません。管理者に聞いてください。",
    not_invited: "このサーバーのアカウントがまだありません。管理者に招待してもらってください。",
    closed_account: "このアカウントは停止されています。再開できるのは管理者です。",
    identity_taken: "このサインイン方法は、このサーバーの別のアカウントと連携しています。",
    connected: "このアカウントは別の人のサインインと連携しています。先にその連携をやめてください。",
    not_connected: "このアカウントの連携は、すでに終わっています。",
    last_way: "このアカウントに入る方法はこれだけです。先にパスワードを設定してください。",
    attempt: "別のウィンドウで始めたか、時間がかかりすぎました。もう一度始めてください。",
  },
};
