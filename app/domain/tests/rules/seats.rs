//! Seats: at sending, importing, activating, undoing and accepting.

use chrono::TimeDelta;
use domain::{
    bulk, imports, invitations,
    ports::SendError,
    proof::{Admin, ManageUsers, Origin},
    sign_up,
    testing::{TestUsher, answer},
};
use tokio::task::JoinSet;
use types::{
    batch::{Audience, Change, SendPreview, Verdict},
    import::{ImportRequest, RowVerdict, RowsFrom},
    organization::Seats,
    refusal::Refusal,
    users::UserStatus,
};

use crate::common::{
    change, directory, form, invite, invited, joined, offer, pasted, refusal, revoke, send,
    set_seats, to_users, user,
};

async fn preview(usher: &TestUsher, admin: &Admin<ManageUsers>, text: &str) -> SendPreview {
    invitations::preview(&usher.core, admin, &pasted(text))
        .await
        .unwrap()
}

/// Addresses that nobody has.
fn people(count: usize, name: &str) -> Vec<String> {
    (1..=count)
        .map(|n| format!("{name}{n}@north.example"))
        .collect()
}

async fn seats(usher: &TestUsher, admin: &Admin<ManageUsers>) -> Seats {
    directory(usher, admin).await.seats.unwrap()
}

#[tokio::test]
async fn who_is_beyond_the_free_seats_is_sent_nothing() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    // One of them is the owner's.
    set_seats(&usher, owner.organization(), Some(4)).await;
    let list = people(5, "p").join("\n");
    let shown = preview(&usher, &owner, &list).await;
    assert_eq!((shown.counts.ready, shown.counts.over_seats), (3, 2));
    let over: Vec<&str> = shown.skipped.iter().map(|it| it.address.as_str()).collect();
    assert_eq!(
        over,
        ["p4@north.example", "p5@north.example"],
        "in the list's order"
    );
    assert!(
        shown
            .skipped
            .iter()
            .all(|it| it.verdict == Verdict::OverSeats)
    );
    invite(&usher, &owner, &list).await;
    assert_eq!(
        seats(&usher, &owner).await,
        Seats {
            taken: 4,
            total: Some(4)
        }
    );

    let more = send(&usher, &owner, pasted("q@north.example")).await;
    assert_eq!(refusal(more), Refusal::NobodyToInvite);
    // Who holds a seat needs none.
    let holder = user(&usher, "p1@north.example").await.id;
    let again = types::batch::SendRequest {
        resend: true,
        ..to_users(&[holder])
    };
    send(&usher, &owner, again).await.unwrap();
    revoke(&usher, &owner, holder).await.unwrap();
    let shown = preview(&usher, &owner, "q@north.example").await;
    assert_eq!(shown.counts.ready, 1);
}

#[tokio::test]
async fn an_invitation_takes_a_seat_as_long_as_its_link_works() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    set_seats(&usher, owner.organization(), Some(3)).await;
    let gone = SendError::Permanent(answer(550, "5.1.1 No such user"));
    usher.mailer.answer_next(Err(gone));
    invite(&usher, &owner, "failed@north.example").await;
    usher.deliver().await.unwrap();
    assert_eq!(
        user(&usher, "failed@north.example").await.status,
        UserStatus::Failed
    );
    invited(&usher, &owner, "sent@north.example").await;
    assert_eq!(seats(&usher, &owner).await.free(), Some(0));
    usher.clock.advance(TimeDelta::hours(73));
    assert_eq!(seats(&usher, &owner).await.free(), Some(2));
    let back = "failed@north.example sent@north.example new@north.example";
    let counts = preview(&usher, &owner, back).await.counts;
    assert_eq!((counts.ready, counts.over_seats), (2, 1));
}

#[tokio::test]
async fn being_in_the_directory_takes_none_and_any_number_is_any_number() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let list = people(30, "p").join("\n");
    assert_eq!(preview(&usher, &owner, &list).await.counts.ready, 30);
    set_seats(&usher, owner.organization(), Some(1)).await;
    let import = imports::upload(&usher.core, &owner, imports::Content::Pasted(list))
        .await
        .unwrap();
    let request = ImportRequest {
        via: types::invitation::Via::Automatic,
        import,
        send: false,
        seen: 30,
    };
    imports::start(&usher.core, &owner, request).await.unwrap();
    assert_eq!(
        seats(&usher, &owner).await,
        Seats {
            taken: 1,
            total: Some(1)
        }
    );
}

