//! One house with everyone who may call, and what they act on, made as often as it is needed.

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicU32, Ordering},
};

use chrono::TimeDelta;
use domain::{
    Core, Fault,
    bounces::{self, Bounce},
    bulk,
    entity::{batch_recipients, users},
    imports::{self, Content},
    invitations, operator, organization, people,
    proof::{Admin, ManageOrganization, ManageRoles, ManageUsers, Member, Operator, Origin},
    random_nonce, resources, roles, sessions,
    sign_up::{self, Form},
    testing::{OWNER, PASSWORD, answer},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use types::{
    access::{Permission, RoleKind},
    batch::{Audience, Change, ChangeRequest, RenewRequest, SendRequest},
    ids::{
        ApprovalId, BatchId, ImportId, OrganizationId, RequestId, ResourceId, RoleId, SessionId,
        UserId,
    },
    invitation::Via,
    language::Language,
    operator::NewOrganization,
    organization::Logo,
    refusal::Refusal,
    resources::{Access, ResourceKind},
    roles::RoleDetails,
    users::{EditRequest, PersonDetails},
};

use crate::{browser::Browser, house::House};

/// One pixel. Logos are named by what they show: this one is nobody else's.
const LOGO: &[u8] =
    b"\x89\x50\x4e\x47\x0d\x0a\x1a\x0a\x00\x00\x00\x0d\x49\x48\x44\x52\x00\x00\x00\x01\
    \x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89\x00\x00\x00\x0d\x49\x44\x41\
    \x54\x78\x9c\x63\xe0\x2f\xcb\xfb\x0f\x00\x03\x7e\x01\xf3\xa9\xdf\x61\x70\x00\x00\
    \x00\x00\x49\x45\x4e\x44\xae\x42\x60\x82";

/// Who calls. The names are the columns of the matrix.
pub struct Caller {
    pub name: &'static str,
    pub email: String,
    /// `None` for the stranger.
    pub member: Option<Member>,
    /// A session's cookie from before it was ended.
    ended: Option<String>,
}

pub struct Scene {
    pub house: House,
    pub callers: Vec<Caller>,
    /// An Owner who does not run the installation.
    pub owner: Admin<ManageUsers>,
    /// Who runs it, and is a plain User of the organization.
    pub operator: Operator,
    /// The Owner of another organization.
    pub other: Admin<ManageUsers>,
    /// The built-in roles by their kind, own ones by the one permission that they carry.
    roles: BTreeMap<String, RoleId>,
    count: AtomicU32,
}

impl Scene {
    pub async fn new() -> Self {
        let house = House::new().await;
        let usher = &house.usher;
        let (first, operator) = (house.owner().await, house.operator().await);
        let acme = first.organization();
        let mut by_name = BTreeMap::new();
        for kind in [RoleKind::Owner, RoleKind::Admin, RoleKind::User] {
            let role = built_in(&usher.core, &first, kind).await;
            by_name.insert(kind.as_str().to_owned(), role);
        }
        let makes_roles = with_roles(&first);
        for permission in Permission::ALL {
            let details = RoleDetails {
                name: format!("Only {permission}"),
                permissions: [*permission].into_iter().collect(),
            };
            let role = roles::add(&usher.core, &makes_roles, &details).await;
            by_name.insert(permission.to_string(), role.unwrap());
        }
        let mut callers = Vec::new();
        for (name, role) in [
            ("owner", "owner"),
            ("admin", "admin"),
            ("users", "manage_users"),
            ("links", "copy_invitation_links"),
            ("roles", "manage_roles"),
            ("organization", "manage_organization"),
            ("audit", "view_audit"),
            ("user", "user"),
            ("deactivated", "user"),
        ] {
            let email = format!("{name}@acme.example");
            let member = usher.joined(acme, by_name[role], &email).await.unwrap();
            callers.push(Caller {
                name,
                email,
                member: Some(member),
                ended: None,
            });
        }
        let owner = admin(callers[0].member.as_ref().unwrap());
        let deactivated = callers.last_mut().unwrap();
        let member = deactivated.member.as_ref().unwrap();
        deactivated.ended = Some(usher.cookie(member).await.unwrap());
        let leaving = id_of(member);
        let nora = usher.other_organization().await.unwrap();
        let role = built_in(&usher.core, &nora, RoleKind::Owner).await;
        let email = "other@nimbus.example";
        let other = usher.joined(nora.organization(), role, email).await;
        let other = other.unwrap();
        for (name, email, member) in [
            ("other", email, Some(other.clone())),
            ("stranger", "stranger@north.example", None),
            ("operator", OWNER, Some((*first).clone())),
        ] {
            callers.push(Caller {
                name,
                email: email.to_owned(),
                member,
                ended: None,
            });
        }
        let scene = Self {
            callers,
            owner,
            operator,
            other: admin(&other),
            roles: by_name,
            count: AtomicU32::new(0),
            house,
        };
        scene
            .change(&scene.owner, Change::Deactivate, leaving)
            .await;
        scene.give(id_of(&first), scene.role("user")).await;
        scene
    }

    pub fn core(&self) -> &Core {
        &self.house.usher.core
    }

    pub fn role(&self, name: &str) -> RoleId {
        self.roles[name]
    }

    pub fn caller(&self, name: &str) -> &Caller {
        self.callers.iter().find(|it| it.name == name).unwrap()
    }

    /// With a session of its own, where the caller can have one.
    pub async fn browser(&self, caller: &Caller) -> Browser<'_> {
        let mut browser = Browser::new(&self.house);
        let cookie = match (&caller.ended, &caller.member) {
            (Some(ended), _) => Some(ended.clone()),
            (None, Some(member)) => Some(self.house.usher.cookie(member).await.unwrap()),
            (None, None) => None,
        };
        if let Some(cookie) = cookie {
            browser.cookies.insert("session".to_owned(), cookie);
        }
        browser
    }

    /// The caller, if they manage the organization's users, else the owner: some things only they who made
    /// them may act on.
    pub fn maker(&self, caller: &Caller) -> Admin<ManageUsers> {
        let member = caller.member.clone();
        member
            .filter(|it| it.organization() == self.owner.organization() && caller.ended.is_none())
            .and_then(|member| member.with(ManageUsers).ok())
            .unwrap_or_else(|| self.owner.clone())
    }

    pub fn name(&self) -> String {
        format!("Thing {}", self.count.fetch_add(1, Ordering::Relaxed))
    }

    pub fn email(&self) -> String {
        let number = self.count.fetch_add(1, Ordering::Relaxed);
        format!("person{number}@north.example")
    }

    /// Another role.
    pub async fn give(&self, user: UserId, role: RoleId) {
        let page = people::read(self.core(), &self.owner, user).await.unwrap();
        let request = EditRequest {
            user,
            wanted: PersonDetails {
                role,
                ..page.details.clone()
            },
            seen: page.details,
        };
        people::edit(self.core(), &self.owner, &request)
            .await
            .unwrap();
    }

    /// Somebody in the directory who was not invited.
    pub async fn added(&self, role: RoleId, access: Option<&Access>) -> (UserId, PersonDetails) {
        let details = PersonDetails {
            first_name: "Nina".to_owned(),
            last_name: "New".to_owned(),
            email: self.email(),
            phone: String::new(),
            job_title: String::new(),
            role,
        };
        let user = people::add(self.core(), &self.owner, &details, access).await;
        (user.unwrap(), details)
    }

    /// Somebody whose invitation stands.
    pub async fn pending(&self, role: RoleId, access: Option<&Access>) -> UserId {
        let (user, _) = self.added(role, access).await;
        let request = sending(Audience::Users(vec![user]));
        let sent = invitations::send(self.core(), &self.owner, &request).await;
        sent.unwrap();
        user
    }

    /// Somebody whose invitation has ended.
    pub async fn expired(&self, role: RoleId, access: Option<&Access>) -> UserId {
        let user = self.pending(role, access).await;
        self.house.usher.deliver().await.unwrap();
        let past = self.core().now() - TimeDelta::hours(1);
        users::Entity::update_many()
            .col_expr(users::Column::ExpiresAt, Expr::value(past))
            .filter(users::Column::Id.eq(user))
            .exec(self.core().database().schema())
            .await
            .unwrap();
        user
    }

    /// Somebody whose invitation came back.
    pub async fn bounced(&self, role: RoleId) -> UserId {
        let user = self.pending(role, None).await;
        let part = batch_recipients::Entity::find()
            .filter(batch_recipients::Column::UserId.eq(user))
            .one(self.core().database().read())
            .await
            .unwrap()
            .unwrap();
        let bounce = Bounce {
            delivery: part.delivery_id.unwrap(),
            for_good: true,
            answer: answer(550, "5.1.1 No such user"),
        };
        bounces::record(self.core(), &[bounce]).await.unwrap();
        user
    }

    /// Somebody who has not joined, and was deactivated.
    pub async fn left(&self, role: RoleId, access: Option<&Access>) -> UserId {
        let user = self.pending(role, access).await;
        self.change(&self.owner, Change::Deactivate, user).await;
        user
    }

    /// The link's token of somebody who is invited to the admin's organization.
    pub async fn token(
        &self,
        by: &Admin<ManageUsers>,
        email: &str,
        role: Option<RoleId>,
    ) -> String {
        let request = SendRequest {
            role,
            ..sending(Audience::Pasted(email.to_owned()))
        };
        let sent = invitations::send(self.core(), by, &request).await;
        sent.unwrap();
        self.newest_token(email).await
    }

    /// The token in the last message to the address.
    pub async fn newest_token(&self, email: &str) -> String {
        self.house.usher.deliver().await.unwrap();
        self.house.usher.mailer.token_for(email).unwrap()
    }

    pub async fn change(&self, by: &Admin<ManageUsers>, act: Change, user: UserId) -> BatchId {
        let request = changing(act, user);
        bulk::change(self.core(), by, &request).await.unwrap()
    }

    /// A sign-up that waits for an admin, as whoever has invited was deactivated.
    pub async fn waiting(&self, role: RoleId) -> ApprovalId {
        let acme = self.owner.organization();
        let inviter = (self.house.usher)
            .joined(acme, self.role("owner"), &self.email())
            .await
            .unwrap();
        let email = self.email();
        let token = self.token(&admin(&inviter), &email, Some(role)).await;
        self.change(&self.owner, Change::Deactivate, id_of(&inviter))
            .await;
        let form = Form {
            first_name: "Ivan".to_owned(),
            last_name: String::new(),
            phone: String::new(),
            job_title: String::new(),
            password: PASSWORD.to_owned(),
        };
        let waits = sign_up::accept(self.core(), &Origin::default(), &token, form).await;
        assert!(matches!(
            waits,
            Err(Fault::Refused(Refusal::AwaitsApproval))
        ));
        let page = domain::approvals::list(self.core(), &self.owner).await;
        let rows = page.unwrap().rows;
        let row = rows.iter().find(|row| row.username.as_str() == email);
        row.unwrap().id
    }

    /// A request for a new invitation, after the last one was revoked.
    pub async fn requested(&self, role: RoleId) -> RequestId {
        let (user, details) = self.added(role, None).await;
        let request = sending(Audience::Users(vec![user]));
        let sent = invitations::send(self.core(), &self.owner, &request).await;
        sent.unwrap();
        let token = self.newest_token(&details.email).await;
        self.change(&self.owner, Change::Revoke, user).await;
        let asked = sign_up::ask_for_new(self.core(), &Origin::default(), &token).await;
        asked.unwrap();
        let page = domain::approvals::list(self.core(), &self.owner).await;
        let rows = page.unwrap().requests;
        let row = rows.iter().find(|row| row.user == user);
        row.unwrap().id
    }

    /// A table that was judged.
    pub async fn import(&self, by: &Admin<ManageUsers>, table: &str) -> ImportId {
        let content = Content::Pasted(table.to_owned());
        imports::upload(self.core(), by, content).await.unwrap()
    }

    pub async fn own_role(&self, permissions: &[Permission]) -> (RoleId, RoleDetails) {
        let details = RoleDetails {
            name: self.name(),
            permissions: permissions.iter().copied().collect(),
        };
        let role = roles::add(self.core(), &with_roles(&self.owner), &details).await;
        (role.unwrap(), details)
    }

    /// A resource in use; a page or product waits for the operator to enable it.
    pub async fn resource(&self, by: &Member, kind: ResourceKind) -> (ResourceId, String) {
        let by = by.clone().with(ManageOrganization).unwrap();
        let name = self.name();
        resources::add(self.core(), &by, kind, &name).await.unwrap();
        let rows = resources::list(self.core(), &by, kind).await.unwrap();
        let row = rows.iter().find(|row| row.name == name);
        (row.unwrap().id, name)
    }

    /// The logo of the organization, which it has from here on.
    pub async fn logo(&self) -> Logo {
        let by = (*self.owner).clone().with(ManageOrganization).unwrap();
        organization::set_logo(self.core(), &by, LOGO.to_vec())
            .await
            .unwrap();
        let page = organization::read(self.core(), &by).await;
        page.unwrap().logo.unwrap()
    }

    pub async fn retired(&self, kind: ResourceKind) -> ResourceId {
        let (id, _) = self.resource(&self.owner, kind).await;
        let by = (*self.owner).clone().with(ManageOrganization).unwrap();
        resources::retire(self.core(), &by, id).await.unwrap();
        id
    }

    /// A page or product that the operator has enabled.
    pub async fn enabled(&self, of: OrganizationId, kind: ResourceKind) -> ResourceId {
        let name = self.name();
        operator::add_resource(self.core(), &self.operator, of, kind, &name)
            .await
            .unwrap()
    }

    /// A further organization, whose first owner is invited.
    pub async fn organization(&self, owner: &str) -> OrganizationId {
        let wanted = NewOrganization {
            name: self.name(),
            language: Language::En,
            owner_name: "Nina".to_owned(),
            owner_email: owner.to_owned(),
        };
        operator::create(self.core(), &self.operator, &wanted)
            .await
            .unwrap()
    }

    /// One of the member's sessions that is not their browser's.
    pub async fn session(&self, member: &Member) -> (Member, SessionId) {
        let member = self.house.usher.again(member).await.unwrap();
        let rows = sessions::list(self.core(), &member).await.unwrap();
        let row = rows.iter().find(|row| row.current).unwrap();
        let id = row.id;
        (member, id)
    }
}

