//! Who has opened an invitation's page: a note, which changes nothing else.

use chrono::TimeDelta;
use domain::{
    entity::openings::{self as rows, OpenedBy},
    invitations, openings, people,
    proof::CopyInvitationLinks,
    testing::TestUsher,
};
use sea_orm::EntityTrait;
use types::{invitation::Channel, users::HistoryEvent};

use crate::common::{accept, invitation, invited, resend, token_in, user};

const IVAN: &str = "ivan@north.example";

async fn opened(usher: &TestUsher, token: &str, by: OpenedBy) {
    usher.clock.advance(TimeDelta::minutes(1));
    let link = openings::genuine(&usher.core, token).unwrap();
    openings::note(&usher.core, link, by).await.unwrap();
}

async fn noted(usher: &TestUsher) -> Vec<(i32, OpenedBy, Channel)> {
    let read = usher.core.database().read();
    let mut all = rows::Entity::find().all(read).await.unwrap();
    all.sort_by_key(|row| row.at);
    all.iter()
        .map(|row| (row.generation, row.by, row.channel))
        .collect()
}

#[tokio::test]
async fn the_first_opening_of_each_kind_is_noted_once() {
    use OpenedBy::{Person, Scanner};
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let token = invited(&usher, &owner, IVAN).await;
    let before = invitation(&usher, IVAN).await;
    for by in [Scanner, Scanner, Person, Person, Scanner] {
        opened(&usher, &token, by).await;
    }
    let email = Channel::Email;
    assert_eq!(
        noted(&usher).await,
        [(1, Scanner, email), (1, Person, email)]
    );
    assert_eq!(
        invitation(&usher, IVAN).await,
        before,
        "it means what it did"
    );

    // The next one has its own, whichever way it travels.
    resend(&usher, &owner, IVAN).await;
    usher.deliver().await.unwrap();
    opened(&usher, &token, Person).await;
    assert_eq!(noted(&usher).await.len(), 2, "the older link");
    let copier = (*owner).clone().with(CopyInvitationLinks).unwrap();
    let id = user(&usher, IVAN).await.id;
    let copied = invitations::copy(&usher.core, &copier, id).await.unwrap();
    let copied = token_in(&copied.link);
    opened(&usher, &copied, Person).await;
    // A person was there before.
    opened(&usher, &copied, Scanner).await;
    assert_eq!(noted(&usher).await[2..], [(2, Person, Channel::Copied)]);

    accept(&usher, &copied).await;
    opened(&usher, &copied, Scanner).await;
    assert_eq!(noted(&usher).await.len(), 3);

    let page = people::read(&usher.core, &owner, id).await.unwrap();
    let told: Vec<_> = page.history.iter().map(|line| &line.event).collect();
    let by_email = HistoryEvent::Opened { channel: email };
    let by_copy = HistoryEvent::Opened {
        channel: Channel::Copied,
    };
    let place = |event: &HistoryEvent| told.iter().position(|told| *told == event).unwrap();
    let accepted = HistoryEvent::Accepted {
        channel: Some(Channel::Copied),
    };
    assert_eq!(place(&accepted), 0);
    assert_eq!(place(&by_copy), 1);
    assert!(place(&by_email) < place(&HistoryEvent::OpenedByScanner));
}

#[tokio::test]
async fn only_genuine_links_are_openings() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let token = invited(&usher, &owner, IVAN).await;
    let mut forged = token.clone();
    forged.replace_range(0..1, if token.starts_with('A') { "B" } else { "A" });
    for strange in ["", "x", &forged] {
        assert_eq!(openings::genuine(&usher.core, strange), None);
    }
}

/// Several processes may see the same opening at once.
#[tokio::test]
async fn noting_at_the_same_time_notes_once() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let token = invited(&usher, &owner, IVAN).await;
    let link = openings::genuine(&usher.core, &token).unwrap();
    let notes = (0..8).map(|_| openings::note(&usher.core, link, OpenedBy::Person));
    for done in futures::future::join_all(notes).await {
        done.unwrap();
    }
    assert_eq!(noted(&usher).await.len(), 1);
}
