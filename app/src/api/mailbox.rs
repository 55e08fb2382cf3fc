//! The built-in catcher of messages.

use leptos::{prelude::*, server_fn::codec::Json};
use types::mailbox::CaughtMessage;

use super::AppError;

/// The newest caught messages (at most 100). Refused where messages really go out.
#[server(input = Json)]
pub async fn list_messages() -> Result<Vec<CaughtMessage>, AppError> {
    use crate::ssr::gate;
    let (core, mailbox) = gate::mailbox()?;
    Ok(domain::mailbox::newest(&core, &mailbox).await?)
}
