/** Webhooks: where other programs are told what happens, on the page of administrators. */

export type WebhookEvent = "session.started" | "session.ended" | "board.exported" | "ping";

type WebhookProblem =
  | "webhook_address"
  | "webhook_text"
  | "too_many_webhooks"
  | "unknown_webhook"
  | "webhook_disabled"
  | "unknown_delivery"
  | "no_event";

type Unanswered = "address" | "timeout" | "unreachable";

export interface WebhooksWords {
  readonly webhooks: string;
  readonly webhooksHint: string;
  readonly webhookEvents: Readonly<Record<WebhookEvent, string>>;
  readonly webhookTells: string;
  readonly addWebhook: string;
  readonly webhookUrl: string;
  readonly webhookUrlHint: string;
  readonly webhookDescription: string;
  readonly webhookSecret: string;
  readonly copySecret: string;
  readonly secretCopied: string;
  readonly webhookWorks: string;
  readonly webhookFailing: (since: string) => string;
  readonly webhookOff: string;
  readonly webhookGone: string;
  readonly webhookGivenUp: string;
  readonly webhookWaiting: (count: number) => string;
  readonly webhookDropped: (count: number) => string;
  readonly deliveries: string;
  readonly noDeliveries: string;
  readonly tryWebhook: string;
  readonly sendAgain: string;
  readonly sendNow: string;
  readonly deliveryTaken: (status: number, ms: number) => string;
  readonly deliveryAnswered: (status: number, ms: number) => string;
  readonly deliveryUnanswered: Readonly<Record<Unanswered, string>>;
  readonly deliveryNext: (time: string) => string;
  readonly deliveryOver: string;
  readonly deliveryTries: (count: number) => string;
  readonly deliveryNotYet: string;
  readonly changeWebhook: string;
  readonly disableWebhook: string;
  readonly enableWebhook: string;
  readonly newSecret: string;
  readonly newSecretHint: string;
  readonly oldSecretUntil: (time: string) => string;
  readonly deleteWebhook: string;
  readonly deleteWebhookTitle: string;
  readonly deleteWebhookText: (host: string) => string;
  readonly webhookProblems: Readonly<Record<WebhookProblem, string>>;
}

export const en: WebhooksWords = {
  webhooks: "Webhooks",
  webhooksHint: "Other programs, such as a timetable, are told when something happens. Nothing that is written on boards is sent.",
  webhookEvents: {
    "session.started": "A session starts",
    "session.ended": "A session ends",
    "board.exported": "A board is downloaded as a whole",
    ping: "Test",
  },
  webhookTells: "What it tells",
  addWebhook: "Add webhook",
  webhookUrl: "Address of the program",
  webhookUrlHint: "It begins with https:// or http://.",
  webhookDescription: "What it is for",
  webhookSecret: "Secret",
  copySecret: "Copy secret",
  secretCopied: "Secret copied",
  webhookWorks: "On",
  webhookFailing: (since) => `Nothing delivered since ${since}`,
  webhookOff: "Off",
  webhookGone: "Off: the program has said that it wants no more",
  webhookGivenUp: "Off: nothing was delivered for five days",
  webhookWaiting: (count) => (count === 1 ? "1 delivery waits" : `${count} deliveries wait`),
  webhookDropped: (count) => (count === 1 ? "1 was dropped because too many waited" : `${count} were dropped because too many waited`),
  deliveries: "Deliveries",
  noDeliveries: "Nothing has been sent yet.",
  tryWebhook: "Send a test",
  sendAgain: "Send again",
  sendNow: "Send now",
  deliveryTaken: (status, ms) => `Delivered (${status}, ${ms} ms)`,
  deliveryAnswered: (status, ms) => `Answered with an error (${status}, ${ms} ms)`,
  deliveryUnanswered: {
    address: "This address is not allowed",
    timeout: "No answer in time",
    unreachable: "Cannot be reached",
  },
  deliveryNext: (time) => `next try at ${time}`,
  deliveryOver: "given up",
  deliveryTries: (count) => (count === 1 ? "1 try" : `${count} tries`),
  deliveryNotYet: "Being sent",
  changeWebhook: "Change",
  disableWebhook: "Turn off",
  enableWebhook: "Turn on",
  newSecret: "New secret",
  newSecretHint: "The previous secret goes on signing beside the new one for a day, so that nothing is missed.",
  oldSecretUntil: (time) => `The previous secret signs until ${time}.`,
  deleteWebhook: "Delete",
  deleteWebhookTitle: "Delete this webhook?",
  deleteWebhookText: (host) => `${host} is told nothing more, and what waits for it is deleted.`,
  webhookProblems: {
    webhook_address:
      "This address cannot be used. It begins with https:// or http://, has no password in it, and is neither this server’s own nor a link-local one.",
    webhook_text: "The description has at most 200 letters in one line.",
    too_many_webhooks: "There are twenty webhooks already. Delete one first.",
    unknown_webhook: "This webhook was deleted already.",
    webhook_disabled: "This webhook is off. Turn it on first.",
    unknown_delivery: "This delivery is not kept any more.",
    no_event: "Choose at least one thing that it tells.",
  },
};

