//! What is asked of each row of the matrix: real arguments, and real things that they are about.

use domain::{operator, presets, proof::Member, random_nonce, testing::PASSWORD};
use serde_json::{Value, json};
use types::{
    audit::EventsQuery,
    batch::{Audience, Change},
    ids::{OrganizationId, SessionId},
    invitation::Lifetime,
    presets::NewPreset,
    resources::{
        Access,
        ResourceKind::{Location, Page},
    },
    users::UsersQuery,
};

use super::scene::{Caller, Scene, changing, renewing, sending};
use crate::{
    browser::{Browser, upload},
    house::Answer,
    imports::PEOPLE,
    organization::PNG,
};

pub type Fields = Vec<(&'static str, String)>;

#[derive(Clone)]
pub enum How {
    /// A call of the page's code.
    Call(Value),
    /// A form that a server function takes.
    Form(Fields),
    /// A plain route; of `/events` the head, as it never ends.
    Get(String),
    Head(String),
    Post(String, Fields),
    /// The same by somebody who waits for no page.
    Answer(String, Fields),
    /// A form with a file.
    Upload(&'static str, &'static str, &'static [u8]),
}

#[derive(Clone)]
pub struct Ask {
    pub how: How,
    /// What the link has left that led here.
    cookie: Option<(&'static str, String)>,
    /// Whose session is to be ended.
    pub session: Option<(Member, SessionId)>,
}

impl Ask {
    fn of(how: How) -> Self {
        Self {
            how,
            cookie: None,
            session: None,
        }
    }

    pub fn call(arguments: Value) -> Self {
        Self::of(How::Call(arguments))
    }

    pub fn form(fields: &[(&'static str, &str)]) -> Self {
        let fields = fields
            .iter()
            .map(|(name, text)| (*name, (*text).to_owned()));
        Self::of(How::Form(fields.collect()))
    }

    pub fn post(path: &str, fields: &[(&'static str, &str)]) -> Self {
        let fields = fields
            .iter()
            .map(|(name, text)| (*name, (*text).to_owned()));
        Self::of(How::Post(path.to_owned(), fields.collect()))
    }

    fn with_link(self, cookie: &'static str, token: String) -> Self {
        Self {
            cookie: Some((cookie, token)),
            ..self
        }
    }

    pub async fn by(self, browser: &mut Browser<'_>, name: &str) -> Answer {
        if let Some((cookie, token)) = self.cookie {
            browser.cookies.insert(cookie.to_owned(), token);
        }
        match self.how {
            How::Call(arguments) => browser.call(name, &arguments).await,
            How::Form(fields) => browser.post_form(name, &borrowed(&fields)).await,
            How::Get(path) => browser.get(&path).await,
            How::Head(path) => browser.head(&path).await,
            How::Post(path, fields) => browser.post_to(&path, &borrowed(&fields)).await,
            How::Answer(path, fields) => browser.post_for(&path, &borrowed(&fields)).await,
            How::Upload(path, field, bytes) => {
                upload(browser, path, "application/json", field, bytes).await
            }
        }
    }
}

fn borrowed(fields: &Fields) -> Vec<(&str, &str)> {
    let fields = fields.iter();
    fields.map(|(name, text)| (*name, text.as_str())).collect()
}

/// What the caller asks for in this row, about something of the organization "Acme Clinics" that was made
/// for this one time.
pub async fn prepare(scene: &Scene, row: &str, caller: &Caller) -> Ask {
    let (core, usher) = (scene.core(), &scene.house.usher);
    let by = scene.maker(caller);
    let user = scene.role("user");
    let acme = scene.owner.organization();
    let details = |email: String| {
        json!({
            "first_name": "Nina", "last_name": "New", "email": email, "phone": "",
            "job_title": "", "role": user,
        })
    };
    let letter = || {
        json!({
            "recipient": "Ivan <ivan@north.example>", "role": user, "lifetime": null,
            "language": null, "message": "See you",
        })
    };
    match row {
        // Nothing more is said.
        "take_flash"
        | "awaits_setup"
        | "who_am_i"
        | "who_is_outside"
        | "list_messages"
        | "read_home"
        | "list_sessions"
        | "end_other_sessions"
        | "read_invite_choices"
        | "list_presets"
        | "list_approvals"
        | "list_batches"
        | "list_imports"
        | "list_roles"
        | "list_organizations"
        | "read_organization_settings"
        | "read_invitation_settings"
        | "read_delivery"
        | "sending_paused"
        | "pause_sending"
        | "resume_sending" => Ask::call(json!({})),

        // Everybody.
        "password_strength" => Ask::call(json!({ "password": "tidal", "about": [] })),
        "set_up" => Ask::form(&[
            ("code", &scene.house.setup_code()),
            ("organization", "Nimbus Labs"),
            ("name", "Nina"),
            ("email", &scene.email()),
            ("password", PASSWORD),
        ]),
        "sign_in" => {
            let email = match &caller.member {
                Some(_) => caller.email.clone(),
                None => somebody(scene).await,
            };
            Ask::form(&[("email", &email), ("password", PASSWORD)])
        }
        "sign_out" | "switch_account" => Ask::form(&[]),
        // To nobody: what would be queued is queued behind the answer.
        "request_password_reset" => Ask::form(&[("email", &scene.email())]),
        "reset_link_works" => {
            Ask::call(json!({})).with_link("password-reset", reset_token(scene).await)
        }
        "reset_password" => Ask::form(&[("password", PASSWORD)])
            .with_link("password-reset", reset_token(scene).await),
        "GET /reset/{token}" => Ask::of(How::Get(format!("/reset/{}", reset_token(scene).await))),
        "set_language" => Ask::form(&[("language", "en"), ("back", "/")]),
        "read_invitation" => {
            Ask::call(json!({})).with_link("invitation", invitation_token(scene).await)
        }
        "accept_invitation" => Ask::form(&[
            ("first_name", "Ivan"),
            ("last_name", "Petrov"),
            ("phone", ""),
            ("job_title", ""),
            ("password", PASSWORD),
        ])
        .with_link("invitation", invitation_token(scene).await),
        "sign_in_and_join" => {
            let email = somebody(scene).await;
            let token = scene.token(&scene.other, &email, None).await;
            Ask::form(&[("password", PASSWORD)]).with_link("invitation", token)
        }
        "decline_invitation" | "ask_for_new_invitation" => {
            Ask::form(&[]).with_link("invitation", invitation_token(scene).await)
        }
        "GET /invite/{token}" => Ask::of(How::Get(format!(
            "/invite/{}",
            invitation_token(scene).await
        ))),

        // Whoever is signed in.
        "end_session" => {
            let ours = caller.member.as_ref();
            let ours = ours.filter(|member| member.organization() == acme);
            let (member, id) = scene.session(ours.unwrap_or(&scene.owner)).await;
            Ask {
                session: Some((member, id)),
                ..Ask::call(json!({ "id": id }))
            }
        }
        "change_password" => Ask::form(&[("current", PASSWORD), ("password", PASSWORD)]),
        "join" => {
            scene.organization(&caller.email).await;
            let token = scene.newest_token(&caller.email).await;
            Ask::form(&[]).with_link("invitation", token)
        }
        "switch_organization" => Ask::form(&[("organization", &acme.to_string())]),
        "GET /events" => Ask::of(How::Head("/events".to_owned())),

        // Users.
        "list_users" => Ask::call(json!({ "query": UsersQuery::default() })),
        "count_users" => Ask::call(json!({ "filter": {} })),
        "read_user" => Ask::call(json!({ "user": scene.added(user, None).await.0 })),
        "add_user" => Ask::call(json!({ "details": details(scene.email()), "access": null })),
        "edit_user" => {
            let (id, seen) = scene.added(user, None).await;
            let mut wanted = seen.clone();
            "Nurse".clone_into(&mut wanted.job_title);
            Ask::call(json!({ "request": { "user": id, "seen": seen, "wanted": wanted } }))
        }
        "try_address_again" => Ask::call(json!({ "user": scene.bounced(user).await })),
        "POST /bounces/{provider}" => Ask::post("/bounces/ses", &[]),
        "change_access" => {
            let (id, _) = scene.added(user, None).await;
            let (location, _) = scene.resource(&scene.owner, Location).await;
            let wanted = json!({ "locations": { "chosen": [location] } });
            Ask::call(json!({ "request": { "user": id, "seen": {}, "wanted": wanted } }))
        }
        "delete_user" => {
            let (id, details) = scene.added(user, None).await;
            Ask::call(json!({ "request": { "user": id, "email": details.email } }))
        }
        "copy_invitation" => Ask::call(json!({ "user": scene.pending(user, None).await })),
        "preview_send" | "send_invitations" => {
            let (id, _) = scene.added(user, None).await;
            Ask::call(json!({ "request": sending(Audience::Users(vec![id])) }))
        }
        "preview_renewal" | "renew_invitations" => {
            let id = scene.expired(user, None).await;
            Ask::call(json!({ "request": renewing(Audience::Users(vec![id])) }))
        }
        "activate_and_send" => {
            let id = scene.left(user, None).await;
            Ask::call(json!({ "request": sending(Audience::Users(vec![id])) }))
        }
        "preview_change" | "change_users" => {
            let id = scene.pending(user, None).await;
            Ask::call(json!({ "request": changing(Change::Revoke, id) }))
        }
        "undo_batch" => {
            let id = scene.pending(user, None).await;
            let batch = scene.change(&by, Change::Revoke, id).await;
            Ask::call(json!({ "id": batch }))
        }
        "read_batch" | "GET /batches/{id}/report.csv" => {
            let id = scene.pending(user, None).await;
            let batch = scene.change(&scene.owner, Change::Revoke, id).await;
            if row == "read_batch" {
                Ask::call(json!({ "id": batch, "after": 0 }))
            } else {
                Ask::of(How::Get(format!("/batches/{batch}/report.csv")))
            }
        }
        "preview_letter" => Ask::call(json!({ "request": letter() })),
        "POST /users/invite/letter" => Ask::post(
            "/users/invite/letter",
            &[("request", &letter().to_string())],
        ),
        "POST /users/export.csv" => {
            let (id, _) = scene.added(user, None).await;
            Ask::post("/users/export.csv", &[("ids", &id.to_string())])
        }
        "save_preset" => Ask::call(json!({ "preset": {
            "name": scene.name(), "role": user, "access": {}, "lifetime": 72,
        } })),
        "delete_preset" => {
            let preset = NewPreset {
                name: scene.name(),
                role: user,
                access: Access::default(),
                lifetime: Lifetime::DAY,
            };
            let preset = presets::save(core, &scene.owner, &preset).await.unwrap();
            Ask::call(json!({ "id": preset }))
        }
        "approve_sign_up" | "refuse_sign_up" => {
            Ask::call(json!({ "id": scene.waiting(user).await }))
        }

        "grant_request" | "refuse_request" => {
            Ask::call(json!({ "id": scene.requested(user).await }))
        }
        "POST /users/sheet" => {
            let id = scene.pending(user, None).await;
            let fields = vec![("ids", id.to_string())];
            Ask::of(How::Answer("/users/sheet".to_owned(), fields))
        }

        // Tables.
        "POST /users/import/file" => Ask::of(How::Upload("/users/import/file", "file", PEOPLE)),
        "GET /users/import/template.xlsx" => {
            Ask::of(How::Get("/users/import/template.xlsx".to_owned()))
        }
        "GET /users/import/{id}/left-out.csv" => {
            let id = scene.import(&by, "Email\nbroken\n").await;
            Ask::of(How::Get(format!("/users/import/{id}/left-out.csv")))
        }
        "read_import" | "set_up_import" | "correct_cell" | "start_import" | "discard_import" => {
            let id = scene
                .import(&by, &format!("Email\n{}\n", scene.email()))
                .await;
            Ask::call(match row {
                "read_import" => json!({ "id": id, "verdict": null, "from": "Start" }),
                "set_up_import" => json!({ "id": id, "settings": {
                    "mapping": ["email"], "has_header": true, "known": "skip", "role": user,
                } }),
                "correct_cell" => json!({ "edit": {
                    "import": id, "position": 2, "field": "email", "text": scene.email(),
                } }),
                "start_import" => json!({ "request": { "import": id, "send": false, "seen": 1 } }),
                _ => json!({ "id": id }),
            })
        }

        // Roles.
        "add_role" => Ask::call(json!({ "details": { "name": scene.name(), "permissions": [] } })),
        "edit_role" => {
            let (id, seen) = scene.own_role(&[]).await;
            let mut wanted = seen.clone();
            wanted.name = scene.name();
            Ask::call(json!({ "request": { "role": id, "seen": seen, "wanted": wanted } }))
        }
        "delete_role" => {
            let (id, _) = scene.own_role(&[]).await;
            Ask::call(json!({ "request": { "role": id, "move_to": null } }))
        }

        // The organization.
        "list_resources" | "sort_resources" => Ask::call(json!({ "kind": "location" })),
        "add_resources" => Ask::call(json!({ "kind": "location", "names": scene.name() })),
        "rename_resource" => {
            let (id, seen) = scene.resource(&scene.owner, Location).await;
            let name = scene.name();
            Ask::call(json!({ "request": { "resource": id, "seen": seen, "name": name } }))
        }
        "move_resource" => {
            scene.resource(&scene.owner, Location).await;
            let (id, _) = scene.resource(&scene.owner, Location).await;
            Ask::call(json!({ "id": id, "steps": -1 }))
        }
        "count_choosers" | "retire_resource" => {
            Ask::call(json!({ "id": scene.resource(&scene.owner, Location).await.0 }))
        }
        "restore_resource" => Ask::call(json!({ "id": scene.retired(Location).await })),
        "save_settings" => Ask::form(&[
            ("panel", "general"),
            ("seen[default_role]", ""),
            ("wanted[default_role]", &user.to_string()),
        ]),
        "save_wording" => Ask::form(&[
            ("request[channel]", "email"),
            ("request[language]", "en"),
            ("request[seen][subject]", ""),
            ("request[wanted][subject]", "Come in"),
        ]),
        "ask_doctor" => Ask::call(json!({ "selector": "" })),
        "send_test" => Ask::call(json!({ "language": "en", "wording": {} })),
        "GET /settings/invitations/preview" => {
            Ask::of(How::Get("/settings/invitations/preview".to_owned()))
        }
        "POST /settings/invitations/preview" => Ask::post(
            "/settings/invitations/preview",
            &[
                ("request[language]", "en"),
                ("request[wanted][subject]", "Come in"),
            ],
        ),
        "POST /settings/organization/logo" => {
            Ask::of(How::Upload("/settings/organization/logo", "logo", PNG))
        }
        "remove_logo" => Ask::call(json!({ "seen": scene.logo().await.hash })),
        "GET /logo/{hash}" => Ask::of(How::Get(scene.logo().await.path())),
        "GET /accent/{file}" => Ask::of(How::Get("/accent/0f766e.css".to_owned())),

        // What gateways tell.
        "POST /sms/twilio/status" => Ask::post("/sms/twilio/status", &[]),
        "POST /sms/status" => Ask::post("/sms/status", &[]),

        // The audit log.
        "list_events" => Ask::call(json!({ "query": EventsQuery::default() })),
        "POST /settings/audit/export.csv" => Ask::post("/settings/audit/export.csv", &[]),

        // The installation.
        "read_organization" => Ask::call(json!({ "id": further(scene).await })),
        "create_organization" => Ask::form(&[
            ("organization", &scene.name()),
            ("language", "en"),
            ("name", "Nina"),
            ("email", &scene.email()),
        ]),
        "invite_owner" => Ask::form(&[
            ("id", &further(scene).await.to_string()),
            ("name", "Nina"),
            ("email", &scene.email()),
        ]),
        "change_organization" => Ask::form(&[
            ("id", &further(scene).await.to_string()),
            ("seats", "5"),
            ("upload", "on"),
            ("verification", "email_only"),
        ]),
        "add_offered" => Ask::form(&[
            ("id", &further(scene).await.to_string()),
            ("kind", "page"),
            ("resource", &scene.name()),
        ]),
        "enable_offered" => {
            let id = further(scene).await;
            let page = scene.enabled(id, Page).await;
            Ask::form(&[
                ("id", &id.to_string()),
                ("resource", &page.to_string()),
                ("enabled", "false"),
            ])
        }
        "suspend_organization" => Ask::call(json!({ "id": further(scene).await, "sure": true })),
        "resume_organization" => {
            let id = further(scene).await;
            let done = operator::suspend(core, &scene.operator, id, true).await;
            done.unwrap();
            Ask::form(&[("id", &id.to_string())])
        }

        // Messages that were caught: here they go out.
        "GET /mailbox/{id}/html" => {
            usher.deliver().await.unwrap();
            Ask::of(How::Get(format!("/mailbox/{}/html", random_nonce())))
        }
        _ => panic!("there are no arguments for {row}"),
    }
}

/// The address of somebody who can sign in, and nothing else.
async fn somebody(scene: &Scene) -> String {
    let email = scene.email();
    let acme = scene.owner.organization();
    let joined = scene.house.usher.joined(acme, scene.role("user"), &email);
    joined.await.unwrap();
    email
}

async fn reset_token(scene: &Scene) -> String {
    let email = somebody(scene).await;
    let asked = scene.house.usher.request_password_reset(&email).await;
    asked.unwrap();
    scene.newest_token(&email).await
}

async fn invitation_token(scene: &Scene) -> String {
    scene.token(&scene.owner, &scene.email(), None).await
}

/// An organization that nobody else acts on.
async fn further(scene: &Scene) -> OrganizationId {
    scene.organization(&scene.email()).await
}
