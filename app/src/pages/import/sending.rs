//! A file's way to the server, told as it goes: `fetch` could not say how far it is.

use leptos::prelude::*;
use types::{
    ids::ImportId,
    import::{LARGEST_FILE, Unreadable},
    refusal::Refusal,
};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{File, FormData, ProgressEvent, XmlHttpRequest};

use crate::api::AppError;

/// Where tables are sent to, by a form too.
pub const ADDRESS: &str = "/users/import/file";

/// What is on its way.
#[derive(Clone, Debug, PartialEq)]
pub struct Sending {
    pub name: String,
    /// From 0 to 1; at 1 the server reads it.
    pub share: f64,
}

/// Sends a file. One that is too large is refused before it travels.
pub fn send_file(
    file: &File,
    sending: RwSignal<Option<Sending>>,
    done: Callback<Result<ImportId, AppError>>,
) {
    #[expect(clippy::cast_precision_loss, reason = "16 million fit")]
    if file.size() > LARGEST_FILE as f64 {
        done.run(Err(Refusal::Unreadable(Unreadable::TooLarge).into()));
        return;
    }
    let Ok(form) = FormData::new() else { return };
    let _ = form.append_with_blob_and_filename("file", file, &file.name());
    send(&form, file.name(), sending, done);
}

/// Sends a form with the field `file` or `text`; `name` is what is shown meanwhile.
pub fn send(
    form: &FormData,
    name: String,
    sending: RwSignal<Option<Sending>>,
    done: Callback<Result<ImportId, AppError>>,
) {
    let Ok(request) = XmlHttpRequest::new() else {
        return;
    };
    sending.set(Some(Sending { name, share: 0.0 }));
    let progress = Closure::<dyn Fn(ProgressEvent)>::new(move |event: ProgressEvent| {
        if event.length_computable() && event.total() > 0.0 {
            let share = event.loaded() / event.total();
            // The page may have been left.
            let _ = sending.try_update(|sending| {
                if let Some(sending) = sending {
                    sending.share = share;
                }
            });
        }
    });
    if let Ok(upload) = request.upload() {
        upload.set_onprogress(Some(progress.as_ref().unchecked_ref()));
    }
    let answered = request.clone();
    let end = Closure::once_into_js(move |_: ProgressEvent| {
        drop(progress);
        if sending.try_set(None).is_none() {
            done.run(answer(&answered));
        }
    });
    request.set_onloadend(Some(end.unchecked_ref()));
    let begun = request
        .open("POST", ADDRESS)
        .and_then(|()| request.set_request_header("Accept", "application/json"))
        .and_then(|()| request.send_with_opt_form_data(Some(form)));
    if begun.is_err() {
        sending.set(None);
        done.run(Err(AppError::Unreachable));
    }
}

fn answer(request: &XmlHttpRequest) -> Result<ImportId, AppError> {
    let text = request.response_text().ok().flatten().unwrap_or_default();
    match request.status() {
        Ok(200) => serde_json::from_str(&text).map_err(|_| AppError::OtherVersion),
        Ok(413) => Err(Refusal::Unreadable(Unreadable::TooLarge).into()),
        Ok(0) | Err(_) => Err(AppError::Unreachable),
        Ok(_) => Err(serde_json::from_str(&text).unwrap_or(AppError::OtherVersion)),
    }
}
