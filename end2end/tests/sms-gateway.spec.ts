import { Users } from "../pages/users.ts";
import { expect, test } from "../support/fixtures.ts";
import { notValid } from "../support/sms-sink.ts";

test.use({ installation: { name: "sms-gateway", sms: "sink" } });

test("what the gateway says of a message, at once and later, is the user's status", async ({ admin, adminApi, world }) => {
  const { smsSink } = world;
  await adminApi.allowSms();
  const add = async (phone: string) => {
    const { roles } = await adminApi.call<{ roles: { id: string; kind: string }[] }>("read_invite_choices", {});
    const role = roles.find((it) => it.kind === "user")!.id;
    const person = { first_name: "", last_name: "", email: "", phone, job_title: "", role };
    await adminApi.call("add_user", { details: person, access: null });
    return (await adminApi.usersLike(phone))[0]!.id;
  };
  const ids = [await add("+79053333333"), await add("+79054444444")];
  smsSink.refuse("+79054444444", notValid("+79054444444"));
  const users = await new Users(admin).open();
  await adminApi.sendTo(ids);
  const message = await smsSink.messageTo("+79053333333");
  expect(message.text).toContain("Acme Clinics: http");
  expect(message.links).toHaveLength(1);
  await users.shows("+79053333333", "Invited");
  await users.shows("+79054444444", "Error");
  await expect(users.row("+79054444444")).toContainText("is not a valid phone number");

  expect(await smsSink.tell(message, "undelivered", 30003, "another token")).toBe(403);
  expect(await smsSink.tell(message, "sent")).toBe(204);
  await users.shows("+79053333333", "Invited");
  expect(await smsSink.tell(message, "undelivered", 30003)).toBe(204);
  await users.shows("+79053333333", "Error");
  await expect(users.row("+79053333333")).toContainText("Unreachable destination handset");
});
