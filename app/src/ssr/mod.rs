//! What runs on the server only: who calls, cookies, redirects, the page's frame, plain routes.

mod bounces;
pub mod context;
pub mod fault;
pub mod forms;
pub mod gate;
mod imports;
pub mod limits;
pub mod links;
pub mod openings;
mod organization;
pub mod routes;
pub mod sessions;
mod sheet;
mod shell;

pub use self::{
    context::{CspNonce, ServerContext},
    shell::shell,
};
