//! The Doctor as an admin calls it, with a mail server that does what the test says.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use domain::testing::{OWNER, TestUsher};
use serde_json::json;
use server::{
    doctor::{Doctor, dns::Names, web::Web},
    smtp::Patient,
};
use types::{
    doctor::{
        Finding,
        Light::{self, Amber, Green, Red},
    },
    refusal::Refusal,
};
use url::Url;

use crate::{
    browser::{Browser, error},
    house::House,
    scripted::{Act, Server},
};

/// A zone that has a key and nothing else.
struct OneKey;

#[async_trait]
impl Names for OneKey {
    async fn texts(&self, name: &str) -> Result<Vec<String>, String> {
        Ok(match name {
            "s9._domainkey.acme.org" => vec!["v=DKIM1; p=MIIB".to_owned()],
            _ => Vec::new(),
        })
    }
}

struct Up;

#[async_trait]
impl Web for Up {
    async fn get(&self, _: &Url) -> Result<(u16, String), String> {
        Ok((200, "ok".to_owned()))
    }
}

async fn house(server: &Server) -> House {
    let clock = TestUsher::new().await.unwrap().clock;
    let url = format!("smtp://127.0.0.1:{}", server.port);
    House::with_doctor(Arc::new(Doctor {
        mail: Some(Patient::new(&url, "Usher <usher@acme.org>", &[]).unwrap()),
        selector: None,
        public_url: Url::parse("https://usher.acme.org").unwrap(),
        has_sms: false,
        names: Box::new(OneKey),
        web: Box::new(Up),
        clock,
    }))
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_writes_to_the_admin_alone_and_tells_what_it_found() {
    let server = Server::start(|_, _| None).await;
    let house = house(&server).await;
    let mut owner = Browser::signed_in(&house, OWNER).await;
    let answer = owner.call("ask_doctor", &json!({ "selector": "s9" })).await;
    let found: Vec<Finding> = answer.json();
    let lights: Vec<Light> = found.iter().map(Finding::light).collect();
    assert_eq!(
        found[1..],
        [
            Finding::ClearOnLoopback,
            Finding::NoSignIn,
            Finding::MessageTaken {
                to: OWNER.to_owned(),
                words: "250 2.0.0 taken as 4711".to_owned()
            },
            Finding::SpfMissing {
                domain: "acme.org".to_owned()
            },
            Finding::Dkim {
                name: "s9._domainkey.acme.org".to_owned()
            },
            Finding::DmarcMissing {
                domain: "acme.org".to_owned()
            },
            Finding::PublicUrl {
                url: "https://usher.acme.org".to_owned()
            },
            Finding::SmsIsCaught
        ]
    );
    assert_eq!(
        lights,
        [Green, Green, Green, Green, Red, Green, Amber, Green, Amber]
    );
    let messages = server.look(|seen| seen.messages.clone());
    assert_eq!(messages.len(), 1);
    assert!(messages[0].contains(&format!("<{OWNER}>")) || messages[0].contains(OWNER));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_hangs_holds_the_doctor_up_for_no_longer_than_said() {
    let server = Server::start(|_, command| command.starts_with("EHLO").then_some(Act::Hang)).await;
    let house = house(&server).await;
    let mut owner = Browser::signed_in(&house, OWNER).await;
    let begun = tokio::time::Instant::now();
    let answer = owner.call("ask_doctor", &json!({ "selector": "" })).await;
    assert!(
        begun.elapsed() < Duration::from_secs(10),
        "{:?}",
        begun.elapsed()
    );
    let found: Vec<Finding> = answer.json();
    assert!(
        matches!(found[0], Finding::NotConnected { .. }),
        "{found:?}"
    );
    assert!(matches!(found[2], Finding::DkimUnknown { .. }), "{found:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_is_asked_ten_times_an_hour_and_about_names_only() {
    let server = Server::start(|_, _| None).await;
    let house = house(&server).await;
    let mut owner = Browser::signed_in(&house, OWNER).await;
    let wrong = owner
        .call("ask_doctor", &json!({ "selector": "a b" }))
        .await;
    assert_eq!(error(&wrong), Refusal::SelectorNotValid.into());
    for _ in 1..10 {
        let answer = owner.call("ask_doctor", &json!({ "selector": "" })).await;
        assert!(answer.status.is_success(), "{}", answer.body);
    }
    let answer = owner.call("ask_doctor", &json!({ "selector": "" })).await;
    assert_eq!(error(&answer), Refusal::TooManyRequests.into());
    assert_eq!(server.look(|seen| seen.messages.len()), 9);
}
