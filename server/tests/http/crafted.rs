//! Requests that no page makes: they ask for more than is the caller's, or than there is.

use app::api::AppError;
use domain::{operator, people, presets, proof::ManageOrganization, resources};
use http::StatusCode;
use serde_json::{Value, json};
use types::{
    access::{
        Permission::{CopyInvitationLinks, ManageRoles, ManageUsers},
        RoleKind,
    },
    batch::{Audience, Change, SendRequest},
    ids::{ResourceId, RoleId, UserId},
    invitation::Lifetime,
    presets::NewPreset,
    refusal::Refusal,
    resources::{
        Access, Reach,
        ResourceKind::{self, Line, Location, Page, Product},
    },
    users::{AccessRequest, PersonDetails},
};

use crate::{
    browser::error,
    gate::FOR_OPERATORS,
    matrix::{
        asks::{Ask, prepare},
        scene::{Scene, built_in, changing, id_of, sending},
    },
};

/// One request, and why it is refused.
struct Case {
    what: String,
    call: String,
    ask: Ask,
    refusal: Refusal,
}

/// The requests of one caller.
struct Cases {
    caller: &'static str,
    cases: Vec<Case>,
}

impl Cases {
    fn of(caller: &'static str) -> Self {
        Self {
            caller,
            cases: Vec::new(),
        }
    }

    fn add(&mut self, what: &str, call: &str, ask: Ask, refusal: Refusal) {
        self.cases.push(Case {
            what: what.to_owned(),
            call: call.to_owned(),
            ask,
            refusal,
        });
    }

    fn call(&mut self, what: &str, call: &str, arguments: Value, refusal: Refusal) {
        self.add(what, call, Ask::call(arguments), refusal);
    }

