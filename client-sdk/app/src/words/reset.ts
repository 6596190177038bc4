/** Passwords that are set anew, and how the log names invitations. */

export interface ResetWords {
  readonly newPasswordLink: string;
  readonly newPasswordFor: (name: string) => string;
  readonly newPasswordHint: string;
  readonly newPasswordOf: (login: string) => string;
  readonly resetTitle: string;
  readonly resetLead: string;
  readonly resetDo: string;
  readonly invitationNumber: (number: string) => string;
  readonly byLink: string;
}

export const en: ResetWords = {
  newPasswordLink: "New password",
  newPasswordFor: (name) => `Link for ${name} to set a new password`,
  newPasswordHint: "It works once, within a day. Until then the password stays as it is.",
  newPasswordOf: (login) => `New password for ${login}`,
  resetTitle: "Set a new password",
  resetLead: "All other devices are signed out then.",
  resetDo: "Set the password",
  invitationNumber: (number) => `Invitation ${number}`,
  byLink: "By a link from an administrator",
};

export const ja: ResetWords = {
  newPasswordLink: "パスワードの再設定",
  newPasswordFor: (name) => `${name} さんがパスワードを再設定するリンク`,
  newPasswordHint: "1日以内に1回だけ使えます。それまでパスワードは変わりません。",
  newPasswordOf: (login) => `${login} のパスワード再設定`,
  resetTitle: "パスワードの再設定",
  resetLead: "設定すると、ほかの端末はすべてサインアウトされます。",
  resetDo: "パスワードを設定",
  invitationNumber: (number) => `招待 ${number}`,
  byLink: "管理者からのリンクで",
};
