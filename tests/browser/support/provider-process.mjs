/**
 * A provider of OpenID Connect as a process of its own: panva's oidc-provider, which is certified, with its own
 * screens to log in and to agree. Whoever logs in is whom they say; their password is whatever they type.
 *
 * It is started with a JSON text: the port (0: any free one), and where browsers may be sent back to.
 */
import { generateKeyPairSync, randomUUID } from "node:crypto";
import { createServer } from "node:http";
// @ts-expect-error -- the package brings no types.
import Provider from "oidc-provider";

/** @type {{ port: number, at: string }} */
const { port, at } = JSON.parse(process.argv[2] ?? "");

/** A key that no provider before this one had. */
const key = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ format: "jwk" });

/** @param {string} name */
const client = (name) => ({
  client_id: name,
  client_secret: `secret of ${name}`,
  redirect_uris: [`${at}/api/v1/oidc/callback`],
  post_logout_redirect_uris: [`${at}/account`],
});

const server = createServer();
server.listen(port, "127.0.0.1", () => {
  const address = server.address();
  const found = typeof address === "object" && address !== null ? address.port : 0;
  const issuer = `http://localhost:${found}`;
  const provider = new Provider(issuer, {
    clients: [client("kakehashi"), client("another")],
    jwks: { keys: [{ ...key, kid: randomUUID(), alg: "RS256", use: "sig" }] },
    claims: { openid: ["sub"], profile: ["name", "preferred_username"], email: ["email", "email_verified"] },
    /** @param {unknown} _ctx @param {string} id */
    findAccount: (_ctx, id) => ({
      accountId: id,
      claims: () => ({ sub: id, name: `${id} of School`, preferred_username: id, email: `${id}@school.example`, email_verified: true }),
    }),
    cookies: { keys: [randomUUID()] },
    pkce: { required: () => true },
  });
  server.on("request", provider.callback());
  process.stdout.write(`ready ${issuer}\n`);
});