    /// Each is refused with its reason, and nothing is changed.
    async fn check(self, scene: &Scene) {
        let caller = scene.caller(self.caller);
        let mut browser = scene.browser(caller).await;
        let mut wrong = Vec::new();
        let mut before = scene.house.usher.everything().await.unwrap();
        for case in self.cases {
            let said = format!("{}: {}, {}", self.caller, case.what, case.call);
            let answer = case.ask.by(&mut browser, &case.call).await;
            let is_refused = !answer.status.is_success()
                && answer.status != StatusCode::INTERNAL_SERVER_ERROR
                && error(&answer) == AppError::Refused(case.refusal);
            if !is_refused {
                let (status, body) = (answer.status, &answer.body);
                wrong.push(format!(
                    "{said}: not {:?} but {status} {body}",
                    case.refusal
                ));
            }
            let after = scene.house.usher.everything().await.unwrap();
            if after != before {
                wrong.push(format!("{said}: has changed something"));
                before = after;
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}

fn details(scene: &Scene, role: RoleId) -> PersonDetails {
    PersonDetails {
        first_name: "Nina".to_owned(),
        last_name: "New".to_owned(),
        email: scene.email(),
        phone: String::new(),
        job_title: String::new(),
        role,
    }
}

fn inviting(scene: &Scene, role: RoleId, access: Option<Access>) -> SendRequest {
    SendRequest {
        role: Some(role),
        access,
        ..sending(Audience::Pasted(scene.email()))
    }
}

fn preset(scene: &Scene, role: RoleId, access: Access) -> NewPreset {
    NewPreset {
        name: scene.name(),
        role,
        access,
        lifetime: Lifetime::DAY,
    }
}

/// Everything by which the caller could give a role to somebody.
async fn add_role(cases: &mut Cases, scene: &Scene, what: &str, role: RoleId, refusal: Refusal) {
    let caller = scene.caller(cases.caller);
    let user = scene.role("user");
    let request = json!({ "request": inviting(scene, role, None) });
    cases.call(what, "send_invitations", request.clone(), refusal);
    cases.call(what, "preview_send", request, refusal);
    let left = scene.left(user, None).await;
    let request = SendRequest {
        role: Some(role),
        ..sending(Audience::Users(vec![left]))
    };
    cases.call(
        what,
        "activate_and_send",
        json!({ "request": request }),
        refusal,
    );
    let new = json!({ "details": details(scene, role), "access": null });
    cases.call(what, "add_user", new, refusal);
    let (other, seen) = scene.added(user, None).await;
    let own = id_of(caller.member.as_ref().unwrap());
    let own_page = people::read(scene.core(), &scene.owner, own).await.unwrap();
    for (id, seen) in [(other, seen), (own, own_page.details)] {
        let wanted = PersonDetails {
            role,
            ..seen.clone()
        };
        let request = json!({ "user": id, "seen": seen, "wanted": wanted });
        cases.call(what, "edit_user", json!({ "request": request }), refusal);
    }
    let table = format!("Email\n{}\n", scene.email());
    let import = scene.import(&scene.maker(caller), &table).await;
    let settings = json!({
        "mapping": ["email"], "has_header": true, "known": "update", "role": role,
    });
    let arguments = json!({ "id": import, "settings": settings });
    cases.call(what, "set_up_import", arguments, refusal);
    let wanted = preset(scene, role, Access::default());
    cases.call(what, "save_preset", json!({ "preset": wanted }), refusal);
    let letter = json!({
        "recipient": scene.email(), "role": role, "lifetime": null, "language": null, "message": "",
    });
    let path = "/users/invite/letter";
    let form = Ask::post(path, &[("request", &letter.to_string())]);
    cases.add(what, path, form, refusal);
    cases.call(
        what,
        "preview_letter",
        json!({ "request": letter }),
        refusal,
    );
}

/// Everything by which the caller could give access to somebody, who has `kept`.
async fn add_access(
    cases: &mut Cases,
    scene: &Scene,
    what: &str,
    (kept, wanted): (&Access, Access),
    refusal: Refusal,
) {
    let user = scene.role("user");
    let request = json!({ "request": inviting(scene, user, Some(wanted.clone())) });
    cases.call(what, "send_invitations", request.clone(), refusal);
    cases.call(what, "preview_send", request, refusal);
    let left = scene.left(user, Some(kept)).await;
    let request = SendRequest {
        access: Some(wanted.clone()),
        ..sending(Audience::Users(vec![left]))
    };
    cases.call(
        what,
        "activate_and_send",
        json!({ "request": request }),
        refusal,
    );
    let new = json!({ "details": details(scene, user), "access": wanted });
    cases.call(what, "add_user", new, refusal);
    let (id, _) = scene.added(user, Some(kept)).await;
    let request = json!({ "user": id, "seen": kept, "wanted": wanted });
    cases.call(
        what,
        "change_access",
        json!({ "request": request }),
        refusal,
    );
    let wanted = preset(scene, user, wanted);
    cases.call(what, "save_preset", json!({ "preset": wanted }), refusal);
}

/// Acts on people who may do more than the caller.
async fn add_above(cases: &mut Cases, scene: &Scene, role: RoleId) {
    let what = "somebody above";
    let above = Refusal::RoleAboveYours;
    let pending = scene.pending(role, None).await;
    let left = scene.left(role, None).await;
    let (added, seen) = scene.added(role, None).await;
    let request = json!({ "request": sending(Audience::Users(vec![pending])) });
    cases.call(what, "send_invitations", request, Refusal::NobodyToInvite);
    let request = json!({ "request": sending(Audience::Users(vec![left])) });
    cases.call(what, "activate_and_send", request, above);
    for (act, user) in [
        (Change::Revoke, pending),
        (Change::Deactivate, pending),
        (Change::Activate, left),
    ] {
        let request = json!({ "request": changing(act, user) });
        cases.call(what, "change_users", request, above);
    }
    let demoted = PersonDetails {
        role: scene.role("user"),
        ..seen.clone()
    };
    let renamed = PersonDetails {
        job_title: "Nurse".to_owned(),
        ..seen.clone()
    };
    for wanted in [demoted, renamed] {
        let request = json!({ "user": added, "seen": seen, "wanted": wanted });
        cases.call(what, "edit_user", json!({ "request": request }), above);
    }
    let request = json!({ "user": added, "seen": {}, "wanted": Access::nothing() });
    cases.call(what, "change_access", json!({ "request": request }), above);
    let request = json!({ "user": added, "email": seen.email });
    cases.call(what, "delete_user", json!({ "request": request }), above);
    let approval = json!({ "id": scene.waiting(role).await });
    cases.call(what, "approve_sign_up", approval.clone(), above);
    cases.call(what, "refuse_sign_up", approval, above);
    let saved = preset(scene, role, Access::default());
    let saved = presets::save(scene.core(), &scene.owner, &saved).await;
    let id = json!({ "id": saved.unwrap() });
    cases.call(what, "delete_preset", id, Refusal::NotFound);
}

/// The active user is as much above as those who have not joined.
fn add_active(cases: &mut Cases, user: UserId, seen: &PersonDetails) {
    let (what, above) = ("an active user above", Refusal::RoleAboveYours);
    let request = json!({ "request": changing(Change::Deactivate, user) });
    cases.call(what, "change_users", request, above);
    let wanted = PersonDetails {
        last_name: "Other".to_owned(),
        ..seen.clone()
    };
    let request = json!({ "user": user, "seen": seen, "wanted": wanted });
    cases.call(what, "edit_user", json!({ "request": request }), above);
    let request = json!({ "user": user, "email": seen.email });
    cases.call(what, "delete_user", json!({ "request": request }), above);
}

async fn add_active_of(cases: &mut Cases, scene: &Scene, name: &str) {
    let user = id_of(scene.caller(name).member.as_ref().unwrap());
    let page = people::read(scene.core(), &scene.owner, user)
        .await
        .unwrap();
    add_active(cases, user, &page.details);
}

fn reach(resources: &[ResourceId]) -> Reach {
    Reach::Chosen(resources.iter().copied().collect())
}

fn only(kind: ResourceKind, resources: &[ResourceId]) -> Access {
    let mut access = Access::default();
    *access.of_mut(kind) = reach(resources);
    access
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_gives_a_role_beyond_their_own_or_of_another_organization() {
    let scene = Scene::new().await;
    let nimbus = built_in(scene.core(), &scene.other, RoleKind::User).await;
    let mut clerk = Cases::of("users");
    for role in ["admin", "owner", "view_audit", "manage_roles"] {
        let what = format!("the role {role}");
        let refusal = Refusal::RoleAboveYours;
        add_role(&mut clerk, &scene, &what, scene.role(role), refusal).await;
    }
    let what = "a role of another organization";
    add_role(&mut clerk, &scene, what, nimbus, Refusal::NotFound).await;
    // A table may name a role for each row.
    let by = scene.maker(scene.caller("users"));
    let table = format!("Email,Role\n{},Admin\n", scene.email());
    let import = scene.import(&by, &table).await;
    for seen in [0, 1] {
        let request = json!({ "import": import, "send": true, "seen": seen });
        let refusal = Refusal::NobodyToImport;
        let what = "the role Admin in a column";
        clerk.call(what, "start_import", json!({ "request": request }), refusal);
    }
    clerk.check(&scene).await;

    let mut admin = Cases::of("admin");
    let role = scene.role("owner");
    add_role(
        &mut admin,
        &scene,
        "the role Owner",
        role,
        Refusal::RoleAboveYours,
    )
    .await;
    admin.check(&scene).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_makes_a_role_beyond_their_own_the_usual_one() {
    let scene = Scene::new().await;
    let nimbus = built_in(scene.core(), &scene.other, RoleKind::User).await;
    for (caller, role, refusal) in [
        ("organization", scene.role("admin"), Refusal::RoleAboveYours),
        (
            "organization",
            scene.role("manage_users"),
            Refusal::RoleAboveYours,
        ),
        ("organization", scene.role("owner"), Refusal::RoleAboveYours),
        ("admin", scene.role("owner"), Refusal::RoleAboveYours),
        ("organization", nimbus, Refusal::NotFound),
        ("owner", nimbus, Refusal::NotFound),
    ] {
        let mut cases = Cases::of(caller);
        let form = Ask::form(&[
            ("panel", "expiry"),
            ("seen[default_role]", ""),
            ("wanted[default_role]", &role.to_string()),
        ]);
        cases.add("the usual role", "save_settings", form, refusal);
        cases.check(&scene).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_acts_on_people_who_may_do_more() {
    let scene = Scene::new().await;
    let mut clerk = Cases::of("users");
    for role in ["admin", "owner", "copy_invitation_links"] {
        add_above(&mut clerk, &scene, scene.role(role)).await;
    }
    for name in ["admin", "owner", "audit"] {
        add_active_of(&mut clerk, &scene, name).await;
    }
    clerk.check(&scene).await;

    let mut admin = Cases::of("admin");
    let owner = scene.role("owner");
    add_above(&mut admin, &scene, owner).await;
    add_active_of(&mut admin, &scene, "owner").await;
    let id = scene.pending(owner, None).await;
    let (what, above) = ("the link of an Owner to be", Refusal::RoleAboveYours);
    admin.call(what, "copy_invitation", json!({ "user": id }), above);
    admin.check(&scene).await;

    let mut copies = Cases::of("links");
    for role in ["admin", "owner", "manage_users"] {
        let id = scene.pending(scene.role(role), None).await;
        let what = format!("the link of somebody to be with the role {role}");
        copies.call(&what, "copy_invitation", json!({ "user": id }), above);
    }
    copies.check(&scene).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_makes_or_changes_a_role_that_may_do_more() {
    let scene = Scene::new().await;
    let mut keeper = Cases::of("roles");
    let above = Refusal::RoleAboveYours;
    let more = [ManageRoles, ManageUsers, CopyInvitationLinks];
    let wanted = json!({ "name": scene.name(), "permissions": more });
    let what = "more permissions than one's own";
    keeper.call(what, "add_role", json!({ "details": wanted }), above);
    let (low, seen) = scene.own_role(&[ManageRoles]).await;
    let wanted = json!({ "name": seen.name, "permissions": more });
    let request = json!({ "role": low, "seen": seen, "wanted": wanted });
    keeper.call(what, "edit_role", json!({ "request": request }), above);
    let (high, seen) = scene.own_role(&[ManageUsers]).await;
    let what = "a role that may do more";
    let wanted = json!({ "name": scene.name(), "permissions": [] });
    let request = json!({ "role": high, "seen": seen, "wanted": wanted });
    keeper.call(what, "edit_role", json!({ "request": request }), above);
    let request = json!({ "role": high, "move_to": null });
    keeper.call(what, "delete_role", json!({ "request": request }), above);
    let request = json!({ "role": low, "move_to": scene.role("admin") });
    let what = "everybody into a role that may do more";
    keeper.call(what, "delete_role", json!({ "request": request }), above);
    let own = scene.role("manage_roles");
    let by = (*scene.owner).clone();
    let by = by.with(domain::proof::ManageRoles).unwrap();
    let page = domain::roles::list(scene.core(), &by);
    let rows = page.await.unwrap();
    let details = |id| &rows.iter().find(|row| row.id == id).unwrap().details;
    let seen = details(own);
    let wanted = json!({ "name": seen.name, "permissions": more });
    let request = json!({ "role": own, "seen": seen, "wanted": wanted });
    keeper.call(
        "the own role",
        "edit_role",
        json!({ "request": request }),
        above,
    );
    let nimbus = built_in(scene.core(), &scene.other, RoleKind::User).await;
    let request = json!({ "role": low, "move_to": nimbus });
    let what = "a role of another organization";
    keeper.call(
        what,
        "delete_role",
        json!({ "request": request }),
        Refusal::NotFound,
    );
    keeper.check(&scene).await;

    let mut owner = Cases::of("owner");
    for kind in ["user", "admin", "owner"] {
        let (role, seen) = (scene.role(kind), details(scene.role(kind)));
        let what = format!("the built-in role {kind}");
        let wanted = json!({ "name": "Mine", "permissions": more });
        let request = json!({ "role": role, "seen": seen, "wanted": wanted });
        let built_in = Refusal::RoleBuiltIn;
        owner.call(&what, "edit_role", json!({ "request": request }), built_in);
        let request = json!({ "role": role, "move_to": low });
        owner.call(
            &what,
            "delete_role",
            json!({ "request": request }),
            built_in,
        );
    }
    owner.check(&scene).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_gives_access_that_there_is_not() {
    let scene = Scene::new().await;
    let acme = scene.owner.organization();
    let (ours, _) = scene.resource(&scene.owner, Location).await;
    let page = scene.enabled(acme, Page).await;
    let mut owner = Cases::of("owner");
    let everything = Access::default();
    for kind in [Location, Page, Product, Line] {
        let (foreign, _) = scene.resource(&scene.other, kind).await;
        let what = format!("a {kind} of another organization");
        let given = (&everything, only(kind, &[foreign]));
        add_access(&mut owner, &scene, &what, given, Refusal::NotFound).await;
        let what = format!("a retired {kind}");
        let given = (&everything, only(kind, &[scene.retired(kind).await]));
        add_access(&mut owner, &scene, &what, given, Refusal::NotEnabled).await;
    }
    let (foreign, _) = scene.resource(&scene.other, Location).await;
    let what = "one of another organization among ours";
    let given = (&everything, only(Location, &[ours, foreign]));
    add_access(&mut owner, &scene, what, given, Refusal::NotFound).await;
    for (kind, other) in [(Location, page), (Line, ours), (Page, ours)] {
        let what = format!("another kind among {kind}s");
        let given = (&everything, only(kind, &[other]));
        add_access(&mut owner, &scene, &what, given, Refusal::NotFound).await;
    }
    for kind in [Page, Product] {
        let what = format!("a {kind} that is switched off");
        let off = scene.enabled(acme, kind).await;
        let core = scene.core();
        let done = operator::enable(core, &scene.operator, acme, off, false).await;
        done.unwrap();
        let given = (&everything, only(kind, &[off]));
        add_access(&mut owner, &scene, &what, given, Refusal::NotEnabled).await;
        let what = format!("a {kind} that was never enabled");
        let (off, _) = scene.resource(&scene.owner, kind).await;
        let given = (&everything, only(kind, &[off]));
        add_access(&mut owner, &scene, &what, given, Refusal::NotEnabled).await;
    }
    let blocking = Access {
        appointment_blocking: true,
        ..Access::default()
    };
    let upload = Access {
        upload_button: true,
        ..Access::default()
    };
    for (what, wanted) in [("the scheduler", blocking), ("the upload", upload)] {
        let what = format!("{what}, which is not enabled");
        let given = (&everything, wanted);
        add_access(&mut owner, &scene, &what, given, Refusal::NotEnabled).await;
    }
    owner.check(&scene).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_gives_access_beyond_their_own() {
    let scene = Scene::new().await;
    let acme = scene.owner.organization();
    let settings = types::operator::OrganizationSettings {
        seats: None,
        features: types::resources::Feature::ALL.to_vec(),
        verification: types::organization::Verification::EmailOnly,
    };
    operator::change(scene.core(), &scene.operator, acme, &settings)
        .await
        .unwrap();
    let (north, _) = scene.resource(&scene.owner, Location).await;
    let (south, _) = scene.resource(&scene.owner, Location).await;
    let (line, _) = scene.resource(&scene.owner, Line).await;
    let page = scene.enabled(acme, Page).await;
    let held = Access {
        locations: reach(&[north]),
        pages: reach(&[page]),
        products: reach(&[]),
        lines: Reach::All,
        ..Access::default()
    };
    let request = AccessRequest {
        user: id_of(scene.caller("admin").member.as_ref().unwrap()),
        seen: Access::default(),
        wanted: held.clone(),
    };
    people::change_access(scene.core(), &scene.owner, &request)
        .await
        .unwrap();
    let mut admin = Cases::of("admin");
    let above = Refusal::AccessAboveYours;
    let with = |change: fn(&mut Access, ResourceId), id| {
        let mut access = held.clone();
        change(&mut access, id);
        access
    };
    for (what, wanted) in [
        ("everything", Access::default()),
        (
            "All locations beyond chosen ones",
            with(|it, _| it.locations = Reach::All, south),
        ),
        (
            "another location",
            with(|it, id| it.locations = reach(&[id]), south),
        ),
        ("All pages", with(|it, _| it.pages = Reach::All, south)),
        (
            "All products where there is none",
            with(|it, _| it.products = Reach::All, south),
        ),
        (
            "blocking appointments",
            with(|it, _| it.appointment_blocking = true, south),
        ),
        (
            "the upload button",
            with(|it, _| it.upload_button = true, south),
        ),
    ] {
        add_access(&mut admin, &scene, what, (&held, wanted), above).await;
    }
    let own = json!({ "user": request.user, "seen": held, "wanted": Access::default() });
    let what = "everything, to oneself";
    admin.call(what, "change_access", json!({ "request": own }), above);
    // Somebody who has more already: nothing of it can be offered again.
    let user = scene.role("user");
    let more = Access {
        locations: reach(&[north, south]),
        lines: reach(&[line]),
        ..held.clone()
    };
    let what = "somebody who reaches further";
    let pending = scene.pending(user, Some(&more)).await;
    let left = scene.left(user, Some(&more)).await;
    admin.call(what, "copy_invitation", json!({ "user": pending }), above);
    let request = json!({ "request": sending(Audience::Users(vec![pending])) });
    admin.call(what, "send_invitations", request, Refusal::NobodyToInvite);
    let activation = Refusal::RoleAboveYours;
    let request = json!({ "request": changing(Change::Activate, left) });
    admin.call(what, "change_users", request, activation);
    let request = json!({ "request": sending(Audience::Users(vec![left])) });
    admin.call(what, "activate_and_send", request, activation);
    let (id, _) = scene.added(user, Some(&more)).await;
    let request = json!({ "user": id, "seen": more, "wanted": held });
    admin.call(what, "change_access", json!({ "request": request }), above);
    let approval = json!({ "id": scene.waiting(user).await });
    admin.call(what, "approve_sign_up", approval, above);
    let saved = preset(&scene, user, more);
    let saved = presets::save(scene.core(), &scene.owner, &saved).await;
    let id = json!({ "id": saved.unwrap() });
    admin.call(what, "delete_preset", id, Refusal::NotFound);
    admin.check(&scene).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_runs_the_installation_or_another_organization_by_being_an_owner() {
    let scene = Scene::new().await;
    let acme = scene.owner.organization();
    let nimbus = scene.other.organization();
    let mut owner = Cases::of("owner");
    for name in FOR_OPERATORS {
        let ask = prepare(&scene, name, scene.caller("owner")).await;
        owner.add("as an Owner", name, ask, Refusal::NotAllowed);
    }
    // Of their own organization too.
    let id = acme.to_string();
    let (page, _) = scene.resource(&scene.owner, Page).await;
    let page = page.to_string();
    let enabling = [
        ("id", id.as_str()),
        ("resource", &page),
        ("enabled", "true"),
    ];
    let changing = [
        ("id", id.as_str()),
        ("seats", ""),
        ("scheduler", "on"),
        ("upload", "on"),
        ("verification", "email_or_sms"),
    ];
    let what = "their own organization";
    let refusal = Refusal::NotAllowed;
    owner.add(what, "enable_offered", Ask::form(&enabling), refusal);
    owner.add(what, "change_organization", Ask::form(&changing), refusal);
    owner.add(
        what,
        "resume_organization",
        Ask::form(&[("id", &id)]),
        refusal,
    );
    let foreign = nimbus.to_string();
    let form = Ask::form(&[("organization", &foreign)]);
    let what = "an organization that is not theirs";
    owner.add(what, "switch_organization", form, Refusal::NotFound);
    owner.check(&scene).await;

    // Olive is in a further one, which is suspended.
    let further = scene.organization(domain::testing::OWNER).await;
    let token = scene.newest_token(domain::testing::OWNER).await;
    let joined = domain::sign_up::join(scene.core(), &token, &scene.operator).await;
    joined.unwrap();
    operator::suspend(scene.core(), &scene.operator, further, true)
        .await
        .unwrap();
    let mut olive = Cases::of("operator");
    let suspended = further.to_string();
    let form = Ask::form(&[("organization", &suspended)]);
    let what = "one of theirs that is suspended";
    let refusal = Refusal::OrganizationSuspended;
    olive.add(what, "switch_organization", form, refusal);
    let form = Ask::form(&[("organization", &foreign)]);
    let what = "one that they run, but are not in";
    olive.add(what, "switch_organization", form, Refusal::NotFound);
    // An organization's pages, by another one's id; what is no operator's matter.
    let (theirs, _) = scene.resource(&scene.other, Page).await;
    let (location, _) = scene.resource(&scene.owner, Location).await;
    let what = "a page of another organization";
    for (what, resource) in [(what, theirs), ("a location", location)] {
        let resource = resource.to_string();
        let form = [
            ("id", id.as_str()),
            ("resource", &resource),
            ("enabled", "true"),
        ];
        let form = Ask::form(&form);
        olive.add(what, "enable_offered", form, Refusal::NotFound);
    }
    let form = [
        ("id", id.as_str()),
        ("kind", "location"),
        ("resource", "Mine"),
    ];
    let form = Ask::form(&form);
    olive.add("a location", "add_offered", form, Refusal::NotAllowed);
    olive.check(&scene).await;
}

/// Whatever is added by somebody who does not run the installation waits for whoever does.
#[tokio::test(flavor = "multi_thread")]
async fn a_page_or_product_is_not_enabled_by_adding_or_restoring_it() {
    let scene = Scene::new().await;
    let mut owner = scene.browser(scene.caller("owner")).await;
    let by = (*scene.owner).clone().with(ManageOrganization).unwrap();
    for kind in [Page, Product] {
        let (id, _) = scene.resource(&scene.owner, kind).await;
        for call in ["retire_resource", "restore_resource"] {
            let answer = owner.call(call, &json!({ "id": id })).await;
            assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        }
        let rows = resources::list(scene.core(), &by, kind).await.unwrap();
        assert!(rows.iter().all(|row| !row.enabled), "{kind}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_joined_or_was_deactivated_is_invited_by_no_way() {
    let scene = Scene::new().await;
    let user = scene.role("user");
    let mut owner = Cases::of("owner");
    let left = scene.left(user, None).await;
    let page = people::read(scene.core(), &scene.owner, left).await;
    let left = (left, page.unwrap().details.email);
    let known = |name: &str| {
        let caller = scene.caller(name);
        let id = id_of(caller.member.as_ref().unwrap());
        (id, caller.email.clone())
    };
    for (what, (id, email), refusal) in [
        ("somebody active", known("user"), Refusal::UserActive),
        (
            "somebody who had joined",
            known("deactivated"),
            Refusal::UserDeactivated,
        ),
        ("somebody who had not", left, Refusal::UserDeactivated),
    ] {
        let nobody = Refusal::NobodyToInvite;
        for audience in [
            Audience::Users(vec![id]),
            Audience::Pasted(format!("New Name <{}>", email.to_uppercase())),
        ] {
            for seen in [0, 1] {
                let request = SendRequest {
                    seen,
                    ..sending(audience.clone())
                };
                let request = json!({ "request": request });
                owner.call(what, "send_invitations", request, nobody);
            }
        }
        owner.call(what, "copy_invitation", json!({ "user": id }), refusal);
        for known in ["update", "skip"] {
            let table = format!("Email,Role\n{email},User\n");
            let import = scene.import(&scene.owner, &table).await;
            let settings = types::import::ImportSettings {
                mapping: vec![
                    Some(types::import::Field::Email),
                    Some(types::import::Field::Role),
                ]
                .into(),
                has_header: true,
                known: known.parse().unwrap(),
                role: user,
            };
            domain::imports::set_up(scene.core(), &scene.owner, import, &settings)
                .await
                .unwrap();
            let request = json!({ "import": import, "send": true, "seen": 1 });
            let nobody = Refusal::NobodyToImport;
            owner.call(what, "start_import", json!({ "request": request }), nobody);
        }
        let request = json!({ "user": id, "email": "other@acme.example" });
        let differs = Refusal::EmailDiffers;
        owner.call(what, "delete_user", json!({ "request": request }), differs);
    }
    let (active, _) = known("user");
    let what = "somebody active";
    let request = json!({ "request": changing(Change::Activate, active) });
    owner.call(what, "change_users", request, Refusal::UserActive);
    let request = json!({ "request": sending(Audience::Users(vec![active])) });
    owner.call(what, "activate_and_send", request, Refusal::UserActive);
    owner.check(&scene).await;

    // Nor by whoever runs the installation.
    let left = scene.left(scene.role("owner"), None).await;
    let page = people::read(scene.core(), &scene.owner, left).await;
    let pending = scene.added(user, None).await.1.email;
    let id = scene.owner.organization().to_string();
    let mut olive = Cases::of("operator");
    for (what, email, refusal) in [
        ("an Owner", known("owner").1, Refusal::UserActive),
        (
            "an Owner who was deactivated",
            page.unwrap().details.email,
            Refusal::UserDeactivated,
        ),
        ("an Admin", known("admin").1, Refusal::UserActive),
        ("a User to be", pending, Refusal::EmailTaken),
    ] {
        let form = [("id", id.as_str()), ("name", "Nina"), ("email", &email)];
        olive.add(what, "invite_owner", Ask::form(&form), refusal);
    }
    olive.check(&scene).await;
}
