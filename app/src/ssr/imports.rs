//! Tables as files: the one that comes in, the rows that were left out, an empty one to begin with.

use axum::{
    Json, Router,
    body::Body,
    extract::{DefaultBodyLimit, Multipart, Path, State, multipart::Field as Part},
    response::{IntoResponse, Redirect, Response},
    routing::post,
};
use domain::{
    Fault,
    imports::{Content, NotImported},
    proof::ManageUsers,
    spreadsheet::{self, harmless},
};
use futures::stream;
use http::{
    HeaderName,
    header::{CONTENT_DISPOSITION, CONTENT_TYPE},
};
use rust_xlsxwriter::{Format, Workbook, XlsxError};
use types::{
    ids::ImportId,
    import::{Field, LARGEST_FILE, Unreadable},
    refusal::Refusal,
};

use super::{
    context::ServerContext,
    gate::{asks_for_page, language_of},
    routes::Caller,
};
use crate::{
    api::AppError,
    components::language::locale_of,
    i18n::{Locale, td_string},
    pages::import::{IMPORT, field_text, reason_text},
};

/// The route that takes a file, which is larger than other requests may be. `POST /users/import/file`:
/// a form with the field `file`, or with `text` that was pasted.
pub fn uploads(context: ServerContext) -> Router {
    Router::new()
        .route("/users/import/file", post(upload))
        // The server's own limit is further out.
        .layer(DefaultBodyLimit::disable())
        .with_state(context)
}

/// Answers the import's id or, to a form without JavaScript, leads to its page.
async fn upload(State(context): State<ServerContext>, caller: Caller, form: Multipart) -> Response {
    let done = take(&context, &caller, form).await;
    let wants_page = asks_for_page(&caller.headers);
    match done {
        Ok(id) if wants_page => Redirect::to(&format!("{IMPORT}/{id}")).into_response(),
        Ok(id) => Json(id).into_response(),
        Err(AppError::Refused(refusal)) if wants_page => {
            let words = serde_json::to_string(&refusal).unwrap_or_default();
            let mut query = url::form_urlencoded::Serializer::new(String::new());
            query.append_pair("refused", &words);
            Redirect::to(&format!("{IMPORT}?{}", query.finish())).into_response()
        }
        Err(error) => error.into_response(),
    }
}

async fn take(
    context: &ServerContext,
    caller: &Caller,
    mut form: Multipart,
) -> Result<ImportId, AppError> {
    let admin = caller.member(context).await?.with(ManageUsers)?;
    let mut content = None;
    // To its end, whatever is in it: a browser that is cut short says that there is no connection.
    while let Some(part) = form
        .next_field()
        .await
        .map_err(|_| AppError::OtherVersion)?
    {
        let (field, name) = (
            part.name().unwrap_or_default().to_owned(),
            part.file_name().unwrap_or_default().to_owned(),
        );
        let Some(bytes) = read(part).await? else {
            content = Some(Err(Refusal::Unreadable(Unreadable::TooLarge)));
            continue;
        };
        if bytes.is_empty() || matches!(content, Some(Err(_))) {
            continue;
        }
        match field.as_str() {
            "file" => content = Some(Ok(Content::File { name, bytes })),
            "text" if content.is_none() => {
                let text = String::from_utf8_lossy(&bytes).into_owned();
                content = Some(Ok(Content::Pasted(text)));
            }
            _ => {}
        }
    }
    let content = content.unwrap_or(Err(Refusal::Unreadable(Unreadable::Empty)))?;
    Ok(domain::imports::upload(&context.core, &admin, content).await?)
}

/// A part's bytes; `None` where there are too many, which are read all the same.
async fn read(mut part: Part<'_>) -> Result<Option<Vec<u8>>, AppError> {
    let mut bytes = Some(Vec::new());
    while let Some(piece) = part.chunk().await.map_err(|_| AppError::OtherVersion)? {
        bytes = bytes.filter(|bytes: &Vec<u8>| bytes.len() + piece.len() <= LARGEST_FILE);
        if let Some(bytes) = &mut bytes {
            bytes.extend_from_slice(&piece);
        }
    }
    Ok(bytes)
}

