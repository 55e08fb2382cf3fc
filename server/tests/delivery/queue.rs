//! An installation with many invitations in its outbox.

use std::{path::Path, sync::Arc};

use domain::{
    Core,
    database::Database,
    entity::deliveries::{self, DeliveryState},
    invitations,
    proof::{Admin, ManageUsers, Origin},
    random_nonce, sessions, setup,
    tokens::{KEY_BYTES, Keys},
};
use migrations::{Migrator, MigratorTrait};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use server::clock::SystemClock;
use types::{
    batch::{Audience, SendRequest},
    invitation::Via,
    language::Language,
};
use url::Url;

/// Of the installation; as a setting too, see `key`.
const KEY: [u8; KEY_BYTES] = [7; KEY_BYTES];

pub struct Queue {
    pub core: Arc<Core>,
    owner: Admin<ManageUsers>,
    /// Batches so far, so that nobody is invited twice.
    batches: std::sync::atomic::AtomicUsize,
}

/// Names a file in the folder.
pub fn sqlite(folder: &Path) -> String {
    format!("sqlite://{}?mode=rwc", folder.join("usher.db").display())
}

/// The setting `secret.keys` of the installation.
pub fn key() -> String {
    use base64::{Engine, engine::general_purpose::STANDARD};
    STANDARD.encode(KEY)
}

impl Queue {
    /// On an empty database.
    pub async fn new(url: &str) -> Self {
        let database = Database::connect(url).await.unwrap();
        Migrator::up(database.schema(), None).await.unwrap();
        let clock = Arc::new(SystemClock { offset_file: None });
        let keys = Keys::new(vec![KEY]).unwrap();
        let public_url = Url::parse("http://127.0.0.1:3000").unwrap();
        let core = Arc::new(Core::new(database, clock, keys, public_url));
        let request = setup::Request {
            organization: "Acme Clinics".to_owned(),
            owner_name: "Olive Owner".to_owned(),
            owner_email: "olive@acme.example".to_owned(),
            password: "tidal lantern orchard 7".to_owned(),
            language: Language::En,
        };
        let who = setup::create(&core, request).await.unwrap();
        let cookie = sessions::start(&core, who, "test").await.unwrap();
        let signed_in = sessions::signed_in(&core, &cookie, Origin::default())
            .await
            .unwrap()
            .unwrap();
        let member = sessions::member(&core, &signed_in).await.unwrap().unwrap();
        Self {
            core,
            owner: member.with(ManageUsers).unwrap(),
            batches: 0.into(),
        }
    }

    /// Queues an invitation to each of so many people, who are spread over so many domains.
    pub async fn invite(&self, people: usize, domains: usize) {
        let batch = self
            .batches
            .fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let list: Vec<String> = (0..people)
            .map(|n| format!("person{n}.{batch}@d{:02}.example", n % domains))
            .collect();
        let mut request = SendRequest {
            key: random_nonce().parse().unwrap(),
            audience: Audience::Pasted(list.join("\n")),
            role: None,
            access: None,
            lifetime: None,
            language: None,
            message: String::new(),
            resend: false,
            seen: 0,
            via: Via::Automatic,
        };
        let preview = invitations::preview(&self.core, &self.owner, &request)
            .await
            .unwrap();
        request.seen = preview.counts.ready;
        invitations::send(&self.core, &self.owner, &request)
            .await
            .unwrap();
    }

    pub async fn unsettled(&self) -> u64 {
        deliveries::Entity::find()
            .filter(
                deliveries::Column::State.is_in([DeliveryState::Queued, DeliveryState::Sending]),
            )
            .count(self.core.database().read())
            .await
            .unwrap()
    }
}