pub fn admin(member: &Member) -> Admin<ManageUsers> {
    member.clone().with(ManageUsers).unwrap()
}

fn with_roles(admin: &Admin<ManageUsers>) -> Admin<ManageRoles> {
    (**admin).clone().with(ManageRoles).unwrap()
}

pub fn id_of(member: &Member) -> UserId {
    member.clone().me(false).user
}

pub async fn built_in(core: &Core, admin: &Admin<ManageUsers>, kind: RoleKind) -> RoleId {
    let choices = roles::invite_choices(core, admin).await.unwrap();
    let role = choices.roles.iter().find(|role| role.kind == kind);
    role.unwrap().id
}

/// A request to send, to one.
pub fn sending(audience: Audience) -> SendRequest {
    SendRequest {
        key: random_nonce().parse().unwrap(),
        audience,
        role: None,
        access: None,
        lifetime: None,
        language: None,
        via: Via::Automatic,
        message: String::new(),
        resend: true,
        seen: 1,
    }
}

pub fn renewing(audience: Audience) -> RenewRequest {
    RenewRequest {
        key: random_nonce().parse().unwrap(),
        audience,
        seen: 1,
    }
}

pub fn changing(act: Change, user: UserId) -> ChangeRequest {
    ChangeRequest {
        key: random_nonce().parse().unwrap(),
        act,
        audience: Audience::Users(vec![user]),
        seen: 1,
    }
}
