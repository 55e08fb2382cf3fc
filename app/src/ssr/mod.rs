//! What runs on the server only: who calls, cookies, redirects, the page's frame, plain routes.

pub mod context;
pub mod fault;
pub mod forms;
pub mod gate;
mod imports;
pub mod limits;
pub mod links;
pub mod routes;
pub mod sessions;
mod shell;

pub use self::{
    context::{CspNonce, ServerContext},
    shell::shell,
};
