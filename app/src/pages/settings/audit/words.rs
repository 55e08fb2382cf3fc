//! What events say.

use types::{
    audit::{Action, Detail, Who},
    users::ShownStatus,
};

use crate::{
    components::badge::status_text,
    i18n::{Locale, td_string},
};

/// What was done.
pub fn action_text(locale: Locale, action: Action) -> &'static str {
    match action {
        Action::OrganizationCreated => td_string!(locale, audit.event.organization_created),
        Action::OrganizationChanged => td_string!(locale, audit.event.organization_changed),
        Action::OrganizationSuspended => td_string!(locale, audit.event.organization_suspended),
        Action::OrganizationResumed => td_string!(locale, audit.event.organization_resumed),
        Action::DeliveryPaused => td_string!(locale, audit.event.delivery_paused),
        Action::DeliveryResumed => td_string!(locale, audit.event.delivery_resumed),
        Action::UserAdded => td_string!(locale, audit.event.user_added),
        Action::UserEdited => td_string!(locale, audit.event.user_edited),
        Action::UsersImported => td_string!(locale, audit.event.users_imported),
        Action::UsersDeactivated => td_string!(locale, audit.event.users_deactivated),
        Action::UsersActivated => td_string!(locale, audit.event.users_activated),
        Action::UserDeleted => td_string!(locale, audit.event.user_deleted),
        Action::AccessChanged => td_string!(locale, audit.event.access_changed),
        Action::AddressConfirmed => td_string!(locale, audit.event.address_confirmed),
        Action::BatchUndone => td_string!(locale, audit.event.batch_undone),
        Action::InvitationsSent => td_string!(locale, audit.event.invitations_sent),
        Action::InvitationsRevoked => td_string!(locale, audit.event.invitations_revoked),
        Action::InvitationLinkCopied => td_string!(locale, audit.event.invitation_link_copied),
        Action::InvitationPrinted => td_string!(locale, audit.event.invitation_printed),
        Action::InvitationDeclined => td_string!(locale, audit.event.invitation_declined),
        Action::TemporaryPasswordSpent => {
            td_string!(locale, audit.event.temporary_password_spent)
        }
        Action::RequestGranted => td_string!(locale, audit.event.request_granted),
        Action::RequestRefused => td_string!(locale, audit.event.request_refused),
        Action::InvitationAskedFor => td_string!(locale, audit.event.invitation_asked_for),
        Action::InvitationAccepted => td_string!(locale, audit.event.invitation_accepted),
        Action::ApprovalAskedFor => td_string!(locale, audit.event.approval_asked_for),
        Action::ApprovalGranted => td_string!(locale, audit.event.approval_granted),
        Action::ApprovalRefused => td_string!(locale, audit.event.approval_refused),
        Action::RoleAdded => td_string!(locale, audit.event.role_added),
        Action::RoleChanged => td_string!(locale, audit.event.role_changed),
        Action::RoleDeleted => td_string!(locale, audit.event.role_deleted),
        Action::OwnerAdded => td_string!(locale, audit.event.owner_added),
        Action::ResourceAdded => td_string!(locale, audit.event.resource_added),
        Action::ResourceChanged => td_string!(locale, audit.event.resource_changed),
        Action::ResourceRetired => td_string!(locale, audit.event.resource_retired),
        Action::ResourceRestored => td_string!(locale, audit.event.resource_restored),
        Action::ResourcesOrdered => td_string!(locale, audit.event.resources_ordered),
        Action::PresetSaved => td_string!(locale, audit.event.preset_saved),
        Action::PresetDeleted => td_string!(locale, audit.event.preset_deleted),
        Action::PasswordChanged => td_string!(locale, audit.event.password_changed),
        Action::PasswordReset => td_string!(locale, audit.event.password_reset),
    }
}

pub fn who_text(locale: Locale, who: &Who) -> String {
    let text = match who {
        Who::Person(person) => return person.name.clone(),
        Who::Deleted => td_string!(locale, audit.who.deleted),
        Who::Visitor => td_string!(locale, audit.who.visitor),
        Who::Operator => td_string!(locale, audit.who.operator),
        Who::Command => td_string!(locale, audit.who.command),
    };
    text.to_owned()
}

/// A field, part by part; what has no word here keeps its own.
pub fn field_text(locale: Locale, field: &str) -> String {
    let parts = field.split('.').map(|part| part_text(locale, part));
    parts.collect::<Vec<_>>().join(" · ")
}

fn part_text(locale: Locale, part: &str) -> &str {
    match part {
        "first_name" => td_string!(locale, account.first_name),
        "last_name" => td_string!(locale, account.last_name),
        "email" => td_string!(locale, users.email),
        "phone" => td_string!(locale, users.phone),
        "job_title" => td_string!(locale, account.job_title),
        "role" => td_string!(locale, users.role),
        "status" => td_string!(locale, users.status),
        "locations" => td_string!(locale, settings.locations),
        "pages" => td_string!(locale, settings.pages),
        "products" => td_string!(locale, settings.products),
        "lines" => td_string!(locale, settings.lines),
        "access" => td_string!(locale, audit.field.access),
        "accent" => td_string!(locale, audit.field.accent),
        "appointment_blocking" => td_string!(locale, audit.field.appointment_blocking),
        "channel" => td_string!(locale, audit.field.channel),
        "generation" => td_string!(locale, audit.field.generation),
        "hours" => td_string!(locale, audit.field.hours),
        "kind" => td_string!(locale, audit.field.kind),
        "language" => td_string!(locale, audit.field.language),
        "link_ended" => td_string!(locale, audit.field.link_ended),
        "name" => td_string!(locale, audit.field.name),
        "permissions" => td_string!(locale, audit.field.permissions),
        "scheduler" => td_string!(locale, audit.field.scheduler),
        "seats" => td_string!(locale, audit.field.seats),
        "sent" => td_string!(locale, audit.field.sent),
        "time_zone" => td_string!(locale, audit.field.time_zone),
        "upload" => td_string!(locale, audit.field.upload),
        "upload_button" => td_string!(locale, audit.field.upload_button),
        "verification" => td_string!(locale, audit.field.verification),
        other => other,
    }
}

/// What a field holds.
pub fn detail_text(locale: Locale, field: &str, detail: Detail) -> String {
    let text = match detail {
        Detail::Text(text) => {
            let status = text.parse::<ShownStatus>();
            return match status {
                Ok(status) if field == "status" => status_text(locale, status).to_owned(),
                _ => text,
            };
        }
        Detail::Nothing => td_string!(locale, audit.empty_value),
        Detail::Is(true) => td_string!(locale, audit.yes),
        Detail::Is(false) => td_string!(locale, audit.no),
    };
    text.to_owned()
}
