//! Reminders of invitations that are about to end.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    entity::deliveries,
    organization,
    ports::OutgoingEmail,
    proof::{Admin, ManageOrganization, ManageUsers},
    reminders,
    testing::{TestUsher, answer},
};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};
use types::{
    batch::{Audience, Change, SendRequest},
    invitation::Lifetime,
    language::Language,
    organization::{Setting, Settings},
    refusal::Refusal,
};

use crate::{
    common::{accept, change, pasted, resend, revoke, send, user},
    query_plans::{assert_searched, plans},
};

const IVAN: &str = "ivan@north.example";

async fn invited_for(
    usher: &TestUsher,
    owner: &Admin<ManageUsers>,
    emails: &str,
    lifetime: Lifetime,
) {
    let request = SendRequest {
        lifetime: Some(lifetime),
        ..pasted(emails)
    };
    send(usher, owner, request).await.unwrap();
    usher.deliver().await.unwrap();
}

/// With an invitation for a week.
async fn invited() -> (TestUsher, Admin<ManageUsers>) {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    invited_for(&usher, &owner, IVAN, Lifetime::WEEK).await;
    (usher, owner)
}

/// Looks for what is due, and sends it; gives how many there were.
async fn pass(usher: &TestUsher) -> usize {
    let queued = reminders::pass(&usher.core).await.unwrap();
    usher.deliver().await.unwrap();
    queued
}

async fn after(usher: &TestUsher, by: TimeDelta) -> usize {
    usher.clock.advance(by);
    pass(usher).await
}

fn hours(hours: i64) -> TimeDelta {
    TimeDelta::hours(hours)
}

fn manager(owner: &Admin<ManageUsers>) -> Admin<ManageOrganization> {
    (**owner).clone().with(ManageOrganization).unwrap()
}

async fn set(usher: &TestUsher, owner: &Admin<ManageUsers>, many: &str, hours: &str) {
    let manager = manager(owner);
    let page = organization::read_invitations(&usher.core, &manager).await;
    let seen = page.unwrap().settings;
    let mut wanted = seen.clone();
    wanted.set(Setting::Reminders, many.to_owned());
    wanted.set(Setting::ReminderHours, hours.to_owned());
    organization::change(&usher.core, &manager, &seen, &wanted)
        .await
        .unwrap();
}

fn last(usher: &TestUsher) -> OutgoingEmail {
    usher.mailer.sent().pop().unwrap()
}

#[tokio::test]
async fn one_goes_out_two_days_before_the_end_with_the_same_link() {
    let (usher, _) = invited().await;
    let token = usher.mailer.token_for(IVAN).unwrap();
    let invitation = last(&usher);
    // 5 days of the 7 are over.
    assert_eq!(
        after(&usher, hours(5 * 24) - TimeDelta::minutes(1)).await,
        0
    );
    assert_eq!(after(&usher, TimeDelta::minutes(2)).await, 1);
    let reminder = last(&usher);
    assert_eq!(reminder.to.to_string(), IVAN);
    assert_eq!(
        reminder.subject,
        "Your invitation to Acme Clinics ends on 4 March 2026, 06:13 (UTC)"
    );
    assert!(
        reminder.text.contains("This is a reminder"),
        "{}",
        reminder.text
    );
    assert_eq!(usher.mailer.token_for(IVAN).unwrap(), token);
    assert_ne!(reminder.message_id, invitation.message_id);
    // Never once more, until the end and after it.
    for _ in 0..60 {
        assert_eq!(after(&usher, hours(1)).await, 0);
    }
    assert_eq!(usher.mailer.sent().len(), 2);
}

#[tokio::test]
async fn the_link_of_a_reminder_lets_in_and_then_it_is_quiet() {
    let (usher, _) = invited().await;
    assert_eq!(after(&usher, hours(5 * 24)).await, 1);
    accept(&usher, &usher.mailer.token_for(IVAN).unwrap()).await;
    assert_eq!(after(&usher, hours(1)).await, 0);
}

#[tokio::test]
async fn an_invitation_that_ends_soon_has_none() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let days = |days: u32| Lifetime::hours(days * 24).unwrap();
    invited_for(&usher, &owner, "three@north.example", days(3)).await;
    invited_for(&usher, &owner, "four@north.example", days(4)).await;
    let mut queued = 0;
    for _ in 0..4 * 24 {
        queued += after(&usher, hours(1)).await;
    }
    assert_eq!(queued, 1);
    assert_eq!(last(&usher).to.to_string(), "four@north.example");
}

