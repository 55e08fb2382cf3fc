import { connect } from "node:net";

/** A report of delivery as Postfix writes it: the message to `recipient` came back with these words. */
export function report(recipient: string, words: string): string {
  return [
    "From: MAILER-DAEMON@mx.relay.example (Mail Delivery System)",
    "Subject: Undelivered Mail Returned to Sender",
    "MIME-Version: 1.0",
    'Content-Type: multipart/report; report-type=delivery-status; boundary="edge/mx.relay.example"',
    "",
    "--edge/mx.relay.example",
    "Content-Type: text/plain; charset=utf-8",
    "",
    "I'm sorry to have to inform you that your message could not be delivered.",
    "",
    "--edge/mx.relay.example",
    "Content-Type: message/delivery-status",
    "",
    "Reporting-MTA: dns; mx.relay.example",
    "",
    `Final-Recipient: rfc822; ${recipient}`,
    "Action: failed",
    `Status: ${words.split(" ")[0]}`,
    `Diagnostic-Code: smtp; 550 ${words}`,
    "",
    "--edge/mx.relay.example--",
  ].join("\r\n");
}

/** Hands a message over by SMTP, as a mail server does; gives the last reply. */
export async function handOver(port: number, to: string, message: string): Promise<string> {
  const socket = connect(port, "127.0.0.1").setEncoding("utf8").setTimeout(10_000);
  socket.once("timeout", () => socket.destroy(new Error("nothing was said for too long")));
  const lines = (async function* () {
    let rest = "";
    for await (const text of socket) {
      const all = (rest + (text as string)).split("\r\n");
      rest = all.pop() ?? "";
      yield* all;
    }
  })();
  const reply = async (): Promise<string> => {
    for (;;) {
      const { value, done } = await lines.next();
      if (done) throw new Error("the other side has closed");
      if (value[3] !== "-") return value;
    }
  };
  try {
    await reply();
    for (const command of ["EHLO mx.relay.example", "MAIL FROM:<>", `RCPT TO:<${to}>`, "DATA"]) {
      socket.write(`${command}\r\n`);
      const said = await reply();
      if (!/^[23]/.test(said)) return said;
    }
    socket.write(`${message.replace(/^\./gm, "..")}\r\n.\r\n`);
    return await reply();
  } finally {
    socket.destroy();
  }
}
