// A second server, on a book that knows nobody yet: what a first visitor sees.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

let address;

/** The address of the set-up link of a new book; the server runs until the tests end. */
export function freshBook() {
  return (address ??= new Promise((found, failed) => {
    const book = `sqlite:${join(mkdtempSync(join(tmpdir(), "dunwell-new-")), "new.db")}`;
    const binary = process.env.DUNWELL_BINARY;
    execFileSync(binary, ["--book", book, "init"]);
    const server = spawn(binary, ["--book", book, "--no-color", "serve", "--listen", "127.0.0.1:0"], { stdio: ["ignore", "pipe", "pipe"] });
    process.on("exit", () => server.kill());
    let said = "";
    const hear = (text) => {
      said += text;
      const link = said.match(/http:\/\/[0-9.:]+\/setup\/[\w-]+/);
      if (link) found(link[0]);
    };
    server.stdout.on("data", hear);
    server.stderr.on("data", hear);
    server.on("exit", () => failed(new Error(`no set-up link: ${said}`)));
    server.unref();
    server.stdout.unref();
    server.stderr.unref();
  }));
}
