// A sign-in provider on this machine (node-oidc-provider, which the OpenID Foundation certified), and a workbench that knows it.
import { spawn } from "node:child_process";
import { createServer } from "node:http";
import { createServer as listen } from "node:net";
import { once } from "node:events";
import Provider from "oidc-provider";
import { today } from "./workbench.mjs";

const secret = "a secret of forty characters, or nearly so";

/** A port that was free a moment ago. */
async function spare() {
  const server = listen().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

/** Starts both. `unverified` are people whose e-mail address the provider has not verified. */
export async function organisation({ unverified = [] } = {}) {
  const port = await spare();
  const workbench = `http://127.0.0.1:${port}`;
  const issuer = `http://127.0.0.1:${await spare()}`;
  const quiet = console.warn;
  console.warn = () => {};
  const provider = new Provider(issuer, {
    clients: [{
      client_id: "dunwell", client_secret: secret, grant_types: ["authorization_code"], response_types: ["code"],
      redirect_uris: [`${workbench}/sign-in/provider/back`],
    }],
    claims: { openid: ["sub"], email: ["email", "email_verified"] },
    cookies: { keys: ["one", "two"] },
    findAccount: (_, sub) => ({
      accountId: sub,
      claims: () => ({ sub, email: `${sub}@example.com`, email_verified: !unverified.includes(sub) }),
    }),
  });
  console.warn = quiet;
  const server = createServer(provider.callback()).listen(Number(new URL(issuer).port), "127.0.0.1");
  await once(server, "listening");
  const words = ["--book", process.env.DUNWELL_BOOK, "serve", "--listen", `127.0.0.1:${port}`, "--on", today,
    "--sso-issuer", issuer, "--sso-client", "dunwell", "--sso-name", "Example"];
  const served = spawn(process.env.DUNWELL_BINARY, words, {
    env: { ...process.env, DUNWELL_SSO_SECRET: secret }, stdio: ["ignore", "pipe", "pipe"],
  });
  const said = [];
  served.stderr.on("data", (bytes) => said.push(String(bytes)));
  await Promise.race([once(served.stdout, "data"), once(served, "exit").then(() => { throw new Error(said.join("")); })]);
  return {
    issuer, workbench, said,
    stop() {
      served.kill();
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Signs in at the provider as `who`, and agrees that the workbench may know it. */
export async function signInThere(page, who) {
  await page.locator("[name=login]").fill(who);
  await page.locator("[name=password]").fill("anything");
  await page.locator("button[type=submit]").click();
  const agree = page.getByRole("button", { name: "Continue" });
  await Promise.race([agree.waitFor(), page.waitForURL((url) => !url.pathname.startsWith("/interaction"))]).catch(() => {});
  if (await agree.count()) await agree.click();
}