#[tokio::test]
async fn nobody_is_reminded_who_is_in_or_out() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let all =
        "joined@n.example, revoked@n.example, left@n.example, failed@n.example, open@n.example";
    for email in all.split(", ") {
        if email.starts_with("failed") {
            let refused = domain::ports::SendError::Permanent(answer(550, "no such user"));
            usher.mailer.answer_next(Err(refused));
        }
        invited_for(&usher, &owner, email, Lifetime::WEEK).await;
    }
    accept(&usher, &usher.mailer.token_for("joined@n.example").unwrap()).await;
    let revoked = user(&usher, "revoked@n.example").await.id;
    revoke(&usher, &owner, revoked).await.unwrap();
    let left = Audience::Users(vec![user(&usher, "left@n.example").await.id]);
    change(&usher, &owner, Change::Deactivate, left)
        .await
        .unwrap();
    assert_eq!(after(&usher, hours(5 * 24)).await, 1);
    assert_eq!(last(&usher).to.to_string(), "open@n.example");
}

#[tokio::test]
async fn a_reminder_that_waits_goes_with_the_invitation() {
    let (usher, owner) = invited().await;
    usher.clock.advance(hours(5 * 24));
    assert_eq!(reminders::pass(&usher.core).await.unwrap(), 1);
    let id = user(&usher, IVAN).await.id;
    revoke(&usher, &owner, id).await.unwrap();
    usher.deliver().await.unwrap();
    assert_eq!(usher.mailer.sent().len(), 1);
}

#[tokio::test]
async fn a_newer_invitation_has_reminders_of_its_own() {
    let (usher, owner) = invited().await;
    assert_eq!(after(&usher, hours(5 * 24)).await, 1);
    // For three days, as the organization has it.
    resend(&usher, &owner, IVAN).await;
    assert_eq!(pass(&usher).await, 0);
    let newer = SendRequest {
        resend: true,
        lifetime: Some(Lifetime::WEEK),
        ..pasted(IVAN)
    };
    send(&usher, &owner, newer).await.unwrap();
    assert_eq!(pass(&usher).await, 0);
    assert_eq!(after(&usher, hours(4 * 24)).await, 0);
    assert_eq!(after(&usher, hours(24)).await, 1);
    let generation = deliveries::Column::Generation;
    let reminders: Vec<(i32, i32)> = deliveries::Entity::find()
        .filter(deliveries::Column::Reminder.gt(0))
        .order_by_asc(generation)
        .all(usher.core.database().read())
        .await
        .unwrap()
        .into_iter()
        .map(|row| (row.generation, row.reminder))
        .collect();
    assert_eq!(reminders, [(1, 1), (3, 1)]);
}

#[tokio::test]
async fn an_organization_says_how_many_and_when() {
    let (usher, owner) = invited().await;
    set(&usher, &owner, "2", "24").await;
    let mut at = Vec::new();
    for hour in 1..=7 * 24 {
        if after(&usher, hours(1)).await > 0 {
            at.push(hour);
        }
    }
    assert_eq!(at, [5 * 24, 6 * 24]);
    let numbers: Vec<i32> = deliveries::Entity::find()
        .filter(deliveries::Column::Reminder.gt(0))
        .order_by_asc(deliveries::Column::Reminder)
        .all(usher.core.database().read())
        .await
        .unwrap()
        .iter()
        .map(|row| row.reminder)
        .collect();
    assert_eq!(numbers, [1, 2]);
}

#[tokio::test]
async fn an_organization_may_have_none() {
    let (usher, owner) = invited().await;
    set(&usher, &owner, "0", "48").await;
    assert_eq!(after(&usher, hours(5 * 24)).await, 0);
    set(&usher, &owner, "1", "48").await;
    assert_eq!(pass(&usher).await, 1);
}

#[tokio::test]
async fn settings_have_their_limits() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let manager = manager(&owner);
    let seen = Settings {
        reminders: "1".to_owned(),
        reminder_hours: "48".to_owned(),
        ..Settings::default()
    };
    for (setting, wrong) in [
        (Setting::Reminders, "4"),
        (Setting::Reminders, "-1"),
        (Setting::Reminders, ""),
        (Setting::ReminderHours, "0"),
        (Setting::ReminderHours, "361"),
        (Setting::ReminderHours, "1.5"),
    ] {
        let mut wanted = seen.clone();
        wanted.set(setting, wrong.to_owned());
        let refused = organization::change(&usher.core, &manager, &seen, &wanted).await;
        let refused = refused.unwrap_err().to_string();
        assert!(
            refused.contains(&Refusal::RemindersOutOfRange.to_string()),
            "{wrong}: {refused}"
        );
    }
}

