import { Batch } from "../pages/batch.ts";
import { Users } from "../pages/users.ts";
import { expect, of, test } from "../support/fixtures.ts";
import { drop, hang, invitationLink, type Message, refuse } from "../support/sink.ts";

test.use({ installation: { name: "delivery" } });

test("a temporary answer leaves the user waiting with the server's words, and is retried on schedule", async ({
  admin,
  adminApi,
  world,
}) => {
  const { sink, clock } = world;
  const email = world.address("greylisted");
  sink.script(
    email,
    refuse(451, "4.7.1 Greylisted, come back in a minute", "recipient"),
    refuse(452, "4.2.2 The mailbox is full for now", "message"),
  );
  await adminApi.invite(email);
  const users = await new Users(admin).open();
  await users.shows(email, "Waiting");
  await expect(users.row(email)).toContainText("Greylisted, come back in a minute");

  clock.advance({ minutes: 1, seconds: 5 });
  await sink.attemptTo(email, 2);
  await expect(users.row(email)).toContainText("The mailbox is full for now");
  await users.shows(email, "Waiting");

  clock.advance({ minutes: 5, seconds: 5 });
  const message = await sink.messageTo(email);
  await users.shows(email, "Invited");
  await expect(users.row(email)).not.toContainText("The mailbox is full");

  const attempts = sink.attemptsTo(email);
  expect(attempts.map((attempt) => attempt.behaviour)).toEqual(["refuse", "refuse", "accept"]);
  expect(attempts[1]?.messageId, "the same Message-ID in every attempt").toBe(message.messageId);
});

test("a permanent answer is an error with the server's words, and is not tried again", async ({
  admin,
  adminApi,
  world,
}) => {
  const { sink, clock } = world;
  const email = world.address("nobody");
  sink.script(email, refuse(550, "5.1.1 No such person in this house", "recipient"));
  const batch = await adminApi.invite(email);
  const users = await new Users(admin).open();
  await users.shows(email, "Error");
  await expect(users.row(email)).toContainText("No such person in this house");
  expect(await users.count("Error")).toBe(1);

  const report = await new Batch(admin).open(batch);
  await expect(report.row(email)).toContainText("Error");
  await expect(report.row(email)).toContainText("No such person in this house");
  await report.counts("Error", 1);

  // Whatever was due before this has been tried when this has arrived.
  await admin.goto("about:blank");
  clock.advance({ hours: 2 });
  await adminApi.signIn();
  await world.invited(adminApi, world.address("later"));
  expect(sink.attemptsTo(email)).toHaveLength(1);

  // The sender can try again, by hand.
  await users.open();
  await users.act(email, "Resend invitation");
  await sink.messageTo(email);
  await users.shows(email, "Invited");
});

test("a server that hangs is given up in time, holds nobody up, and is tried again", async ({
  admin,
  adminApi,
  world,
}) => {
  const { sink, clock } = world;
  const stuck = world.address("stuck");
  const domain = "beside.example";
  const others = Array.from({ length: 8 }, (_, n) => `other${n}@${domain}`);
  sink.script(stuck, hang);
  await adminApi.invite([stuck, ...others]);

  await sink.waitFor(others.length, of(domain));
  const hung = await sink.attemptTo(stuck);
  await sink.until(() => hung.givenUpAt !== undefined, "the client to give up");
  const last = Math.max(...sink.attempts.filter((attempt) => of(domain)(attempt.recipient)).map(({ at }) => at));
  expect(last, "the others came before the hanging one was given up").toBeLessThan(hung.givenUpAt!);
  expect(hung.givenUpAt! - hung.at, "milliseconds until it was given up").toBeLessThan(5_000);

  const users = await new Users(admin).open();
  await users.shows(stuck, "Waiting");
  clock.advance({ minutes: 1, seconds: 5 });
  const message = await sink.messageTo(stuck);
  expect(message.messageId).toBe(hung.messageId);
  await users.shows(stuck, "Invited");
});

test("a connection closed in the middle of DATA is tried again with the same Message-ID", async ({
  admin,
  adminApi,
  world,
}) => {
  const { sink, clock } = world;
  const email = world.address("cut");
  sink.script(email, drop);
  await adminApi.invite(email);
  const cut = await sink.attemptTo(email);
  expect(cut).toMatchObject({ behaviour: "drop" });
  const users = await new Users(admin).open();
  await users.shows(email, "Waiting");

  clock.advance({ minutes: 1, seconds: 5 });
  const message = await sink.messageTo(email);
  expect(message.messageId).toMatch(/^<.+@.+>$/);
  expect(message.messageId).toBe(cut.messageId);
  await users.shows(email, "Invited");
  expect(await sink.messagesTo(email)).toHaveLength(1);
});

test("a server killed in the middle of 500 messages and started again delivers every one, repeats recognisable", async ({
  admin,
  adminApi,
  world,
}) => {
  const { server, sink, clock } = world;
  const domain = "crash.example";
  const addresses = Array.from({ length: 500 }, (_, n) => `person${n}@${domain}`);

  // From the 201st on, the sink takes messages and does not say so: the worst moment to be killed.
  sink.holdAfter(200);
  const batch = await adminApi.invite(addresses);
  await sink.until(
    () => sink.attempts.some((attempt) => attempt.behaviour === "hold"),
    "a message without an answer",
    30_000,
  );
  await server.crash();
  const before = sink.recipients(of(domain));
  expect(before.length).toBeGreaterThan(200);
  expect(before.length, "the batch was not over").toBeLessThan(500);

  sink.resume();
  clock.advance({ minutes: 15 }); // every lease has run out
  await server.start();
  await sink.until(
    () => new Set(sink.recipients(of(domain))).size === addresses.length,
    () => `everybody, ${new Set(sink.recipients(of(domain))).size} so far`,
    60_000,
  );

  await adminApi.signIn();
  const report = await new Batch(admin).open(batch);
  await report.finishes();
  await report.counts("Sent", 500);
  await report.counts("Waiting", 0);

  const messages = await sink.messages(of(domain));
  const byPerson = new Map<string, Message[]>();
  for (const message of messages) byPerson.set(message.to, [...(byPerson.get(message.to) ?? []), message]);
  expect([...byPerson.keys()].sort()).toEqual([...addresses].sort());
  const repeated = [...byPerson.values()].filter((copies) => copies.length > 1);
  expect(repeated.length, "those without an answer were sent again").toBeGreaterThan(0);
  expect(repeated.length, "those that were settled were not").toBeLessThan(200);
  for (const copies of repeated) {
    expect(new Set(copies.map((copy) => copy.messageId)).size, `Message-IDs to ${copies[0]!.to}`).toBe(1);
    expect(new Set(copies.map(invitationLink)).size, `links to ${copies[0]!.to}`).toBe(1);
  }
});
