//! All routes of the server.

use std::sync::Arc;

use app::ssr::{CspNonce, ServerContext, routes, shell};
use axum::{Router, extract::DefaultBodyLimit, middleware};
use http::request::Parts;
use leptos::{config::LeptosOptions, nonce::Nonce, prelude::*};
use leptos_axum::{LeptosRoutes, generate_route_list};
use tower_http::{compression::CompressionLayer, limit::RequestBodyLimitLayer};
use types::import::LARGEST_FILE;

use crate::{
    guard::{self, Guard},
    metrics::Metrics,
    probes, telemetry,
};

/// Bytes: a list of as many recipients as one batch may have, and to spare. The sentences that say
/// so are in `guard.rs` and `refusals.json`.
const LARGEST_REQUEST: usize = 4 << 20;
/// Bytes: a table with the form around it, and some more, so that one that is too large is told so.
const LARGEST_UPLOAD: usize = LARGEST_FILE + (8 << 20);

/// The whole application as one service. `outside` are routes that other servers call; who calls shows by a signature.
pub fn router(
    context: ServerContext,
    guard: Guard,
    options: LeptosOptions,
    outside: Router,
) -> Router {
    let pages = generate_route_list(app::App);
    let provide = {
        let context = context.clone();
        move || {
            provide_context(context.clone());
            let nonce = use_context::<Parts>()
                .and_then(|parts| parts.extensions.get::<CspNonce>().cloned());
            if let Some(nonce) = nonce {
                provide_context(Nonce::from_value(nonce.0));
            }
        }
    };
    let draw = {
        let options = options.clone();
        move || shell(options.clone())
    };
    let uploads =
        routes::uploads(context.clone()).layer(RequestBodyLimitLayer::new(LARGEST_UPLOAD));
    let metrics = Arc::new(Metrics::new(Arc::clone(&context.core)));
    let probes = probes::routes(
        Arc::clone(&context.core),
        Arc::clone(&metrics),
        guard.metrics_token.clone(),
    );
    Router::new()
        .leptos_routes_with_context(&options, pages, provide.clone(), draw)
        .fallback(leptos_axum::file_and_error_handler_with_context::<
            LeptosOptions,
            _,
        >(provide, shell))
        .with_state(options)
        .merge(routes::routes(context))
        .merge(outside)
        .merge(probes)
        // Else axum would stop reading at half of that.
        .layer(DefaultBodyLimit::disable())
        .layer(RequestBodyLimitLayer::new(LARGEST_REQUEST))
        .layer(middleware::from_fn(guard::tell_too_large))
        .merge(uploads)
        .layer(CompressionLayer::new())
        .layer(middleware::from_fn_with_state(
            guard.clone(),
            guard::own_origin,
        ))
        .layer(middleware::from_fn_with_state(guard, guard::tell))
        .layer(middleware::from_fn_with_state(metrics, telemetry::follow))
}