#[tokio::test]
async fn a_clock_that_jumps_brings_no_storm_and_loses_none() {
    let (usher, owner) = invited().await;
    set(&usher, &owner, "3", "24").await;
    // A day too far, and back: nothing is due on either side.
    assert_eq!(after(&usher, hours(24)).await, 0);
    assert_eq!(after(&usher, hours(-24)).await, 0);
    // Into the window of the last one at once: the two before are not caught up on.
    assert_eq!(after(&usher, hours(6 * 24 + 1)).await, 1);
    assert_eq!(pass(&usher).await, 0);
    // Back, into the windows that were passed over: who has had the last one gets no other.
    for _ in 0..3 {
        assert_eq!(after(&usher, hours(-24)).await, 0);
    }
    for _ in 0..7 * 24 {
        assert_eq!(after(&usher, hours(1)).await, 0);
    }
    assert_eq!(usher.mailer.sent().len(), 2);

    // Forward and back before the window: its reminder comes at its time.
    let (usher, _) = invited().await;
    usher.clock.advance(hours(24));
    assert_eq!(after(&usher, hours(-24)).await, 0);
    assert_eq!(after(&usher, hours(5 * 24)).await, 1);
}

#[tokio::test]
async fn a_message_that_took_its_time_is_not_followed_at_once() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let request = SendRequest {
        lifetime: Some(Lifetime::WEEK),
        ..pasted(IVAN)
    };
    send(&usher, &owner, request).await.unwrap();
    // Nobody is reminded of what has not arrived.
    assert_eq!(reminders::pass(&usher.core).await.unwrap(), 0);
    usher.clock.advance(hours(5 * 24 + 1));
    assert_eq!(reminders::pass(&usher.core).await.unwrap(), 0);
    usher.deliver().await.unwrap();
    assert_eq!(pass(&usher).await, 0);
    assert_eq!(usher.mailer.sent().len(), 1);
}

#[tokio::test]
async fn another_process_reminds_of_nothing_twice() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let emails: Vec<String> = (0..40)
        .map(|number| format!("p{number}@n.example"))
        .collect();
    invited_for(&usher, &owner, &emails.join(" "), Lifetime::WEEK).await;
    usher.clock.advance(hours(5 * 24));
    let other = usher.other_process().await.unwrap();
    let other = other.unwrap_or_else(|| usher.core.clone());
    let (one, two) = tokio::join!(reminders::pass(&usher.core), reminders::pass(&other));
    assert_eq!(one.unwrap() + two.unwrap(), 40);
    usher.deliver().await.unwrap();
    assert_eq!(usher.mailer.sent().len(), 80);
}

#[tokio::test]
async fn many_are_reminded_in_steps() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let emails: Vec<String> = (0..1_001)
        .map(|number| format!("p{number}@n.example"))
        .collect();
    invited_for(&usher, &owner, &emails.join(" "), Lifetime::WEEK).await;
    usher.clock.advance(hours(5 * 24));
    assert_eq!(reminders::pass(&usher.core).await.unwrap(), 1_001);
    let waiting = deliveries::Entity::find()
        .filter(deliveries::Column::Reminder.eq(1))
        .count(usher.core.database().read())
        .await
        .unwrap();
    assert_eq!(waiting, 1_001);
}

#[tokio::test]
async fn a_reminder_that_is_refused_leaves_the_invitation_as_it_is() {
    let (usher, _) = invited().await;
    usher.clock.advance(hours(5 * 24));
    let busy = domain::ports::SendError::Temporary(answer(451, "later"));
    usher.mailer.answer_next(Err(busy));
    assert_eq!(pass(&usher).await, 1);
    let ivan = user(&usher, IVAN).await;
    assert_eq!(ivan.status, types::users::UserStatus::Invited);
    assert_eq!(ivan.failure_words, None);
    usher.clock.advance(hours(1));
    usher.deliver().await.unwrap();
    assert_eq!(usher.mailer.sent().len(), 2);
}

#[tokio::test]
async fn it_is_worded_in_the_language_of_the_invitation() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let request = SendRequest {
        lifetime: Some(Lifetime::WEEK),
        language: Some(Language::Ru),
        ..pasted(IVAN)
    };
    send(&usher, &owner, request).await.unwrap();
    usher.deliver().await.unwrap();
    assert_eq!(after(&usher, hours(5 * 24)).await, 1);
    let subject = last(&usher).subject;
    assert!(
        subject.starts_with("Приглашение в «Acme Clinics» истекает 4 марта 2026"),
        "{subject}"
    );
}

#[tokio::test]
async fn nothing_is_due_without_a_look_at_what_is_not() {
    let (usher, _) = invited().await;
    usher.take_statements();
    let due: DateTime<Utc> = usher.core.now();
    assert_eq!(pass(&usher).await, 0, "{due}");
    assert_searched(
        plans(&usher, "\"invitations\".\"reminders_ahead\" >=").await,
        "invitations_to_remind",
    );
}