#[tokio::test]
async fn an_import_that_sends_needs_seats() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let acme = owner.organization();
    let list = people(1_002, "p").join("\n");
    let import = imports::upload(&usher.core, &owner, imports::Content::Pasted(list))
        .await
        .unwrap();
    while imports::step(&usher.core).await.unwrap() {}
    let request = ImportRequest {
        via: types::invitation::Via::Automatic,
        import,
        send: true,
        seen: 1_002,
    };
    set_seats(&usher, acme, Some(1_002)).await;
    let before = usher.everything().await.unwrap();
    let over = imports::start(&usher.core, &owner, request).await;
    assert_eq!(refusal(over), Refusal::OverSeats { free: 1_001 });
    assert_eq!(usher.everything().await.unwrap(), before);

    set_seats(&usher, acme, Some(1_003)).await;
    imports::start(&usher.core, &owner, request).await.unwrap();
    // The first thousand are in; meanwhile there is one seat less.
    set_seats(&usher, acme, Some(1_002)).await;
    while imports::step(&usher.core).await.unwrap() {}
    let page = imports::page(&usher.core, &owner, import, None, RowsFrom::Start)
        .await
        .unwrap();
    assert_eq!(page.count(RowVerdict::Imported), 1_001);
    assert_eq!(page.count(RowVerdict::OverSeats), 1);
    assert_eq!(seats(&usher, &owner).await.free(), Some(0));
}

#[tokio::test]
async fn whoever_comes_back_needs_a_seat() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let (ivan, dora) = ("ivan@north.example", "dora@north.example");
    joined(&usher, &owner, ivan).await;
    joined(&usher, &owner, dora).await;
    let ids = vec![user(&usher, ivan).await.id, user(&usher, dora).await.id];
    let both = || Audience::Users(ids.clone());
    let deactivated = change(&usher, &owner, Change::Deactivate, both())
        .await
        .unwrap();
    set_seats(&usher, owner.organization(), Some(2)).await;
    invite(&usher, &owner, "new@north.example").await;
    assert_eq!(
        bulk::undo(&usher.core, &owner, deactivated).await.unwrap(),
        0
    );
    let one = change(
        &usher,
        &owner,
        Change::Activate,
        Audience::Users(vec![ids[0]]),
    )
    .await;
    assert_eq!(refusal(one), Refusal::OverSeats { free: 0 });
    set_seats(&usher, owner.organization(), Some(3)).await;
    change(&usher, &owner, Change::Activate, both())
        .await
        .unwrap();
    let status = async |email| user(&usher, email).await.status;
    assert_eq!(status(ivan).await, UserStatus::Active);
    assert_eq!(status(dora).await, UserStatus::Deactivated);
}

/// Fifty people were invited when there were seats enough; now there are ten.
#[tokio::test(flavor = "multi_thread")]
async fn fifty_who_accept_at_once_take_ten_seats() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let people = people(50, "p");
    invite(&usher, &owner, &people.join("\n")).await;
    usher.deliver().await.unwrap();
    // One more for the owner.
    set_seats(&usher, owner.organization(), Some(11)).await;
    let mut accepting = JoinSet::new();
    for email in &people {
        let token = usher.mailer.token_for(email).unwrap();
        let core = usher.core.clone();
        accepting.spawn(async move {
            let joined = sign_up::accept(&core, &Origin::default(), &token, form()).await;
            (token, joined)
        });
    }
    let (mut in_, mut out) = (0, Vec::new());
    for (token, joined) in accepting.join_all().await {
        match joined {
            Ok(_) => in_ += 1,
            refused => {
                assert_eq!(refusal(refused), Refusal::NoSeatLeft);
                out.push(token);
            }
        }
    }
    assert_eq!((in_, out.len()), (10, 40));
    assert_eq!(directory(&usher, &owner).await.counts.active, 11);

    // The offer still stands.
    offer(&usher, &out[0]).await;
    set_seats(&usher, owner.organization(), Some(12)).await;
    sign_up::accept(&usher.core, &Origin::default(), &out[0], form())
        .await
        .unwrap();
}