type Head = [(HeaderName, &'static str); 2];

const CSV: Head = [
    (CONTENT_TYPE, "text/csv; charset=utf-8"),
    (CONTENT_DISPOSITION, "attachment; filename=\"left-out.csv\""),
];
const XLSX: Head = [
    (
        CONTENT_TYPE,
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    (CONTENT_DISPOSITION, "attachment; filename=\"users.xlsx\""),
];

/// `GET /users/import/{id}/left-out.csv`: the rows as the file had them, each with its line and the
/// reason; it can be corrected and imported again.
pub(super) async fn left_out(
    State(context): State<ServerContext>,
    Path(id): Path<ImportId>,
    caller: Caller,
) -> Result<impl IntoResponse, AppError> {
    let admin = caller.member(&context).await?.with(ManageUsers)?;
    let locale = locale_of(language_of(&caller.headers));
    let (headings, first) = domain::imports::not_imported(&context.core, &admin, id, 0).await?;
    let mut head = headings.clone();
    head.push(td_string!(locale, imports.download_line).to_owned());
    head.push(td_string!(locale, imports.download_reason).to_owned());
    let mut begin = spreadsheet::MARK.to_vec();
    begin.extend(csv(&[head])?);
    let width = headings.len();
    let rest = (context.core, admin, Some((begin, first)));
    let pieces = stream::try_unfold(rest, move |(core, admin, rest)| async move {
        let Some((mut piece, rows)) = rest else {
            return Ok(None);
        };
        piece.extend(lines(locale, width, &rows)?);
        let next = match rows.last() {
            Some(last) => {
                let after = last.row.position;
                let (_, rows) = domain::imports::not_imported(&core, &admin, id, after).await?;
                Some((Vec::new(), rows))
            }
            None => None,
        };
        Ok::<_, Fault>(Some((piece, (core, admin, next))))
    });
    Ok((CSV, Body::from_stream(pieces)))
}

fn lines(locale: Locale, width: usize, rows: &[NotImported]) -> Result<Vec<u8>, Fault> {
    let lines: Vec<Vec<String>> = rows
        .iter()
        .map(|it| {
            let mut cells: Vec<String> = it.cells.iter().map(|cell| harmless(cell)).collect();
            cells.resize(width, String::new());
            cells.push(it.row.line.to_string());
            cells.push(reason_text(locale, &it.row));
            cells
        })
        .collect();
    csv(&lines)
}

fn csv(lines: &[Vec<String>]) -> Result<Vec<u8>, Fault> {
    let mut csv = csv::Writer::from_writer(Vec::new());
    for line in lines {
        csv.write_record(line).map_err(Fault::broken)?;
    }
    csv.into_inner().map_err(|e| Fault::broken(e.to_string()))
}

/// `GET /users/import/template.xlsx`: a workbook, as Excel takes the commas of a CSV for text in many
/// countries.
pub(super) async fn template(
    State(context): State<ServerContext>,
    caller: Caller,
) -> Result<impl IntoResponse, AppError> {
    let _admin = caller.member(&context).await?.with(ManageUsers)?;
    let locale = locale_of(language_of(&caller.headers));
    let workbook = workbook(locale).map_err(Fault::broken)?;
    Ok((XLSX, workbook))
}

fn workbook(locale: Locale) -> Result<Vec<u8>, XlsxError> {
    const COLUMNS: [(Field, f64); 6] = [
        (Field::Email, 32.0),
        (Field::FirstName, 18.0),
        (Field::LastName, 18.0),
        (Field::Phone, 20.0),
        (Field::JobTitle, 24.0),
        (Field::Role, 14.0),
    ];
    let mut workbook = Workbook::new();
    let bold = Format::new().set_bold();
    // Otherwise Excel makes numbers of phone numbers.
    let text = Format::new().set_num_format("@");
    let sheet = workbook.add_worksheet();
    for (column, (field, width)) in (0..).zip(COLUMNS) {
        sheet.set_column_width(column, width)?;
        sheet.set_column_format(column, &text)?;
        sheet.write_string_with_format(0, column, field_text(locale, field), &bold)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    workbook.save_to_buffer()
}