export const ja: WebhooksWords = {
  webhooks: "Webhook（通知）",
  webhooksHint: "時間割などのほかのプログラムに、できごとを知らせます。ボードに書かれた内容は送りません。",
  webhookEvents: {
    "session.started": "セッションの開始",
    "session.ended": "セッションの終了",
    "board.exported": "ボード全体のダウンロード",
    ping: "テスト",
  },
  webhookTells: "知らせるできごと",
  addWebhook: "Webhook を追加",
  webhookUrl: "プログラムのアドレス",
  webhookUrlHint: "https:// または http:// で始まります。",
  webhookDescription: "用途",
  webhookSecret: "シークレット",
  copySecret: "シークレットをコピー",
  secretCopied: "シークレットをコピーしました",
  webhookWorks: "オン",
  webhookFailing: (since) => `${since} から届いていません`,
  webhookOff: "オフ",
  webhookGone: "オフ：プログラムが受け取りを終了しました",
  webhookGivenUp: "オフ：5日間届きませんでした",
  webhookWaiting: (count) => `${count} 件が送信待ち`,
  webhookDropped: (count) => `送信待ちが多すぎたため ${count} 件を破棄`,
  deliveries: "送信の記録",
  noDeliveries: "まだ何も送っていません。",
  tryWebhook: "テストを送る",
  sendAgain: "もう一度送る",
  sendNow: "今すぐ送る",
  deliveryTaken: (status, ms) => `届きました（${status}、${ms} ms）`,
  deliveryAnswered: (status, ms) => `エラーの応答（${status}、${ms} ms）`,
  deliveryUnanswered: {
    address: "このアドレスには送れません",
    timeout: "時間内に応答がありません",
    unreachable: "接続できません",
  },
  deliveryNext: (time) => `次は ${time}`,
  deliveryOver: "送信を終了",
  deliveryTries: (count) => `${count} 回送信`,
  deliveryNotYet: "送信中",
  changeWebhook: "変更",
  disableWebhook: "オフにする",
  enableWebhook: "オンにする",
  newSecret: "シークレットを更新",
  newSecretHint: "前のシークレットも1日は併せて署名するので、切り替えの間も届きます。",
  oldSecretUntil: (time) => `前のシークレットは ${time} まで有効です。`,
  deleteWebhook: "削除",
  deleteWebhookTitle: "この Webhook を削除しますか？",
  deleteWebhookText: (host) => `${host} には何も知らせなくなり、送信待ちも削除されます。`,
  webhookProblems: {
    webhook_address:
      "このアドレスは使えません。https:// か http:// で始まり、パスワードを含まないものにしてください。このサーバー自身とリンクローカルのアドレスは使えません。",
    webhook_text: "用途は1行、200文字までです。",
    too_many_webhooks: "Webhook はもう20個あります。先にどれかを削除してください。",
    unknown_webhook: "この Webhook はすでに削除されています。",
    webhook_disabled: "この Webhook はオフです。先にオンにしてください。",
    unknown_delivery: "この記録はもう残っていません。",
    no_event: "知らせるできごとを、1つ以上選んでください。",
  },
};
